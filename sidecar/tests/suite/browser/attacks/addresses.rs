//! No script of a stranger's runs, whatever an address holds: in its path, behind its question mark, behind its hash.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::Method;
use generator::model::Role;

use super::super::ARTICLE;
use super::fields::Attacker;
use super::listener::{Listener, Policy, Server};
use super::payloads::{PAYLOADS, marked};
use crate::harness::TestApp;

/// The names that pages read behind the question mark, by the sources.
fn query_names() -> BTreeSet<String> {
    let mut sources = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { sources += &std::fs::read_to_string(path).unwrap() }
        }
    }
    let types: BTreeSet<&str> = sources.split(": Query<").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
    let mut names = BTreeSet::new();
    for name in types {
        for body in sources.split(&format!("struct {name} {{")).skip(1) {
            let fields = body.split('}').next().unwrap().lines().filter_map(|line| line.trim().split_once(": "));
            let names_of = fields.map(|(name, _)| name.trim_start_matches("pub ").trim_start_matches("r#"));
            names.extend(names_of.filter(|name| !name.starts_with("//")).map(str::to_owned));
        }
    }
    names
}

#[tokio::test]
async fn no_address_runs_a_script() {
    let app = TestApp::demo().await;
    let server = Server::start().await;
    app.give_password("Almara", Role::Admin).await;
    let names = query_names();
    for known in ["q", "in", "next", "page", "said", "sent", "only"] {
        assert!(names.contains(known), "{known}: {names:?}");
    }
    let payload = marked(PAYLOADS[2], "zlo1c", server.port);
    let query: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), payload.as_str())).collect();
    let query = serde_urlencoded::to_string(query).unwrap();
    let segment = percent_encoding::utf8_percent_encode(&payload, percent_encoding::NON_ALPHANUMERIC).to_string();
    let routes = sidecar::routes::all(&app.opened.site.config.sidecar).into_iter();
    let mut paths: BTreeSet<String> = routes.filter(|route| route.method == Method::GET).map(|it| it.path).collect();
    paths.extend(
        ["/", "/forum/", "/no/{such}/", "/rubriky/clanky/{such}/", "/uzivatel/{such}/", "/index.php"]
            .map(str::to_owned),
    );
    paths.insert(format!("/{ARTICLE}"));
    let mut shown = 0;
    for nick in ["", "Almara"] {
        let mut attacker = Attacker::new(&app, Listener::open(Policy::Bypassed, &server).await);
        if !nick.is_empty() {
            attacker.listener.browser.log_in_as(&app, nick, "sprava/").await;
        }
        for path in &paths {
            let filled: String = path
                .split_inclusive('/')
                .map(|word| if word.starts_with('{') { format!("{segment}/") } else { word.to_owned() })
                .collect();
            for filled in [filled.clone(), filled.replace(&segment, "1")] {
                app.pass(chrono::TimeDelta::minutes(1));
                attacker.load(&format!("{filled}?{query}#{payload}")).await;
                shown += usize::from(!attacker.listener.marks.is_empty());
            }
        }
        attacker.listener.browser.close().await;
    }
    assert!(shown > 5, "no page shows what its address says: {shown}");
    // What comes back by itself: a search, the way on from a login.
    let mut visitor = app.browsing();
    let searched = visitor.get(&format!("/hledat/?{}", serde_urlencoded::to_string([("q", &payload)]).unwrap())).await;
    assert!(searched.body.contains("zlo1c") && !searched.body.contains("<zlo1c"), "{}", searched.body);
}
