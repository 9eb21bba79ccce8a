//! No script of a stranger's runs, whatever they type and wherever it is shown; and who listens does hear scripts.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::{Method, StatusCode};
use generator::model::{MemberId, Role};
use generator::publish::members;
use image::ImageFormat;

use super::super::{ARTICLE, wait_for_file};
use super::fields::{Attacker, Form, What};
use super::listener::{Listener, Policy, Server};
use super::payloads::{ADDRESS, PAYLOADS, marked};
use super::{office, works};
use crate::accounts::unsubscribing;
use crate::harness::{PASSWORD, TestApp};
use crate::letters::Mail;
use crate::uploads::picture;
use What::{Fixed, Secret, Text, Told};

/// Who attacks, in the sample content.
const MEMBER: MemberId = MemberId(6);
const NEW_PASSWORD: &str = "osm koní za úsvitu";
/// The fields of an ad that everybody has.
const AD: [(&str, What); 9] = [
    ("group", Fixed("")),
    ("text", Text),
    ("name", Text),
    ("email", Told("zlo@example.org")),
    ("phone", Told("777 123 456")),
    ("mobile", Told("777 123 457")),
    ("area", Text),
    ("homepage", Fixed("")),
    ("do", Fixed("post")),
];

#[tokio::test]
async fn whoever_listens_hears_every_payload_where_nothing_is_escaped() {
    let server = Server::start().await;
    let mut listener = Listener::open(Policy::Kept, &server).await;
    let address = |path: &str| format!("http://127.0.0.1:{}{path}", server.port);
    let harmless =
        address(&server.page("<!doctype html><title>x</title><h1>Nic</h1><p title=\"zlo\">zlo &lt;zlo1c&gt;</p>"));
    assert_eq!(listener.heard_at(&harmless).await, [""; 0], "what is escaped is not heard");
    let places =
        ["<p>{}</p>", "<input value=\"{}\">", "<input value='{}'>", "<title>{}</title>", "<textarea>{}</textarea>"];
    for place in places {
        for payload in PAYLOADS {
            // The shorter ones do not get out of an element that holds text alone.
            let gets_out = match place.split_once('{').unwrap().0 {
                "<title>" | "<textarea>" => payload.contains("</title>"),
                _ => true,
            };
            let page =
                server.page(&format!("<!doctype html>{}", place.replace("{}", &marked(payload, "zlo1c", server.port))));
            let found = listener.heard_at(&address(&page)).await;
            assert!(!gets_out || !found.is_empty(), "{payload} in {place}");
        }
    }
    let link = ADDRESS.split("//").next().unwrap();
    let page = server.page(&format!("<!doctype html><a href=\"{link}\">x</a>"));
    assert_eq!(listener.heard_at(&address(&page)).await.len(), 1, "what waits for a click");
    let script = marked("<script src=http://127.0.0.1:PORT/MARK></script>", "zlo2c", server.port);
    let page = server.page(&format!("<!doctype html><p>{script}</p>"));
    let found = listener.heard_at(&address(&page)).await;
    for heard in ["GET /zlo2c", "a script from elsewhere"] {
        assert!(found.iter().any(|it| it == heard), "{heard}: {found:?}");
    }
    listener.browser.close().await;
}

