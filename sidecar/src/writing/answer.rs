//! The answer to what was posted: the page that shows it.

use axum::http::StatusCode;
use axum::response::Response;
use generator::page::Page;
use generator::publish::{Door, Marked};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::screen;

use super::places;

/// A key in the query, new each time: to whatever caches pages, this is a page that it has not seen yet.
const FRESH: &str = "fresh";

#[derive(Serialize)]
struct SoonView {
    url: String,
}

/// Waits for the page that shows a change and leads there. Where that takes long, says that the change is safe.
///
/// # Errors
/// None after the change was made but for a defect: what was acknowledged by the database is there.
pub async fn shown(app: &App, door: &Door, marked: &[Marked], page: &Page, anchor: &str) -> Result<Response> {
    let own: Vec<Marked> = marked.iter().filter(|mark| mark.page == *page).cloned().collect();
    let is_rendered = door.rendered(&own, app.options.page_patience).await.unwrap_or_else(|error| {
        tracing::warn!("cannot see whether {page} is rendered: {error}");
        false
    });
    let known = match app.snapshot().await {
        Ok(mut tx) => places::path(&mut tx, page).await.ok().flatten(),
        Err(_) => None,
    };
    let path = known.clone().unwrap_or_else(|| "/".to_owned());
    let url = format!("{path}?{FRESH}={}{anchor}", app.now().timestamp_millis());
    if is_rendered && known.is_some() {
        return Ok(screen::see(&url));
    }
    let title = app.site().locale.text("published-soon-title", &[]);
    Ok(screen::page(app, "published-soon", StatusCode::ACCEPTED, &path, &title, SoonView { url }))
}
