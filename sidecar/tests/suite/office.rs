//! The editors' rooms, by every kind of editor.

mod files;
mod history;
mod items;
mod members;
mod messages;
mod pages;
pub mod queue;
mod rights;
mod seen;

use axum::http::StatusCode;
use generator::model::Role;
use sidecar::builder::Building;

use crate::browsing::{Answer, Browsing};
use crate::harness::{Engine, TestApp};

/// The row of a creation of the sample site.
pub async fn clanky_9(app: &TestApp) -> i64 {
    app.number("select id from creation where section = 'clanky' and number = 9").await
}

/// An editor of the whole site before a public work of the sample site, while a builder is at work.
pub struct AtWork {
    pub app: TestApp,
    pub building: Building,
    /// The work's row, and its form's address.
    pub id: i64,
    pub url: String,
    pub editor: Browsing,
}

impl AtWork {
    pub async fn open(engine: Engine) -> AtWork {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let editor = app.member("Drahomír", Role::Editor).await;
        AtWork { app, building, id, url, editor }
    }
}

/// Sends the form of a thing as it is, with some fields changed.
pub async fn send(browsing: &mut Browsing, url: &str, word: &str, changes: &[(&str, &str)]) -> Answer {
    let form = browsing.get(url).await;
    assert_eq!(form.status, StatusCode::OK, "{url}: {}", form.body);
    send_form(browsing, url, &form, word, changes).await
}

/// As [`send`], with a form that was opened before.
pub async fn send_form(
    browsing: &mut Browsing,
    url: &str,
    form: &Answer,
    word: &str,
    changes: &[(&str, &str)],
) -> Answer {
    let form_of_thing = form.body.split("office-acts").next().unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in form.fields() {
        let is_of_thing = form_of_thing.contains(&format!("name=\"{name}\""));
        if is_of_thing && name != "q" && !fields.iter().any(|(known, _)| *known == name) {
            fields.push((name, value));
        }
    }
    for (name, value) in changes {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => (*value).clone_into(known),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields.push(("do".to_owned(), word.to_owned()));
    browsing.post_body(url, serde_urlencoded::to_string(&fields).unwrap()).await
}

/// Sends a form that is a few fields and a button, with the version that its page shows.
pub async fn decide(browsing: &mut Browsing, url: &str, changes: &[(&str, &str)]) -> Answer {
    let version = browsing.get(url).await.field("version");
    let mut fields = changes.to_vec();
    fields.push(("version", &version));
    browsing.post(url, &fields).await
}

/// What an address says that somebody is led to: what was done, and whether readers see it.
pub fn said(answer: &Answer) -> (String, String) {
    let (_, query) = answer.location().split_once('?').unwrap_or_default();
    let query: std::collections::BTreeMap<String, String> = serde_urlencoded::from_str(query).unwrap();
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    (of("said"), of("seen"))
}

/// Expects that something was done, and that the audit log has it last.
pub async fn assert_done(app: &TestApp, answer: &Answer, word: &str, action: &'static str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(said(answer).0, word, "{}", answer.location());
    let mut admin = app.member("Almara", Role::Admin).await;
    let log = admin.get("/sprava/zaznam/").await;
    let first = log.body.split("<ul class=\"log\">").nth(1).expect("acts").split("</li>").next().unwrap().to_owned();
    assert!(first.contains(action), "{action}: {first}");
}
