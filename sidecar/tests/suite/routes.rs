//! Every address of the sidecar, asked by everybody: a route without a row here fails. [`own`] asks once more for things that
//! are there and somebody's.

mod own;

use axum::http::{Method, header};
use generator::model::Role;

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, TestApp};

/// What each kind of visitor is answered: nobody, a member, an editor of another section, an editor, an admin, somebody
/// who is banned, the author of the things in [`own`].
struct Row {
    method: &'static str,
    path: &'static str,
    /// Sent where the method is `POST`.
    body: &'static str,
    statuses: [u16; 7],
}

const fn row(method: &'static str, path: &'static str, body: &'static str, statuses: [u16; 7]) -> Row {
    Row { method, path, body, statuses }
}

/// For everybody alike.
const ALL: [u16; 7] = [200; 7];
/// A page of one's own: who is not logged in is led to the login.
const OWN: [u16; 7] = own(200);
/// A page of one's own that is not there.
const OWN_MISSING: [u16; 7] = own(404);
const fn own(status: u16) -> [u16; 7] {
    [303, status, status, status, status, 303, status]
}
/// A form for members that does not get through.
const fn sent(status: u16) -> [u16; 7] {
    [401, status, status, status, status, 401, status]
}
/// A page for editors.
const OFFICE: [u16; 7] = [303, 403, 200, 200, 200, 303, 403];
/// A page for editors of the whole site.
const fn site(status: u16) -> [u16; 7] {
    [303, 403, 403, status, status, 303, 403]
}
/// A form for editors of the whole site.
const fn site_sent(status: u16) -> [u16; 7] {
    [401, 403, 403, status, status, 401, 403]
}

