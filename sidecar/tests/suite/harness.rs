//! A demo site of its own, on either engine, served on a port of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Method, Request, Response, StatusCode, header};
use chrono::{TimeDelta, Utc};
use generator::build::Options;
use generator::build::live::Pace;
use generator::build::progress::Progress;
use generator::cdn::Cdn;
use generator::db::{accounts, credentials, records};
use generator::files::SiteFiles;
use generator::model::{MemberId, Role};
use generator::open::{Edition, Opened};
use generator::settings::Settings;
use sidecar::app::App;
use sidecar::builder::Building;
use sidecar::database::Database;
use sidecar::mail::Mailing;
use sidecar::mail::settings::MailSettings;
use sidecar::options::Options as Answers;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::browsing::Browsing;
use crate::kept_pages;
use crate::letters::Mail;
use crate::postgres;

/// Both engines; a database test loops over them.
pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct TestApp {
    pub address: SocketAddr,
    pub settings: Settings,
    pub opened: Opened,
    pub app: Arc<App>,
    /// How far the clock of requests is ahead, in seconds.
    ahead: Arc<AtomicI64>,
    _folder: TempDir,
}

/// What members of the sample site log in with in tests.
pub const PASSWORD: &str = "vrbová píšťalka";

impl TestApp {
    /// The sample site, built, and served by the sidecar's own router until the test ends.
    pub async fn demo() -> TestApp {
        TestApp::demo_on(Engine::Sqlite).await
    }

    pub async fn demo_on(engine: Engine) -> TestApp {
        TestApp::answering(engine, |_| {}).await
    }

    /// As [`TestApp::demo_on`], with other options.
    pub async fn answering(engine: Engine, change: impl FnOnce(&mut Answers)) -> TestApp {
        TestApp::of(engine, generator::files::shipped_site(), change).await
    }

