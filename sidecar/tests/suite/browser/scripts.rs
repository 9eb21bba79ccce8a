//! What the scripts of static pages add for members, and what is there without them.

use std::time::Instant;

use generator::model::Role;
use image::ImageFormat;
use serde_json::json;
use tempfile::TempDir;

use super::{ARTICLE, Browser, PATIENCE};
use crate::harness::{PASSWORD, TestApp};
use crate::uploads::picture;

/// Waits until a script gives a value.
async fn wait_until(browser: &Browser, script: &str, value: serde_json::Value) {
    let until = Instant::now() + PATIENCE;
    loop {
        let found = browser.script(script).await;
        if found == value {
            return;
        }
        assert!(Instant::now() < until, "{script} gives {found}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

const DRAFTS: &str = "return Object.keys(localStorage).filter(key => key.startsWith('draft ')).length";
const TEXT: &str = "return document.getElementById('write-text').value";

#[tokio::test]
async fn what_is_being_written_stays_until_it_has_arrived() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Fénix", Role::Member).await;
    let at = |path: &str| format!("http://{}/{path}", app.address);
    let browser = Browser::open(1280, true).await;
    let write = async |text: &str| {
        browser.type_into("#write-text", text).await;
        wait_until(&browser, DRAFTS, json!(1)).await;
    };
    browser.client.goto(&at(ARTICLE)).await.unwrap();
    write("Rozepsaný komentář").await;
    let stored = browser.script("return JSON.stringify(localStorage)");
    assert!(stored.await.as_str().unwrap().contains("Rozepsaný komentář"));
    // Another page, another form: nothing of it there.
    browser.client.goto(&at("forum/")).await.unwrap();
    browser.find("#write-text").await;
    assert_eq!(browser.script(TEXT).await, json!(""));
    browser.client.goto(&at(ARTICLE)).await.unwrap();
    wait_until(&browser, TEXT, json!("Rozepsaný komentář")).await;
    browser.look("draft").await;
    browser.click(".draft-notice button").await;
    assert_eq!(browser.script(TEXT).await, json!(""));
    assert_eq!(browser.script(DRAFTS).await, json!(0));

    // Left at the login, it is there again; gone through the login, it has arrived.
    write("Přes přihlášení").await;
    browser.follow("#write button[value=post]").await;
    browser.find("#password").await;
    browser.client.goto(&at(ARTICLE)).await.unwrap();
    wait_until(&browser, TEXT, json!("Přes přihlášení")).await;
    browser.follow("#write button[value=post]").await;
    browser.type_into("#name", "Fénix").await;
    browser.type_into("#password", "špatné heslo").await;
    browser.follow("main form button").await;
    browser.find("#fault").await;
    browser.type_into("#password", PASSWORD).await;
    let stored = browser.script("return JSON.stringify(localStorage) + JSON.stringify(sessionStorage)").await;
    assert!(!stored.as_str().unwrap().contains("heslo") && !stored.as_str().unwrap().contains(PASSWORD), "{stored}");
    browser.follow("main form button").await;
    browser.find(".comment:target").await;
    wait_until(&browser, DRAFTS, json!(0)).await;
    assert_eq!(browser.script(TEXT).await, json!(""));

    // A preview keeps it, posting it ends it, and a text that is edited is its own.
    write("Napoprvé *dobře*").await;
    browser.follow("#write button[value=preview]").await;
    browser.find(".preview em").await;
    assert_eq!(browser.script(DRAFTS).await, json!(1));
    browser.client.goto(&at(ARTICLE)).await.unwrap();
    wait_until(&browser, TEXT, json!("Napoprvé *dobře*")).await;
    browser.follow("#write button[value=post]").await;
    browser.find(".comment:target em").await;
    wait_until(&browser, DRAFTS, json!(0)).await;
    browser.follow(".comment:target .own a[href$='/upravit/']").await;
    browser.type_into("#text", ", nebo ne?").await;
    wait_until(&browser, DRAFTS, json!(1)).await;
    browser.client.refresh().await.unwrap();
    wait_until(&browser, "return document.getElementById('text').value", json!("Napoprvé *dobře*, nebo ne?")).await;
    browser.look("draft-edit").await;

    // Who logs out leaves nothing behind.
    browser.client.goto(&at(ARTICLE)).await.unwrap();
    browser.follow("#account button").await;
    browser.find("#account a[href='/uzivatel/prihlaseni/']").await;
    assert_eq!(browser.script(DRAFTS).await, json!(0));
    browser.close().await;
    building.stop().await;
}

#[tokio::test]
async fn what_is_being_written_is_not_forgotten_for_what_else_has_arrived() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Fénix", Role::Member).await;
    let browser = Browser::open(1280, true).await;
    browser.goto(&app, ARTICLE).await;
    browser.type_into("#write-text", "Na počkání").await;
    wait_until(&browser, DRAFTS, json!(1)).await;
    browser.follow("#write button[value=post]").await;
    browser.find("#password").await;
    // Somebody's link to what they have written.
    browser.goto(&app, &format!("{ARTICLE}?fresh=17")).await;
    wait_until(&browser, TEXT, json!("Na počkání")).await;
    assert_eq!(browser.script(DRAFTS).await, json!(1));
    // At the login the reader turns round and votes.
    browser.follow("#write button[value=post]").await;
    browser.find("#password").await;
    browser.client.back().await.unwrap();
    browser.click("#vote summary").await;
    browser.click("#vote input[value='4']").await;
    browser.follow("#vote button").await;
    browser.type_into("#name", "Fénix").await;
    browser.type_into("#password", PASSWORD).await;
    browser.follow("main form button").await;
    browser.find("#vote").await;
    assert!(browser.client.current_url().await.unwrap().query().unwrap().contains("fresh="), "the vote has arrived");
    wait_until(&browser, TEXT, json!("Na počkání")).await;
    assert_eq!(browser.script(DRAFTS).await, json!(1));
    browser.follow("#write button[value=post]").await;
    browser.find(".comment:target").await;
    wait_until(&browser, DRAFTS, json!(0)).await;
    browser.close().await;
    building.stop().await;
}

#[tokio::test]
async fn a_work_that_is_being_written_comes_back_until_it_is_kept() {
    let app = TestApp::demo().await;
    app.give_password("Fénix", Role::Member).await;
    let browser = Browser::open(360, true).await;
    browser.log_in(&app, "/nastaveni/dila/nove/clanky/").await;
    browser.type_into("#title", "O rozepsaných věcech").await;
    browser.type_into("#text", "Byla jednou jedna věc.").await;
    wait_until(&browser, DRAFTS, json!(1)).await;
    browser.client.refresh().await.unwrap();
    wait_until(&browser, "return document.getElementById('title').value", json!("O rozepsaných věcech")).await;
    browser.look("draft-work").await;
    browser.follow("main form button[value=save]").await;
    browser.find("[data-draft-done]").await;
    wait_until(&browser, DRAFTS, json!(0)).await;
    browser.client.goto(&format!("http://{}/nastaveni/dila/nove/clanky/", app.address)).await.unwrap();
    browser.find("#title").await;
    assert_eq!(browser.script("return document.getElementById('title').value").await, json!(""));
    browser.close().await;
}

#[tokio::test]
async fn members_see_more_on_static_pages() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.execute("update account set email = 'elanor@example.org' where member_id = 5").await;
    app.execute("update member set shows_email = true where id = 5").await;
    app.execute(
        "insert into vote (creation_id, member_id, stars)
        select creation.id, member.id, 4 from creation, member
        where section = 'clanky' and number = 9 and nick in ('Elanor', 'Bardolf') on conflict do nothing",
    )
    .await;
    app.execute(
        "update creation set state = 'returned' where id = (
            select min(creation.id) from creation join author on author.id = author_id where member_id = 6)",
    )
    .await;
    app.execute("insert into stale_page (page, priority) values ('member/5', 1) on conflict do nothing").await;
    app.build().await;
    app.give_password("Fénix", Role::Editor).await;
    for width in [1280, 360] {
        let browser = Browser::open(width, true).await;
        let goto = async |path: &str| browser.client.goto(&format!("http://{}/{path}", app.address)).await.unwrap();
        browser.log_in(&app, "/nastaveni/").await;
        browser.find(".waiting-list a").await;
        browser.look(&format!("settings-waiting-{width}")).await;
        goto(ARTICLE).await;
        browser.find("#account .waiting").await;
        browser.find(".comment .own a[href*='/upravit/comment/']").await;
        browser.click("#voters a").await;
        browser.find(".voters a[href='/uzivatel/5-elanor/']").await;
        browser.script("document.querySelector('.voters').scrollIntoView()").await;
        browser.look(&format!("voters-{width}")).await;
        goto("forum/").await;
        browser.find(".comment .own a[href*='/upravit/forum-post/']").await;
        goto("uzivatel/5-elanor/").await;
        browser.find(".profile a[href='mailto:elanor@example.org']").await;
        browser.look(&format!("contacts-{width}")).await;
        goto("uzivatel/6-fenix/").await;
        browser.follow(".profile-head .own a").await;
        browser.find("input[name=given_name]").await;
        if width == 360 {
            browser.script("document.getElementById('menu').showPopover()").await;
            browser.look("menu-360").await;
        }
        browser.close().await;
    }
    // The same without scripts, by plain links.
    let browser = Browser::open(360, false).await;
    browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
    browser.follow("#voters a").await;
    browser.type_into("#name", "Fénix").await;
    browser.type_into("#password", PASSWORD).await;
    browser.follow("main form button").await;
    browser.find(".voters a[href='/uzivatel/5-elanor/']").await;
    browser.look("voters-page-360").await;
    browser.client.goto(&format!("http://{}/uzivatel/5-elanor/", app.address)).await.unwrap();
    browser.follow("#contacts a").await;
    browser.find("main a[href='mailto:elanor@example.org']").await;
    browser.look("contacts-page-360").await;
    browser.close().await;
    building.stop().await;
}

