//! What an operator is told who has set something wrong: which setting to change. Nothing is lost by it.

use generator::db::stale;
use hyper::Method;

use crate::harness::Engine;
use crate::interrupted::child::Build;
use crate::publish::Door;

use super::server::{Fault, Server};

/// The build ends with this message and the pages wait.
async fn assert_says(door: &Door, build: Build, expected: &[&str]) {
    let ended = build.start().end().await;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.said);
    for expected in expected {
        assert!(ended.said.contains(expected), "no `{expected}` in: {}", ended.said);
    }
    assert!(ended.said.lines().count() < 12, "once is enough: {}", ended.said);
    let mut tx = door.site.opened.db.snapshot().await.unwrap();
    assert!(stale::count(&mut tx).await.unwrap() > 0, "the pages stay stale");
    assert_eq!(stale::failed(&mut tx).await.unwrap(), [], "no page is at fault");
}

#[tokio::test]
async fn what_is_set_wrong_is_named() {
    let server = Server::start();
    let door = Door::open(Engine::Sqlite).await;
    door.publish("povesti", &["A", "B"]).await;
    let build = || Build::into_bucket(&door.site, &server, "site");

    let say = build().variable("AWS_ACCESS_KEY_ID", "AKNOBODY");
    assert_says(&door, say, &["the server knows no such access key: set AWS_ACCESS_KEY_ID"]).await;
    let say = build().variable("AWS_SECRET_ACCESS_KEY", "wrong");
    assert_says(&door, say, &["the secret key is not that of the access key: set AWS_SECRET_ACCESS_KEY"]).await;
    let say = build().without("AWS_ACCESS_KEY_ID").without("AWS_SECRET_ACCESS_KEY");
    assert_says(&door, say, &["no credentials are set: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"]).await;
    let say = build().without("AWS_ENDPOINT_URL").without("AWS_REGION");
    assert_says(&door, say, &["no region is set: set AWS_REGION to the bucket's"]).await;
    let say = build().variable("OUTPUT", "s3://elsewhere/site");
    assert_says(&door, say, &["there is no bucket elsewhere: make it, or set OUTPUT"]).await;
    let say = build().variable("OUTPUT", "s3://Elsewhere");
    assert_says(&door, say, &["OUTPUT: `s3://Elsewhere` is no address such as s3://bucket"]).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let say = build().variable("AWS_ENDPOINT_URL", &format!("http://{nobody}"));
    assert_says(&door, say, &["no connection (", "AWS_ENDPOINT_URL and AWS_REGION"]).await;

    for (method, status, code, region, expected) in [
        (Method::GET, 403, "RequestTimeTooSkewed", None, "this machine's clock is further off"),
        (
            Method::GET,
            301,
            "PermanentRedirect",
            Some("eu-central-1"),
            "is in another region: set AWS_REGION=eu-central-1",
        ),
        (Method::PUT, 400, "AuthorizationHeaderMalformed", None, "is in another region: set AWS_REGION to it"),
        (Method::GET, 403, "InvalidAccessKeyId", None, "knows no such access key: set AWS_ACCESS_KEY_ID"),
        (Method::GET, 403, "ExpiredToken", None, "the session is over: set AWS_SESSION_TOKEN"),
        (Method::PUT, 403, "AccessDenied", None, "s3:PutObject and s3:DeleteObject on arn:aws:s3:::club/site/*"),
        (Method::PUT, 501, "NotImplemented", None, "the server does not do conditional writes"),
    ] {
        server.fail(method, "", usize::MAX / 2, Fault::Answer(status, code, region));
        assert_says(&door, build(), &[expected, "s3://club/site/"]).await;
        server.heal();
    }
    build().run().await;
    assert!(server.contents("site").contains_key("index.html"));
}
