//! `generator watch` with a page open: a changed template loads it again, a changed stylesheet does not.

use std::path::Path;
use std::time::{Duration, Instant};

use generator::cdn::Cdn;
use generator::open::Opened;
use generator::settings::Settings;
use generator::watch::Watch;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Browser, PATIENCE};

/// The shipped site with its sample content, in a folder of its own.
async fn site(folder: &Path) -> Settings {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for name in ["content", "templates", "static"] {
        copy(&shipped.join(name), &folder.join(name));
    }
    let settings = Settings {
        database_url: format!("sqlite://{}", folder.join("site.db").display()),
        output: folder.join("output"),
        uploads: folder.join("uploads"),
        site: folder.to_owned(),
        site_url: "http://localhost:8000".to_owned(),
        uploads_url: "/uploads".to_owned(),
        cdn: Cdn::None,
    };
    let opened = Opened::open(&settings).await.unwrap();
    generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await.unwrap();
    opened.db.close().await;
    settings
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Waits until a script says yes. A page that is being left answers none.
async fn wait_until(browser: &Browser, script: &str) {
    let until = Instant::now() + PATIENCE;
    while !browser.client.execute(script, Vec::new()).await.is_ok_and(|said| said == true) {
        assert!(Instant::now() < until, "never: {script}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_follows_the_files() {
    let folder = TempDir::new().unwrap();
    let settings = site(folder.path()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let watch = Watch::open(&settings, listener).await.unwrap();
    tokio::spawn(watch.serve(std::future::pending()));
    let browser = Browser::open(1280, true).await;
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    // As editors do, so that nobody reads half a file.
    let write = |name: &str, text: String| {
        let new = folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, folder.path().join(name)).unwrap();
    };
    let append = |name: &str, text: &str| write(name, read(name) + text);
    let mark = async |nth: u32| drop(browser.script(&format!("window.nth = {nth}")).await);
    browser.client.goto(&format!("http://{address}/rubriky/clanky/")).await.unwrap();

    mark(1).await;
    append("templates/layout.html", "<i id=\"new\">nové</i>");
    wait_until(&browser, "return !!document.getElementById('new')").await;
    assert_eq!(browser.script("return window.nth === undefined").await, true, "it was loaded again");

    mark(2).await;
    for (width, colour) in [(3, "rgb(1, 2, 3)"), (4, "rgb(4, 5, 6)")] {
        append("static/css/site.css", &format!("\nbody {{ outline: {width}px solid {colour} }}\n"));
        let shown = format!(
            "const style = getComputedStyle(document.body), sheets = document.querySelectorAll('link[rel=stylesheet]');
            return style.outlineColor === '{colour}' && style.outlineWidth === '{width}px' && sheets.length === 1"
        );
        wait_until(&browser, &shown).await;
        assert_eq!(browser.script("return window.nth").await, 2, "it is the same page");
    }

    // What is broken takes its place until it is mended.
    let config = read("content/site.toml");
    append("content/site.toml", "\n[nonsense]\n");
    wait_until(&browser, "return document.title === 'This cannot be rendered'").await;
    write("content/site.toml", config);
    wait_until(&browser, "return !!document.getElementById('new')").await;
    browser.close().await;
}
