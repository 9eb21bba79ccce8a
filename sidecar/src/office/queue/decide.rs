//! One waiting work: read as it will be published, and decided on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::Tx;
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
use crate::error::{Error, Fault, Result};
use crate::form::Number;
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights, Sent, section_name};
use crate::office::item::form::refusal;
use crate::office::item::history::{self, Difference};
use crate::office::item::loaded::{Loaded, load};
use crate::office::item::saving::{changed, check_attributes, require_section};
use crate::office::item::{Item, Kind, former};
use crate::office::said::Said;
use crate::refusal::Refusal;
use crate::uploads::moving;
use crate::works;

/// Characters of a note to an author.
const NOTE_CHARS_MAX: usize = 5_000;

#[derive(Serialize)]
struct WorkView {
    action: String,
    preview_url: String,
    item_url: String,
    history_url: String,
    section: String,
    author: String,
    synopsis: String,
    publish_at: Option<Moment>,
    is_waiting: bool,
    version: String,
    note: String,
    /// In the site's zone, for the field.
    publish_at_value: String,
    chars_max: usize,
    fault: Option<String>,
    /// What the editor has not seen yet.
    differences: Vec<Difference>,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct EventView {
    happened: Moment,
    nick: Option<String>,
    action: String,
    note: String,
}

/// What the page says beside the work, and what was typed.
#[derive(Default)]
struct Again {
    status: StatusCode,
    note: String,
    publish_at: String,
    fault: Option<String>,
    /// The version in the form; the work's own without it.
    version: Option<String>,
    differences: Vec<Difference>,
}

/// The work, what happened to it, and what can be decided.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Number(id): Number) -> Result<Response> {
    page(&app, &desk, CreationId(id), Again::default()).await
}

/// The work's page as it will be.
pub async fn preview(State(app): State<Arc<App>>, desk: Desk, Number(id): Number) -> Result<Response> {
    let id = CreationId(id);
    let site = app.site();
    let Work { loaded, row, .. } = work(&app, &desk, id).await?;
    require_section(&site, &loaded)?;
    check_attributes(&site, &row.section, &row.attributes)?;
    app.paces.preview.take(desk.member.id.0, app.now())?;
    works::as_published(&app, id, &url(&site, id), "office-queue-back").await
}

/// What was decided.
pub async fn send(
    State(app): State<Arc<App>>,
    Number(id): Number,
    sent: Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let id = CreationId(id);
    let sent: BTreeMap<String, String> = form.into_iter().collect();
    let answer = match decide(&app, &desk, id, &sent).await {
        Err(error) => match refusal(&error.fault) {
            Some(refusal) => refused(&app, &desk, id, &sent, &refusal).await,
            None => Err(error),
        },
        done => done,
    };
    answer.map_err(|error| error.keeping(&kept))
}

fn note_of(sent: &BTreeMap<String, String>) -> String {
    let note = sent.get("note").map_or("", String::as_str).replace("\r\n", "\n");
    printable(&note).trim().to_owned()
}

async fn decide(app: &App, desk: &Desk, id: CreationId, sent: &BTreeMap<String, String>) -> Result<Response> {
    let site = app.site();
    let field = |name: &str| sent.get(name).map_or("", |value| value.trim());
    let note = note_of(sent);
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(Refusal::new("office-note-long").into());
    }
    let decision = match field("do") {
        "approve" => Decision::Approve,
        "schedule" => {
            let at = typed(field("publish_at"), site.zone).filter(|at| *at > app.now());
            Decision::Schedule(at.ok_or(Refusal::new("office-time-wrong"))?)
        }
        "return" | "reject" if note.is_empty() => return Err(Refusal::new("office-note-missing").into()),
        "return" => Decision::Return,
        "reject" => Decision::Reject,
        _ => return Err(Fault::Malformed("a button that there is not".to_owned()).into()),
    };
    let is_published = matches!(decision, Decision::Approve);
    if is_published {
        // Its pictures first, once it is certain that this editor may.
        if let Err(error) = work(app, desk, id).await {
            let is_gone = matches!(error.fault, Fault::NotFound);
            return Err(if is_gone { missing(&mut app.snapshot().await?, id).await? } else { error });
        }
        moving::prepare(app, id).await?;
    }
    let version = field("version");
    let deciding = Deciding { editor: desk.member.id, site: &site, id, decision, version, note: &note };
    let done = act::done(app, &desk.member, &deciding).await;
    if is_published {
        moving::settle_soon(app).await;
    }
    done
}

/// The page once more with what was typed, why it was refused, and where the work is another one by now, what is new.
async fn refused(
    app: &App,
    desk: &Desk,
    id: CreationId,
    sent: &BTreeMap<String, String>,
    refusal: &Refusal,
) -> Result<Response> {
    let site = app.site();
    let version = sent.get("version").cloned().unwrap_or_default();
    let mut again = Again {
        status: refusal.status(),
        note: note_of(sent),
        publish_at: sent.get("publish_at").cloned().unwrap_or_default(),
        fault: Some(refusal.text(&site)),
        version: Some(version.clone()),
        ..Again::default()
    };
    if *refusal == changed() {
        let mut tx = app.snapshot().await?;
        let item = Item::new(Kind::Creation, id);
        let seen = former::seen(&mut tx, &item, &version).await?;
        let now = load(&mut tx, &site, &item).await?;
        drop(tx);
        if let (Some(seen), Some(now)) = (seen, now) {
            again.differences = history::found(now.fields.clone(), seen, now.values()).await?;
        }
        again.version = None;
    }
    page(app, desk, id, again).await
}

