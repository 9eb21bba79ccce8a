//! Those who try to get in, or to have others do what they want.

use axum::http::{StatusCode, header};
use generator::model::Role;
use sidecar::options::Network;

use super::{LOGIN, SETTINGS, who};
use crate::harness::{ENGINES, Engine, PASSWORD, TestApp};

#[tokio::test]
async fn a_session_begins_under_a_token_that_nobody_knew() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.give_password("Elanor", Role::Member).await;
        let planted = "A".repeat(43);
        let mut victim = app.browsing();
        victim.cookies.insert("session".to_owned(), planted.clone());
        victim.log_in("Elanor", PASSWORD).await;
        assert_ne!(victim.cookies["session"], planted);
        let mut attacker = app.browsing();
        attacker.cookies.insert("session".to_owned(), planted);
        assert_eq!(who(&mut attacker).await, "");

        let former = victim.cookies.clone();
        victim.log_in("Elanor", PASSWORD).await;
        assert_ne!(victim.cookies["session"], former["session"]);
        attacker.cookies = former;
        assert_eq!(who(&mut attacker).await, "", "the former session of the same browser is over");
        let stored = "select count(*) from session where length(token_hash) = 32";
        assert_eq!(app.number(stored).await, 1, "only a digest of it is stored");
    }
}

#[tokio::test]
async fn the_answer_tells_nobody_who_is_a_member() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.give_password("Elanor", Role::Member).await;
        app.execute("insert into credential (member_id, scheme) values (6, 'unusable')").await;
        let mut answers = Vec::new();
        for name in
            ["Elanor", "Fénix", "Gorgoroth", "Nobody At All", "elanor@example.org", "nobody@example.org", "a\u{0}b"]
        {
            let answer = app.browsing().post(LOGIN, &[("name", name), ("password", "a wrong one")]).await;
            let shown = name.replace('\u{0}', "");
            answers.push((answer.status, answer.body.replace(&format!("value=\"{shown}\""), "value=\"\"")));
        }
        assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
}

