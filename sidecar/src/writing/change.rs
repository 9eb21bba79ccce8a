//! Editing and deleting what one wrote oneself, comments and forum posts alike.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_messages::{self, Own, Place};
use generator::model::{Text, TextFormat};
use generator::page::Page;
use generator::publish::{comments, forum};
use generator::view::{Html, screen};
use serde::Serialize;

use crate::app::{App, begun};
use crate::error::{Fault, Result};
use crate::form::Posted;
use crate::visitor::Member;

use super::places::Link;
use super::{Composer, EDIT_WINDOW, Fields, Verdict, answer, judge, places};

#[derive(Serialize)]
struct DeleteView {
    action: String,
    place: Option<Link>,
    body: Html,
}

/// Whether a text can still be edited. An imported one is HTML, and older.
pub fn is_editable(own: &Own, now: DateTime<Utc>) -> bool {
    own.body_format == TextFormat::Markdown && own.posted_at.is_some_and(|at| now - at <= EDIT_WINDOW)
}

/// The form with the text.
pub async fn edit_form(app: &Arc<App>, member: &Member, place: Place, id: i64) -> Result<Response> {
    let (own, composer) = editable(app, member, place, id).await?;
    Ok(composer.with_text(app, &own.body))
}

/// What the form sends.
pub async fn edit(app: &Arc<App>, posted: Posted<Fields>, place: Place, id: i64) -> Result<Response> {
    let Posted { member, form, kept, .. } = posted;
    let (_, composer) = editable(app, &member, place, id).await.map_err(|error| error.keeping(&kept))?;
    let text = match judge(app, &member, &form) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => return Ok(composer.again(app, again)),
    };
    write(app, &member, place, id, &text).await.map_err(|error| error.keeping(&kept))
}

async fn write(app: &Arc<App>, member: &Member, place: Place, id: i64, text: &Text) -> Result<Response> {
    let now = app.now();
    let door = app.open_door()?;
    let mut change = begun(door.begin(now)).await?;
    // Once more: somebody may have deleted it, and the time goes on.
    let own = own_messages::by_id(change.tx(), place, member.id, id).await?.ok_or(Fault::NotFound)?;
    if !is_editable(&own, now) {
        return Err(Fault::EditOver.into());
    }
    match place {
        Place::Discussion => comments::edit(&mut change, id, text).await?,
        Place::Forum => forum::edit(&mut change, id, text).await?,
    }
    let (page, _) = places::of_message(change.tx(), &door.site, place, &own).await?.ok_or(Fault::NotFound)?;
    let marked = change.commit().await?;
    answer::shown(app, &door, &marked, &page, &format!("#c{id}")).await
}

/// The question.
pub async fn delete_form(app: &Arc<App>, member: &Member, place: Place, id: i64) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let own = own_messages::by_id(&mut tx, place, member.id, id).await?.ok_or(Fault::NotFound)?;
    let found = places::of_message(&mut tx, &site, place, &own).await?;
    let body = Text { source: own.body, format: own.body_format };
    let paths = &site.config.sidecar;
    let action = of(app, place, id, &paths.delete);
    let title = site.locale.text("delete-title", &[]);
    let view = DeleteView {
        action: action.clone(),
        place: found.map(|(_, link)| link),
        body: screen::message(&site, &body, 1),
    };
    Ok(crate::screen::page(app, "delete", StatusCode::OK, &action, &title, view))
}

/// Deletes it.
pub async fn delete(app: &Arc<App>, member: &Member, place: Place, id: i64) -> Result<Response> {
    let door = app.open_door()?;
    let mut change = begun(door.begin(app.now())).await?;
    let own = own_messages::by_id(change.tx(), place, member.id, id).await?.ok_or(Fault::NotFound)?;
    let found = places::of_message(change.tx(), &door.site, place, &own).await?;
    match place {
        Place::Discussion => comments::delete(&mut change, id).await?,
        Place::Forum => forum::delete(&mut change, id).await?,
    }
    let marked = change.commit().await?;
    // Of what was on no page there is nothing to show.
    let page = found.map_or(Page::Home, |(page, _)| page);
    answer::shown(app, &door, &marked, &page, "").await
}

/// The address of what can be done with a message.
pub fn of(app: &App, place: Place, id: i64, word: &str) -> String {
    let site = app.site();
    let paths = &site.config.sidecar;
    let area = match place {
        Place::Discussion => &paths.comments,
        Place::Forum => &paths.forum_posts,
    };
    format!("{}{id}/{word}/", paths.url(area))
}

async fn editable(app: &Arc<App>, member: &Member, place: Place, id: i64) -> Result<(Own, Composer)> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let own = own_messages::by_id(&mut tx, place, member.id, id).await?.ok_or(Fault::NotFound)?;
    if !is_editable(&own, app.now()) {
        return Err(Fault::EditOver.into());
    }
    let found = places::of_message(&mut tx, &site, place, &own).await?;
    let composer = Composer {
        title: "edit-title",
        action: of(app, place, id, &site.config.sidecar.edit),
        place: found.map(|(_, link)| link),
        hidden: Vec::new(),
        button: "edit-send",
    };
    Ok((own, composer))
}
