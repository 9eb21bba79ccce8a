//! Comments on creations: posted from the creation's static page.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use generator::db::own_messages::{self, Place};
use generator::model::{CreationId, Text};
use generator::page::Page;
use generator::publish::comments;
use generator::site::sidecar_paths::SidecarPaths;
use serde::Deserialize;

use crate::app::{App, begun};
use crate::error::{Fault, Result};
use crate::form::{Nothing, Posted};
use crate::routes::{Route, get, post};
use crate::visitor::Member;
use crate::writing::{Composer, Fields, SAME_TEXT_WINDOW, Verdict, answer, change, judge, places};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let area = paths.url(&paths.comments);
    let of = |word: &str| format!("{area}{{id}}/{word}/");
    vec![
        post(area.clone(), create),
        get(of(&paths.edit), edit_form),
        post(of(&paths.edit), edit),
        get(of(&paths.delete), delete_form),
        post(of(&paths.delete), delete),
    ]
}

/// What the form on a creation's page sends.
#[derive(Debug, Deserialize)]
pub struct NewComment {
    creation: i64,
    #[serde(flatten)]
    fields: Fields,
}

/// Posts a comment, or shows how it will look.
pub async fn create(State(app): State<Arc<App>>, posted: Posted<NewComment>) -> Result<Response> {
    let Posted { member, form, kept, .. } = posted;
    let creation = CreationId(form.creation);
    let site = app.site();
    let found = async { places::creation(&mut app.snapshot().await?, &site, creation).await };
    let found = found.await.and_then(|found| found.ok_or_else(|| Fault::NotFound.into()));
    let (page, link) = found.map_err(|error| error.keeping(&kept))?;
    let text = match judge(&app, &member, &form.fields) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => {
            let composer = Composer {
                title: "write-comment",
                action: kept.action,
                place: Some(link),
                hidden: vec![("creation", creation.to_string())],
                button: "write-comment-send",
            };
            return Ok(composer.again(&app, again));
        }
    };
    add(&app, &member, creation, &page, &text).await.map_err(|error| error.keeping(&kept))
}

async fn add(app: &App, member: &Member, creation: CreationId, page: &Page, text: &Text) -> Result<Response> {
    let now = app.now();
    let door = app.open_door()?;
    let mut change = begun(door.begin(now)).await?;
    let id = comments::add(&mut change, creation, member.id, text).await?;
    let own = own_messages::by_id(change.tx(), Place::Discussion, member.id, id).await?.ok_or(Fault::NotFound)?;
    let since = now - SAME_TEXT_WINDOW;
    if let Some(before) = own_messages::same_before(change.tx(), Place::Discussion, member.id, &own, since).await? {
        drop(change);
        return answer::shown(app, &door, &[], page, &format!("#c{before}")).await;
    }
    let marked = change.commit().await?;
    answer::shown(app, &door, &marked, page, &format!("#c{id}")).await
}

/// The form with a comment of one's own.
pub async fn edit_form(State(app): State<Arc<App>>, member: Member, Path(id): Path<i64>) -> Result<Response> {
    change::edit_form(&app, &member, Place::Discussion, id).await
}

/// What that form sends.
pub async fn edit(State(app): State<Arc<App>>, Path(id): Path<i64>, posted: Posted<Fields>) -> Result<Response> {
    change::edit(&app, posted, Place::Discussion, id).await
}

/// Asks whether a comment of one's own is to go.
pub async fn delete_form(State(app): State<Arc<App>>, member: Member, Path(id): Path<i64>) -> Result<Response> {
    change::delete_form(&app, &member, Place::Discussion, id).await
}

/// Deletes it.
pub async fn delete(State(app): State<Arc<App>>, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response> {
    change::delete(&app, &posted.member, Place::Discussion, id).await
}
