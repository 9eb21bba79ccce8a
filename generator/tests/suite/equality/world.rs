//! The small site that steps happen on, with what has come to be there.

mod acts;
mod later;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use generator::build::progress::Progress;
use generator::build::{Builder, Options, Summary};
use generator::db::{Tx, search, uploads};
use generator::model::{AuthorId, Board, CreationId, GenreId, MemberId, Text, TextFormat, Upload};
use generator::open::Opened;
use generator::publish::creations::{self, Work};
use generator::publish::searchable::{self, Beside};
use generator::publish::{Alone, Change, Error, editors_pages, schedule};
use generator::site::Site;
use generator::store::{Directory, Memory, Store};
use generator::verify::{Findings, verify};
use tempfile::TempDir;

use crate::harness::{Engine, TestSite, execute, now, small_files};

use super::steps::{NEWEST, Nth, OnCreation, OnMember, OnMessage, Step};

const SECTIONS: [&str; 4] = ["povesti", "kronika", "obrazy", "soubory"];
const TITLES: [&str; 4] = ["Drak", "Bílá paní", "Studna", "drak"];
/// Two of them make the same slug, one makes none, two are named in the credits.
const NICKS: [&str; 10] =
    ["Almara", "Bořek", "Žofie", "Čeněk", "čeněk", "***", "Dobroš", "Ema", "Ferda", "Gothard z Hradu"];
const ICONS: [&str; 2] = ["ikony/a.webp", "ikony/b.webp"];
const SLUGS: [&str; 3] = ["pravidla", "o-hradu", "dejiny"];
const GROUPS: [(Board, &str); 3] = [(Board::Market, "nabizim"), (Board::Market, "shanim"), (Board::Dating, "hledam")];
/// Tables that people's doings are in, those first that others refer to.
const TABLES: [&str; 18] = [
    "put_off",
    "member",
    "author",
    "genre",
    "creation",
    "creation_text",
    "account",
    "vote",
    "comment",
    "news",
    "forum_post",
    "ad",
    "link",
    "editors_page",
    "charter",
    "redirect",
    "list",
    "list_item",
];

/// To rows that are there from the beginning, and to those that may come.
const REDIRECTS: &str = "[redirects]
\"/prvni/\" = \"member/1\"
\"/novy/\" = \"member/4\"
\"/jeho-dila/\" = \"author/4\"
\"/starsi/\" = \"author/4/1\"
";

/// One case in so many is built into a real folder.
const FOLDERS: u32 = 8;

pub struct World {
    site: TestSite,
    builder: Builder,
    /// Cases so far, those of shrinking included.
    cases: u32,
    /// Holds the folder that the site is built into, if it is one.
    folder: Option<TempDir>,
    clock: DateTime<Utc>,
    members: Vec<MemberId>,
    authors: Vec<AuthorId>,
    genres: Vec<GenreId>,
    creations: Vec<CreationId>,
    comments: Vec<i64>,
    news: Vec<i64>,
    posts: Vec<i64>,
    ads: Vec<i64>,
    links: Vec<i64>,
}

/// The n-th of what there is; see [`Nth`].
fn pick<T: Copy>(of: &[T], nth: Nth) -> Option<T> {
    let last = of.len().checked_sub(1)?;
    Some(match nth.checked_sub(NEWEST) {
        Some(back) => of[last - back % of.len()],
        None => of[nth % of.len()],
    })
}

/// Words, with a heading and an uploaded picture: what is known of it must not depend on what else is rendered.
fn text(words: String) -> Text {
    let picture = ICONS[words.len() % ICONS.len()];
    Text { source: format!("# Nadpis\n\n{words}\n\n![obrázek]({picture})"), format: TextFormat::Markdown }
}

fn work(title: &str, synopsis: String, index: usize) -> Work {
    Work {
        title: title.to_owned(),
        synopsis,
        attributes: format!("{{\"place\": \"hrad {index}\"}}"),
        body: text(format!("Vypráví se o tom {index}. večer.")),
        source_name: String::new(),
        source_url: String::new(),
    }
}

/// All that readers can get, by key.
fn files_in(store: &Store) -> BTreeMap<String, Vec<u8>> {
    let mut keys = Vec::new();
    store.each_key(&mut |key| keys.push(key)).unwrap();
    let body = |key: String| (key.clone(), store.get(&key).unwrap().unwrap());
    keys.into_iter().filter(|key| !key.starts_with(".graveyard")).map(body).collect()
}

impl World {
    pub async fn new(engine: Engine) -> World {
        let mut files = small_files();
        let config = files.content.get_mut("site.toml").unwrap();
        let text = String::from_utf8(config.bytes.clone()).unwrap();
        config.bytes = text.replace("[redirects]\n", REDIRECTS).into_bytes();
        let site = TestSite::with(engine, files).await;
        let mut tx = site.opened.db.write().await.unwrap();
        let icon = |(index, path): (usize, &&str)| {
            let pixels = Some(40 + index as i64);
            let upload = Upload {
                path: (*path).to_owned(),
                size_bytes: 900,
                width: pixels,
                height: pixels,
                ..Upload::default()
            };
            (upload, "image/webp".to_owned())
        };
        uploads::insert(&mut tx, &ICONS.iter().enumerate().map(icon).collect::<Vec<_>>()).await.unwrap();
        tx.commit().await.unwrap();
        let builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
        World {
            site,
            builder,
            cases: 0,
            folder: None,
            clock: now(),
            members: Vec::new(),
            authors: Vec::new(),
            genres: Vec::new(),
            creations: Vec::new(),
            comments: Vec::new(),
            news: Vec::new(),
            posts: Vec::new(),
            ads: Vec::new(),
            links: Vec::new(),
        }
    }

