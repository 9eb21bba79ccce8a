//! Kills of the process that acknowledges. As `sidecar serve`, it posts through its door and builds beside that; each
//! comment is said on standard output as soon as its commit is through. Whatever was said has to be there.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use generator::build::live::{Event, Live, Pace, Signals};
use generator::db::{Db, Tx};
use generator::model::CreationId;
use generator::open::Opened;
use generator::publish::{Door, comments};
use generator::settings::Settings;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::watch;

use crate::harness::{ENGINES, Engine, now};
use crate::publish::{BOREK, Door as Start, text};

use super::child::{Build, PATIENCE};
use super::folder::{assert_equals_a_full_build, contents};
use super::kills::claims;

/// Kills on each engine where `KILLS` says nothing.
const KILLS: u32 = 20;
/// A folder is compared with a full build after so many kills, so that kills meet what former ones have left.
const COMPARED: u32 = 5;
/// A process is killed when it has said so many comments at the most, and a moment later.
const SAID_MAX: u32 = 8;
const MOMENT_MAX: Duration = Duration::from_millis(10);

/// The name of [`a_process_that_posts_and_builds`].
const POSTER: &str = "interrupted::acknowledged::a_process_that_posts_and_builds";
/// Tells it which process of the test it is.
const ROUND: &str = "GRAVEYARD_TEST_ROUND";
const SAID: &str = "acknowledged ";

/// The creation that a round's nth comment is on, and its words, which no other has.
fn nth_comment(round: u32, nth: u32) -> (CreationId, String) {
    (CreationId(i64::from(nth % 3) + 1), format!("Slovo{round}x{nth}x"))
}

/// Posts until it is killed. Every other process lets its first build end before, so that a loop is at work.
async fn post_and_build(round: u32) {
    let settings = Settings::from_env().unwrap();
    let opened = Opened::open(&settings).await.unwrap();
    let builder = opened.builder(&settings.output).unwrap();
    let signals = Arc::new(Signals::default());
    let door = Door {
        db: opened.db.clone(),
        site: Arc::clone(&opened.site),
        generation: Some(builder.generation.clone()),
        signals: Arc::clone(&signals),
    };
    let pace = Pace { shared: Duration::from_millis(5), ..Pace::default() };
    let report = Arc::new(|event| {
        if let Event::Trouble(error) = event {
            eprintln!("error: {error}");
        }
    });
    let live = Live { builder, signals, pace, clock: Arc::new(now), report };
    let (_end, ends) = watch::channel(false);
    tokio::spawn(async move { live.run(ends).await.unwrap() });
    for nth in 0.. {
        let (creation, words) = nth_comment(round, nth);
        let mut change = door.begin(now()).await.unwrap();
        let id = comments::add(&mut change, creation, BOREK, &text(&words)).await.unwrap();
        let marked = change.commit().await.unwrap();
        // The first line of all is the test runner's.
        let line = format!("\n{SAID}{id} {nth}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
        if nth == 0 && round % 2 == 1 {
            assert!(door.rendered(&marked, PATIENCE).await.unwrap());
        }
    }
}

#[test]
#[ignore = "no test: the process that the tests beside it start and kill"]
fn a_process_that_posts_and_builds() {
    let Ok(round) = std::env::var(ROUND) else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let posts = async { tokio::time::timeout(PATIENCE, post_and_build(round.parse().unwrap())).await };
    runtime.block_on(posts).expect("nobody has killed it");
}

/// Starts a process that posts, kills it some time after it has said so many comments. Gives what it has said, rows and
/// their number in the round.
fn killed_after(settings: &Settings, round: u32, said: u32, moment: Duration) -> Vec<(i64, u32)> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", POSTER, "--ignored", "--nocapture"])
        .env_clear()
        .env("SITE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"))
        .env("SITE_URL", &settings.site_url)
        .env("UPLOADS_URL", &settings.uploads_url)
        .env("DATABASE_URL", &settings.database_url)
        .env("OUTPUT", &settings.output)
        .env("UPLOADS", &settings.uploads)
        .env(ROUND, round.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    let of_line = |line: String| {
        let (id, nth) = line.strip_prefix(SAID)?.split_once(' ')?;
        Some((id.parse().unwrap(), nth.parse().unwrap()))
    };
    let mut found: Vec<(i64, u32)> = lines.by_ref().filter_map(of_line).take(said as usize).collect();
    // The moment is the test's input and not a condition that could be waited for.
    std::thread::sleep(moment);
    child.kill().unwrap();
    found.extend(lines.filter_map(of_line));
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    let status = child.wait().unwrap();
    assert!(status.code().is_none() && !errors.contains("error"), "{status}: {errors}");
    found
}

