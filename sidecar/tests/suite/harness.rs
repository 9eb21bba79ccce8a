//! A demo site of its own, served on a port of its own.

use std::net::SocketAddr;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::open::Opened;
use generator::settings::Settings;
use tempfile::TempDir;

pub struct TestApp {
    pub address: SocketAddr,
    pub settings: Settings,
    _folder: TempDir,
}

impl TestApp {
    /// The sample site, built, and served by the sidecar's own router until the test ends.
    pub async fn demo() -> TestApp {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            database_url: format!("sqlite://{}", folder.path().join("test.db").display()),
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: format!("http://{address}"),
            uploads_url: "/uploads".to_owned(),
        };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await.unwrap();
        generator::demo::load(&opened.db, &opened.site, &opened.files.content, &settings.uploads).await.unwrap();
        let builder = opened.builder(&settings.output).unwrap();
        let now = generator::text::moment::cut(chrono::Utc::now());
        let summary = builder.build(Options::default(), now, &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, []);
        opened.db.close().await;
        let router = sidecar::files::router(&settings);
        tokio::spawn(async move { axum::serve(listener, router).await });
        TestApp { address, settings, _folder: folder }
    }
}
