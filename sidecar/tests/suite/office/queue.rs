//! The queue of creations: read as it will be published, and decided on.

use axum::http::StatusCode;
use generator::model::{CreationId, Role};

use super::{assert_done, decide};
use crate::browsing::Browsing;
use crate::harness::{ENGINES, TestApp};
use crate::uploads::NEW_ARTICLE;

/// A work that its author has just submitted.
pub async fn submitted(app: &TestApp, author: &mut Browsing, title: &str) -> CreationId {
    let fields = [("title", title), ("text", "Byla **jednou** jedna."), ("do", "submit")];
    let sent = author.post(NEW_ARTICLE, &fields).await;
    assert!(sent.location().ends_with("?said=submitted"), "{} {}", sent.location(), sent.body);
    CreationId(app.number("select max(id) from creation").await)
}

/// Its author takes it back, if it waits, and sends it with another text.
pub async fn mend(author: &mut Browsing, id: CreationId, text: &str) {
    let url = format!("/nastaveni/dila/{id}/");
    author.post(&url, &[("do", "withdraw")]).await;
    let title = author.get(&url).await.field("title");
    let sent = author.post(&url, &[("title", &title), ("text", text), ("do", "submit")]).await;
    assert!(sent.location().ends_with("?said=submitted"), "{} {}", sent.location(), sent.body);
}

#[tokio::test]
async fn a_waiting_work_is_read_and_decided_on() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let mut works = Vec::new();
        for title in ["Pověst první", "Pověst druhá", "Pověst třetí"] {
            works.push(submitted(&app, &mut author, title).await);
        }
        let (first, second, third) = (works[0], works[1], works[2]);
        let queue = editor.get("/sprava/fronta/").await;
        assert!(queue.body.contains(&format!("/sprava/fronta/{first}/")), "{}", queue.body);

        let url = format!("/sprava/fronta/{first}/");
        let preview = editor.get(&format!("{url}nahled/")).await;
        assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
        assert!(preview.body.contains("Byla <strong>jednou</strong> jedna."), "{}", preview.body);
        assert_eq!(
            app.number("select count(*) from creation where title like 'Pověst%' and state = 'approved'").await,
            0
        );
        let mut other = app.member("Elanor", Role::Editor).await;
        app.execute(
            "insert into editor_section (member_id, section) select id, 'hrbitov' from member where nick = 'Elanor'",
        )
        .await;
        for address in [url.clone(), format!("{url}nahled/")] {
            assert_eq!(other.get(&address).await.status, StatusCode::FORBIDDEN, "{address}");
        }
        assert_eq!(other.post(&url, &[("do", "approve")]).await.status, StatusCode::FORBIDDEN);

        let seen = editor.get(&url).await.field("version");
        let done = decide(&mut editor, &url, &[("do", "approve")]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
        let number = app.number("select number from creation where title = 'Pověst první'").await;
        let path = app.path(&format!("creation/clanky/{number}")).await;
        assert!(app.browsing().get(&path).await.body.contains("Byla <strong>jednou</strong> jedna."));
        assert_eq!(super::said(&done).1, "shown");
        let told = editor.get(done.location()).await;
        assert!(told.body.contains("Zveřejněno. Stránka na webu už tomu odpovídá."), "{}", told.body);
        let late = editor.post(&url, &[("do", "return"), ("note", "Ještě ne."), ("version", &seen)]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "somebody was quicker");
        assert!(late.body.contains("Mezitím to změnil někdo jiný"), "{}", late.body);
        assert!(late.body.contains("Ještě ne."), "what was typed is there: {}", late.body);

        let url = format!("/sprava/fronta/{second}/");
        let silent = decide(&mut editor, &url, &[("do", "return"), ("note", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = decide(&mut editor, &url, &[("do", "return"), ("note", "Chybí konec.")]).await;
        assert_done(&app, &done, "returned", "vrácení autorovi").await;
        let shown = editor.get(&url).await;
        assert!(shown.body.contains("Chybí konec.") && !shown.body.contains("value=\"approve\""), "{}", shown.body);

        let url = format!("/sprava/fronta/{third}/");
        let at = [("do", "schedule"), ("publish_at", "2126-01-01T10:00")];
        let done = decide(&mut editor, &url, &at).await;
        assert_done(&app, &done, "scheduled", "naplánování").await;
        assert!(editor.get("/sprava/rozvrh/").await.body.contains("Pověst třetí"));
        let done = decide(&mut editor, &url, &[("do", "reject"), ("note", "Tohle ne.")]).await;
        assert_done(&app, &done, "rejected", "zamítnutí").await;
        assert_eq!(
            app.number("select count(*) from creation where state = 'rejected' and publish_at is null").await,
            1
        );
        building.stop().await;
    }
}
