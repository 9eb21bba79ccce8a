//! Graveyard's addresses through the whole router, row by row of what Graveyard answered, and what is mended in it.

mod downloads;
mod folders;
mod hostile;
mod pages;

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use chrono::{TimeZone, Utc};
use generator::db::messages::{self, NewMessage};
use generator::db::{creations, lists};
use generator::model::{CreationId, MemberId, TextFormat};
use generator::page::{Page, Part};
use generator::publish::counters::Count;
use sidecar::app::App;
use sidecar::database::{Absent, Database};
use sidecar::options::Options;

use crate::harness::{ENGINES, Engine, TestApp, ask, is_never_stored, outcome, text};
use crate::postgres;

/// Checks rows of address, status and target; `page KEY` is where that page stands.
async fn check(app: &TestApp, rows: &[(&str, &str)]) {
    for (address, expected) in rows {
        let expected = match expected.split_once(" page ") {
            Some((status, key)) => format!("{status} {}", app.path(key).await),
            None => (*expected).to_owned(),
        };
        assert_eq!(app.outcome(address).await, expected, "{address}");
    }
}

/// As [`check`], on a site of each engine; gives both, for what is to be asked of them besides.
async fn check_on_both(rows: &[(&str, &str)]) -> Vec<TestApp> {
    let mut apps = Vec::new();
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        check(&app, rows).await;
        apps.push(app);
    }
    apps
}

#[tokio::test]
async fn scripts_lead_where_graveyard_led() {
    for app in check_on_both(&[
        ("/index.php", "302 page news"),
        ("/index.php?id=x", "400"),
        ("/index.php?rub=forum&id=1e3", "400"),
        ("/index.php?rub=aktuality", "302 page news"),
        ("/index.php?rub=novinky", "302 page newest"),
        ("/index.php?rub=uzivatele", "302 page members"),
        ("/index.php?rub=registrace", "302 /registrace/"),
        ("/index.php?rub=seznamka", "302 page dating"),
        ("/index.php?rub=forum", "302 page forum"),
        ("/index.php?rub=linky", "302 page links"),
        ("/index.php?rub=inzerce", "302 page market"),
        ("/index.php?rub=credits", "302 page credits"),
        ("/index.php?rub=faq", "302 page content/draci-manual"),
        ("/index.php?rub=oao", "302 page content/otazky-a-odpovedi"),
        ("/index.php?rub=cojetodrd", "302 page content/co-je-draci-doupe"),
        ("/index.php?rub=posta", "302 /posta/"),
        ("/index.php?rub=prispevky_precti&co=clanky&id=9", "301 page creation/clanky/9"),
        ("/index.php?rub=prispevky_precti&co=clanky&id=99999", "404"),
        ("/index.php?rub=prispevky_precti&co=nikde&id=9", "404"),
        ("/index.php?rub=prispevky_precti&co=..%2f..&id=9", "404"),
        ("/index.php?rub=uzivatele_podrobnosti&id=1", "301 page member/1"),
        ("/index.php?rub=runy_ciziod&id=1", "301 page member/1"),
        ("/index.php?rub=runy_cizipro&id=1", "301 page member/1"),
        ("/index.php?rub=uzivatele_podrobnosti&id=99999", "404"),
        ("/index.php?rub=uzivatele_podrobnosti&id=-1", "404"),
        ("/index.php?rub=putyka_jeden&id=3", "301 /putyka/stul/3/prispevky/"),
        ("/index.php?rub=galerie_diskuze&id=1", "301 page creation/galerie/1"),
        ("/index.php?rub=downloady", "302 page news"),
        ("/index.php?rub=putyka", "302 page news"),
        ("/index.php?rub=forum&skin=dark", "302 page forum"),
        ("/code/prispevky/prispevky_tisk.php?id=9&co=clanky", "301 page creation/clanky/9"),
        ("/code/prispevky/prispevky_tisk.php?id=9", "301 page news"),
        ("/code/prispevky/prispevky_tisk.php?id=9x&co=clanky", "400"),
        ("/code/neco/neco_tisk.php?id=9", "301 page news"),
        ("/ikonky/Default.GIF", "302 /uploads/ikonky/Default.GIF"),
        ("/fotogalerie/01.webp", "302 /uploads/fotogalerie/01.webp"),
        ("/galerie/01.webp", "302 /uploads/galerie/01.webp"),
    ])
    .await
    {
        for section in &app.opened.site.sections {
            let key = &section.key;
            let items = newest(&app, &format!("section/{key}")).await;
            let list = app.path(&format!("section/{key}")).await;
            let one = app.path(&format!("creation/{key}/{items}")).await;
            let is_article = section.kind == "article";
            let rows = match key.as_str() {
                "downloady" => continue,
                _ if is_article => [
                    (format!("/index.php?rub=prispevky&co={key}"), format!("302 {list}")),
                    (format!("/index.php?rub=prispevky_komp&co={key}"), format!("302 {list}")),
                    (format!("/index.php?rub=prispevky_precti&co={key}&id={items}"), format!("301 {one}")),
                    (format!("/code/prispevky/prispevky_tisk.php?co={key}&id={items}"), format!("301 {one}")),
                ],
                _ => [
                    (format!("/index.php?rub={key}"), format!("302 {list}")),
                    (format!("/index.php?rub={key}_komp"), format!("302 {list}")),
                    (format!("/index.php?rub={key}_jeden&id={items}"), format!("301 {one}")),
                    (format!("/code/{key}/{key}_tisk.php?id={items}"), format!("301 {one}")),
                ],
            };
            for (address, expected) in rows {
                assert_eq!(app.outcome(&address).await, expected, "{address}");
            }
        }
    }
}

