//! What a script on a static page asks: who is logged in. Pages hold nothing of it themselves.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use generator::db::own_messages;
use generator::model::{CreationId, Role};
use generator::page::Page;
use generator::site::sidecar_paths::{API, SidecarPaths};
use generator::text::slug::slug_or;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::Query;
use crate::office::item::Kind;
use crate::routes::{Route, get};
use crate::session::no_cookies;
use crate::visitor::{Member, Visitor};
use crate::writing::EDIT_WINDOW;

/// The addresses of this area.
pub fn routes(_: &SidecarPaths) -> Vec<Route> {
    vec![get(format!("/{API}/me"), show)]
}

/// What the page is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct About {
    /// The creation that it shows, if it does.
    creation: Option<i64>,
}

#[derive(Default, Serialize)]
struct MeView {
    nick: Option<String>,
    profile_url: String,
    settings_url: String,
    logout: Option<Link>,
    /// Words behind a message's number, and how long the first one works.
    edit: Option<Link>,
    delete: Option<Link>,
    edit_seconds: i64,
    vote: Option<Vote>,
    /// For editors: their rooms, and what stands before a creation's row where it is changed.
    office: Option<Link>,
    office_item: Option<Link>,
}

/// A title and an address, or a part of one.
#[derive(Serialize)]
struct Link {
    title: String,
    url: String,
}

#[derive(Serialize)]
struct Vote {
    stars: i64,
    is_final: bool,
}

/// Who asks, as JSON. Whose session is over loses the hint, so that no page asks again.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor, Query(about): Query<About>) -> Result<Response> {
    let Some(member) = visitor.member else {
        let mut response = json(&MeView::default());
        for cookie in no_cookies(&app.front) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        return Ok(response);
    };
    let vote = match about.creation {
        Some(creation) => own_messages::vote(&mut app.snapshot().await?, CreationId(creation), member.id).await?,
        None => None,
    };
    let vote = vote.map(|(stars, is_final)| Vote { stars, is_final });
    Ok(json(&MeView { vote, ..of_member(&app, member) }))
}

fn of_member(app: &App, member: Member) -> MeView {
    let site = app.site();
    let paths = &site.config.sidecar;
    let link = |message, url| Link { title: site.locale.text(message, &[]), url };
    let is_editor = member.role >= Role::Editor;
    let slug = slug_or(&member.nick, &site.config.paths.person_without_slug);
    MeView {
        profile_url: site.path(&Page::Member(member.id), &slug),
        nick: Some(member.nick),
        settings_url: paths.url(&paths.settings),
        logout: Some(link("logout-here", paths.url(&paths.logout))),
        edit: Some(link("edit-link", paths.edit.clone())),
        delete: Some(link("delete-link", paths.delete.clone())),
        edit_seconds: EDIT_WINDOW.num_seconds(),
        vote: None,
        office: is_editor.then(|| link("office-title", paths.url(&paths.office))),
        office_item: is_editor.then(|| {
            let before = format!("{}{}/", paths.url(&paths.office_item), Kind::Creation.word());
            link("office-edit-link", before)
        }),
    }
}

fn json(view: &MeView) -> Response {
    let body = serde_json::to_string(view).expect("numbers and texts are JSON");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
