//! A work as its page will be: the very page that a build makes, with a bar above it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use generator::db::{submissions, uploads};
use generator::model::{CreationId, copies};
use generator::preview;
use generator::view::screen::Screen;
use serde::Serialize;

use crate::app::{App, begun};
use crate::error::{Error, Fault, Result};
use crate::form::Number;
use crate::screen::see;
use crate::uploads::private;
use crate::visitor::Member;

use super::url;

/// Above the page.
#[derive(Serialize)]
struct BarView {
    text: String,
    url: String,
    link: String,
}

/// The author's own look at it. Of a work that is public, the page itself is one.
pub async fn show(State(app): State<Arc<App>>, member: Member, Number(id): Number) -> Result<Response> {
    let site = app.site();
    let id = CreationId(id);
    let own = submissions::own(&mut app.snapshot().await?, member.id, id).await?.ok_or(Fault::NotFound)?;
    let back = url(&site.config.sidecar, id);
    app.paces.preview.take(member.id.0, app.now())?;
    match as_published(&app, id, &back, "work-preview-back").await {
        // What is missing is said beside the fields.
        Err(Error { fault: Fault::Malformed(_), .. }) if own.state != generator::db::creations::APPROVED => {
            Ok(see(&format!("{back}?said=incomplete")))
        }
        outcome => outcome,
    }
}

/// The page of any work as it would be published now; the bar leads to `back`, by a link of this message. Who may look is
/// the caller's business.
///
/// # Errors
/// It is not there, or not complete.
pub async fn as_published(app: &App, id: CreationId, back: &str, message: &'static str) -> Result<Response> {
    let current = app.current();
    let (site, door) = (&current.site, app.open_door()?);
    let attached = uploads::of_creation(&mut app.snapshot().await?, id).await?;
    let change = begun(door.begin_alone(app.now())).await?;
    let mut html = preview::page(change, id, site, &current.renderer).await.map_err(|error| match error {
        preview::Error::Publish(error) => Error::from(error),
        preview::Error::Page(fault) => Fault::Internal(format!("the page of creation {id}: {fault}")).into(),
    })?;
    // Names hold the hash of what they name: nothing else on the page is called so.
    for file in attached.into_iter().filter(|file| !file.is_public).map(|file| file.upload) {
        let copies = copies(&file.path, &file.widths).map(|(_, path)| path);
        for path in copies.chain([file.path.clone()]) {
            html = html.replace(&site.upload_url(&path), &private::url(&site.config.sidecar, &path));
        }
    }
    let text = |message: &'static str| site.locale.text(message, &[]);
    let bar = BarView { text: text("work-preview-bar"), url: back.to_owned(), link: text(message) };
    let title = text("work-preview-bar");
    let bar = current.screens.page(site, "preview-bar", Screen { path: back, title: &title }, bar);
    let bar = bar.map_err(|error| Fault::Internal(error.to_string()))?;
    let html = html.replacen("<main ", &format!("{bar}<main "), 1);
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}
