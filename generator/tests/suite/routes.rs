//! The printed rules, used by the real nginx and Varnish before a built site, a bucket and a sidecar that says what it
//! was asked.

mod cloudfront;
pub mod fronts;
mod operations;
pub mod running;

use generator::files::File;
use generator::routes::{Format, Front, Pages, rules};

use crate::bucket::server::Server;
use crate::harness::{ENGINES, Engine, TestSite, small_files};
use crate::interrupted::child::Build;
use crate::publish::Door;

use self::fronts::{Sidecar, ask};
use self::running::{Running, free_port, printed};

/// What an answer is to be: the question, the status, a part of the body or of the headers.
type Expected = (&'static str, u16, &'static str);

const THROUGH: [Expected; 18] = [
    ("GET /", 200, "<h1"),
    ("GET /rubriky/povesti/1-a/", 200, "Bylo, nebylo."),
    ("GET /rubriky/povesti/1-a/?fresh=17", 200, "Bylo, nebylo."),
    ("GET /rubriky/povesti/1-a/?utm_source=x", 200, "Bylo, nebylo."),
    ("GET /rubriky/povesti/1-a", 200, "sidecar: GET /rubriky/povesti/1-a"),
    ("GET /rubriky/povesti/1-jinak/?x=y", 200, "sidecar: GET /rubriky/povesti/1-jinak/?x=y"),
    ("GET /rubriky/povesti/?z_s=2", 200, "sidecar: GET /rubriky/povesti/?z_s=2"),
    ("GET /rubriky/povesti/?amp;z_s=2", 200, "sidecar: GET /rubriky/povesti/?amp;z_s=2"),
    // Programs that read feeds follow no page that refreshes; where a work is only its record knows.
    ("GET /stare/forum/", 301, "ocation: /rss/forum.xml"),
    ("GET /stare/forum/?utm_source=x", 301, "ocation: /rss/forum.xml"),
    ("GET /stare/forum", 200, "sidecar: GET /stare/forum"),
    ("GET /davny-drak/", 200, "http-equiv=\"refresh\""),
    ("GET /login/", 200, "sidecar: GET /login/"),
    ("GET /login-is-no-room/", 200, "sidecar: GET /login-is-no-room/"),
    ("GET /api/me", 200, "sidecar: GET /api/me"),
    ("POST /comments/povesti/1/", 200, "sidecar: POST /comments/povesti/1/ from=https://www.example.org same-origin"),
    ("GET /metrics", 404, ""),
    ("GET /.graveyard/target.json", 404, ""),
];

/// The small site with an old address of a feed.
async fn door(engine: Engine) -> Door {
    let mut files = small_files();
    let toml = &files.content["site.toml"];
    let text = toml.text().unwrap().replace("[redirects]\n", "[redirects]\n\"/stare/forum/\" = \"feed/forum\"\n");
    assert!(text.contains("/stare/"));
    let file = File { bytes: text.into_bytes(), origin: toml.origin.clone() };
    files.content.insert("site.toml".to_owned(), file);
    let door = Door::over(TestSite::with(engine, files).await).await;
    door.publish("povesti", &["A"]).await;
    door
}