#[tokio::test]
async fn a_script_that_got_into_a_page_would_be_heard_and_is_stopped_by_the_policy() {
    let app = TestApp::demo().await;
    let server = Server::start().await;
    // Past everything that cleans: as if the sanitiser had a hole.
    app.execute(
        "update creation_text set body_format = 'html', body = '<p>Díra</p><img src=\"x\" onerror=\"hear(1)\"><script>hear(2)</script>'
            where creation_id = (select id from creation where section = 'clanky' and number = 9)",
    )
    .await;
    app.execute("insert into stale_page (page, priority) values ('creation/clanky/9', 0)").await;
    app.build().await;
    let url = format!("http://{}/{ARTICLE}", app.address);
    let mut bare = Listener::open(Policy::Bypassed, &server).await;
    let found = bare.heard_at(&url).await;
    assert!(found.contains(&"1".to_owned()) && found.contains(&"2".to_owned()), "{found:?}");
    bare.browser.close().await;
    let mut anybody = Listener::open(Policy::Kept, &server).await;
    let found = anybody.heard_at(&url).await;
    assert!(!found.contains(&"1".to_owned()) && !found.contains(&"2".to_owned()), "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("policy script-src")), "{found:?}");
    anybody.browser.close().await;
}

#[tokio::test]
async fn no_field_runs_a_script() {
    let app = TestApp::demo().await;
    let (building, mailing) = (app.building(), app.mailing());
    let server = Server::start().await;
    app.give_password("Fénix", Role::Member).await;
    app.give_password("Almara", Role::Admin).await;
    app.execute("update account set email = 'zlo@example.org' where member_id = 6").await;
    // No form takes such a nick, but an import may bring it along.
    let nick = marked(PAYLOADS[1], "zlo900c", server.port);
    let door = app.app.door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    members::rename(&mut change, MEMBER, &nick).await.unwrap();
    change.commit().await.unwrap();

    let mut attacker = Attacker::new(&app, Listener::open(Policy::Bypassed, &server).await);
    attacker.kept.insert("zlo900c".to_owned(), "a nick".to_owned());
    let withdrawal = as_nobody(&mut attacker, nick.clone().leak()).await;
    let works = as_member(&mut attacker).await;
    let mut editor = Attacker::new(&app, Listener::open(Policy::Bypassed, &server).await);
    editor.listener.browser.log_in_as(&app, "Almara", "sprava/").await;
    look_around(&mut attacker, works[0].0, |path| !path.starts_with("/sprava/")).await;
    look_around(&mut editor, works[0].0, |path| path.starts_with("/sprava/")).await;
    for work in &works {
        for place in ["fronta/{}/", "fronta/{}/nahled/", "upravit/creation/{}/"] {
            editor.load(&format!("sprava/{}", place.replace("{}", &work.to_string()))).await;
        }
        attacker.load(&format!("nastaveni/dila/{work}/")).await;
        attacker.load(&format!("nastaveni/dila/{work}/nahled/")).await;
    }
    works::approve(&attacker, &works).await;
    approve_ad(&app).await;
    wait_for_file(&app, "/").await;
    let files = files_with_marks(&app.settings.output);
    assert!(files.len() > 30, "{files:?}");
    for file in &files {
        attacker.load(file).await;
    }
    attacker.load("hledat/?q=zlo").await;
    look_around(&mut editor, works[0].0, |path| path.starts_with("/sprava/")).await;
    mails(&mut attacker).await;
    for (mark, field) in &attacker.kept {
        let is_seen = attacker.listener.seen.contains(mark) || editor.listener.seen.contains(mark);
        assert!(is_seen, "{field} ({mark}) is kept and shown nowhere: what becomes of it is not tested");
    }
    office::attack(&mut editor, works[0].0).await;
    mails(&mut editor).await;
    for file in &files_with_marks(&app.settings.output) {
        editor.load(file).await;
    }
    for (mark, field) in &editor.kept {
        assert!(editor.listener.seen.contains(mark), "{field} ({mark}) is kept and shown nowhere");
    }
    the_rest(&mut attacker, &withdrawal).await;

    let routes = sidecar::routes::all(&app.opened.site.config.sidecar).into_iter();
    let forms = routes.filter(|route| route.method == Method::POST && !route.path.starts_with("/sprava/"));
    let expected: BTreeSet<String> = forms.map(|route| route.path).collect();
    assert_eq!(attacker.routes, expected, "each form that members and visitors send is attacked");
    println!("{} pages were looked at", attacker.listener.looked_at + editor.listener.looked_at);
    attacker.listener.browser.close().await;
    editor.listener.browser.close().await;
    building.stop().await;
    mailing.stop().await;
}

fn comment() -> Form<'static> {
    let fields = [("creation", Fixed("")), ("text", Text), ("homepage", Fixed("")), ("do", Fixed("post"))];
    Form::new("/komentare/", ARTICLE, &fields).sent_to("/komentare/")
}

