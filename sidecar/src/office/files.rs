//! The files of a work in editors' hands: others in the place of those that it consists of, and pictures for its text.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::audit::{Action, Entry};
use generator::db::editing::{self, CreationRow};
use generator::db::{creations as states, uploads};
use generator::model::{CreationId, Text};
use generator::page::Page;
use generator::publish::creations::{self, Work};
use generator::publish::{Alone, Change};
use generator::site::Site;
use generator::site::section::Section;
use generator::site::sidecar_paths::SidecarPaths;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::sent::Incoming;
use crate::form::{Number, Query};
use crate::refusal::Refusal;
use crate::routes::{Route, get, post};
use crate::uploads::moving;
use crate::visitor::Member;
use crate::works;
use crate::works::form::{FilesView, Form};
use crate::works::typed::{FieldFault, Typed, texts, values};

use super::act::{self, Act, Done};
use super::desk::{Desk, Realm, Rights, SentFiles};
use super::item::loaded::load;
use super::item::saving::{check_attributes, no_section};
use super::item::{Item, Kind, former};
use super::said::{self, Said};

/// The addresses of this part.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let files = format!("{}{{id}}/", paths.url(&paths.office_files));
    vec![get(files.clone(), show), post(files, send)]
}

/// Where the files of a work are changed.
pub fn url(site: &Site, id: CreationId) -> String {
    let paths = &site.config.sidecar;
    format!("{}{id}/", paths.url(&paths.office_files))
}

/// What the page says once more after a change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
    seen: String,
}

#[derive(Serialize)]
struct FilesPage {
    item_url: String,
    fault: Option<String>,
    form: FilesView,
}

/// The form.
pub async fn show(
    State(app): State<Arc<App>>,
    desk: Desk,
    Number(id): Number,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let row = found(&app, &desk, CreationId(id)).await?;
    let said = said::text(&app.site(), &asked.said, &asked.seen);
    page(&app, &desk, CreationId(id), row, &[], said, None).await
}

/// Files that were chosen: one for each of the work's own, and a picture for its text.
pub async fn send(State(app): State<Arc<App>>, Number(id): Number, sent: SentFiles) -> Result<Response> {
    let SentFiles { desk, files, kept } = sent;
    let brought = bring(&app, &desk, CreationId(id), files).await;
    brought.map_err(|error| error.keeping(&kept))
}

/// A work, for an editor who may see it.
async fn found(app: &App, desk: &Desk, id: CreationId) -> Result<CreationRow> {
    let row = editing::creation(&mut app.snapshot().await?, id).await?;
    let row = row.filter(|row| row.state != "draft").ok_or(Fault::NotFound)?;
    desk.permit(&Realm::Section(row.section.clone()))?;
    Ok(row)
}

/// Its section, without which nobody knows what it consists of.
fn section_of<'a>(site: &'a Site, row: &CreationRow) -> Result<&'a Section> {
    Ok(site.section(&row.section).ok_or_else(|| no_section(&row.section))?)
}

async fn page(
    app: &App,
    desk: &Desk,
    id: CreationId,
    row: CreationRow,
    faults: &[FieldFault],
    said: Option<String>,
    fault: Option<Refusal>,
) -> Result<Response> {
    let site = app.site();
    let attached = uploads::of_creation(&mut app.snapshot().await?, id).await?;
    let typed = Typed { attributes: texts(&row.attributes), ..Typed::default() };
    let action = url(&site, id);
    let section = section_of(&site, &row)?;
    let form = Form {
        site: &site,
        section,
        genres: Vec::new(),
        typed: &typed,
        faults,
        attached: &attached,
        action: action.clone(),
        format: row.body_format,
    };
    let is_refused = fault.is_some() || !faults.is_empty();
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = FilesPage {
        item_url: Item::new(Kind::Creation, id).url(&site),
        fault: fault.map(|fault| fault.text(&site)),
        form: form.files(),
    };
    let title = site.locale.text("office-files-of", &[("title", row.title.as_str().into())]);
    Ok(super::page_saying(app, desk, "files", status, &action, &title, said, view))
}

/// Keeps what was chosen; where any of it cannot be kept, the work stays what it was.
async fn bring(app: &App, desk: &Desk, id: CreationId, files: Vec<Incoming>) -> Result<Response> {
    let site = app.site();
    let row = found(app, desk, id).await?;
    let kind = site.kind(section_of(&site, &row)?);
    let before = values(&row.attributes);
    let brought = works::files::bring(app, &desk.member, kind, before.clone(), files).await?;
    if !brought.faults.is_empty() {
        return page(app, desk, id, row, &brought.faults, None, None).await;
    }
    if brought.paths.is_empty() {
        return page(app, desk, id, row, &[], None, Some(Refusal::new("office-files-none"))).await;
    }
    if row.state == states::APPROVED {
        // No reader sees the page without them.
        for path in &brought.paths {
            moving::prepare_file(app, path).await?;
        }
    }
    let attributes = brought.attributes.into_iter().filter(|(key, value)| before.get(key) != Some(value)).collect();
    let bringing = Bringing { member: &desk.member, site: &site, id, attributes, paths: brought.paths, now: app.now() };
    act::done(app, &desk.member, &bringing).await
}

/// Files that are here and about to belong to a work.
struct Bringing<'a> {
    member: &'a Member,
    site: &'a Site,
    id: CreationId,
    /// The attributes that they change.
    attributes: Map<String, Value>,
    paths: Vec<String>,
    now: chrono::DateTime<chrono::Utc>,
}

impl Act for Bringing<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let item = Item::new(Kind::Creation, self.id);
        let before = load(change.tx(), self.site, &item).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&before.realm)?;
        for path in &self.paths {
            uploads::attach(change.tx(), self.id, path).await?;
        }
        if !self.attributes.is_empty() {
            let row = editing::creation(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
            creations::edit(change, self.id, &self.work(row)?).await?;
            former::keep(change.tx(), &item, (self.member.id, &self.member.nick), &before.values(), self.now).await?;
        }
        let entry = Entry { action: Action::Edited, kind: item.kind.word(), summary: before.title, item: item.key };
        let page: Option<Page> = (!self.attributes.is_empty()).then_some(before.page);
        Ok(Done { permit, entries: vec![entry], page, said: Said::Brought, next: url(self.site, self.id) })
    }
}

impl Bringing<'_> {
    /// The work as it is by now, with these files.
    fn work(&self, row: CreationRow) -> Result<Work> {
        let mut attributes = values(&row.attributes);
        attributes.extend(self.attributes.clone());
        let attributes = Value::Object(attributes).to_string();
        check_attributes(self.site, &row.section, &attributes)?;
        Ok(Work {
            title: row.title,
            synopsis: row.synopsis,
            attributes,
            body: Text { source: row.body, format: row.body_format },
            source_name: row.source_name,
            source_url: row.source_url,
        })
    }
}
