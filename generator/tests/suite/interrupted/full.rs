//! Disks that are full in earnest: a folder that takes no more, an embedded database that may not grow.

use generator::build::{Error, Options};
use generator::db::Tx;
use generator::db::error::is_outage;
use generator::publish::creations::{self, Work};
use generator::publish::{self, comments};

use crate::harness::{Engine, TestSite, execute};
use crate::publish::{BOREK, Door, text, work};

use super::child::Build;
use super::folder::{assert_equals_a_full_build, assert_no_temporary_file};
use super::steps::retitle;

#[tokio::test]
async fn a_file_that_finds_no_room_fails_alone_and_the_last_good_one_stays() {
    // The other engine's database is a file as well.
    let door = Door::open(Engine::Postgres).await;
    let ids = door.publish("povesti", &["A", "B"]).await;
    let output = &door.site.settings.output;
    Build::of(&door.site, output).run().await;
    let long = Work { body: text(&"Vypráví se dlouho. ".repeat(20_000)), ..work("A") };
    let mut change = door.change().await;
    creations::edit(&mut change, ids[0], &long).await.unwrap();
    change.commit().await.unwrap();
    retitle(&door, ids[1], "Jinak").await;
    let page = |key: &str| std::fs::read_to_string(output.join(key)).unwrap();
    for _ in 0..2 {
        let ended = Build::of(&door.site, output).file_blocks_max(256).start().end().await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        let is_told = |line: &str| {
            line.starts_with("error: creation/povesti/1: cannot write ")
                && line.contains("/1-a/index.html: File too large")
        };
        assert!(ended.said.lines().any(is_told), "{ended:?}");
        assert!(page("rubriky/povesti/1-a/index.html").contains("Bylo, nebylo."), "the last good file stays");
        assert!(page("rubriky/povesti/2-jinak/index.html").contains("<h1>Jinak</h1>"), "no other page is held up");
        assert_no_temporary_file(output);
    }
    Build::of(&door.site, output).run().await;
    assert!(page("rubriky/povesti/1-a/index.html").contains("Vypráví se dlouho."));
    assert_equals_a_full_build(&door.site, output, "with room again").await;
}

#[tokio::test]
async fn an_embedded_database_that_may_not_grow_says_so_and_loses_nothing() {
    const COMMENTS_MAX: usize = 3_000;
    let mut door = Door::open(Engine::Sqlite).await;
    let ids = door.publish("povesti", &["A", "B"]).await;
    door.site.build().await;
    let limit = async |pragma: &'static str| {
        let mut tx = door.site.opened.db.write().await.unwrap();
        execute(&mut tx, pragma).await;
        tx.commit().await.unwrap();
    };
    // As large as it is: the one connection that writes keeps that in mind.
    limit("pragma max_page_count = 1").await;
    let mut acknowledged = 0;
    let error = loop {
        let comment = async {
            let mut change = door.change().await;
            comments::add(&mut change, ids[acknowledged % 2], BOREK, &text(&"Souhlas. ".repeat(200))).await?;
            change.commit().await
        };
        match comment.await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < COMMENTS_MAX, "it grows");
    };
    let publish::Error::Database(error) = error else { panic!("{error}") };
    assert!(is_outage(&error), "{error}");
    match door.site.try_build(Options::default()).await {
        Ok(_) => {}
        Err(Error::Database { source, .. }) => assert!(is_outage(&source), "{source}"),
        Err(error) => panic!("{error}"),
    }
    limit("pragma max_page_count = 1073741823").await;
    door.site.build().await;
    let sql = "select count(*) from comment";
    let mut tx = door.site.opened.db.snapshot().await.unwrap();
    let Tx::Sqlite(sqlite) = &mut tx else { panic!("this is SQLite") };
    let there: i64 = sqlx::query_scalar(sql).fetch_one(&mut **sqlite).await.unwrap();
    assert_eq!(there, acknowledged as i64);
    drop(tx);
    door.assert_equal_to_a_full_build().await;
}

#[tokio::test]
async fn a_transaction_that_the_embedded_database_ended_by_itself_is_no_hindrance_for_the_next() {
    let site = TestSite::demo(Engine::Sqlite).await;
    for _ in 0..3 {
        let mut tx = site.opened.db.write().await.unwrap();
        let Tx::Sqlite(sqlite) = &mut tx else { panic!("this is SQLite") };
        // As after a write that found no room, nothing is left to be undone.
        let twice = "insert or rollback into member (id, nick) select id, nick from member";
        let error = sqlx::query(twice).execute(&mut **sqlite).await.unwrap_err();
        assert!(error.as_database_error().is_some_and(|error| error.is_unique_violation()), "{error}");
        drop(tx);
        site.change(&["update member set region = 'Podlesí'"], &[]).await;
    }
}
