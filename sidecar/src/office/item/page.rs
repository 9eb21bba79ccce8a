//! The page of a thing: its form, what can be done with it, what was done.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use generator::db::{Tx, audit, creations};
use generator::model::Text;
use generator::site::Site;
use generator::text::moment::field;
use generator::view::Html;
use generator::view::screen::{self, Moment, moment};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::office::desk::{Desk, section_name};
use crate::office::log::{EntryView, entry};
use crate::office::{files, queue, reports};
use crate::writing::places;

use super::fields::{Field, Input, format_word};
use super::history::Difference;
use super::loaded::{Belonging, Loaded};
use super::{Item, Kind, state};

/// Acts shown beside the thing.
const ACTS: i64 = 10;

#[derive(Serialize)]
struct ItemView {
    kind: &'static str,
    kind_label: String,
    action: String,
    history_url: Option<String>,
    /// Where the files of a work are changed.
    files_url: Option<String>,
    public_url: Option<String>,
    /// Where it is decided on, while it waits.
    queue_url: Option<String>,
    /// The report that led here.
    report_url: Option<String>,
    state: String,
    state_label: String,
    author: String,
    /// For the field.
    author_value: String,
    publish_at: Option<Moment>,
    /// In the site's zone, for the field.
    publish_at_value: String,
    format: &'static str,
    is_new: bool,
    is_restored: bool,
    fields: Vec<Field>,
    version: String,
    fault: Option<String>,
    differences_title: String,
    differences: Vec<Difference>,
    previews: Vec<Preview>,
    choices: Option<Choices>,
    can_edit: bool,
    can_unpublish: bool,
    can_publish: bool,
    can_schedule: bool,
    can_delete: bool,
    log: Vec<EntryView>,
}

/// A text as its page will show it.
#[derive(Serialize)]
pub struct Preview {
    label: String,
    body: Html,
}

