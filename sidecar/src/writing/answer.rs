//! The answer to what was posted: the page that shows it.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use generator::page::Page;
use generator::publish::{Door, Marked};
use serde::Serialize;

use crate::app::App;
use crate::screen;

use super::places;

/// A key in the query, new each time: to whatever caches pages, this is a page that it has not seen yet.
const FRESH: &str = "fresh";

/// How long the looks themselves may take, beside the time that is waited for the page.
const LOOK_PATIENCE: Duration = Duration::from_secs(1);

#[derive(Serialize)]
struct SoonView {
    url: String,
}

/// Waits for the page that shows a change and leads there. Where that takes long, says that the change is safe.
pub async fn shown(app: &App, door: &Door, marked: &[Marked], page: &Page, anchor: &str) -> Response {
    // Whatever the database does now, the change is made.
    let patience = app.options.page_patience + LOOK_PATIENCE;
    let looked = tokio::time::timeout(patience, look(app, door, marked, page)).await;
    let (is_rendered, known) = looked.unwrap_or_else(|_| {
        tracing::warn!("cannot see in time whether {page} is rendered");
        (false, None)
    });
    let path = known.clone().unwrap_or_else(|| "/".to_owned());
    let url = format!("{path}?{FRESH}={}{anchor}", app.now().timestamp_millis());
    if is_rendered && known.is_some() {
        return screen::see(&url);
    }
    let title = app.site().locale.text("published-soon-title", &[]);
    screen::page(app, "published-soon", StatusCode::ACCEPTED, &path, &title, SoonView { url })
}

/// Waits for the page that shows a change, for as long as anybody would.
pub async fn wait(app: &App, door: &Door, marked: &[Marked], page: &Page) {
    let patience = app.options.page_patience + LOOK_PATIENCE;
    if tokio::time::timeout(patience, look(app, door, marked, page)).await.is_err() {
        tracing::warn!("cannot see in time whether {page} is rendered");
    }
}

/// Whether the page was rendered, and its path where it is known.
async fn look(app: &App, door: &Door, marked: &[Marked], page: &Page) -> (bool, Option<String>) {
    let own: Vec<Marked> = marked.iter().filter(|mark| mark.page == *page).cloned().collect();
    let is_rendered = door.rendered(&own, app.options.page_patience).await.unwrap_or_else(|error| {
        tracing::warn!("cannot see whether {page} is rendered: {error}");
        false
    });
    let known = match app.snapshot().await {
        Ok(mut tx) => places::path(&mut tx, page).await.ok().flatten(),
        Err(_) => None,
    };
    (is_rendered, known)
}
