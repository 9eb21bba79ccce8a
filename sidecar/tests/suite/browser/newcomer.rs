//! From a registration on a phone, without scripts, to the first login, with the editor at a desk.

use generator::model::Role;

use super::Browser;
use crate::harness::{ENGINES, PASSWORD, TestApp};

#[tokio::test]
async fn somebody_registers_is_approved_chooses_a_password_and_logs_in() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let (building, mailing) = (app.building(), app.mailing());
        let at = |path: &str| format!("http://{}/{path}", app.address);
        app.give_password("Drahomír", Role::Editor).await;
        app.execute("update account set email = ''").await;
        let (phone, desk) = (Browser::open(360, false).await, Browser::open(1280, true).await);

        phone.client.goto(&at("uzivatel/prihlaseni/")).await.unwrap();
        phone.follow("a[href='/registrace/']").await;
        phone.type_into("#nick", "Nováček").await;
        phone.type_into("#email", "novacek@example.org").await;
        phone.type_into("#age", "12").await;
        phone.type_into("#about", "Chci psát o dracích.").await;
        phone.click("input[name=consent]").await;
        phone.look("registration-phone").await;
        phone.follow("main form button").await;
        phone.find("#fault").await;
        phone.look("registration-fault-phone").await;
        phone.find("#age").await.clear().await.unwrap();
        phone.type_into("#age", "21").await;
        phone.follow("main form button").await;
        phone.find("[role=status]").await;
        phone.look("registration-sent-phone").await;
        assert_eq!(app.mails().await.len(), 1);

        desk.client.goto(&at("sprava/registrace/")).await.unwrap();
        desk.type_into("#name", "Drahomír").await;
        desk.type_into("#password", PASSWORD).await;
        desk.follow("main form button").await;
        desk.type_into("textarea[name=note]", "Vítej!").await;
        desk.look("registrations").await;
        desk.follow("button[value=approve]").await;
        desk.find(".empty").await;
        desk.look("registrations-none").await;

        let mails = app.mails().await;
        assert_eq!(mails.len(), 1);
        phone.client.goto(mails[0].links()[0]).await.unwrap();
        phone.type_into("#new-password", "osm koní za úsvitu").await;
        phone.look("new-password-phone").await;
        phone.follow("main form button").await;
        phone.find("[role=status]").await;
        phone.type_into("#name", "Nováček").await;
        phone.type_into("#password", "osm koní za úsvitu").await;
        phone.look("login-chosen-phone").await;
        phone.follow("main form button").await;
        phone.client.goto(&at("nastaveni/profil/")).await.unwrap();
        phone.type_into("#text", "Jsem tu *nově*.").await;
        phone.follow("main form button").await;
        assert_eq!(phone.find(".profile em").await.text().await.unwrap(), "nově", "on the public page at once");

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
            for (browser, width) in [(&phone, "phone"), (&desk, "desk")] {
                browser.client.goto(&at(path)).await.unwrap();
                browser.look(&format!("{name}-{width}")).await;
            }
        }
        desk.client.goto(&at("")).await.unwrap();
        desk.click("button[data-skin=historic]").await;
        desk.look("skin-historic").await;
        let serif = desk.script("return getComputedStyle(document.body).fontFamily").await;
        assert!(serif.as_str().unwrap().contains("Palatino"), "{serif}");
        phone.close().await;
        desk.close().await;
        building.stop().await;
        mailing.stop().await;
    }
}
