//! What members see that static pages do not hold: who voted how, contacts, what waits, ways to what is theirs.

use axum::http::StatusCode;
use generator::model::Role;
use serde_json::Value;

use crate::browsing::Browsing;
use crate::harness::{ENGINES, Engine, TestApp};

async fn me(browsing: &mut Browsing, query: &str) -> Value {
    let answer = browsing.get(&format!("/api/me{query}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn members_see_who_voted_how() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("delete from vote").await;
        app.execute(
            "insert into vote (creation_id, member_id, stars)
            select creation.id, member.id, case when nick = 'Elanor' then 2 else 5 end from creation, member
            where section = 'clanky' and number = 9 and nick in ('Elanor', 'Fénix', 'Řehoř Kovář', 'Bardolf')",
        )
        .await;
        let id = app.number("select id from creation where section = 'clanky' and number = 9").await;
        let (page, api) = (format!("/hlasy/{id}/"), format!("/api/voters?creation={id}"));
        let path = app.path("creation/clanky/9").await;
        let file = app.browsing().get(&path).await.body;
        assert!(file.contains(&format!("href=\"{page}\"")) && !file.contains("Bardolf"), "{file}");
        for address in [&page, &api] {
            let nobody = app.browsing().get(address).await;
            assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{address}");
            assert!(!nobody.body.contains("Bardolf"));
        }
        let mut member = app.member("Gorgoroth", Role::Member).await;
        let shown = member.get(&page).await;
        let names: Vec<usize> = ["Geniální", "Bardolf", "Fénix", "Řehoř Kovář", "Něco to má do sebe", "Elanor"]
            .iter()
            .map(|name| shown.body.find(name).unwrap_or_else(|| panic!("{name}: {}", shown.body)))
            .collect();
        assert!(names.is_sorted(), "{engine:?}: the most stars first, names in their order: {names:?}");
        assert!(shown.body.contains("href=\"/uzivatel/5-elanor/\""));
        let json: Value = serde_json::from_str(&member.get(&api).await.body).unwrap();
        assert_eq!(json["groups"][0]["stars"], 5);
        assert_eq!(json["groups"][0]["voters"].as_array().unwrap().len(), 3);
        assert_eq!(json["groups"][1]["voters"][0]["nick"], "Elanor");
        // Nothing of what is not public, nor of what is not rated.
        let picture = app.number("select min(id) from creation where section = 'galerie'").await;
        assert_eq!(member.get(&format!("/hlasy/{picture}/")).await.status, StatusCode::NOT_FOUND);
        app.execute("update creation set state = 'unpublished' where section = 'clanky' and number = 9").await;
        for address in [&page, &api] {
            assert_eq!(member.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
}

#[tokio::test]
async fn members_see_contacts_that_are_permitted() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("update account set email = 'elanor@example.org', icq = '424242' where member_id = 5").await;
        app.execute("update member set shows_email = false, shows_icq = false where id = 5").await;
        app.build().await;
        let mut member = app.member("Fénix", Role::Member).await;
        let nothing = member.get("/kontakty/5/").await;
        assert!(nothing.status == StatusCode::OK && nothing.body.contains("Žádný kontakt"), "{}", nothing.body);
        assert_eq!(me(&mut member, "?member=5").await["contacts"], Value::Array(Vec::new()));

        // What the owner's own form permits.
        let building = app.building();
        let mut elanor = app.member("Elanor", Role::Member).await;
        let fields = [("icq", "424242"), ("shows_email", "yes")];
        assert_eq!(elanor.post("/nastaveni/profil/", &fields).await.status, StatusCode::SEE_OTHER);
        let file = app.browsing().get("/uzivatel/5-elanor/").await.body;
        assert!(file.contains("href=\"/kontakty/5/\""), "{engine:?}: {file}");
        assert!(!file.contains("elanor@example.org") && !file.contains("424242"), "never in a file");
        let shown = member.get("/kontakty/5/").await.body;
        assert!(shown.contains("mailto:elanor@example.org") && !shown.contains("424242"), "{shown}");
        let contacts = &me(&mut member, "?member=5").await["contacts"];
        assert_eq!(contacts.as_array().unwrap().len(), 1);
        assert_eq!(contacts[0]["text"], "elanor@example.org");

        let nobody = app.browsing().get("/kontakty/5/").await;
        assert_eq!((nobody.status, nobody.body.contains("elanor@example.org")), (StatusCode::SEE_OTHER, false));
        assert_eq!(me(&mut app.browsing(), "?member=5").await["contacts"], Value::Array(Vec::new()));
        let refused = loop {
            let answer = member.get("/kontakty/5/").await;
            if answer.status != StatusCode::OK {
                break answer;
            }
        };
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "nobody gathers them all");
        assert_eq!(me(&mut member, "?member=5").await["contacts"], Value::Array(Vec::new()));
        app.execute("update member set banned = true where id = 5").await;
        assert_eq!(app.member("Gorgoroth", Role::Member).await.get("/kontakty/5/").await.status, StatusCode::NOT_FOUND);
        building.stop().await;
    }
}

#[tokio::test]
async fn what_waits_is_counted_for_those_who_can_do_something_about_it() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("delete from registration").await;
        let mut elanor = app.member("Elanor", Role::Member).await;
        assert_eq!(me(&mut elanor, "").await["waiting"], Value::Array(Vec::new()));
        let work = app
            .number("select min(creation.id) from creation join author on author.id = author_id where member_id = 5")
            .await;
        let own = &me(&mut elanor, &format!("?creation={work}")).await["own"];
        assert_eq!(own["url"], format!("/nastaveni/dila/{work}/"));
        let mut other = app.member("Fénix", Role::Member).await;
        assert_eq!(me(&mut other, &format!("?creation={work}")).await["own"], Value::Null);
        app.execute(
            "update creation set state = 'returned' where id = (
                select min(creation.id) from creation join author on author.id = author_id where member_id = 5)",
        )
        .await;
        let waiting = me(&mut elanor, "").await["waiting"].clone();
        assert_eq!(waiting[0]["title"], "1 vrácené dílo čeká na úpravu");
        assert_eq!(waiting[0]["url"], "/nastaveni/dila/");
        assert_eq!(waiting.as_array().unwrap().len(), 1, "a member cares for no queue");
        assert!(
            elanor.get("/nastaveni/").await.body.contains("1 vrácené dílo čeká na úpravu"),
            "without scripts as well"
        );

        let mut editor = app.member("Drahomír", Role::Editor).await;
        app.execute("update creation set state = 'draft' where state = 'waiting'").await;
        app.execute("insert into registration (nick, email) values ('Nováček', 'n@example.org')").await;
        app.execute("insert into report (path, body, reported_at) values ('/', 'x', '2026-01-01T00:00:00+00:00')")
            .await;
        assert_eq!(me(&mut editor, "").await["waiting"][0]["title"], "2 věci čekají na redakci");
        app.execute(
            "insert into editor_section (member_id, section) select id, 'hrbitov' from member where nick = 'Drahomír'",
        )
        .await;
        let waiting = me(&mut editor, "").await["waiting"].clone();
        assert_eq!(waiting, Value::Array(Vec::new()), "{engine:?}: nothing of their sections waits");
    }
}

