//! Who may do what: an editor of a section, an editor of the site, an administrator.

use axum::http::StatusCode;
use generator::model::{Role, Text, TextFormat};
use generator::publish::creations::{self, Submission, Work};

use super::{clanky_9, send, send_form};
use crate::browsing::Browsing;
use crate::harness::{ENGINES, TestApp};

/// An editor of these sections alone.
pub async fn bound(app: &TestApp, nick: &str, section: &'static str) -> Browsing {
    let browsing = app.member(nick, Role::Editor).await;
    let id = app.give_password(nick, Role::Editor).await;
    let mut tx = app.opened.db.write().await.unwrap();
    generator::db::editor_sections::set(&mut tx, id, &[section.to_owned()]).await.unwrap();
    tx.commit().await.unwrap();
    browsing
}

#[tokio::test]
async fn an_editor_of_a_section_does_what_concerns_it_and_no_more() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let mut other = bound(&app, "Elanor", "hrbitov").await;
        let mut own = bound(&app, "Bardolf", "clanky").await;
        let form = own.get(&url).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        assert!(
            form.body.contains("value=\"clanky\"") && !form.body.contains("value=\"hrbitov\""),
            "nothing is moved into a section of others"
        );

        assert_eq!(other.get(&url).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.get(&format!("/sprava/historie/creation/{id}/")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.get("/sprava/dila/?section=clanky").await.status, StatusCode::FORBIDDEN);
        for word in ["save", "preview", "unpublish", "publish", "schedule", "move", "genre", "author", "delete"] {
            let changes = [("title", "Cizí dílo"), ("section", "hrbitov"), ("sure", "1"), ("author", "Elanor")];
            let refused = send_form(&mut other, &url, &form, word, &changes).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{word}: {}", refused.body);
        }
        // What is not in the form is not allowed either.
        let moved = send(&mut own, &url, "move", &[("section", "hrbitov")]).await;
        assert_eq!(moved.status, StatusCode::FORBIDDEN);
        for address in ["/sprava/upravit/news/new/", "/sprava/upravit/charter/hrbitov/"] {
            assert_eq!(own.get(address).await.status, StatusCode::FORBIDDEN, "{address}");
        }
        assert_eq!(app.number("select count(*) from audit_entry").await, 0, "what was refused is no act");
        assert_eq!(app.number("select count(*) from former_text").await, 0);
        let untouched = "select count(*) from creation where section = 'clanky' and number = 9 and state = 'approved'
            and title <> 'Cizí dílo'";
        assert_eq!(app.number(untouched).await, 1);
        let saved = send(&mut own, &url, "save", &[("title", "Naše dílo")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        building.stop().await;
    }
}

#[tokio::test]
async fn an_editor_of_a_section_sees_its_comments_however_many_there_are_elsewhere() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute(
            "insert into comment (creation_id, nick, body, posted_at)
            select min(id), 'Nikdo', 'Vzácná poznámka', '2026-03-01T12:00:00Z' from creation
            where section = 'hrbitov' and state = 'approved'",
        )
        .await;
        app.execute(
            "insert into comment (creation_id, nick, body, posted_at)
            select (select min(id) from creation where section = 'clanky' and state = 'approved'), nick,
                'Další poznámka', '2026-03-02T12:00:00Z' from member order by id limit 60",
        )
        .await;
        assert!(app.number("select count(*) from comment where body = 'Další poznámka'").await > 50);
        let mut bound = bound(&app, "Elanor", "hrbitov").await;
        let shown = bound.get("/sprava/prispevky/").await;
        assert!(shown.body.contains("Vzácná poznámka") && !shown.body.contains("Další poznámka"), "{}", shown.body);
    }
}

