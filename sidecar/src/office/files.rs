//! The files of a work in editors' hands: others in the place of those that it consists of, and pictures for its text.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::editing::{self, CreationRow};
use generator::db::{creations as states, uploads};
use generator::model::{CreationId, Text};
use generator::publish::creations::{self, Work};
use generator::publish::{Alone, Change};
use generator::site::Site;
use generator::site::kind::{AttributeKind, UNKNOWN};
use generator::site::sidecar_paths::SidecarPaths;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::sent::Incoming;
use crate::form::{Number, Query};
use crate::refusal::Refusal;
use crate::routes::{Route, get, post};
use crate::uploads::moving;
use crate::visitor::Member;
use crate::works::form::{FilesView, Form};
use crate::works::typed::{FieldFault, Typed, field, is_file, texts, values};
use crate::{screen, works};

use super::act::{self, Act, Done};
use super::desk::{Desk, Realm, Rights, SentFiles};
use super::item::form::refusal;
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
    Query(asked): Query<said::Asked>,
) -> Result<Response> {
    let id = CreationId(id);
    let row = found(&app, &desk, id).await?;
    if app.site().section(&row.section).is_none() {
        // Without it nobody knows what the work consists of: the work's own form says what to do.
        return Ok(screen::see(&Item::new(Kind::Creation, id).url(&app.site())));
    }
    let said = asked.text(&app.site());
    page(&app, &desk, id, row, Again { said, ..Again::default() }).await
}

/// Files that were chosen: one for each of the work's own, and a picture for its text.
pub async fn send(State(app): State<Arc<App>>, Number(id): Number, sent: SentFiles) -> Result<Response> {
    let SentFiles { desk, files, texts } = sent;
    let id = CreationId(id);
    match put(&app, &desk, id, files, &texts).await {
        Err(error) => match refusal(&error.fault) {
            Some(refused) => {
                let row = found(&app, &desk, id).await?;
                page(&app, &desk, id, row, Again { refused: Some(refused), ..Again::default() }).await
            }
            None => Err(error),
        },
        done => done,
    }
}

/// A work, for an editor who may see it.
async fn found(app: &App, desk: &Desk, id: CreationId) -> Result<CreationRow> {
    let row = editing::creation(&mut app.snapshot().await?, id).await?;
    let row = row.filter(|row| row.state != "draft").ok_or(Fault::NotFound)?;
    desk.permit(&Realm::Section(row.section.clone()))?;
    Ok(row)
}

/// What the page says beside the files.
#[derive(Default)]
struct Again {
    said: Option<String>,
    refused: Option<Refusal>,
    faults: Vec<FieldFault>,
}