/// The number of the newest creation of a list.
async fn newest(app: &TestApp, list: &str) -> i64 {
    let mut tx = app.opened.db.snapshot().await.unwrap();
    let items = lists::items(&mut tx, &[(list.to_owned(), lists::Window::Newest(1))]).await.unwrap().remove(0);
    creations::summaries(&mut tx, &items.ids).await.unwrap()[0].number
}

#[tokio::test]
async fn slugs_slashes_and_what_is_gone() {
    let article = "301 page creation/clanky/9";
    for app in check_on_both(&[
        ("/rubriky/clanky/9-spatny-slug/", article),
        ("/rubriky/clanky/9-Velky_Slug/", article),
        ("/rubriky/clanky/9/", article),
        ("/rubriky/clanky/9-spatny-slug", article),
        ("/rubriky/clanky", "301 /rubriky/clanky/"),
        ("/rubriky/clanky/99999-x/", "404"),
        ("/rubriky/nikde/", "404"),
        ("/rubriky/clanky/strana/77/", "404"),
        ("/rubriky/clanky/kontrola-html/", "302 /rubriky/clanky/"),
        ("/uzivatel/1-kdokoli/", "301 page member/1"),
        ("/autor/1-web/", "301 page author/1"),
        ("/forum/99999/", "302 /forum/"),
        ("/seznamka/pridat/", "302 /seznamka/"),
        ("/inzerce/pridej/", "302 /inzerce/"),
        ("/no-such-page/", "404"),
        ("/no/such/page/", "404"),
        ("/%9e%9e/", "404"),
        ("/rss/forum/", "301 /rss/forum.xml"),
        ("/rss/novinky/", "301 /rss/novinky.xml"),
        ("/rss/forum.xml", "200"),
        ("/rss/novinky.xml", "200"),
        ("/staticfiles/robots.txt", "302 /robots.txt"),
        ("/moudrasova/read.php?f=3", "410"),
        ("/img/logo.gif", "410"),
        ("/static/css/main.css", "410"),
        ("/skiny/light/x.css", "410"),
        ("/chat/", "410"),
        ("//rubriky/clanky", "301 /rubriky/clanky"),
        ("//example.org/", "301 /example.org/"),
        ("/rubriky//clanky/?z_s=2", "301 /rubriky/clanky/?z_s=2"),
        ("//", "404"),
        ("//\\example.org/", "301 /%5Cexample.org/"),
        ("/rubriky/clanky/?utm_source=x", "200"),
    ])
    .await
    {
        let gone = app.get("/chat/").await;
        assert!(is_never_stored(&gone));
        assert!(text(gone).await.contains("Stránka se zatoulala"), "a page and no bare status");
        assert!(text(app.get("/index.php?id=x").await).await.contains("není číslo"));
        assert!(
            std::fs::read_to_string(app.settings.output.join("rss/forum/index.html"))
                .unwrap()
                .contains("/rss/forum.xml")
        );

        app.execute("update creation set state = 'unpublished' where section = 'clanky' and number = 9").await;
        let mut tx = app.opened.db.write().await.unwrap();
        let page = Page::Creation { section: "clanky".to_owned(), number: 9 };
        generator::db::stale::mark(&mut tx, &[page], 0).await.unwrap();
        tx.commit().await.unwrap();
        app.build().await;
        for address in [
            "/rubriky/clanky/9-spatny-slug/",
            "/index.php?rub=prispevky_precti&co=clanky&id=9",
            "/code/prispevky/prispevky_tisk.php?id=9&co=clanky",
            "/rubriky/clanky/9-x/?z_s=2",
        ] {
            assert_eq!(app.outcome(address).await, "404", "what is not approved is not there: {address}");
        }
    }
}

