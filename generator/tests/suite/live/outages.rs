//! The loop outlives what happens to its database and its disk: it says so, tries again after growing pauses, and all becomes true.

use std::str::FromStr;
use std::time::Instant;

use generator::db::Db;
use generator::db::durable::Log;
use generator::verify::verify;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};

use super::*;

const FORUM: &str = "forum/index.html";

/// As a process does it, only more often: what could not be given back is found when its lease is over.
const LOOKING: Pace = Pace { poll: Duration::from_millis(20), ..AT_ONCE };

fn forgetful(builder: Builder) -> Builder {
    Builder { lease: Duration::from_secs(2), ..builder }
}

/// Keeps the builder from announcing anything, so that it waits in the middle of a transaction.
async fn block(url: &str) -> PgConnection {
    let mut admin = PgConnection::connect(url).await.unwrap();
    admin.execute("begin").await.unwrap();
    admin.execute("lock table output_page in exclusive mode").await.unwrap();
    admin
}

/// When somebody waits, ends every connection to the site's database but this one, as a server that is restarted does.
async fn drop_connections(mut admin: PgConnection) {
    const WAITING: &str = "select count(*) from pg_locks
        where not granted and database = (select oid from pg_database where datname = current_database())";
    const DROP: &str = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    let until = Instant::now() + PATIENCE;
    while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(&mut admin).await.unwrap() == 0 {
        assert!(Instant::now() < until, "nobody ever waits");
    }
    admin.execute(DROP).await.unwrap();
    admin.execute("rollback").await.unwrap();
    admin.close().await.unwrap();
}

/// As [`Door::rendered`], by somebody who asks again where the database fails.
async fn until_rendered(door: &Door, marked: &[Marked]) {
    let until = Instant::now() + PATIENCE;
    while !matches!(door.rendered(marked, PATIENCE).await, Ok(true)) {
        assert!(Instant::now() < until, "it is never rendered");
    }
}

fn is_database_trouble(event: &Event) -> bool {
    matches!(event, Event::Trouble(Error::Database { .. }))
}

/// What stands there is what the rows say, and nothing is left to do.
async fn assert_true(site: &TestSite) {
    site.build().await;
    let findings = verify(&site.opened.builder_into(Arc::clone(&site.store)).unwrap()).await.unwrap();
    assert!(findings.differences.is_empty(), "{:?}", findings.differences);
    assert_eq!(findings.waiting, 0);
}

#[tokio::test]
async fn connections_dropped_in_the_middle_of_a_batch_are_outlived() {
    let site = TestSite::small(Engine::Postgres).await;
    let running = Running::over(site, LOOKING, forgetful).await;
    for nth in 0..5 {
        running.events.lock().unwrap().clear();
        let admin = block(&running.site.settings.database_url).await;
        let body = format!("Výpadek {nth}.");
        let marked = post(&running.door, &body).await;
        drop_connections(admin).await;
        until_rendered(&running.door, &marked).await;
        assert!(running.site.file(FORUM).contains(&body));
        assert!(running.saw(is_database_trouble), "it is reported");
    }
    let site = running.stop().await;
    assert_true(&site).await;
}

#[tokio::test]
async fn connections_dropped_in_the_first_build_are_outlived() {
    let site = TestSite::small(Engine::Postgres).await;
    let admin = block(&site.settings.database_url).await;
    let (running, marked) = Running::begin(site, LOOKING, forgetful).await;
    drop_connections(admin).await;
    until_rendered(&running.door, &marked).await;
    assert!(running.saw(is_database_trouble), "it is reported");
    let site = running.stop().await;
    assert_true(&site).await;
}

#[tokio::test]
async fn a_process_that_stops_within_a_transaction_holds_its_locks_for_two_minutes_at_most() {
    let site = TestSite::small(Engine::Postgres).await;
    let Db::Postgres(pool) = &site.opened.db else { unreachable!("it was asked for") };
    // Of several connections each has it.
    let (mut one, mut other) = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    for connection in [&mut one, &mut other] {
        let shown = sqlx::query_scalar::<_, String>("show idle_in_transaction_session_timeout");
        assert_eq!(shown.fetch_one(&mut **connection).await.unwrap(), "2min");
    }
}

