//! Uploads in a bucket: private until shown, streamed, withdrawn, forgotten, as in a folder.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, Method, StatusCode, header};
use chrono::TimeDelta;
use generator::model::{CreationId, MemberId, Role};
use generator::publish::creations;
use generator::store::address::Address;
use generator::store::{S3, Store};
use image::ImageFormat;
use sidecar::uploads::jobs::FORGET_AFTER;
use sidecar::uploads::moving::{self, ON_ITS_WAY};

use crate::bucket_server::{BUCKET, Fault, Server};
use crate::harness::{ENGINES, Engine, TestApp};

use super::{NEW_ARTICLE, NEW_DOWNLOAD, NEW_PICTURE, approve, bring_picture, picture, private};

/// The sample site with its uploads in a place of the server's bucket.
async fn app_on(engine: Engine, server: &Server) -> TestApp {
    let address = Address::parse(&format!("s3://{BUCKET}/uploads")).unwrap();
    let store = Arc::new(Store::S3(S3::asked_by(server.client(), address).unwrap()));
    TestApp::answering(engine, move |answers| answers.uploads = Some(store)).await
}

/// The keys of what members have brought, the private ones apart.
fn keys(server: &Server) -> (BTreeSet<String>, BTreeSet<String>) {
    if !server.path().join("uploads").exists() {
        return <_>::default();
    }
    let all = server.contents("uploads").into_keys();
    let (private, public): (BTreeSet<String>, _) = all.partition(|key| key.starts_with(".private/"));
    (private.into_iter().map(|key| key.replacen(".private/", "", 1)).collect(), public)
}

async fn newest_work(app: &TestApp) -> CreationId {
    let mut tx = app.opened.db.snapshot().await.unwrap();
    generator::db::submissions::of_member(&mut tx, MemberId(6), 0, 1).await.unwrap()[0].id
}

