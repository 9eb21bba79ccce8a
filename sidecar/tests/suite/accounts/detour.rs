//! Who posts without being logged in logs in on the way, and what they typed is posted.

use axum::http::StatusCode;
use generator::model::Role;

use super::LOGIN;
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
    for action in ["https://evil.test/", "//evil.test/", "/forum/", LOGIN, "/no/such/place/"] {
        let fields = [("name", "Elanor"), ("password", PASSWORD), ("kept_action", action), ("kept", "text=x")];
        let answer = app.browsing().post(LOGIN, &fields).await;
        let is_harmless = answer.location() == "/" || !answer.status.is_success() && answer.location().is_empty();
        assert!(is_harmless, "{action}: {} {}", answer.status, answer.location());
    }
}
