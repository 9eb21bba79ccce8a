//! Posts in the forum: posted from its static page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_messages::Place;
use generator::model::{MemberId, Text};
use generator::page::Page;
use generator::publish::{Change, Shared, forum};
use generator::site::sidecar_paths::SidecarPaths;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::{Nothing, Number, Posted, Written};
use crate::routes::{Route, get, post};
use crate::visitor::Member;
use crate::writing::deed::{Deed, Made};
use crate::writing::{Composer, Fields, Verdict, change, deed, judge, places};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let area = paths.url(&paths.forum_posts);
    let of = |word: &str| format!("{area}{{id}}/{word}/");
    vec![
        post(area.clone(), create),
        get(of(&paths.edit), edit_form),
        post(of(&paths.edit), edit),
        get(of(&paths.delete), delete_form),
        post(of(&paths.delete), delete),
    ]
}

/// Posts, or shows how it will look.
pub async fn create(State(app): State<Arc<App>>, written: Written<Fields>) -> Result<Response> {
    let Written { member, form, kept } = written;
    let site = app.site();
    if !site.config.features.forum {
        return Err(Fault::NotFound.into());
    }
    let found = async { places::forum(&mut app.snapshot().await?, &site).await };
    let (page, link) = found.await.map_err(|error| error.keeping(&kept))?;
    let text = match judge(&app, &member, &form) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => {
            let composer = Composer {
                title: "write-post",
                action: kept.action,
                place: Some(link),
                hidden: Vec::new(),
                button: "write-post-send",
            };
            return Ok(composer.again(&app, again));
        }
    };
    let adding = Adding { member: member.id, page, text, now: app.now() };
    deed::done(&app, &member, &adding).await.map_err(|error| error.keeping(&kept))
}

/// A post about to be posted.
struct Adding {
    member: MemberId,
    page: Page,
    text: Text,
    now: DateTime<Utc>,
}

impl Deed for Adding {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let id = forum::add(change, self.member, &self.text).await?;
        Made::message(change, Place::Forum, self.member, id, &self.page, self.now).await
    }
}

/// The form with a post of one's own.
pub async fn edit_form(State(app): State<Arc<App>>, member: Member, Number(id): Number) -> Result<Response> {
    change::edit_form(&app, &member, Place::Forum, id).await
}

/// What that form sends.
pub async fn edit(State(app): State<Arc<App>>, Number(id): Number, written: Written<Fields>) -> Result<Response> {
    change::edit(&app, written, Place::Forum, id).await
}

/// Asks whether a post of one's own is to go.
pub async fn delete_form(State(app): State<Arc<App>>, member: Member, Number(id): Number) -> Result<Response> {
    change::delete_form(&app, &member, Place::Forum, id).await
}

/// Deletes it.
pub async fn delete(State(app): State<Arc<App>>, Number(id): Number, posted: Posted<Nothing>) -> Result<Response> {
    change::delete(&app, &posted.member, Place::Forum, id).await
}