/// What anybody can fill in, up to the login; gives where an ad is taken back that was sent without one.
async fn as_nobody(attacker: &mut Attacker<'_>, nick: &'static str) -> String {
    let report = [("page", Fixed("")), ("text", Text), ("homepage", Fixed(""))];
    attacker.attack(&Form::new("/nahlasit/", "/nahlasit/?page=/forum/", &report)).await;
    let registration = [
        ("nick", Told("Zlobr z Lesa")),
        ("email", Told("zlobr@example.org")),
        ("age", Told("33")),
        ("about", Text),
        ("parent", Fixed("yes")),
        ("consent", Fixed("yes")),
        ("homepage", Fixed("")),
    ];
    attacker.attack(&Form::new("/registrace/", "/registrace/", &registration)).await;
    let reset = [("email", Told("zlo@example.org"))];
    attacker.attack(&Form::new("/uzivatel/reset-hesla/", "/uzivatel/reset-hesla/", &reset)).await;
    let ad = [("as", Fixed("")), ("shows_email", Fixed("yes"))];
    let ad: Vec<_> = AD.into_iter().chain(ad).collect();
    attacker.attack(&Form::new("/inzeraty/{board}/", "/inzeraty/market/", &ad)).await;
    let sent = mails(attacker).await;
    let confirm = link(attacker.app, &sent, "inzeraty/potvrzeni");
    let confirm = Form::new("/inzeraty/potvrzeni/{secret}/", &confirm, &[("do", Fixed("confirm"))]);
    attacker.try_everything(&confirm).await;
    attacker.take(&confirm).await;
    // Who writes without a login finds what they typed in the login's form.
    let kept = attacker.kept.clone();
    attacker.attack(&comment()).await;
    attacker.kept = kept;
    let evil: Vec<(String, String)> = ["name", "password", "next", "kept_action", "kept"]
        .iter()
        .map(|name| ((*name).to_owned(), marked(PAYLOADS[3], "zlo901a", attacker.listener.server.port)))
        .collect();
    attacker.listener.send("/uzivatel/prihlaseni/", &evil, &[]).await;
    let login = [("name", Told(nick)), ("password", Secret(PASSWORD)), ("next", Fixed("/forum/"))];
    let at = "/uzivatel/prihlaseni/?next=/forum/";
    attacker.attack(&Form::new("/uzivatel/prihlaseni/", at, &login)).await;
    assert!(attacker.listener.browser.client.current_url().await.unwrap().path().ends_with("/forum/"), "logged in");
    link(attacker.app, &sent, "inzeraty/stazeni")
}

/// What a member can fill in, but for what ends the account.
async fn as_member(attacker: &mut Attacker<'_>) -> Vec<generator::model::CreationId> {
    let app = attacker.app;
    attacker.attack(&comment()).await;
    let id = app.number("select max(id) from comment").await;
    let edit = [("was", Fixed("")), ("text", Text), ("homepage", Fixed("")), ("do", Fixed("post"))];
    let at = format!("/komentare/{id}/upravit/");
    attacker.attack(&Form::new("/komentare/{id}/upravit/", &at, &edit)).await;
    attacker.load(&format!("/komentare/{id}/smazat/")).await;

    let post = [("text", Text), ("homepage", Fixed("")), ("do", Fixed("post"))];
    attacker.attack(&Form::new("/prispevky/", "/forum/", &post).sent_to("/prispevky/")).await;
    let id = app.number("select max(id) from forum_post").await;
    let at = format!("/prispevky/{id}/upravit/");
    attacker.attack(&Form::new("/prispevky/{id}/upravit/", &at, &edit)).await;
    attacker.load(&format!("/prispevky/{id}/smazat/")).await;

    let vote = [("creation", Fixed("")), ("stars", Fixed("4"))];
    let monster = "/rubriky/bestiar/12-drak-skladnik/";
    attacker.attack(&Form::new("/hlasy/", monster, &vote).sent_to("/hlasy/")).await;
    let mut ad = AD.to_vec();
    attacker.attack(&Form::new("/inzeraty/{board}/", "/inzeraty/market/", &ad)).await;
    ad.extend([("age", Text), ("experience", Text)]);
    attacker.attack(&Form::new("/inzeraty/{board}/", "/inzeraty/dating/", &ad)).await;

    let shows = ["given_name", "family_name", "gender", "age", "region", "email", "icq"];
    let shows = shows.map(|name| (&*format!("shows_{name}").leak(), Fixed("yes")));
    let profile = [
        ("text", Text),
        ("given_name", Text),
        ("family_name", Text),
        ("gender", Fixed("")),
        ("age", Told("44")),
        ("region", Text),
        ("icq", Text),
    ];
    let profile: Vec<_> = profile.into_iter().chain(shows).collect();
    attacker.attack(&Form::new("/nastaveni/profil/", "/nastaveni/profil/", &profile)).await;
    let skin = Form::new("/nastaveni/vzhled/", "/nastaveni/", &[("skin", Fixed("light"))]);
    attacker.attack(&skin.sent_to("/nastaveni/vzhled/")).await;
    let icon = picture(40, 30, ImageFormat::Gif);
    let fields = [("icon", What::File), ("do", Fixed("save"))];
    let files = vec![("icon", works::NAME, icon.as_slice())];
    attacker.attack(&Form { files, ..Form::new("/nastaveni/ikonka/", "/nastaveni/ikonka/", &fields) }).await;
    attacker.listener.browser.find(".icon-now img").await;
    works::attack(attacker).await
}

