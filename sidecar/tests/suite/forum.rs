//! Posts in the forum.

use axum::http::StatusCode;
use generator::model::Role;

use crate::harness::{ENGINES, TestApp};

const AREA: &str = "/prispevky/";

#[tokio::test]
async fn own_posts_with_footnotes_have_anchors_of_their_own() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        for text in ["Jedna[^1].\n\n[^1]: První.", "Dvě[^1].\n\n[^1]: Druhá."] {
            let posted = elanor.post(AREA, &[("text", text), ("do", "post")]).await;
            assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.body);
            app.pass(chrono::TimeDelta::minutes(5));
        }
        let own = elanor.get("/nastaveni/prispevky/").await.body;
        let notes: Vec<&str> = own
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .filter(|id| id.contains("note"))
            .collect();
        let different: std::collections::BTreeSet<&&str> = notes.iter().collect();
        assert!(notes.len() > 1 && different.len() == notes.len(), "{notes:?}");
        building.stop().await;
    }
}

#[tokio::test]
async fn a_post_comes_changes_and_goes() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        let form = elanor.get("/forum/").await;
        assert!(form.body.contains(&format!("action=\"{AREA}\"")));
        let preview = elanor.post(AREA, &[("text", "*Ahoj*"), ("do", "preview")]).await;
        assert!(preview.body.contains("<em>Ahoj</em>"), "{}", preview.body);
        let answer = elanor.post(AREA, &[("text", "*Ahoj*, fórum"), ("do", "post")]).await;
        assert!(answer.location().starts_with("/forum/?fresh="), "{} {}", answer.status, answer.body);
        let id = answer.location().rsplit_once("#c").unwrap().1.to_owned();
        let again = elanor.post(AREA, &[("text", "*Ahoj*, fórum"), ("do", "post")]).await;
        assert!(again.location().ends_with(&format!("#c{id}")), "the button was pressed twice");
        let page = app.browsing().get("/forum/").await;
        assert!(page.body.contains(&format!("id=\"c{id}\"")) && page.body.contains("<em>Ahoj</em>, fórum"));

        let edited = elanor.post(&format!("{AREA}{id}/upravit/"), &[("text", "Nazdar, fórum"), ("do", "post")]).await;
        assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.body);
        assert!(elanor.get(edited.location()).await.body.contains("Nazdar, fórum"));
        assert!(app.browsing().get("/forum/").await.body.contains("Nazdar, fórum"));
        let mut fenix = app.member("Fénix", Role::Member).await;
        assert_eq!(fenix.post(&format!("{AREA}{id}/smazat/"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(elanor.post(&format!("{AREA}{id}/smazat/"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!app.browsing().get("/forum/").await.body.contains("Nazdar, fórum"));
        building.stop().await;
    }
}

/// No text holds one, and PostgreSQL takes none; a clipboard may bring one along.
#[tokio::test]
async fn a_nul_is_left_out() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        let answer = elanor.post(AREA, &[("text", "Blu\0dička"), ("do", "post")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{engine:?} {}", answer.body);
        assert!(app.browsing().get("/forum/").await.body.contains("Bludička"));
        building.stop().await;
    }
}
