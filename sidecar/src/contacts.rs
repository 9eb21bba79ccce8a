//! How a member can be reached who permits it: for members, as a page, and for the script of the static profile.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::contacts;
use generator::model::MemberId;
use generator::page::Page;
use generator::site::sidecar_paths::SidecarPaths;
use generator::text::slug::slug_or;
use serde::Serialize;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Number;
use crate::routes::{Route, get};
use crate::screen;
use crate::visitor::Member;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![get(format!("{}{{id}}/", paths.url(&paths.contacts)), show)]
}

#[derive(Serialize)]
struct ContactsView {
    nick: String,
    profile_url: String,
    contacts: Vec<Contact>,
}

/// A way to reach somebody.
#[derive(Serialize)]
pub struct Contact {
    /// What it is.
    label: String,
    /// The address or number.
    text: String,
    /// For a browser to follow, where there is such a thing.
    url: Option<String>,
}

/// The page.
pub async fn show(State(app): State<Arc<App>>, member: Member, Number(id): Number) -> Result<Response> {
    let site = app.site();
    let id = MemberId(id);
    let (nick, contacts) = of(&app, &member, id).await?.ok_or(Fault::NotFound)?;
    let slug = slug_or(&nick, &site.config.paths.person_without_slug);
    let paths = &site.config.sidecar;
    let url = format!("{}{id}/", paths.url(&paths.contacts));
    let title = site.locale.text("contacts-title", &[("nick", nick.as_str().into())]);
    let view = ContactsView { profile_url: site.path(&Page::Member(id), &slug), nick, contacts };
    Ok(screen::page(&app, "contacts", StatusCode::OK, &url, &title, view))
}

/// The nick and the contacts that somebody permits `asking` to see; nothing where there is no such account.
///
/// # Errors
/// More often than anybody looks; a database that is away.
pub async fn of(app: &App, asking: &Member, id: MemberId) -> Result<Option<(String, Vec<Contact>)>> {
    let Some(known) = contacts::of_member(&mut app.snapshot().await?, id).await? else { return Ok(None) };
    // Only where there is something to gather.
    if known.email.is_some() || known.icq.is_some() {
        app.paces.contacts.take(asking.id.0, app.now())?;
    }
    let site = app.site();
    let mail = known.email.map(|email| Contact {
        label: site.locale.text("email-label", &[]),
        url: Some(format!("mailto:{email}")),
        text: email,
    });
    let icq = known.icq.map(|icq| Contact { label: "ICQ".to_owned(), url: None, text: icq });
    Ok(Some((known.nick, mail.into_iter().chain(icq).collect())))
}
