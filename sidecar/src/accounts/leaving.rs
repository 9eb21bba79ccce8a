//! Leaving: the account goes at once, what was written as the member wishes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use generator::db::mails::{self, About, NewMail};
use generator::db::{accounts, member_search};
use generator::model::Role;
use generator::publish::leaving;
use serde::{Deserialize, Serialize};

use crate::app::{App, begun};
use crate::error::Result;
use crate::form::Posted;
use crate::session::no_cookies;
use crate::visitor::Member;
use crate::{retention, screen};

use super::proof::Proof;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    password: String,
    /// `stay` or `go`.
    texts: String,
}

#[derive(Serialize)]
struct LeavingView<'a> {
    nick: &'a str,
    /// What a member who has left is called.
    name: String,
    fault: Option<String>,
    is_done: bool,
}

/// The question.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Response {
    page(&app, StatusCode::OK, &member, None, false)
}

/// The answer to it.
pub async fn send(State(app): State<Arc<App>>, posted: Posted<Fields>) -> Result<Response> {
    let Posted { member, client, form } = posted;
    let refuse = |message| {
        let fault = Some(app.site().locale.text(message, &[]));
        Ok(page(&app, StatusCode::UNPROCESSABLE_ENTITY, &member, fault, false))
    };
    let takes_texts = match form.texts.as_str() {
        "stay" => false,
        "go" => true,
        _ => return refuse("leaving-choose"),
    };
    let Some(proof) = Proof::of(&app, &member, client, form.password).await? else { return refuse("password-wrong") };
    let (door, now) = (app.open_door()?, app.now());
    let mut change = begun(door.begin_alone(now)).await?;
    if !proof.still_counts(change.tx(), &member).await? {
        return refuse("password-wrong");
    }
    if accounts::role(change.tx(), member.id).await? == Some(Role::Admin)
        && member_search::other_admins(change.tx(), member.id).await? < 1
    {
        return refuse("leaving-last-admin");
    }
    let address = accounts::address(change.tx(), member.id).await?;
    let name = door.site.locale.text("leaving-name", &[]);
    leaving::leave(&mut change, member.id, &name, takes_texts).await?;
    if let Some(account) = address {
        let told = NewMail { nick: &member.nick, ..NewMail::to(About::Left, &account.email) };
        mails::add(change.tx(), told, now).await?;
    }
    change.commit().await?;
    app.mail_waits.notify_one();
    let mut response = page(&app, StatusCode::OK, &member, None, true);
    for cookie in no_cookies(&app.front) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    // Whatever ends it, the next hour goes on.
    tokio::spawn(async move { retention::take_texts(&app).await });
    Ok(response)
}

fn page(app: &App, status: StatusCode, member: &Member, fault: Option<String>, is_done: bool) -> Response {
    let site = app.site();
    let name = site.locale.text("leaving-name", &[]);
    let view = LeavingView { nick: &member.nick, name: format!("{name} {}", member.id), fault, is_done };
    let paths = &site.config.sidecar;
    let title = site.locale.text("leaving-title", &[]);
    screen::page(app, "leaving", status, &paths.url(&paths.leaving), &title, view)
}
