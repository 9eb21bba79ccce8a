//! The builder as a loop: what wakes it, what it puts off, what it survives. Polls and pauses are an hour where they must
//! not be what helps, and nothing is waited for but conditions.

mod outages;
mod releases;
mod turns;

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use generator::build::live::{Event, Live, Pace, Signals};
use generator::build::progress::Progress;
use generator::build::{Builder, Error, Options};
use generator::db::{claims, connect, generations};
use generator::model::{MemberId, Text, TextFormat};
use generator::publish::creations::{Submission, Work};
use generator::publish::{Change, Door, Marked, comments, creations, forum, members};
use generator::store::{Fault, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::harness::{ENGINES, Engine, TestSite, now};

const NEVER: Duration = Duration::from_secs(3_600);
/// Longer than anything takes that works at all.
const PATIENCE: Duration = Duration::from_secs(30);
const AT_ONCE: Pace = Pace { poll: NEVER, shared: Duration::ZERO, crowded: NEVER, trouble: Duration::from_millis(5) };
const ALMARA: MemberId = MemberId(1);

struct Running {
    site: TestSite,
    door: Door,
    events: Arc<Mutex<Vec<Event>>>,
    /// Minutes that the clock is ahead.
    ahead: Arc<AtomicI64>,
    end: watch::Sender<bool>,
    task: JoinHandle<Result<(), Error>>,
}

fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it does not come true");
}

impl Running {
    /// A small site with Almara, being built.
    async fn start(engine: Engine, pace: Pace) -> Running {
        Running::over(TestSite::small(engine).await, pace, |builder| builder).await
    }

    /// As [`Running::start`], with a site and a builder of the caller's.
    async fn over(site: TestSite, pace: Pace, with: impl FnOnce(Builder) -> Builder) -> Running {
        let (running, marked) = Running::begin(site, pace, with).await;
        assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
        // The first build goes on a little after that, and would still take whatever is marked meanwhile.
        until(|| running.saw(|event| matches!(event, Event::Built(_)))).await;
        running
    }

    /// As [`Running::over`], and does not wait for the first build; gives the marks of Almara's pages.
    async fn begin(site: TestSite, pace: Pace, with: impl FnOnce(Builder) -> Builder) -> (Running, Vec<Marked>) {
        let signals = Arc::new(Signals::default());
        let door = Door {
            db: site.opened.db.clone(),
            site: Arc::clone(&site.opened.site),
            generation: None,
            signals: Arc::clone(&signals),
        };
        let mut change = door.begin(now()).await.unwrap();
        members::register(&mut change, "Almara", "clen@example.org").await.unwrap();
        let marked = change.commit().await.unwrap();
        let (events, ahead) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicI64::new(0)));
        let live = Live {
            builder: with(site.opened.builder_into(Arc::clone(&site.store)).unwrap()),
            signals,
            pace,
            clock: Arc::new({
                let ahead = Arc::clone(&ahead);
                move || now() + TimeDelta::minutes(ahead.load(Ordering::Relaxed))
            }),
            report: Arc::new({
                let events = Arc::clone(&events);
                move |event| events.lock().unwrap().push(event)
            }),
        };
        let (end, ended) = watch::channel(false);
        let task = tokio::spawn(async move { live.run(ended).await });
        (Running { site, door, events, ahead, end, task }, marked)
    }

    async fn stop(self) -> TestSite {
        self.end.send(true).unwrap();
        self.task.await.unwrap().unwrap();
        self.site
    }

    fn saw(&self, event: impl Fn(&Event) -> bool) -> bool {
        self.events.lock().unwrap().iter().any(event)
    }
}

async fn post(door: &Door, body: &str) -> Vec<Marked> {
    let mut change = door.begin(now()).await.unwrap();
    forum::add(&mut change, ALMARA, &text(body)).await.unwrap();
    change.commit().await.unwrap()
}

#[tokio::test]
async fn a_commit_wakes_the_builder_of_its_process() {
    for engine in ENGINES {
        let running = Running::start(engine, AT_ONCE).await;
        for nth in 0..3 {
            let body = format!("Příspěvek {nth}.");
            let marked = post(&running.door, &body).await;
            assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
            assert!(running.site.file("forum/index.html").contains(&body));
        }
        running.stop().await;
    }
}