async fn assert_through(port: u16, sidecar: Sidecar, what: &str) {
    for (question, status, part) in THROUGH {
        let answer = ask(port, question).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {question}: {answer}");
        assert!(answer.contains(part), "{what}: {question}: {answer}");
        if part.starts_with("sidecar: ") || status != 200 {
            assert!(!answer.contains("Bylo, nebylo."), "{what}: {question}: {answer}");
        } else {
            let headers = answer.to_lowercase();
            for header in ["x-content-type-options: nosniff", "strict-transport-security: ", "s-maxage=60"] {
                assert!(headers.contains(header), "{what}: {question}: {header}: {answer}");
            }
            assert!(!answer.contains("sidecar: "), "{what}: {question}: {answer}");
        }
    }
    drop(sidecar);
    let answer = ask(port, "GET /rubriky/povesti/77-nic/").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{what}: with the sidecar down: {answer}");
    assert!(answer.contains("<html"), "{what}: it is the site's own page: {answer}");
    assert!(ask(port, "GET /rubriky/povesti/1-a/").await.starts_with("HTTP/1.1 200"), "{what}: pages stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_serves_a_folder_by_the_printed_rules() {
    let sidecar = Sidecar::start();
    let door = door(Engine::Sqlite).await;
    Build::of(&door.site, &door.site.settings.output).run().await;
    let port = free_port();
    let pages = Pages::Folder(door.site.settings.output.clone());
    let rules = printed(Format::Nginx, &door.site.opened.site, pages, &[sidecar.port], port);
    let _running = Running::nginx(&rules, port).await;
    assert_through(port, sidecar, "nginx").await;
}

#[tokio::test]
async fn varnish_reads_no_folder() {
    let site = TestSite::empty(Engine::Sqlite).await;
    let front = Front {
        site: &site.opened.site,
        pages: Pages::Folder("/srv".into()),
        sidecars: vec![("app.example.org".to_owned(), 443)],
        listen: String::new(),
    };
    assert_eq!(
        rules(Format::Varnish, &front).unwrap_err(),
        "Varnish reads no folder: say with --pages which server has the pages"
    );
}

/// A site in a bucket that everybody may read, as anybody reads it.
async fn public_bucket(engine: Engine) -> (Server, Door, Pages) {
    let server = Server::start();
    let door = door(engine).await;
    Build::into_bucket(&door.site, &server, "site").run().await;
    let pages = server.pages("/club/site");
    (server, door, pages)
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_and_varnish_stand_before_a_bucket_by_the_printed_rules() {
    for engine in ENGINES {
        let (server, door, pages) = public_bucket(engine).await;
        for path in ["/club/site/", "/club/site/rubriky/nic/index.html", "/club/?list-type=2"] {
            let answer = ask(server.address.port(), &format!("GET {path}")).await;
            assert!(answer.starts_with("HTTP/1.1 403"), "who may not list is told nothing: {path}: {answer}");
        }
        let sidecar = Sidecar::start();
        let port = free_port();
        let rules = printed(Format::Nginx, &door.site.opened.site, pages.clone(), &[sidecar.port], port);
        let running = Running::nginx(&rules, port).await;
        assert_through(port, sidecar, "nginx before a bucket").await;
        drop(running);
        let sidecar = Sidecar::start();
        let port = free_port();
        let rules = printed(Format::Varnish, &door.site.opened.site, pages, &[sidecar.port], port);
        let _running = Running::varnish(&rules, port).await;
        assert_through(port, sidecar, "Varnish").await;
        // What it keeps it gives until it is told.
        let page = server.path().join("site/rubriky/povesti/1-a/index.html");
        std::fs::write(&page, "<h1>Nově</h1>").unwrap();
        assert!(ask(port, "GET /rubriky/povesti/1-a/?utm_source=y").await.contains("Bylo, nebylo."), "{engine:?}");
        assert!(ask(port, "PURGE /rubriky/povesti/1-a/").await.starts_with("HTTP/1.1 200"));
        assert!(ask(port, "GET /rubriky/povesti/1-a/?utm_source=z").await.contains("Nově"), "{engine:?}");
        // By another name it is the same copy, which one PURGE ends.
        assert!(fronts::ask_as(port, "GET /rubriky/povesti/1-a/", "example.org").await.contains("Nově"), "{engine:?}");
        std::fs::write(&page, "<h1>Znovu</h1>").unwrap();
        ask(port, "PURGE /rubriky/povesti/1-a/").await;
        let other = fronts::ask_as(port, "GET /rubriky/povesti/1-a/", "example.org").await;
        assert!(other.contains("Znovu"), "{engine:?}: an old copy by another name: {other}");
    }
}
