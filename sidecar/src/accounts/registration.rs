//! Asking to become a member. An editor decides; until then there is no account.
//!
//! Nicks are public, so one that is taken is said to be. Whether an e-mail address has an account is told to that
//! address alone, in the mail that every registration gets.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use generator::db::mails::{self, About, NewMail};
use generator::db::registrations::{self, NewRegistration};
use generator::db::{Tx, accounts, members};
use generator::text::{line, lines};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::form::Filled;
use crate::screen;

use super::address::{self, is_address};
use super::nick::{self, NickFault};

/// The longest reason for coming.
const ABOUT_CHARS_MAX: usize = 2_000;
/// Nobody is older.
const AGE_MAX: i64 = 130;
/// Between two mails to one editor that tell of the queue.
const TELL_PAUSE: TimeDelta = TimeDelta::hours(1);

/// What the form sends.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Fields {
    nick: String,
    email: String,
    age: String,
    parent: String,
    about: String,
    consent: String,
    /// Filled in by machines alone.
    #[serde(skip_serializing)]
    homepage: String,
}

#[derive(Serialize)]
struct RegistrationView<'a> {
    fields: &'a Fields,
    fault: Option<String>,
    parent_below: i64,
    nick_chars_min: usize,
    nick_chars_max: usize,
    email_chars_max: usize,
    about_chars_max: usize,
    is_sent: bool,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    page(&app, StatusCode::OK, &Fields::default(), None, false)
}

/// What it sends.
pub async fn send(State(app): State<Arc<App>>, client: Client, filled: Filled<Fields>) -> Result<Response> {
    let Filled { form, kept } = filled;
    register(&app, client, form).await.map_err(|error| error.keeping(&kept))
}

async fn register(app: &App, client: Client, fields: Fields) -> Result<Response> {
    let fields = Fields {
        nick: line(&fields.nick),
        email: line(&fields.email),
        age: fields.age.trim().to_owned(),
        about: lines(&fields.about),
        ..fields
    };
    let refused = |fault| Ok(page(app, StatusCode::UNPROCESSABLE_ENTITY, &fields, Some(fault), false));
    let age = match check(app, &fields) {
        Ok(age) => age,
        Err(fault) => return refused(fault),
    };
    let now = app.now();
    app.paces.registration_by_client.take(client.limit_key(), now)?;
    let mut tx = app.write().await?;
    if is_nick_taken(&mut tx, &fields.nick).await? {
        return refused(app.site().locale.text("registration-nick-taken", &[]));
    }
    app.paces.registration_by_email.take(fields.email.to_lowercase(), now)?;
    let registration = NewRegistration {
        nick: &fields.nick,
        email: &fields.email,
        age,
        parent_agrees: !fields.parent.is_empty(),
        about: &fields.about,
    };
    registrations::add(&mut tx, registration, now).await?;
    let received = NewMail { nick: &fields.nick, ..NewMail::to(About::Received, &fields.email) };
    mails::add(&mut tx, received, now).await?;
    for address in accounts::editors_addresses(&mut tx).await? {
        let told = NewMail { nick: &fields.nick, ..NewMail::to(About::Registered, &address) };
        mails::add_gathered(&mut tx, told, now, TELL_PAUSE).await?;
    }
    tx.commit().await?;
    app.mail_waits.notify_one();
    Ok(page(app, StatusCode::OK, &fields, None, true))
}

/// Whether a member has such a nick, or somebody who waits.
async fn is_nick_taken(tx: &mut Tx, nick: &str) -> Result<bool> {
    let is_like = |other: &str| nick::are_alike(nick, other);
    let members = members::nicks(tx).await?;
    if members.iter().any(|(_, other)| is_like(other)) {
        return Ok(true);
    }
    Ok(registrations::nicks_waiting(tx).await?.iter().any(|other| is_like(other)))
}

/// The age, where all of it is as it has to be; what is wrong otherwise.
fn check(app: &App, fields: &Fields) -> std::result::Result<i64, String> {
    let site = app.site();
    let rules = &site.config.registration;
    let text = |message| site.locale.text(message, &[]);
    match nick::check(&fields.nick) {
        Ok(()) => {}
        Err(NickFault::Signs) => return Err(text("registration-nick-signs")),
        Err(NickFault::Length) => {
            let args = [("min", (nick::CHARS_MIN as i64).into()), ("max", (nick::CHARS_MAX as i64).into())];
            return Err(site.locale.text("registration-nick-length", &args));
        }
    }
    if !is_address(&fields.email) {
        return Err(text("email-wrong"));
    }
    let Some(age) = fields.age.parse::<i64>().ok().filter(|age| (0..=AGE_MAX).contains(age)) else {
        return Err(text("registration-age"));
    };
    if age < rules.age_min {
        return Err(site.locale.text("registration-too-young", &[("age", rules.age_min.into())]));
    }
    if age < rules.parent_below && fields.parent.is_empty() {
        return Err(site.locale.text("registration-parent-needed", &[("age", rules.parent_below.into())]));
    }
    if fields.about.is_empty() || fields.about.chars().count() > ABOUT_CHARS_MAX {
        return Err(site.locale.text("registration-about-length", &[("chars", (ABOUT_CHARS_MAX as i64).into())]));
    }
    if fields.consent.is_empty() {
        return Err(text("registration-consent-needed"));
    }
    if !fields.homepage.is_empty() {
        return Err(text("write-trapped"));
    }
    Ok(age)
}

fn page(app: &App, status: StatusCode, fields: &Fields, fault: Option<String>, is_sent: bool) -> Response {
    let site = app.site();
    let view = RegistrationView {
        fields,
        fault,
        parent_below: site.config.registration.parent_below,
        nick_chars_min: nick::CHARS_MIN,
        nick_chars_max: nick::CHARS_MAX,
        email_chars_max: address::CHARS_MAX,
        about_chars_max: ABOUT_CHARS_MAX,
        is_sent,
    };
    let paths = &site.config.sidecar;
    let title = site.locale.text("registration-title", &[]);
    screen::page(app, "registration", status, &paths.url(&paths.registration), &title, view)
}
