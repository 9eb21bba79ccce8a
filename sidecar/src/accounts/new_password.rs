//! Choosing a password by a link from a mail: once, and all sessions end. Looking at the form uses nothing up, since mail
//! programs look at links as well.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::account_links::{self, Linked, Purpose};
use generator::db::mails::{self, About, NewMail};
use generator::db::{credentials, sessions};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::{Fault, Result};
use crate::form::{Form, Secret};
use crate::password::rules;
use crate::screen;
use crate::session::Token;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    new_password: String,
}

#[derive(Serialize)]
struct NewPasswordView<'a> {
    action: &'a str,
    nick: &'a str,
    chars_min: usize,
    fault: Option<String>,
}

/// The form, while the link works.
pub async fn show(State(app): State<Arc<App>>, client: Client, Secret(secret): Secret) -> Result<Response> {
    let (token, linked) = linked(&app, client, &secret, Purpose::Password).await?;
    Ok(page(&app, StatusCode::OK, &token, &linked, None))
}

/// What it sends.
pub async fn send(
    State(app): State<Arc<App>>,
    client: Client,
    Secret(secret): Secret,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let (token, linked) = linked(&app, client, &secret, Purpose::Password).await?;
    let site = app.site();
    if let Err(weakness) = rules::check(&fields.new_password, &linked.nick) {
        let (message, chars) = weakness.message();
        let args = chars.map(|chars| ("chars", (chars as i64).into()));
        let fault = site.locale.text(message, args.as_slice());
        return Ok(page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &linked, Some(fault)));
    }
    let hash = app.passwords.hash(fields.new_password).await?;
    let (now, member) = (app.now(), linked.member_id);
    let mut tx = app.write().await?;
    // Looked at once more: it may have been used, or the member banned, while the hash was made.
    let is_good = account_links::by_token(&mut tx, &token.hash(), Purpose::Password, now).await?.is_some();
    if !is_good || !account_links::use_up(&mut tx, &token.hash(), member).await? {
        return Err(Fault::LinkOver.into());
    }
    let had_one = credentials::by_member(&mut tx, member).await?.is_some_and(|login| login.hash.is_some());
    credentials::set(&mut tx, member, &hash).await?;
    sessions::end_all(&mut tx, member).await?;
    if had_one {
        let told = NewMail { member: Some(member), ..NewMail::to(About::PasswordChanged, "") };
        mails::add(&mut tx, told, now).await?;
    }
    tx.commit().await?;
    app.mail_waits.notify_one();
    let paths = &site.config.sidecar;
    Ok(screen::see(&format!("{}?chosen=password", paths.url(&paths.login))))
}

/// What the link of a secret is about.
///
/// # Errors
/// [`Fault::LinkOver`] where it is good for nothing; too many tries.
pub async fn linked(app: &App, client: Client, secret: &str, purpose: Purpose) -> Result<(Token, Linked)> {
    let now = app.now();
    app.paces.link_by_client.take(client.limit_key(), now)?;
    let token = Token::from_secret(secret).ok_or(Fault::LinkOver)?;
    let linked = account_links::by_token(&mut app.snapshot().await?, &token.hash(), purpose, now).await?;
    Ok((token, linked.ok_or(Fault::LinkOver)?))
}

fn page(app: &App, status: StatusCode, token: &Token, linked: &Linked, fault: Option<String>) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let action = format!("{}{}/", paths.url(&paths.new_password), token.secret());
    let view = NewPasswordView { action: &action, nick: &linked.nick, chars_min: rules::CHARS_MIN, fault };
    let title = site.locale.text("new-password-title", &[]);
    screen::page(app, "new-password", status, &paths.url(&paths.new_password), &title, view)
}
