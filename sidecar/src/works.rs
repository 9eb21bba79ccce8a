//! Works on their way to the public, for those who write them: begun, kept as drafts, looked at as they will be, sent to
//! the editors, mended. What editors do with them is the office's, which has the same fields for their files ([`form`],
//! [`files`], [`typed`]).

mod edit;
pub mod files;
pub mod form;
mod preview;
mod steps;
pub mod typed;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::submissions::{self, Own};
use generator::model::CreationId;
use generator::page::Page;
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::{Query, large};
use crate::routes::{Route, get, post};
use crate::screen;
use crate::visitor::Member;

pub use self::preview::as_published;

/// Works on a page of the list.
const PAGE_SIZE: i64 = 30;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let area = paths.url(&paths.works);
    let new = format!("{area}{}/", paths.new);
    vec![
        get(area.clone(), show),
        get(new.clone(), sections),
        get(format!("{new}{{section}}/"), edit::new_form),
        post(format!("{new}{{section}}/"), edit::new).taking(&large::WORK),
        get(format!("{area}{{id}}/"), edit::show),
        post(format!("{area}{{id}}/"), edit::write).taking(&large::WORK),
        get(format!("{area}{{id}}/{}/", paths.preview), preview::show),
        get(format!("{area}{{id}}/{}/", paths.delete), edit::discard_form),
        post(format!("{area}{{id}}/{}/", paths.delete), edit::discard),
    ]
}

/// Where a work of one's own is.
fn url(paths: &SidecarPaths, id: CreationId) -> String {
    format!("{}{id}/", paths.url(&paths.works))
}

/// Which part of the list is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// So many are newer.
    from: i64,
}

#[derive(Serialize)]
struct WorksView {
    works: Vec<WorkLine>,
    new_url: String,
    newer: Option<String>,
    older: Option<String>,
}

#[derive(Serialize)]
struct WorkLine {
    title: String,
    url: String,
    section: String,
    state: StateView,
    changed: Moment,
}

/// In which state a work is.
#[derive(Serialize)]
struct StateView {
    word: String,
    text: String,
}

impl StateView {
    fn of(site: &Site, word: &str) -> StateView {
        let message = match word {
            "draft" => "work-state-draft",
            "waiting" => "work-state-waiting",
            "returned" => "work-state-returned",
            "approved" => "work-state-approved",
            "rejected" => "work-state-rejected",
            _ => "work-state-unpublished",
        };
        StateView { word: word.to_owned(), text: site.locale.text(message, &[]) }
    }
}

/// A work's title, or what stands for it.
fn title(site: &Site, own: &Own) -> String {
    if own.title.is_empty() { site.locale.text("work-untitled", &[]) } else { own.title.clone() }
}

fn section_name(site: &Site, key: &str) -> String {
    site.section(key).map_or_else(|| key.to_owned(), |section| section.name.clone())
}

/// What a member has written, those first that were changed last.
pub async fn show(State(app): State<Arc<App>>, member: Member, Query(part): Query<Part>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let from = part.from.clamp(0, i64::from(i32::MAX));
    let mut works = submissions::of_member(&mut app.snapshot().await?, member.id, from, PAGE_SIZE + 1).await?;
    let has_older = works.len() as i64 > PAGE_SIZE;
    works.truncate(PAGE_SIZE as usize);
    let area = paths.url(&paths.works);
    let line = |own: Own| WorkLine {
        title: title(&site, &own),
        url: url(paths, own.id),
        section: section_name(&site, &own.section),
        state: StateView::of(&site, &own.state),
        changed: moment(&site, own.changed_at),
    };
    let view = WorksView {
        works: works.into_iter().map(line).collect(),
        new_url: format!("{area}{}/", paths.new),
        newer: (from > 0).then(|| format!("{area}?from={}", (from - PAGE_SIZE).max(0))),
        older: has_older.then(|| format!("{area}?from={}", from + PAGE_SIZE)),
    };
    Ok(screen::page(&app, "works", StatusCode::OK, &area, &site.locale.text("works-title", &[]), view))
}

#[derive(Serialize)]
struct SectionsView {
    sections: Vec<SectionView>,
}

#[derive(Serialize)]
struct SectionView {
    name: String,
    kind: String,
    description: String,
    url: String,
    section_url: String,
}

/// Where something new may be sent.
pub async fn sections(State(app): State<Arc<App>>, _: Member) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let area = format!("{}{}/", paths.url(&paths.works), paths.new);
    let sections = site.sections.iter().map(|section| SectionView {
        name: section.name.clone(),
        kind: site.kind(section).name.clone(),
        description: section.description.clone(),
        url: format!("{area}{}/", section.key),
        section_url: site.path(&Page::Section { section: section.key.clone(), part: generator::page::Part::Head }, ""),
    });
    let view = SectionsView { sections: sections.collect() };
    Ok(screen::page(&app, "work-sections", StatusCode::OK, &area, &site.locale.text("work-new-title", &[]), view))
}
