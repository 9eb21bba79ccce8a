//! One page as it would be built now, or an asset.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use crate::build::{self, Made};
use crate::db::Db;
use crate::load;
use crate::page::Page;
use crate::render::Rendered;
use crate::store;

use super::files::{Edition, Ready};
use super::{EVENTS_PATH, SCRIPT_PATH, fault, respond};

/// Answers a request for a path.
pub(super) async fn answer(db: &Db, edition: &Edition, path: &str) -> Response {
    let ready = match &edition.state {
        Ok(ready) => ready,
        Err(reason) => return fault::page(edition, reason),
    };
    let path = percent_decode_str(path).decode_utf8_lossy();
    if let Some(asset) = ready.renderer.assets.iter().find(|asset| asset.path == path) {
        return respond(StatusCode::OK, asset.object.content_type, asset.object.body.clone());
    }
    match find(db, ready, &path).await {
        Ok(Found::Page(status, rendered)) => show(edition, status, rendered),
        Ok(Found::Elsewhere(path)) => redirect(&path),
        Err(reason) => fault::page(edition, &reason),
    }
}

enum Found {
    Page(StatusCode, Rendered),
    Elsewhere(String),
}

/// The page at a path; the page that says that there is none; or where it stands now.
async fn find(db: &Db, ready: &Ready, path: &str) -> Result<Found, String> {
    let parsed = ready.site.config.paths.parse(path).map(|parsed| parsed.page);
    let candidates = parsed.into_iter().chain([Page::Redirect(path.to_owned())]);
    // What no file could be called needs no look into the database, which might refuse the question.
    let is_possible = |page: &Page| !matches!(page, Page::NotFound) && store::is_page_path(path);
    for page in candidates.filter(is_possible) {
        match make(db, ready, page.clone()).await? {
            Made::Page(rendered) if rendered.path == path => match &rendered.object.redirect {
                Some(url) => {
                    let elsewhere = url.strip_prefix(&ready.site.url).unwrap_or(url);
                    return Ok(Found::Elsewhere(elsewhere.to_owned()));
                }
                None => return Ok(Found::Page(StatusCode::OK, rendered)),
            },
            Made::Page(rendered) => return Ok(Found::Elsewhere(rendered.path)),
            Made::Fault(reason) => return Err(format!("{page}: {reason}")),
            Made::Gone => {}
        }
    }
    match make(db, ready, Page::NotFound).await? {
        Made::Page(rendered) => Ok(Found::Page(StatusCode::NOT_FOUND, rendered)),
        Made::Fault(reason) => Err(reason),
        Made::Gone => Err("this site has no page that says that there is none".to_owned()),
    }
}

/// Makes a page as a builder does.
async fn make(db: &Db, ready: &Ready, page: Page) -> Result<Made, String> {
    let failed = |error: sqlx::Error| format!("the database fails: {error}");
    let mut tx = db.snapshot().await.map_err(failed)?;
    let batch = load::load(&mut tx, &ready.site, vec![page]).await.map_err(failed)?;
    let (site, renderer) = (Arc::clone(&ready.site), Arc::clone(&ready.renderer));
    let made = tokio::task::spawn_blocking(move || build::make(&site, &renderer, &batch, 0, Vec::new()));
    made.await.map_err(|error| format!("a defect in the program: {error}"))
}

fn show(edition: &Edition, status: StatusCode, rendered: Rendered) -> Response {
    let object = rendered.object;
    let is_page = object.content_type.starts_with("text/html");
    let body = if is_page { with_script(&object.body, edition.number) } else { Cow::Borrowed(object.body.as_slice()) };
    respond(status, object.content_type, body.into_owned())
}

/// Adds our script to a page, whose content policy lets it ask its own origin for events, as on any http site.
fn with_script(body: &[u8], edition: u64) -> Cow<'_, [u8]> {
    let Ok(text) = std::str::from_utf8(body) else { return Cow::Borrowed(body) };
    let script = format!(
        "<script src=\"{SCRIPT_PATH}\" data-events=\"{EVENTS_PATH}\" data-edition=\"{edition}\"></script>\n</head>"
    );
    Cow::Owned(text.replacen("</head>", &script, 1).into_bytes())
}

fn redirect(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