#[tokio::test]
async fn who_is_no_editor_any_more_may_not_from_that_moment() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let form = editor.get(&url).await;
        app.execute(
            "update account set role = 'member' where member_id = (select id from member where nick = 'Drahomír')",
        )
        .await;
        let refused = send_form(&mut editor, &url, &form, "unpublish", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(editor.get("/sprava/").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn what_was_typed_survives_the_login() {
    let app = TestApp::demo().await;
    let id = clanky_9(&app).await;
    let url = format!("/sprava/upravit/creation/{id}/");
    let mut editor = app.member("Drahomír", Role::Editor).await;
    let form = editor.get(&url).await;
    let building = app.building();
    editor.cookies.clear();
    let login = send_form(&mut editor, &url, &form, "save", &[("title", "Psáno dlouho do noci")]).await;
    assert_eq!(login.status, StatusCode::UNAUTHORIZED);
    let mut fields: Vec<(String, String)> =
        login.fields().into_iter().filter(|(name, _)| !matches!(name.as_str(), "name" | "password" | "q")).collect();
    fields.push(("name".to_owned(), "Drahomír".to_owned()));
    fields.push(("password".to_owned(), crate::harness::PASSWORD.to_owned()));
    let done = editor.post_body("/uzivatel/prihlaseni/", serde_urlencoded::to_string(&fields).unwrap()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(app.number("select count(*) from creation where title = 'Psáno dlouho do noci'").await, 1);
    building.stop().await;
}

#[tokio::test]
async fn what_waits_elsewhere_hides_nothing_from_an_editor_of_a_section() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut own = bound(&app, "Bardolf", "hrbitov").await;
        let body = Text { source: "Tady leží.".to_owned(), format: TextFormat::Markdown };
        let work = |title: String| Work {
            title,
            synopsis: String::new(),
            attributes: "{}".to_owned(),
            body: body.clone(),
            source_name: String::new(),
            source_url: String::new(),
        };
        let door = app.app.open_door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        for nth in 0..201 {
            let work = work(format!("Cizí {nth}"));
            creations::submit(&mut change, "clanky", None, None, &work, Submission::Waiting).await.unwrap();
        }
        let last = work("Poslední ve frontě".to_owned());
        creations::submit(&mut change, "hrbitov", None, None, &last, Submission::Waiting).await.unwrap();
        change.commit().await.unwrap();
        let queue = own.get("/sprava/fronta/").await;
        assert!(queue.body.contains("Poslední ve frontě") && !queue.body.contains("Cizí"), "{}", queue.body);
    }
}

#[tokio::test]
async fn a_section_that_is_gone_is_the_whole_sites_business() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut own = bound(&app, "Bardolf", "clanky").await;
        let id = clanky_9(&app).await;
        let url = format!("/sprava/upravit/creation/{id}/");
        // As if somebody had taken the section out of site.toml: what was in it and whose it was stays in the database.
        app.execute("update creation set section = 'zanikla' where section = 'clanky'").await;
        app.execute("update editor_section set section = 'zanikla' where section = 'clanky'").await;
        let comment = app.number(
            "select max(comment.id) from comment join creation on creation.id = creation_id
            where section = 'zanikla'",
        );
        let comment = format!("/sprava/upravit/comment/{}/", comment.await);

        // Who had it alone has nothing left, and not everything.
        assert!(own.get("/sprava/").await.body.contains("Tvoje rubriky"));
        assert_eq!(own.get("/sprava/dila/").await.status, StatusCode::OK);
        assert_eq!(own.get("/sprava/fronta/").await.status, StatusCode::OK);
        for address in [&url, &comment, "/sprava/dila/?section=zanikla", "/sprava/dila/?section=bestiar"] {
            assert_eq!(own.get(address).await.status, StatusCode::FORBIDDEN, "{address}");
        }
        for address in ["/sprava/clenove/", "/sprava/zaznam/", "/sprava/stav/", "/sprava/upravit/news/new/"] {
            assert_eq!(own.get(address).await.status, StatusCode::FORBIDDEN, "{address}");
        }

        let mut editor = app.member("Drahomír", Role::Editor).await;
        assert!(editor.get("/sprava/").await.body.contains("zanikla (rubrika už na webu není)"));
        let listed = editor.get("/sprava/dila/?section=zanikla").await;
        assert!(listed.body.contains(&url), "{}", listed.body);
        for address in [&url, &comment, &format!("/sprava/historie/creation/{id}/")] {
            assert_eq!(editor.get(address).await.status, StatusCode::OK, "{address}");
        }
        app.execute("update creation set state = 'waiting' where section = 'zanikla' and number = 1").await;
        let waiting = app.number("select id from creation where section = 'zanikla' and number = 1").await;
        let queue = format!("/sprava/fronta/{waiting}/");
        assert!(editor.get("/sprava/fronta/").await.body.contains(&queue));
        let refused = super::decide(&mut editor, &queue, &[("do", "approve")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains("Přesuň dílo nejdřív"), "{}", refused.body);
        assert_eq!(editor.get(&format!("{queue}nahled/")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for word in ["save", "unpublish", "genre", "author"] {
            let typed = [("title", "x")];
            let refused = send(&mut editor, &url, word, if word == "save" { &typed } else { &[] }).await;
            assert!(refused.body.contains("Přesuň dílo nejdřív"), "{word}: {}", refused.body);
        }
        let typed = [("section", "hrbitov"), ("title", "Rozepsaný titul")];
        let moved = send(&mut editor, &url, "move", &typed).await;
        assert_eq!(
            (moved.status, moved.field("title").as_str()),
            (StatusCode::OK, "Rozepsaný titul"),
            "to be saved now"
        );
        let saved = send_form(&mut editor, &url, &moved, "save", &[]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let other = app.number("select max(id) from creation where section = 'zanikla' and state = 'approved'").await;
        let gone = send(&mut editor, &format!("/sprava/upravit/creation/{other}/"), "delete", &[("sure", "1")]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);

        // The form of roles keeps it, so that nobody gets the whole site by a look at other things.
        let mut admin = app.member("Almara", Role::Admin).await;
        let member = app.number("select id from member where nick = 'Bardolf'").await;
        let page = format!("/sprava/clenove/{member}/");
        let form = admin.get(&page).await;
        assert!(form.body.contains("value=\"zanikla\" checked"), "{}", form.body);
        let role = [("do", "role"), ("role", "editor"), ("sections", "zanikla"), ("sections", "bestiar")];
        let done = super::decide(&mut admin, &page, &role).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let nowhere = [("do", "role"), ("role", "editor"), ("sections", "nikdy")];
        let refused = super::decide(&mut admin, &page, &nowhere).await;
        assert!(refused.body.contains("Takovou rubriku web nemá"), "{}", refused.body);
        assert_eq!(app.number("select count(*) from editor_section").await, 2);
        building.stop().await;
    }
}
