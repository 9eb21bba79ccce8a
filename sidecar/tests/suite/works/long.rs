//! Works as long as they may be, with letters that take most room on the way.

use axum::http::StatusCode;
use generator::model::Role;
use sidecar::works::typed::TEXT_CHARS_MAX;

use super::{approved, at, led_to};
use crate::harness::{ENGINES, Engine, PASSWORD, TestApp};
use crate::office::{assert_done, send};
use crate::uploads::NEW_ARTICLE;

/// So many letters of two bytes each, in lines.
fn text(chars: usize) -> String {
    "Žluťoučký ěščřžýáíé\n".chars().cycle().take(chars - 1).chain(['ř']).collect()
}

#[tokio::test]
async fn the_longest_text_survives_the_login() {
    let app = TestApp::demo().await;
    app.give_password("Fénix", Role::Member).await;
    let long = "ř".repeat(TEXT_CHARS_MAX);
    let mut author = app.browsing();
    let fields = [("title", "Román"), ("text", long.as_str()), ("do", "save")];
    let asked = author.post_files(NEW_ARTICLE, &fields, &[]).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let filled = |form: &crate::browsing::Answer, password: &str| {
        let mut login = form.fields();
        for (name, value) in &mut login {
            match name.as_str() {
                "name" => *value = "Fénix".to_owned(),
                "password" => *value = password.to_owned(),
                _ => {}
            }
        }
        serde_urlencoded::to_string(login).unwrap()
    };
    // A wrong password on the way loses nothing either.
    let wrong = author.post_body("/uzivatel/prihlaseni/", filled(&asked, "a wrong one")).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}", wrong.body.len());
    let id = led_to(&author.post_body("/uzivatel/prihlaseni/", filled(&wrong, PASSWORD)).await);
    assert!(author.get(&at(id)).await.field("text").trim() == long, "not as it was typed");

    let endless = format!("name=x&password=x&kept={}", "x".repeat(14_000_000));
    let refused = author.post_body("/uzivatel/prihlaseni/", endless).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "there is a limit all the same");
}

#[tokio::test]
async fn an_editor_can_save_the_longest_text_and_leave_an_imported_one_as_it_is() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut author = app.member("Fénix", Role::Member).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let long = text(TEXT_CHARS_MAX);
        let fields = [("title", "Román"), ("text", long.as_str()), ("do", "submit")];
        let id = led_to(&author.post_files(NEW_ARTICLE, &fields, &[]).await);
        approved(&app, id).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let saved = send(&mut editor, &url, "save", &[("title", "Veliký román")]).await;
        assert_done(&app, &saved, "saved", "úprava").await;
        let changed = long.replacen('Ž', "ž", 1);
        let saved = send(&mut editor, &url, "save", &[("body", &changed)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{engine:?}");
        assert!(editor.get(&url).await.field("body") == changed, "{engine:?}");

        app.execute(match engine {
            Engine::Sqlite => {
                "update creation_text set body = replace(hex(zeroblob(400000)), '00', 'ř')
                    where creation_id = (select id from creation where title = 'Veliký román')"
            }
            Engine::Postgres => {
                "update creation_text set body = repeat('ř', 400000)
                    where creation_id = (select id from creation where title = 'Veliký román')"
            }
        })
        .await;
        let saved = send(&mut editor, &url, "save", &[("title", "Dovezený román")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{engine:?}");
        assert_eq!(app.number("select count(*) from creation where title = 'Dovezený román'").await, 1);
        let longer = "ř".repeat(400_001);
        let refused = send(&mut editor, &url, "save", &[("body", &longer)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert!(refused.body.contains("300000") || refused.body.contains("300\u{a0}000"), "the limit is named");
        building.stop().await;
    }
}
