//! The queue of creations: read as it will be published, and decided on.

use axum::http::StatusCode;
use generator::model::{CreationId, MemberId, Role, Text, TextFormat};
use generator::publish::creations::Work;
use generator::publish::submissions;

use super::assert_done;
use crate::harness::{ENGINES, TestApp};

/// A work that its author has just submitted.
async fn submitted(app: &TestApp, title: &str) -> CreationId {
    let door = app.app.open_door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    let work = Work {
        title: title.to_owned(),
        synopsis: String::new(),
        attributes: "{}".to_owned(),
        body: Text { source: "Byla **jednou** jedna.".to_owned(), format: TextFormat::Markdown },
        source_name: String::new(),
        source_url: String::new(),
    };
    let member = MemberId(6);
    let id = submissions::begin(&mut change, "clanky", member, "", &work).await.unwrap();
    submissions::submit(&mut change, id, member).await.unwrap();
    change.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_waiting_work_is_read_and_decided_on() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let [first, second, third] = [
            submitted(&app, "Pověst první").await,
            submitted(&app, "Pověst druhá").await,
            submitted(&app, "Pověst třetí").await,
        ];
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

        let done = editor.post(&url, &[("do", "approve")]).await;
        assert_done(&app, &done, "published", "zveřejnění").await;
        let number = app.number("select number from creation where title = 'Pověst první'").await;
        let path = app.path(&format!("creation/clanky/{number}")).await;
        assert!(app.browsing().get(&path).await.body.contains("Byla <strong>jednou</strong> jedna."));
        assert_eq!(editor.post(&url, &[("do", "approve")]).await.status, StatusCode::CONFLICT, "somebody was quicker");

        let url = format!("/sprava/fronta/{second}/");
        let silent = editor.post(&url, &[("do", "return"), ("note", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = editor.post(&url, &[("do", "return"), ("note", "Chybí konec.")]).await;
        assert_done(&app, &done, "returned", "vrácení autorovi").await;
        let shown = editor.get(&url).await;
        assert!(shown.body.contains("Chybí konec.") && !shown.body.contains("value=\"approve\""), "{}", shown.body);

        let url = format!("/sprava/fronta/{third}/");
        let at = [("do", "schedule"), ("publish_at", "2126-01-01T10:00")];
        let done = editor.post(&url, &at).await;
        assert_done(&app, &done, "scheduled", "naplánování").await;
        assert!(editor.get("/sprava/rozvrh/").await.body.contains("Pověst třetí"));
        let done = editor.post(&url, &[("do", "reject"), ("note", "Tohle ne.")]).await;
        assert_done(&app, &done, "rejected", "zamítnutí").await;
        assert_eq!(
            app.number("select count(*) from creation where state = 'rejected' and publish_at is null").await,
            1
        );
        building.stop().await;
    }
}