/// All comments by their rows: which creation they are on, their words.
async fn comments_of(db: &Db) -> BTreeMap<i64, (CreationId, String)> {
    const SQL: &str = "select id, creation_id, body from comment";
    let mut tx = db.snapshot().await.unwrap();
    let rows: Vec<(i64, CreationId, String)> = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_as(SQL).fetch_all(&mut **tx).await.unwrap(),
    };
    rows.into_iter().map(|(id, on, body)| (id, (on, body))).collect()
}

async fn what_was_acknowledged_is_there(engine: Engine) {
    let start = Start::open(engine).await;
    start.publish("povesti", &["A", "B", "C"]).await;
    let site = start.site;
    let mut output = site.settings.output.clone();
    Build::of(&site, &output).run().await;
    let mut random = StdRng::seed_from_u64(20);
    let (mut acknowledged, mut in_batch) = (BTreeMap::new(), 0);
    let kills = super::kills_wanted(KILLS);
    for round in 0..kills {
        // Of processes that are dead.
        let known = claims(&site.opened.db).await;
        let said = random.random_range(1..=SAID_MAX);
        let moment = MOMENT_MAX.mul_f64(random.random::<f64>().powi(2));
        let settings = Settings { output: output.clone(), ..site.settings.clone() };
        let posts = tokio::task::spawn_blocking(move || killed_after(&settings, round, said, moment));
        let found = posts.await.unwrap();
        assert!(found.len() >= said as usize, "round {round} has said {found:?} only");
        acknowledged.extend(found.into_iter().map(|(id, nth)| (id, nth_comment(round, nth))));
        let there = comments_of(&site.opened.db).await;
        for (id, comment) in &acknowledged {
            assert_eq!(there.get(id), Some(comment), "comment {id} was acknowledged, round {round}");
        }
        in_batch += u32::from(!claims(&site.opened.db).await.is_subset(&known));
        // Whoever had claimed something is certainly dead: its lease need not be waited for.
        site.change(&["update stale_page set lease_until = 0 where token is not null"], &[]).await;
        if (round + 1) % COMPARED == 0 || round + 1 == kills {
            Build::of(&site, &output).run().await;
            let pages = contents(&output).into_values().collect::<Vec<_>>().concat();
            let pages = String::from_utf8_lossy(&pages);
            for (_, words) in acknowledged.values() {
                assert!(pages.contains(words), "{words} was acknowledged and is on no page, round {round}");
            }
            output = assert_equals_a_full_build(&site, &output, &format!("after round {round}")).await;
        }
    }
    eprintln!("{engine:?}: {kills} kills, {in_batch} in an open batch, {} acknowledged", acknowledged.len());
    assert!(in_batch * 2 > kills, "only {in_batch} of {kills} kills hit an open batch");
}

#[tokio::test]
async fn what_a_killed_process_has_acknowledged_is_there_on_sqlite() {
    let [sqlite, _] = ENGINES;
    what_was_acknowledged_is_there(sqlite).await;
}

#[tokio::test]
async fn what_a_killed_process_has_acknowledged_is_there_on_postgres() {
    let [_, postgres] = ENGINES;
    what_was_acknowledged_is_there(postgres).await;
}
