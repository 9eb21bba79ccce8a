//! Pages of other sites, opened by somebody who is logged in: their forms change nothing, their scripts read nothing, their
//! frames show nothing. One is on another host, one on the same host at another port, to which browsers send the cookie.

use axum::http::Method;
use generator::model::Role;
use serde_json::json;

use super::super::{ARTICLE, Browser};
use super::listener::{Listener, Policy, Server};
use crate::harness::{ENGINES, TestApp};

/// What must not change.
const STATE: [&str; 8] = [
    "select count(*) from comment",
    "select count(*) from forum_post",
    "select count(*) from vote",
    "select count(*) from ad",
    "select count(*) from session",
    "select count(*) from creation",
    "select count(*) from account where role <> 'member'",
    "select count(*) from member where banned or region <> ''",
];

async fn state(app: &TestApp) -> Vec<i64> {
    let mut counts = Vec::new();
    for count in STATE {
        counts.push(app.number(count).await);
    }
    counts
}

/// A page that sends a form to the site by itself, in each way that needs nobody's leave.
fn forger(site: &str, path: &str, fields: &[(&str, String)], enctype: &str) -> String {
    let fields: String =
        fields.iter().map(|(name, value)| format!("<input name=\"{name}\" value=\"{value}\">")).collect();
    format!(
        "<!doctype html><form method=\"post\" enctype=\"{enctype}\" action=\"{site}{path}\">{fields}</form>
        <script>document.forms[0].submit()</script>"
    )
}

#[tokio::test]
async fn forms_of_other_sites_change_nothing() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let server = Server::start().await;
        app.give_password("Almara", Role::Admin).await;
        let browser = Browser::open(1280, true).await;
        browser.log_in_as(&app, "Almara", "sprava/").await;
        let site = format!("http://{}", app.address);
        browser.goto(&app, ARTICLE).await;
        let creation = browser.find("input[name=creation]").await.attr("value").await.unwrap().unwrap();
        let fields = [
            ("creation", creation.clone()),
            ("text", "Podvrženo.".to_owned()),
            ("stars", "5".to_owned()),
            ("do", "post".to_owned()),
            ("region", "Podvržený kraj".to_owned()),
            ("everywhere", "1".to_owned()),
        ];
        let before = state(&app).await;
        let routes = sidecar::routes::all(&app.opened.site.config.sidecar).into_iter();
        let posts: Vec<String> = routes.filter(|route| route.method == Method::POST).map(|route| route.path).collect();
        for host in ["localhost", "127.0.0.1"] {
            for path in &posts {
                let path = path.replace("{id}", "1").replace("{board}", "market").replace("{section}", "clanky");
                let path = path.replace("{kind}", "creation").replace("{key}", "1").replace("{secret}", "x");
                assert!(!path.contains('{'), "what would stand there in {path}?");
                let page = server.page(&forger(&site, &path, &fields, "application/x-www-form-urlencoded"));
                refused(&browser, &format!("http://{host}:{}{page}", server.port), &site).await;
            }
            for enctype in ["multipart/form-data", "text/plain"] {
                let page = server.page(&forger(&site, "/komentare/", &fields, enctype));
                refused(&browser, &format!("http://{host}:{}{page}", server.port), &site).await;
            }
        }
        assert_eq!(state(&app).await, before);
        // Our own page sends the very same.
        browser.goto(&app, "forum/").await;
        let sent = "const [action, fields] = arguments;
            const form = document.createElement('form');
            form.method = 'post'; form.action = action;
            for (const [name, value] of fields) {
                const field = document.createElement('input');
                field.name = name; field.value = value; form.append(field);
            }
            document.body.append(form); form.submit()";
        browser.script_with(sent, vec!["/komentare/".into(), json!(fields)]).await;
        assert!(browser.text(".comment:target").await.contains("Podvrženo."), "the forms were as they should be");
        assert_eq!(state(&app).await[0], before[0] + 1);
        browser.close().await;
        building.stop().await;
    }
}

/// Opens a page that sends a form by itself, and expects the site to refuse it.
async fn refused(browser: &Browser, page: &str, site: &str) {
    browser.client.goto(page).await.unwrap();
    let text = browser.text("main").await;
    let url = browser.client.current_url().await.unwrap();
    assert!(url.as_str().starts_with(site) && text.contains("jiného webu"), "{page} led to {url}: {text}");
}

#[tokio::test]
async fn looking_at_an_address_changes_nothing_and_tells_other_sites_nothing() {
    let app = TestApp::demo().await;
    let server = Server::start().await;
    app.give_password("Almara", Role::Admin).await;
    let browser = Browser::open(1280, true).await;
    browser.log_in_as(&app, "Almara", "sprava/").await;
    let before = state(&app).await;
    let site = format!("http://{}", app.address);
    let routes = sidecar::routes::all(&app.opened.site.config.sidecar).into_iter();
    let looked_at: Vec<String> = routes.filter(|route| route.method == Method::GET).map(|it| it.path).collect();
    let pictures: String = looked_at
        .iter()
        .map(|path| path.replace(['{', '}', '*'], ""))
        .map(|path| format!("<img src=\"{site}{path}?do=delete&amp;sure=1&amp;everywhere=1\" alt=\"\">"))
        .collect();
    for host in ["localhost", "127.0.0.1"] {
        let page = server.page(&format!("<!doctype html>{pictures}"));
        browser.client.goto(&format!("http://{host}:{}{page}", server.port)).await.unwrap();
        let read = "const [site] = arguments;
            const read = path => fetch(site + path, { credentials: 'include' }).then(answer => answer.text(), () => '');
            return Promise.all(['/api/me', '/nastaveni/', '/sprava/'].map(read)).then(texts => texts.join(''))";
        assert_eq!(browser.script_with(read, vec![site.clone().into()]).await, "", "{host} reads nothing");
    }
    assert_eq!(state(&app).await, before);
    browser.goto(&app, "sprava/").await;
    browser.find(".office-nav").await;
    let own = "return fetch('/api/me').then(answer => answer.text())";
    assert!(browser.script(own).await.as_str().unwrap().contains("Almara"), "our own pages do read it");
    browser.close().await;
}

#[tokio::test]
async fn no_other_site_frames_a_page() {
    let app = TestApp::demo().await;
    let server = Server::start().await;
    let listener = Listener::open(Policy::Kept, &server).await;
    let client = &listener.browser.client;
    let harmless = server.page("<!doctype html><h1>Vidět</h1>");
    for (framed, is_shown) in [
        (format!("http://127.0.0.1:{}{harmless}", server.port), true),
        (format!("http://{}/", app.address), false),
        (format!("http://{}/uzivatel/prihlaseni/", app.address), false),
    ] {
        let page = server.page(&format!("<!doctype html><iframe src=\"{framed}\"></iframe>"));
        client.goto(&format!("http://127.0.0.1:{}{page}", server.port)).await.unwrap();
        client.enter_frame(0).await.unwrap();
        let shown = client.find(fantoccini::Locator::Css("h1")).await;
        let text = match shown {
            Ok(heading) => heading.text().await.unwrap(),
            Err(_) => String::new(),
        };
        assert_eq!(text == "Vidět", is_shown, "{framed}: {text}");
        let address = listener.browser.script("return location.href").await;
        assert_eq!(address == framed.as_str(), is_shown, "{framed}: {address}");
        client.enter_parent_frame().await.unwrap();
    }
    listener.browser.close().await;
}
