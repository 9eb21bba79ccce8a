//! Telling the editors about a page.

use axum::http::StatusCode;
use generator::model::Role;

use crate::harness::{ENGINES, TestApp};

const AREA: &str = "/nahlasit/";

#[tokio::test]
async fn what_anybody_reports_waits_until_an_editor_settles_it() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut reader = app.browsing();
        let from = format!("{}/forum/?fresh=1", app.app.front.url);
        reader.headers.insert("referer".to_owned(), from);
        assert_eq!(reader.get(AREA).await.field("page"), "/forum/", "where somebody comes from");
        reader.headers.clear();
        let text = "<script>alert(1)</script> Tohle sem nepatří.";
        let sent = reader.post(AREA, &[("page", "/forum/"), ("text", text)]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/nahlasit/?sent=1&page=%2Fforum%2F"));
        assert!(reader.get(sent.location()).await.body.contains("Děkujeme"));
        let mut member = app.member("Fénix", Role::Member).await;
        member.post(AREA, &[("page", "https://zlo.test/"), ("text", "Cizí stránka")]).await;

        let mut editor = app.member("Drahomír", Role::Editor).await;
        let queue = editor.get("/sprava/hlaseni/").await;
        assert!(queue.body.contains("&lt;script&gt;alert(1)") && !queue.body.contains("<script>alert"));
        assert!(queue.body.contains("nepřihlášený čtenář") && queue.body.contains("Fénix"), "{}", queue.body);
        assert!(!queue.body.contains("zlo.test"), "only pages of the site");
        let id = app.number("select min(id) from report").await.to_string();
        let done = editor.post("/sprava/hlaseni/", &[("report", &id), ("note", "Smazáno")]).await;
        super::office::assert_done(&app, &done, "settled", "vyřízení").await;
        assert_eq!(app.number("select count(*) from report where settled_at is null").await, 1);
        let twice = editor.post("/sprava/hlaseni/", &[("report", &id)]).await;
        assert_eq!(twice.status, StatusCode::NOT_FOUND, "somebody was quicker");
    }
}

#[tokio::test]
async fn a_report_that_is_none_comes_back_with_its_text() {
    let app = TestApp::demo().await;
    let mut reader = app.browsing();
    for (text, trap, fault) in [("", "", "Chybí text."), ("Dobrý den", "x", "pole, které lidé nevidí")] {
        let answer = reader.post(AREA, &[("page", "/"), ("text", text), ("homepage", trap)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(fault) && answer.field("text") == text, "{}", answer.body);
    }
    let mut kept = 0;
    let refused = loop {
        let answer = reader.post(AREA, &[("page", "/"), ("text", "Znovu a znovu")]).await;
        match answer.status {
            StatusCode::SEE_OTHER => kept += 1,
            _ => break answer,
        }
    };
    assert_eq!((kept, refused.status), (5, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(refused.field("text"), "Znovu a znovu");
    assert_eq!(app.number("select count(*) from report").await, 5);
}
