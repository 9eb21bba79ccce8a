//! What a change costs does not follow the size of the site: the statements of each operation and of the build after it,
//! counted on a site of 50 works and on one of 500, the rows that they read, and the files that they write. A binary of its own, since statements
//! are counted in the whole process.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test says what it expects by failing")]

#[path = "suite/harness.rs"]
#[allow(dead_code, reason = "the suite uses the rest of it")]
mod harness;
#[path = "suite/postgres.rs"]
#[allow(dead_code, reason = "the suite uses the rest of it")]
mod postgres;
#[path = "../benches/changes/statements.rs"]
mod statements;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use generator::build::live::{Event, Live, Pace, Signals};
use generator::build::progress::Progress;
use generator::build::{Builder, Options, Summary};
use generator::db::members::{self as member_rows, NewMember};
use generator::db::messages::{NewMessage, insert_comments};
use generator::db::{identities, lists};
use generator::model::{Board, CreationId, MemberId, Text, TextFormat};
use generator::page::{Page, Sitemap};
use generator::publish::ads::{self, AdText};
use generator::publish::creations::{Submission, Work};
use generator::publish::links::{self, LinkText};
use generator::publish::{Change, Door, Marked, comments, creations, forum, members, news, votes};
use generator::watch::Watch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};

use harness::{ENGINES, Engine, TestSite, now};

/// A build by one loop: of several nobody knows how they share the pages.
async fn built(site: &TestSite, options: Options) -> Summary {
    let builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
    Builder { loops: 1, ..builder }.build(options, now(), &Progress::silent()).await.unwrap()
}

const SMALL: i64 = 50;
const LARGE: i64 = 500;
/// Too many to be built by the way.
const HUGE: i64 = 3_000;
/// Another than the author of everything; has written three comments on a site of any size.
const READER: MemberId = MemberId(2);

fn members_of(works: i64) -> i64 {
    (works / 10).max(3)
}

