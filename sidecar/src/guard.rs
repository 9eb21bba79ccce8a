//! What every request of the sidecar's own addresses passes through: whether it may be asked at all, and the headers of
//! its answer.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::{Error, Fault};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// As addresses and forms hold it.
pub const NUL: &str = "%00";
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Longer than any answer takes that somebody waits for: a login waits for others' hashes, a post for its page.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Refuses what asks for another host: a page under a foreign name would have cookies and links that lead elsewhere.
pub async fn host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    // A request that came over no connection has a host neither here nor there.
    let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default().to_owned());
    match named.or_else(|| request.uri().host().map(str::to_owned)) {
        Some(host) if !app.front.is_own_host(&host) => Error::from(Fault::WrongHost).into_response(),
        _ => next.run(request).await,
    }
}

/// Refuses what another site's page sends. No token is needed for it, and static pages could hold none.
pub async fn cross_site(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_same_site(&app, request.headers()) {
        return next.run(request).await;
    }
    Error::from(Fault::CrossSite).into_response()
}

/// Refuses an address with a NUL in it: no text holds one, and PostgreSQL takes none.
pub async fn nul(request: Request, next: Next) -> Response {
    if holds_nul(request.uri()) { Error::from(Fault::NotFound).into_response() } else { next.run(request).await }
}

/// Whether the path or the query of an address holds a NUL.
pub fn holds_nul(uri: &Uri) -> bool {
    uri.path().contains(NUL) || uri.query().is_some_and(|query| query.contains(NUL))
}

/// A browser says where a request comes from; one that says nothing at all is too old, or no browser.
fn is_same_site(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match text(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => text(header::ORIGIN).is_some_and(|origin| app.front.is_own_origin(origin)),
    }
}

/// As [`ANSWER_TIMEOUT`], where files come first, from a phone in the country: 45 MB at 1 Mbit/s.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(400);

/// Gives up what takes too long.
pub async fn in_time(request: Request, next: Next) -> Response {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let has_files = content_type.is_some_and(|value| value.starts_with("multipart/"));
    let timeout = if has_files { UPLOAD_TIMEOUT } else { ANSWER_TIMEOUT };
    match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::from(Fault::Unavailable("it takes too long".to_owned())).into_response(),
    }
}

/// Puts the headers on that every answer has. None is kept anywhere: each is for one person at one moment.
pub async fn headers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!("{}; frame-ancestors 'none'", app.current().screens.policy());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    // A file that somebody brought has a stricter one.
    if let (Ok(policy), false) = (HeaderValue::from_str(&policy), headers.contains_key(header::CONTENT_SECURITY_POLICY))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
