//! A demo site of its own, on either engine, served on a port of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Method, Request, Response, StatusCode, header};
use generator::build::Options;
use generator::build::progress::Progress;
use generator::db::records;
use generator::open::{Edition, Opened};
use generator::settings::Settings;
use sidecar::app::App;
use sidecar::database::Database;
use sqlx::{Connection, Executor};
use tempfile::TempDir;
use tower::ServiceExt;

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
    _folder: TempDir,
}

impl TestApp {
    /// The sample site, built, and served by the sidecar's own router until the test ends.
    pub async fn demo() -> TestApp {
        TestApp::demo_on(Engine::Sqlite).await
    }

    pub async fn demo_on(engine: Engine) -> TestApp {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        let database_url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
            Engine::Postgres => {
                let url = postgres_url();
                create_database(&url).await;
                url
            }
        };
        let settings = Settings {
            database_url,
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: format!("http://{address}"),
            uploads_url: "/uploads".to_owned(),
        };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await.unwrap();
        generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await.unwrap();
        let edition = Edition::new(Arc::clone(&opened.site), &opened.files).unwrap();
        let app = App::new(settings.clone(), &edition, Database::opened(opened.db.clone()));
        let router = sidecar::app::router(&app);
        let demo = TestApp { address, settings, opened, app, _folder: folder };
        demo.build().await;
        tokio::spawn(async move { axum::serve(listener, router).await });
        demo
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

/// The address of a database that is not there yet.
pub fn postgres_url() -> String {
    let server =
        std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names no server: run the tests by `make test`");
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/test_{:x}", rand::random::<u64>())
}

/// Makes the database of an address.
pub async fn create_database(url: &str) {
    let server = std::env::var("TEST_POSTGRES_URL").unwrap();
    let name = url.rsplit_once('/').unwrap().1;
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.unwrap();
}
