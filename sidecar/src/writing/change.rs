//! Editing and deleting what one wrote oneself, comments and forum posts alike.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_messages::{self, Own, Place};
use generator::model::{MemberId, Text, TextFormat};
use generator::page::Page;
use generator::publish::{Change, Shared, comments, forum};
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::view::{Html, screen};
use serde::Serialize;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::{Nothing, Number, Posted, Written};
use crate::routes::{Route, get, post};
use crate::visitor::Member;

use super::deed::{Deed, Made};
use super::places::Link;
use super::{Composer, EDIT_WINDOW, Fields, Verdict, deed, judge, mark_of, places};

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

/// The addresses at which those who wrote something in a place change it.
pub fn routes(paths: &SidecarPaths, place: Place) -> Vec<Route> {
    let edit_path = path_of(paths, place, "{id}", &paths.edit);
    let delete_path = path_of(paths, place, "{id}", &paths.delete);
    vec![
        get(edit_path.clone(), move |State(app), member, Number(id)| edit_form(app, place, id, member)),
        post(edit_path, move |State(app), Number(id), written| edit(app, place, id, written)),
        get(delete_path.clone(), move |State(app), member, Number(id)| delete_form(app, place, id, member)),
        post(delete_path, move |State(app), Number(id), posted| delete(app, place, id, posted)),
    ]
}

/// The form with the text.
async fn edit_form(app: Arc<App>, place: Place, id: i64, member: Member) -> Result<Response> {
    let (own, composer) = editable(&app, &member, place, id).await?;
    let composer = composer.of_text(mark_of(&own.body));
    Ok(composer.with_text(&app, &own.body))
}

/// What the form sends.
async fn edit(app: Arc<App>, place: Place, id: i64, written: Written<Fields>) -> Result<Response> {
    let Written { member, form, kept } = written;
    let (_, composer) = editable(&app, &member, place, id).await.map_err(|error| error.keeping(&kept))?;
    let text = match judge(&app, &member, &form) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => return Ok(composer.of_text(form.was).again(&app, again)),
    };
    let editing = Editing { member: member.id, place, id, text, was: form.was, site: app.site(), now: app.now() };
    deed::done(&app, &member, &editing).await.map_err(|error| error.keeping(&kept))
}

/// Another text about to take the place of one's own.
struct Editing {
    member: MemberId,
    place: Place,
    id: i64,
    text: Text,
    /// The mark of the text that the form was made from; a form from before there were marks has none.
    was: String,
    site: Arc<Site>,
    now: DateTime<Utc>,
}

impl Deed for Editing {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        // Once more: somebody may have deleted it, and the time goes on.
        let own = own(change, self.place, self.member, self.id).await?;
        if !is_editable(&own, self.now) {
            return Err(Fault::EditOver.into());
        }
        if !self.was.is_empty() && self.was != mark_of(&own.body) {
            return Err(Fault::TooLate("the text was changed meanwhile".to_owned()).into());
        }
        match self.place {
            Place::Discussion => comments::edit(change, self.id, &self.text).await?,
            Place::Forum => forum::edit(change, self.id, &self.text).await?,
        }
        let found = places::of_message(change.tx(), &self.site, self.place, &own).await?;
        let (page, _) = found.ok_or(Fault::NotFound)?;
        Ok(Made { page, anchor: format!("#c{}", self.id), is_new: true })
    }
}

async fn own(change: &mut Change<'_, Shared>, place: Place, member: MemberId, id: i64) -> Result<Own> {
    Ok(own_messages::by_id(change.tx(), place, member, id).await?.ok_or(Fault::NotFound)?)
}

/// The question.
async fn delete_form(app: Arc<App>, place: Place, id: i64, member: Member) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let own = own_messages::by_id(&mut tx, place, member.id, id).await?.ok_or(Fault::NotFound)?;
    let found = places::of_message(&mut tx, &site, place, &own).await?;
    let body = Text { source: own.body, format: own.body_format };
    let paths = &site.config.sidecar;
    let action = of(&app, place, id, &paths.delete);
    let title = site.locale.text("delete-title", &[]);
    let view = DeleteView {
        action: action.clone(),
        place: found.map(|(_, link)| link),
        body: screen::message(&site, &body, 1),
    };
    Ok(crate::screen::page(&app, "delete", StatusCode::OK, &action, &title, view))
}

/// Deletes it.
async fn delete(app: Arc<App>, place: Place, id: i64, posted: Posted<Nothing>) -> Result<Response> {
    let member = &posted.member;
    deed::done(&app, member, &Deleting { member: member.id, place, id, site: app.site() }).await
}

/// One's own text about to go.
struct Deleting {
    member: MemberId,
    place: Place,
    id: i64,
    site: Arc<Site>,
}

impl Deed for Deleting {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let own = own(change, self.place, self.member, self.id).await?;
        let found = places::of_message(change.tx(), &self.site, self.place, &own).await?;
        match self.place {
            Place::Discussion => comments::delete(change, self.id).await?,
            Place::Forum => forum::delete(change, self.id).await?,
        }
        // Of what was on no page there is nothing to show.
        let page = found.map_or(Page::Home, |(page, _)| page);
        Ok(Made { page, anchor: String::new(), is_new: true })
    }
}

/// The address of what can be done with a message.
pub fn of(app: &App, place: Place, id: i64, word: &str) -> String {
    path_of(&app.site().config.sidecar, place, &id.to_string(), word)
}

fn path_of(paths: &SidecarPaths, place: Place, id: &str, word: &str) -> String {
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
