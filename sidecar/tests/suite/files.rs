//! What the file server says: statuses, types, caching, nothing of our own files.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use tower::ServiceExt;

use crate::harness::TestApp;

async fn get(app: &TestApp, path: &str) -> Response<Body> {
    let router = sidecar::files::with_security_headers(sidecar::files::router(&app.app));
    router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn files_are_served_with_their_headers() {
    let app = TestApp::demo().await;
    let assets: Vec<_> = std::fs::read_dir(app.settings.output.join("assets/css")).unwrap().collect();
    let stylesheet = format!("/assets/css/{}", assets[0].as_ref().unwrap().file_name().display());
    for (path, status, content_type, caching) in [
        ("/", StatusCode::OK, "text/html", "max-age=0"),
        ("/rubriky/clanky/", StatusCode::OK, "text/html", "max-age=0"),
        ("/rss/forum.xml", StatusCode::OK, "text/xml", "max-age=0"),
        (stylesheet.as_str(), StatusCode::OK, "text/css", "immutable"),
        ("/uploads/galerie/01.webp", StatusCode::OK, "image/webp", "max-age=0"),
        ("/no/such/page/", StatusCode::NOT_FOUND, "text/html", ""),
        ("/.graveyard/target.json", StatusCode::NOT_FOUND, "", ""),
        ("/%2egraveyard/target.json", StatusCode::NOT_FOUND, "", ""),
        ("/uploads/.hidden", StatusCode::NOT_FOUND, "", ""),
        ("/..%2f..%2fetc/passwd", StatusCode::NOT_FOUND, "", ""),
    ] {
        let response = get(&app, path).await;
        assert_eq!(response.status(), status, "{path}");
        let text =
            |name| response.headers().get(name).map_or("", |value: &header::HeaderValue| value.to_str().unwrap());
        assert!(text(header::CONTENT_TYPE).contains(content_type), "{path}: {}", text(header::CONTENT_TYPE));
        assert!(text(header::CACHE_CONTROL).contains(caching), "{path}: {}", text(header::CACHE_CONTROL));
        assert_eq!(text(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert!(response.headers().get(header::SET_COOKIE).is_none(), "{path}");
    }
    let upload = get(&app, "/uploads/galerie/01.webp").await;
    assert!(upload.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
}

#[tokio::test]
async fn a_missing_slash_is_added() {
    let app = TestApp::demo().await;
    let response = get(&app, "/rubriky/clanky").await;
    assert!(response.status().is_redirection());
    assert_eq!(response.headers()[header::LOCATION], "/rubriky/clanky/");
}

#[tokio::test]
async fn uploads_are_where_the_setting_says() {
    let mut app = TestApp::demo().await;
    for (uploads_url, path, status) in [
        ("/files", "/files/galerie/01.webp", StatusCode::OK),
        ("/files", "/uploads/galerie/01.webp", StatusCode::NOT_FOUND),
        ("https://uploads.example.org", "/uploads/galerie/01.webp", StatusCode::NOT_FOUND),
    ] {
        app.settings.uploads_url = uploads_url.to_owned();
        app.app = app.again();
        assert_eq!(get(&app, path).await.status(), status, "{uploads_url} {path}");
    }
}
