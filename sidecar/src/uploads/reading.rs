//! A file of a store as an answer: streamed, so that nobody holds all of it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use generator::store::{Opened, Reading, Store};

use crate::error::{Fault, Result};

use super::not_kept;

/// How long a store may take to begin.
const PATIENCE: Duration = Duration::from_secs(10);

/// A file, or the part of it that was asked for; nothing where the asker has this version of it.
///
/// # Errors
/// No such file, a store that is away.
pub async fn answer(store: &Store, key: &str, asked: &HeaderMap) -> Result<Response> {
    let opened = match tokio::time::timeout(PATIENCE, store.read(key, part(asked))).await {
        Ok(opened) => opened.map_err(|error| not_kept(&error))?,
        Err(_) => return Err(Fault::Unavailable(format!("UPLOADS does not answer: {}", store.location())).into()),
    };
    match opened {
        Opened::Missing => Err(Fault::NotFound.into()),
        Opened::NoSuchPart => Ok(StatusCode::RANGE_NOT_SATISFIABLE.into_response()),
        Opened::Reading(reading) if has_it(asked, reading.version.as_deref()) => {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            set(&mut response, header::ETAG, reading.version.as_deref());
            Ok(response)
        }
        Opened::Reading(reading) => Ok(response(*reading)),
    }
}

fn response(reading: Reading) -> Response {
    let mut response = StatusCode::OK.into_response();
    if reading.part.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    for (name, value) in [
        (header::CONTENT_TYPE, Some(reading.content_type.as_deref().unwrap_or("application/octet-stream"))),
        (header::CONTENT_RANGE, reading.part.as_deref()),
        (header::ETAG, reading.version.as_deref()),
        (header::LAST_MODIFIED, reading.changed.as_deref()),
    ] {
        set(&mut response, name, value);
    }
    if reading.version.is_some() {
        set(&mut response, header::ACCEPT_RANGES, Some("bytes"));
    }
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(reading.bytes));
    *response.body_mut() = Body::from_stream(reading.into_stream());
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(name, value);
    }
}

/// The one part that is asked for. Of more than one, or where it depends on the version, all of it is as good an answer.
fn part(asked: &HeaderMap) -> Option<String> {
    let range = asked.get(header::RANGE)?.to_str().ok()?;
    let is_one = range.starts_with("bytes=") && !range.contains(',') && !asked.contains_key(header::IF_RANGE);
    is_one.then(|| range.to_owned())
}

/// Not every server of a bucket knows `If-None-Match`.
fn has_it(asked: &HeaderMap, version: Option<&str>) -> bool {
    let Some(version) = version else { return false };
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bare = |version: &str| version.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|known| known.trim() == "*" || bare(known) == bare(version))
}
