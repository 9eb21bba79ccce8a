//! Addresses that nobody means well with.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use generator::model::Role;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn no_address_makes_the_server_fail_or_leads_away() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let word = "rubriky|clanky|galerie|9-x|1|index.php|code|bestiar|bestiar_tisk.php|download|dobrodruzstvi|forum\
            |obr_pris|ikonky|nastaveni|zmena-skinu|sprava|zmena-hesla|uzivatele|uzivatel|inzerce|strana|rss|chat|%2f|%2e%2e|%5c|%00|%9e|[a-zA-Z0-9.@:;,%-]{0,5}";
        let path = format!("(/{{1,2}}({word})){{0,5}}/?");
        let query = "((rub|co|id|z_s|nick|sekce|amp;id|redirect|[a-z%]{0,3})=?([a-z0-9_%+-]{0,6}|%ff|9223372036854775807|%00)&?){0,4}";
        let strategy =
            (prop::string::string_regex(&path).unwrap(), prop::option::of(prop::string::string_regex(query).unwrap()));
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        let handle = tokio::runtime::Handle::current();
        let shared = Arc::clone(&app.app);
        let run = move || {
            runner.run(&strategy, |(path, query)| {
                let path = if path.is_empty() { "/".to_owned() } else { path };
                let address = query.map_or(path.clone(), |query| format!("{path}?{query}"));
                if address.parse::<axum::http::Uri>().is_err() || address.starts_with("//") && !path.contains('/') {
                    return Ok(());
                }
                let request = axum::http::Request::builder().uri(address.as_str()).body(axum::body::Body::empty());
                let Ok(request) = request else { return Ok(()) };
                let response =
                    handle.block_on(tower::ServiceExt::oneshot(sidecar::app::router(&shared), request)).unwrap();
                prop_assert!(!response.status().is_server_error(), "{} {}", response.status(), address);
                if let Some(location) = response.headers().get(header::LOCATION) {
                    let location =
                        location.to_str().map_err(|error| TestCaseError::fail(format!("{address}: {error}")))?;
                    let own = location.starts_with('/') && !location.starts_with("//") && !location.contains('\\');
                    prop_assert!(own, "{} leads to {}", address, location);
                    prop_assert!(location != address, "{} leads to itself", address);
                }
                Ok(())
            })
        };
        tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    }
}

/// PostgreSQL takes no text with a NUL.
#[tokio::test]
async fn an_address_with_a_nul_is_nothing() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut almara = app.member("Almara", Role::Admin).await;
        for path in ["/inzerce?sekce=%00", "/uzivatel/1%00/", "/hledat/?q=a%00b", "/sprava/clenove/?q=%00"] {
            assert_eq!(almara.get(path).await.status, StatusCode::NOT_FOUND, "{engine:?} {path}");
        }
    }
}
