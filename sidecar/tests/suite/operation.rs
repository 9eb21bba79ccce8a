//! What operators are told: metrics, alerts, errors for Sentry, lines of the log. As a process where that matters.

mod told;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use chrono::Utc;
use generator::cdn::{Cdn, Pace};
use generator::db::alerts as rows;
use generator::db::mails::{self, About, NewMail};
use sidecar::alerts::{Noted, Sender, tell};
use sidecar::purging::Purging;

use crate::harness::{ENGINES, TestApp, text};
use crate::production::until;

/// Receives what is sent to it.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    got: Arc<Mutex<Vec<(String, String)>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Receiver {
    pub async fn start() -> Receiver {
        Receiver::on(tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub fn on(listener: tokio::net::TcpListener) -> Receiver {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let receiver = Receiver { url, got: Arc::default(), status: Arc::new(Mutex::new(StatusCode::OK)) };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn answer(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    /// Method and path, and the body, of what came since the last look.
    pub fn taken(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

async fn take(State(receiver): State<Receiver>, method: Method, uri: Uri, _: HeaderMap, body: String) -> StatusCode {
    receiver.got.lock().unwrap().push((format!("{method} {}", uri.path()), body));
    *receiver.status.lock().unwrap()
}

#[tokio::test]
async fn metrics_are_for_those_who_may_read_them() {
    for engine in ENGINES {
        let app = TestApp::answering(engine, |answers| answers.metrics_token = Some("tajné".to_owned())).await;
        assert_eq!(app.get("/metrics").await.status(), StatusCode::NOT_FOUND, "without a word");
        for wrong in ["Bearer tajn", "Bearer tajnéé", "Bearer xxxxxx", "tajné"] {
            let answer = app.ask(Method::GET, "/metrics", &[(header::AUTHORIZATION, wrong)]).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{wrong}");
        }
        app.get("/api/me").await;
        app.execute("insert into stale_page (page, priority, error) values ('creation/clanky/1', 0, 'x')").await;
        app.execute("insert into purge (path, token) values ('/a/', 7)").await;
        let mut tx = app.opened.db.write().await.unwrap();
        let an_hour_ago = app.app.now() - chrono::TimeDelta::hours(1);
        mails::add(&mut tx, NewMail::to(About::Rejected, "nekdo@example.org"), an_hour_ago).await.unwrap();
        tx.commit().await.unwrap();
        let answer = app.ask(Method::GET, "/metrics", &[(header::AUTHORIZATION, "Bearer tajné")]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let text = text(answer).await;
        for line in [
            "graveyard_requests_total{route=\"/api/me\",method=\"GET\",status=\"200\"} 1",
            "graveyard_database_up 1",
            "graveyard_stale_pages 1",
            "graveyard_stale_failed_pages 1",
            "graveyard_purges_waiting 1",
            "graveyard_purges_repeating 0",
            "graveyard_mails_waiting 1",
            "graveyard_mails_refused 0",
            "# TYPE graveyard_build_seconds_total counter",
        ] {
            assert!(text.lines().any(|it| it == line), "{engine:?}: `{line}` is not in\n{text}");
        }
        let (_, oldest) = text.split_once("\ngraveyard_mails_oldest_seconds ").expect("the oldest mail's age");
        let seconds: f64 = oldest.lines().next().unwrap().parse().unwrap();
        assert!((3_600.0..3_700.0).contains(&seconds), "{engine:?}: {seconds}");
    }
}

#[tokio::test]
async fn health_says_what_is_well_and_no_more() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let ask = async || {
            let answer = app.get("/health").await;
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
            (answer.status(), text(answer).await)
        };
        let well = r#"{"database":"well","leaving":false,"queue":"well","store":"well"}"#.to_owned();
        assert_eq!(ask().await, (StatusCode::OK, well.clone()), "{engine:?}");
        let mut tx = app.opened.db.write().await.unwrap();
        let an_hour_ago = app.app.now() - chrono::TimeDelta::hours(1);
        mails::add(&mut tx, NewMail::to(About::Rejected, "nekdo@example.org"), an_hour_ago).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ask().await, (StatusCode::OK, well.replace(r#""queue":"well""#, r#""queue":"in trouble""#)));
        app.execute("delete from mail").await;
        app.app.metrics.trouble(true);
        assert_eq!(ask().await, (StatusCode::OK, well.clone()), "nothing waits for it");
        app.execute("insert into stale_page (page, priority) values ('home', 0)").await;
        assert_eq!(ask().await, (StatusCode::OK, well.replace(r#""store":"well""#, r#""store":"in trouble""#)));
        app.app.metrics.trouble(false);
        app.app.is_leaving.store(true, std::sync::atomic::Ordering::Relaxed);
        let (status, said) = ask().await;
        assert_eq!((status, said.contains(r#""leaving":true"#)), (StatusCode::SERVICE_UNAVAILABLE, true));
        app.app.is_leaving.store(false, std::sync::atomic::Ordering::Relaxed);
        app.opened.db.close().await;
        let (status, said) = ask().await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?}: {said}");
        assert!(said.contains(r#""database":"in trouble""#), "{said}");
    }
}

#[tokio::test]
async fn without_a_token_only_this_machine_may_read_them() {
    let app = TestApp::demo().await;
    assert_eq!(app.get("/metrics").await.status(), StatusCode::NOT_FOUND, "over no connection at all");
    let get = async |more: &str| {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {}\r\n{more}Connection: close\r\n\r\n", app.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(get("").await.contains("graveyard_requests_total"));
    assert!(get("X-Forwarded-For: 192.0.2.7\r\n").await.starts_with("HTTP/1.1 404"), "somebody's front passes it on");
}

#[tokio::test]
async fn warnings_are_told_together_and_a_dead_webhook_loses_none() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let db = &app.opened.db;
        let receiver = Receiver::start().await;
        let sender = Sender::new(format!("{}/hook", receiver.url)).unwrap();
        let rules = &app.opened.site.config.alerts.rules;
        let noted = Noted::new();
        for line in [
            "[WARNING] the disk is <full>",
            "[WARNING] the disk is <full>",
            "[ERROR] cannot build home",
            "[WARNING] Not Found: /favicon.ico",
            "[WARNING] Worker with pid 7 was terminated due to signal 15",
        ] {
            noted.add(line.to_owned());
        }
        noted.flush(db, rules, Utc::now()).await.unwrap();
        receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
        let pause = Duration::from_millis(1);
        let error = tell(db, &sender, "Klub", pause).await.unwrap_err().to_string();
        assert_eq!(error, "ALERT_WEBHOOK_URL answers with 500 Internal Server Error");
        assert_eq!(rows::waiting(&mut db.snapshot().await.unwrap()).await.unwrap().len(), 2, "{engine:?}: kept");
        receiver.taken();
        receiver.answer(StatusCode::OK);
        // Logged meanwhile.
        noted.add("[ERROR] cannot build home".to_owned());
        noted.flush(db, rules, Utc::now()).await.unwrap();
        until("it is told", async || {
            tell(db, &sender, "Klub", pause).await.unwrap();
            rows::waiting(&mut db.snapshot().await.unwrap()).await.unwrap().is_empty()
        })
        .await;
        let taken = receiver.taken();
        assert_eq!(taken.len(), 1, "{engine:?}: one message: {taken:?}");
        assert_eq!(taken[0].0, "POST /hook");
        let message: serde_json::Value = serde_json::from_str(&taken[0].1).unwrap();
        let said = message["text"].as_str().unwrap();
        assert!(said.starts_with("Klub: 4 warnings and errors\n• "), "{said}");
        assert!(
            said.contains("2 × `[WARNING] the disk is &lt;full&gt;`")
                && said.contains("2 × `[ERROR] cannot build home`"),
            "{said}"
        );
        assert!(!said.contains("favicon") && !said.contains("Worker"), "{said}");
        // It is not its turn again for a while.
        noted.add("[ERROR] again".to_owned());
        noted.flush(db, rules, Utc::now()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        rows::set_turn(&mut tx, 600_000).await.unwrap();
        tx.commit().await.unwrap();
        tell(db, &sender, "Klub", pause).await.unwrap();
        assert_eq!(receiver.taken(), [], "{engine:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_kept_in_the_database_is_kept_in_the_process() {
    let app = TestApp::demo().await;
    let rules = &app.opened.site.config.alerts.rules;
    let noted = Noted::new();
    noted.add("[ERROR] it is on fire".to_owned());
    app.execute("alter table alert rename to hidden").await;
    noted.flush(&app.opened.db, rules, Utc::now()).await.unwrap_err();
    app.execute("alter table hidden rename to alert").await;
    noted.flush(&app.opened.db, rules, Utc::now()).await.unwrap();
    assert_eq!(rows::waiting(&mut app.opened.db.snapshot().await.unwrap()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_post_changes_is_purged_beside_the_server() {
    for engine in ENGINES {
        let receiver = Receiver::start().await;
        let mut app = TestApp::demo_on(engine).await;
        let cdn = Cdn::parse(&format!("purge:{}", receiver.url)).unwrap();
        app.settings.cdn = cdn.clone();
        app.opened.site = Arc::new(
            generator::site::Site::load(&app.opened.files, &app.settings.site_url, "/uploads").unwrap().behind(&cdn),
        );
        app.app = app.again();
        app.build().await;
        let purging = Purging::start(&app.app, Pace { again: Duration::from_millis(50), ..Pace::default() });
        until("all is purged twice", async || app.number("select count(*) from purge").await == 0).await;
        receiver.taken();
        app.execute("insert into stale_page (page, priority) values ('home', 0) on conflict do nothing").await;
        app.execute("update output_page set digest = null where page = 'home'").await;
        let building = app.building();
        app.app.signals.mark();
        until("home is purged", async || {
            app.number("select count(*) from purge").await == 0 && !receiver.got.lock().unwrap().is_empty()
        })
        .await;
        building.stop().await;
        purging.stop().await;
        let taken: Vec<String> = receiver.taken().into_iter().map(|(asked, _)| asked).collect();
        assert_eq!(taken, ["PURGE /", "PURGE /"], "{engine:?}");
    }
}

#[tokio::test]
async fn requests_have_ids() {
    let app = TestApp::demo().await;
    let name = header::HeaderName::from_static("x-request-id");
    let answer = app.get("/api/me").await;
    assert_eq!(answer.headers()[&name].len(), 16);
    let id = "0f8c2a7e-aaaa-bbbb-cccc-1234567890ab";
    let answer = app.ask(Method::GET, "/", &[(name.clone(), id)]).await;
    assert_eq!(answer.headers()[&name], id, "a router's id is kept");
    let answer = app.ask(Method::GET, "/", &[(name.clone(), "forged=1 line")]).await;
    assert_eq!(answer.headers()[&name].len(), 16, "what is none is not");
}

#[tokio::test]
async fn who_asks_where_the_program_panics_is_answered() {
    for engine in ENGINES {
        let is_broken = Arc::new(AtomicBool::new(false));
        let breaks = Arc::clone(&is_broken);
        let app = TestApp::answering(engine, |answers| {
            answers.metrics_token = Some("word".to_owned());
            let clock = Arc::clone(&answers.clock);
            answers.clock = Arc::new(move || {
                assert!(!breaks.load(Ordering::SeqCst), "the clock of a test is broken");
                clock()
            });
        })
        .await;
        let mut tx = app.opened.db.write().await.unwrap();
        mails::add(&mut tx, NewMail::to(About::Rejected, "nekdo@example.org"), Utc::now()).await.unwrap();
        tx.commit().await.unwrap();
        let search = "/hledat/?q=drak";
        let told = || app.ask(Method::GET, "/metrics", &[(header::AUTHORIZATION, "Bearer word")]);
        assert_eq!(app.get(search).await.status(), StatusCode::OK, "{engine:?}");
        is_broken.store(true, Ordering::SeqCst);
        // The second is no page's, so that nothing stands around its handler but what stands around all.
        for (what, answer) in [("a page", app.get(search).await), ("the metrics", told().await)] {
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{engine:?}: {what}");
            assert_eq!(answer.headers()["x-request-id"].len(), 16, "{engine:?}: {what}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store", "{engine:?}: {what}");
            assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{engine:?}: {what}");
            let page = text(answer).await;
            assert!(page.contains("<h1") && !page.contains("broken"), "{engine:?}: {what}: {page}");
        }
        is_broken.store(false, Ordering::SeqCst);
        assert_eq!(app.get(search).await.status(), StatusCode::OK, "{engine:?}");
        let metrics = text(told().await).await;
        for (route, status, count) in [("/hledat/", 500, 1), ("/hledat/", 200, 2), ("/metrics", 500, 1)] {
            let line =
                format!("graveyard_requests_total{{route=\"{route}\",method=\"GET\",status=\"{status}\"}} {count}");
            assert!(metrics.lines().any(|it| it == line), "{engine:?}: `{line}` is not in\n{metrics}");
        }
    }
}

#[tokio::test]
async fn metrics_say_how_long_what_waits_has_waited_and_what_was_done_has_taken() {
    for engine in ENGINES {
        let app = TestApp::answering(engine, |answers| answers.metrics_token = Some("word".to_owned())).await;
        let values = async || -> std::collections::BTreeMap<String, f64> {
            let answer = app.ask(Method::GET, "/metrics", &[(header::AUTHORIZATION, "Bearer word")]).await;
            let text = text(answer).await;
            let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
            lines.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
        };
        app.execute("insert into stale_page (page, priority) values ('hologram/1', 9)").await;
        app.execute("insert into purge (path, token) values ('/a/', 7), ('/b/', 8)").await;
        app.execute("update purge set added_at = added_at - 7200000 where path = '/a/'").await;
        let building = app.building();
        until("the builder has noted what is stale", async || {
            app.app.metrics.followed() > 0 && app.number("select count(error) from stale_page").await == 1
        })
        .await;
        // Nobody has asked until now. What is found at the start is no round.
        until("it has begun", async || values().await["graveyard_pages_failed_total"] >= 1.0).await;
        app.execute("update output_page set digest = null where page = 'home'").await;
        app.execute("insert into stale_page (page, priority) values ('home', 0)").await;
        app.app.signals.mark();
        until("home is built", async || app.number("select count(*) from stale_page").await == 1).await;
        app.pass(chrono::TimeDelta::hours(1));
        for time in [1_250, 250] {
            app.app.metrics.request(&Method::POST, "/x/", 200, Duration::from_millis(time));
        }
        let said = values().await;
        let is_about = |name: &str, seconds: f64| {
            let value = said[name];
            assert!((seconds..seconds + 100.0).contains(&value), "{engine:?}: {name} {value}");
        };
        is_about("graveyard_stale_oldest_seconds", 3_600.0);
        is_about("graveyard_purges_oldest_seconds", 7_200.0);
        assert_eq!(said["graveyard_stale_pages"], 1.0, "{engine:?}");
        let requests = "{route=\"/x/\",method=\"POST\",status=\"200\"}";
        assert_eq!(said[&format!("graveyard_requests_total{requests}")], 2.0, "{engine:?}");
        assert_eq!(said[&format!("graveyard_request_seconds_total{requests}")], 1.5, "{engine:?}");
        // A round is counted when its pages are there.
        until("what was built is counted", async || values().await["graveyard_pages_rendered_total"] == 1.0).await;
        building.stop().await;
        let said = values().await;
        let (rounds, seconds) = (said["graveyard_build_rounds_total"], said["graveyard_build_seconds_total"]);
        assert!(rounds >= 1.0 && seconds > 0.0 && seconds < 60.0 * rounds, "{engine:?}: {rounds} in {seconds} s");
        assert!(said["graveyard_pages_failed_total"] >= 1.0, "{engine:?}");
        // The same page, clean and marked again: its age begins anew.
        app.execute("delete from stale_page").await;
        app.execute("insert into stale_page (page, priority) values ('hologram/1', 9)").await;
        assert!(values().await["graveyard_stale_oldest_seconds"] < 100.0, "{engine:?}");
    }
}