const ROWS: [Row; 93] = [
    row("GET", "/uzivatel/prihlaseni/", "", ALL),
    row("POST", "/uzivatel/prihlaseni/", "name=nobody&password=x", [401; 7]),
    row("GET", "/uzivatel/odhlaseni/", "", ALL),
    row("POST", "/uzivatel/odhlaseni/", "", [303; 7]),
    row("GET", "/nastaveni/", "", OWN),
    row("POST", "/nastaveni/", "password=x&new_password=x", sent(422)),
    row("POST", "/nastaveni/vzhled/", "skin=dark", sent(303)),
    row("GET", "/nastaveni/prihlaseni/", "", OWN),
    row("POST", "/nastaveni/prihlaseni/", "session=0", sent(404)),
    row("GET", "/nastaveni/prispevky/", "", OWN),
    row("POST", "/komentare/", "creation=1&text=&do=post", sent(422)),
    row("GET", "/komentare/{id}/upravit/", "", OWN_MISSING),
    row("POST", "/komentare/{id}/upravit/", "text=x&do=post", sent(404)),
    row("GET", "/komentare/{id}/smazat/", "", OWN_MISSING),
    row("POST", "/komentare/{id}/smazat/", "", sent(404)),
    row("POST", "/prispevky/", "text=&do=post", sent(422)),
    row("GET", "/prispevky/{id}/upravit/", "", OWN_MISSING),
    row("POST", "/prispevky/{id}/upravit/", "text=x&do=post", sent(404)),
    row("GET", "/prispevky/{id}/smazat/", "", OWN_MISSING),
    row("POST", "/prispevky/{id}/smazat/", "", sent(404)),
    row("POST", "/hlasy/", "creation=0&stars=3", sent(404)),
    row("GET", "/inzeraty/{board}/", "", ALL),
    row("POST", "/inzeraty/{board}/", "text=&do=post", sent(422)),
    row("POST", "/inzeraty/{board}/{id}/smazat/", "", sent(404)),
    row("GET", "/inzeraty/potvrzeni/{secret}/", "", [410; 7]),
    row("POST", "/inzeraty/potvrzeni/{secret}/", "do=confirm", [410; 7]),
    row("GET", "/inzeraty/stazeni/{secret}/", "", [410; 7]),
    row("POST", "/inzeraty/stazeni/{secret}/", "", [410; 7]),
    row("GET", "/hlasy/{id}/", "", OWN_MISSING),
    row("GET", "/kontakty/{id}/", "", OWN_MISSING),
    row("GET", "/nastaveni/ikonka/", "", OWN),
    row("POST", "/nastaveni/ikonka/", "do=save", sent(422)),
    row("GET", "/sprava/inzeraty/", "", site(200)),
    row("POST", "/sprava/inzeraty/", "ad=0&do=approve", site_sent(409)),
    row("GET", "/nastaveni/dila/", "", OWN),
    row("GET", "/nastaveni/dila/nove/", "", OWN),
    row("GET", "/nastaveni/dila/nove/{section}/", "", OWN),
    row("POST", "/nastaveni/dila/nove/{section}/", "title=x&text=x&do=submit&genre=none", sent(400)),
    row("GET", "/nastaveni/dila/{id}/", "", OWN_MISSING),
    row("POST", "/nastaveni/dila/{id}/", "title=x&text=x&do=submit", sent(404)),
    row("GET", "/nastaveni/dila/{id}/nahled/", "", OWN_MISSING),
    row("GET", "/nastaveni/dila/{id}/smazat/", "", OWN_MISSING),
    row("POST", "/nastaveni/dila/{id}/smazat/", "", sent(404)),
    row("GET", "/soukrome-soubory/{*path}", "", OWN_MISSING),
    row("GET", "/api/me", "", ALL),
    row("GET", "/api/voters", "", OWN_MISSING),
    row("GET", "/hledat/", "", ALL),
    row("GET", "/nahlasit/", "", ALL),
    row("POST", "/nahlasit/", "page=/&text=", [422; 7]),
    row("GET", "/sprava/", "", OFFICE),
    row("GET", "/sprava/zaznam/", "", site(200)),
    row("GET", "/sprava/fronta/", "", OFFICE),
    row("GET", "/sprava/fronta/{id}/", "", [303, 403, 404, 404, 404, 303, 403]),
    row("POST", "/sprava/fronta/{id}/", "do=approve", [401, 403, 404, 404, 404, 401, 403]),
    row("GET", "/sprava/fronta/{id}/nahled/", "", [303, 403, 404, 404, 404, 303, 403]),
    row("GET", "/sprava/rozvrh/", "", OFFICE),
    row("GET", "/sprava/stav/", "", site(200)),
    row("POST", "/sprava/stav/", "do=page&page=content/nowhere", site_sent(404)),
    row("GET", "/sprava/hlaseni/", "", site(200)),
    row("POST", "/sprava/hlaseni/", "report=0", site_sent(404)),
    row("GET", "/sprava/clenove/", "", site(200)),
    row("GET", "/sprava/clenove/{id}/", "", site(404)),
    row("POST", "/sprava/clenove/{id}/", "do=unban", site_sent(404)),
    row("GET", "/sprava/dila/", "", OFFICE),
    row("GET", "/sprava/prispevky/", "", OFFICE),
    row("GET", "/sprava/aktuality/", "", site(200)),
    row("GET", "/sprava/stranky/", "", OFFICE),
    row("GET", "/sprava/odkazy/", "", site(200)),
    row("GET", "/sprava/upravit/{kind}/{key}/", "", site(200)),
    row("POST", "/sprava/upravit/{kind}/{key}/", "do=preview", site_sent(200)),
    row("GET", "/sprava/soubory/{id}/", "", [303, 403, 404, 404, 404, 303, 403]),
    row("POST", "/sprava/soubory/{id}/", "", [401, 403, 404, 404, 404, 401, 403]),
    row("GET", "/sprava/historie/{kind}/{key}/", "", site(200)),
    row("GET", "/nastaveni/profil/", "", OWN),
    row("POST", "/nastaveni/profil/", "age=x", sent(422)),
    row("GET", "/nastaveni/e-mail/", "", OWN),
    row("POST", "/nastaveni/e-mail/", "email=x&password=x", sent(422)),
    row("GET", "/uzivatel/zmena-e-mailu/{secret}/", "", [410; 7]),
    row("POST", "/uzivatel/zmena-e-mailu/{secret}/", "", [410; 7]),
    row("GET", "/e-mail/antispam/{secret}/", "", [410; 7]),
    row("POST", "/e-mail/antispam/{secret}/", "", [410; 7]),
    row("GET", "/nastaveni/moje-data/", "", OWN),
    row("POST", "/nastaveni/moje-data/", "", sent(200)),
    row("GET", "/nastaveni/zruseni-uctu/", "", OWN),
    row("POST", "/nastaveni/zruseni-uctu/", "texts=go&password=x", sent(422)),
    row("GET", "/registrace/", "", ALL),
    row("POST", "/registrace/", "nick=x", [422; 7]),
    row("GET", "/uzivatel/reset-hesla/", "", ALL),
    row("POST", "/uzivatel/reset-hesla/", "email=x", [422; 7]),
    row("GET", "/uzivatel/zmena-hesla/{secret}/", "", [410; 7]),
    row("POST", "/uzivatel/zmena-hesla/{secret}/", "new_password=x", [410; 7]),
    row("GET", "/sprava/registrace/", "", site(200)),
    row("POST", "/sprava/registrace/", "registration=0&do=approve", site_sent(404)),
];

/// For machines: no page, no cookie, nothing for who comes from outside.
const INTERNAL: [Row; 2] = [row("GET", "/metrics", "", [404; 7]), row("GET", "/health", "", ALL)];

#[tokio::test]
async fn every_route_has_a_row() {
    let app = TestApp::demo().await;
    let routes = [sidecar::routes::all(&app.opened.site.config.sidecar), sidecar::routes::internal()].concat();
    let mut known: Vec<String> = routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let mut rows: Vec<String> =
        ROWS.iter().chain(&INTERNAL).map(|row| format!("{} {}", row.method, row.path)).collect();
    known.sort();
    rows.sort();
    assert_eq!(known, rows);
}

