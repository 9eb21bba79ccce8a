//! `sidecar serve` as a process: it builds, it ends when it is asked to, and in a rolling deploy the releases do not fight.

mod killed;
pub mod outage;
mod releases;
mod reported;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use chrono::Utc;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::cdn::Cdn;
use generator::model::{Text, TextFormat};
use generator::open::Opened;
use generator::publish::{Door, members, news};
use generator::settings::Settings;
use generator::verify::verify;
use tempfile::TempDir;

use crate::harness::{ENGINES, Engine};
use crate::postgres;

/// Longer than anything takes that works at all.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A database, an output and any number of folders with releases of one site.
pub struct Host {
    folder: TempDir,
    pub database_url: String,
}

impl Host {
    pub async fn new(engine: Engine) -> Host {
        let folder = TempDir::new().unwrap();
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("site.db").display()),
            Engine::Postgres => postgres::fresh(folder.path()).await,
        };
        Host { folder, database_url }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A release, and one whose pages of news say „Nové vydání".
    fn two_releases(&self) -> (PathBuf, PathBuf) {
        let template = generator::files::shipped_site().templates["news.html"].text().unwrap().to_owned();
        let template = template.replace("{% block main %}", "{% block main %}<p>Nové vydání</p>");
        (self.release("old", &[]), self.release("new", &[("templates/news.html", &template)]))
    }

    /// The shipped site with files of its own.
    pub fn release(&self, name: &str, own: &[(&str, &str)]) -> PathBuf {
        let site = self.path(name);
        let content = generator::files::shipped_site().content;
        for (path, file) in content.iter().filter(|(path, _)| !path.starts_with("demo/")) {
            write(&site.join("content").join(path), &file.bytes);
        }
        for (path, text) in own {
            write(&site.join(path), text.as_bytes());
        }
        site
    }

    fn serve(&self, site: &Path) -> Serving {
        Serving::start(&mut self.command(site), " on http://")
    }

    pub fn command(&self, site: &Path) -> Command {
        self.command_on(site, 0)
    }

    /// To listen on a port of the caller's choice.
    pub fn command_on(&self, site: &Path, port: u16) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("DATABASE_URL", &self.database_url)
            .env("SITE", site)
            .env("OUTPUT", self.path("output"))
            .env("UPLOADS", self.path("uploads"))
            .env("SITE_URL", "http://localhost:8000");
        command
    }

    pub fn settings(&self, site: &Path) -> Settings {
        Settings {
            database_url: self.database_url.clone(),
            output: self.path("output"),
            uploads: self.path("uploads"),
            site: site.to_owned(),
            site_url: "http://localhost:8000".to_owned(),
            uploads_url: "/uploads".to_owned(),
            cdn: Cdn::None,
        }
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A process that serves.
pub struct Serving {
    child: Child,
    lines: Receiver<String>,
    log: String,
    address: String,
}

impl Serving {
    /// Starts a process; it says its address behind these words.
    pub fn start(command: &mut Command, before_address: &str) -> Serving {
        let mut child = command.env("NO_COLOR", "1").stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut serving = Serving { child, lines, log: String::new(), address: String::new() };
        serving.until_said(before_address);
        let address = serving.log.rsplit_once(before_address).unwrap().1;
        serving.address = address.split(['/', ' ', '\n', '"']).next().unwrap().to_owned();
        serving
    }

    /// Waits until it has said something since the last time that we listened.
    pub fn until_said(&mut self, words: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.log = self.log.clone() + &line + "\n";
                    if line.contains(words) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("it never says `{words}` but\n{}", self.log)
                }
            }
        }
    }

    /// Where it says that it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Status line, headers and body.
    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        String::from_utf8_lossy(&response).into_owned()
    }

    /// Asks it to end; it has to end well. Gives all that it said.
    pub fn end(mut self) -> String {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it does not end:\n{}", self.log),
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        self.log.extend(self.lines.iter().map(|line| line + "\n"));
        assert!(status.success(), "{status}:\n{}", self.log);
        std::mem::take(&mut self.log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Adds a piece of news from another process, and waits until it is built.
async fn announce(opened: &Opened, words: &str) {
    let door =
        Door { db: opened.db.clone(), site: Arc::clone(&opened.site), generation: None, signals: Arc::default() };
    let mut change = door.begin(Utc::now()).await.unwrap();
    let member = members::register(&mut change, words.trim_end_matches('.'), "clen@example.org").await.unwrap();
    let body = Text { source: words.to_owned(), format: TextFormat::Markdown };
    news::add(&mut change, member, &body).await.unwrap();
    let marked = change.commit().await.unwrap();
    assert!(door.rendered(&marked, PATIENCE).await.unwrap(), "`{words}` is never built");
}

#[tokio::test]
async fn a_first_start_makes_the_database_and_the_site() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let mut serving = host.serve(&host.release("one", &[]));
        serving.until_said(" 0 failed");
        let home = serving.get("/");
        assert!(home.starts_with("HTTP/1.0 200") && home.contains("<h1"), "{home}");
        serving.end();
    }
}