async fn unpublish(app: &TestApp, id: CreationId) {
    let door = app.app.door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    creations::unpublish(&mut change, id).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn files_of_a_bucket_follow_what_shows_them() {
    for engine in ENGINES {
        let server = Server::start();
        let app = app_on(engine, &server).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Hrad"), ("do", "submit")];
        let drawn = picture(1000, 700, ImageFormat::Png);
        let sent = author.post_files(NEW_PICTURE, &fields, &[("a_image", "hrad.png", &drawn)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        moving::settle(&app.app).await.unwrap();
        let (brought, public) = keys(&server);
        assert_eq!((brought.len(), public.len()), (5, 0), "{engine:?}: nothing is public: {public:?}");
        let path = brought.iter().find(|path| path.ends_with(".png")).unwrap().clone();
        let kept = server.client().get_object().bucket(BUCKET).key(format!("uploads/.private/{path}")).send().await;
        let kept = kept.unwrap();
        assert_eq!((kept.content_type(), kept.cache_control()), (Some("image/png"), Some("private, no-store")));

        let own = author.get(&private(&path)).await;
        assert_eq!(own.status, StatusCode::OK);
        assert_eq!(image::guess_format(&own.bytes).unwrap(), ImageFormat::Png);
        assert_eq!((own.header(header::CACHE_CONTROL), own.header(header::ETAG)), ("no-store", ""));
        let mut stranger = app.member("Drahomír", Role::Member).await;
        assert_eq!(stranger.get(&private(&path)).await.status, StatusCode::NOT_FOUND);
        for address in
            [format!("/uploads/{path}"), format!("/uploads/.private/{path}"), format!("/uploads/%2eprivate/{path}")]
        {
            assert_eq!(author.get(&address).await.status, StatusCode::NOT_FOUND, "{engine:?}: {address}");
        }

        let work = newest_work(&app).await;
        server.take_asked();
        approve(&app, work).await;
        let (_, public) = keys(&server);
        assert_eq!(public, brought, "{engine:?}: what is shown is public, all of its copies");
        assert!(!server.take_asked().iter().any(|asked| asked.action == "GET"), "the server copies by itself");
        let shown = server.client().head_object().bucket(BUCKET).key(format!("uploads/{path}")).send().await.unwrap();
        assert_eq!(shown.content_type(), Some("image/png"));
        assert_eq!(shown.cache_control(), Some("public, max-age=0, s-maxage=60, must-revalidate"));
        let got = app.browsing().get(&format!("/uploads/{path}")).await;
        assert_eq!((got.status, &got.bytes), (StatusCode::OK, &own.bytes));
        assert!(got.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
        assert_eq!(got.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");

        unpublish(&app, work).await;
        assert_eq!(moving::settle(&app.app).await.unwrap(), 2);
        assert_eq!(keys(&server), (brought, BTreeSet::new()), "{engine:?}: withdrawn");
        assert_eq!(app.browsing().get(&format!("/uploads/{path}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_nothing_shows_goes_from_a_bucket_after_two_days() {
    for engine in ENGINES {
        let server = Server::start();
        let app = app_on(engine, &server).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let (work, path) = bring_picture(&mut author, &picture(30, 20, ImageFormat::Png)).await;
        let forget = async || moving::forget(&app.app, app.app.now() - FORGET_AFTER).await.unwrap();
        app.pass(TimeDelta::hours(50));
        assert_eq!(forget().await, 0, "a draft has it");
        assert_eq!(author.post(&format!("{work}smazat/"), &[]).await.status, StatusCode::SEE_OTHER);
        moving::settle(&app.app).await.unwrap();
        // A bucket that is away: it is forgotten when it is back.
        server.fail(Method::DELETE, "", usize::MAX / 2, Fault::Answer(403, "AccessDenied", None));
        let error = moving::forget(&app.app, app.app.now() - FORGET_AFTER).await.unwrap_err();
        assert!(error.fault.to_string().contains("s3:DeleteObject"), "{}", error.fault);
        assert_eq!(author.get(&private(&path)).await.status, StatusCode::OK, "{engine:?}");
        server.heal();
        assert_eq!(forget().await, 1);
        assert_eq!(keys(&server), Default::default(), "{engine:?}");
        assert_eq!(author.get(&private(&path)).await.status, StatusCode::NOT_FOUND);
    }
}

/// What is asked for of a public file, and what comes.
#[tokio::test]
async fn readers_get_parts_of_a_file_and_nothing_that_they_have() {
    let server = Server::start();
    let app = app_on(Engine::Sqlite, &server).await;
    let mut author = app.member("Fénix", Role::Member).await;
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((0..3_000_000_u32).map(|n| (n % 251) as u8));
    let fields = [("title", "Kniha"), ("a_format", "PDF"), ("do", "submit")];
    let sent = author.post_files(NEW_DOWNLOAD, &fields, &[("a_file", "kniha.pdf", &pdf)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    approve(&app, newest_work(&app).await).await;
    let (_, public) = keys(&server);
    let address = format!("/uploads/{}", public.first().unwrap());
    let ask = async |method: Method, headers: &[(HeaderName, &str)]| {
        let answer = app.ask(method, &address, headers).await;
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts, bytes)
    };
    let (whole, bytes) = ask(Method::GET, &[]).await;
    assert!(bytes == pdf, "it is another file");
    assert_eq!(whole.headers[header::CONTENT_LENGTH], pdf.len().to_string());
    assert_eq!(whole.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"kniha.pdf\"");
    assert!(whole.headers.contains_key(header::LAST_MODIFIED) && whole.headers[header::ACCEPT_RANGES] == "bytes");
    let version = whole.headers[header::ETAG].to_str().unwrap();

    let (known, bytes) = ask(Method::GET, &[(header::IF_NONE_MATCH, version)]).await;
    assert_eq!((known.status, bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    let (other, bytes) = ask(Method::GET, &[(header::IF_NONE_MATCH, "\"other\"")]).await;
    assert_eq!((other.status, bytes.len()), (StatusCode::OK, pdf.len()));
    let (part, bytes) = ask(Method::GET, &[(header::RANGE, "bytes=9-18")]).await;
    assert_eq!((part.status, bytes.as_ref()), (StatusCode::PARTIAL_CONTENT, &pdf[9..19]));
    assert_eq!(part.headers[header::CONTENT_RANGE], format!("bytes 9-18/{}", pdf.len()));
    let (none, _) = ask(Method::GET, &[(header::RANGE, "bytes=9000000-")]).await;
    assert_eq!(none.status, StatusCode::RANGE_NOT_SATISFIABLE);
    let (several, _) = ask(Method::GET, &[(header::RANGE, "bytes=0-1,5-6")]).await;
    assert_eq!(several.status, StatusCode::OK, "all of it is an answer as well");
    let (posted, _) = ask(Method::POST, &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_bucket_that_fails_costs_a_file_and_no_text() {
    let server = Server::start();
    let app = app_on(Engine::Sqlite, &server).await;
    let mut author = app.member("Fénix", Role::Member).await;
    let drawn = picture(30, 20, ImageFormat::Png);
    let (_, path) = bring_picture(&mut author, &drawn).await;
    server.fail(Method::PUT, "", usize::MAX / 2, Fault::Answer(403, "AccessDenied", None));
    server.fail(Method::GET, "", usize::MAX / 2, Fault::Answer(403, "RequestTimeTooSkewed", None));
    let fields = [("title", "Zavřený kbelík"), ("text", "Text zůstane."), ("do", "picture")];
    let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE, "{}", sent.body);
    assert!(sent.body.contains("Text zůstane."), "{}", sent.body);
    assert_eq!(author.get(&private(&path)).await.status, StatusCode::SERVICE_UNAVAILABLE);
    let public = app.browsing().get(&format!("/uploads/{path}")).await;
    assert_eq!(public.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((public.header(header::RETRY_AFTER), public.header(header::CACHE_CONTROL)), ("30", "no-store"));
    let told = app.app.uploads.look().await.unwrap_err().fault.to_string();
    assert!(told.contains("UPLOADS fails: ") && told.contains("this machine's clock is further off"), "{told}");
    server.heal();
    app.app.uploads.look().await.unwrap();
    assert_eq!(
        author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await.status,
        StatusCode::SEE_OTHER
    );
}

/// Somebody publishes, is killed with the copy on its way, and it arrives when the file has been withdrawn.
#[tokio::test]
async fn a_copy_that_arrives_after_the_file_was_withdrawn_is_removed_again() {
    for engine in ENGINES {
        let server = Server::start();
        let app = app_on(engine, &server).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Hrad"), ("do", "submit")];
        let drawn = picture(60, 40, ImageFormat::Png);
        author.post_files(NEW_PICTURE, &fields, &[("a_image", "hrad.png", &drawn)]).await;
        let work = newest_work(&app).await;
        let (brought, _) = keys(&server);
        server.fail(Method::PUT, "uploads/u/", 1, Fault::Hold);
        let killed = {
            let app = Arc::clone(&app.app);
            tokio::spawn(async move { moving::prepare(&app, work).await })
        };
        let wait = async {
            while server.held() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("the copy is on its way");
        killed.abort();
        moving::settle(&app.app).await.unwrap();
        server.let_go().await;
        assert!(!keys(&server).1.is_empty(), "{engine:?}: a copy too many, and nobody knows");
        moving::settle(&app.app).await.unwrap();
        app.pass(ON_ITS_WAY + TimeDelta::seconds(1));
        moving::settle(&app.app).await.unwrap();
        assert_eq!(keys(&server), (brought, BTreeSet::new()), "{engine:?}");
        assert_eq!(app.number("select count(*) from upload where withdrawn_again_at is not null").await, 0);
    }
}