/// A door of a process of its own, which shares nothing with the builder's but the database.
async fn another_door(site: &TestSite) -> Door {
    let db = connect::open(&site.settings.database_url).await.unwrap();
    Door { db, site: Arc::clone(&site.opened.site), generation: None, signals: Arc::default() }
}

#[tokio::test]
async fn a_commit_of_another_process_wakes_it_on_postgres() {
    let running = Running::start(Engine::Postgres, AT_ONCE).await;
    let door = another_door(&running.site).await;
    let marked = post(&door, "Odjinud.").await;
    assert!(door.rendered(&marked, PATIENCE).await.unwrap());
    assert!(running.site.file("forum/index.html").contains("Odjinud."));
    running.stop().await;
}

#[tokio::test]
async fn a_poll_finds_what_nobody_told() {
    let running = Running::start(Engine::Sqlite, Pace { poll: Duration::from_millis(5), ..AT_ONCE }).await;
    let door = another_door(&running.site).await;
    let marked = post(&door, "Odjinud.").await;
    assert!(door.rendered(&marked, PATIENCE).await.unwrap());
    running.stop().await;
}

#[tokio::test]
async fn posts_do_not_wait_for_the_pages_that_all_share() {
    for engine in ENGINES {
        // The pages shared by many changes are built once at the start, then not for an hour.
        let running = Running::start(engine, Pace { shared: NEVER, ..AT_ONCE }).await;
        let mut change = running.door.begin_alone(now()).await.unwrap();
        let work = Work {
            title: "Drak".to_owned(),
            synopsis: String::new(),
            attributes: "{}".to_owned(),
            body: text("Byl."),
            source_name: String::new(),
            source_url: String::new(),
        };
        let id = creations::submit(&mut change, "kronika", None, None, &work, Submission::Waiting).await.unwrap();
        creations::approve(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        for nth in 0..5 {
            let mut change = running.door.begin(now()).await.unwrap();
            comments::add(&mut change, id, ALMARA, &text(&format!("Komentář {nth}."))).await.unwrap();
            let marked = change.commit().await.unwrap();
            let (own, shared): (Vec<Marked>, Vec<Marked>) =
                marked.into_iter().partition(|mark| mark.page.priority() == 0);
            assert!(running.door.rendered(&own, PATIENCE).await.unwrap());
            assert!(running.site.file("rubriky/kronika/1-drak/index.html").contains(&format!("Komentář {nth}.")));
            assert!(!running.door.rendered(&shared, Duration::ZERO).await.unwrap());
        }
        assert!(!running.site.file("novinky/index.html").contains("Komentář"));
        let site = running.stop().await;
        site.build().await;
        assert!(site.file("novinky/index.html").contains("Komentář 4."), "they were only put off");
    }
}

#[tokio::test]
async fn what_comes_due_is_published_without_anybodys_request() {
    for engine in ENGINES {
        let running = Running::start(engine, Pace { poll: Duration::from_millis(5), ..AT_ONCE }).await;
        let mut change = running.door.begin(now()).await.unwrap();
        let at = now() + TimeDelta::minutes(60);
        generator::publish::news::draft(&mut change, ALMARA, &text("Slavnost začíná."), Some(at)).await.unwrap();
        change.commit().await.unwrap();
        running.ahead.store(59, Ordering::Relaxed);
        let marked = post(&running.door, "Už to bude?").await;
        assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
        assert!(!running.site.file("aktuality/index.html").contains("Slavnost"));
        running.ahead.store(60, Ordering::Relaxed);
        until(|| running.site.file("aktuality/index.html").contains("Slavnost")).await;
        assert!(running.saw(|event| matches!(event, Event::CameDue(due) if due.news == 1)));
        running.stop().await;
    }
}

#[tokio::test]
async fn a_page_that_fails_is_tried_again_and_holds_up_no_other() {
    let running = Running::start(Engine::Sqlite, Pace { poll: Duration::from_millis(20), ..AT_ONCE }).await;
    running.site.memory().fail("forum/index.html", Fault::Refuse(ErrorKind::Other));
    let marked = post(&running.door, "Ztratí se?").await;
    let (forum, others): (Vec<Marked>, Vec<Marked>) =
        marked.into_iter().partition(|mark| mark.page.to_string() == "forum");
    assert!(running.door.rendered(&others, PATIENCE).await.unwrap());
    until(|| {
        running.saw(|event| matches!(event, Event::Built(built) if built.failed.iter().any(|it| it.0 == "forum")))
    })
    .await;
    running.site.memory().heal();
    assert!(running.door.rendered(&forum, PATIENCE).await.unwrap());
    assert!(running.site.file("forum/index.html").contains("Ztratí se?"));
    running.stop().await;
}

#[tokio::test]
async fn a_builder_of_an_older_generation_claims_nothing_until_it_is_its_turn_again() {
    for engine in ENGINES {
        let running = Running::start(engine, Pace { poll: Duration::from_millis(5), ..AT_ONCE }).await;
        let of = |generation: &str| {
            let store: Arc<Store> = Arc::clone(&running.site.store);
            Builder { generation: generation.to_owned(), ..running.site.opened.builder_into(store).unwrap() }
        };
        let build = async |builder: Builder| {
            let built = builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
            assert_eq!(built.failed, []);
        };
        build(of("newer")).await;
        let marked = post(&running.door, "Po nasazení.").await;
        until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Superseded)))).await;
        assert!(!running.door.rendered(&marked, Duration::ZERO).await.unwrap());
        build(of("newer")).await;
        assert!(running.site.file("forum/index.html").contains("Po nasazení."), "the newer one has built it");
        // Back to the older release.
        build(running.site.opened.builder_into(Arc::clone(&running.site.store)).unwrap()).await;
        let marked = post(&running.door, "Zase zpátky.").await;
        assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
        running.stop().await;
    }
}

