//! What members set for themselves: for now the password, and the ways to what else is theirs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use generator::db::{credentials, sessions};
use generator::page::Page;
use generator::text::slug::slug_or;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Posted;
use crate::password::{Verified, rules};
use crate::screen;
use crate::session::{LASTS, Token};
use crate::visitor::Member;

/// What the form for another password sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    password: String,
    new_password: String,
}

#[derive(Serialize)]
struct SettingsView<'a> {
    nick: &'a str,
    profile_url: String,
    chars_min: usize,
    fault: Option<String>,
    is_changed: bool,
}

/// The page.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Response {
    page(&app, &member, StatusCode::OK, None, false)
}

/// Another password: the old one is asked for, since a browser may be left open, and all other sessions end.
pub async fn change_password(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted<Fields>,
) -> Result<Response> {
    let Posted { member, client, form, .. } = posted;
    let site = app.site();
    let refuse = |text: String| Ok(page(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, Some(text), false));
    if let Err(weakness) = rules::check(&form.new_password, &member.nick) {
        let (message, chars) = weakness.message();
        let args = chars.map(|chars| ("chars", (chars as i64).into()));
        return refuse(site.locale.text(message, args.as_slice()));
    }
    let now = app.now();
    app.paces.login_by_client.take(client.limit_key(), now)?;
    app.paces.login_by_name.take(member.nick.to_lowercase(), now)?;
    let login = credentials::by_nick(&mut app.snapshot().await?, &member.nick).await?;
    if app.passwords.verify(form.password, login.as_ref()).await? == Verified::Wrong {
        return refuse(site.locale.text("password-wrong", &[]));
    }
    let hash = app.passwords.hash(form.new_password).await?;
    let token = Token::new().map_err(|error| Fault::Internal(error.to_string()))?;
    let token_hash = token.hash();
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let mut tx = app.write().await?;
    credentials::set(&mut tx, member.id, &hash).await?;
    sessions::end_all(&mut tx, member.id).await?;
    let session = sessions::NewSession { member: member.id, token_hash: &token_hash, agent, expires_at: now + LASTS };
    sessions::begin(&mut tx, &session, now).await?;
    tx.commit().await?;
    let mut response = page(&app, &member, StatusCode::OK, None, true);
    for cookie in token.cookies(&app.front) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn page(app: &App, member: &Member, status: StatusCode, fault: Option<String>, is_changed: bool) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let slug = slug_or(&member.nick, &site.config.paths.person_without_slug);
    let view = SettingsView {
        nick: &member.nick,
        profile_url: site.path(&Page::Member(member.id), &slug),
        chars_min: rules::CHARS_MIN,
        fault,
        is_changed,
    };
    let title = site.locale.text("settings-title", &[]);
    screen::page(app, "settings", status, &paths.url(&paths.settings), &title, view)
}
