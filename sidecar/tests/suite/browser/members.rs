//! Members on static pages and in their own rooms: comments, votes, ads.

use generator::model::Role;
use serde_json::json;

use super::{ARTICLE, Browser, SCREENS, wait_for_file};
use crate::harness::{ENGINES, PASSWORD, TestApp};

#[tokio::test]
async fn a_comment_without_scripts_on_a_phone() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        let browser = Browser::open(360, false).await;
        browser.goto(&app, ARTICLE).await;
        browser.type_into("#write-text", "Bez skriptů a *z mobilu*.").await;
        browser.look("write-phone").await;
        browser.follow("#write button[value=preview]").await;
        browser.type_into("#name", "Fénix").await;
        browser.type_into("#password", "něco jiného").await;
        browser.look("login-phone").await;
        browser.follow("main form button").await;
        browser.find("#fault").await;
        browser.look("login-fault-phone").await;
        browser.type_into("#password", PASSWORD).await;
        browser.follow("main form button").await;
        assert_eq!(browser.text(".preview em").await, "z mobilu");
        browser.look("preview-phone").await;
        browser.follow("main form button[value=post]").await;
        assert_eq!(browser.text(".comment:target em").await, "z mobilu");
        assert!(browser.client.current_url().await.unwrap().path().ends_with("svindlovat/"));
        browser.look("commented-phone").await;
        for (page, name) in
            [("nastaveni/", "settings"), ("nastaveni/prispevky/", "writings"), ("nastaveni/prihlaseni/", "sessions")]
        {
            browser.goto(&app, page).await;
            browser.look(&format!("{name}-phone")).await;
        }
        browser.goto(&app, "nastaveni/prispevky/").await;
        browser.follow(".writing a[href$='/smazat/']").await;
        browser.look("delete-phone").await;
        browser.follow("main form button").await;
        browser.find("#write").await;
        let left = "select count(*) from comment where body like 'Bez skript%' and state = 'public'";
        assert_eq!(app.number(left).await, 0);
        browser.close().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn a_member_sees_who_they_are_and_edits_on_the_static_page() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        let browser = Browser::open(width, true).await;
        browser.goto(&app, ARTICLE).await;
        browser.open_menu().await;
        browser.follow("#account a").await;
        browser.type_into("#name", "Fénix").await;
        browser.type_into("#password", PASSWORD).await;
        browser.look(&format!("login-{width}")).await;
        browser.follow("main form button").await;
        assert_eq!(browser.nick().await, "Fénix");
        let url = browser.client.current_url().await.unwrap();
        assert!(url.path().ends_with("svindlovat/"), "back where they were, not at {url}");
        browser.type_into("#write-text", "Kostky *neměly* náladu.").await;
        browser.follow("#write button[value=preview]").await;
        browser.find(".preview em").await;
        browser.look(&format!("preview-{width}")).await;
        browser.follow("main form button[value=post]").await;
        browser.follow(".comment:target .own a[href$='/upravit/']").await;
        browser.type_anew("#text", "Kostky *měly* náladu.").await;
        browser.look(&format!("edit-{width}")).await;
        browser.follow("main form button[value=post]").await;
        assert_eq!(browser.text(".comment:target em").await, "měly");
        browser.look(&format!("commented-{width}")).await;
        browser.goto(&app, "rubriky/bestiar/12-drak-skladnik/").await;
        browser.click("#vote summary").await;
        browser.click("#vote input[value='4']").await;
        browser.look(&format!("vote-{width}")).await;
        browser.follow("#vote button").await;
        browser.find("#account form").await;
        browser.click("#vote summary").await;
        browser.find("#vote input[value='4']:checked").await;
        let votes = "select count(*) from vote join creation on creation.id = creation_id
            where member_id = 6 and stars = 4 and section = 'bestiar' and number = 12";
        assert_eq!(app.number(votes).await, 1);
        browser.open_menu().await;
        browser.follow("#account button").await;
        browser.find("#account a[href='/uzivatel/prihlaseni/']").await;
        assert_eq!(browser.script("return document.cookie").await, json!(""));
        browser.close().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn an_ad_is_written_seen_on_the_market_and_taken_back() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        let browser = Browser::open(width, true).await;
        browser.log_in(&app, "nastaveni/").await;
        browser.goto(&app, "inzeraty/market/").await;
        browser.type_into("#text", "Prodám *desetistěnné* kostky.").await;
        browser.type_into("#email", "kostky@example.org").await;
        browser.look(&format!("ad-{width}")).await;
        browser.follow("main form button[value=preview]").await;
        assert_eq!(browser.text(".preview em").await, "desetistěnné");
        browser.look(&format!("ad-preview-{width}")).await;
        browser.follow("main form button[value=post]").await;
        let url = browser.client.current_url().await.unwrap();
        assert_eq!(url.path(), "/inzerce/");
        assert_eq!(browser.text(".ad:target em").await, "desetistěnné");
        let contact = browser.text(".ad:target a[href^='mailto:']").await;
        assert_eq!(contact, "kostky@example.org", "readers get the address, harvesters do not");
        browser.look(&format!("ad-posted-{width}")).await;
        browser.goto(&app, "inzeraty/market/").await;
        browser.follow(".writing form button").await;
        wait_for_file(&app, "/inzerce/").await;
        browser.goto(&app, "inzerce/").await;
        assert!(!browser.text("main").await.contains("desetistěnné"));
        browser.close().await;
        building.stop().await;
    }
}
