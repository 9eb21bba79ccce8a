//! Authors and their works: written, sent, returned, mended, published, with pictures.

use generator::model::Role;
use image::ImageFormat;
use serde_json::json;
use tempfile::TempDir;

use super::{Browser, SCREENS, wait_for_file};
use crate::harness::TestApp;
use crate::uploads::picture;

/// Whether the picture of the page comes from such an address, and is one.
fn shown(address: &str) -> String {
    format!(
        "const img = document.querySelector('.picture img');
        return img.decode().then(() => [img.currentSrc.includes('{address}'), img.naturalWidth > 0])"
    )
}

#[tokio::test]
async fn a_picture_is_submitted_returned_mended_and_published() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        app.give_password("Drahomír", Role::Editor).await;
        let drawn = TempDir::new().unwrap();
        let file = drawn.path().join("Hrad v mlze.png");
        std::fs::write(&file, picture(900, 600, ImageFormat::Png)).unwrap();
        let (browser, desk) = (Browser::open(width, true).await, Browser::open(width, true).await);
        let name = |what: &str| format!("work-{what}-{width}");
        browser.log_in(&app, "nastaveni/").await;
        browser.follow("main a[href='/nastaveni/dila/']").await;
        browser.look(&name("list")).await;
        browser.follow("main .buttons a").await;
        browser.look(&name("sections")).await;
        browser.follow("main a[href='/nastaveni/dila/nove/galerie/']").await;
        browser.type_into("#title", "Hrad v mlze").await;
        browser.look(&name("new")).await;
        browser.follow("main form button[value=submit]").await;
        browser.find("#a_image-fault").await;
        browser.look(&name("faults")).await;
        browser.type_into("#a_image", file.to_str().unwrap()).await;
        browser.follow("main form button[value=preview]").await;
        let preview = browser.script(&shown("/soukrome-soubory/")).await;
        assert_eq!(preview, json!([true, true]), "the private picture is in the preview");
        browser.look(&name("preview")).await;
        browser.follow(".preview-bar a").await;
        browser.follow("main form button[value=submit]").await;
        browser.find(".state-waiting").await;
        browser.look(&name("waiting")).await;

        desk.log_in_as(&app, "Drahomír", "sprava/fronta/").await;
        desk.look(&name("queue")).await;
        desk.follow_link("Hrad v mlze").await;
        desk.follow("main .ways a").await;
        assert_eq!(desk.script(&shown("/soukrome-soubory/")).await, json!([true, true]), "editors see it as well");
        desk.look(&name("read")).await;
        desk.client.back().await.unwrap();
        desk.type_into("#note", "Připiš, prosím, kde to je.").await;
        desk.look(&name("decide")).await;
        desk.follow("main button[value=return]").await;
        desk.find(".notice[role=status]").await;

        browser.client.refresh().await.unwrap();
        assert_eq!(browser.text(".history blockquote").await, "Připiš, prosím, kde to je.");
        browser.look(&name("returned")).await;
        browser.type_into("#synopsis", "Hrad nad Šedým údolím.").await;
        browser.follow("main form button[value=submit]").await;
        browser.find(".state-waiting").await;

        desk.goto(&app, "sprava/fronta/").await;
        desk.follow_link("Hrad v mlze").await;
        desk.follow("main button[value=approve]").await;
        desk.find(".notice[role=status]").await;

        browser.client.refresh().await.unwrap();
        let page = browser.find("main .buttons a").await.attr("href").await.unwrap().unwrap();
        wait_for_file(&app, &page).await;
        browser.follow("main .buttons a").await;
        assert_eq!(browser.text("main .lead").await, "Hrad nad Šedým údolím.");
        assert_eq!(browser.script(&shown("/uploads/u/")).await, json!([true, true]));
        browser.look(&name("published")).await;
        let author = browser.find(".card-index a[href^='/autor/']").await.attr("href").await.unwrap().unwrap();
        for place in ["/rubriky/galerie/", author.as_str()] {
            wait_for_file(&app, place).await;
            browser.goto(&app, place).await;
            browser.find(&format!("main a[href='{page}']")).await;
        }
        for feed in ["/rubriky/galerie/atom.xml", "/rss/novinky.xml"] {
            let entries = app.browsing().get(feed).await.body;
            assert!(entries.contains("Hrad v mlze") && entries.contains(&page), "{feed}: {entries}");
        }
        browser.close().await;
        desk.close().await;
        building.stop().await;
    }
}

#[tokio::test]
async fn an_article_with_a_picture_without_scripts() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        app.give_password("Fénix", Role::Member).await;
        let drawn = TempDir::new().unwrap();
        let file = drawn.path().join("mapa.jpg");
        std::fs::write(&file, picture(1200, 400, ImageFormat::Jpeg)).unwrap();
        let browser = Browser::open(width, false).await;
        let name = |what: &str| format!("{what}-plain-{width}");
        browser.log_in(&app, "/nastaveni/dila/nove/clanky/").await;
        browser.type_into("#title", "Cesta přes hory").await;
        browser.type_into("#text", "Byla dlouhá.").await;
        browser.type_into("#picture", file.to_str().unwrap()).await;
        browser.look(&name("work-new")).await;
        browser.follow("#pictures button").await;
        let line = browser.find("#pictures code").await.text().await.unwrap();
        browser.find("#text").await.clear().await.unwrap();
        browser.type_into("#text", &line).await;
        browser.look(&name("work-picture")).await;
        browser.follow("main form button[value=preview]").await;
        let shown = browser.script(
            "const img = document.querySelector('.prose img');
                return img.decode().then(() => img.naturalWidth > 0)",
        );
        assert_eq!(shown.await, json!(true));
        browser.look(&name("work-preview")).await;
        browser.follow(".preview-bar a").await;
        browser.follow("main form button[value=submit]").await;
        browser.find(".state-waiting").await;
        browser.look(&name("work-waiting")).await;
        for (page, what) in [
            ("nastaveni/dila/", "works"),
            ("nastaveni/dila/nove/", "work-sections"),
            ("nastaveni/dila/nove/kouzla/", "work-new-spell"),
        ] {
            browser.goto(&app, page).await;
            browser.look(&name(what)).await;
        }
        browser.close().await;
    }
}