    /// As [`TestApp::answering`], of these files.
    pub async fn of(engine: Engine, files: SiteFiles, change: impl FnOnce(&mut Answers)) -> TestApp {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => postgres::fresh(folder.path()).await,
        };
        let settings = Settings {
            database_url,
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: format!("http://{address}"),
            uploads_url: "/uploads".to_owned(),
            cdn: Cdn::None,
        };
        let opened = Opened::from_files(files, &settings).await.unwrap();
        generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await.unwrap();
        let edition = Edition::new(Arc::clone(&opened.site), &opened.files).unwrap();
        let database = Database::opened(opened.db.clone());
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&ahead);
        let mut answers = Answers {
            clock: Arc::new(move || Utc::now() + TimeDelta::seconds(clock.load(Ordering::SeqCst))),
            failed_login_time: Duration::from_millis(1),
            page_patience: Duration::from_secs(30),
            mail: MailSettings {
                from: "noreply@example.org".parse().unwrap(),
                folder: folder.path().join("mail"),
                ..MailSettings::default()
            },
            ..Answers::default()
        };
        change(&mut answers);
        let app = App::new(settings.clone(), answers, &edition, database);
        let mut router = sidecar::app::router(&app);
        if kept_pages::are_kept() {
            router = router.layer(axum::middleware::from_fn(kept_pages::passing));
        }
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let demo = TestApp { address, settings, opened, app, ahead, _folder: folder };
        demo.build().await;
        tokio::spawn(async move { axum::serve(listener, router).await });
        demo
    }

    /// Somebody who is not logged in.
    pub fn browsing(&self) -> Browsing {
        Browsing::new(&self.app)
    }

    /// A member of the sample site who is logged in.
    pub async fn member(&self, nick: &str, role: Role) -> Browsing {
        self.give_password(nick, role).await;
        let mut browsing = self.browsing();
        browsing.log_in(nick, PASSWORD).await;
        browsing
    }

    /// Lets a member of the sample site in with [`PASSWORD`].
    pub async fn give_password(&self, nick: &str, role: Role) -> MemberId {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| sidecar::password::hash(PASSWORD).unwrap());
        let mut tx = self.opened.db.write().await.unwrap();
        let id = credentials::by_nick(&mut tx, nick).await.unwrap().expect("a member of the sample site").member_id;
        credentials::set(&mut tx, id, hash).await.unwrap();
        accounts::set_role(&mut tx, id, role).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Lets time pass for requests.
    pub fn pass(&self, time: TimeDelta) {
        self.ahead.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    /// What all requests share, made once more after the settings have changed.
    pub fn again(&self) -> Arc<App> {
        let database = Database::opened(self.opened.db.clone());
        App::new(self.settings.clone(), self.app.options.clone(), &self.edition(), database)
    }

    /// A builder beside the server, which builds what it is told of at once.
    pub fn building(&self) -> Building {
        let (never, now) = (Duration::from_secs(3_600), Duration::ZERO);
        let pace = Pace { poll: never, shared: now, crowded: never, trouble: Duration::from_millis(5) };
        Building::start(&self.app, self.edition(), pace)
    }

    /// Sends the mails that wait.
    pub fn mailing(&self) -> Mailing {
        Mailing::start(&self.app)
    }

    /// Waits until no mail waits any more; what has become a file since the last time, by address and text.
    pub async fn mails(&self) -> Vec<Mail> {
        const WAITING: &str = "select count(*) from mail where state = 'waiting'";
        for _ in 0..2_000 {
            if self.number(WAITING).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(self.number(WAITING).await, 0, "mail is not sent");
        let mut mails = Vec::new();
        for entry in std::fs::read_dir(&self.app.options.mail.folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            mails.push(Mail::read(&std::fs::read_to_string(&path).unwrap()));
            std::fs::remove_file(path).unwrap();
        }
        mails.sort_by(|one, other| (&one.to, &one.text).cmp(&(&other.to, &other.text)));
        mails
    }

    /// The path of a link in a mail, which names the site.
    pub fn own_path(&self, link: &str) -> String {
        link.strip_prefix(&self.settings.site_url).unwrap_or_else(|| panic!("{link} leads elsewhere")).to_owned()
    }

    /// The site's files, compiled.
    pub fn edition(&self) -> Edition {
        Edition::new(Arc::clone(&self.opened.site), &self.opened.files).unwrap()
    }

    /// Brings the files up to date.
    pub async fn build(&self) {
        let builder = self.opened.builder(&self.settings.output).unwrap();
        let now = generator::text::moment::cut(chrono::Utc::now());
        let summary = builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, []);
    }

    /// Runs a statement on the database.
    pub async fn execute(&self, sql: &'static str) {
        let mut tx = self.opened.db.write().await.unwrap();
        match &mut tx {
            generator::db::Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
            generator::db::Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
        }
        tx.commit().await.unwrap();
    }

    /// The number that a statement asks for.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let mut tx = self.opened.db.snapshot().await.unwrap();
        match &mut tx {
            generator::db::Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
            generator::db::Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
        }
    }

    /// Where a page of the built site stands.
    pub async fn path(&self, key: &str) -> String {
        let mut tx = self.opened.db.snapshot().await.unwrap();
        let found = records::by_pages(&mut tx, &[key.to_owned()]).await.unwrap();
        found.get(key).unwrap_or_else(|| panic!("there is no page {key}")).path.clone()
    }

    /// What the whole router answers.
    pub async fn ask(&self, method: Method, address: &str, headers: &[(HeaderName, &str)]) -> Response<Body> {
        ask(&self.app, method, address, headers).await
    }

    pub async fn get(&self, address: &str) -> Response<Body> {
        self.ask(Method::GET, address, &[]).await
    }

    /// See [`outcome`].
    pub async fn outcome(&self, address: &str) -> String {
        outcome(&self.app, address).await
    }
}

/// What the whole router answers.
pub async fn ask(app: &Arc<App>, method: Method, address: &str, headers: &[(HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    sidecar::app::router(app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// Status and, for a redirect, where it leads: `301 /rubriky/clanky/`, `404`.
pub async fn outcome(app: &Arc<App>, address: &str) -> String {
    let response = ask(app, Method::GET, address, &[]).await;
    match response.headers().get(header::LOCATION) {
        Some(location) => format!("{} {}", response.status().as_u16(), location.to_str().unwrap()),
        None => response.status().as_u16().to_string(),
    }
}

/// The text of a response.
pub async fn text(response: Response<Body>) -> String {
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Whether a response may be kept by nobody.
pub fn is_never_stored(response: &Response<Body>) -> bool {
    response.headers().get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store")
        && response.status() != StatusCode::OK
}
