//! What editors read, and how much of the database is read for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use generator::db::Tx;
use generator::db::editing::comments_of_sections;
use generator::db::messages::{NewMessage, insert_comments};
use generator::model::{CreationId, MemberId, TextFormat};

use crate::harness::{ENGINES, Engine, TestSite, execute, now};

/// Comments elsewhere, all of them newer.
const OTHERS: i64 = 20_000;
/// Comments of the quiet section.
const QUIET: i64 = 30;
/// Instructions of SQLite's machine between two counts.
const STEP: i32 = 100;

fn comment(id: i64, creation: i64) -> NewMessage {
    NewMessage {
        id,
        creation_id: Some(CreationId(creation)),
        member_id: Some(MemberId(1)),
        nick: String::new(),
        posted_at: Some(now()),
        body_format: TextFormat::Markdown,
        body: format!("{id}"),
    }
}

/// Two works in one section with few old comments, two hundred in another with many new ones.
async fn quiet_and_loud(engine: Engine) -> TestSite {
    let site = TestSite::small(engine).await;
    site.add_author("Almara").await;
    site.publish("povesti", 1, &["A", "B"], "{}", "Bylo.").await;
    let titles: Vec<String> = (3..=202).map(|id| format!("Kronika {id}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    site.publish("kronika", 3, &titles, "{}", "Bylo.").await;
    let mut tx = site.opened.db.write().await.unwrap();
    let quiet = (1..=QUIET).map(|id| comment(id, id % 2 + 1));
    let loud = (QUIET + 1..=QUIET + OTHERS).map(|id| comment(id, id % 200 + 3));
    insert_comments(&mut tx, &quiet.chain(loud).collect::<Vec<_>>()).await.unwrap();
    execute(&mut tx, "update comment set state = 'deleted' where id = 29").await;
    execute(&mut tx, "analyze").await;
    tx.commit().await.unwrap();
    site
}

async fn read(tx: &mut Tx, section: &str, before: i64, count: i64) -> Vec<i64> {
    let rows = comments_of_sections(tx, &[section.to_owned()], before, count).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn the_comments_of_a_section_are_read_from_the_newest_on() {
    for engine in ENGINES {
        let site = quiet_and_loud(engine).await;
        let mut tx = site.opened.db.snapshot().await.unwrap();
        assert_eq!(read(&mut tx, "povesti", i64::MAX, 3).await, [30, 28, 27], "{engine:?}");
        assert_eq!(read(&mut tx, "povesti", 27, 2).await, [26, 25], "{engine:?}");
        assert_eq!(read(&mut tx, "povesti", 3, 50).await, [2, 1], "{engine:?}");
        assert_eq!(read(&mut tx, "kronika", QUIET + 3, 50).await, [QUIET + 2, QUIET + 1], "{engine:?}");
        assert!(read(&mut tx, "nikde", i64::MAX, 50).await.is_empty(), "{engine:?}");
        let both = ["kronika".to_owned(), "povesti".to_owned()];
        let rows = comments_of_sections(&mut tx, &both, QUIET + 2, 2).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [QUIET + 1, QUIET], "{engine:?}");
    }
}

/// Rows that PostgreSQL counts as read on this connection: those of transactions before as well, until it passes them on.
async fn rows_read(tx: &mut Tx) -> i64 {
    let Tx::Postgres(tx) = tx else { return 0 };
    let sql = "select cast(coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0) as bigint)
        from pg_stat_xact_user_tables";
    sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap()
}

#[tokio::test]
async fn the_comments_of_a_quiet_section_cost_what_the_section_has() {
    for engine in ENGINES {
        let site = quiet_and_loud(engine).await;
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let steps = Arc::new(AtomicUsize::new(0));
        let rows_before = rows_read(&mut tx).await;
        if let Tx::Sqlite(tx) = &mut tx {
            let steps = Arc::clone(&steps);
            let count = move || {
                steps.fetch_add(1, Ordering::Relaxed);
                true
            };
            tx.lock_handle().await.unwrap().set_progress_handler(STEP, count);
        }
        assert_eq!(read(&mut tx, "povesti", i64::MAX, 50).await.len(), 29);
        let rows = rows_read(&mut tx).await - rows_before;
        match &mut tx {
            Tx::Sqlite(tx) => {
                tx.lock_handle().await.unwrap().remove_progress_handler();
                let steps = steps.load(Ordering::Relaxed);
                // A comment takes some fifty instructions; to walk over all of them took more than two thousand steps.
                assert!(steps < 100, "{steps} times {STEP} instructions");
            }
            Tx::Postgres(_) => assert!((1..500).contains(&rows), "{rows} rows"),
        }
    }
}
