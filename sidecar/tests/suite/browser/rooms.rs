//! Every page and form of the members and the editors, with something on it, empty and refused: each is looked at.

use std::collections::BTreeSet;

use axum::http::Method;
use generator::model::Role;

use super::{Browser, SCREENS};
use crate::accounts::unsubscribing;
use crate::ads::guests;
use crate::harness::{PASSWORD, TestApp};

/// The end of an address with a secret that nobody has been sent.
const NO_SECRET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/";

/// A site on which something of everything waits, is settled, and failed.
pub async fn furnish(app: &TestApp) {
    generator::demo::load_office(&app.opened.db, &app.opened.files.content).await.unwrap();
    app.give_password("Fénix", Role::Member).await;
    app.give_password("Almara", Role::Admin).await;
    app.give_password("Elanor", Role::Editor).await;
    app.execute(
        "insert into editor_section (member_id, section) select id, 'bestiar' from member where nick = 'Elanor'",
    )
    .await;
    app.execute("update account set email = 'fenix@example.org' where member_id = 6").await;
    app.execute("update member set shows_email = true, shows_icq = true where id = 1").await;
    app.execute(
        "update member set description_format = 'html', description = '<p>Kdysi <b>tučně</b>.</p>' where id = 6",
    )
    .await;
    let building = app.building();
    let mut admin = app.member("Almara", Role::Admin).await;
    let report = app.number("select min(id) from report").await.to_string();
    let version = admin.get("/sprava/hlaseni/").await.field("version");
    let settled = [("report", report.as_str()), ("version", &version), ("note", "Opraveno, díky!")];
    assert_eq!(admin.post("/sprava/hlaseni/", &settled).await.status, 303);
    let member = app.number("select id from member where nick = 'Bardolf'").await;
    let page = format!("/sprava/clenove/{member}/");
    let version = admin.get(&page).await.field("version");
    let ban =
        [("version", version.as_str()), ("reason", "Vulgární řeči."), ("ends_at", "2126-01-01T10:00"), ("do", "ban")];
    assert_eq!(admin.post(&page, &ban).await.status, 303);
    let waits = app.number("select id from creation where section = 'bestiar' and state = 'waiting'").await;
    let page = format!("/sprava/fronta/{waits}/");
    let version = admin.get(&page).await.field("version");
    let returned = [("version", version.as_str()), ("note", "Připiš, prosím, kde žije."), ("do", "return")];
    assert_eq!(admin.post(&page, &returned).await.status, 303);
    let mut author = app.member("Fénix", Role::Member).await;
    let vote = app.number("select id from creation where section = 'clanky' and number = 9").await.to_string();
    assert_eq!(author.post("/hlasy/", &[("creation", &vote), ("stars", "4")]).await.status, 303);
    let written = [("text", "Kdo *jde* v sobotu?"), ("do", "post")];
    assert_eq!(author.post("/prispevky/", &written).await.status, 303);
    let comment = [("creation", vote.as_str()), ("text", "Pěkně *napsané*."), ("do", "post")];
    assert_eq!(author.post("/komentare/", &comment).await.status, 303);
    let ad =
        [("group", "shanim"), ("text", "Sháním *lampu*."), ("name", "Fénix"), ("phone", "777 123 456"), ("do", "post")];
    assert_eq!(author.post("/inzeraty/market/", &ad).await.status, 303);
    for (page, field) in [("clanky", "text"), ("galerie", "synopsis")] {
        let work = [("title", "Rozepsaná věc"), (field, "Zatím málo."), ("do", "save")];
        let saved = author.post_files(&format!("/nastaveni/dila/nove/{page}/"), &work, &[]).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
    }
    let mut other = app.browsing();
    other.log_in("Fénix", crate::harness::PASSWORD).await;
    building.stop().await;
    app.execute(
        "insert into stale_page (page, priority, attempts, retry_at, error)
        values ('news/1', 1, 3, 4000000000000, 'templates/news.html:7: unknown variable'), ('forum', 5, 0, null, null)
        on conflict (page) do update set attempts = 3, error = 'templates/news.html:7: unknown variable'",
    )
    .await;
}

