//! Another e-mail address: the password is asked for, the new address has to be confirmed by a link in a mail, and the
//! old one is told.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::account_links::{self, Linked, Purpose};
use generator::db::accounts;
use generator::db::mails::{self, About, NewMail};
use generator::text::line;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::{Fault, Result};
use crate::form::{Form, Nothing, Posted, Secret};
use crate::screen;
use crate::session::Token;
use crate::visitor::Member;

use super::address::{self, is_address};
use super::new_password::linked;
use super::proof::Proof;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct EmailView<'a> {
    nick: &'a str,
    /// The address of today.
    current: String,
    email: &'a str,
    email_chars_max: usize,
    fault: Option<String>,
    is_sent: bool,
}

#[derive(Serialize)]
struct ConfirmView<'a> {
    action: String,
    nick: &'a str,
    address: &'a str,
    is_done: bool,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Result<Response> {
    page(&app, StatusCode::OK, &member, "", None, false).await
}

/// What it sends. The answer is the same whether another account has the address or not.
pub async fn send(State(app): State<Arc<App>>, posted: Posted<Fields>) -> Result<Response> {
    let Posted { member, client, form } = posted;
    let email = line(&form.email);
    let text = |message| app.site().locale.text(message, &[]);
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    if !is_address(&email) {
        return page(&app, refused, &member, &email, Some(text("email-wrong")), false).await;
    }
    let wrong = page(&app, refused, &member, &email, Some(text("password-wrong")), false);
    let Some(proof) = Proof::of(&app, &member, client, form.password).await? else { return wrong.await };
    let now = app.now();
    app.paces.email_by_member.take(member.id.0, now)?;
    let mut tx = app.write().await?;
    if !proof.still_counts(&mut tx, &member).await? {
        return wrong.await;
    }
    mails::add(&mut tx, NewMail { member: Some(member.id), ..NewMail::to(About::EmailConfirm, &email) }, now).await?;
    tx.commit().await?;
    app.mail_waits.notify_one();
    page(&app, StatusCode::OK, &member, &email, None, true).await
}

/// The question behind a link: looking at it changes nothing, since mail programs look at links as well.
pub async fn ask(State(app): State<Arc<App>>, client: Client, Secret(secret): Secret) -> Result<Response> {
    let (token, linked) = linked(&app, client, &secret, Purpose::Email).await?;
    Ok(question(&app, &token, &linked, false))
}

/// The answer to it.
pub async fn confirm(
    State(app): State<Arc<App>>,
    client: Client,
    Secret(secret): Secret,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let (token, linked) = linked(&app, client, &secret, Purpose::Email).await?;
    let (now, member) = (app.now(), linked.member_id);
    let mut tx = app.write().await?;
    if !accounts::may_write(&mut tx, member).await? || !account_links::use_up(&mut tx, &token.hash(), member).await? {
        return Err(Fault::LinkOver.into());
    }
    accounts::set_email(&mut tx, member, &linked.address).await?;
    if !linked.email.is_empty() {
        let told = NewMail { member: Some(member), ..NewMail::to(About::EmailChanged, &linked.email) };
        mails::add(&mut tx, told, now).await?;
    }
    tx.commit().await?;
    app.mail_waits.notify_one();
    Ok(question(&app, &token, &linked, true))
}

async fn page(
    app: &App,
    status: StatusCode,
    member: &Member,
    email: &str,
    fault: Option<String>,
    is_sent: bool,
) -> Result<Response> {
    let site = app.site();
    let current = accounts::address(&mut app.snapshot().await?, member.id).await?;
    let current = current.map(|account| account.email).unwrap_or_default();
    let view = EmailView { nick: &member.nick, current, email, email_chars_max: address::CHARS_MAX, fault, is_sent };
    let paths = &site.config.sidecar;
    let title = site.locale.text("email-title", &[]);
    Ok(screen::page(app, "email", status, &paths.url(&paths.email), &title, view))
}

fn question(app: &App, token: &Token, linked: &Linked, is_done: bool) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let action = format!("{}{}/", paths.url(&paths.new_email), token.secret());
    let view = ConfirmView { action, nick: &linked.nick, address: &linked.address, is_done };
    let title = site.locale.text("email-confirm-title", &[]);
    screen::page(app, "confirm-email", StatusCode::OK, &paths.url(&paths.new_email), &title, view)
}
