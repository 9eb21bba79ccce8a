//! The editors' queue of those who ask to become members.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::mails::{self, About, NewMail};
use generator::db::registrations::{self, Registration};
use generator::db::{self, Tx};
use generator::model::MemberId;
use generator::publish::members::{self, Facts};
use generator::publish::{self, Alone, Change};
use generator::text::lines;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Query;
use crate::office;
use crate::office::act::{self, Act, Done, Verdict};
use crate::office::desk::{Realm, Rights, Sent, SiteDesk};
use crate::office::item::fields::digest;
use crate::office::said::{self, Said};
use crate::refusal::Refusal;

/// Registrations on the page; the others come when these are decided.
const SHOWN: i64 = 50;
/// The longest note to somebody.
const NOTE_CHARS_MAX: usize = 2_000;

/// An editor's decision.
#[derive(Debug, Deserialize)]
pub struct Decision {
    registration: i64,
    /// What the editor has seen of it.
    #[serde(default)]
    version: String,
    #[serde(default)]
    note: String,
    r#do: Verdict,
}

#[derive(Serialize)]
struct QueueView {
    registrations: Vec<RegistrationView>,
    /// How many more wait.
    more: i64,
    note_chars_max: usize,
    fault: Option<String>,
    /// What was typed for somebody who does not wait any more.
    kept_note: Option<String>,
}

/// What the page says once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
    seen: String,
}

/// What the page says beside those who wait.
#[derive(Default)]
struct Again {
    status: StatusCode,
    said: Option<String>,
    fault: Option<String>,
    /// Whose note it is, and what was typed.
    note: Option<(i64, String)>,
}

#[derive(Serialize)]
struct RegistrationView {
    id: i64,
    nick: String,
    name: String,
    email: String,
    age: Option<i64>,
    parent_agrees: bool,
    about: String,
    requested: Option<Moment>,
    accounts: i64,
    rejections: i64,
    version: String,
    note: String,
}

/// Names all that an editor sees of somebody who waits: a number may be another one's by now, and an account of the same
/// address may have come up since.
fn version(waiting: &Registration) -> String {
    let Registration { nick, email, given_name, family_name, age, parent_agrees, about, .. } = waiting;
    let Registration { requested_at, accounts, rejections, .. } = waiting;
    let requested = requested_at.map(|at| at.to_rfc3339());
    let person = (nick, email, given_name, family_name, age, parent_agrees, about);
    digest(&(person, requested, accounts, rejections))
}

/// How many wait.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx) -> db::Result<i64> {
    registrations::count_waiting(tx).await
}

/// Who waits.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let said = said::text(&app.site(), &asked.said, &asked.seen);
    page(&app, &desk, Again { said, ..Again::default() }).await
}

/// Decides; the one who waits hears of it by mail.
pub async fn decide(State(app): State<Arc<App>>, sent: Sent<Decision, SiteDesk>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let site = app.site();
    let typed = (form.registration, form.note.clone());
    let deciding = Deciding {
        note: lines(&form.note).chars().take(NOTE_CHARS_MAX).collect(),
        next: site.config.sidecar.url(&site.config.sidecar.office_registrations),
        decision: form,
        now: app.now(),
    };
    let decided = act::done(&app, &desk.member, &deciding).await;
    app.mail_waits.notify_one();
    match decided {
        Err(Error { fault: Fault::Refused(refusal), .. }) => {
            let fault = Some(refusal.text(&site));
            page(&app, &desk, Again { status: refusal.status(), fault, note: Some(typed), said: None }).await
        }
        decided => decided,
    }
    .map_err(|error| error.keeping(&kept))
}

/// A decision about to be carried out.
struct Deciding {
    decision: Decision,
    note: String,
    next: String,
    now: DateTime<Utc>,
}

impl Act for Deciding {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let permit = rights.permit(&Realm::Site)?;
        let Deciding { decision, note, now, .. } = self;
        let id = decision.registration;
        let Some(waiting) = registrations::by_id(change.tx(), id).await? else {
            return Err(match decision.version.is_empty() {
                true => Fault::NotFound.into(),
                false => Refusal::conflict("registrations-decided").into(),
            });
        };
        if version(&waiting) != decision.version {
            return Err(Refusal::conflict("registrations-changed").into());
        }
        let mail = NewMail { nick: &waiting.nick, note, ..NewMail::to(About::Rejected, &waiting.email) };
        let (entry, said) = match decision.r#do {
            Verdict::Reject => {
                registrations::reject(change.tx(), id, *now).await?;
                mails::add(change.tx(), mail, *now).await?;
                // The log is kept for longer than somebody who was rejected.
                let (kind, item, summary) = ("registration", id.to_string(), String::new());
                (Entry { action: Action::Rejected, kind, item, summary }, Said::Declined)
            }
            Verdict::Approve => {
                registrations::remove(change.tx(), id).await?;
                let member = registered(change, &waiting).await?;
                mails::add(change.tx(), NewMail { about: About::Approved, member: Some(member), ..mail }, *now).await?;
                let summary = waiting.nick.clone();
                (Entry { action: Action::Added, kind: "member", item: member.to_string(), summary }, Said::Admitted)
            }
        };
        Ok(Done { permit, entries: vec![entry], page: None, said, next: self.next.clone() })
    }
}

async fn registered(change: &mut Change<'_, Alone>, waiting: &Registration) -> Result<MemberId> {
    let member = match members::register(change, &waiting.nick, &waiting.email).await {
        Err(publish::Error::Taken { .. }) => return Err(Refusal::conflict("registrations-nick-taken").into()),
        registered => registered?,
    };
    let facts = Facts {
        given_name: waiting.given_name.clone(),
        family_name: waiting.family_name.clone(),
        age: waiting.age,
        ..Facts::default()
    };
    members::set_facts(change, member, &facts).await?;
    Ok(member)
}

async fn page(app: &App, desk: &SiteDesk, again: Again) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let waiting = registrations::waiting(&mut tx, SHOWN).await?;
    let more = registrations::count_waiting(&mut tx).await? - waiting.len() as i64;
    let Again { status, said, fault, note } = again;
    let note_of = |id: i64| note.as_ref().filter(|(of, _)| *of == id).map(|(_, note)| note.clone());
    let is_shown = note.as_ref().is_some_and(|(of, _)| waiting.iter().any(|waiting| waiting.id == *of));
    let kept_note = note.clone().map(|(_, note)| note).filter(|note| !is_shown && !note.trim().is_empty());
    let view = |waiting: Registration| RegistrationView {
        version: version(&waiting),
        note: note_of(waiting.id).unwrap_or_default(),
        id: waiting.id,
        name: format!("{} {}", waiting.given_name, waiting.family_name).trim().to_owned(),
        requested: waiting.requested_at.map(|at| moment(&site, at)),
        nick: waiting.nick,
        email: waiting.email,
        age: waiting.age,
        parent_agrees: waiting.parent_agrees,
        about: waiting.about,
        accounts: waiting.accounts,
        rejections: waiting.rejections,
    };
    let registrations = waiting.into_iter().map(view).collect();
    let view = QueueView { registrations, more, note_chars_max: NOTE_CHARS_MAX, fault, kept_note };
    let paths = &site.config.sidecar;
    let title = site.locale.text("registrations-title", &[]);
    let url = paths.url(&paths.office_registrations);
    Ok(office::page_saying(app, desk, "registrations", status, &url, &title, said, view))
}
