//! One waiting work: read as it will be published, and decided on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action as Noted, Entry};
use generator::db::editing::{self, CreationRow};
use generator::db::submissions::{self, Action, Event};
use generator::model::{CreationId, MemberId};
use generator::page::Page;
use generator::publish::{Alone, Change, creations, submissions as steps};
use generator::site::Site;
use generator::text::moment::typed;
use generator::text::printable;
use generator::view::screen::{Moment, moment};
use serde::Serialize;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Number;
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights, Sent};
use crate::office::item::{Item, Kind};
use crate::uploads::moving;
use crate::works;

/// Characters of a note to an author.
const NOTE_CHARS_MAX: usize = 5_000;

#[derive(Serialize)]
struct WorkView {
    action: String,
    preview_url: String,
    item_url: String,
    section: String,
    author: String,
    synopsis: String,
    publish_at: Option<Moment>,
    is_waiting: bool,
    note: String,
    chars_max: usize,
    fault: Option<String>,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    happened: Moment,
    nick: Option<String>,
    action: String,
    note: String,
}

/// The work, what happened to it, and what can be decided.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Number(id): Number) -> Result<Response> {
    page(&app, &desk, CreationId(id), StatusCode::OK, "", None).await
}

/// The work's page as it will be.
pub async fn preview(State(app): State<Arc<App>>, desk: Desk, Number(id): Number) -> Result<Response> {
    let id = CreationId(id);
    row(&app, &desk, id).await?;
    app.paces.preview.take(desk.member.id.0, app.now())?;
    works::as_published(&app, id, &url(&app.site(), id), "office-queue-back").await
}

/// What was decided.
pub async fn send(
    State(app): State<Arc<App>>,
    Number(id): Number,
    sent: Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let id = CreationId(id);
    let site = app.site();
    let sent: BTreeMap<String, String> = form.into_iter().collect();
    let field = |name: &str| sent.get(name).map_or("", |value| value.trim());
    let note = printable(&field("note").replace("\r\n", "\n")).into_owned();
    let again = async |message: &'static str| {
        let fault = Some(site.locale.text(message, &[]));
        page(&app, &desk, id, StatusCode::UNPROCESSABLE_ENTITY, &note, fault).await
    };
    if note.chars().count() > NOTE_CHARS_MAX {
        return again("office-note-long").await;
    }
    let decision = match field("do") {
        "approve" => Decision::Approve,
        "schedule" => match typed(field("publish_at"), site.zone).filter(|at| *at > app.now()) {
            Some(at) => Decision::Schedule(at),
            None => return again("office-time-wrong").await,
        },
        "return" if note.is_empty() => return again("office-note-missing").await,
        "reject" if note.is_empty() => return again("office-note-missing").await,
        "return" => Decision::Return,
        "reject" => Decision::Reject,
        _ => return Err(Fault::Malformed("a button that there is not".to_owned()).into()),
    };
    let is_published = matches!(decision, Decision::Approve);
    if is_published {
        // Its pictures first, once it is certain that this editor may.
        row(&app, &desk, id).await.map_err(|error| error.keeping(&kept))?;
        moving::prepare(&app, id).await.map_err(|error| error.keeping(&kept))?;
    }
    let deciding = Deciding { editor: desk.member.id, site: &site, id, decision, note: &note };
    let done = act::done(&app, &desk.member, &deciding).await.map_err(|error| error.keeping(&kept));
    if is_published && let Err(error) = moving::settle(&app).await {
        // Whoever looks after files finds them within a moment.
        tracing::debug!("cannot settle the files of a work yet: {}", error.fault);
    }
    done
}

enum Decision {
    Approve,
    Schedule(DateTime<Utc>),
    Return,
    Reject,
}

/// A decision about to be made.
struct Deciding<'a> {
    editor: MemberId,
    site: &'a Site,
    id: CreationId,
    decision: Decision,
    note: &'a str,
}

impl Act for Deciding<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let row = editing::creation(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&Realm::Section(row.section.clone()))?;
        let (action, said) = match self.decision {
            Decision::Approve => {
                steps::approve(change, self.id, self.editor, self.note).await?;
                (Noted::Published, "published")
            }
            Decision::Schedule(at) => {
                creations::schedule(change, self.id, Some(at)).await?;
                (Noted::Scheduled, "scheduled")
            }
            Decision::Return => {
                steps::return_with_note(change, self.id, self.editor, self.note).await?;
                (Noted::Returned, "returned")
            }
            Decision::Reject => {
                steps::reject(change, self.id, self.editor, self.note).await?;
                (Noted::Rejected, "rejected")
            }
        };
        let page = matches!(self.decision, Decision::Approve)
            .then(|| Page::Creation { section: row.section, number: row.number });
        let summary = if self.note.is_empty() { row.title } else { format!("{}: {}", row.title, self.note) };
        let entry = Entry { action, kind: Kind::Creation.word(), item: self.id.to_string(), summary };
        let paths = &self.site.config.sidecar;
        Ok(Done { permit, entries: vec![entry], page, next: format!("{}?said={said}", paths.url(&paths.office_queue)) })
    }
}

/// Where a work is decided on.
pub fn url(site: &Site, id: CreationId) -> String {
    let paths = &site.config.sidecar;
    format!("{}{id}/", paths.url(&paths.office_queue))
}

/// The work, for an editor of its section.
async fn row(app: &App, desk: &Desk, id: CreationId) -> Result<(CreationRow, Vec<Event>)> {
    let mut tx = app.snapshot().await?;
    let row = editing::creation(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    desk.permit(&Realm::Section(row.section.clone()))?;
    // A draft is its author's business.
    if row.state == "draft" {
        return Err(Fault::NotFound.into());
    }
    Ok((row, submissions::history(&mut tx, id).await?))
}

async fn page(
    app: &App,
    desk: &Desk,
    id: CreationId,
    status: StatusCode,
    note: &str,
    fault: Option<String>,
) -> Result<Response> {
    let site = app.site();
    let (row, events) = row(app, desk, id).await?;
    let action = url(&site, id);
    let events = events.into_iter().map(|event| EventView {
        happened: moment(&site, event.happened_at),
        nick: event.nick,
        action: site.locale.text(message(event.action), &[]),
        note: event.note,
    });
    let view = WorkView {
        preview_url: format!("{action}{}/", site.config.sidecar.preview),
        item_url: Item::new(Kind::Creation, id).url(&site),
        section: site.section(&row.section).map(|section| section.name.clone()).unwrap_or_default(),
        author: row.author_name,
        synopsis: row.synopsis,
        publish_at: row.publish_at.map(|at| moment(&site, at)),
        is_waiting: row.state == "waiting",
        note: note.to_owned(),
        chars_max: NOTE_CHARS_MAX,
        fault,
        events: events.collect(),
        action: action.clone(),
    };
    let title = if row.title.trim().is_empty() { format!("#{}", row.number) } else { row.title };
    Ok(crate::office::page_saying(app, desk, "decide", status, &action, &title, None, view))
}

fn message(action: Action) -> &'static str {
    match action {
        Action::Begun => "office-event-begun",
        Action::Submitted => "office-event-submitted",
        Action::Withdrawn => "office-event-withdrawn",
        Action::Returned => "office-did-returned",
        Action::Rejected => "office-did-rejected",
        Action::Approved => "office-did-published",
    }
}
