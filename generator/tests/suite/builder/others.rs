//! Other builders: at work beside this one, dead with claims in their hands, of a former generation or target.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use generator::build::progress::Progress;
use generator::build::{Error, Options};
use generator::db::{claims, records};
use generator::store::Fault;

use super::{KEY, one_article};
use crate::harness::{ENGINES, Engine, TestSite, execute, now};

#[tokio::test]
async fn builders_side_by_side_leave_the_same_site() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        site.build().await;
        let alone = site.files();
        site.change(&["update creation set title = title || ' II'"], &[]).await;
        let all = Options { all: true, ..Options::default() };
        let (left, right) = tokio::join!(site.try_build(all), site.try_build(all));
        assert_eq!((left.unwrap().failed.len(), right.unwrap().failed.len()), (0, 0));
        let together = site.files();
        site.change(&[], &[]).await;
        site.try_build(all).await.unwrap();
        assert!(site.files() == together, "a build afterwards finds nothing to mend");
        assert!(together != alone);
    }
}

/// What a builder that was killed leaves: claims that nobody will finish, for so long.
async fn claimed_by_the_dead(site: &TestSite, pages: &[&str], lease_ms: i64) {
    site.change(&[], pages).await;
    let mut tx = site.opened.db.write().await.unwrap();
    claims::claim(
        &mut tx,
        "dead",
        1000,
        lease_ms,
        claims::Claimable { priority_min: 0, priority_max: i64::MAX, retries: false },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_build_waits_for_the_claims_of_a_builder_that_was_killed() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &[]).await;
        claimed_by_the_dead(&site, &["creation/clanky/1"], 300).await;
        assert_eq!(site.build().await.written, 1, "not before the lease is over, but in this build");
        assert!(site.file(KEY).contains("Jiný drak"));
    }
}

#[tokio::test]
async fn a_build_says_so_where_another_builder_never_ends() {
    let site = one_article(Engine::Sqlite).await;
    claimed_by_the_dead(&site, &["creation/clanky/1"], 600_000).await;
    let mut builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
    builder.lease = Duration::from_millis(50);
    let error = builder.build(Options::default(), now(), &Progress::silent()).await.unwrap_err().to_string();
    assert!(error.starts_with("another builder still holds 1 page"), "{error}");
}

#[tokio::test]
async fn a_failed_build_gives_its_claims_back() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.memory().fail(KEY, Fault::Refuse(ErrorKind::StorageFull));
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1", "home", "newest"]).await;
        site.try_build(Options::default()).await.unwrap_err();
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let rest = claims::rest(&mut tx).await.unwrap();
        assert!(rest.claimable_in_ms <= 0, "{rest:?}");
        assert!(!claims::is_anything_claimed(&mut tx).await.unwrap());
    }
}

/// Runs statements from within the store, while a builder is writing.
fn meanwhile(site: &TestSite, key: &str, statements: &'static [&'static str]) {
    let (db, handle) = (site.opened.db.clone(), tokio::runtime::Handle::current());
    site.memory().meanwhile(key, move || {
        handle.block_on(async {
            let mut tx = db.write().await.unwrap();
            for sql in statements {
                execute(&mut tx, sql).await;
            }
            tx.commit().await.unwrap();
        });
    });
}

#[tokio::test]
async fn a_builder_of_a_former_generation_stops() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        meanwhile(
            &site,
            KEY,
            &[
                "insert into generation (digest, created_at) values ('newer', '2026-03-01T12:00:00Z')",
                "update stale_page set version = version + 1",
            ],
        );
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Superseded), "{error}");
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let rest = claims::rest(&mut tx).await.unwrap();
        assert_eq!(rest.marks, 1, "the newer one finds the page that was being written");
        assert!(rest.claimable_in_ms <= 0);
    }
}

#[tokio::test]
async fn a_builder_of_a_former_target_notes_nothing() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        meanwhile(
            &site,
            KEY,
            &[
                "delete from output_page",
                "update target set id = 'other'",
                "update stale_page set token = null, lease_until = null",
                "insert into tombstone (path) values ('/forum/')",
            ],
        );
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Superseded), "{error}");
        assert!(site.has("forum/index.html"), "what the other target is to lose is none of its business");
        let mut tx = site.opened.db.snapshot().await.unwrap();
        assert_eq!(records::count(&mut tx).await.unwrap(), 0);
        assert_eq!(claims::rest(&mut tx).await.unwrap().marks, 1);
    }
}

#[tokio::test]
async fn a_page_that_was_taken_over_while_it_was_written_is_written_again() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        // The other one notes what it wrote, and clears the mark, before ours appears on top of it.
        meanwhile(&site, KEY, &["update output_page set digest = null", "delete from stale_page"]);
        let before = site.memory().writes();
        let summary = site.build().await;
        assert_eq!((summary.written, site.memory().writes() - before), (1, 2));
        assert_eq!(site.build().await.rendered, 0);
    }
}