/// What members open, and then send empty or wrong: the page, and the button. Gives what was opened.
async fn members(app: &TestApp, browser: &Browser) -> Vec<String> {
    let number = async |sql: &'static str| app.number(sql).await.to_string();
    let clanky_9 = number("select id from creation where section = 'clanky' and number = 9").await;
    let comment = number("select max(id) from comment").await;
    let post = number("select max(id) from forum_post").await;
    let [draft, returned] = [
        number("select max(id) from creation where state = 'draft'").await,
        number("select max(id) from creation where state = 'returned'").await,
    ];
    let mut pages: Vec<String> = [
        "nastaveni/",
        "nastaveni/?changed=password",
        "nastaveni/profil/",
        "nastaveni/ikonka/",
        "nastaveni/e-mail/",
        "nastaveni/prispevky/",
        "nastaveni/prihlaseni/",
        "nastaveni/moje-data/",
        "nastaveni/zruseni-uctu/",
        "nastaveni/dila/",
        "nastaveni/dila/nove/",
        "inzeraty/market/",
        "inzeraty/dating/",
        "kontakty/1/",
        "kontakty/2/",
        "nahlasit/?page=/forum/",
        "hledat/",
        "hledat/?q=drak",
        "hledat/?q=nicnikde",
        "uzivatel/odhlaseni/",
        "nastaveni/dila/999999/",
        "sprava/",
        "putyka/",
    ]
    .map(str::to_owned)
    .to_vec();
    pages.push(format!("uzivatel/zmena-hesla/{NO_SECRET}"));
    pages.extend(app.opened.site.sections.iter().map(|section| format!("nastaveni/dila/nove/{}/", section.key)));
    for id in [&draft, &returned] {
        pages.extend(["", "nahled/", "smazat/"].map(|word| format!("nastaveni/dila/{id}/{word}")));
    }
    pages.extend(["upravit", "smazat"].map(|word| format!("komentare/{comment}/{word}/")));
    pages.extend(["upravit", "smazat"].map(|word| format!("prispevky/{post}/{word}/")));
    pages.push(format!("hlasy/{clanky_9}/"));
    pages.push(format!("uzivatel/zmena-e-mailu/{NO_SECRET}"));
    let email = [("email", "jinde@example.org"), ("password", PASSWORD)];
    let sent = app.member("Fénix", Role::Member).await.post("/nastaveni/e-mail/", &email).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let mails = app.mails().await;
    let link = mails.iter().flat_map(|mail| mail.links()).find(|link| link.contains("zmena-e-mailu"));
    pages.push(app.own_path(link.unwrap_or_else(|| panic!("no link to confirm an address: {mails:?}"))));
    look_at(app, browser, "member", &pages).await;

    let work = format!("nastaveni/dila/{returned}/");
    for (page, button) in [
        ("nastaveni/", "main form[action='/nastaveni/'] .button"),
        ("nastaveni/ikonka/", "main form button[value=save]"),
        ("nastaveni/e-mail/", "main form .button"),
        ("nastaveni/zruseni-uctu/", "main form button"),
        ("inzeraty/market/", "main form button[value=post]"),
        ("inzeraty/dating/", "main form button[value=post]"),
        ("nahlasit/", "main form button"),
        ("nastaveni/dila/nove/clanky/", "main form button[value=submit]"),
        ("nastaveni/dila/nove/bestiar/", "main form button[value=submit]"),
        ("nastaveni/dila/nove/kouzla/", "main form button[value=submit]"),
        ("nastaveni/dila/nove/downloady/", "main form button[value=submit]"),
        ("forum/", "#write button[value=post]"),
    ] {
        refuse(app, browser, page, button).await;
    }
    let age = "document.getElementById('age').value = 'x'";
    refuse_spoilt(app, browser, "nastaveni/profil/", "main form .button", age).await;
    browser.goto(app, &work).await;
    browser.follow("main form button[value=submit]").await;
    browser.find(".state-waiting").await;
    browser.look("rooms-work-sent").await;
    pages
}

