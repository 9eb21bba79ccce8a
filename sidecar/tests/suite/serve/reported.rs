//! What goes to Sentry of a request that fails and of purges that nobody takes: where it was, and nothing of who asked what.

use std::sync::Mutex;

use generator::db::Tx;
use serde_json::Value;

use super::*;
use crate::operation::Receiver as Sentry;
use crate::production::{Visitor, until};
use crate::running::free_port;

/// The event with a message that begins so, as it was sent.
async fn event(sentry: &Sentry, seen: &Mutex<Vec<String>>, beginning: &str) -> (Value, String) {
    let found = || {
        let mut seen = seen.lock().unwrap();
        seen.extend(sentry.taken().into_iter().map(|(_, envelope)| envelope));
        seen.iter().find_map(|envelope| {
            let event: Value = serde_json::from_str(envelope.lines().nth(2)?).ok()?;
            event["message"].as_str()?.starts_with(beginning).then(|| (event, envelope.clone()))
        })
    };
    until(&format!("`{beginning}` is reported"), async || found().is_some()).await;
    found().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_fails_is_reported_with_its_route_and_without_what_was_asked() {
    let sentry = Sentry::start().await;
    let host = Host::new(Engine::Sqlite).await;
    let site = host.release("one", &[]);
    let mut command = host.command(&site);
    command
        .env("SENTRY_DSN", sentry.url.replace("http://", "http://key@") + "/7")
        .env("SENTRY_ENVIRONMENT", "test")
        .env("CDN", format!("purge:http://127.0.0.1:{}", free_port()));
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    let opened = Opened::open_as_it_is(&host.settings(&site)).await.unwrap();
    let mut tx = opened.db.write().await.unwrap();
    let Tx::Sqlite(db) = &mut tx else { panic!("it is SQLite") };
    for sql in ["drop table search_index", "alter table credential rename to hidden"] {
        sqlx::query(sql).execute(&mut **db).await.unwrap();
    }
    tx.commit().await.unwrap();
    let port = serving.address().rsplit_once(':').unwrap().1.parse().unwrap();
    let mut visitor = Visitor::new(port, 8000);
    visitor.cookie = "session=TajnaSusenka".to_owned();
    let seen = Mutex::default();
    let asked = visitor.get("/hledat/?q=almara@example.org");
    assert!(asked.starts_with("HTTP/1.1 500"), "{asked}");
    let sent = visitor.post("/uzivatel/prihlaseni/", &[("name", "Almara"), ("password", "TajneHeslo")]);
    assert!(sent.starts_with("HTTP/1.1 500"), "{sent}");
    for (method, route) in [("GET", "/hledat/"), ("POST", "/uzivatel/prihlaseni/")] {
        let (event, envelope) = event(&sentry, &seen, &format!("cannot answer {method} {route}: ")).await;
        assert_eq!(event["tags"]["route"], route, "{event}");
        assert_eq!(event["environment"], "test", "{event}");
        assert!(event["release"].as_str().unwrap().starts_with("graveyard@"), "{event}");
        for secret in ["lmara", "example.org", "Tajn", "127.0.0.1", "localhost"] {
            assert!(!envelope.contains(secret), "{secret}: {envelope}");
        }
        assert!(event.get("request").is_none() && event.get("user").is_none(), "{event}");
    }
    // Nobody has taken what was built at the start.
    let (event, _) = event(&sentry, &seen, "cannot purge, trying again: ").await;
    assert_eq!(event["environment"], "test", "{event}");
    serving.end();
}
