//! Readers: skins without a flash, contacts, a phone's width, no script at all.

use fantoccini::Locator;
use generator::model::Role;
use serde_json::json;

use super::{ARTICLE, Browser, SCREENS};
use crate::harness::TestApp;

#[tokio::test]
async fn a_chosen_skin_is_there_before_the_first_paint_and_stays() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let browser = Browser::open(width, true).await;
        let client = &browser.client;
        client.goto(&format!("http://{}/", app.address)).await.unwrap();
        let background = "return getComputedStyle(document.body).backgroundColor";
        let light = browser.script(background).await;
        client.find(Locator::Css("button[data-skin=dark]")).await.unwrap().click().await.unwrap();
        let dark = browser.script(background).await;
        assert_ne!(light, dark);
        let pressed =
            client.find(Locator::Css("button[data-skin=dark]")).await.unwrap().attr("aria-pressed").await.unwrap();
        assert_eq!(pressed.as_deref(), Some("true"));

        client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
        assert_eq!(browser.script(background).await, dark, "remembered");
        let script = browser.script(
            "const script = document.querySelector('script'), sheet = document.querySelector('link[rel=stylesheet]');
            return [document.head.contains(script), script.defer, script.async, document.cookie,
                !!(script.compareDocumentPosition(sheet) & Node.DOCUMENT_POSITION_FOLLOWING)]",
        );
        assert_eq!(
            script.await,
            json!([true, false, false, "", true]),
            "it runs before anything is drawn, without cookies"
        );
        let shift = "return performance.getEntriesByType('layout-shift').reduce((sum, entry) => sum + entry.value, 0)";
        assert_eq!(browser.script(shift).await.as_f64(), Some(0.0));
        let requests = "return performance.getEntriesByType('resource').filter(entry =>
            !entry.name.includes('/uploads/') && !entry.name.includes('favicon')).length";
        assert_eq!(browser.script(requests).await, json!(2), "page, stylesheet, script");
        browser.close().await;
    }
}

#[tokio::test]
async fn the_historic_skin_has_serifs() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let browser = Browser::open(width, true).await;
        browser.goto(&app, "").await;
        browser.click("button[data-skin=historic]").await;
        browser.look(&format!("skin-historic-{width}")).await;
        browser.goto(&app, ARTICLE).await;
        let serif = browser.script("return getComputedStyle(document.body).fontFamily").await;
        assert!(serif.as_str().unwrap().contains("Palatino"), "{serif}");
        browser.close().await;
    }
}

#[tokio::test]
async fn contacts_become_links_and_nothing_breaks_the_policy() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let browser = Browser::open(width, true).await;
        browser.client.goto(&format!("http://{}/inzerce/", app.address)).await.unwrap();
        let mails = browser
            .script("return [...document.querySelectorAll('a[href^=\"mailto:\"]')].map(link => link.textContent)");
        let mails = mails.await;
        let mails = mails.as_array().unwrap();
        assert!(
            !mails.is_empty() && mails.iter().all(|mail| mail.as_str().unwrap().ends_with("@example.org")),
            "{mails:?}"
        );
        let inline =
            "const style = document.createElement('style'); style.textContent = 'body { color: rgb(1, 2, 3) }';
            document.head.append(style); return getComputedStyle(document.body).color";
        assert_ne!(browser.script(inline).await, json!("rgb(1, 2, 3)"), "the policy forbids inline styles");
        browser.close().await;
    }
}

#[tokio::test]
async fn pages_fit_a_phone_and_need_no_script() {
    let app = TestApp::demo().await;
    for javascript in [true, false] {
        let browser = Browser::open(360, javascript).await;
        for path in [
            "",
            ARTICLE,
            "rubriky/clanky/",
            "rubriky/bestiar/12-drak-skladnik/",
            "rubriky/galerie/",
            "rubriky/downloady/",
            "rubriky/dobrodruzstvi/",
            "uzivatele/",
            "uzivatel/1-almara/",
            "inzerce/",
            "forum/",
            "novinky/",
            "napoveda/",
            "no/such/page/",
        ] {
            browser.client.goto(&format!("http://{}/{path}", app.address)).await.unwrap();
            let widths = browser.script("return [document.documentElement.scrollWidth, innerWidth]").await;
            assert!(widths[0].as_f64() <= widths[1].as_f64(), "/{path} is wider than the phone: {widths}");
            let text = browser.client.find(Locator::Css("h1")).await.unwrap().text().await.unwrap();
            assert!(!text.is_empty(), "/{path}");
            let skins = browser.client.find(Locator::Css(".skins")).await.unwrap().is_displayed().await.unwrap();
            assert_eq!(skins, javascript, "/{path}: skins are offered only where they can be chosen");
        }
        browser.close().await;
    }
}

#[tokio::test]
async fn the_keyboard_reaches_the_content_first() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let browser = Browser::open(width, true).await;
        browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
        browser.client.find(Locator::Css("body")).await.unwrap().send_keys("\u{e004}").await.unwrap();
        let focused =
            "return [document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]";
        assert_eq!(browser.script(focused).await, json!(["skip", true]));
        browser.close().await;
    }
}

#[tokio::test]
async fn a_skin_chosen_in_the_settings_is_remembered_with_scripts_and_without() {
    let background = "return getComputedStyle(document.body).backgroundColor";
    for (engine, width) in SCREENS {
        for javascript in [true, false] {
            let app = TestApp::demo_on(engine).await;
            app.give_password("Fénix", Role::Member).await;
            let browser = Browser::open(width, javascript).await;
            browser.log_in(&app, "nastaveni/").await;
            let light = browser.script(background).await;
            browser.look(&format!("settings-skin-{width}")).await;
            browser.click("#skin input[value=dark]").await;
            browser.follow("#skin button").await;
            browser.find("#skin [role=status]").await;
            let dark = browser.script(background).await;
            assert_ne!(light, dark);
            browser.goto(&app, "hledat/").await;
            assert_eq!(browser.script(background).await, dark, "on another page of the sidecar");
            browser.goto(&app, ARTICLE).await;
            let on_file = if javascript { &dark } else { &light };
            assert_eq!(browser.script(background).await, *on_file, "a file knows nobody; its script does");
            if javascript {
                // What is chosen by a button there goes for both.
                browser.click("button[data-skin=historic]").await;
                let historic = browser.script(background).await;
                assert!(historic != dark && historic != light);
                browser.goto(&app, "nastaveni/").await;
                assert_eq!(browser.script(background).await, historic);
                browser.find("#skin input[value=historic]:checked").await;
                browser.click("button[data-skin=historic]").await;
                browser.goto(&app, "nastaveni/").await;
                browser.find("#skin input[value=system]:checked").await;
                assert_eq!(browser.script(background).await, light);
            }
            browser.close().await;
        }
    }
}
