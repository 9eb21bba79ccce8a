//! The built site and the sidecar's pages in Chromium: readers, members, editors and those who mean no good.
//!
//! The main journeys are gone on both engines, at a desk and on a phone ([`SCREENS`]).

mod accessible;
mod attacks;
mod editors;
mod guests;
mod members;
mod newcomer;
mod reading;
pub mod rooms;
mod scripts;
mod watching;
mod works;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Engine, PASSWORD, TestApp};

/// Nothing takes so long but what never comes, on a machine that is busy with others as well.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the main journeys are gone with: an engine, and how wide the screen is.
const SCREENS: [(Engine, u32); 2] = [(Engine::Sqlite, 1280), (Engine::Postgres, 360)];

/// From here on the menu stands beside the page; see site.css.
const DESK_WIDTH: u32 = 992;

const ARTICLE: &str = "rubriky/clanky/9-smi-pan-jeskyne-svindlovat/";

/// A browser of its own, ended with the test.
struct Browser {
    client: Client,
    /// The session at the driver.
    session: String,
    driver: Child,
    port: u16,
    width: u32,
    _profile: TempDir,
}

impl Browser {
    async fn open(width: u32, javascript: bool) -> Browser {
        let profile = TempDir::new().unwrap();
        let (driver, port) = started_driver();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": 800, "pixelRatio": 1.0, "touch": false } },
        });
        if !javascript {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let capabilities = json!({ "goog:chromeOptions": options }).as_object().unwrap().clone();
        let mut attempts = 0;
        let client = loop {
            attempts += 1;
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
            {
                Ok(client) => break client,
                Err(error) if attempts > 100 => panic!("the browser does not start: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        let session = client.session_id().await.unwrap().unwrap();
        Browser { client, session, driver, port, width, _profile: profile }
    }

    async fn script(&self, script: &str) -> Value {
        self.script_with(script, Vec::new()).await
    }

    /// As [`Browser::script`], with `arguments`.
    async fn script_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Opens a path of the site.
    async fn goto(&self, app: &TestApp, path: &str) {
        self.client.goto(&format!("http://{}/{}", app.address, path.trim_start_matches('/'))).await.unwrap();
    }

    async fn find(&self, selector: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("there is no {selector}: {error}"))
    }

    /// The status that the page was answered with.
    async fn status(&self) -> u64 {
        let status = self.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
        status.as_u64().unwrap_or_else(|| panic!("a page without a status: {status}"))
    }

    /// What a reader sees of an element.
    async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    async fn type_into(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.unwrap();
    }

    /// As [`Browser::type_into`], in place of what stands there.
    async fn type_anew(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    /// Clicks what leads to another page, and waits until the page that it is on is gone: the click itself need not.
    async fn follow(&self, selector: &str) {
        let page = self.find("html").await;
        self.click(selector).await;
        self.until_gone(&page, selector).await;
    }

    /// As [`Browser::follow`], by the words of a link.
    async fn follow_link(&self, words: &str) {
        let page = self.find("html").await;
        let link = self.client.wait().at_most(PATIENCE).for_element(Locator::LinkText(words)).await;
        link.unwrap_or_else(|error| panic!("there is no link {words}: {error}")).click().await.unwrap();
        self.until_gone(&page, words).await;
    }

    /// Waits until the page with an element is gone.
    async fn until_gone(&self, page: &fantoccini::elements::Element, what: &str) {
        let until = Instant::now() + PATIENCE;
        while page.tag_name().await.is_ok() {
            assert!(Instant::now() < until, "{what} leads nowhere");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether the page fits the browser's width and [is accessible](accessible); keeps a picture of it in the folder that
    /// `SCREENSHOTS` names.
    async fn look(&self, name: &str) {
        if let Ok(folder) = std::env::var("SCREENSHOTS") {
            let picture = self.client.screenshot().await.unwrap();
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
        let widths = self.script("return [document.documentElement.scrollWidth, innerWidth]").await;
        assert!(widths[0].as_f64() <= widths[1].as_f64(), "{name} is wider than the screen: {widths}");
        accessible::check(self, name).await;
    }

    /// Has the menu shown, which a phone folds away.
    async fn open_menu(&self) {
        if self.width < DESK_WIDTH {
            self.click(".menu-button").await;
        }
    }

    /// Whom a static page greets, once it has asked, in the menu.
    async fn nick(&self) -> String {
        let link = self.find("#account a[href='/nastaveni/']").await;
        link.prop("textContent").await.unwrap().unwrap_or_default()
    }

    /// Logs Fénix in on the way to a page of the members' own.
    async fn log_in(&self, app: &TestApp, path: &str) {
        self.log_in_as(app, "Fénix", path).await;
    }

    /// Logs a member in on the way to a page that asks for it.
    async fn log_in_as(&self, app: &TestApp, nick: &str, path: &str) {
        self.goto(app, path).await;
        self.type_into("#name", nick).await;
        self.type_into("#password", PASSWORD).await;
        self.follow("main form button").await;
    }

    async fn close(self) {
        let _ = self.client.clone().close().await;
    }

    /// Asks the driver without the runtime, which a failing test does not have any more.
    fn ask_driver(&self, method: &str, path: &str) -> std::io::Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "{method} /session/{}{path} HTTP/1.1\r\nHost: localhost\r\n\r\n", self.session)?;
        // The driver does not close the connection, whatever it is asked.
        let mut stream = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(std::io::Error::other)?;
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let mut answer: Value = serde_json::from_slice(&body)?;
        Ok(answer["value"].take())
    }

    /// Keeps a picture of what the browser shows at this moment, named by the test; gives where it is.
    fn keep_picture(&self) -> std::io::Result<PathBuf> {
        let folder = match std::env::var_os("SCREENSHOTS") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots"),
        };
        std::fs::create_dir_all(&folder)?;
        let shown = self.ask_driver("GET", "/screenshot")?;
        let picture = STANDARD.decode(shown.as_str().unwrap_or_default()).map_err(std::io::Error::other)?;
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let file = folder.join(format!("{test}-{}.png", self.width));
        std::fs::write(&file, picture)?;
        Ok(file)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            match self.keep_picture() {
                Ok(file) => eprintln!("what the browser showed is in {}", file.display()),
                Err(error) => eprintln!("what the browser showed cannot be kept: {error}"),
            }
            // Its processes would outlive the driver.
            let _ = self.ask_driver("DELETE", "");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A driver, and the port that it has chosen.
fn started_driver() -> (Child, u16) {
    for _ in 0..10 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is not there: run the tests by `make test`");
        if let Some(port) = port_of(&mut driver) {
            return (driver, port);
        }
        // It ends where the port that it found free is somebody else's by then.
        let _ = driver.wait();
    }
    panic!("chromedriver never says its port")
}

/// The port that a driver says to have, if it comes that far.
fn port_of(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let port =
        lines.find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
    // Whatever else it says is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    port
}

/// Waits until what was marked is built, and expects a page there.
async fn wait_for_file(app: &TestApp, path: &str) {
    let until = Instant::now() + PATIENCE;
    while app.number("select count(*) from stale_page").await > 0 || app.get(path).await.status() != 200 {
        assert!(Instant::now() < until, "{path} is not built");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_journey_that_fails_leaves_a_picture() {
    let journey = std::thread::Builder::new().name("browser::a_failing_journey".to_owned());
    let failed = journey.spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let browser = Browser::open(300, true).await;
            browser.client.goto("data:text/html,<h1>Kam dál?</h1>").await.unwrap();
            std::panic::resume_unwind(Box::new("the journey fails"));
        });
    });
    assert!(failed.unwrap().join().is_err());
    let folder = std::env::var_os("SCREENSHOTS")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots"), PathBuf::from);
    let file = folder.join("browser-a_failing_journey-300.png");
    let picture = image::open(&file).unwrap();
    assert_eq!(picture.width(), 300);
    std::fs::remove_file(file).unwrap();
}
