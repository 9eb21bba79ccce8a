//! The queue of creations: what waits for an editor, the oldest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::editing;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::Query;

use super::desk::Desk;
use super::item::state::said;
use super::lists::{LineView, creation_line};

/// Creations shown at once.
const SHOWN: i64 = 200;

/// What the page says once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

#[derive(Serialize)]
struct QueueView {
    lines: Vec<LineView>,
}

/// Those of the editor's sections.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let waiting = editing::waiting_creations(&mut app.snapshot().await?, &desk.sections(&site), SHOWN).await?;
    let view = QueueView { lines: waiting.into_iter().map(|line| creation_line(&site, line)).collect() };
    let title = site.locale.text("office-queue-creations", &[]);
    let said = said(&site, &asked.said);
    let url = paths.url(&paths.office_queue);
    Ok(super::page_saying(&app, &desk, "queue", StatusCode::OK, &url, &title, said, view))
}