#[tokio::test]
async fn what_was_said_while_nobody_could_listen_is_found() {
    let running = Running::start(Engine::Postgres, AT_ONCE).await;
    let door = another_door(&running.site).await;
    let mut change = door.begin(now()).await.unwrap();
    forum::add(&mut change, ALMARA, &text("Odjinud.")).await.unwrap();
    // The loop listens to nothing when this is committed, and it never looks by itself.
    let url = &running.site.settings.database_url;
    let (server, database) = url.rsplit_once('/').unwrap();
    let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let allow = |allowed: bool| sqlx::AssertSqlSafe(format!("alter database {database} allow_connections {allowed}"));
    admin.execute(allow(false)).await.unwrap();
    let listening = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and query like 'LISTEN%'";
    let ended = sqlx::query(listening).bind(database).fetch_all(&mut admin).await.unwrap();
    assert_eq!(ended.len(), 1, "one connection listens");
    let marked = change.commit().await.unwrap();
    admin.execute(allow(true)).await.unwrap();
    until_rendered(&door, &marked).await;
    running.stop().await;
}

#[tokio::test]
async fn a_file_that_another_process_has_locked_is_tried_again_after_growing_pauses() {
    let site = TestSite::small(Engine::Sqlite).await;
    let options = SqliteConnectOptions::from_str(&site.settings.database_url).unwrap();
    let options = options.journal_mode(SqliteJournalMode::Wal).foreign_keys(true);
    let impatient = options.clone().busy_timeout(Duration::from_millis(1));
    let pool = |connections| SqlitePoolOptions::new().max_connections(connections).connect_lazy_with(impatient.clone());
    let log = Arc::new(Log::of(options.get_filename()));
    let db = Db::Sqlite { writer: pool(1), readers: pool(2), log };
    let locker: Arc<tokio::sync::Mutex<SqliteConnection>> = Arc::new(options.connect().await.unwrap().into());
    let running = Running::over(site, LOOKING, |builder| forgetful(Builder { db, ..builder })).await;

    let (lock, handle) = (Arc::clone(&locker), tokio::runtime::Handle::current());
    running.site.memory().meanwhile(FORUM, move || {
        handle.block_on(async { lock.lock().await.execute("begin immediate").await.unwrap() });
    });
    running.events.lock().unwrap().clear();
    let marked = post(&running.door, "Zamčeno.").await;
    let troubles = || running.events.lock().unwrap().iter().filter(|event| is_database_trouble(event)).count();
    until(|| troubles() > 0).await;
    let begun = Instant::now();
    until(|| troubles() > 3).await;
    let pauses_max = (begun.elapsed().as_millis() / AT_ONCE.trouble.as_millis()).ilog2() as usize + 2;
    assert!(troubles() <= 1 + pauses_max, "{} times in {:?}", troubles(), begun.elapsed());
    locker.lock().await.execute("rollback").await.unwrap();
    until_rendered(&running.door, &marked).await;
    assert!(running.site.file(FORUM).contains("Zamčeno."));
    let site = running.stop().await;
    assert_true(&site).await;
}

#[tokio::test]
async fn a_full_disk_is_reported_and_outlived() {
    let running = Running::start(Engine::Sqlite, Pace { poll: Duration::from_millis(20), ..AT_ONCE }).await;
    running.site.memory().fail("forum/index.html", Fault::Refuse(ErrorKind::StorageFull));
    let marked = post(&running.door, "Vejde se?").await;
    until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Store(_))))).await;
    running.site.memory().heal();
    assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
    assert!(running.site.file("forum/index.html").contains("Vejde se?"));
    running.stop().await;
}