/// Where a creation may belong.
#[derive(Serialize)]
struct Choices {
    sections: Vec<Choice>,
    genres: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// What the page says beside the thing, and what it keeps of a form that was sent.
#[derive(Default)]
pub struct Again {
    /// Of the answer.
    pub status: StatusCode,
    /// Why what was sent was refused.
    pub fault: Option<String>,
    /// What the differences are between.
    pub differences_title: String,
    /// What somebody has not seen yet.
    pub differences: Vec<Difference>,
    /// A look at the texts.
    pub previews: Vec<Preview>,
    /// What the forms are made from.
    pub version: String,
    /// What was done just now.
    pub said: Option<String>,
    /// Whether the fields hold a former version.
    pub is_restored: bool,
    /// The report that led here.
    pub report: Option<i64>,
    /// What was typed.
    pub sent: BTreeMap<String, String>,
}

/// Texts as their page will show them.
pub fn previews(app: &App, loaded: &Loaded) -> Vec<Preview> {
    let site = app.site();
    let texts = loaded.fields.iter().filter(|field| field.input == Input::Text && !field.value.trim().is_empty());
    texts
        .map(|field| {
            let text = Text { source: field.value.clone(), format: loaded.format };
            let body = screen::message_among(&site, &text, screen::MESSAGE_HEADING_LEVEL, &field.name);
            Preview { label: field.label.clone(), body }
        })
        .collect()
}

/// The page.
pub async fn page(app: &App, desk: &Desk, item: &Item, loaded: Loaded, again: Again) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let is_new = loaded.is_new();
    let state = loaded.state.as_str();
    let is_public = matches!(state, "approved" | "public");
    let public_url = match is_public {
        true => places::path(&mut tx, &loaded.page).await?,
        false => None,
    };
    let mut choices = match &loaded.creation {
        Some(belonging) => Some(choices(&mut tx, &site, desk, belonging).await?),
        None => None,
    };
    if let Some(choices) = &mut choices {
        choose(&mut choices.sections, again.sent.get("section"));
        choose(&mut choices.genres, again.sent.get("genre"));
    }
    let log = audit::of_item(&mut tx, item.kind.word(), &item.key, ACTS).await?;
    drop(tx);
    let is_creation = item.kind == Kind::Creation;
    let is_news = item.kind == Kind::News;
    let is_gone = matches!(state, "deleted" | "expired");
    let typed = |name: &str| again.sent.get(name).cloned();
    let publish_at = loaded.publish_at.map(|at| field(at, site.zone)).unwrap_or_default();
    let waits_for_word = loaded.creation.as_ref().filter(|_| state == "waiting");
    let with_files = loaded.creation.as_ref().filter(|belonging| site.section(&belonging.section).is_some());
    let view = ItemView {
        kind: item.kind.word(),
        kind_label: site.locale.text(item.kind.message(), &[]),
        action: item.url_from(&site, again.report),
        history_url: (!is_new).then(|| item.history_url(&site)),
        files_url: with_files.map(|belonging| files::url(&site, belonging.id)),
        public_url,
        queue_url: waits_for_word.map(|belonging| queue::decide::url(&site, belonging.id)),
        report_url: again.report.map(|report| reports::url_of(&site, report)),
        state_label: site.locale.text(state::label(state), &[]),
        author_value: typed("author").unwrap_or_else(|| loaded.author.clone()),
        author: loaded.author,
        publish_at: loaded.publish_at.map(|at| moment(&site, at)),
        publish_at_value: typed("publish_at").unwrap_or(publish_at),
        format: format_word(loaded.format),
        is_new,
        is_restored: again.is_restored,
        version: again.version,
        fault: again.fault,
        differences_title: again.differences_title,
        differences: again.differences,
        previews: again.previews,
        choices,
        can_edit: !is_gone,
        can_unpublish: is_creation && state == "approved",
        can_publish: is_creation && matches!(state, "unpublished" | "waiting") || is_news && state == "draft",
        can_schedule: is_creation && state == "waiting" || is_news && state == "draft",
        can_delete: !is_new && !is_gone && item.kind != Kind::Description,
        log: log.into_iter().map(|noted| entry(&site, noted)).collect(),
        fields: loaded.fields,
        state: loaded.state,
    };
    let title = if loaded.title.trim().is_empty() { view.kind_label.clone() } else { loaded.title };
    let url = item.url(&site);
    Ok(crate::office::page_saying(app, desk, "item", again.status, &url, &title, again.said, view))
}

/// Chooses what was sent.
fn choose(choices: &mut [Choice], sent: Option<&String>) {
    let Some(sent) = sent else { return };
    for choice in choices {
        choice.is_chosen = choice.value == *sent;
    }
}

/// Sections and genres that an editor may put a creation into, what it has among them.
async fn choices(tx: &mut Tx, site: &Site, desk: &Desk, belonging: &Belonging) -> Result<Choices> {
    let own = site.sections.iter().filter(|section| desk.rights.has_section(&section.key));
    let mut sections: Vec<Choice> = own
        .map(|section| Choice {
            value: section.key.clone(),
            label: section.name.clone(),
            is_chosen: section.key == belonging.section,
        })
        .collect();
    if site.section(&belonging.section).is_none() {
        let label = section_name(site, &belonging.section);
        sections.insert(0, Choice { value: belonging.section.clone(), label, is_chosen: true });
    }
    let genres = creations::genres(tx).await?;
    let of_section = genres.into_iter().filter(|genre| genre.section == belonging.section);
    let mut genres: Vec<Choice> = of_section
        .map(|genre| Choice {
            value: genre.id.to_string(),
            label: genre.name,
            is_chosen: Some(genre.id) == belonging.genre,
        })
        .collect();
    if belonging.genre.is_none() && !belonging.wanted.is_empty() {
        let label = site.locale.text("office-genre-wanted", &[("genre", belonging.wanted.as_str().into())]);
        genres.insert(0, Choice { value: super::WANTED.to_owned(), label, is_chosen: true });
    }
    Ok(Choices { sections, genres })
}
