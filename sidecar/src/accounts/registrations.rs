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
use crate::error::{Fault, Result};
use crate::office;
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights, Sent};

/// Registrations on the page; the others come when these are decided.
const SHOWN: i64 = 50;
/// The longest note to somebody.
const NOTE_CHARS_MAX: usize = 2_000;

/// An editor's decision.
#[derive(Debug, Deserialize)]
pub struct Decision {
    registration: i64,
    #[serde(default)]
    note: String,
    r#do: Verdict,
}

/// Whether somebody becomes a member.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They do.
    Approve,
    /// They do not.
    Reject,
}

#[derive(Serialize)]
struct QueueView {
    registrations: Vec<RegistrationView>,
    /// How many more wait.
    more: i64,
    note_chars_max: usize,
    fault: Option<String>,
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
}

/// How many wait.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx) -> db::Result<i64> {
    registrations::count_waiting(tx).await
}

/// Who waits.
pub async fn show(State(app): State<Arc<App>>, desk: Desk) -> Result<Response> {
    desk.permit(&Realm::Site)?;
    page(&app, &desk, StatusCode::OK, None).await
}

/// Decides; the one who waits hears of it by mail.
pub async fn decide(State(app): State<Arc<App>>, sent: Sent<Decision>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let site = app.site();
    let deciding = Deciding {
        note: lines(&form.note).chars().take(NOTE_CHARS_MAX).collect(),
        next: site.config.sidecar.url(&site.config.sidecar.office_registrations),
        decision: form,
        now: app.now(),
    };
    let decided = act::done(&app, &desk.member, &deciding).await;
    app.mail_waits.notify_one();
    match decided {
        Err(error) if matches!(error.fault, Fault::TooLate(_)) => {
            page(&app, &desk, StatusCode::CONFLICT, Some(site.locale.text("registrations-nick-taken", &[]))).await
        }
        decided => decided.map_err(|error| error.keeping(&kept)),
    }
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
        let waiting = registrations::by_id(change.tx(), id).await?.ok_or(Fault::NotFound)?;
        let mail = NewMail { nick: &waiting.nick, note, ..NewMail::to(About::Rejected, &waiting.email) };
        let entry = match decision.r#do {
            Verdict::Reject => {
                registrations::reject(change.tx(), id, *now).await?;
                mails::add(change.tx(), mail, *now).await?;
                // The log is kept for longer than somebody who was rejected.
                Entry { action: Action::Rejected, kind: "registration", item: id.to_string(), summary: String::new() }
            }
            Verdict::Approve => {
                registrations::remove(change.tx(), id).await?;
                let member = registered(change, &waiting).await?;
                mails::add(change.tx(), NewMail { about: About::Approved, member: Some(member), ..mail }, *now).await?;
                let summary = waiting.nick.clone();
                Entry { action: Action::Added, kind: "member", item: member.to_string(), summary }
            }
        };
        Ok(Done { permit, entries: vec![entry], page: None, next: self.next.clone() })
    }
}

async fn registered(change: &mut Change<'_, Alone>, waiting: &Registration) -> Result<MemberId> {
    let member = match members::register(change, &waiting.nick, &waiting.email).await {
        Err(publish::Error::Taken { .. }) => return Err(Fault::TooLate("somebody else has the nick".to_owned()).into()),
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

async fn page(app: &App, desk: &Desk, status: StatusCode, fault: Option<String>) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let waiting = registrations::waiting(&mut tx, SHOWN).await?;
    let more = registrations::count_waiting(&mut tx).await? - waiting.len() as i64;
    let view = |waiting: Registration| RegistrationView {
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
    let view = QueueView { registrations, more, note_chars_max: NOTE_CHARS_MAX, fault };
    let paths = &site.config.sidecar;
    let title = site.locale.text("registrations-title", &[]);
    let url = paths.url(&paths.office_registrations);
    Ok(office::page_saying(app, desk, "registrations", status, &url, &title, None, view))
}
