//! The public files: what the generator built, and the uploads, for a site without a CDN in front.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use generator::store::CacheClass;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// Headers of every response. Pages carry their own content policy; who may frame them only a header can say.
const SECURITY_HEADERS: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// What an upload may do in a browser: nothing but be shown.
const UPLOADS_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Serves the built site in `output` and the uploads in `uploads` under `/uploads/`.
pub fn router(output: &Path, uploads: &Path) -> Router {
    let site = ServeDir::new(output).not_found_service(ServeFile::new(output.join("404.html")));
    let uploads = Router::new().fallback_service(ServeDir::new(uploads)).layer(SetResponseHeaderLayer::overriding(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(UPLOADS_POLICY),
    ));
    let mut router = Router::new().nest("/uploads", uploads).fallback_service(site).layer(from_fn(rules));
    for (name, value) in SECURITY_HEADERS {
        router = router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    router
}

/// Names that begin with a dot are nobody's business; caching goes by the class of the path.
async fn rules(request: Request<Body>, next: Next) -> Response<Body> {
    let path = request.uri().path().to_owned();
    if path.split('/').any(|part| part.starts_with('.') && part != ".well-known") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let class = CacheClass::of(path.trim_start_matches('/'));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(class.cache_control()));
    }
    response
}