    /// A database with three members, two genres, some creations in each section and a discussion, so that most lists
    /// have an archive already; built into an empty target.
    pub async fn reset(&mut self) {
        self.cases += 1;
        self.site.forget_builders().await;
        self.folder = self.cases.is_multiple_of(FOLDERS).then(|| TempDir::new().unwrap());
        self.site.store = Arc::new(match &self.folder {
            Some(folder) => Store::Directory(Directory::open(folder.path()).unwrap()),
            None => Store::Memory(Memory::new()),
        });
        self.builder.store = Arc::clone(&self.site.store);
        let mut tx = self.site.opened.db.write().await.unwrap();
        for table in TABLES.iter().rev() {
            let sql: &'static str = Box::leak(format!("delete from {table}").into_boxed_str());
            execute(&mut tx, sql).await;
        }
        if matches!(tx, Tx::Postgres(_)) {
            // SQLite begins with 1 by itself.
            for table in ["member", "author"] {
                let sql = format!("alter table {table} alter column id restart");
                execute(&mut tx, Box::leak(sql.into_boxed_str())).await;
            }
        }
        tx.commit().await.unwrap();
        self.clock = now();
        self.authors.clear();
        self.creations.clear();
        self.members.clear();
        self.genres.clear();
        for messages in [&mut self.comments, &mut self.news, &mut self.posts, &mut self.ads, &mut self.links] {
            messages.clear();
        }
        for nick in 0..3 {
            self.member(0, &OnMember::Register { nick }).await.unwrap();
        }
        let mut change = self.alone().await;
        let mut genres = Vec::new();
        for name in ["Veselé", "Smutné"] {
            genres.push(creations::add_genre(&mut change, "povesti", name).await.unwrap());
        }
        change.commit().await.unwrap();
        self.genres = genres;
        for index in 0..8 {
            let section = [0, 1, 0, 2, 0, 3, 1, 1][index];
            let add = OnCreation::Add { section, author: Some(index), genre: Some(0), with_synopsis: false };
            self.creation(index, &add).await.unwrap();
        }
        for index in 0..3 {
            self.comment(index, &OnMessage::Add { on: 0, member: index }).await.unwrap();
        }
        self.build().await;
    }

    /// Has the search look at every row again; gives how many of its entries were not what they should be.
    pub async fn search_again(&self) -> u64 {
        let db = &self.site.opened.db;
        let mut tx = db.write().await.unwrap();
        search::distrust(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        searchable::catch_up(db, Beside::Nobody).await.unwrap()
    }

    /// What a builder makes of the rows that knows nothing else: no marks, no records, an empty target, and nothing that
    /// was rendered before.
    pub async fn built_afresh(&self) -> BTreeMap<String, Vec<u8>> {
        self.site.forget_builders().await;
        let (settings, files) = (&self.site.settings, self.site.opened.files.clone());
        let site = Site::load(&files, &settings.site_url, &settings.uploads_url).unwrap();
        let opened = Opened { db: self.site.opened.db.clone(), site: Arc::new(site), files };
        let store = Arc::new(Store::Memory(Memory::new()));
        let builder = opened.builder_into(Arc::clone(&store)).unwrap();
        let summary = builder.build(Options::default(), self.clock, &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, [], "pages failed");
        files_in(&store)
    }

    pub async fn build(&self) -> Summary {
        let summary = self.builder.build(Options::default(), self.clock, &Progress::silent()).await.unwrap();
        assert_eq!(summary.failed, [], "pages failed");
        summary
    }

    pub async fn verify(&self) -> Findings {
        verify(&self.builder).await.unwrap()
    }

    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_in(&self.site.store)
    }

    async fn alone(&self) -> Change<'_, Alone> {
        Change::begin_alone(&self.site.opened.db, &self.site.opened.site, self.clock).await.unwrap()
    }

    /// Takes a step; says whether it was a possible one.
    pub async fn take(&mut self, index: usize, step: &Step) -> bool {
        self.clock += TimeDelta::minutes(7);
        let outcome = match step {
            Step::Build => Ok(true),
            Step::Creation(step) => self.creation(index, step).await,
            Step::Comment(step) => self.comment(index, step).await,
            Step::News(step) => self.news(index, step).await,
            Step::Draft(step) => self.draft(index, step).await,
            Step::Post(step) => self.post(index, step).await,
            Step::Ad(step) => self.ad(index, step).await,
            Step::Link(step) => self.link(index, step).await,
            Step::Member(step) => self.member(index, step).await,
            Step::Page(step) => self.page(index, step).await,
            Step::AddGenre { section } => self.add_genre(index, *section).await,
            Step::WriteCharter { section } => self.charter(index, *section).await,
            Step::DeleteCharter { section } => {
                let mut change = self.alone().await;
                match editors_pages::delete_charter(&mut change, SECTIONS[section % 4]).await {
                    Ok(()) => change.commit().await.map(|_| true),
                    Err(error) => Err(error),
                }
            }
            Step::TakeTexts => self.take_texts().await,
            Step::Again(nth) => self.again(*nth).await,
            Step::Count { nth, reads, downloads } => self.count(*nth, *reads, *downloads).await,
            Step::Wait { days } => {
                self.clock += TimeDelta::days(*days);
                let due = schedule::due(&self.site.opened.db, &self.site.opened.site, self.clock).await;
                due.map(|due| {
                    assert_eq!(due.failed, []);
                    due.next.is_none_or(|next| next > self.clock)
                })
            }
        };
        match outcome {
            Ok(possible) => possible,
            Err(Error::Database(error)) => panic!("the database fails in step {index}, {step:?}: {error}"),
            Err(_) => false,
        }
    }
}
