//! Who posts without being logged in logs in on the way, and what they typed is posted.

use axum::http::StatusCode;
use generator::model::Role;

use super::{LOGIN, SETTINGS, who};
use crate::harness::{ENGINES, PASSWORD, TestApp};

#[tokio::test]
async fn a_comment_survives_the_login() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Elanor", Role::Member).await;
        let article = app.path("creation/clanky/9").await;
        let page = app.browsing().get(&article).await;
        let creation = page.field("creation");
        let text = "Řekl bych: \"5 < 6 & 7\".\r\n\r\nA dost.";
        let mut browsing = app.browsing();
        let form = browsing.post("/komentare/", &[("creation", &creation), ("text", text), ("do", "post")]).await;
        assert_eq!(form.status, StatusCode::UNAUTHORIZED);
        assert!(form.body.contains("Co máš napsáno, se neztratí") && form.body.contains("A dost."), "{}", form.body);

        let mut fields = form.fields();
        let fill = |fields: &mut Vec<(String, String)>, password: &str| {
            for (name, value) in fields.iter_mut() {
                match name.as_str() {
                    "name" => *value = "Elanor".to_owned(),
                    "password" => *value = password.to_owned(),
                    _ => {}
                }
            }
        };
        fill(&mut fields, "a wrong one");
        let form = browsing.post_body(LOGIN, serde_urlencoded::to_string(&fields).unwrap()).await;
        assert!(form.status == StatusCode::UNAUTHORIZED && form.body.contains("A dost."), "{}", form.body);
        let mut fields = form.fields();
        fill(&mut fields, PASSWORD);
        let answer = browsing.post_body(LOGIN, serde_urlencoded::to_string(&fields).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert!(answer.location().starts_with(&format!("{article}?fresh=")), "{}", answer.location());
        let shown = browsing.get(answer.location()).await;
        assert!(shown.body.contains("5 &lt; 6 &amp; 7"), "it is on the page");
        assert_eq!(browsing.get("/nastaveni/").await.status, StatusCode::OK, "and its author is logged in");
        building.stop().await;
    }
}

#[tokio::test]
async fn what_was_kept_goes_nowhere_but_to_the_sidecar() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    let nested = format!("{LOGIN}?x");
    for action in ["https://evil.test/", "//evil.test/", "/forum/", LOGIN, &nested, "/no/such/place/"] {
        let fields = [("name", "Elanor"), ("password", PASSWORD), ("kept_action", action), ("kept", "text=x")];
        let answer = app.browsing().post(LOGIN, &fields).await;
        let is_harmless = answer.location() == "/" || !answer.status.is_success() && answer.location().is_empty();
        assert!(is_harmless, "{action}: {} {}", answer.status, answer.location());
    }
}

#[tokio::test]
async fn no_password_is_kept_anywhere() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        app.execute("delete from session").await;
        let form = elanor.post(SETTINGS, &[("password", PASSWORD), ("new_password", "osm koní za úsvitu")]).await;
        assert_eq!(form.status, StatusCode::UNAUTHORIZED);
        assert!(!form.body.contains("koní") && !form.body.contains("píšťalka"), "{}", form.body);
        assert!(!form.body.contains("kon%C3%AD") && !form.body.contains("kept"), "{}", form.body);
        assert_eq!(form.field("next"), SETTINGS);
        let fields = [("name", "Elanor"), ("password", PASSWORD), ("next", SETTINGS)];
        assert_eq!(elanor.post(LOGIN, &fields).await.location(), SETTINGS);
        assert_eq!(who(&mut elanor).await, "Elanor");

        let kept = serde_urlencoded::to_string([("password", PASSWORD), ("new_password", "osm koní za úsvitu")]);
        let kept = kept.unwrap();
        let fields = [("name", "Elanor"), ("password", PASSWORD), ("kept_action", SETTINGS), ("kept", &kept)];
        let answer = elanor.post(LOGIN, &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "an old page that has kept it");
        assert_eq!(who(&mut elanor).await, "Elanor", "and they are in");
        assert_eq!(app.number("select count(*) from session").await, 1);
        app.opened.db.close().await;
        let away = elanor.post(SETTINGS, &[("password", PASSWORD), ("new_password", "osm koní za úsvitu")]).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!away.body.contains("koní") && !away.body.contains("píšťalka"), "{}", away.body);
    }
}

#[tokio::test]
async fn a_login_that_fails_keeps_the_text() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    app.opened.db.close().await;
    let kept = serde_urlencoded::to_string([("creation", "1"), ("text", "Slyšíte mě? <b>&")]).unwrap();
    let fields = [("name", "Elanor"), ("password", PASSWORD), ("kept_action", "/komentare/"), ("kept", &kept)];
    let answer = app.browsing().post(LOGIN, &fields).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((answer.field("creation"), answer.field("text")), ("1".to_owned(), "Slyšíte mě? <b>&".to_owned()));
    assert!(answer.body.contains("action=\"/komentare/\""), "to be sent again");
}

#[tokio::test]
async fn a_login_sends_nothing_to_itself() {
    let app = TestApp::demo().await;
    app.give_password("Elanor", Role::Member).await;
    let fields = [("name", "Elanor"), ("password", PASSWORD), ("kept_action", "/uzivatel/prihlaseni/?x")];
    let nested = [("name", "Elanor"), ("password", PASSWORD)];
    let kept = serde_urlencoded::to_string(nested).unwrap();
    let mut browsing = app.browsing();
    let answer = browsing.post(LOGIN, &[&fields[..], &[("kept", &kept)]].concat()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "the login is no form that is kept");
    assert_eq!(app.number("select count(*) from session").await, 1, "one login, one session");
    assert_eq!(who(&mut browsing).await, "Elanor");
}
