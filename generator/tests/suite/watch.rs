//! `watch`: pages as a build would write them, and what an open page is told when a file changes.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::harness::*;

struct Watched {
    site: TestSite,
    address: SocketAddr,
    _end: oneshot::Sender<()>,
}

/// What an open page is promised, from the change of a file to the new look of the page.
const TOLD_WITHIN: Duration = Duration::from_millis(200);
/// What counts is the median of so many tries.
const TRIES: usize = 15;
/// The machine may be busy with other tests for a while: so many times they are made once more.
const SERIES: usize = 4;
/// Nothing takes so long but what never comes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The tiny site in a folder of its own, with a creation, watched.
async fn watched(engine: Engine) -> Watched {
    let site = TestSite::tiny(engine).await;
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny"), &site.settings.site);
    site.add_author("Ann").await;
    site.publish("nights", 1, &["Saturn"], r#"{"seeing": 7}"#, "Rings & *moons*.").await;
    watch(site).await
}

/// The shipped site in a folder of its own, watched.
async fn watched_as_shipped() -> Watched {
    let site = TestSite::empty(Engine::Sqlite).await;
    for folder in ["content", "templates", "static"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder), &site.settings.site.join(folder));
    }
    watch(site).await
}

async fn watch(site: TestSite) -> Watched {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = site.settings.clone();
    let (end, ended) = oneshot::channel::<()>();
    let until = async {
        let _ = ended.await;
    };
    let watch = generator::watch::Watch::open(&settings, listener).await.unwrap();
    tokio::spawn(async move { watch.serve(until).await.unwrap() });
    Watched { site, address, _end: end }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Watched {
    async fn send(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    /// Head and body.
    async fn get(&self, path: &str) -> (String, String) {
        let mut answer = String::new();
        self.send(path).await.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    async fn events(&self) -> Events {
        let mut events = Events(BufReader::new(self.send("/.watch/events").await).lines());
        events.next().await;
        events
    }

    /// Writes into a file of the site.
    fn write(&self, name: &str, text: &str) {
        let path = self.site.settings.site.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.site.settings.site.join(name)).unwrap()
    }
}

struct Events(Lines<BufReader<TcpStream>>);

impl Events {
    async fn next(&mut self) -> serde_json::Value {
        loop {
            let line = self.0.next_line().await.unwrap().expect("the events went on");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_page_is_what_a_build_would_write() {
    for engine in ENGINES {
        let mut watched = watched(engine).await;
        let mut settings = watched.site.settings.clone();
        settings.site_url = format!("http://{}", watched.address);
        let files = generator::files::read_site(&settings.site).unwrap();
        watched.site.opened = generator::open::Opened::from_files(files, &settings).await.unwrap();
        watched.site.build().await;
        let keys: Vec<String> = watched.site.files().into_keys().collect();
        assert!(keys.len() > 10);
        for key in keys.iter().filter(|key| *key != "404.html" && !key.ends_with(".png")) {
            let (head, body) = watched.get(&generator::store::path(key)).await;
            assert!(head.starts_with("HTTP/1.1 200"), "{key}: {head}");
            let script = "<script src=\"/.watch/reload.js\" data-events=\"/.watch/events\" data-edition=\"";
            let policy = "connect-src &#39;self&#39;; ";
            let as_built = match body.split_once(script) {
                Some((before, rest)) => before.to_owned() + rest.split_once("\"></script>\n").unwrap().1,
                None => body.clone(),
            };
            assert_eq!(as_built, watched.site.file(key), "{key}");
            assert_eq!(body.contains(script) && body.contains(policy), key.ends_with(".html"), "{key}");
        }
        assert!(!watched.site.settings.output.exists(), "nothing is written");
    }
}

#[tokio::test]
async fn wrong_addresses_lead_on_or_to_the_page_that_says_so() {
    for engine in ENGINES {
        let watched = watched(engine).await;
        let (head, _) = watched.get("/log/nights/1-venus/").await;
        assert!(head.starts_with("HTTP/1.1 302") && head.contains("location: /log/nights/1-saturn/"), "{head}");
        for missing in
            ["/log/nights/2-saturn/", "/nowhere/", "/..%2f..%2fetc/passwd", "/.graveyard/target.json", "/%00"]
        {
            let (head, body) = watched.get(missing).await;
            assert!(head.starts_with("HTTP/1.1 404"), "{missing}: {head}");
            assert!(body.contains("<h1"), "{missing}");
        }
    }
}

#[tokio::test]
async fn an_open_page_is_told_of_changes_and_of_nothing_else() {
    let watched = watched(Engine::Sqlite).await;
    let mut events = watched.events().await;
    let config = watched.read("content/site.toml");
    watched.write("notes.txt", "nothing of the site's");
    watched.write("content/site.toml", &config);
    watched.write("content/site.toml", &config.replace("The Quiet Telescope", "The Loud Telescope"));
    let event = events.next().await;
    assert_eq!(event["change"], "page");
    let (_, body) = watched.get("/").await;
    assert!(body.contains("The Loud Telescope"));
    watched.write("static/deep/new.txt", "in a folder that was not there before");
    assert!(events.next().await["number"].as_u64() > event["number"].as_u64());
}

#[tokio::test]
async fn a_stylesheet_is_exchanged_without_a_reload() {
    let watched = watched(Engine::Sqlite).await;
    let mut events = watched.events().await;
    let (_, page) = watched.get("/").await;
    let (_, edition) = page.split_once(" data-edition=\"").unwrap();
    let edition: u64 = edition.split('"').next().unwrap().parse().unwrap();
    watched.write("static/css/site.css", "body { color: red }");
    let first = events.next().await;
    assert_eq!(first["change"], "style");
    assert_eq!(first["former"], edition, "a page that missed none knows that by it");
    watched.write("static/css/site.css", "body { color: blue }");
    let event = events.next().await;
    assert_eq!(event["change"], "style");
    assert_eq!(event["former"], first["number"]);
    let url = event["styles"][0].as_str().unwrap();
    let (head, body) = watched.get(url).await;
    assert!(head.contains("text/css"), "{head}");
    assert_eq!(body, "body{color:#00f}");
}

#[tokio::test]
async fn what_is_broken_shows_its_place_until_it_is_mended() {
    let watched = watched(Engine::Sqlite).await;
    let mut events = watched.events().await;
    let config = watched.read("content/site.toml");
    watched.write("content/site.toml", &format!("titel = \"<b>\"\n{config}"));
    events.next().await;
    let (head, body) = watched.get("/").await;
    assert!(head.starts_with("HTTP/1.1 500"), "{head}");
    assert!(body.contains("site.toml") && body.contains("<mark>") && body.contains("titel"), "{body}");
    assert!(body.contains("&lt;b&gt;") && !body.contains("<b>"), "{body}");
    watched.write("content/site.toml", &config);
    events.next().await;
    assert!(watched.get("/").await.0.starts_with("HTTP/1.1 200"));

    let name = "templates/observation.html";
    let template = watched.read(name);
    watched.write(name, &template.replace("{% endblock %}", "{{ creation.nonsense }}\n{% endblock %}"));
    events.next().await;
    let (head, body) = watched.get("/log/nights/1-saturn/").await;
    assert!(head.starts_with("HTTP/1.1 500"), "{head}");
    assert!(body.contains("observation.html:") && body.contains("creation.nonsense"), "{body}");
    assert!(watched.get("/").await.0.starts_with("HTTP/1.1 200"), "other pages are shown");
}

#[tokio::test]
async fn an_open_page_shows_a_change_in_time() {
    let watched = watched_as_shipped().await;
    let mut events = watched.events().await;
    let changes = [
        ("static/css/site.css", None, ".try-", " { color: red }"),
        ("templates/layout.html", Some("/"), "<i>try-", "</i>"),
        ("content/pages/o-nas.md", Some("/o-nas/"), "try-", ""),
    ];
    for (file, path, before, after) in changes {
        let text = watched.read(file);
        let mut medians = Vec::new();
        let mut times = Vec::new();
        while medians.len() < SERIES && !medians.iter().any(|median| *median <= TOLD_WITHIN) {
            let new = format!("{before}{:03}", medians.len() * TRIES + times.len());
            let begun = Instant::now();
            watched.write(file, &format!("{text}\n\n{new}{after}\n"));
            let shown = async {
                loop {
                    let event = events.next().await;
                    assert_eq!(event["change"], if path.is_some() { "page" } else { "style" }, "{file}");
                    let (_, body) = watched.get(path.or(event["styles"][0].as_str()).unwrap()).await;
                    // A file may have been read before all of it was written; then there is another event.
                    if body.contains(&new) {
                        break;
                    }
                }
            };
            tokio::time::timeout(PATIENCE, shown).await.unwrap_or_else(|_| panic!("{file}: {new} does not show"));
            times.push(begun.elapsed());
            if times.len() == TRIES {
                times.sort_unstable();
                medians.push(times[TRIES / 2]);
                times.clear();
            }
        }
        assert!(medians.iter().any(|median| *median <= TOLD_WITHIN), "{file}: {medians:?}");
    }
}
