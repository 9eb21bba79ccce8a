//! The built site in Chromium: skins without a flash, contacts, a phone's width, no script at all.

mod guests;
mod members;
mod newcomer;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use generator::model::{CreationId, MemberId, Role};
use generator::publish::submissions;
use hyper_util::client::legacy::connect::HttpConnector;
use image::ImageFormat;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{ENGINES, PASSWORD, TestApp};
use crate::uploads::picture;
use crate::works::approved;

/// Nothing takes so long but what never comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser of its own, ended with the test.
struct Browser {
    client: Client,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    async fn open(width: u32, javascript: bool) -> Browser {
        let profile = TempDir::new().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is not there: run the tests by `make test`");
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": 800, "pixelRatio": 1.0, "touch": false } },
        });
        if !javascript {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let capabilities = json!({ "goog:chromeOptions": options }).as_object().unwrap().clone();
        let mut attempts = 0;
        let client = loop {
            attempts += 1;
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
            {
                Ok(client) => break client,
                Err(error) if attempts > 100 => panic!("the browser does not start: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        Browser { client, driver, _profile: profile }
    }

    async fn script(&self, script: &str) -> serde_json::Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    async fn find(&self, selector: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("there is no {selector}: {error}"))
    }

    async fn type_into(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.unwrap();
    }

    async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    /// Clicks what leads to another page, and waits until the page that it is on is gone: the click itself need not.
    async fn follow(&self, selector: &str) {
        let page = self.find("html").await;
        self.click(selector).await;
        let until = Instant::now() + PATIENCE;
        while page.tag_name().await.is_ok() {
            assert!(Instant::now() < until, "{selector} leads nowhere");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether the page fits the browser's width; keeps a picture of it in the folder that `SCREENSHOTS` names.
    async fn look(&self, name: &str) {
        if let Ok(folder) = std::env::var("SCREENSHOTS") {
            let picture = self.client.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
        let widths = self.script("return [document.documentElement.scrollWidth, innerWidth]").await;
        assert!(widths[0].as_f64() <= widths[1].as_f64(), "{name} is wider than the screen: {widths}");
    }

    /// Logs Fénix in on the way to a page of the members' own.
    async fn log_in(&self, app: &TestApp, path: &str) {
        self.client.goto(&format!("http://{}{path}", app.address)).await.unwrap();
        self.type_into("#name", "Fénix").await;
        self.type_into("#password", PASSWORD).await;
        self.follow("main form button").await;
    }

    async fn close(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

const ARTICLE: &str = "rubriky/clanky/9-smi-pan-jeskyne-svindlovat/";

#[tokio::test]
async fn a_chosen_skin_is_there_before_the_first_paint_and_stays() {
    let app = TestApp::demo().await;
    let browser = Browser::open(1280, true).await;
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

#[tokio::test]
async fn contacts_become_links_and_nothing_breaks_the_policy() {
    let app = TestApp::demo().await;
    let browser = Browser::open(1280, true).await;
    browser.client.goto(&format!("http://{}/inzerce/", app.address)).await.unwrap();
    let mails =
        browser.script("return [...document.querySelectorAll('a[href^=\"mailto:\"]')].map(link => link.textContent)");
    let mails = mails.await;
    let mails = mails.as_array().unwrap();
    assert!(
        !mails.is_empty() && mails.iter().all(|mail| mail.as_str().unwrap().ends_with("@example.org")),
        "{mails:?}"
    );
    let inline = "const style = document.createElement('style'); style.textContent = 'body { color: rgb(1, 2, 3) }';
        document.head.append(style); return getComputedStyle(document.body).color";
    assert_ne!(browser.script(inline).await, json!("rgb(1, 2, 3)"), "the policy forbids inline styles");
    browser.close().await;
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
    let app = TestApp::demo().await;
    let browser = Browser::open(1280, true).await;
    browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
    browser.client.find(Locator::Css("body")).await.unwrap().send_keys("\u{e004}").await.unwrap();
    let focused = "return [document.activeElement.className, document.activeElement.getBoundingClientRect().left >= 0]";
    assert_eq!(browser.script(focused).await, json!(["skip", true]));
    browser.close().await;
}

#[tokio::test]
async fn a_comment_without_scripts_on_a_phone() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Fénix", Role::Member).await;
    let browser = Browser::open(360, false).await;
    browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
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
    let preview = browser.find(".preview em").await.text().await.unwrap();
    assert_eq!(preview, "z mobilu");
    browser.look("preview-phone").await;
    browser.follow("main form button[value=post]").await;
    let shown = browser.find(".comment:target em").await.text().await.unwrap();
    assert_eq!(shown, "z mobilu");
    assert!(browser.client.current_url().await.unwrap().path().ends_with("svindlovat/"));
    browser.look("commented-phone").await;
    for (page, name) in
        [("nastaveni/", "settings"), ("nastaveni/prispevky/", "writings"), ("nastaveni/prihlaseni/", "sessions")]
    {
        browser.client.goto(&format!("http://{}/{page}", app.address)).await.unwrap();
        browser.look(&format!("{name}-phone")).await;
    }
    browser.client.goto(&format!("http://{}/nastaveni/prispevky/", app.address)).await.unwrap();
    browser.follow(".writing a[href$='/smazat/']").await;
    browser.look("delete-phone").await;
    browser.follow("main form button").await;
    browser.find("#write").await;
    assert_eq!(app.number("select count(*) from comment where body like 'Bez skript%' and state = 'public'").await, 0);
    browser.close().await;
    building.stop().await;
}

#[tokio::test]
async fn a_member_sees_who_they_are_and_edits_on_the_static_page() {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Fénix", Role::Member).await;
    let browser = Browser::open(1280, true).await;
    browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
    browser.follow("#account a").await;
    browser.type_into("#name", "Fénix").await;
    browser.type_into("#password", PASSWORD).await;
    browser.look("login").await;
    browser.follow("main form button").await;
    let nick = browser.find("#account a[href='/nastaveni/']").await.text().await.unwrap();
    assert_eq!(nick, "Fénix");
    let url = browser.client.current_url().await.unwrap();
    assert!(url.path().ends_with("svindlovat/"), "back where they were, not at {url}");
    browser.type_into("#write-text", "Kostky *neměly* náladu.").await;
    browser.follow("#write button[value=preview]").await;
    browser.find(".preview em").await;
    browser.look("preview").await;
    browser.follow("main form button[value=post]").await;
    browser.follow(".comment:target .own a[href$='/upravit/']").await;
    browser.find("#text").await.clear().await.unwrap();
    browser.type_into("#text", "Kostky *měly* náladu.").await;
    browser.look("edit").await;
    browser.follow("main form button[value=post]").await;
    assert_eq!(browser.find(".comment:target em").await.text().await.unwrap(), "měly");
    browser.look("commented").await;
    browser.client.goto(&format!("http://{}/rubriky/bestiar/12-drak-skladnik/", app.address)).await.unwrap();
    browser.click("#vote summary").await;
    browser.click("#vote input[value='4']").await;
    browser.look("vote").await;
    browser.follow("#vote button").await;
    browser.find("#account form").await;
    browser.click("#vote summary").await;
    browser.find("#vote input[value='4']:checked").await;
    let votes = "select count(*) from vote join creation on creation.id = creation_id
        where member_id = 6 and stars = 4 and section = 'bestiar' and number = 12";
    assert_eq!(app.number(votes).await, 1);
    browser.follow("#account button").await;
    browser.find("#account a[href='/uzivatel/prihlaseni/']").await;
    assert_eq!(browser.script("return document.cookie").await, json!(""));
    browser.close().await;
    building.stop().await;
}

/// What an editor does in an evening, on a screen and, without scripts, on a phone.
async fn an_editor_works(width: u32, javascript: bool) {
    let app = TestApp::demo().await;
    let building = app.building();
    app.give_password("Almara", Role::Admin).await;
    let browser = Browser::open(width, javascript).await;
    let goto = async |path: &str| browser.client.goto(&format!("http://{}{path}", app.address)).await.unwrap();
    let picture = |name: &str| format!("office-{name}-{width}");
    goto("/sprava/").await;
    browser.type_into("#name", "Almara").await;
    browser.type_into("#password", PASSWORD).await;
    browser.follow("main form button").await;
    browser.find(".office-nav").await;
    browser.look(&picture("index")).await;
    if javascript {
        browser.client.goto(&format!("http://{}/{ARTICLE}", app.address)).await.unwrap();
        browser.follow("main .own a").await;
    } else {
        goto("/sprava/dila/?section=clanky").await;
        browser.look(&picture("creations")).await;
        let number = app.number("select id from creation where section = 'clanky' and number = 9").await;
        browser.follow(&format!("main .rows a[href*='/upravit/creation/{number}/']")).await;
    }
    let item = browser.client.current_url().await.unwrap().path().to_owned();
    browser.find("#field-title").await.clear().await.unwrap();
    browser.type_into("#field-title", "Jak švindlovat s grácií").await;
    browser.look(&picture("item")).await;
    browser.follow("main button[value=preview]").await;
    browser.find(".preview .prose").await;
    browser.look(&picture("preview")).await;
    browser.follow("main button[value=save]").await;
    browser.find(".notice[role=status]").await;
    browser.follow(".page-links a[href*='svindlovat-s-gracii']").await;
    assert_eq!(browser.find("h1").await.text().await.unwrap(), "Jak švindlovat s grácií");
    let public = browser.client.current_url().await.unwrap().path().to_owned();
    goto(&item.replace("/upravit/", "/historie/")).await;
    browser.find(".diff ins").await;
    browser.look(&picture("history")).await;

    goto(&item).await;
    browser.follow("main button[value=unpublish]").await;
    browser.find("main button[value=publish]").await;
    browser.look(&picture("unpublished")).await;
    goto(&public).await;
    assert!(browser.find("main").await.attr("class").await.unwrap().unwrap_or_default().contains("lost"), "it is gone");
    goto(&item).await;
    browser.follow("main button[value=publish]").await;
    browser.find("main button[value=unpublish]").await;
    goto(&format!("/sprava/stav/?page={public}")).await;
    browser.look(&picture("state")).await;
    browser.follow("main button[value=page]").await;
    browser.find(".notice[role=status]").await;
    for (path, name) in [
        ("/sprava/zaznam/", "log"),
        ("/sprava/fronta/", "queue"),
        ("/sprava/rozvrh/", "schedule"),
        ("/sprava/hlaseni/", "reports"),
        ("/sprava/clenove/", "members"),
        ("/sprava/clenove/6/", "member"),
        ("/sprava/prispevky/", "messages"),
        ("/sprava/aktuality/", "news"),
        ("/sprava/upravit/news/new/", "new-news"),
        ("/sprava/stranky/", "pages"),
        ("/sprava/odkazy/", "links"),
        ("/hledat/?q=drak", "search"),
        ("/nahlasit/", "report"),
    ] {
        goto(path).await;
        assert!(!browser.find("h1").await.text().await.unwrap().is_empty(), "{path}");
        browser.look(&picture(name)).await;
    }
    browser.close().await;
    building.stop().await;
}

#[tokio::test]
async fn an_editor_works_at_a_desk() {
    an_editor_works(1280, true).await;
}

#[tokio::test]
async fn an_editor_works_on_a_phone_without_scripts() {
    an_editor_works(360, false).await;
}

#[tokio::test]
async fn a_picture_is_submitted_returned_mended_and_published() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        let drawn = TempDir::new().unwrap();
        let file = drawn.path().join("Hrad v mlze.png");
        std::fs::write(&file, picture(900, 600, ImageFormat::Png)).unwrap();
        let browser = Browser::open(1280, true).await;
        browser.log_in(&app, "/nastaveni/").await;
        browser.follow("main a[href='/nastaveni/dila/']").await;
        browser.look("works").await;
        browser.follow("main .buttons a").await;
        browser.look("work-sections").await;
        browser.follow("main a[href='/nastaveni/dila/nove/galerie/']").await;
        browser.type_into("#title", "Hrad v mlze").await;
        browser.look("work-new").await;
        browser.follow("main form button[value=submit]").await;
        browser.find("#a_image-fault").await;
        browser.look("work-faults").await;
        browser.type_into("#a_image", file.to_str().unwrap()).await;
        browser.follow("main form button[value=preview]").await;
        let shown = browser.script(
            "const img = document.querySelector('.picture img');
            return img.decode().then(() => [img.currentSrc.includes('/soukrome-soubory/'), img.naturalWidth > 0])",
        );
        assert_eq!(shown.await, json!([true, true]), "the private picture is in the preview");
        browser.look("work-preview").await;
        browser.follow(".preview-bar a").await;
        browser.follow("main form button[value=submit]").await;
        browser.find(".state-waiting").await;
        browser.look("work-waiting").await;
        let id = CreationId(app.number("select max(id) from creation").await);
        let door = app.app.door().unwrap();
        let mut change = door.begin(app.app.now()).await.unwrap();
        submissions::return_with_note(&mut change, id, MemberId(1), "Připiš, prosím, kde to je.").await.unwrap();
        change.commit().await.unwrap();
        browser.client.refresh().await.unwrap();
        let note = browser.find(".history blockquote").await.text().await.unwrap();
        assert_eq!(note, "Připiš, prosím, kde to je.");
        browser.look("work-returned").await;
        browser.type_into("#synopsis", "Hrad nad Šedým údolím.").await;
        browser.follow("main form button[value=submit]").await;
        browser.find(".state-waiting").await;
        approved(&app, id).await;
        browser.client.refresh().await.unwrap();
        let page = browser.find("main .buttons a").await.attr("href").await.unwrap().unwrap();
        wait_for_file(&app, &page).await;
        browser.follow("main .buttons a").await;
        assert_eq!(browser.find("main .lead").await.text().await.unwrap(), "Hrad nad Šedým údolím.");
        let shown = browser.script(
            "const img = document.querySelector('.picture img');
            return img.decode().then(() => [img.currentSrc.includes('/uploads/u/'), img.naturalWidth > 0])",
        );
        assert_eq!(shown.await, json!([true, true]));
        browser.look("work-published").await;
        let author = browser.find(".card-index a[href^='/autor/']").await.attr("href").await.unwrap().unwrap();
        for place in ["/rubriky/galerie/", author.as_str()] {
            wait_for_file(&app, place).await;
            browser.client.goto(&format!("http://{}{place}", app.address)).await.unwrap();
            browser.find(&format!("main a[href='{page}']")).await;
        }
        browser.close().await;
        building.stop().await;
    }
}

/// Waits until what was marked is built, and expects a page there.
async fn wait_for_file(app: &TestApp, path: &str) {
    let until = Instant::now() + PATIENCE;
    while app.number("select count(*) from stale_page").await > 0 || app.get(path).await.status() != 200 {
        assert!(Instant::now() < until, "{path} is not built");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_article_with_a_picture_without_scripts_on_a_phone() {
    let app = TestApp::demo().await;
    app.give_password("Fénix", Role::Member).await;
    let drawn = TempDir::new().unwrap();
    let file = drawn.path().join("mapa.jpg");
    std::fs::write(&file, picture(1200, 400, ImageFormat::Jpeg)).unwrap();
    let browser = Browser::open(360, false).await;
    browser.log_in(&app, "/nastaveni/dila/nove/clanky/").await;
    browser.type_into("#title", "Cesta přes hory").await;
    browser.type_into("#text", "Byla dlouhá.").await;
    browser.type_into("#picture", file.to_str().unwrap()).await;
    browser.look("work-new-phone").await;
    browser.follow("#pictures button").await;
    let line = browser.find("#pictures code").await.text().await.unwrap();
    browser.find("#text").await.clear().await.unwrap();
    browser.type_into("#text", &line).await;
    browser.look("work-picture-phone").await;
    browser.follow("main form button[value=preview]").await;
    let shown = browser.script(
        "const img = document.querySelector('.prose img');
        return img.decode().then(() => img.naturalWidth > 0)",
    );
    assert_eq!(shown.await, json!(true));
    browser.look("work-preview-phone").await;
    browser.follow(".preview-bar a").await;
    browser.follow("main form button[value=submit]").await;
    browser.find(".state-waiting").await;
    browser.look("work-waiting-phone").await;
    for (page, name) in [
        ("nastaveni/dila/", "works"),
        ("nastaveni/dila/nove/", "work-sections"),
        ("nastaveni/dila/nove/kouzla/", "work-new-spell"),
    ] {
        browser.client.goto(&format!("http://{}/{page}", app.address)).await.unwrap();
        browser.look(&format!("{name}-phone")).await;
    }
    browser.close().await;
}