#[tokio::test]
async fn pages_of_old_lists_lead_to_the_archive_page_of_their_first_item() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut tx = app.opened.db.write().await.unwrap();
        let begun = lists::by_keys(&mut tx, &["forum".to_owned()]).await.unwrap()["forum"].issued;
        let time = Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap();
        let posts: Vec<NewMessage> = (1_001..=1_065)
            .map(|id| NewMessage {
                id,
                creation_id: None,
                member_id: Some(MemberId(1)),
                nick: String::new(),
                posted_at: Some(time),
                body_format: TextFormat::Markdown,
                body: "x".to_owned(),
            })
            .collect();
        messages::insert_forum_posts(&mut tx, &posts).await.unwrap();
        let items: Vec<(String, i64)> = posts.iter().map(|post| ("forum".to_owned(), post.id)).collect();
        lists::append(&mut tx, &items).await.unwrap();
        // Two of the newest are hidden: the old site counted only what it showed.
        lists::set_public(&mut tx, "forum", 1_060, false).await.unwrap();
        lists::set_public(&mut tx, "forum", 1_061, false).await.unwrap();
        let archives = (1..=(begun + 65 + 19) / 20).map(|n| Page::Forum(Part::Archive(n)));
        let pages: Vec<Page> = archives.chain([Page::Forum(Part::Head)]).collect();
        generator::db::stale::mark(&mut tx, &pages, 0).await.unwrap();
        tx.commit().await.unwrap();
        app.execute("update forum_post set state = 'deleted' where id in (1060, 1061)").await;
        app.build().await;
        let archive = |ordinal: i64| format!("302 /forum/strana/{}/", (ordinal + 19) / 20);
        // Public ones are 63 of the new posts; the 21st newest is two further back for the hidden ones.
        let rows = [
            ("/forum/?z_s=1", "301 /forum/".to_owned()),
            ("/forum/?z_s=0", "301 /forum/".to_owned()),
            ("/forum/?z_s=x", "301 /forum/".to_owned()),
            ("/forum?z_s=2", archive(begun + 65 - 20 - 2)),
            ("/forum/?z_s=2", archive(begun + 65 - 20 - 2)),
            ("/forum/?z_s=3", archive(begun + 65 - 40 - 2)),
            ("/forum/?z_s=4", archive(begun + 65 - 60 - 2)),
            ("/forum/?z_s=5", archive(begun + 65 - 80 - 2)),
            ("/forum/?z_s=9223372036854775807", archive(1)),
            ("/forum/1030/", format!("{}#c1030", archive(begun + 30))),
            ("/forum/1060/", "302 /forum/".to_owned()),
        ];
        for (address, expected) in rows {
            assert_eq!(app.outcome(address).await, expected, "{address}, {begun} posts before");
        }
        let (location, _) = archive(begun + 30).split_once(' ').map(|(_, path)| (path.to_owned(), ())).unwrap();
        assert!(text(app.get(&location).await).await.contains("id=\"c1030\""), "the page holds the post");
        let two = archive(begun + 65 - 20 - 2).split_once(' ').unwrap().1.to_owned();
        assert!(text(app.get(&two).await).await.contains("id=\"c1043\""), "and the first post of old page 2");

        // Beyond the end is the oldest page; a list that fits on one page has no archive, so that is its head.
        let beyond =
            [("/linky/?z_s=4", "302 /linky/strana/1/"), ("/rubriky/downloady/?z_s=9", "302 /rubriky/downloady/")];
        check(&app, &beyond).await;
    }
}