#[tokio::test]
async fn editors_find_every_message_and_members_their_ads() {
    let app = TestApp::demo_on(Engine::Sqlite).await;
    let mut member = app.member("Fénix", Role::Member).await;
    let known = me(&mut member, "?board=market").await;
    assert_eq!((&known["office_comment"], &known["own_ads"]), (&Value::Null, &Value::Array(Vec::new())));
    let fields = [("group", "nabizim"), ("name", "Fénix"), ("phone", "1"), ("text", "Kostky"), ("do", "post")];
    member.post("/inzeraty/market/", &fields).await;
    let number = app.number("select number from ad where member_id = 6 and body = 'Kostky'").await;
    let known = me(&mut member, "?board=market").await;
    assert_eq!(known["own_ads"], serde_json::json!([format!("i{number}")]));
    assert_eq!(known["own"]["url"], "/inzeraty/market/#own");
    assert_eq!(me(&mut member, "?member=6").await["own"]["url"], "/nastaveni/profil/");
    let mut editor = app.member("Drahomír", Role::Editor).await;
    let known = me(&mut editor, "").await;
    assert_eq!(known["office_comment"]["url"], "/sprava/upravit/comment/");
    assert_eq!(known["office_post"]["url"], "/sprava/upravit/forum-post/");
}
