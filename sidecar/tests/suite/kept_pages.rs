//! The sidecar's own pages as tests were answered with them, kept in the folder that `PAGES` names, for the Nu HTML
//! checker: what was sent is not what a browser makes of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::Next;

/// No page is longer.
const PAGE_BYTES_MAX: usize = 1 << 26;

/// The folder, if there is one.
fn folder() -> Option<PathBuf> {
    std::env::var_os("PAGES").map(PathBuf::from)
}

/// Whether pages are kept at all.
pub fn are_kept() -> bool {
    folder().is_some()
}

/// Keeps a page that a server in a test answers with.
pub async fn passing(request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if !is_own_page(response.headers()) {
        return response;
    }
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, PAGE_BYTES_MAX).await.unwrap();
    keep(&path, head.status, &head.headers, &bytes);
    Response::from_parts(head, Body::from(bytes))
}

/// Keeps a page, once however often it is the same; built pages and what is no page are left out.
pub fn keep(path: &str, status: StatusCode, headers: &HeaderMap, bytes: &[u8]) {
    let Some(folder) = folder() else { return };
    if !is_own_page(headers) || bytes.is_empty() {
        return;
    }
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let words: Vec<&str> = path.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let mut name = words.join("-");
    name.truncate(100);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}-{}-{:016x}.html", status.as_u16(), hasher.finish())), bytes).unwrap();
}

fn is_own_page(headers: &HeaderMap) -> bool {
    let begins = |name, with| headers.get(name).and_then(|it| it.to_str().ok()).is_some_and(|it| it.starts_with(with));
    begins(header::CONTENT_TYPE, "text/html") && begins(header::CACHE_CONTROL, "no-store")
}
