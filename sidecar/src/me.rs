//! What a script on a static page asks: who is logged in, what waits for them, and what only they may see or change on
//! this page. Pages hold nothing of it themselves.

pub mod waiting;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use generator::db::{self, own_ads, own_messages};
use generator::model::{Board, CreationId, MemberId, Role};
use generator::page::Page;
use generator::site::sidecar_paths::{API, SidecarPaths};
use generator::text::slug::slug_or;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::contacts::Contact;
use crate::error::Result;
use crate::form::Query;
use crate::office::item::Kind;
use crate::routes::{Route, get};
use crate::session::no_cookies;
use crate::visitor::{Member, Visitor};
use crate::writing::EDIT_WINDOW;
use crate::{ads, contacts};

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
    /// The member whose profile it is, if it is one.
    member: Option<i64>,
    /// The board whose ads it shows, if it does.
    board: String,
}

#[derive(Default, Serialize)]
struct MeView {
    nick: Option<String>,
    profile_url: String,
    settings_url: String,
    /// What waits for them to do something about it.
    waiting: Vec<Link>,
    logout: Option<Link>,
    /// Words behind a message's number, and how long the first one works.
    edit: Option<Link>,
    delete: Option<Link>,
    edit_seconds: i64,
    vote: Option<Vote>,
    /// Where what the page shows is changed, if it is their own.
    own: Option<Link>,
    /// Their own ads on the page, as its anchors.
    own_ads: Vec<String>,
    /// How the member can be reached whose profile it is.
    contacts: Vec<Contact>,
    /// For editors: their rooms, and what stands before a thing's row where it is changed.
    office: Option<Link>,
    office_item: Option<Link>,
    office_comment: Option<Link>,
    office_post: Option<Link>,
}

/// A title and an address, or a part of one.
#[derive(Serialize)]
pub struct Link {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub url: String,
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
    let site = app.site();
    let paths = &site.config.sidecar;
    let link = |message, url| Some(Link { title: site.locale.text(message, &[]), url });
    let mut view = MeView { waiting: waiting::of(&app, &member).await?, ..MeView::default() };
    if let Some(creation) = about.creation.map(CreationId) {
        let mut tx = app.snapshot().await?;
        let vote = own_messages::vote(&mut tx, creation, member.id).await?;
        view.vote = vote.map(|(stars, is_final)| Vote { stars, is_final });
        if db::waiting::is_author(&mut tx, member.id, creation).await? {
            view.own = link("me-own-work", format!("{}{creation}/", paths.url(&paths.works)));
        }
    }
    if let Some(other) = about.member.map(MemberId) {
        if other == member.id {
            view.own = link("profile-title", paths.url(&paths.profile));
        } else {
            // Who has looked at too many finds them behind the link, when the time has come.
            let contacts = contacts::of(&app, &member, other).await.unwrap_or_default();
            view.contacts = contacts.map(|(_, contacts)| contacts).unwrap_or_default();
        }
    }
    if let Some(board) = Board::ALL.into_iter().find(|board| board.key() == about.board) {
        let own = own_ads::newest(&mut app.snapshot().await?, member.id, board, ads::NEWEST).await?;
        view.own_ads = own.iter().map(|ad| format!("i{}", ad.number)).collect();
        view.own = link("ad-own", format!("{}#own", ads::url(&site, board)));
    }
    Ok(json(&with_ways(&app, member, view)))
}

fn with_ways(app: &App, member: Member, view: MeView) -> MeView {
    let site = app.site();
    let paths = &site.config.sidecar;
    let link = |message, url| Link { title: site.locale.text(message, &[]), url };
    let is_editor = member.role >= Role::Editor;
    let item = |kind: Kind| {
        is_editor.then(|| link("office-edit-link", format!("{}{}/", paths.url(&paths.office_item), kind.word())))
    };
    let slug = slug_or(&member.nick, &site.config.paths.person_without_slug);
    MeView {
        profile_url: site.path(&Page::Member(member.id), &slug),
        nick: Some(member.nick),
        settings_url: paths.url(&paths.settings),
        logout: Some(link("logout-here", paths.url(&paths.logout))),
        edit: Some(link("edit-link", paths.edit.clone())),
        delete: Some(link("delete-link", paths.delete.clone())),
        edit_seconds: EDIT_WINDOW.num_seconds(),
        office: is_editor.then(|| link("office-title", paths.url(&paths.office))),
        office_item: item(Kind::Creation),
        office_comment: item(Kind::Comment),
        office_post: item(Kind::ForumPost),
        ..view
    }
}

/// An answer for scripts.
pub fn json(view: &impl Serialize) -> Response {
    let body = serde_json::to_string(view).expect("numbers and texts are JSON");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
