//! Readers behind an edge that keeps what it has until it is told, while builders are killed in every step and at any
//! moment, and bucket and edge fail in every way. When they are well again the edge holds nothing that is not so.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use generator::cdn::{Cdn, Pace, Purger};
use generator::db::purges::{self, Waiting};
use generator::fail_point::FailPoint;
use generator::store::key;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::oneshot;

use crate::harness::{ENGINES, Engine};
use crate::interrupted::child::{Build, LEASE, PATIENCE};
use crate::interrupted::steps::{publish_again, retitle, unpublish};
use crate::publish::Door;

use super::faults::PASSING;
use super::kills::assert_equals_a_full_build;
use super::server::Server;

/// Builds that are killed, on each engine, where `KILLS` says nothing.
const KILLS: u32 = 24;

/// Rounds between two times at which everything is well.
const ROUNDS: u32 = 6;

/// Steps at which something is half done: on the target, in the database or at the edge.
const POINTS: [FailPoint; 8] = [
    FailPoint::IntendAfterCommit,
    FailPoint::WriteBeforeRename,
    FailPoint::WriteAfterRename,
    FailPoint::FinishBeforeCommit,
    FailPoint::FinishAfterCommit,
    FailPoint::RemovalBefore,
    FailPoint::RemovalAfter,
    FailPoint::PurgeSent,
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    /// It does not do it and says so.
    Refuses,
    /// It does it and says that it has not.
    Lies,
    /// It answers when nobody waits any more.
    Slow,
}

const MOODS: [Mood; 5] = [Mood::Good, Mood::Good, Mood::Refuses, Mood::Lies, Mood::Slow];

/// What readers get: a page as it was when the edge fetched it, `None` for one that was not there.
struct Edge {
    pages: Mutex<BTreeMap<String, Option<Vec<u8>>>>,
    mood: Mutex<Mood>,
    origin: Mutex<PathBuf>,
}

impl Edge {
    /// As a reader sees it. Between the fetch and the copy something may be purged, which is why it is purged twice.
    fn read(&self, path: &str, dawdle: Duration) {
        if self.pages.lock().unwrap().contains_key(path) {
            return;
        }
        let fetched = self.fetch(path);
        std::thread::sleep(dawdle);
        self.pages.lock().unwrap().insert(path.to_owned(), fetched);
    }

    fn fetch(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.origin.lock().unwrap().join(key(path))).ok()
    }

    /// Paths of which it has what is not so any more.
    fn stale(&self) -> Vec<String> {
        let pages = self.pages.lock().unwrap().clone();
        pages.into_iter().filter(|(path, page)| self.fetch(path) != *page).map(|(path, _)| path).collect()
    }
}

async fn told(State(edge): State<Arc<Edge>>, method: Method, uri: Uri) -> StatusCode {
    assert_eq!(method.as_str(), "PURGE");
    let mood = *edge.mood.lock().unwrap();
    if mood == Mood::Refuses {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    edge.pages.lock().unwrap().remove(uri.path());
    match mood {
        Mood::Lies => StatusCode::BAD_GATEWAY,
        Mood::Slow => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            StatusCode::OK
        }
        Mood::Good | Mood::Refuses => StatusCode::OK,
    }
}

/// An edge at work, with readers who ask for all that there ever was.
struct Readers {
    edge: Arc<Edge>,
    paths: Arc<Mutex<BTreeSet<String>>>,
    address: SocketAddr,
    end: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
    _stop: oneshot::Sender<()>,
}

impl Readers {
    fn start(origin: PathBuf) -> Readers {
        let edge = Arc::new(Edge { pages: Mutex::default(), mood: Mutex::new(Mood::Good), origin: Mutex::new(origin) });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(told).with_state(Arc::clone(&edge));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, router) => served.unwrap(),
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        let (paths, end) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::new(AtomicBool::new(false)));
        let reading = {
            let (edge, paths, end) = (Arc::clone(&edge), Arc::clone(&paths), Arc::clone(&end));
            std::thread::spawn(move || {
                let mut random = StdRng::seed_from_u64(5);
                while !end.load(Ordering::Relaxed) {
                    let all: Vec<String> = paths.lock().unwrap().iter().cloned().collect();
                    for path in all {
                        edge.read(&path, Duration::from_micros(random.random_range(0..500)));
                    }
                    std::thread::sleep(Duration::from_millis(2));
                }
            })
        };
        Readers { edge, paths, address, end, threads: vec![serving, reading], _stop: stop }
    }

    fn be(&self, mood: Mood) {
        *self.edge.mood.lock().unwrap() = mood;
    }

    /// What is there now is asked for from now on, for ever.
    fn learn(&self, server: &Server, place: &str) {
        let keys = server.contents(place).into_keys().filter(|key| key.ends_with(".html") || key.ends_with(".xml"));
        self.paths.lock().unwrap().extend(keys.map(|key| generator::store::path(&key)));
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        let (stop, _) = oneshot::channel();
        drop(std::mem::replace(&mut self._stop, stop));
        for thread in self.threads.drain(..) {
            // Where it panicked, the test has failed already.
            let _ = thread.join();
        }
    }
}

