//! Tables of more than one batch: what is given out goes on from one to the next, and a run that dies between two of
//! them goes on behind the first.

use std::process::Stdio;

use sqlx::{Connection, Executor, PgConnection};

use super::super::source::{Outcome, Source, command, import, imported, run, site_value};
use super::{here, same_rows, until_blocked};
use crate::harness::{ENGINES, Engine, TestSite};

/// So few rows a batch that most tables of the fixture have several.
const FEW: [&str; 2] = ["--batch-rows", "7"];

fn import_in_batches(site: &TestSite, source: &str) -> Outcome {
    run(command(site, source).args(FEW), site)
}

#[tokio::test]
async fn many_batches_make_what_one_makes() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let outcome = import_in_batches(&site, &source.url).good();
        let (whole, expected) = imported(engine).await;
        same_rows(&site, &whole).await;
        let numbers =
            |outcome: &Outcome| -> Vec<String> { outcome.counts().iter().map(|line| format!("{line:?}")).collect() };
        assert_eq!(numbers(&outcome), numbers(&expected));
        assert!(import_in_batches(&site, &source.url).good().stdout.contains("nothing changed"));
        assert!(import(&site, &source.url).good().stdout.contains("nothing changed"), "whatever the batch was");
    }
}

/// The most memory that a process had, in megabytes, read as long as it runs.
fn peak_megabytes(child: &mut std::process::Child) -> u64 {
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        peak = peak.max(kilobytes.and_then(|number| number.trim().parse().ok()).unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    peak / 1024
}

#[tokio::test]
async fn long_texts_are_not_all_in_memory_at_once() {
    let source = Source::fixture().await;
    source
        .execute(
            "insert into forum (id, nickname, datum, text)
            select 2000 + n, 'Dlouhý', '2020-01-01 00:00:00+00', repeat('Odstavec o drakovi a jeho jeskyni. ', 30000)
            from generate_series(1, 40) as n",
        )
        .await;
    let site = TestSite::empty(Engine::Sqlite).await;
    let mut child = command(&site, &source.url).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let peak = peak_megabytes(&mut child);
    assert!(child.wait().unwrap().success());
    assert!(peak > 20, "it was looked at: {peak} MB");
    assert!(peak < 150, "{peak} MB for forty texts of a megabyte, all of one table");
}

/// The lock that [`stop_before`]'s rows wait for.
const STOP: i64 = 4242;

/// Lets a reader of the source's comments wait before the one of this number, as long as somebody holds the lock.
async fn stop_before(source: &Source, number: i64) {
    source
        .execute(&format!(
            "alter table diskuze rename to diskuze_rows;
            create function passes(number bigint) returns boolean language plpgsql volatile as $$ begin
                if number = {number} and current_query() not like '%count(*)%' then perform pg_advisory_lock({STOP}); perform pg_advisory_unlock({STOP}); end if;
                return true; end $$;
            -- More than the server keeps before it sends anything.
            update diskuze_rows set text = text || repeat(' .', 3000);
            create view diskuze as select * from diskuze_rows where passes(id);
            do $$ begin execute 'alter database ' || current_database() || ' set enable_seqscan = off';
                execute 'alter database ' || current_database() || ' set enable_bitmapscan = off';
                execute 'alter database ' || current_database() || ' set enable_sort = off'; end $$"
        ))
        .await;
}

#[tokio::test]
async fn a_run_killed_between_two_batches_of_a_table_goes_on_behind_the_first() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        stop_before(&source, 118).await;
        let site = TestSite::empty(engine).await;
        let comments = "select cast(count(*) as text) from comment";
        let mut admin = PgConnection::connect(&source.url).await.unwrap();
        admin.execute(sqlx::AssertSqlSafe(format!("select pg_advisory_lock({STOP})"))).await.unwrap();
        let mut child =
            command(&site, &source.url).args(FEW).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until_blocked(&mut admin, &mut child).await;
        let begun = std::time::Instant::now();
        let written = async || -> i64 { site_value(&site, comments).await.unwrap().parse().unwrap() };
        while written().await < 14 {
            assert!(begun.elapsed() < std::time::Duration::from_secs(30), "two batches are written");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let reached = written().await;
        assert!((14..27).contains(&reached), "killed in the middle of the table: {reached}");
        admin.execute(sqlx::AssertSqlSafe(format!("select pg_advisory_unlock({STOP})"))).await.unwrap();

        let outcome = import_in_batches(&site, &source.url).good();
        let counts = outcome.counts();
        let line = counts.iter().find(|line| line.table == "diskuze").unwrap();
        assert_eq!((line.unchanged, line.new), (reached, 35 - reached), "{line:?}");

        let whole = TestSite::empty(engine).await;
        import(&whole, &source.url).good();
        same_rows(&site, &whole).await;
    }
}

#[tokio::test]
async fn a_row_that_is_refused_costs_itself_alone_in_a_later_batch_too() {
    for engine in ENGINES {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let (refuse, allow): (&[&'static str], &'static str) = match engine {
            Engine::Sqlite => (
                &["create trigger refuse before insert on creation when new.title = 'Zámky & klíče'
                    begin select raise(abort, 'refused'); end"],
                "drop trigger refuse",
            ),
            Engine::Postgres => (
                &[
                    "create function refuse() returns trigger language plpgsql as
                    $$ begin raise exception 'refused'; end $$",
                    "create trigger refuse before insert on creation for each row when (new.title = 'Zámky & klíče')
                    execute function refuse()",
                ],
                "drop trigger refuse on creation",
            ),
        };
        here(&site, refuse).await;
        let outcome = import_in_batches(&site, &source.url);
        assert_eq!(outcome.code, Some(1));
        let counts = outcome.counts();
        let articles = counts.iter().find(|line| line.table == "prispevky_dlouhe").unwrap();
        assert_eq!((articles.failed, articles.new), (1, 25), "{}", outcome.said());
        assert_eq!(counts.iter().map(|line| line.failed).sum::<i64>(), 1, "{}", outcome.said());
        here(&site, &[allow]).await;
        let outcome = import_in_batches(&site, &source.url).good();
        let counts = outcome.counts();
        assert_eq!(counts.iter().map(|line| line.new).sum::<i64>(), 1, "{}", outcome.said());
        let works = "select cast(count(*) as text) from creation";
        assert_eq!(site_value(&site, works).await.as_deref(), Some("52"));
    }
}
