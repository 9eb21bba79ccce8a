//! What is shown instead of pages while a file is broken.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::value::Serde;
use minijinja::{Environment, context};

use super::files::Edition;
use super::{EVENTS_PATH, SCRIPT_PATH, excerpt, respond};

/// Embedded, and rendered by itself: what is broken may be any template of the site.
const TEMPLATE: &str = include_str!("fault.html");

/// A page with the error and, where it names a place in a file of the site, the lines around it.
pub(super) fn page(edition: &Edition, error: &str) -> Response {
    let excerpt = edition.files.as_ref().and_then(|files| excerpt::find(files, error));
    let context = context! {
        error, excerpt => Serde(excerpt), script => SCRIPT_PATH, events => EVENTS_PATH, edition => edition.number
    };
    let body = Environment::new().render_named_str("fault.html", TEMPLATE, context);
    let body = body.unwrap_or_else(|error| error.to_string());
    respond(StatusCode::INTERNAL_SERVER_ERROR, "text/html; charset=utf-8", body.into_bytes())
}