#[tokio::test]
async fn a_first_build_that_is_tried_again_takes_nothing_back() {
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        site.memory().fail("forum/index.html", Fault::Refuse(ErrorKind::StorageFull));
        let (running, _) = Running::begin(site, AT_ONCE, |builder| builder).await;
        until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Store(_))))).await;
        // Meanwhile a newer release has taken over; it stands before the same full disk.
        let site = &running.site;
        let newer = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
        let newer = Builder { generation: "newer".to_owned(), ..newer };
        let build = async || newer.build(Options::default(), now(), &Progress::silent()).await;
        assert!(matches!(build().await, Err(Error::Store(_))));
        site.memory().heal();
        until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Superseded)))).await;
        let newest = generations::newest(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap();
        assert_eq!(newest.as_deref(), Some("newer"));
        assert_eq!(build().await.unwrap().failed, []);
        assert!(site.has("forum/index.html"));
        running.stop().await;
    }
}

#[tokio::test]
async fn a_builder_that_is_ended_in_its_first_build_stops_between_two_pages() {
    for engine in ENGINES {
        let keys: Vec<String> = {
            let running = Running::start(engine, AT_ONCE).await;
            running.stop().await.files().into_keys().filter(|key| !key.starts_with("assets/")).collect()
        };
        // Whoever begins to write a page waits until the builder has been told to end.
        let (begun, told) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
        let site = TestSite::small(engine).await;
        for key in &keys {
            let (begun, told) = (Arc::clone(&begun), Arc::clone(&told));
            site.memory().meanwhile(key, move || {
                begun.fetch_add(1, Ordering::Relaxed);
                while !told.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
        }
        let (running, _) = Running::begin(site, AT_ONCE, |builder| builder).await;
        until(|| begun.load(Ordering::Relaxed) > 0).await;
        running.end.send(true).unwrap();
        told.store(true, Ordering::Relaxed);
        running.task.await.unwrap().unwrap();
        let mut tx = running.site.opened.db.snapshot().await.unwrap();
        let left = claims::rest(&mut tx).await.unwrap();
        assert!(left.marks > 0 && left.claimable_in_ms <= 0, "it gives back what it has not done: {left:?}");
        drop(tx);
        assert!(running.site.build().await.written > 0);
    }
}