#[tokio::test]
async fn the_demo_is_built_on_while_it_is_served() {
    let host = Host::new(Engine::Sqlite).await;
    let folder = host.path("demo");
    let demo = Serving::start(
        Command::new(env!("CARGO_BIN_EXE_sidecar")).args(["demo", "--listen", "127.0.0.1:0", "--folder"]).arg(&folder),
        "The demo is at http://",
    );
    let settings = Settings {
        database_url: format!("sqlite://{}", folder.join("demo.db").display()),
        site: PathBuf::from("."),
        ..host.settings(&folder)
    };
    announce(&Opened::open_as_it_is(&settings).await.unwrap(), "Ukázka žije.").await;
    assert!(demo.get("/aktuality/").contains("Ukázka žije."));
    demo.end();
}

#[tokio::test]
async fn the_demo_prints_logins_that_work() {
    let host = Host::new(Engine::Sqlite).await;
    let folder = host.path("demo");
    let mut demo = Serving::start(
        Command::new(env!("CARGO_BIN_EXE_sidecar")).args(["demo", "--listen", "127.0.0.1:0", "--folder"]).arg(&folder),
        "The demo is at http://",
    );
    demo.until_said("Fénix (a member), password: ");
    let logins: Vec<(&str, &str)> = demo
        .log
        .lines()
        .filter_map(|line| line.trim().split_once(", password: "))
        .map(|(who, password)| (who.split_once(" (").unwrap().0, password))
        .collect();
    assert_eq!(logins.iter().map(|(nick, _)| *nick).collect::<Vec<_>>(), ["Almara", "Elanor", "Fénix"]);
    for (nick, password) in logins {
        for (password, status) in [(password, "303"), ("something else", "401")] {
            let body = serde_urlencoded::to_string([("name", nick), ("password", password)]).unwrap();
            let mut stream = TcpStream::connect(&demo.address).unwrap();
            write!(
                stream,
                "POST /uzivatel/prihlaseni/ HTTP/1.0\r\nHost: {}\r\nOrigin: http://{}\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                demo.address,
                demo.address,
                body.len()
            )
            .unwrap();
            let mut response = String::new();
            stream.read_to_string(&mut response).unwrap();
            assert!(response.starts_with(&format!("HTTP/1.0 {status}")), "{nick}: {response}");
        }
    }
    demo.end();
}