/// What editors open; `is_site` where all of it is theirs. Gives what was opened.
async fn editors(app: &TestApp, browser: &Browser, who: &str, is_site: bool) -> Vec<String> {
    let number = async |sql: &'static str| app.number(sql).await.to_string();
    let monster = number("select id from creation where section = 'bestiar' and number = 12").await;
    let returned = number("select max(id) from creation where section = 'bestiar' and state = 'waiting'").await;
    let mut pages: Vec<String> = [
        "sprava/",
        "sprava/fronta/",
        "sprava/rozvrh/",
        "sprava/dila/",
        "sprava/dila/?section=bestiar",
        "sprava/prispevky/",
        "sprava/prispevky/?kind=forum-post",
        "sprava/prispevky/?kind=ad",
        "sprava/stranky/",
        "sprava/upravit/charter/bestiar/",
    ]
    .map(str::to_owned)
    .to_vec();
    for id in [&monster, &returned] {
        pages.push(format!("sprava/upravit/creation/{id}/"));
        pages.push(format!("sprava/historie/creation/{id}/"));
        pages.push(format!("sprava/soubory/{id}/"));
    }
    pages.push(format!("sprava/fronta/{returned}/"));
    if is_site {
        let waits = number("select id from creation where section = 'clanky' and state = 'waiting'").await;
        pages.extend(["", "nahled/"].map(|word| format!("sprava/fronta/{waits}/{word}")));
        let banned = number("select id from member where nick = 'Bardolf'").await;
        for (kind, sql) in [
            ("comment", "select max(id) from comment"),
            ("forum-post", "select max(id) from forum_post"),
            ("news", "select max(id) from news"),
            ("link", "select max(id) from link"),
            ("ad", "select max(id) from ad"),
            ("description", "select id from member where nick = 'Fénix'"),
        ] {
            let id = number(sql).await;
            pages.extend(["upravit", "historie"].map(|word| format!("sprava/{word}/{kind}/{id}/")));
        }
        pages.extend(["clenove/6/", "clenove/1/"].map(|page| format!("sprava/{page}")));
        pages.push(format!("sprava/clenove/{banned}/"));
        pages.extend(
            [
                "aktuality/",
                "odkazy/",
                "hlaseni/",
                "inzeraty/",
                "registrace/",
                "clenove/",
                "clenove/?q=Fénix",
                "clenove/?q=nikdo",
                "clenove/?only=banned",
                "stav/",
                "stav/?page=/forum/",
                "stav/?page=/nikde/",
                "zaznam/",
                "upravit/news/new/",
                "upravit/link/new/",
                "upravit/page/new/",
                "upravit/page/draci-manual/",
                "upravit/creation/999999/",
            ]
            .map(|page| format!("sprava/{page}")),
        );
    }
    look_at(app, browser, who, &pages).await;
    let item = format!("sprava/upravit/creation/{monster}/");
    browser.goto(app, &item).await;
    browser.script("document.getElementById('field-title').value = ''").await;
    refuse_here(browser, &item, "main button[value=save]").await;
    browser.goto(app, &item).await;
    browser.script("document.getElementById('field-body').value += '\\n\\nNový odstavec.'").await;
    browser.follow("main button[value=preview]").await;
    browser.look("rooms-item-preview").await;
    if is_site {
        for (page, button) in [
            ("sprava/upravit/news/new/", "main button[value=save]"),
            ("sprava/upravit/link/new/", "main button[value=save]"),
            ("sprava/upravit/page/new/", "main button[value=save]"),
        ] {
            refuse(app, browser, page, button).await;
        }
        // Another editor was quicker.
        let [version, ad] =
            ["version", "ad"].map(|name| format!("document.querySelector('main [name={name}]').value = '0'"));
        for (page, button, script) in [
            ("sprava/registrace/", "main button[value=reject]", &version),
            ("sprava/inzeraty/", "main button[value=reject]", &ad),
            ("sprava/hlaseni/", "main article button", &version),
        ] {
            refuse_spoilt(app, browser, page, button, script).await;
        }
    }
    pages
}

/// What anybody opens, by links in mails too. Gives what was opened.
async fn visitors(app: &TestApp, browser: &Browser) -> Vec<String> {
    let pages =
        ["uzivatel/prihlaseni/", "registrace/", "uzivatel/reset-hesla/", "inzeraty/market/", "nahlasit/", "hledat/"];
    let mut pages = pages.map(str::to_owned).to_vec();
    pages.extend(["potvrzeni", "stazeni"].map(|word| format!("inzeraty/{word}/{NO_SECRET}")));
    // What was sent before.
    app.mails().await;
    let (confirm, withdraw) = guests::send(app, "poutnik@example.org", "Tajemná *mapa*").await;
    pages.extend([confirm, withdraw]);
    app.execute("insert into unsubscribe_secret (member_id, secret) values (2, 'stare tajemstvi')").await;
    pages.push(format!("e-mail/antispam/{}-{}/", unsubscribing::ADDRESS, unsubscribing::TOKEN));
    pages.push(format!("e-mail/antispam/{NO_SECRET}"));
    look_at(app, browser, "visitor", &pages).await;
    for (page, button) in [
        ("uzivatel/prihlaseni/", "main form button"),
        ("registrace/", "main form button"),
        ("uzivatel/reset-hesla/", "main form button"),
        ("inzeraty/dating/", "main form button[value=post]"),
        ("nahlasit/", "main form button"),
    ] {
        refuse(app, browser, page, button).await;
    }
    pages
}

/// What is looked at by an address of the table, and no page.
const NO_PAGES: [&str; 3] = ["/api/me", "/api/voters", "/soukrome-soubory/{*path}"];

