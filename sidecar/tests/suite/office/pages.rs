//! Which state the pages are in, and rendering them again.

use std::time::Duration;

use axum::http::StatusCode;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::model::Role;

use super::assert_done;
use crate::harness::{ENGINES, Engine, TestApp};

/// Nobody builds beside it, so nobody waits.
async fn hasty(engine: Engine) -> TestApp {
    TestApp::answering(engine, |answers| answers.page_patience = Duration::from_millis(1)).await
}

#[tokio::test]
async fn what_cannot_be_made_is_shown_with_its_reason_and_made_again() {
    for engine in ENGINES {
        let app = hasty(engine).await;
        let path = app.path("creation/clanky/9").await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let state = editor.get("/sprava/stav/").await;
        assert!(state.body.contains("Všechno jde.") && state.body.contains("Nic nečeká"), "{}", state.body);
        let found = editor.get(&format!("/sprava/stav/?page={path}?fresh=1")).await;
        assert!(found.body.contains("creation/clanky/9") && found.body.contains("v pořádku"), "{}", found.body);
        assert!(editor.get("/sprava/stav/?page=/nikde/nic/").await.body.contains("nic nevíme"));

        app.execute("update creation set attributes = '{nonsense' where section = 'clanky' and number = 9").await;
        let done = editor.post("/sprava/stav/", &[("do", "page"), ("page", "creation/clanky/9")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let builder = app.opened.builder(&app.settings.output).unwrap();
        let now = generator::text::moment::cut(chrono::Utc::now());
        builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
        let state = editor.get("/sprava/stav/").await;
        assert!(state.body.contains("its attributes are no JSON object"), "{}", state.body);
        let index = editor.get("/sprava/").await;
        assert!(index.body.contains("Stránky, které nejdou sestavit</a> <strong>1</strong>"), "{}", index.body);
        app.execute("update creation set attributes = '{}' where section = 'clanky' and number = 9").await;
        editor.post("/sprava/stav/", &[("do", "page"), ("page", "creation/clanky/9")]).await;
        app.build().await;
        assert!(editor.get("/sprava/stav/").await.body.contains("Všechno jde."));
    }
}

#[tokio::test]
async fn a_damaged_file_is_written_again() {
    for engine in ENGINES {
        let app = hasty(engine).await;
        let path = app.path("creation/clanky/9").await;
        let file = app.settings.output.join(&path[1..]).join("index.html");
        let good = std::fs::read(&file).unwrap();
        std::fs::write(&file, "broken").unwrap();
        app.build().await;
        assert_eq!(std::fs::read(&file).unwrap(), b"broken", "nobody knows of it");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let done = editor.post("/sprava/stav/", &[("do", "page"), ("page", "creation/clanky/9")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        app.build().await;
        assert_eq!(std::fs::read(&file).unwrap(), good);
    }
}

#[tokio::test]
async fn the_whole_site_is_a_wish_that_a_builder_fulfils() {
    for engine in ENGINES {
        let app = hasty(engine).await;
        let path = app.path("creation/clanky/9").await;
        let file = app.settings.output.join(&path[1..]).join("index.html");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let done = editor.post("/sprava/stav/", &[("do", "everything")]).await;
        assert_done(&app, &done, "wished", "nové sestavení").await;
        assert_eq!(app.number("select count(*) from stale_page").await, 0, "the request marks nothing");
        assert!(editor.get("/sprava/stav/").await.body.contains("čeká na svou chvíli"));
        let twice = editor.post("/sprava/stav/", &[("do", "everything")]).await;
        assert_eq!(super::said(&twice).0, "same");
        assert_eq!(app.number("select count(*) from audit_entry").await, 1, "wished once");

        // One that no change marks, and that comes out otherwise than it stands.
        let title = "update creation set title = 'Jinak' where section = 'clanky' and number = 9";
        app.execute(title).await;
        let building = app.building();
        for _ in 0..6_000 {
            let is_marked = app.number("select count(*) from whole_site_wish").await == 0;
            if is_marked && app.number("select count(*) from stale_page").await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(std::fs::read_to_string(&file).unwrap().contains("Jinak"), "it was made again");
        assert!(!editor.get("/sprava/stav/").await.body.contains("čeká na svou chvíli"));
        // A builder that is at work already hears of it at once: this one never looks by itself.
        app.execute("update creation set title = 'A zase jinak' where section = 'clanky' and number = 9").await;
        editor.post("/sprava/stav/", &[("do", "everything")]).await;
        for _ in 0..6_000 {
            if std::fs::read_to_string(&file).unwrap().contains("A zase jinak") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(std::fs::read_to_string(&file).unwrap().contains("A zase jinak"));
        building.stop().await;
    }
}

#[tokio::test]
async fn a_whole_site_without_half_of_its_pages_is_refused() {
    for engine in ENGINES {
        let app = hasty(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let path = app.path("creation/clanky/9").await;
        app.execute("delete from comment").await;
        app.execute("delete from creation").await;
        editor.post("/sprava/stav/", &[("do", "everything")]).await;
        for _ in 0..6_000 {
            if app.number("select count(*) from whole_site_wish where falling > 20").await == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let state = editor.get("/sprava/stav/").await;
        assert!(state.body.contains("Celý web se znovu nesestavil"), "{}", state.body);
        assert_eq!(app.browsing().get(&path).await.status, StatusCode::OK, "nothing has gone");
        building.stop().await;
    }
}
