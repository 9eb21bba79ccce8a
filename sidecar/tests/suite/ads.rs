//! Ads of members.

pub mod guests;
pub mod meanwhile;

use axum::http::StatusCode;
use generator::model::Role;

use crate::harness::{ENGINES, TestApp};

const AREA: &str = "/inzeraty/market/";

const AD: [(&str, &str); 6] = [
    ("group", "nabizim"),
    ("name", "Fénix"),
    ("email", "fenix@pero.test"),
    ("text", "Prodám **kostky**, dvacetistěnné.\r\n<script>alert(1)</script>"),
    ("homepage", ""),
    ("do", "post"),
];

#[tokio::test]
async fn an_ad_is_on_its_board_until_its_author_deletes_it() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut fenix = app.member("Fénix", Role::Member).await;
        assert_eq!(fenix.get(AREA).await.field("name"), "Fénix");
        let answer = fenix.post(AREA, &AD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert!(answer.location().starts_with("/inzerce/?fresh="), "{}", answer.location());
        let anchor = answer.location().rsplit_once('#').unwrap().1;
        let board = app.browsing().get(answer.location()).await;
        let (_, shown) = board.body.split_once(&format!("id=\"{anchor}\"")).expect("it is there");
        assert!(shown.contains("Prodám <strong>kostky</strong>"), "{shown}");
        assert!(!board.body.contains("<script>alert") && !board.body.contains("fenix@pero.test"), "nothing to harvest");
        let again = fenix.post(AREA, &AD).await;
        assert_eq!(again.location().rsplit_once('#').unwrap().1, anchor, "the button was pressed twice");

        let id = app.number("select max(id) from ad").await;
        let delete = format!("{AREA}{id}/smazat/");
        let mut other = app.member("Elanor", Role::Member).await;
        assert_eq!(other.post(&delete, &[]).await.status, StatusCode::NOT_FOUND, "somebody else's");
        assert!(fenix.get(AREA).await.body.contains(&delete));
        assert_eq!(fenix.post(&delete, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!app.browsing().get("/inzerce/").await.body.contains("Prodám <strong>kostky</strong>"));
        assert_eq!(fenix.post(&delete, &[]).await.status, StatusCode::NOT_FOUND);
        building.stop().await;
    }
}

#[tokio::test]
async fn an_ad_that_is_none_comes_back() {
    let app = TestApp::demo().await;
    let mut fenix = app.member("Fénix", Role::Member).await;
    for (field, value, fault) in [
        ("text", " ", "Chybí text."),
        ("group", "nic", "Vyber druh inzerátu."),
        ("name", "", "Chybí jméno."),
        ("email", "", "Chybí kontakt"),
        ("email", "fenix", "není e-mailová adresa"),
        ("homepage", "x", "pole, které lidé nevidí"),
    ] {
        let fields = AD.map(|(name, known)| if name == field { (name, value) } else { (name, known) });
        let answer = fenix.post(AREA, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(answer.body.contains(fault), "{fault}: {}", answer.body);
    }
    let preview = AD.map(|(name, known)| if name == "do" { (name, "preview") } else { (name, known) });
    let preview = fenix.post(AREA, &preview).await;
    assert!(preview.body.contains("<strong>kostky</strong>") && preview.field("email") == "fenix@pero.test");
    assert_eq!(fenix.get("/inzeraty/nikde/").await.status, StatusCode::NOT_FOUND);
}
