//! What is noted of every request: its id, a line in the log, a count for the operators. Nothing of who asks.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::app::App;
use crate::error::without_secrets;

/// What a router or CDN in front calls a request; Heroku's does.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ones are none.
const ID_CHARS_MAX: usize = 64;

/// What requests of no row of the table are counted as: files and old addresses.
pub const FILES: &str = "files";

/// Notes a request, and gives its id to whoever asks.
pub async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), without_secrets(&app.site().config.sidecar, request.uri().path()));
    let id = request.headers().get(REQUEST_ID).and_then(sound).unwrap_or_else(random_id);
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, time) = (response.status().as_u16(), begun.elapsed());
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| match &route {
        Some(_) => tracing::info!(%method, path, status, milliseconds, "{method} {path} {status} {milliseconds} ms"),
        None => tracing::debug!(%method, path, status, milliseconds, "{method} {path} {status} {milliseconds} ms"),
    });
    app.metrics.request(&method, route.as_deref().unwrap_or(FILES), status, time);
    if app.is_leaving.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// An id that may stand in a log.
fn sound(id: &HeaderValue) -> Option<String> {
    let id = id.to_str().ok()?;
    let is_sound = !id.is_empty()
        && id.len() <= ID_CHARS_MAX
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_sound.then(|| id.to_owned())
}

fn random_id() -> String {
    let mut bytes = [0; 8];
    // Without random numbers nobody could log in either; an id that is not unique is still one.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
