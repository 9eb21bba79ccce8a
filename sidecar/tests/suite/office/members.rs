//! Members in the editors' hands: found, banned, let back in, made editors.

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use generator::model::Role;
use generator::publish::schedule;

use super::{assert_done, decide};
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
        let mailing = app.mailing();
        let url = page_of(&app, "Fénix").await;
        let mut member = app.member("Fénix", Role::Member).await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let nameless = decide(&mut editor, &url, &[("do", "ban"), ("reason", " ")]).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        let past = [("do", "ban"), ("reason", "Vulgární řeči"), ("ends_at", "2001-01-01T10:00")];
        let refused = decide(&mut editor, &url, &past).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.field("reason"), "Vulgární řeči", "what was typed is there");
        assert_eq!(member.get("/nastaveni/").await.status, StatusCode::OK);

        let week = generator::text::moment::field(Utc::now() + TimeDelta::days(7), app.opened.site.zone);
        let ban = [("do", "ban"), ("reason", "Vulgární řeči"), ("ends_at", week.as_str())];
        let done = decide(&mut editor, &url, &ban).await;
        assert_done(&app, &done, "banned", "zablokování účtu").await;
        assert_eq!(super::said(&done).1, "shown");
        let told = app.mails().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].text.contains("zablokovala účet Fénix") && told[0].text.contains("Důvod: Vulgární řeči"));
        assert!(told[0].text.contains("Odblokuje se samo:") && told[0].text.contains("/nahlasit/"), "{told:?}");
        assert_eq!(member.get("/nastaveni/").await.status, StatusCode::SEE_OTHER, "the session is over");
        let credentials = [("name", "Fénix"), ("password", crate::harness::PASSWORD)];
        let told = app.browsing().post("/uzivatel/prihlaseni/", &credentials).await;
        assert!(told.body.contains("Důvod: Vulgární řeči Odblokuje se samo:"), "{}", told.body);
        assert!(told.body.contains("Napiš redakci: http"), "{}", told.body);
        let guessed = app.browsing().post("/uzivatel/prihlaseni/", &[("name", "Fénix"), ("password", "x")]).await;
        assert!(!guessed.body.contains("Vulgární"), "who does not know the password hears nothing");
        let shown = editor.get(&url).await;
        assert!(shown.body.contains("Vulgární řeči") && shown.body.contains("zablokovaný účet"), "{}", shown.body);
        assert!(shown.body.contains("(Drahomír)"), "who banned them: {}", shown.body);
        let listed = editor.get("/sprava/clenove/?only=banned").await;
        assert!(listed.body.contains(">Fénix<"));
        assert_eq!(decide(&mut editor, &url, &ban).await.status, StatusCode::CONFLICT, "one ban at a time");

        let (db, site) = (&app.opened.db, &app.opened.site);
        assert_eq!(schedule::due(db, site, Utc::now() + TimeDelta::days(6)).await.unwrap().bans, 0);
        let due = schedule::due(db, site, Utc::now() + TimeDelta::days(8)).await.unwrap();
        assert_eq!(due.bans, 1);
        assert_eq!(app.number("select count(*) from member where banned and nick = 'Fénix'").await, 0);
        assert_eq!(app.number("select count(*) from ban").await, 0);
        app.member("Fénix", Role::Member).await;

        decide(&mut editor, &url, &[("do", "ban"), ("reason", "Znovu")]).await;
        assert_eq!(app.mails().await.len(), 1);
        let done = decide(&mut editor, &url, &[("do", "unban")]).await;
        assert_done(&app, &done, "unbanned", "odblokování účtu").await;
        let told = app.mails().await;
        assert!(told.len() == 1 && told[0].text.contains("Účet Fénix je odblokovaný"), "{told:?}");
        mailing.stop().await;
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
        assert_eq!(decide(&mut editor, &url, &role).await.status, StatusCode::FORBIDDEN);
        assert_eq!(decide(&mut editor, &url, &address).await.status, StatusCode::FORBIDDEN);
        assert_eq!(editor.get("/sprava/clenove/?q=elanor@example.org").await.status, StatusCode::FORBIDDEN);
        assert!(!editor.get(&url).await.body.contains("type=\"email\""), "whose address it is nobody else's business");
        assert!(admin.get(&url).await.body.contains("type=\"email\""));

        let done = decide(&mut admin, &url, &role).await;
        assert_done(&app, &done, "role", "změna oprávnění").await;
        assert_eq!(super::said(&decide(&mut admin, &url, &role).await).0, "same");
        assert_eq!(app.number("select count(*) from editor_section").await, 2);
        assert_eq!(elanor.get("/sprava/dila/?section=clanky").await.status, StatusCode::OK);
        assert_eq!(elanor.get("/sprava/dila/?section=bestiar").await.status, StatusCode::FORBIDDEN);
        let ban = [("do", "ban"), ("reason", "Spor v redakci")];
        let refused = editor.post(&url, &ban).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "no editor bans another");
        assert!(refused.body.contains("jen správci"), "{}", refused.body);
        assert!(!editor.get(&url).await.body.contains("value=\"ban\""), "nor is there a button");
        assert_eq!(editor.post(&own, &ban).await.status, StatusCode::FORBIDDEN, "nor an administrator");
        let self_ = format!("/sprava/clenove/{}/", app.number("select id from member where nick = 'Drahomír'").await);
        assert_eq!(editor.post(&self_, &ban).await.status, StatusCode::FORBIDDEN, "nor themselves");
        let banned = "select count(*) from member where banned and nick in ('Almara', 'Drahomír', 'Elanor')";
        assert_eq!(app.number(banned).await, 0);
        assert_eq!(decide(&mut admin, &url, &ban).await.status, StatusCode::SEE_OTHER);
        let unban = [("do", "unban")];
        assert_eq!(editor.post(&url, &unban).await.status, StatusCode::FORBIDDEN, "nor lets a banned one in again");
        assert_eq!(decide(&mut admin, &url, &unban).await.status, StatusCode::SEE_OTHER);
        let mut elanor = app.member("Elanor", Role::Editor).await;
        assert_eq!(admin.post(&own, &ban).await.status, StatusCode::CONFLICT, "nobody bans themselves");
        let last = decide(&mut admin, &own, &[("do", "role"), ("role", "member")]).await;
        assert_eq!(last.status, StatusCode::CONFLICT, "somebody has to be one");
        assert!(last.body.contains("Jmenuj nejdřív dalšího"), "{}", last.body);

        for wrong in ["elanor", "@nova.test", "a b@nova.test", "a@b@nova.test", "a@nova"] {
            let answer = decide(&mut admin, &url, &[("do", "address"), ("email", wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let done = decide(&mut admin, &url, &address).await;
        assert_done(&app, &done, "address", "změna e-mailu").await;
        let log = admin.get("/sprava/zaznam/").await;
        assert!(log.body.contains("Elanor") && !log.body.contains("nova.test"), "no address is in the log");
        let told = "select count(*) from mail where about = 'email-changed' and address not like '%nova.test'";
        assert_eq!(app.number(told).await, 1, "the old address hears of it");
        let found = admin.get("/sprava/clenove/?q=ELANOR@nova.test").await;
        assert!(found.body.contains(">Elanor<"), "{}", found.body);
        assert_eq!(elanor.get("/nastaveni/").await.status, StatusCode::SEE_OTHER, "logged out everywhere");
        assert!(admin.get("/sprava/clenove/?q=ELÁN").await.body.contains(">Elanor<"));
        building.stop().await;
    }
}

#[tokio::test]
async fn who_is_banned_meanwhile_bans_nobody() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (target, own) = (page_of(&app, "Fénix").await, page_of(&app, "Elanor").await);
        let mut elanor = app.member("Elanor", Role::Editor).await;
        let mut admin = app.member("Almara", Role::Admin).await;
        let version = elanor.get(&target).await.field("version");
        // The session is still open in one browser when the ban comes; its form is on its way.
        let banned = decide(&mut admin, &own, &[("do", "ban"), ("reason", "Spor v redakci")]).await;
        assert_eq!(banned.status, StatusCode::SEE_OTHER, "{}", banned.body);
        let ban = [("do", "ban"), ("reason", "Z pomsty"), ("version", version.as_str())];
        assert_eq!(elanor.post(&target, &ban).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(elanor.get("/sprava/").await.status, StatusCode::SEE_OTHER, "led to the login");
        assert_eq!(app.number("select count(*) from member where banned and nick = 'Fénix'").await, 0);
        // And the change itself looks once more, whatever let the request in.
        let id = generator::model::MemberId(app.number("select id from member where nick = 'Elanor'").await);
        let mut tx = app.opened.db.write().await.unwrap();
        let rights = sidecar::office::desk::Rights::of(&mut tx, &app.opened.site, id).await;
        assert!(rights.is_err(), "a banned editor has no rights");
        drop(tx);
        decide(&mut admin, &own, &[("do", "unban")]).await;
        let mut tx = app.opened.db.write().await.unwrap();
        assert!(sidecar::office::desk::Rights::of(&mut tx, &app.opened.site, id).await.is_ok());
        drop(tx);
        building.stop().await;
    }
}

#[tokio::test]
async fn one_administrator_is_always_left() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let (own, other) = (page_of(&app, "Almara").await, page_of(&app, "Elanor").await);
        let mut admin = app.member("Almara", Role::Admin).await;
        app.give_password("Elanor", Role::Admin).await;
        let done = decide(&mut admin, &other, &[("do", "ban"), ("reason", "Ukradený účet")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        // Who is banned is no administrator who could help.
        let last = decide(&mut admin, &own, &[("do", "role"), ("role", "editor")]).await;
        assert_eq!(last.status, StatusCode::CONFLICT);
        let demoted = decide(&mut admin, &other, &[("do", "role"), ("role", "member")]).await;
        assert_eq!(demoted.status, StatusCode::SEE_OTHER, "one that is banned can be taken the role: {}", demoted.body);
        assert_eq!(app.number("select count(*) from account where role = 'admin'").await, 1);
        building.stop().await;
    }
}

#[tokio::test]
async fn an_account_that_was_changed_meanwhile_is_seen_first() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let url = page_of(&app, "Fénix").await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        let mut other = app.member("Elanor", Role::Editor).await;
        let version = editor.get(&url).await.field("version");
        decide(&mut other, &url, &[("do", "ban"), ("reason", "Spam")]).await;
        decide(&mut other, &url, &[("do", "unban")]).await;
        decide(&mut other, &url, &[("do", "ban"), ("reason", "Spam na třech místech")]).await;
        let unban = editor.post(&url, &[("do", "unban"), ("version", &version)]).await;
        assert_eq!(unban.status, StatusCode::CONFLICT);
        assert!(unban.body.contains("mezitím změnil někdo jiný") && unban.body.contains("třech místech"));
        assert_eq!(app.number("select count(*) from ban").await, 1);
        let done = decide(&mut editor, &url, &[("do", "unban")]).await;
        assert_done(&app, &done, "unbanned", "odblokování účtu").await;
        building.stop().await;
    }
}

#[tokio::test]
async fn what_a_member_shows_of_themselves_is_hidden_and_kept() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let url = page_of(&app, "Fénix").await;
        let mut editor = app.member("Drahomír", Role::Editor).await;
        app.execute(
            "update member set region = 'Sprosté slovo', shows_region = true, icon = 'ikonky/sprosta.png'
            where nick = 'Fénix'",
        )
        .await;
        let done = decide(&mut editor, &url, &[("do", "hide")]).await;
        assert_done(&app, &done, "hidden", "skrytí ikonky a údajů").await;
        let id = app.number("select id from member where nick = 'Fénix'").await;
        let profile = app.path(&format!("member/{id}")).await;
        assert!(!app.browsing().get(&profile).await.body.contains("Sprosté slovo"), "{engine:?}");
        let kept = "select count(*) from member where nick = 'Fénix' and region = 'Sprosté slovo' and icon is null
            and not (shows_region or shows_given_name or shows_age)";
        assert_eq!(app.number(kept).await, 1, "{engine:?}: it is the member's all the same");
        let again = decide(&mut editor, &url, &[("do", "hide")]).await;
        assert_eq!(super::said(&again).0, "same", "{engine:?}: nothing was left to hide");
        building.stop().await;
    }
}