#[tokio::test]
async fn searches_and_filters_lead_to_pages() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        app.execute("update member set nick = 'Ion' where id = 3").await;
        app.execute("update member set nick = 'Ionuška' where id = 4").await;
        check(
            &app,
            &[
                ("/uzivatele/?nick=Almara", "302 page member/1"),
                ("/uzivatele/?nick=Ion", "302 page member/3"),
                ("/uzivatele/?nick=+Ion+", "302 page member/3"),
                ("/uzivatele/?nick=ALMARA", "302 /hledat/?q=ALMARA&in=members&page=1"),
                ("/uzivatele/?nick=%C5%BDLU%C5%A4OU", "302 /hledat/?q=%C5%BDLU%C5%A4OU&in=members&page=1"),
                ("/uzivatele/?nick=ion", "302 /hledat/?q=ion&in=members&page=1"),
                ("/uzivatele/?nick=nobody+at+all", "302 /hledat/?q=nobody+at+all&in=members&page=1"),
                ("/uzivatele/?nick=%25", "302 /hledat/?q=%25&in=members&page=1"),
                ("/uzivatele/?nick=", "301 /uzivatele/"),
                ("/inzerce/?sekce=nabizim", "301 /inzerce/nabizim/"),
                ("/inzerce/?sekce=nabizim&z_s=3", "302 /inzerce/nabizim/"),
                ("/inzerce/?sekce=nesmysl", "404"),
                ("/inzerce/?sekce=", "301 /inzerce/"),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn every_method_gets_its_answer() {
    let app = TestApp::demo().await;
    for address in ["/index.php?rub=forum", "/rubriky/clanky/9-x/", "/chat/", "/no/such/page/", "/rubriky/clanky/"] {
        let get = app.get(address).await;
        let head = app.ask(Method::HEAD, address, &[]).await;
        assert_eq!(head.status(), get.status(), "{address}");
        assert_eq!(head.headers().get(header::LOCATION), get.headers().get(header::LOCATION), "{address}");
        assert!(text(head).await.is_empty(), "{address}");
        assert!(get.status() == StatusCode::OK || is_never_stored(&get), "{address}");
        assert_eq!(get.headers()[header::X_FRAME_OPTIONS], "DENY", "{address}");
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let response = app.ask(method.clone(), address, &[]).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {address}");
            let allow = response.headers()[header::ALLOW].to_str().unwrap();
            assert!(allow.contains("GET") && allow.contains("HEAD"), "{method} {address}: {allow}");
        }
    }
}

#[tokio::test]
async fn files_are_served_and_old_addresses_wait_while_the_database_is_away() {
    let demo = TestApp::demo().await;
    for engine in ENGINES {
        let folder = tempfile::TempDir::new().unwrap();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("away.db").display()),
            Engine::Postgres => postgres::address(),
        };
        let database = Database::open(&url, Absent::Awaited, Duration::from_millis(50)).await.unwrap();
        let app = App::new(demo.settings.clone(), Options::default(), &demo.edition(), database);
        for (address, expected) in [
            ("/", "200"),
            ("/rubriky/clanky/", "200"),
            ("/rubriky/clanky/9-x/", "503"),
            ("/rubriky/clanky/?z_s=2", "503"),
            ("/download/1/", "503"),
            ("/index.php?rub=forum", "302 /forum/"),
            ("/rss/forum/", "301 /rss/forum.xml"),
            ("/galerie/01.webp", "302 /uploads/galerie/01.webp"),
            ("/chat/", "410"),
            ("/no/such/page/", "404"),
        ] {
            assert_eq!(outcome(&app, address).await, expected, "{engine:?} {address}");
        }
        let away = ask(&app, Method::GET, "/rubriky/clanky/9-x/", &[]).await;
        assert!(away.headers().contains_key(header::RETRY_AFTER) && is_never_stored(&away));
        assert!(text(away).await.contains("Teď to nejde"), "it may be there");
        app.counters.add(CreationId(1), Count { reads: 1, downloads: 0 });
        app.flush().await;
        assert_eq!(app.counters.waiting().len(), 1, "counts wait as well");

        match engine {
            Engine::Sqlite => {
                assert!(!folder.path().join("away.db").exists(), "no empty database is made in its place");
                generator::db::connect::open(&url).await.unwrap().close().await;
            }
            Engine::Postgres => postgres::create(&url, folder.path()).await,
        }
        // It is found without a restart: then an empty one, which knows of no article.
        for _ in 0..400 {
            if outcome(&app, "/rubriky/clanky/9-x/").await != "503" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(outcome(&app, "/rubriky/clanky/9-x/").await, "404", "{engine:?}");
    }
    let error = Database::open("mysql://x", Absent::Awaited, Duration::from_secs(1)).await.unwrap_err().to_string();
    assert!(error.contains("no address of a database"), "{error}");
}

