//! Files and adventures under their old addresses, counted as they were.

use axum::http::{HeaderName, Method, StatusCode, header};
use generator::db::creations;
use generator::model::CreationId;
use generator::publish::counters::Count;

use crate::harness::{TestApp, ask, text};

use super::{check, check_on_both};

/// A creation's counters as the database has them.
async fn counters(app: &TestApp, section: &str, number: i64) -> (CreationId, Count) {
    let mut tx = app.opened.db.snapshot().await.unwrap();
    let key = (section.to_owned(), number);
    let id = creations::ids(&mut tx, std::slice::from_ref(&key)).await.unwrap()[&key];
    let summary = creations::summaries(&mut tx, &[id]).await.unwrap().remove(0);
    (summary.id, Count { reads: summary.read_count, downloads: summary.download_count })
}

#[tokio::test]
async fn downloads_and_adventures_lead_to_the_file_and_count_readers() {
    for app in check_on_both(&[
        ("/download/1/", "302 /uploads/soub/1.zip"),
        ("/download/1", "302 /uploads/soub/1.zip"),
        ("/download/99999/", "404"),
        ("/dobrodruzstvi/1/", "302 /uploads/dobrodruzstvi/1/studna-beze-dna.zip"),
        ("/dobrodruzstvi/1-jakykoli-slug/", "302 /uploads/dobrodruzstvi/1/studna-beze-dna.zip"),
        ("/dobrodruzstvi/1/img/mapa.gif", "302 /uploads/dobrodruzstvi/1/img/mapa.gif"),
        ("/dobrodruzstvi/1-x/strana%202.html", "302 /uploads/dobrodruzstvi/1/strana%202.html"),
        ("/dobrodruzstvi/1/..%2f..%2fx", "404"),
        ("/dobrodruzstvi/99999/", "404"),
        ("/rubriky/clanky/9-x/obr_pris/mapa.gif", "301 /uploads/obr_pris/mapa.gif"),
        ("/uploads/obr_pris/missing.gif", "404"),
    ])
    .await
    {
        let (download, before) = counters(&app, "downloady", 1).await;
        let (quest, quest_before) = counters(&app, "dobrodruzstvi", 1).await;
        let robot: [(HeaderName, &str); 1] = [(header::USER_AGENT, "Mozilla/5.0 (compatible; Examplebot/2.1)")];
        let prefetch = [(HeaderName::from_static("sec-purpose"), "prefetch;prerender")];
        ask(&app.app, Method::HEAD, "/download/1/", &[]).await;
        ask(&app.app, Method::GET, "/download/1/", &robot).await;
        ask(&app.app, Method::GET, "/download/1/", &prefetch).await;
        let waiting = app.app.counters.waiting();
        assert_eq!(waiting[&download], Count { reads: 0, downloads: 2 }, "the two of the table alone");
        assert_eq!(waiting[&quest], Count { reads: 2, downloads: 0 }, "a picture of an adventure is no reading");

        app.app.flush().await;
        assert!(app.app.counters.waiting().is_empty());
        assert_eq!(counters(&app, "downloady", 1).await.1.downloads, before.downloads + 2);
        assert_eq!(counters(&app, "dobrodruzstvi", 1).await.1.reads, quest_before.reads + 2);
        app.app.flush().await;
        assert_eq!(counters(&app, "downloady", 1).await.1.downloads, before.downloads + 2, "counted once");
        let mut tx = app.opened.db.snapshot().await.unwrap();
        let marks = generator::db::stale::count(&mut tx).await.unwrap();
        drop(tx);
        assert_eq!(marks, 3, "the two sections' heads and the download's genre");
        app.build().await;
        let shown = format!("staženo {}×", before.downloads + 2);
        let list = text(app.get("/rubriky/downloady/").await).await;
        assert!(list.contains(&shown), "{shown} is not in {list}");

        app.execute(
            "update creation set state = 'waiting' where section in ('downloady', 'dobrodruzstvi') and number = 1",
        )
        .await;
        check(&app, &[("/download/1/", "404"), ("/dobrodruzstvi/1/", "404"), ("/dobrodruzstvi/1/x.gif", "404")]).await;
    }
}

#[tokio::test]
async fn imported_pages_of_adventures_can_do_nothing_here() {
    let app = TestApp::demo().await;
    let folder = app.settings.uploads.join("dobrodruzstvi/1");
    std::fs::write(folder.join("index.html"), "<script>alert(1)</script>").unwrap();
    let response = app.get("/uploads/dobrodruzstvi/1/index.html").await;
    assert_eq!(response.status(), StatusCode::OK);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("allow-scripts"));
    assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(app.outcome("/dobrodruzstvi/1/index.html").await, "302 /uploads/dobrodruzstvi/1/index.html");
}
