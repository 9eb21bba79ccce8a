//! Telling the editors about a page.

use axum::http::StatusCode;
use generator::model::Role;

use crate::browsing::Answer;
use crate::harness::{ENGINES, TestApp};

const AREA: &str = "/nahlasit/";

/// What the queue's form says that an editor has seen of a report.
fn version(queue: &Answer, id: &str) -> String {
    let (_, form) = queue.body.split_once(&format!("name=\"report\" value=\"{id}\"")).expect("it waits");
    let (_, version) = form.split_once("name=\"version\" value=\"").unwrap();
    version.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_report_leads_to_where_the_thing_is_mended_and_back() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let work = app.path("creation/clanky/9").await;
        let member = app.path("member/6").await;
        for (path, way) in [
            (work.as_str(), format!("/sprava/upravit/creation/{}/?report=", super::office::clanky_9(&app).await)),
            (&member, "/sprava/upravit/description/6/?report=".to_owned()),
            ("/forum/", "/sprava/prispevky/?kind=forum-post".to_owned()),
            ("/aktuality/", "/sprava/aktuality/".to_owned()),
            ("/rubriky/bestiar/", "/sprava/dila/?section=bestiar".to_owned()),
            ("/nikde/nic/", String::new()),
        ] {
            let mut reader = app.browsing();
            reader.peer = format!("192.0.2.{}:4000", 10 + path.len()).parse().unwrap();
            let sent = reader.post(AREA, &[("page", path), ("text", "Koukněte na tohle")]).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
            let queue = editor.get("/sprava/hlaseni/").await;
            let (_, report) = queue.body.rsplit_once("<article").unwrap();
            assert_eq!(report.contains("Upravit: "), !way.is_empty(), "{path}: {report}");
            assert!(report.contains(&way), "{path}: {report}");
            app.pass(chrono::TimeDelta::hours(1));
        }
        let id = app.number("select min(id) from report").await;
        let form = format!("/sprava/upravit/creation/{}/?report={id}", super::office::clanky_9(&app).await);
        let back = format!("/sprava/hlaseni/#report-{id}");
        assert!(editor.get(&form).await.body.contains(&back));
        let saved = super::office::send(&mut editor, &form, "save", &[("title", "Bez té urážky")]).await;
        assert!(saved.location().contains(&format!("?report={id}&said=saved")), "{}", saved.location());
        assert!(editor.get(saved.location()).await.body.contains(&back), "the way back is still there");
        let queue = editor.get("/sprava/hlaseni/").await;
        assert!(queue.body.contains(&format!("id=\"report-{id}\"")), "{}", queue.body);
        let (id, version) = (id.to_string(), version(&queue, &id.to_string()));
        editor.post("/sprava/hlaseni/", &[("report", &id), ("version", &version)]).await;
        let (_, settled) = editor.get("/sprava/hlaseni/").await.body.split_once("id=\"settled\"").map(own).unwrap();
        assert!(settled.contains("Vyřídil(a) Drahomír"), "{settled}");
        assert!(settled.contains("úprava: dílo") && settled.contains("Bez té urážky"), "what was done: {settled}");
        building.stop().await;
    }
}

fn own((before, behind): (&str, &str)) -> (String, String) {
    (before.to_owned(), behind.to_owned())
}

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
        let version = version(&queue, &id);
        let fields = [("report", id.as_str()), ("version", &version), ("note", "Smazáno")];
        let forged = editor.post("/sprava/hlaseni/", &[("report", &id), ("note", "Naslepo")]).await;
        assert_eq!(forged.status, StatusCode::CONFLICT);
        assert!(forged.body.contains("jiné hlášení") && forged.body.contains("Naslepo"), "{}", forged.body);
        let done = editor.post("/sprava/hlaseni/", &fields).await;
        super::office::assert_done(&app, &done, "settled", "vyřízení").await;
        assert_eq!(app.number("select count(*) from report where settled_at is null").await, 1);
        let mut other = app.member("Almara", Role::Admin).await;
        let fields = [("report", id.as_str()), ("version", &version), ("note", "Já bych to nechala")];
        let twice = other.post("/sprava/hlaseni/", &fields).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "somebody was quicker");
        assert!(twice.body.contains("už vyřídil(a) Drahomír"), "{}", twice.body);
        assert!(twice.body.contains("Já bych to nechala"), "what was typed is there");
        assert!(twice.body.contains("<strong>Vyřídil(a) Drahomír</strong>"), "{}", twice.body);
        assert_eq!(app.number("select count(*) from report where note = 'Smazáno'").await, 1);
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