/// Members' rooms are the sidecar's own: old addresses lead to where they are to be, and as long as nobody answers there
/// the answer says so. It is no 404, which search engines and readers would take for the end of it.
#[tokio::test]
async fn rooms_that_are_not_open_say_so() {
    for app in check_on_both(&[
        ("/index.php?rub=posta", "302 /posta/"),
        ("/index.php?rub=registrace", "302 /registrace/"),
        ("/index.php?rub=putyka_jeden&id=12", "301 /putyka/stul/12/prispevky/"),
        ("/posta", "301 /posta/"),
        ("/posta?l=50", "301 /posta/?l=50"),
        ("/posta/", "503"),
        ("/posta/?l=50", "503"),
        ("/putyka/stul/12/prispevky/", "503"),
        ("/putyka/stul/12/prispevky/?z_s=3", "503"),
        ("/uzivatel/1-kdokoli/", "301 page member/1"),
        ("/putykarna/", "404"),
        ("/sprava/neni/", "404"),
        ("/nastaveni/neni/", "404"),
        ("/uzivatel/reset-hesla/neni/", "404"),
        ("/api/neni/", "404"),
        ("/uzivatel/prihlaseni", "301 /uzivatel/prihlaseni/"),
        ("/uzivatel/zmena-hesla/MTI/abc-0123456789abcdef/", "302 /uzivatel/reset-hesla/"),
        ("/uzivatel/reset-hesla/hotovo/", "302 /uzivatel/reset-hesla/"),
        ("/nastaveni/zmena-skinu/?skin=dark", "302 /"),
        ("/nastaveni/zmena-skinu/?skin=dark&redirect=/forum/", "302 /forum/"),
        ("/nastaveni/zmena-skinu/?skin=dark&redirect=%2Frubriky%2Fclanky%2F9-x%2F", "302 page creation/clanky/9"),
        ("/nastaveni/zmena-skinu/?redirect=/posta/", "302 /posta/"),
        ("/nastaveni/zmena-skinu/?redirect=//example.org/", "302 /"),
        ("/nastaveni/zmena-skinu/?redirect=https://example.org/", "302 /"),
        ("/nastaveni/zmena-skinu/?redirect=/%5Cexample.org/", "302 /"),
        ("/nastaveni/zmena-skinu/?redirect=/nastaveni/zmena-skinu/", "302 /"),
        ("/putyka/%2e%2e/", "404"),
    ])
    .await
    {
        let closed = app.get("/posta/").await;
        assert!(is_never_stored(&closed));
        assert_eq!(closed.headers()[header::RETRY_AFTER], "3600");
        assert_eq!(closed.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let page = text(closed).await;
        for part in
            ["<h1>Ještě není otevřeno</h1>", "Zatím tu není otevřeno", "class=\"spine\"", "noindex", "href=\"/forum/\""]
        {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}
