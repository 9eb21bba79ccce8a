//! Editors: an evening's work at a desk and on a phone, and somebody who has to go.

use generator::model::Role;

use super::{ARTICLE, Browser, SCREENS, wait_for_file};
use crate::harness::{Engine, PASSWORD, TestApp};

/// What an editor does in an evening, on a screen and, without scripts, on a phone.
async fn an_editor_works(engine: Engine, width: u32, javascript: bool) {
    let app = TestApp::demo_on(engine).await;
    let building = app.building();
    app.give_password("Almara", Role::Admin).await;
    let browser = Browser::open(width, javascript).await;
    let goto = async |path: &str| browser.goto(&app, path).await;
    let picture = |name: &str| format!("office-{name}-{width}");
    goto("/sprava/").await;
    browser.type_into("#name", "Almara").await;
    browser.type_into("#password", PASSWORD).await;
    browser.follow("main form button").await;
    browser.find(".office-nav").await;
    browser.look(&picture("index")).await;
    if javascript {
        goto(ARTICLE).await;
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
    browser.follow("main button[value=unpublish]").await;
    browser.find("#fault").await;
    browser.look(&picture("item-unsaved")).await;
    let kept = browser.find("#field-title").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("Jak švindlovat s grácií"), "another button than saving loses nothing");
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

    // News for a day to come, which is then told at once.
    goto("/sprava/upravit/news/new/").await;
    browser.type_into("#field-body", "Zítra *hrajeme*.").await;
    browser.click("input[name=when][value=at]").await;
    browser.script("document.getElementById('publish-at').value = '2126-01-01T10:00'").await;
    browser.look(&picture("news-later")).await;
    browser.follow("main button[value=save]").await;
    browser.find(".notice[role=status]").await;
    goto("/sprava/rozvrh/").await;
    assert!(browser.text("main .rows").await.contains("2126"), "it is on the schedule");
    browser.look(&picture("scheduled")).await;
    assert!(!app.browsing().get("/aktuality/").await.body.contains("hrajeme"), "and nowhere else");
    browser.follow("main .rows a").await;
    browser.follow("main button[value=publish]").await;
    browser.find(".notice[role=status]").await;
    wait_for_file(&app, "/aktuality/").await;
    goto("/aktuality/").await;
    assert!(browser.text("main").await.contains("Zítra hrajeme."));
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
    an_editor_works(Engine::Sqlite, 1280, true).await;
}

#[tokio::test]
async fn an_editor_works_on_a_phone_without_scripts() {
    an_editor_works(Engine::Postgres, 360, false).await;
}

#[tokio::test]
async fn a_ban_ends_a_session_in_another_browser() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        app.give_password("Fénix", Role::Member).await;
        app.give_password("Drahomír", Role::Editor).await;
        let (member, desk) = (Browser::open(1280, true).await, Browser::open(width, true).await);
        member.log_in(&app, "nastaveni/").await;
        desk.log_in_as(&app, "Drahomír", "sprava/clenove/?q=Fénix").await;
        desk.follow_link("Fénix").await;
        desk.type_into("#reason", "Vulgární řeči.").await;
        desk.look(&format!("ban-{width}")).await;
        desk.follow("main button[value=ban]").await;
        desk.find(".notice[role=status]").await;
        desk.look(&format!("banned-{width}")).await;

        member.client.refresh().await.unwrap();
        member.type_into("#name", "Fénix").await;
        member.type_into("#password", PASSWORD).await;
        member.follow("main form button").await;
        assert!(member.text("#fault").await.contains("Vulgární řeči."), "and the member hears why");
        member.goto(&app, ARTICLE).await;
        member.find("#account a[href='/uzivatel/prihlaseni/']").await;
        member.close().await;
        desk.close().await;
        building.stop().await;
    }
}
