//! The builder beside the server: what changes is served without any command, and whatever keeps the builder from its
//! work keeps nobody from reading.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::Utc;
use generator::build::live::Pace;
use generator::db::{claims, connect, stale};
use generator::model::{CreationId, MemberId, Text, TextFormat};
use generator::open::Edition;
use generator::publish::counters::Count;
use generator::publish::{Door, forum};
use generator::settings::Settings;
use sidecar::app::App;
use sidecar::builder::Building;
use sidecar::database::{Absent, Database};
use sidecar::options::Options;

use crate::harness::{ENGINES, Engine, TestApp, text};
use crate::postgres;

const NEVER: Duration = Duration::from_secs(3_600);
/// Longer than anything takes that works at all.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nothing is found by looking now and then.
const WHEN_TOLD: Pace = Pace { poll: NEVER, shared: Duration::ZERO, crowded: NEVER, trouble: Duration::from_millis(5) };

fn start(app: &TestApp) -> Building {
    let edition = Edition::new(Arc::clone(&app.opened.site), &app.opened.files).unwrap();
    Building::start(&app.app, edition, WHEN_TOLD)
}

async fn until(condition: impl Fn() -> bool, otherwise: &str) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect(otherwise);
}

/// Waits until a served page says something.
async fn until_served(app: &TestApp, path: &str, words: &str) {
    let wait = async {
        loop {
            let response = app.get(path).await;
            if response.status() == StatusCode::OK && text(response).await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{path} never says `{words}`"));
}

async fn post(door: &Door, words: &str) {
    let mut change = door.begin(Utc::now()).await.unwrap();
    let body = Text { source: words.to_owned(), format: TextFormat::Markdown };
    forum::add(&mut change, MemberId(1), &body).await.unwrap();
    let marked = change.commit().await.unwrap();
    assert!(door.rendered(&marked, PATIENCE).await.unwrap());
}

#[tokio::test]
async fn a_change_is_served_without_a_command() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = start(&app);
        let door = app.app.door().unwrap();
        for words in ["Slyšíte mě?", "Slyšíme."] {
            post(&door, words).await;
            assert!(text(app.get("/forum/").await).await.contains(words));
        }
        building.stop().await;
    }
}

#[tokio::test]
async fn a_change_of_another_process_is_served_on_postgres() {
    let app = TestApp::demo_on(Engine::Postgres).await;
    let building = start(&app);
    // Shares nothing with the builder but the database.
    let db = connect::open(&app.settings.database_url).await.unwrap();
    let door = Door { db, site: Arc::clone(&app.opened.site), generation: None, signals: Arc::default() };
    post(&door, "Z jiného stroje.").await;
    assert!(text(app.get("/forum/").await).await.contains("Z jiného stroje."));
    building.stop().await;
}

#[tokio::test]
async fn flushed_counters_are_served_without_a_command() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = start(&app);
        app.execute("update creation set read_count = 0, download_count = 0").await;
        // The first of the section's creations, whatever row it has.
        let id = app.number("select min(id) from creation where section = 'downloady'").await;
        app.app.counters.add(CreationId(id), Count { reads: 4_321, downloads: 8_765 });
        app.app.flush().await;
        until_served(&app, "/rubriky/downloady/", "8765").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn a_database_that_comes_later_is_built_from_then() {
    let demo = TestApp::demo().await;
    for engine in ENGINES {
        let folder = tempfile::TempDir::new().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("away.db").display()),
            Engine::Postgres => postgres::address(),
        };
        let settings = Settings { output: folder.path().join("site"), ..demo.settings.clone() };
        let database = Database::open(&url, Absent::Awaited, Duration::from_millis(20)).await.unwrap();
        let app = App::new(settings, Options::default(), &demo.edition(), database);
        let edition = Edition::new(Arc::clone(&demo.opened.site), &demo.opened.files).unwrap();
        let building = Building::start(&app, edition, WHEN_TOLD);
        assert!(app.door().is_none() && !app.settings.output.exists());
        match engine {
            Engine::Sqlite => connect::open(&url).await.unwrap().close().await,
            Engine::Postgres => postgres::create(&url, folder.path()).await,
        }
        until(|| app.settings.output.join("forum/index.html").exists(), "it is never built").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn a_builder_that_is_stopped_in_the_middle_gives_back_what_it_holds() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let db = &app.opened.db;
        app.execute("delete from output_page").await;
        let building = start(&app);
        // It has begun, and there is a lot to do yet.
        let begun = async {
            loop {
                let mut tx = db.snapshot().await.unwrap();
                if claims::is_anything_claimed(&mut tx).await.unwrap() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, begun).await.unwrap();
        building.stop().await;
        let mut tx = db.snapshot().await.unwrap();
        assert!(!claims::is_anything_claimed(&mut tx).await.unwrap());
        let left = stale::count(&mut tx).await.unwrap();
        drop(tx);
        app.build().await;
        assert_eq!(stale::count(&mut db.snapshot().await.unwrap()).await.unwrap(), 0, "{left} were left");
    }
}

#[tokio::test]
async fn a_site_that_another_release_has_left_alone_is_taken_over() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = start(&app);
        let door = app.app.door().unwrap();
        post(&door, "Před nasazením.").await;
        // Somebody began another release and was gone before anything happened.
        app.execute("insert into generation (digest, created_at) values ('gone', '2026-03-01T12:00:00Z')").await;
        post(&door, "Po nasazení.").await;
        assert!(text(app.get("/forum/").await).await.contains("Po nasazení."));
        building.stop().await;
    }
}
