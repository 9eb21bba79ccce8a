//! Members in the editors' hands: found, banned, let back in, made editors.

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use generator::model::Role;
use generator::publish::schedule;

use super::assert_done;
use crate::harness::{ENGINES, TestApp};

async fn page_of(app: &TestApp, nick: &'static str) -> String {
    let id = match nick {
        "Fénix" => app.number("select id from member where nick = 'Fénix'").await,
        "Almara" => app.number("select id from member where nick = 'Almara'").await,
        _ => app.number("select id from member where nick = 'Elanor'").await,
    };
    format!("/sprava/clenove/{id}/")
}

#[tokio::test]
async fn a_ban_ends_sessions_and_ends_itself() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let url = page_of(&app, "Fénix").await;
        let mut member = app.member("Fénix", Role::Member).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let nameless = editor.post(&url, &[("do", "ban"), ("reason", " ")]).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        let past = [("do", "ban"), ("reason", "Vulgární řeči"), ("ends_at", "2001-01-01T10:00")];
        assert_eq!(editor.post(&url, &past).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(member.get("/nastaveni/").await.status, StatusCode::OK);

        let week = generator::text::moment::field(Utc::now() + TimeDelta::days(7), app.opened.site.zone);
        let ban = [("do", "ban"), ("reason", "Vulgární řeči"), ("ends_at", week.as_str())];
        let done = editor.post(&url, &ban).await;
        assert_done(&app, &done, "saved", "zablokování účtu").await;
        assert_eq!(member.get("/nastaveni/").await.status, StatusCode::SEE_OTHER, "the session is over");
        let credentials = [("name", "Fénix"), ("password", crate::harness::PASSWORD)];
        let told = app.browsing().post("/uzivatel/prihlaseni/", &credentials).await;
        assert!(told.body.contains("Důvod: Vulgární řeči Odblokuje se samo:"), "{}", told.body);
        let guessed = app.browsing().post("/uzivatel/prihlaseni/", &[("name", "Fénix"), ("password", "x")]).await;
        assert!(!guessed.body.contains("Vulgární"), "who does not know the password hears nothing");
        let shown = editor.get(&url).await;
        assert!(shown.body.contains("Vulgární řeči") && shown.body.contains("zablokovaný účet"), "{}", shown.body);
        let listed = editor.get("/sprava/clenove/?only=banned").await;
        assert!(listed.body.contains(">Fénix<"));
        assert_eq!(editor.post(&url, &ban).await.status, StatusCode::CONFLICT, "one ban at a time");

        let (db, site) = (&app.opened.db, &app.opened.site);
        assert_eq!(schedule::due(db, site, Utc::now() + TimeDelta::days(6)).await.unwrap().bans, 0);
        let due = schedule::due(db, site, Utc::now() + TimeDelta::days(8)).await.unwrap();
        assert_eq!(due.bans, 1);
        assert_eq!(app.number("select count(*) from member where banned and nick = 'Fénix'").await, 0);
        assert_eq!(app.number("select count(*) from ban").await, 0);
        app.member("Fénix", Role::Member).await;

        editor.post(&url, &[("do", "ban"), ("reason", "Znovu")]).await;
        let done = editor.post(&url, &[("do", "unban")]).await;
        assert_done(&app, &done, "saved", "odblokování účtu").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn roles_and_addresses_are_the_administrators_business() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (url, own) = (page_of(&app, "Elanor").await, page_of(&app, "Almara").await);
        let mut elanor = app.member("Elanor", Role::Member).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let mut admin = app.member("Almara", Role::Admin).await;
        let role = [("do", "role"), ("role", "editor"), ("sections", "clanky"), ("sections", "hrbitov")];
        let address = [("do", "address"), ("email", "elanor@nova.test")];
        assert_eq!(editor.post(&url, &role).await.status, StatusCode::FORBIDDEN);
        assert_eq!(editor.post(&url, &address).await.status, StatusCode::FORBIDDEN);
        assert_eq!(editor.get("/sprava/clenove/?q=elanor@example.org").await.status, StatusCode::FORBIDDEN);
        assert!(!editor.get(&url).await.body.contains("type=\"email\""), "whose address it is nobody else's business");

        let done = admin.post(&url, &role).await;
        assert_done(&app, &done, "saved", "změna oprávnění").await;
        assert_eq!(app.number("select count(*) from editor_section").await, 2);
        assert_eq!(elanor.get("/sprava/dila/?section=clanky").await.status, StatusCode::OK);
        assert_eq!(elanor.get("/sprava/dila/?section=bestiar").await.status, StatusCode::FORBIDDEN);
        let ban = [("do", "ban"), ("reason", "Spor v redakci")];
        assert_eq!(editor.post(&url, &ban).await.status, StatusCode::FORBIDDEN, "no editor bans another");
        assert_eq!(admin.post(&url, &ban).await.status, StatusCode::SEE_OTHER);
        let unban = [("do", "unban")];
        assert_eq!(editor.post(&url, &unban).await.status, StatusCode::FORBIDDEN, "nor lets a banned one in again");
        assert_eq!(admin.post(&url, &unban).await.status, StatusCode::SEE_OTHER);
        let mut elanor = app.member("Elanor", Role::Editor).await;
        assert_eq!(admin.post(&own, &ban).await.status, StatusCode::CONFLICT, "nobody bans themselves");
        let last = admin.post(&own, &[("do", "role"), ("role", "member")]).await;
        assert_eq!(last.status, StatusCode::CONFLICT, "somebody has to be one");

        for wrong in ["elanor", "@nova.test", "a b@nova.test", "a@b@nova.test", "a@nova"] {
            let answer = admin.post(&url, &[("do", "address"), ("email", wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let done = admin.post(&url, &address).await;
        assert_done(&app, &done, "saved", "změna e-mailu").await;
        let found = admin.get("/sprava/clenove/?q=ELANOR@nova.test").await;
        assert!(found.body.contains(">Elanor<"), "{}", found.body);
        assert_eq!(elanor.get("/nastaveni/").await.status, StatusCode::SEE_OTHER, "logged out everywhere");
        assert!(admin.get("/sprava/clenove/?q=ELÁN").await.body.contains(">Elanor<"));
        building.stop().await;
    }
}