async fn page(app: &App, desk: &Desk, id: CreationId, row: CreationRow, again: Again) -> Result<Response> {
    let site = app.site();
    let section = site.section(&row.section).ok_or_else(|| no_section(&row.section))?;
    let attached = uploads::of_creation(&mut app.snapshot().await?, id).await?;
    let typed = Typed { attributes: texts(&row.attributes), ..Typed::default() };
    let action = url(&site, id);
    let form = Form {
        site: &site,
        section,
        genres: Vec::new(),
        typed: &typed,
        faults: &again.faults,
        attached: &attached,
        action: action.clone(),
        format: row.body_format,
    };
    let status = match &again.refused {
        Some(refused) => refused.status(),
        None if again.faults.is_empty() => StatusCode::OK,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = FilesPage {
        item_url: Item::new(Kind::Creation, id).url(&site),
        fault: again.refused.map(|refused| refused.text(&site)),
        form: form.files(),
    };
    let title = site.locale.text("office-files-of", &[("title", row.title.as_str().into())]);
    Ok(super::page_saying(app, desk, "files", status, &action, &title, again.said, view))
}

/// Keeps what was chosen and gives it to the work; where any of it cannot be kept, the work stays what it was. `sent` says which
/// files the form showed.
async fn put(
    app: &App,
    desk: &Desk,
    id: CreationId,
    files: Vec<Incoming>,
    sent: &BTreeMap<String, String>,
) -> Result<Response> {
    let site = app.site();
    let row = found(app, desk, id).await?;
    let section = site.section(&row.section).ok_or_else(|| no_section(&row.section))?;
    let kind = site.kind(section);
    let chosen: Vec<&AttributeKind> = kind
        .attributes
        .iter()
        .filter(|attribute| is_file(attribute) && files.iter().any(|file| file.field == field(&attribute.key)))
        .collect();
    if !chosen.is_empty() {
        // What else is wrong with the work is said before anything is kept.
        let mut attributes = values(&row.attributes);
        attributes.extend(chosen.iter().map(|attribute| (attribute.key.clone(), Value::from(UNKNOWN))));
        check_attributes(&site, &row.section, &Value::Object(attributes).to_string())?;
    }
    let seen = |attribute: &&AttributeKind| {
        let seen = sent.get(&format!("was_{}", field(&attribute.key))).cloned().unwrap_or_default();
        Replaced { key: attribute.key.clone(), label: attribute.label.clone(), seen }
    };
    let replaced = chosen.iter().map(seen).collect();
    let brought = works::files::bring(app, &desk.member, kind, Map::new(), files).await?;
    if !brought.faults.is_empty() {
        return page(app, desk, id, row, Again { faults: brought.faults, ..Again::default() }).await;
    }
    if brought.paths.is_empty() {
        return Err(Refusal::new("office-files-none").into());
    }
    let is_public = row.state == states::APPROVED;
    if is_public {
        // No reader sees the page without what it will consist of.
        for path in brought.paths.iter().filter(|path| brought.attributes.values().any(|value| value == *path)) {
            moving::prepare_file(app, path).await?;
        }
    }
    let (attributes, paths) = (brought.attributes, brought.paths);
    let putting = Putting { member: &desk.member, site: &site, id, replaced, attributes, paths, now: app.now() };
    let done = act::done(app, &desk.member, &putting).await;
    if is_public {
        moving::settle_soon(app).await;
    }
    done
}

/// A file of a work in whose place another one comes.
struct Replaced {
    /// The attribute's key and label.
    key: String,
    label: String,
    /// The path that the form showed.
    seen: String,
}

/// Files that are here and about to belong to a work.
struct Putting<'a> {
    member: &'a Member,
    site: &'a Site,
    id: CreationId,
    replaced: Vec<Replaced>,
    /// The attributes that are made of them.
    attributes: Map<String, Value>,
    paths: Vec<String>,
    now: DateTime<Utc>,
}

impl Act for Putting<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let item = Item::new(Kind::Creation, self.id);
        let before = load(change.tx(), self.site, &item).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&before.realm)?;
        let row = editing::creation(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
        let known = uploads::of_creation(change.tx(), self.id).await?;
        let has = |path: &String| known.iter().any(|attached| attached.upload.path == *path);
        let old = values(&row.attributes);
        let changes = self.attributes.iter().any(|(key, value)| old.get(key) != Some(value));
        let next = url(self.site, self.id);
        if !changes && self.paths.iter().all(has) {
            return Ok(Done { permit, entries: Vec::new(), page: None, said: Said::Same, next });
        }
        for path in &self.paths {
            uploads::attach(change.tx(), self.id, path).await?;
        }
        let mut labels = Vec::new();
        if changes {
            let texts = texts(&row.attributes);
            let is_seen = |file: &Replaced| texts.get(&file.key).map_or("", String::as_str) == file.seen;
            if !self.replaced.iter().all(is_seen) {
                return Err(Refusal::conflict("office-files-changed").into());
            }
            labels.extend(self.replaced.iter().map(|file| file.label.clone()));
            creations::edit(change, self.id, &self.work(row, old)?).await?;
            former::keep(change.tx(), &item, (self.member.id, &self.member.nick), &before.values(), self.now).await?;
        } else {
            labels.push(self.site.locale.text("work-picture", &[]));
        }
        let entry = Entry {
            action: Action::Edited,
            kind: item.kind.word(),
            summary: format!("{} → {}", before.title, labels.join(", ")),
            item: item.key,
        };
        let (page, said) = match changes {
            true => (Some(before.page), Said::Brought),
            false => (None, Said::BroughtPicture),
        };
        Ok(Done { permit, entries: vec![entry], page, said, next })
    }
}

impl Putting<'_> {
    /// The work as it is by now, with these files.
    fn work(&self, row: CreationRow, mut attributes: Map<String, Value>) -> Result<Work> {
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
