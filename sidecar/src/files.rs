//! The public files: what the generator built, and the uploads, for a site without a CDN in front.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use generator::settings::Settings;
use generator::store::address::is_address;
use generator::store::{CacheClass, download_type};
use percent_encoding::percent_decode_str;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::front::Front;

/// Headers of every response.
const SECURITY_HEADERS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Pages carry their own content policy; who may frame them only a header can say.
const FRAME_POLICY: &str = "frame-ancestors 'none'";

/// For a year, this host is asked by https alone.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// What an upload may do in a browser: nothing but be shown.
pub const UPLOADS_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Serves the built site, unless it is in a bucket, and, where `UPLOADS_URL` is a path of the site, the uploads at it.
pub fn router(settings: &Settings) -> Router {
    let output = &settings.output;
    let mut router = match is_address(output) {
        true => Router::new().fallback(async || StatusCode::NOT_FOUND),
        false => {
            let not_found = ServeFile::new(output.join("404.html"));
            Router::new().fallback_service(ServeDir::new(output).not_found_service(not_found))
        }
    };
    router = router.layer(from_fn_with_state(settings.cdn.page_class(), rules));
    if settings.uploads_url.starts_with('/') {
        // Nobody tells a CDN of them.
        let uploads = uploads(&settings.uploads).layer(from_fn_with_state(CacheClass::Revalidate, rules));
        router = router.nest(&settings.uploads_url, uploads);
    }
    router
}

/// Puts the headers on every response that a router gives.
pub fn with_security_headers(router: Router, front: &Front) -> Router {
    let router = SECURITY_HEADERS.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)))
    });
    let policy = HeaderValue::from_static(FRAME_POLICY);
    let router = router.layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy));
    if !front.is_secure() {
        return router;
    }
    router.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS)))
}

fn uploads(folder: &Path) -> Router {
    let policy = HeaderValue::from_static(UPLOADS_POLICY);
    Router::new()
        .fallback_service(ServeDir::new(folder))
        .layer(SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, policy))
        .layer(from_fn(downloads))
}

/// Lets browsers save what is no picture, instead of opening it here.
async fn downloads(request: Request<Body>, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|value| download_type(value).is_some()) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, attachment(&path));
    }
    response
}

/// Has a file saved under the last part of its path; of it only what needs no quoting in a header stays.
pub fn attachment(path: &str) -> HeaderValue {
    let last = path.rsplit('/').next().unwrap_or_default();
    let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    let text = format!("attachment; filename=\"{name}\"");
    HeaderValue::from_str(&text).expect("letters, digits, dots and dashes are visible ASCII")
}

/// Names that begin with a dot are nobody's business; caching goes by the class of the path.
async fn rules(State(page_class): State<CacheClass>, request: Request<Body>, next: Next) -> Response<Body> {
    // As the file service will read it: `%2e` is a dot.
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    if path.split('/').any(|part| part.starts_with('.') && part != ".well-known") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let class = match CacheClass::of(path.trim_start_matches('/')) {
            CacheClass::Immutable => CacheClass::Immutable,
            CacheClass::Revalidate | CacheClass::Purged => page_class,
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(class.cache_control()));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_download_is_called_what_a_header_can_hold() {
        for (path, name) in [
            ("u/00/0123/denik-postavy.pdf", "denik-postavy.pdf"),
            ("/downloads/Star%C3%BD_den%C3%ADk.zip", "StarC3BD_denC3ADk.zip"),
            ("a\"; filename=x.html\r\nset-cookie: a=b", "afilenamex.htmlset-cookieab"),
            ("řeč/", ""),
        ] {
            assert_eq!(attachment(path), format!("attachment; filename=\"{name}\""), "{path}");
        }
    }
}