/// Rows of a site of so many works of one author in one section, two comments on each, a member for each tenth, three at least.
async fn rows_of(engine: Engine, works: i64) -> TestSite {
    let site = TestSite::small(engine).await;
    site.add_author("Almara").await;
    let titles: Vec<String> = (1..=works).map(|id| format!("Pověst {id}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    site.publish("kronika", 1, &titles, "{}", "Bylo, nebylo.").await;
    let mut tx = site.opened.db.write().await.unwrap();
    let people: Vec<NewMember> = (2..=members_of(works))
        .map(|id| NewMember { id, nick: format!("Člen {id}"), level: "1".to_owned(), ..NewMember::default() })
        .collect();
    member_rows::insert(&mut tx, &people).await.unwrap();
    let mut items: Vec<(String, i64)> = people.iter().map(|member| ("members".to_owned(), member.id)).collect();
    let comments: Vec<NewMessage> = (0..works * 2)
        .map(|nth| NewMessage {
            id: nth + 1,
            creation_id: Some(CreationId(nth / 2 + 1)),
            member_id: Some(if nth % 2 == 0 && nth < 6 { READER } else { MemberId(3) }),
            nick: String::new(),
            posted_at: Some(now() + TimeDelta::minutes(nth)),
            body_format: TextFormat::Markdown,
            body: "Pěkné.".to_owned(),
        })
        .collect();
    insert_comments(&mut tx, &comments).await.unwrap();
    items.extend((0..works * 2).map(|nth| (format!("discussion/{}", nth / 2 + 1), nth + 1)));
    lists::append(&mut tx, &items).await.unwrap();
    identities::advance_identities(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    site
}

/// As [`rows_of`], and built.
async fn site_of(engine: Engine, works: i64) -> TestSite {
    let site = rows_of(engine, works).await;
    built(&site, Options::default()).await;
    site
}

fn later() -> DateTime<Utc> {
    now() + TimeDelta::days(30)
}

fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

fn work(title: &str) -> Work {
    Work {
        title: title.to_owned(),
        synopsis: String::new(),
        attributes: "{}".to_owned(),
        body: text("Bylo, nebylo."),
        source_name: String::new(),
        source_url: String::new(),
    }
}

fn ad() -> AdText {
    AdText {
        group: "nabizim".to_owned(),
        name: "Kupec".to_owned(),
        email: String::new(),
        phone: String::new(),
        mobile: String::new(),
        area: String::new(),
        age: String::new(),
        experience: String::new(),
        body: text("Prodám meč."),
    }
}

fn link() -> LinkText {
    let url = "https://hrad.example.org/".to_owned();
    LinkText { title: "Hrad".to_owned(), url, description: text("O hradu.") }
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Comment,
    EditComment,
    Vote,
    Approve,
    Retitle,
    Unpublish,
    Rename,
    News,
    Post,
    Ad,
    Link,
    Ban,
    Move,
    Delete,
}

const OPERATIONS: [Operation; 14] = [
    Operation::Comment,
    Operation::EditComment,
    Operation::Vote,
    Operation::Approve,
    Operation::Retitle,
    Operation::Unpublish,
    Operation::Rename,
    Operation::News,
    Operation::Post,
    Operation::Ad,
    Operation::Link,
    Operation::Ban,
    Operation::Move,
    Operation::Delete,
];

impl Operation {
    /// Makes the change around the middle of the site.
    async fn make(self, site: &TestSite, works: i64) -> Vec<Marked> {
        let (db, config) = (&site.opened.db, &site.opened.site);
        let middle = CreationId(works / 2);
        let mut change = Change::begin_alone(db, config, later()).await.unwrap();
        match self {
            Operation::Comment => drop(comments::add(&mut change, middle, READER, &text("Souhlas.")).await.unwrap()),
            Operation::EditComment => comments::edit(&mut change, works, &text("Jinak.")).await.unwrap(),
            Operation::Vote => votes::cast(&mut change, middle, READER, 1).await.unwrap(),
            Operation::Approve => {
                let author = creations::author_of(&mut change, MemberId(1)).await.unwrap();
                let work = work("Nová");
                let id = creations::submit(&mut change, "kronika", Some(author), None, &work, Submission::Waiting);
                let id = id.await.unwrap();
                creations::approve(&mut change, id).await.unwrap();
            }
            Operation::Retitle => creations::edit(&mut change, middle, &work("Jinak zvaná")).await.unwrap(),
            Operation::Unpublish => creations::unpublish(&mut change, CreationId(middle.0 + 4)).await.unwrap(),
            Operation::Rename => members::rename(&mut change, READER, "Bořek").await.unwrap(),
            Operation::News => drop(news::add(&mut change, READER, &text("Je léto.")).await.unwrap()),
            Operation::Post => drop(forum::add(&mut change, READER, &text("Ahoj.")).await.unwrap()),
            Operation::Ad => drop(ads::add(&mut change, Board::Market, Some(READER), &ad()).await.unwrap()),
            Operation::Link => drop(links::add(&mut change, &link()).await.unwrap()),
            Operation::Ban => members::ban(&mut change, READER).await.unwrap(),
            Operation::Move => {
                creations::move_to(&mut change, CreationId(middle.0 + 8), "povesti", None).await.unwrap();
            }
            Operation::Delete => creations::delete(&mut change, CreationId(middle.0 + 12)).await.unwrap(),
        }
        change.commit().await.unwrap()
    }
}

/// What one operation and the build after it did.
struct Done {
    /// Statement's beginning → how many.
    statements: BTreeMap<String, usize>,
    /// Rows that they gave.
    rows: u64,
    /// Rows among them that a site has to have: those of the sitemaps that were marked, of a thousand addresses each.
    addresses: u64,
    written: u64,
    deleted: u64,
}

async fn done(site: &TestSite, works: i64, operation: Operation) -> Done {
    statements::count();
    let marked = operation.make(site, works).await;
    let summary = built(site, Options::default()).await;
    let addresses = marked.iter().map(|mark| match mark.page {
        Page::Sitemap(Sitemap::Creations(_)) => works,
        Page::Sitemap(Sitemap::Members(_)) => members_of(works),
        _ => 0,
    });
    let addresses = addresses.sum::<i64>().unsigned_abs();
    let mut counts = BTreeMap::new();
    for statement in statements::counted() {
        *counts.entry(statement).or_default() += 1;
    }
    Done { statements: counts, rows: statements::rows(), addresses, written: summary.written, deleted: summary.deleted }
}

/// The keys of the files that an action changes, adds or removes.
async fn touched(site: &TestSite, action: impl AsyncFnOnce()) -> Vec<String> {
    let before = site.files();
    action().await;
    let after = site.files();
    let mut keys: Vec<String> =
        before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key)).cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

async fn nothing_follows_the_size_of_the_site() {
    for engine in ENGINES {
        let (small, large) = (site_of(engine, SMALL).await, site_of(engine, LARGE).await);
        for operation in OPERATIONS {
            let (at_small, at_large) = (done(&small, SMALL, operation).await, done(&large, LARGE, operation).await);
            assert!(at_small.written > 0, "{operation:?} on {engine:?} writes nothing");
            assert_eq!(at_small.statements, at_large.statements, "statements of {operation:?} on {engine:?}");
            let rows = |done: &Done| done.rows - done.addresses;
            assert_eq!(rows(&at_small), rows(&at_large), "rows read for {operation:?} on {engine:?}");
            assert_eq!(
                (at_small.written, at_small.deleted),
                (at_large.written, at_large.deleted),
                "files of {operation:?} on {engine:?}"
            );
        }
    }
}

async fn a_batch_is_loaded_by_as_many_statements_as_one_page() {
    for engine in ENGINES {
        let mut counts = Vec::new();
        for works in [10, 20] {
            let site = site_of(engine, works).await;
            statements::count();
            built(&site, Options { all: true, ..Options::default() }).await;
            let mut statements = statements::counted();
            // Marks are written in pieces.
            statements.retain(|statement| !statement.starts_with("insert into stale_page"));
            counts.push(statements);
        }
        assert_eq!(counts[0], counts[1], "{engine:?}");
    }
}

async fn a_new_title_of_an_old_work_writes_what_shows_it_and_no_more() {
    for engine in ENGINES {
        for works in [SMALL, LARGE] {
            let site = site_of(engine, works).await;
            let middle = works / 2;
            let archive = (middle + 1) / 2;
            let files = touched(&site, async || {
                Operation::Retitle.make(&site, works).await;
                built(&site, Options::default()).await;
            })
            .await;
            let mut expected = vec![
                // Its page under the new address, a redirect under the old one, both neighbours.
                format!("rubriky/kronika/{middle}-jinak-zvana/index.html"),
                format!("rubriky/kronika/{middle}-povest-{middle}/index.html"),
                format!("rubriky/kronika/{0}-povest-{0}/index.html", middle - 1),
                format!("rubriky/kronika/{0}-povest-{0}/index.html", middle + 1),
                // The archive pages that list it: of the section, of the author.
                format!("rubriky/kronika/strana/{archive}/index.html"),
                format!("autor/1-almara/strana/{archive}/index.html"),
                "sitemap-creations-1.xml".to_owned(),
            ];
            expected.sort_unstable();
            assert_eq!(files, expected, "{works} works on {engine:?}");
        }
    }
}

/// What one comment costs on its way from the form to its pages, with a builder that lives in the process. On a server each
/// statement is a round trip; so are `begin`, with the first lock, and `commit`, which are not counted: four of each.
async fn a_comment_takes_few_statements() {
    for (engine, allowed) in [(Engine::Sqlite, 28), (Engine::Postgres, 23)] {
        let site = site_of(engine, SMALL).await;
        let builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
        let signals = Arc::new(Signals::default());
        let door = Door {
            db: site.opened.db.clone(),
            site: Arc::clone(&site.opened.site),
            generation: Some(builder.generation.clone()),
            signals: Arc::clone(&signals),
        };
        let (said, mut built) = mpsc::unbounded_channel();
        let never = Duration::from_secs(3_600);
        let live = Live {
            builder,
            signals,
            pace: Pace { poll: never, shared: Duration::ZERO, crowded: never, trouble: never },
            clock: Arc::new(later),
            report: Arc::new(move |event| match event {
                Event::Built(summary) => said.send(summary).unwrap(),
                Event::Round(_) | Event::Began => {}
                other => panic!("{other:?}"),
            }),
        };
        let (end, ended) = watch::channel(false);
        let living = tokio::spawn(async move { live.run(ended).await });
        let comment = async |words: &str| {
            let mut change = door.begin(later()).await.unwrap();
            comments::add(&mut change, CreationId(SMALL / 2), READER, &text(words)).await.unwrap();
            change.commit().await.unwrap()
        };
        comment("První.").await;
        built.recv().await.unwrap();
        // A loop that has been woken once too often looks in vain in between: the least of several is what it takes.
        let mut least: Option<Vec<String>> = None;
        for nth in 0..6 {
            statements::count();
            comment(&format!("Další {nth}.")).await;
            let summary = built.recv().await.unwrap();
            let all = statements::counted();
            assert!(summary.written >= 3 && summary.failed.is_empty(), "{summary:?}");
            if least.as_ref().is_none_or(|least| all.len() < least.len()) {
                least = Some(all);
            }
        }
        let least = least.unwrap();
        assert_eq!(least.len(), allowed, "{engine:?}: {least:#?}");
        end.send(true).unwrap();
        living.await.unwrap().unwrap();
    }
}

/// Asks a server for a page; gives head and body.
async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Neither the start nor a page reads more than what that page shows: whoever rendered others would have to read them.
async fn watch_serves_its_first_page_from_as_many_rows_on_a_site_of_any_size() {
    for engine in ENGINES {
        let mut counts = Vec::new();
        for works in [SMALL, HUGE] {
            let mut site = rows_of(engine, works).await;
            site.settings.site = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small");
            statements::count();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let watch = Watch::open(&site.settings, listener).await.unwrap();
            let (end, ended) = oneshot::channel::<()>();
            let served = tokio::spawn(watch.serve(async move { drop(ended.await) }));
            let page = get(address, "/").await;
            assert!(page.starts_with("HTTP/1.1 200") && page.contains(&format!("Pověst {works}<")), "{page}");
            counts.push((statements::counted(), statements::rows()));
            drop(end);
            served.await.unwrap().unwrap();
        }
        assert_eq!(counts[0], counts[1], "{engine:?}");
        assert!(counts[0].1 > 0, "{engine:?}: rows are not counted");
    }
}

/// One after another: what is counted is the process's.
#[tokio::test]
async fn a_change_costs_the_same_on_a_site_of_any_size() {
    statements::watch();
    nothing_follows_the_size_of_the_site().await;
    a_batch_is_loaded_by_as_many_statements_as_one_page().await;
    a_new_title_of_an_old_work_writes_what_shows_it_and_no_more().await;
    watch_serves_its_first_page_from_as_many_rows_on_a_site_of_any_size().await;
    a_comment_takes_few_statements().await;
}
