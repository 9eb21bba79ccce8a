//! What things were: listed without their texts, compared two by two, brought back.

use axum::http::StatusCode;
use generator::model::Role;

use super::{AtWork, assert_done, clanky_9, send, send_form};
use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn a_former_version_comes_back_by_the_form() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let history = format!("/sprava/historie/creation/{id}/");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let title = editor.get(&url).await.field("title");
        for other in ["Titul druhý", "Titul třetí", "Titul čtvrtý"] {
            send(&mut editor, &url, "save", &[("title", other)]).await;
        }
        let first = app.number("select min(id) from former_text").await;
        let last = app.number("select max(id) from former_text").await;

        let shown = editor.get(&format!("{history}?version={first}")).await;
        assert!(shown.body.contains(&format!("Bylo:</span> {title}</del>")), "{}", shown.body);
        assert!(shown.body.contains("Je:</span> Titul druhý</ins>"), "{}", shown.body);
        assert!(shown.body.contains(&format!("?version={}\">Následující změna", first + 1)), "{}", shown.body);
        assert!(!shown.body.contains("Předchozí změna"), "there is none before the first");
        let shown = editor.get(&format!("{history}?version={last}")).await;
        assert!(shown.body.contains("Je:</span> Titul čtvrtý</ins>") && !shown.body.contains("Následující změna"));

        let restoring = format!("{url}?version={first}");
        assert!(editor.get(&format!("{history}?version={first}")).await.body.contains(&restoring));
        let form = editor.get(&restoring).await;
        assert_eq!(form.field("title"), title);
        assert!(form.body.contains("vyplněný starší verzí"), "{}", form.body);
        assert_eq!(editor.get(&url).await.field("title"), "Titul čtvrtý", "a look changes nothing");
        let saved = send_form(&mut editor, &url, &form, "save", &[]).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        assert_eq!(editor.get(&url).await.field("title"), title);
        assert_eq!(app.number("select count(*) from former_text").await, 4, "the one before it is kept as well");

        // Of another thing there is nothing to be had, nor for whoever may not edit it.
        let other = app.number("select max(id) from creation where section = 'clanky' and state = 'approved'").await;
        let foreign = editor.get(&format!("/sprava/upravit/creation/{other}/?version={first}")).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        let mut bound = super::rights::bound(&app, "Elanor", "hrbitov").await;
        assert_eq!(bound.get(&restoring).await.status, StatusCode::FORBIDDEN);
        building.stop().await;
    }
}

#[tokio::test]
async fn a_long_history_is_listed_in_pages() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let id = clanky_9(&app).await;
        // Rows whose texts are none: a list that needs them would show another number, or nothing.
        app.execute(
            "insert into former_text (kind, item, replaced_at, nick, fields)
            select 'creation', cast(creation.id as text), '2026-01-01T00:00:00+00:00', 'Pilná', 'no JSON'
            from creation, (select id from member order by id limit 6) one, (select id from member order by id limit 6) two,
                (select id from member order by id limit 2) three
            where section = 'clanky' and number = 9",
        )
        .await;
        let count = app.number("select count(*) from former_text").await;
        assert!(count > 50 && count < 100, "{count}");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let history = format!("/sprava/historie/creation/{id}/");
        let first = editor.get(&history).await;
        assert_eq!(first.body.matches("Pilná <span class=\"label\">").count(), 50, "{}", first.body);
        let (_, rest) = first.body.split_once("rel=\"next\" href=\"").expect("a way to the older ones");
        let older = editor.get(&rest.split_once('"').unwrap().0.replace("&#x2f;", "/")).await;
        assert_eq!(older.body.matches("Pilná <span class=\"label\">").count() as i64, count - 50, "{}", older.body);
        assert!(!older.body.contains("rel=\"next\""));
        assert_eq!(editor.get(&format!("{history}?version=999999")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_is_gone_can_still_be_read() {
    for engine in ENGINES {
        let AtWork { app, building, id, url, mut editor } = AtWork::open(engine).await;
        send(&mut editor, &url, "save", &[("body", "Poslední slova.")]).await;
        send(&mut editor, &url, "delete", &[("sure", "1")]).await;
        let history = editor.get(&format!("/sprava/historie/creation/{id}/")).await;
        assert!(history.body.contains("Tohle už na webu není"), "{}", history.body);
        assert!(history.body.contains("<blockquote class=\"kept-text\">Poslední slova."), "{}", history.body);
        assert!(!history.body.contains("Použít znovu"), "there is no form to put it back into");
        let mut bound = super::rights::bound(&app, "Elanor", "clanky").await;
        let foreign = bound.get(&format!("/sprava/historie/creation/{id}/")).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN, "whose business it was nobody knows any more");
        building.stop().await;
    }
}
