//! The editors' queue of those who ask to become members.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::mails::{self, About, NewMail};
use generator::db::registrations::{self, Registration};
use generator::db::{self, Tx};
use generator::publish::members::{self, Facts};
use generator::publish::{self, Change, Shared};
use generator::text::lines;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::{App, begun};
use crate::error::{Fault, Result};
use crate::form::Form;
use crate::screen;
use crate::visitor::Editor;

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
pub async fn show(State(app): State<Arc<App>>, _: Editor) -> Result<Response> {
    page(&app, StatusCode::OK, None).await
}

/// Decides; the one who waits hears of it by mail.
pub async fn decide(
    State(app): State<Arc<App>>,
    Editor(editor): Editor,
    Form(decision): Form<Decision>,
) -> Result<Response> {
    let Decision { registration, note, r#do: verdict } = decision;
    let note: String = lines(&note).chars().take(NOTE_CHARS_MAX).collect();
    let door = app.open_door()?;
    let mut change = begun(door.begin(app.now())).await?;
    match settle(&app, &mut change, registration, verdict, &note).await {
        Ok(()) => change.commit().await?,
        Err(Unsettled::NickTaken) => {
            drop(change);
            let fault = app.site().locale.text("registrations-nick-taken", &[]);
            return page(&app, StatusCode::CONFLICT, Some(fault)).await;
        }
        Err(Unsettled::Other(error)) => return Err(error),
    };
    tracing::info!(editor = editor.id.0, registration, "a registration was decided: {verdict:?}");
    app.mail_waits.notify_one();
    let paths = &app.site().config.sidecar;
    Ok(screen::see(&paths.url(&paths.office_registrations)))
}

/// Why a registration is not settled.
enum Unsettled {
    /// Somebody has got the nick meanwhile.
    NickTaken,
    Other(crate::error::Error),
}

impl<E: Into<crate::error::Error>> From<E> for Unsettled {
    fn from(error: E) -> Unsettled {
        Unsettled::Other(error.into())
    }
}

async fn settle(
    app: &App,
    change: &mut Change<'_, Shared>,
    id: i64,
    verdict: Verdict,
    note: &str,
) -> std::result::Result<(), Unsettled> {
    let now = app.now();
    let waiting = registrations::by_id(change.tx(), id).await?.ok_or(Fault::NotFound)?;
    let mail = NewMail { nick: &waiting.nick, note, ..NewMail::to(About::Rejected, &waiting.email) };
    match verdict {
        Verdict::Reject => {
            if !registrations::reject(change.tx(), id, now).await? {
                return Err(Fault::NotFound.into());
            }
            mails::add(change.tx(), mail, now).await?;
        }
        Verdict::Approve => {
            if !registrations::remove(change.tx(), id).await? {
                return Err(Fault::NotFound.into());
            }
            let member = match members::register(change, &waiting.nick, &waiting.email).await {
                Err(publish::Error::Taken { .. }) => return Err(Unsettled::NickTaken),
                registered => registered?,
            };
            let facts = Facts {
                given_name: waiting.given_name.clone(),
                family_name: waiting.family_name.clone(),
                age: waiting.age,
                ..Facts::default()
            };
            members::set_facts(change, member, &facts).await?;
            mails::add(change.tx(), NewMail { about: About::Approved, member: Some(member), ..mail }, now).await?;
        }
    }
    Ok(())
}

async fn page(app: &App, status: StatusCode, fault: Option<String>) -> Result<Response> {
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
    Ok(screen::page(app, "registrations", status, &paths.url(&paths.office_registrations), &title, view))
}