/// Sessions of the site's database in some state.
async fn sessions(admin: &mut PgConnection, site: &TestSite, state: &'static str) -> i64 {
    let (_, database) = site.settings.database_url.rsplit_once('/').unwrap();
    let sql = format!("select count(*) from pg_stat_activity where datname = $1 and {state}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(database).fetch_one(admin).await.unwrap()
}

#[tokio::test]
async fn a_server_that_closes_all_connections_is_reported_and_outlived() {
    let running = Running::start(Engine::Postgres, AT_ONCE).await;
    let mut server = PgConnection::connect(&std::env::var("TEST_POSTGRES_URL").unwrap()).await.unwrap();
    let mut other = PgConnection::connect(&running.site.settings.database_url).await.unwrap();
    // Somebody changes target or generation: the builder waits for that within the transaction of a claim.
    other.execute("begin; select pg_advisory_xact_lock(x'006275696c64'::bigint)").await.unwrap();
    let marked = post(&running.door, "Přežije to?").await;
    let waits = async {
        while sessions(&mut server, &running.site, "wait_event = 'advisory'").await == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waits).await.expect("the builder does not claim");
    let (_, database) = running.site.settings.database_url.rsplit_once('/').unwrap();
    let end = format!("select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{database}'");
    server.execute(sqlx::AssertSqlSafe(end)).await.unwrap();
    until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Database { .. })))).await;
    assert!(running.door.rendered(&marked, PATIENCE).await.unwrap());
    assert!(running.site.file("forum/index.html").contains("Přežije to?"));
    // It listens again.
    let listens = async {
        while sessions(&mut server, &running.site, "query ilike 'listen %'").await == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, listens).await.expect("the builder does not listen");
    let door = another_door(&running.site).await;
    let marked = post(&door, "Odjinud.").await;
    assert!(door.rendered(&marked, PATIENCE).await.unwrap());
    running.stop().await;
}

#[tokio::test]
async fn a_pause_after_trouble_is_one_however_much_is_posted() {
    let running = Running::start(Engine::Sqlite, Pace { trouble: NEVER, ..AT_ONCE }).await;
    running.site.memory().fail("forum/index.html", Fault::Refuse(ErrorKind::StorageFull));
    post(&running.door, "Vejde se?").await;
    let is_trouble = |event: &Event| matches!(event, Event::Trouble(Error::Store(_)));
    until(|| running.saw(is_trouble)).await;
    running.site.memory().heal();
    let marked = post(&running.door, "A teď?").await;
    assert!(!running.door.rendered(&marked, Duration::from_millis(300)).await.unwrap());
    assert_eq!(running.events.lock().unwrap().iter().filter(|event| is_trouble(event)).count(), 1);
    // It ends nonetheless when it is asked to.
    running.stop().await;
}

#[tokio::test]
async fn what_comes_due_does_not_wait_for_the_end_of_trouble() {
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        site.build().await;
        // A builder that was killed holds a page: the first build is not done for an hour.
        site.change(&[], &["credits"]).await;
        let mut tx = site.opened.db.write().await.unwrap();
        let all = claims::Claimable { priority_min: 0, priority_max: i64::MAX, retries: false };
        assert_eq!(claims::claim(&mut tx, "dead", 9, 3_600_000, all).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        let hasty = |builder| Builder { lease: Duration::from_millis(300), ..builder };
        let (running, _) = Running::begin(site, AT_ONCE, hasty).await;
        until(|| running.saw(|event| matches!(event, Event::Trouble(Error::Claimed { .. })))).await;
        for (minutes, words) in [(60, "První slavnost."), (90, "Druhá slavnost.")] {
            let mut change = running.door.begin(now()).await.unwrap();
            let at = now() + TimeDelta::minutes(minutes);
            generator::publish::news::draft(&mut change, ALMARA, &text(words), Some(at)).await.unwrap();
            change.commit().await.unwrap();
        }
        running.ahead.store(60, Ordering::Relaxed);
        until(|| running.site.file("aktuality/index.html").contains("První slavnost.")).await;
        assert!(!running.saw(|event| matches!(event, Event::Built(_))));
        running.site.change(&["update stale_page set lease_until = 0 where token = 'dead'"], &[]).await;
        until(|| running.saw(|event| matches!(event, Event::Built(_)))).await;

        // Nor where there is trouble later.
        running.site.memory().fail("forum/index.html", Fault::Refuse(ErrorKind::StorageFull));
        running.ahead.store(90, Ordering::Relaxed);
        post(&running.door, "Vejde se?").await;
        let is_due = |event: &Event| matches!(event, Event::CameDue(due) if due.news == 1);
        until(|| running.events.lock().unwrap().iter().filter(|event| is_due(event)).count() == 2).await;
        assert!(running.saw(|event| matches!(event, Event::Trouble(Error::Store(_)))));
        running.stop().await;
    }
}