/// Everything is built and purged twice, as a sidecar does it.
async fn all_is_well(door: &Door, server: &Server, readers: &Readers, cdn: &str) {
    server.heal();
    readers.be(Mood::Good);
    // Those who were killed still hold their claims.
    Build::into_bucket(&door.site, server, "site").variable("CDN", cdn).lease(LEASE).run().await;
    let pace = Pace { again: Duration::from_millis(50), trouble: Duration::from_millis(1), ..Pace::default() };
    let settings = &door.site.settings;
    let purger =
        Purger::open(&Cdn::parse(cdn).unwrap(), &settings.site_url, door.site.opened.db.clone(), pace).await.unwrap();
    let begun = Instant::now();
    loop {
        // What others have sent once, or have taken and not sent, is due in a while.
        door.site.change(&["update purge set due_at = 0"], &[]).await;
        purger.send_due().await.unwrap();
        let waiting = purges::waiting(&mut door.site.opened.db.snapshot().await.unwrap()).await.unwrap();
        if waiting == Waiting::default() {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "purges wait for ever: {waiting:?}");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

async fn killed_behind_an_edge(engine: Engine) {
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().expect("KILLS is a number"));
    let server = Server::start();
    let door = Door::open(engine).await;
    let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
    let readers = Readers::start(server.path().join("site"));
    let cdn = format!("purge:http://{}", readers.address);
    let mut random = StdRng::seed_from_u64(u64::from(kills));
    all_is_well(&door, &server, &readers, &cdn).await;
    readers.learn(&server, "site");
    let mut is_public = [true; 5];
    let mut killed = 0;
    for round in 0..kills {
        let changed = random.random_range(0..ids.len());
        if is_public[changed] {
            retitle(&door, ids[changed], &format!("Dílo {round}")).await;
        }
        let hidden = random.random_range(0..ids.len());
        match is_public[hidden] {
            true => unpublish(&door, ids[hidden]).await,
            false => publish_again(&door, ids[hidden]).await,
        }
        is_public[hidden] = !is_public[hidden];
        for method in [hyper::Method::PUT, hyper::Method::DELETE, hyper::Method::HEAD] {
            let (fault, times) = PASSING[random.random_range(0..PASSING.len())];
            server.fail(method, "", random.random_range(0..times), fault);
        }
        readers.be(MOODS[random.random_range(0..MOODS.len())]);
        let build = Build::into_bucket(&door.site, &server, "site").variable("CDN", &cdn).lease(LEASE);
        let point = POINTS[random.random_range(0..POINTS.len())];
        let mut child = match random.random_bool(0.6) {
            true => build.killed_at(point, random.random_range(1..4)).start(),
            false => build.start(),
        };
        let until = Instant::now() + Duration::from_millis(random.random_range(200..2_500));
        while Instant::now() < until && !child.has_ended() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill();
        let status = child.end().await.status;
        killed += u32::from(std::os::unix::process::ExitStatusExt::signal(&status) == Some(9));
        server.heal();
        readers.learn(&server, "site");
        if round % ROUNDS == ROUNDS - 1 {
            all_is_well(&door, &server, &readers, &cdn).await;
            readers.learn(&server, "site");
            assert_eq!(readers.edge.stale(), [""; 0], "{engine:?}, round {round}: the edge serves what is not so");
        }
    }
    all_is_well(&door, &server, &readers, &cdn).await;
    assert_eq!(readers.edge.stale(), [""; 0], "{engine:?}: the edge serves what is not so");
    let copies = readers.edge.pages.lock().unwrap().len();
    eprintln!("{engine:?}: {killed} of {kills} builds were killed, {copies} pages at the edge");
    assert!(killed * 3 > kills * 2, "only {killed} of {kills} builds were killed");
    drop(readers);
    // The class of copies is a part of the generation: the same again without an edge.
    Build::into_bucket(&door.site, &server, "site").run().await;
    assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}, after all kills")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_behind_an_edge_on_sqlite() {
    let [sqlite, _] = ENGINES;
    killed_behind_an_edge(sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_behind_an_edge_on_postgres() {
    let [_, postgres] = ENGINES;
    killed_behind_an_edge(postgres).await;
}
