//! An ad of somebody without an account: on a phone without scripts and at a desk, with the editor between.

use generator::model::Role;

use super::{Browser, wait_for_file};
use crate::harness::{Engine, PASSWORD, TestApp};

async fn places_an_ad(engine: Engine, width: u32, javascript: bool) {
    let app = TestApp::demo_on(engine).await;
    let (building, mailing) = (app.building(), app.mailing());
    app.give_password("Drahomír", Role::Editor).await;
    app.execute("update account set email = ''").await;
    let at = |path: &str| format!("http://{}{path}", app.address);
    let name = |step: &str| format!("ad-{step}-{width}");
    let browser = Browser::open(width, javascript).await;
    browser.client.goto(&at("/inzerce/")).await.unwrap();
    browser.follow("main .page-links a").await;
    browser.look(&name("empty")).await;
    browser.type_into("#text", "Hledám **starý** svitek.").await;
    browser.type_into("#ad-name", "Poutník").await;
    browser.type_into("#email", "poutnik@example.org").await;
    browser.type_into("#area", "Morava").await;
    browser.look(&name("filled")).await;
    browser.follow("main form button[value=preview]").await;
    assert_eq!(browser.find(".preview strong").await.text().await.unwrap(), "starý");
    browser.look(&name("preview")).await;
    // The box that is ticked is the only contact: without it, the form says what is missing.
    browser.click("input[name=shows_email]").await;
    browser.follow("main form button[value=post]").await;
    browser.find("#fault").await;
    browser.look(&name("fault")).await;
    browser.click("input[name=shows_email]").await;
    browser.follow("main form button[value=post]").await;
    browser.find("[role=status]").await;
    browser.look(&name("sent")).await;

    let mails = app.mails().await;
    let links: Vec<String> = mails[0].links().iter().map(|link| app.own_path(link)).collect();
    browser.client.goto(&at(&links[0])).await.unwrap();
    browser.look(&name("confirm")).await;
    browser.follow("main form button[value=confirm]").await;
    browser.find("[role=status]").await;
    browser.look(&name("waits")).await;

    let desk = Browser::open(width, javascript).await;
    desk.client.goto(&at("/sprava/inzeraty/")).await.unwrap();
    desk.type_into("#name", "Drahomír").await;
    desk.type_into("#password", PASSWORD).await;
    desk.follow("main form button").await;
    desk.look(&name("office")).await;
    desk.follow("main form button[value=approve]").await;
    desk.find(".notice[role=status]").await;
    desk.look(&name("office-done")).await;
    desk.close().await;
    wait_for_file(&app, "/inzerce/").await;
    browser.client.goto(&at("/inzerce/")).await.unwrap();
    let shown = browser.find("main .ad strong").await.text().await.unwrap();
    assert_eq!(shown, "starý");
    browser.look(&name("public")).await;

    browser.client.goto(&at(&links[1])).await.unwrap();
    browser.look(&name("withdraw")).await;
    browser.follow("main form button").await;
    browser.find("[role=status]").await;
    browser.look(&name("withdrawn")).await;
    wait_for_file(&app, "/inzerce/").await;
    let board = crate::harness::text(app.get("/inzerce/").await).await;
    assert!(!board.contains("Poutník"), "it is gone");
    browser.close().await;
    mailing.stop().await;
    building.stop().await;
}

#[tokio::test]
async fn an_ad_without_an_account_on_a_phone_without_scripts() {
    places_an_ad(Engine::Postgres, 360, false).await;
}

#[tokio::test]
async fn an_ad_without_an_account_at_a_desk() {
    places_an_ad(Engine::Sqlite, 1280, true).await;
}
