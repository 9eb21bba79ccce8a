//! Answers: a page in the site's frame, or the way to one.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use generator::view::screen::Screen;
use serde::Serialize;

use crate::app::App;
use crate::front::is_own_path;

/// A page by `templates/sidecar/{template}.html`.
pub fn page(
    app: &App,
    template: &str,
    status: StatusCode,
    path: &str,
    title: &str,
    context: impl Serialize,
) -> Response {
    let current = app.current();
    match current.screens.page(&current.site, template, Screen { path, title }, context) {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!("cannot show a page: {error}");
            let text = current.site.locale.text("error-internal", &[]);
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

/// Leads a browser on to a page, to be got and not posted to. What is no path of the site leads to its home page.
pub fn see(path: &str) -> Response {
    let path = if is_own_path(path) { path } else { "/" };
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
