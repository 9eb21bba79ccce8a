//! What members set for themselves: the password, and the ways to what else is theirs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use generator::db::mails::{self, About, NewMail};
use generator::db::{account_links, credentials, sessions};
use generator::model::Role;
use generator::page::Page;
use generator::text::slug::slug_or;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::{Posted, Query};
use crate::me::{Link, waiting};
use crate::password::rules;
use crate::skin::Skin;
use crate::visitor::Member;
use crate::{screen, session};

use super::proof::Proof;

/// What the form for another password sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    password: String,
    new_password: String,
}

/// What the page says once more, after a change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    changed: String,
}

#[derive(Serialize)]
struct SettingsView<'a> {
    nick: &'a str,
    profile_url: String,
    chars_min: usize,
    fault: Option<String>,
    is_changed: bool,
    is_editor: bool,
    skins: Vec<SkinView>,
    is_skin_changed: bool,
    /// What waits for the member.
    waiting: Vec<Link>,
}

#[derive(Serialize)]
struct SkinView {
    word: &'static str,
    label: String,
    is_chosen: bool,
}

/// The page.
pub async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    member: Member,
    Query(said): Query<Said>,
) -> Result<Response> {
    page(&app, &headers, &member, StatusCode::OK, None, &said.changed).await
}

/// Another password: the old one is asked for, since a browser may be left open, and all other sessions end.
pub async fn change_password(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    posted: Posted<Fields>,
) -> Result<Response> {
    let Posted { member, client, form } = posted;
    let site = app.site();
    let refuse = |text: String| page(&app, &headers, &member, StatusCode::UNPROCESSABLE_ENTITY, Some(text), "");
    if let Err(weakness) = rules::check(&form.new_password, &member.nick) {
        let (message, chars) = weakness.message();
        let args = chars.map(|chars| ("chars", (chars as i64).into()));
        return refuse(site.locale.text(message, args.as_slice())).await;
    }
    let wrong = || refuse(site.locale.text("password-wrong", &[]));
    let Some(proof) = Proof::of(&app, &member, client, form.password).await? else { return wrong().await };
    let hash = app.passwords.hash(form.new_password).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    if !proof.still_counts(&mut tx, &member).await? {
        return wrong().await;
    }
    credentials::set(&mut tx, member.id, &hash).await?;
    sessions::end_all(&mut tx, member.id).await?;
    account_links::end_all(&mut tx, member.id).await?;
    mails::add(&mut tx, NewMail { member: Some(member.id), ..NewMail::to(About::PasswordChanged, "") }, now).await?;
    let token = session::begin(&mut tx, &headers, &app.front, member.id, now).await?;
    tx.commit().await?;
    app.mail_waits.notify_one();
    let paths = &site.config.sidecar;
    let mut response = screen::see(&format!("{}?changed=password", paths.url(&paths.settings)));
    for cookie in token.cookies(&app.front) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn page(
    app: &App,
    headers: &HeaderMap,
    member: &Member,
    status: StatusCode,
    fault: Option<String>,
    changed: &str,
) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let slug = slug_or(&member.nick, &site.config.paths.person_without_slug);
    let chosen = Skin::of(headers, &app.front);
    let skins = Skin::ALL.into_iter().map(|skin| SkinView {
        word: skin.word(),
        label: site.locale.text(skin.message(), &[]),
        is_chosen: skin == chosen,
    });
    let view = SettingsView {
        nick: &member.nick,
        profile_url: site.path(&Page::Member(member.id), &slug),
        chars_min: rules::CHARS_MIN,
        fault,
        is_changed: changed == "password",
        skins: skins.collect(),
        is_skin_changed: changed == "skin",
        is_editor: member.role >= Role::Editor,
        waiting: waiting::of(app, member).await?,
    };
    let title = site.locale.text("settings-title", &[]);
    Ok(screen::page(app, "settings", status, &paths.url(&paths.settings), &title, view))
}