#[tokio::test]
async fn ten_thousand_guesses_are_a_few() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    let mut attacker = app.browsing();
    let mut judged = 0;
    for guess in 0..10_000 {
        // A forged address is nobody's word: no proxy is trusted.
        attacker.headers.insert("x-forwarded-for".to_owned(), format!("198.51.{}.{}", guess / 250, guess % 250));
        let answer = attacker.post(LOGIN, &[("name", "Elanor"), ("password", &format!("guess {guess}"))]).await;
        match answer.status {
            StatusCode::UNAUTHORIZED => judged += 1,
            StatusCode::TOO_MANY_REQUESTS => {}
            other => panic!("{other}"),
        }
    }
    assert!(judged <= 40, "{judged}");
    let answer = attacker.post(LOGIN, &[("name", "Elanor"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "not even the right one, from there");
    let mut others = app.browsing();
    others.peer = "192.0.2.77:4000".parse().unwrap();
    app.give_password("Fénix", Role::Member).await;
    others.log_in("Fénix", PASSWORD).await;
}

#[tokio::test]
async fn guesses_at_many_names_are_limited_by_address() {
    let app = TestApp::demo().await;
    let mut attacker = app.browsing();
    let mut judged = 0;
    for guess in 0..60 {
        attacker.headers.insert("x-forwarded-for".to_owned(), format!("198.51.100.{guess}"));
        let answer = attacker.post(LOGIN, &[("name", &format!("member {guess}")), ("password", "a guess")]).await;
        judged += usize::from(answer.status == StatusCode::UNAUTHORIZED);
    }
    assert!((1..=25).contains(&judged), "{judged}");
}

#[tokio::test]
async fn guesses_from_everywhere_are_limited_by_name() {
    let proxy = Network::parse("192.0.2.1").unwrap();
    let app = TestApp::answering(Engine::Sqlite, |answers| answers.trusted_proxies = vec![proxy]).await;
    app.give_password("Elanor", Role::Member).await;
    let mut attacker = app.browsing();
    let mut judged = 0;
    for guess in 0..60 {
        attacker.headers.insert("x-forwarded-for".to_owned(), format!("198.51.100.{guess}"));
        let answer = attacker.post(LOGIN, &[("name", "Elanor"), ("password", "a guess")]).await;
        judged += usize::from(answer.status == StatusCode::UNAUTHORIZED);
    }
    assert!((1..=21).contains(&judged), "{judged}");
    let answer = attacker.post(LOGIN, &[("name", "Fénix"), ("password", "a guess")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "each address has its own count");
}

#[tokio::test]
async fn nobody_locks_a_member_out_where_they_have_logged_in() {
    let proxy = Network::parse("192.0.2.1").unwrap();
    let app = TestApp::answering(Engine::Sqlite, |answers| answers.trusted_proxies = vec![proxy]).await;
    app.give_password("Elanor", Role::Member).await;
    let from = |browsing: &mut crate::browsing::Browsing, address: &str| {
        browsing.headers.insert("x-forwarded-for".to_owned(), address.to_owned());
    };
    let mut elanor = app.browsing();
    from(&mut elanor, "203.0.113.5");
    elanor.log_in("Elanor", PASSWORD).await;
    let mut attacker = app.browsing();
    let mut last = StatusCode::OK;
    for guess in 0..30 {
        from(&mut attacker, &format!("198.51.100.{guess}"));
        last = attacker.post(LOGIN, &[("name", "Elanor"), ("password", "a guess")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let right = [("name", "Elanor"), ("password", PASSWORD)];
    assert_eq!(attacker.post(LOGIN, &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    elanor.log_in("Elanor", PASSWORD).await;
    let mut judged = 0;
    for _ in 0..60 {
        let answer = elanor.post(LOGIN, &[("name", "Elanor"), ("password", "a guess")]).await;
        judged += usize::from(answer.status == StatusCode::UNAUTHORIZED);
    }
    assert!((1..=20).contains(&judged), "a known address guesses no more than another: {judged}");
}

#[tokio::test]
async fn a_login_leads_nowhere_but_to_the_site() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    for (next, expected) in [
        ("/forum/", "/forum/"),
        ("https://evil.test/", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test/", "/"),
        ("\\\\evil.test", "/"),
        ("/\t/evil.test/", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.test", "/"),
    ] {
        let mut browsing = app.browsing();
        let query = serde_urlencoded::to_string([("next", next)]).unwrap();
        let form = browsing.get(&format!("{LOGIN}?{query}")).await;
        let offered = form.field("next");
        assert!(offered.is_empty() || offered == expected, "{next}: {offered}");
        let fields = [("name", "Elanor"), ("password", PASSWORD), ("next", next)];
        let answer = browsing.post(LOGIN, &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected), "{next}");
        let going_on = browsing.get(&format!("{LOGIN}?{query}")).await;
        assert!(!going_on.body.contains("evil.test"), "{next}");
    }
    let mut browsing = app.browsing();
    for (referrer, next) in [("/forum/", "/forum/"), (LOGIN, ""), ("//evil.test/", "")] {
        browsing.headers.insert("referer".to_owned(), format!("{}{referrer}", app.settings.site_url));
        assert_eq!(browsing.get(LOGIN).await.field("next"), next, "{referrer}");
    }
    browsing.headers.insert("referer".to_owned(), "https://evil.test/forum/".to_owned());
    assert_eq!(browsing.get(LOGIN).await.field("next"), "");
}

#[tokio::test]
async fn pages_of_other_sites_send_nothing() {
    let app = TestApp::demo().await;
    let mut elanor = app.member("Elanor", Role::Member).await;
    let own = app.settings.site_url.clone();
    for (site, origin, allowed) in [
        ("same-origin", "", true),
        ("cross-site", own.as_str(), false),
        ("same-site", own.as_str(), false),
        ("none", own.as_str(), false),
        ("", "https://evil.test", false),
        ("", "null", false),
        ("", "", false),
        ("", own.as_str(), true),
    ] {
        elanor.headers.insert("sec-fetch-site".to_owned(), site.to_owned());
        elanor.headers.insert("origin".to_owned(), origin.to_owned());
        let answer = elanor.post(SETTINGS, &[("password", "x"), ("new_password", "x")]).await;
        let expected = if allowed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
        assert_eq!(answer.status, expected, "{site} {origin}");
        if !allowed {
            assert!(answer.body.contains("jiného webu"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn another_host_is_told_where_the_site_is() {
    let app = TestApp::demo().await;
    let mut browsing = app.browsing();
    browsing.headers.insert("host".to_owned(), "evil.test".to_owned());
    let answer = browsing.get(LOGIN).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(answer.body.contains(&app.settings.site_url) && !answer.body.contains("evil.test"), "{}", answer.body);
    browsing.headers.insert("host".to_owned(), format!("localhost:{}", app.address.port()));
    assert_eq!(browsing.get(LOGIN).await.status, StatusCode::OK, "the machine's other names");
}

#[tokio::test]
async fn forms_have_limits() {
    let app = TestApp::demo().await;
    let mut browsing = app.browsing();
    let answer = browsing.post_body("/registrace/", format!("nick={}", "a".repeat(600_000))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    browsing.headers.insert("content-type".to_owned(), "application/json".to_owned());
    let answer = browsing.post_body(LOGIN, "{}".to_owned()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    browsing.headers.remove("content-type");
    let answer = browsing.post(LOGIN, &[("name", "Elanor"), ("password", &"a".repeat(100_000))]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
}