enum Decision {
    Approve,
    Schedule(DateTime<Utc>),
    Return,
    Reject,
}

/// A decision about to be carried out.
struct Deciding<'a> {
    editor: MemberId,
    site: &'a Site,
    id: CreationId,
    decision: Decision,
    /// What the editor has seen.
    version: &'a str,
    note: &'a str,
}

impl Act for Deciding<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let Some(loaded) = load(change.tx(), self.site, &Item::new(Kind::Creation, self.id)).await? else {
            return Err(missing(change.tx(), self.id).await?);
        };
        let row = editing::creation(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&Realm::Section(row.section.clone()))?;
        if loaded.version() != self.version {
            return Err(changed().into());
        }
        require_section(self.site, &loaded)?;
        let (action, said) = match self.decision {
            Decision::Approve => {
                check_attributes(self.site, &row.section, &row.attributes)?;
                steps::approve(change, self.id, self.editor, self.note).await?;
                (Noted::Published, Said::Published)
            }
            Decision::Schedule(at) => {
                check_attributes(self.site, &row.section, &row.attributes)?;
                creations::schedule(change, self.id, Some(at)).await?;
                (Noted::Scheduled, Said::Scheduled)
            }
            Decision::Return => {
                steps::return_with_note(change, self.id, self.editor, self.note).await?;
                (Noted::Returned, Said::Returned)
            }
            Decision::Reject => {
                steps::reject(change, self.id, self.editor, self.note).await?;
                (Noted::Rejected, Said::Rejected)
            }
        };
        let page = matches!(self.decision, Decision::Approve)
            .then(|| Page::Creation { section: row.section, number: row.number });
        let summary = if self.note.is_empty() { row.title } else { format!("{}: {}", row.title, self.note) };
        let entry = Entry { action, kind: Kind::Creation.word(), item: self.id.to_string(), summary };
        let next = self.site.config.sidecar.url(&self.site.config.sidecar.office_queue);
        Ok(Done { permit, entries: vec![entry], page, said, next })
    }
}

/// Why a work is not there: its author has taken it back, or it was never sent to the editors, and they hear nothing of it.
async fn missing(tx: &mut Tx, id: CreationId) -> Result<Error> {
    let is_withdrawn = submissions::history(tx, id).await?.iter().any(|event| event.action == Action::Withdrawn);
    Ok(if is_withdrawn { Refusal::conflict("office-work-withdrawn").into() } else { Fault::NotFound.into() })
}

/// Where a work is decided on.
pub fn url(site: &Site, id: CreationId) -> String {
    let paths = &site.config.sidecar;
    format!("{}{id}/", paths.url(&paths.office_queue))
}

/// A work with its history.
struct Work {
    loaded: Loaded,
    row: CreationRow,
    events: Vec<Event>,
}

/// The work, for an editor of its section. A draft is its author's business.
async fn work(app: &App, desk: &Desk, id: CreationId) -> Result<Work> {
    let mut tx = app.snapshot().await?;
    let loaded = load(&mut tx, &app.site(), &Item::new(Kind::Creation, id)).await?.ok_or(Fault::NotFound)?;
    desk.permit(&loaded.realm)?;
    let row = editing::creation(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    Ok(Work { loaded, row, events: submissions::history(&mut tx, id).await? })
}

async fn page(app: &App, desk: &Desk, id: CreationId, again: Again) -> Result<Response> {
    let site = app.site();
    let Work { loaded, row, events } = match work(app, desk, id).await {
        // Gone with its author, but what was typed is not.
        Err(Error { fault: Fault::NotFound, .. }) if again.fault.is_some() => {
            return Err(missing(&mut app.snapshot().await?, id).await?);
        }
        found => found?,
    };
    let action = url(&site, id);
    let item = Item::new(Kind::Creation, id);
    let events = events.into_iter().map(|event| EventView {
        happened: moment(&site, event.happened_at),
        nick: event.nick,
        action: site.locale.text(message(event.action), &[]),
        note: event.note,
    });
    let view = WorkView {
        preview_url: format!("{action}{}/", site.config.sidecar.preview),
        item_url: item.url(&site),
        history_url: item.history_url(&site),
        section: section_name(&site, &row.section),
        author: row.author_name,
        synopsis: row.synopsis,
        publish_at: row.publish_at.map(|at| moment(&site, at)),
        is_waiting: row.state == "waiting",
        version: again.version.unwrap_or_else(|| loaded.version()),
        note: again.note,
        publish_at_value: again.publish_at,
        chars_max: NOTE_CHARS_MAX,
        fault: again.fault,
        differences: again.differences,
        events: events.collect(),
        action: action.clone(),
    };
    let title = if row.title.trim().is_empty() { format!("#{}", row.number) } else { row.title };
    Ok(crate::office::page_saying(app, desk, "decide", again.status, &action, &title, None, view))
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
