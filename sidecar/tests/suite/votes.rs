//! Votes: cast, changed once, shown.

use axum::http::StatusCode;
use generator::model::Role;

use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn a_vote_is_cast_and_changed_once() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let path = app.path("creation/clanky/9").await;
        let creation = app.browsing().get(&path).await.field("creation");
        let sum = "select rating_sum * 1000 + rating_count from creation where section = 'clanky' and number = 9";
        app.execute("delete from vote where member_id = 5").await;
        let before = app.number(sum).await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut cast = async |stars: &str| elanor.post("/hlasy/", &[("creation", &creation), ("stars", stars)]).await;
        for wrong in ["6", "-1", "x", ""] {
            assert_eq!(cast(wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(app.number(sum).await, before);
        let answer = cast("5").await;
        assert!(answer.location().starts_with(&format!("{path}?fresh=")), "{} {}", answer.status, answer.body);
        assert_eq!(app.number(sum).await, before + 5_001);
        assert_eq!(cast("5").await.status, StatusCode::SEE_OTHER, "the same once more is no change");
        assert_eq!(cast("1").await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.number(sum).await, before + 1_001);
        let twice = cast("4").await;
        assert!(twice.status == StatusCode::CONFLICT && twice.body.contains("podruhé to nejde"), "{}", twice.body);
        assert_eq!(app.number(sum).await, before + 1_001);
        building.stop().await;
    }
}

#[tokio::test]
async fn the_page_shows_the_new_average() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.execute(
            "delete from vote where creation_id = (select id from creation where section = 'clanky' and number = 9)",
        )
        .await;
        app.execute("update creation set rating_sum = 0, rating_count = 0, winner = false where section = 'clanky' and number = 9").await;
        let path = app.path("creation/clanky/9").await;
        let creation = app.browsing().get(&path).await.field("creation");
        let mut elanor = app.member("Elanor", Role::Member).await;
        let answer = elanor.post("/hlasy/", &[("creation", &creation), ("stars", "2")]).await;
        let page = elanor.get(answer.location()).await;
        assert!(page.body.contains("Hodnocení: Něco to má do sebe") && page.body.contains("1 hlas<"), "{}", page.body);
        building.stop().await;
    }
}
