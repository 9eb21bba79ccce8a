//! The queue of creations: what waits for an editor, the oldest first.

pub mod decide;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::editing::{self, CreationLine};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::form::Query;

use super::desk::{Desk, keys};
use super::lists::{LineView, creation_line};
use super::said;

/// Creations shown at once.
const SHOWN: i64 = 200;

#[derive(Serialize)]
struct QueueView {
    lines: Vec<LineView>,
}

/// Those of the editor's sections.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<said::Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let sections = keys(&desk.sections(&mut tx, &site).await?);
    let waiting = editing::waiting_creations(&mut tx, &sections, SHOWN).await?;
    drop(tx);
    let line = |line: CreationLine| {
        let url = decide::url(&site, line.id);
        creation_line(&site, line).leading_to(url)
    };
    let view = QueueView { lines: waiting.into_iter().map(line).collect() };
    let title = site.locale.text("office-queue-creations", &[]);
    let said = asked.text(&site);
    let url = paths.url(&paths.office_queue);
    Ok(super::page_saying(&app, &desk, "queue", StatusCode::OK, &url, &title, said, view))
}
