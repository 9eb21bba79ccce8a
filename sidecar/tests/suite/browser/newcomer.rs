//! From a registration, without scripts, to the first comment, with the editor beside it; and back in by mail.

use generator::model::Role;

use super::{ARTICLE, Browser, SCREENS};
use crate::harness::{Engine, PASSWORD, TestApp};

/// On which screens a newcomer and the editor sit; without scripts the one, with them the other.
const SEATS: [(Engine, u32, u32); 2] = [(Engine::Sqlite, 360, 1280), (Engine::Postgres, 1280, 360)];

const NEW: &str = "osm koní za úsvitu";

#[tokio::test]
async fn somebody_registers_is_approved_chooses_a_password_and_comments() {
    for (engine, own, editors) in SEATS {
        let app = TestApp::demo_on(engine).await;
        let (building, mailing) = (app.building(), app.mailing());
        app.give_password("Drahomír", Role::Editor).await;
        app.execute("update account set email = ''").await;
        let (newcomer, desk) = (Browser::open(own, false).await, Browser::open(editors, true).await);

        newcomer.goto(&app, "uzivatel/prihlaseni/").await;
        newcomer.follow("a[href='/registrace/']").await;
        newcomer.type_into("#nick", "Nováček").await;
        newcomer.type_into("#email", "novacek@example.org").await;
        newcomer.type_into("#age", "12").await;
        newcomer.type_into("#about", "Chci psát o dracích.").await;
        newcomer.click("input[name=consent]").await;
        newcomer.look(&format!("registration-{own}")).await;
        newcomer.follow("main form button").await;
        newcomer.find("#fault").await;
        newcomer.look(&format!("registration-fault-{own}")).await;
        newcomer.type_anew("#age", "21").await;
        newcomer.follow("main form button").await;
        newcomer.find("[role=status]").await;
        newcomer.look(&format!("registration-sent-{own}")).await;
        assert_eq!(app.mails().await.len(), 1);

        desk.log_in_as(&app, "Drahomír", "sprava/registrace/").await;
        desk.type_into("textarea[name=note]", "Vítej!").await;
        desk.look(&format!("registrations-{editors}")).await;
        desk.follow("button[value=approve]").await;
        desk.find(".empty").await;
        desk.look(&format!("registrations-none-{editors}")).await;

        let mails = app.mails().await;
        assert_eq!(mails.len(), 1);
        newcomer.client.goto(mails[0].links()[0]).await.unwrap();
        newcomer.type_into("#new-password", NEW).await;
        newcomer.look(&format!("new-password-{own}")).await;
        newcomer.follow("main form button").await;
        newcomer.find("[role=status]").await;
        newcomer.type_into("#name", "Nováček").await;
        newcomer.type_into("#password", NEW).await;
        newcomer.look(&format!("login-chosen-{own}")).await;
        newcomer.follow("main form button").await;
        newcomer.goto(&app, ARTICLE).await;
        newcomer.type_into("#write-text", "Zdravím *všechny*.").await;
        newcomer.follow("#write button[value=post]").await;
        assert_eq!(newcomer.text(".comment:target em").await, "všechny", "on the static page at once");
        assert_eq!(newcomer.text(".comment:target a.nick").await, "Nováček");
        newcomer.goto(&app, "nastaveni/profil/").await;
        newcomer.type_into("#text", "Jsem tu *nově*.").await;
        newcomer.follow("main form button").await;
        assert_eq!(newcomer.text(".profile em").await, "nově", "on the public page at once");

        for (path, name) in [
            ("nastaveni/", "settings"),
            ("nastaveni/profil/", "profile"),
            ("nastaveni/e-mail/", "email"),
            ("nastaveni/moje-data/", "own-data"),
            ("nastaveni/zruseni-uctu/", "leaving"),
            ("uzivatel/reset-hesla/", "reset"),
            ("registrace/", "registration"),
            ("sprava/registrace/", "registrations"),
        ] {
            for (browser, width) in [(&newcomer, own), (&desk, editors)] {
                browser.goto(&app, path).await;
                browser.look(&format!("{name}-{width}")).await;
            }
        }
        newcomer.close().await;
        desk.close().await;
        building.stop().await;
        mailing.stop().await;
    }
}

#[tokio::test]
async fn who_has_forgotten_the_password_gets_back_in_and_nobody_else_stays() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let mailing = app.mailing();
        app.give_password("Fénix", Role::Member).await;
        app.execute("update account set email = 'fenix@example.org' where member_id = 6").await;
        let (thief, owner) = (Browser::open(1280, true).await, Browser::open(width, true).await);
        thief.log_in(&app, "nastaveni/").await;
        assert_eq!(thief.text("h1").await, "Nastavení");

        owner.goto(&app, "uzivatel/prihlaseni/").await;
        owner.follow("main a[href='/uzivatel/reset-hesla/']").await;
        owner.type_into("#email", "fenix@example.org").await;
        owner.look(&format!("reset-{width}")).await;
        owner.follow("main form button").await;
        owner.find("[role=status]").await;
        owner.look(&format!("reset-sent-{width}")).await;
        let mails = app.mails().await;
        assert_eq!(mails.len(), 1);
        owner.client.goto(mails[0].links()[0]).await.unwrap();
        owner.type_into("#new-password", NEW).await;
        owner.follow("main form button").await;
        owner.find("[role=status]").await;
        owner.type_into("#name", "Fénix").await;
        owner.type_into("#password", PASSWORD).await;
        owner.follow("main form button").await;
        owner.find("#fault").await;
        owner.type_into("#password", NEW).await;
        owner.follow("main form button").await;
        assert_eq!(owner.nick().await, "Fénix");

        thief.client.refresh().await.unwrap();
        thief.find("#password").await;
        owner.client.goto(mails[0].links()[0]).await.unwrap();
        assert!(owner.text("main").await.contains("neplatí"), "the link works once");
        thief.close().await;
        owner.close().await;
        mailing.stop().await;
    }
}
