//! Public uploads that are in a bucket, for a site without another host that shows them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use crate::app::App;
use crate::error::{Fault, Result};

use super::reading;

/// When somebody may come again whom the bucket does not answer, in seconds.
const RETRY_AFTER_SECONDS: u64 = 30;

/// A file by its path. Names that begin with a dot, private ones among them, are refused before.
pub async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match find(&app, &parts).await.map_err(|error| error.fault) {
        Ok(response) => response,
        Err(Fault::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(fault) => {
            tracing::warn!("cannot give an upload now: {fault}");
            let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
    }
}

async fn find(app: &App, asked: &Parts) -> Result<Response> {
    let path = percent_decode_str(asked.uri.path()).decode_utf8().map_err(|_| Fault::NotFound)?;
    let store = app.uploads.store().await?;
    reading::answer(&store, path.trim_start_matches('/'), &asked.headers).await
}