/// Lets the ad onto its board that was sent without a login.
async fn approve_ad(app: &TestApp) {
    let id = app.number("select id from guest_ad where state = 'waiting'").await.to_string();
    let mut editor = app.member("Drahomír", Role::Editor).await;
    let done = editor.post("/sprava/inzeraty/", &[("ad", &id), ("note", ""), ("do", "approve")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

/// What is left: sessions, addresses and passwords, and what is thrown away.
async fn the_rest(attacker: &mut Attacker<'_>, withdrawal: &str) {
    let app = attacker.app;
    let nick: String = marked(PAYLOADS[1], "zlo900c", attacker.listener.server.port);
    let mut phone = app.browsing();
    phone.headers.insert("user-agent".to_owned(), marked(PAYLOADS[1], "zlo902c", 1));
    phone.log_in(&nick, PASSWORD).await;
    let sessions = Form::new("/nastaveni/prihlaseni/", "/nastaveni/prihlaseni/", &[("session", Fixed(""))]);
    attacker.try_everything(&sessions).await;
    let data = phone.post("/nastaveni/moje-data/", &[]).await;
    assert_eq!(data.header(axum::http::header::CONTENT_TYPE), "application/json", "no page");
    attacker.routes.insert("/nastaveni/moje-data/".to_owned());

    let leaving = [("username", Fixed("")), ("texts", Fixed("")), ("password", Secret("něco jiného"))];
    attacker.attack(&Form::new("/nastaveni/zruseni-uctu/", "/nastaveni/zruseni-uctu/", &leaving)).await;
    let delete = |at: &str, action: String, route| Form::new(route, at, &[]).sent_to(&action);
    for (table, area, route) in [
        ("select max(id) from comment", "komentare", "/komentare/{id}/smazat/"),
        ("select max(id) from forum_post", "prispevky", "/prispevky/{id}/smazat/"),
    ] {
        let at = format!("/{area}/{}/smazat/", app.number(table).await);
        attacker.take(&delete(&at, at.clone(), route)).await;
    }
    let ad = app.number("select max(id) from ad where board = 'market' and member_id = 6").await;
    let ad = format!("/inzeraty/market/{ad}/smazat/");
    attacker.take(&delete("/inzeraty/market/", ad, "/inzeraty/{board}/{id}/smazat/")).await;

    attacker.take(&Form::new("/inzeraty/stazeni/{secret}/", withdrawal, &[])).await;
    app.execute("insert into unsubscribe_secret (member_id, secret) values (2, 'stare tajemstvi')").await;
    let old_link = format!("/e-mail/antispam/{}-{}/", unsubscribing::ADDRESS, unsubscribing::TOKEN);
    attacker.take(&Form::new("/e-mail/antispam/{secret}/", &old_link, &[])).await;

    let email = [("username", Fixed("")), ("email", Told("jinde@example.org")), ("password", Secret(PASSWORD))];
    attacker.attack(&Form::new("/nastaveni/e-mail/", "/nastaveni/e-mail/", &email)).await;
    let confirm = link(app, &mails(attacker).await, "zmena-e-mailu");
    attacker.take(&delete(&confirm, confirm.clone(), "/uzivatel/zmena-e-mailu/{secret}/")).await;
    let password = [("username", Fixed("")), ("password", Secret(PASSWORD)), ("new_password", Secret(NEW_PASSWORD))];
    attacker.attack(&Form::new("/nastaveni/", "/nastaveni/", &password)).await;
    let logout = Form::new("/uzivatel/odhlaseni/", "/uzivatel/odhlaseni/", &[("everywhere", Fixed(""))]);
    attacker.try_everything(&logout).await;
    app.browsing().post("/uzivatel/reset-hesla/", &[("email", "jinde@example.org")]).await;
    let reset = link(app, &mails(attacker).await, "zmena-hesla");
    let chosen = [("username", Fixed("")), ("new_password", Secret("devět koní za šera"))];
    attacker.attack(&Form::new("/uzivatel/zmena-hesla/{secret}/", &reset, &chosen)).await;
}

/// The mails since the last time, each of which was looked at.
async fn mails(attacker: &mut Attacker<'_>) -> Vec<Mail> {
    let mails = attacker.app.mails().await;
    let server = attacker.listener.server.clone();
    for mail in &mails {
        let page = format!("http://127.0.0.1:{}{}", server.port, server.page(&mail.html));
        let found = attacker.listener.heard_at(&page).await;
        let found: Vec<_> = found.iter().filter(|it| it.contains("zlo") || it.contains("hear")).collect();
        assert!(found.is_empty(), "a mail to {}: {found:#?}", mail.to);
    }
    mails
}

/// The path of the link in the mail that has one to such an address.
fn link(app: &TestApp, mails: &[Mail], word: &str) -> String {
    let links = mails.iter().flat_map(|mail| mail.links()).find(|link| link.contains(word));
    app.own_path(links.unwrap_or_else(|| panic!("no mail with a link to {word}: {mails:?}")))
}

/// Every page that is looked at by an address of the table, of the newest thing there is where it is a thing's.
async fn look_around(attacker: &mut Attacker<'_>, work: i64, is_ours: impl Fn(&str) -> bool) {
    let app = attacker.app;
    let newest = [
        ("{kind}", "creation".to_owned()),
        ("{key}", work.to_string()),
        ("{board}", "market".to_owned()),
        ("{section}", "clanky".to_owned()),
        ("{secret}", "A".repeat(43)),
        ("{*path}", "u/00/none.png".to_owned()),
    ];
    let comment = app.number("select max(id) from comment").await;
    let post = app.number("select max(id) from forum_post").await;
    for route in sidecar::routes::all(&app.opened.site.config.sidecar) {
        if route.method != Method::GET || !is_ours(&route.path) {
            continue;
        }
        let mut path = newest.iter().fold(route.path, |path, (word, value)| path.replace(word, value));
        let id = match path.split('/').find(|word| ["komentare", "prispevky", "clenove", "kontakty"].contains(word)) {
            Some("komentare") => comment,
            Some("prispevky") => post,
            Some(_) => MEMBER.0,
            None => work,
        };
        path = path.replace("{id}", &id.to_string());
        assert!(!path.contains('{'), "what would stand there in {path}?");
        attacker.load(&path).await;
    }
    if is_ours("/sprava/") {
        for (kind, key) in office::items(app, work).await {
            attacker.load_there(&format!("/sprava/upravit/{kind}/{key}/")).await;
        }
        for list in ["prispevky/?kind=forum-post", "prispevky/?kind=ad", "clenove/?q=img"] {
            attacker.load_there(&format!("/sprava/{list}")).await;
        }
    }
}

/// The addresses of all built files that hold a mark.
fn files_with_marks(output: &Path) -> Vec<String> {
    let mut folders = vec![output.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if has_mark(&std::fs::read(&path).unwrap()) {
                let address = path.strip_prefix(output).unwrap().to_str().unwrap();
                found.push(format!("/{}", address.strip_suffix("index.html").unwrap_or(address)));
            }
        }
    }
    found.sort();
    found
}

/// Whether there is a mark in a file, and not merely a word that begins like one.
fn has_mark(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|word| word.starts_with(b"zlo") && word[3].is_ascii_digit())
}