/// Fails where a page of the table is not among those that were opened.
fn assert_all_opened(app: &TestApp, opened: &[String]) {
    let routes = sidecar::routes::all(&app.opened.site.config.sidecar).into_iter();
    let routes: Vec<String> = routes.filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    let known: BTreeSet<&str> = opened.iter().filter_map(|page| route_of(&routes, page)).collect();
    let missing: Vec<&String> =
        routes.iter().filter(|route| !known.contains(route.as_str()) && !NO_PAGES.contains(&route.as_str())).collect();
    assert!(missing.is_empty(), "nobody looks at {missing:?}");
    assert!(NO_PAGES.iter().all(|path| routes.iter().any(|route| route == path)), "{NO_PAGES:?}");
}

/// The route that answers for a page: of those that may, the one that takes fewest words as they come.
fn route_of<'a>(routes: &'a [String], page: &str) -> Option<&'a str> {
    let path = page.split('?').next().unwrap();
    let words: Vec<&str> = path.trim_matches('/').split('/').collect();
    let answers = |route: &&String| {
        let named: Vec<&str> = route.trim_matches('/').split('/').collect();
        named.len() == words.len() && named.iter().zip(&words).all(|(name, word)| name.starts_with('{') || name == word)
    };
    let route = routes.iter().filter(answers).min_by_key(|route| route.matches('{').count());
    route.map(String::as_str)
}

/// What a picture of a page is called.
fn picture_name(browser: &Browser, what: &str, page: &str) -> String {
    let name: String = page.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    format!("rooms-{what}-{}-{}", name.trim_end_matches('-'), browser.width)
}

async fn look_at(app: &TestApp, browser: &Browser, who: &str, pages: &[String]) {
    for page in pages {
        browser.goto(app, page).await;
        assert_eq!(browser.status().await, status(who, page), "{who} {page}");
        assert!(!browser.text("h1").await.is_empty(), "{page}");
        browser.look(&picture_name(browser, who, page)).await;
    }
}

/// What a page is answered with: those that are not there, not open, or not for everybody, are looked at as well.
fn status(who: &str, page: &str) -> u64 {
    match (who, page) {
        ("member", "sprava/") => 403,
        // Of messages, comments alone are in sections.
        ("Elanor", "sprava/prispevky/?kind=forum-post" | "sprava/prispevky/?kind=ad") => 403,
        (_, "nastaveni/dila/999999/" | "sprava/upravit/creation/999999/") => 404,
        (_, page) if page.ends_with(NO_SECRET) => 410,
        (_, "putyka/") => 503,
        _ => 200,
    }
}

/// Sends a form as it is, without the browser's own checks, and looks at the answer, which says what is wrong.
async fn refuse(app: &TestApp, browser: &Browser, page: &str, button: &str) {
    refuse_spoilt(app, browser, page, button, "").await;
}

/// As [`refuse`], where a script has to make the form wrong first.
async fn refuse_spoilt(app: &TestApp, browser: &Browser, page: &str, button: &str, script: &str) {
    browser.goto(app, page).await;
    browser.script(script).await;
    refuse_here(browser, page, button).await;
}

async fn refuse_here(browser: &Browser, page: &str, button: &str) {
    browser.script("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })").await;
    browser.follow(button).await;
    assert!(!browser.text("main [role=alert]").await.is_empty(), "{page}");
    let status = browser.status().await;
    assert!(matches!(status, 401 | 409 | 422 | 503), "{page}: {status}");
    browser.look(&picture_name(browser, "refused", page)).await;
}

#[tokio::test]
async fn every_page_of_members_and_editors_is_looked_at() {
    for (engine, width) in SCREENS {
        let app = TestApp::demo_on(engine).await;
        furnish(&app).await;
        let mailing = app.mailing();
        let browser = Browser::open(width, true).await;
        let mut opened = visitors(&app, &browser).await;
        browser.log_in(&app, "nastaveni/").await;
        opened.extend(members(&app, &browser).await);
        for (nick, is_site) in [("Almara", true), ("Elanor", false)] {
            browser.client.delete_all_cookies().await.unwrap();
            browser.log_in_as(&app, nick, "sprava/").await;
            opened.extend(editors(&app, &browser, nick, is_site).await);
        }
        assert_all_opened(&app, &opened);
        mailing.stop().await;
        // The database is gone: what was typed is in the answer.
        browser.goto(&app, "inzeraty/market/").await;
        browser.type_into("#text", "Prodám **kostky**.").await;
        app.opened.db.close().await;
        refuse_here(&browser, "nothing answers", "main form button[value=post]").await;
        assert!(
            browser.script("return document.body.innerHTML").await.as_str().unwrap().contains("Prodám **kostky**.")
        );
        browser.close().await;
    }
}
