//! What every test stands on: a site of its own in a folder of its own, on either engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use generator::build::progress::Progress;
use generator::build::{Error, Options, Summary};
use generator::cdn::Cdn;
use generator::db::creations::{NewAuthor, NewCreation};
use generator::db::members::NewMember;
use generator::db::{Tx, creations, lists, members, stale};
use generator::files::{self, SiteFiles};
use generator::model::{AuthorId, AuthorKind, CreationId, MemberId, TextFormat};
use generator::open::Opened;
use generator::page::Page;
use generator::settings::Settings;
use generator::site::Site;
use generator::store::{Memory, Store};
use tempfile::TempDir;

use crate::postgres;

/// Both engines; a database test loops over them.
pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub struct TestSite {
    pub opened: Opened,
    pub store: Arc<Store>,
    /// Kept until the test ends, then removed.
    _folder: TempDir,
    pub settings: Settings,
}

/// The time that tests happen at.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
}

pub async fn fresh_database(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite://{}", folder.join("test.db").display()),
        Engine::Postgres => postgres::fresh(folder).await,
    }
}

pub fn tiny_files() -> SiteFiles {
    fixture("tiny")
}

pub fn small_files() -> SiteFiles {
    fixture("small")
}

fn fixture(name: &str) -> SiteFiles {
    files::read_site(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

impl TestSite {
    /// The shipped site over an empty database.
    pub async fn empty(engine: Engine) -> TestSite {
        TestSite::with(engine, files::shipped_site()).await
    }

    /// The shipped site with its sample content.
    pub async fn demo(engine: Engine) -> TestSite {
        let site = TestSite::empty(engine).await;
        let content = &site.opened.files.content;
        generator::demo::load(&site.opened.db, &site.opened.site, content, &site.settings.uploads).await.unwrap();
        site
    }

    /// The second, tiny site over an empty database.
    pub async fn tiny(engine: Engine) -> TestSite {
        TestSite::with(engine, tiny_files()).await
    }

    /// A site whose pages have two or three places, over an empty database.
    pub async fn small(engine: Engine) -> TestSite {
        TestSite::with(engine, small_files()).await
    }

    pub async fn with(engine: Engine, files: SiteFiles) -> TestSite {
        let folder = TempDir::new().unwrap();
        let database_url = fresh_database(engine, folder.path()).await;
        TestSite::over(folder, database_url, files).await
    }

    /// A site over a database that exists already.
    pub async fn over(folder: TempDir, database_url: String, files: SiteFiles) -> TestSite {
        let settings = Settings {
            database_url,
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: "https://www.example.org".to_owned(),
            uploads_url: "https://uploads.example.org".to_owned(),
            cdn: Cdn::None,
        };
        let opened = Opened::from_files(files, &settings).await.unwrap();
        TestSite { opened, store: Arc::new(Store::Memory(Memory::new())), _folder: folder, settings }
    }

    /// The same database and target with other files.
    pub fn deploy(&mut self, files: SiteFiles) {
        let site = Site::load(&files, &self.settings.site_url, &self.settings.uploads_url).unwrap();
        self.opened = Opened { db: self.opened.db.clone(), site: Arc::new(site), files };
    }

    pub fn memory(&self) -> &Memory {
        match &*self.store {
            Store::Memory(memory) => memory,
            Store::Directory(_) | Store::S3(_) => panic!("this site builds into a folder or a bucket"),
        }
    }

    pub async fn try_build(&self, options: Options) -> Result<Summary, Error> {
        let builder = self.opened.builder_into(Arc::clone(&self.store)).unwrap();
        builder.build(options, now(), &Progress::silent()).await
    }

    /// Forgets all that builders know: marks, records, targets, generations.
    pub async fn forget_builders(&self) {
        let mut tx = self.opened.db.write().await.unwrap();
        for sql in [
            "delete from stale_page",
            "delete from output_page",
            "delete from tombstone",
            "delete from asset_file",
            "delete from target",
            "delete from generation",
        ] {
            execute(&mut tx, sql).await;
        }
        tx.commit().await.unwrap();
    }

    /// Builds and expects no page to fail.
    pub async fn build(&self) -> Summary {
        let summary = self.try_build(Options::default()).await.unwrap();
        assert_eq!(summary.failed, [], "pages failed");
        summary
    }

    /// All files that readers can get, by key.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let keys = self.memory().keys().into_iter().filter(|key| !key.starts_with(".graveyard"));
        keys.map(|key| (key.clone(), self.store.get(&key).unwrap().unwrap())).collect()
    }

    /// A file as text.
    pub fn file(&self, key: &str) -> String {
        let body = self.store.get(key).unwrap().unwrap_or_else(|| panic!("there is no {key}"));
        String::from_utf8(body).unwrap()
    }

    pub fn has(&self, key: &str) -> bool {
        self.store.get(key).unwrap().is_some()
    }

    /// Runs statements on the database and marks pages, in one transaction, as a writer would.
    pub async fn change(&self, statements: &[&'static str], pages: &[&str]) {
        let mut tx = self.opened.db.write().await.unwrap();
        for sql in statements {
            execute(&mut tx, sql).await;
        }
        let pages: Vec<Page> = pages.iter().map(|key| key.parse().unwrap()).collect();
        stale::mark(&mut tx, &pages, 0).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A member and an author of id 1, for creations.
    pub async fn add_author(&self, nick: &str) {
        let mut tx = self.opened.db.write().await.unwrap();
        let member = NewMember { id: 1, nick: nick.to_owned(), level: "1".to_owned(), ..NewMember::default() };
        members::insert(&mut tx, &[member]).await.unwrap();
        let author = NewAuthor {
            id: AuthorId(1),
            kind: AuthorKind::Member,
            member_id: Some(MemberId(1)),
            name: String::new(),
            website: String::new(),
        };
        creations::insert_authors(&mut tx, &[author]).await.unwrap();
        lists::append(&mut tx, &[("members".to_owned(), 1), ("authors".to_owned(), 1)]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Publishes creations of author 1 with rows from `first_id` on, numbered by their rows.
    pub async fn publish(&self, section: &str, first_id: i64, titles: &[&str], attributes: &str, body: &str) {
        let mut tx = self.opened.db.write().await.unwrap();
        let mut items = Vec::new();
        let mut rows = Vec::new();
        for (id, title) in (first_id..).zip(titles) {
            rows.push(creation(section, id, title, attributes, body));
            items.push((format!("section/{section}"), id));
            items.push(("author/1".to_owned(), id));
            items.push(("creations".to_owned(), id));
        }
        creations::insert(&mut tx, &rows).await.unwrap();
        lists::append(&mut tx, &items).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub async fn execute(tx: &mut Tx, sql: &'static str) {
    match tx {
        Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
        Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
    }
}

fn creation(section: &str, id: i64, title: &str, attributes: &str, body: &str) -> NewCreation {
    NewCreation {
        id: CreationId(id),
        section: section.to_owned(),
        number: id,
        title: title.to_owned(),
        slug: generator::text::slug::slug_or(title, "dilo"),
        author_id: Some(AuthorId(1)),
        state: "approved",
        genre_id: None,
        rating_sum: 9,
        rating_count: 2,
        winner: false,
        read_count: 0,
        download_count: 0,
        comment_count: 0,
        published_at: Some(now()),
        changed_at: now(),
        synopsis: String::new(),
        attributes: attributes.to_owned(),
        body_format: TextFormat::Markdown,
        body: body.to_owned(),
    }
}

/// A tool that tests do without where it is missing, once that is said; where `GRAVEYARD_PYTHON` is `required`, as on the
/// machines of the workflow, all of them have to be there.
pub fn where_it_is<T>(tool: Option<T>, missing: &str) -> Option<T> {
    if tool.is_none() {
        let is_required = std::env::var_os("GRAVEYARD_PYTHON").is_some_and(|value| value == "required");
        assert!(!is_required, "{missing}, and GRAVEYARD_PYTHON=required");
        eprintln!("{missing}: what it would be asked is not tested");
    }
    tool
}