#[tokio::test]
async fn a_bucket_that_is_away_keeps_nobody_from_the_rest() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let site = host.release("site", &[]);
        Opened::open(&host.settings(&site)).await.unwrap().db.close().await;
        write(&host.path("uploads/map.txt"), b"a map");
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = host.command(&site);
        for (name, value) in [
            ("OUTPUT", "s3://club/site"),
            ("AWS_ENDPOINT_URL", &format!("http://{nobody}")),
            ("AWS_ACCESS_KEY_ID", "somebody"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ] {
            command.env(name, value);
        }
        let mut serving = Serving::start(&mut command, " on http://");
        let said = "building into s3://club/site, where readers get the pages; serving all else on http://";
        assert!(serving.log.contains(said), "{}", serving.log);
        assert!(serving.get("/uploads/map.txt").starts_with("HTTP/1.0 200 "), "{engine:?}");
        assert!(serving.get("/").starts_with("HTTP/1.0 404 "), "{engine:?}");
        serving.until_said("the builder waits: cannot read s3://club/site/.graveyard/target.json: no connection (");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dyno_whose_disk_would_lose_everything_is_not_started() {
    let host = Host::new(Engine::Postgres).await;
    let site = host.release("one", &[]);
    let start = |variables: &[(&str, &str)]| {
        let mut command = host.command(&site);
        command.env("DYNO", "web.1").env("AWS_EC2_METADATA_DISABLED", "true").envs(variables.iter().copied());
        let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let said = start(&[("DATABASE_URL", "sqlite://site.db")]);
    assert!(said.contains("error: DATABASE_URL: the database would be on this dyno's disk"), "{said}");
    let said = start(&[]);
    assert!(said.contains("error: OUTPUT: the site would be on this dyno's disk"), "{said}");
    let bucket = ("OUTPUT", "s3://example-club/site");
    let said = start(&[bucket]);
    assert!(said.contains("error: UPLOADS: uploads would be on this dyno's disk"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_the_log_are_json_and_errors_go_to_sentry_without_people() {
    let sentry = crate::operation::Receiver::start().await;
    let host = Host::new(Engine::Sqlite).await;
    let site = host.release("one", &[]);
    let dsn = sentry.url.replace("http://", "http://key@") + "/7";
    let mut command = host.command(&site);
    command.env("LOG_FORMAT", "json").env("SENTRY_DSN", dsn).env("SENTRY_ENVIRONMENT", "test");
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    // A page that cannot be built, whose error names somebody's page.
    let opened = Opened::open_as_it_is(&host.settings(&site)).await.unwrap();
    let mut tx = opened.db.write().await.unwrap();
    generator::db::stale::mark_keys(&mut tx, vec![("hologram/almara@example.org".to_owned(), 0)]).await.unwrap();
    tx.commit().await.unwrap();
    serving.until_said("cannot build hologram");
    serving.get("/api/me");
    // The secret of a link in a mail, by which whoever reads the log could choose a password.
    let secret = "Tajny0dkaz-".repeat(4)[..43].to_owned();
    serving.get(&format!("/uzivatel/zmena-hesla/{secret}/"));
    let until = Instant::now() + PATIENCE;
    let mut envelopes = Vec::new();
    while envelopes.is_empty() {
        assert!(Instant::now() < until, "nothing is reported");
        tokio::time::sleep(Duration::from_millis(20)).await;
        envelopes.extend(sentry.taken());
    }
    let (asked, envelope) = &envelopes[0];
    assert_eq!(asked, "POST /api/7/envelope/");
    let event: serde_json::Value = serde_json::from_str(envelope.lines().nth(2).unwrap()).unwrap();
    assert!(event["message"].as_str().unwrap().starts_with("cannot build [address], trying again: "), "{event}");
    assert_eq!(event["environment"], "test");
    assert!(event["release"].as_str().unwrap().starts_with("graveyard@"), "{event}");
    assert!(
        !envelope.contains("almara") && event.get("user").is_none() && event.get("request").is_none(),
        "{envelope}"
    );
    let log = serving.end();
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        assert!(line["level"].is_string() && line["message"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    assert!(!log.contains(&secret[..11]), "{log}");
    assert!(log.contains("GET /uzivatel/zmena-hesla/… 421"), "{log}");
    let request = log.lines().find(|line| line.contains("GET /api/me")).expect("a line for the request");
    let request: serde_json::Value = serde_json::from_str(request).unwrap();
    assert_eq!(request["status"], 421, "it is asked by another name: {request}");
    assert_eq!(request["span"]["id"].as_str().unwrap().len(), 16, "{request}");
}