#[tokio::test]
async fn an_icon_is_brought_and_removed() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Fénix", Role::Member).await;
    let drawn = TempDir::new().unwrap();
    let (file, no_picture) = (drawn.path().join("já.png"), drawn.path().join("ne.png"));
    std::fs::write(&file, picture(300, 200, ImageFormat::Png)).unwrap();
    std::fs::write(&no_picture, b"nothing to see").unwrap();
    for (width, javascript) in [(1280, true), (360, false)] {
        let browser = Browser::open(width, javascript).await;
        let name = |step: &str| format!("icon-{step}-{width}");
        browser.log_in(&app, "/nastaveni/ikonka/").await;
        browser.type_into("#icon", no_picture.to_str().unwrap()).await;
        browser.follow("main form button[value=save]").await;
        browser.find("#fault").await;
        browser.look(&name("fault")).await;
        browser.type_into("#icon", file.to_str().unwrap()).await;
        browser.follow("main form button[value=save]").await;
        browser.find(".notice[role=status]").await;
        browser.look(&name("saved")).await;
        let drawn =
            "const img = document.querySelector('.icon-now img'); return img.decode().then(() => img.naturalWidth)";
        assert_eq!(browser.script(drawn).await, json!(50));
        browser.follow("main form button[value=remove]").await;
        browser.find(".icon-now .monogram").await;
        browser.look(&name("removed")).await;
        browser.close().await;
    }
    building.stop().await;
}