#[tokio::test]
async fn every_route_answers_as_its_row_says() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        for row in &ROWS {
            let mut visitors = visitors(&app).await;
            for ((who, browsing), expected) in visitors.iter_mut().zip(row.statuses) {
                let answer = ask(browsing, row).await;
                let asked = format!("{engine:?} {who} {} {}", row.method, row.path);
                assert_eq!(answer.status.as_u16(), expected, "{asked}: {}", answer.body);
                check(&answer, row, who, &asked);
            }
            app.execute("update member set banned = false").await;
            app.execute("delete from session").await;
            app.pass(chrono::TimeDelta::hours(1));
        }
    }
}

/// Who asks, in the order of the rows.
async fn visitors(app: &TestApp) -> Vec<(&'static str, Browsing)> {
    let visitors = vec![
        ("nobody", app.browsing()),
        ("member", app.member("Fénix", Role::Member).await),
        ("editor of another section", app.member("Elanor", Role::Editor).await),
        ("editor", app.member("Drahomír", Role::Editor).await),
        ("admin", app.member("Almara", Role::Admin).await),
        ("banned", app.member("Hvězdička", Role::Member).await),
        ("author", app.member("Gorgoroth", Role::Member).await),
    ];
    app.execute("update member set banned = true where nick = 'Hvězdička'").await;
    app.execute("delete from editor_section").await;
    app.execute(
        "insert into editor_section (member_id, section) select id, 'hrbitov' from member where nick = 'Elanor'",
    )
    .await;
    visitors
}

#[tokio::test]
async fn addresses_for_machines_know_nobody() {
    let app = TestApp::demo().await;
    let mut visitors = visitors(&app).await;
    for row in &INTERNAL {
        for ((who, browsing), expected) in visitors.iter_mut().zip(row.statuses) {
            let answer = browsing.get(row.path).await;
            let asked = format!("{who} {}: {}", row.path, answer.body);
            assert_eq!(answer.status.as_u16(), expected, "{asked}");
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{asked}");
            assert_eq!(answer.header(header::VARY), "", "{asked}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{asked}");
        }
    }
}

/// A row's path for a thing of this number; what editors change is the first creation, which is in no graveyard.
fn path(row: &Row, id: &str) -> String {
    let path = row.path.replace("{id}", id).replace("{kind}", "creation").replace("{key}", "1");
    path.replace("{board}", "market")
        .replace("{section}", "clanky")
        .replace("{*path}", "u/00/none.png")
        .replace("{secret}", &"A".repeat(43))
}

async fn ask(browsing: &mut Browsing, row: &Row) -> Answer {
    let path = path(row, "999999");
    match row.method {
        "GET" => browsing.get(&path).await,
        _ => browsing.post_body(&path, row.body.to_owned()).await,
    }
}

/// What every answer must be, whatever it says.
fn check(answer: &Answer, row: &Row, who: &str, asked: &str) {
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{asked}");
    assert_eq!(answer.header(header::VARY), "", "{asked}: nothing keeps it");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{asked}");
    assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin", "{asked}");
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.starts_with("default-src 'none'") && policy.ends_with("frame-ancestors 'none'"),
        "{asked}: {policy}"
    );
    let takes_cookies = match row.path {
        "/uzivatel/odhlaseni/" => row.method == "POST",
        "/nastaveni/vzhled/" => answer.status == 303,
        "/api/me" => matches!(who, "nobody" | "banned"),
        _ => false,
    };
    assert_eq!(answer.headers.contains_key(header::SET_COOKIE), takes_cookies, "{asked}");
    let is_data = row.path == "/nastaveni/moje-data/" && row.method == "POST" && answer.status == 200;
    if row.path == "/api/me" || is_data {
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{asked}");
    } else if !answer.body.is_empty() {
        assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"), "{asked}");
        assert!(answer.body.contains("<h1>") && answer.body.contains("noindex"), "{asked}: {}", answer.body);
        assert!(!answer.body.contains(" style=") && !answer.body.contains("<script>"), "{asked}");
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let app = TestApp::demo().await;
    for row in &ROWS {
        let path = path(row, "1");
        let headers = [(header::HeaderName::from_static("sec-fetch-site"), "same-origin")];
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let response = app.ask(method.clone(), &path, &headers).await;
            assert_eq!(response.status().as_u16(), 405, "{method} {path}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn files_depend_on_no_cookie_and_set_none() {
    let app = TestApp::demo().await;
    let mut member = app.member("Fénix", Role::Member).await;
    for path in ["/", "/forum/", "/rubriky/clanky/", "/no/such/page/"] {
        let (own, nobodys) = (member.get(path).await, app.browsing().get(path).await);
        assert_eq!((own.status, &own.body), (nobodys.status, &nobodys.body), "{path}");
        for answer in [own, nobodys] {
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{path}");
            assert_eq!(answer.header(header::VARY), "", "{path}");
        }
    }
}
