//! Marking the whole site beside what people do: nothing that somebody waits for is forgotten, and what people removed is
//! no accident.

use std::sync::Arc;

use generator::build::{Error, Options, everything};
use generator::db::claims::{self, Claimable};
use generator::db::{Db, stale};
use generator::model::{Text, TextFormat};
use generator::publish::counters::{self, Count};
use generator::publish::{Change, comments, creations, is_rendered};
use generator::store::{Memory, Store};

use crate::harness::{ENGINES, Engine, TestSite, now, small_files};
use crate::publish::{ALMARA, Door};

const ALL: Options = Options { all: true, allow_deletions: false };

/// What a builder does first that marks the whole site, and is stopped then.
async fn mark_everything(site: &TestSite) {
    let mut tx = site.opened.db.write().await.unwrap();
    everything::mark(&mut tx, &site.opened.site, false).await.unwrap();
    tx.commit().await.unwrap();
}

async fn priority(site: &TestSite, page: &'static str) -> i64 {
    const SQL: &str = "select priority from stale_page where page = $1";
    match &mut site.opened.db.snapshot().await.unwrap() {
        generator::db::Tx::Sqlite(tx) => sqlx::query_scalar(SQL).bind(page).fetch_one(&mut **tx).await.unwrap(),
        generator::db::Tx::Postgres(tx) => sqlx::query_scalar(SQL).bind(page).fetch_one(&mut **tx).await.unwrap(),
    }
}

#[tokio::test]
async fn who_waits_for_a_mark_waits_on_where_the_whole_site_is_marked() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let id = door.publish("povesti", &["Drak"]).await[0];
        door.site.build().await;
        let mut marked = Vec::new();
        for words in ["První.", "Druhý."] {
            let site = &door.site.opened;
            let mut change = Change::begin(&site.db, &site.site, now()).await.unwrap();
            let body = Text { source: words.to_owned(), format: TextFormat::Markdown };
            comments::add(&mut change, id, ALMARA, &body).await.unwrap();
            marked = change.commit().await.unwrap();
        }
        let db = door.site.opened.db.clone();
        let (page, list) = ("creation/povesti/1", "newest");
        let before = (priority(&door.site, page).await, priority(&door.site, list).await);
        for _ in 0..2 {
            mark_everything(&door.site).await;
            assert!(!is_rendered(&db, &marked).await.unwrap(), "nothing was rendered");
            assert_eq!((priority(&door.site, page).await, priority(&door.site, list).await), before);
            assert!(priority(&door.site, "content/o-hradu").await >= 10, "nobody waits for that one");
        }
        // Another target as well.
        door.site.store = Arc::new(Store::Memory(Memory::new()));
        mark_everything(&door.site).await;
        assert!(!is_rendered(&db, &marked).await.unwrap());
        door.site.build().await;
        assert!(is_rendered(&db, &marked).await.unwrap());
        assert!(door.site.file("rubriky/povesti/1-drak/index.html").contains("Druhý."));
    }
}

#[tokio::test]
async fn counters_mark_the_lists_that_show_them() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let table = door.publish("kronika", &["A"]).await[0];
        let downloads = door.publish("soubory", &["B"]).await[0];
        door.site.build().await;
        let counts = [table, downloads].map(|id| (id, Count { reads: 3, downloads: 2 }));
        let mut change = door.change().await;
        counters::add(&mut change, &counts.into()).await.unwrap();
        change.commit().await.unwrap();
        let summary = door.site.build().await;
        assert_eq!((summary.written, summary.unchanged), (1, 0));
        assert!(door.site.file("rubriky/soubory/index.html").contains('2'));
    }
}

#[tokio::test]
async fn what_people_removed_needs_no_flag() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let titles: Vec<String> = (0..30).map(|nth| format!("Brak {nth}")).collect();
        let ids = door.publish("povesti", &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
        door.site.build().await;
        let mut change = door.change().await;
        for id in ids {
            creations::delete(&mut change, id).await.unwrap();
        }
        change.commit().await.unwrap();
        let summary = door.site.try_build(ALL).await.unwrap();
        assert!(summary.deleted >= 30 && summary.failed.is_empty(), "{summary:?}");
        assert!(!door.site.has("rubriky/povesti/7-brak-6/index.html"));
    }
}

#[tokio::test]
async fn a_full_build_that_was_stopped_hides_nothing_from_the_guard() {
    for engine in ENGINES {
        let mut files = small_files();
        let chapter = files.content["pages/o-hradu.md"].clone();
        files.content.extend((0..30).map(|nth| (format!("pages/kapitola-{nth}.md"), chapter.clone())));
        let mut site = TestSite::with(engine, files).await;
        site.build().await;
        mark_everything(&site).await;
        site.deploy(small_files());
        let refused = site.try_build(ALL).await;
        assert!(matches!(refused, Err(Error::TooManyDeletions { falling: 30, .. })), "{refused:?}");
        let summary = site.try_build(Options { allow_deletions: true, ..ALL }).await.unwrap();
        assert_eq!(summary.deleted, 30);
    }
}

/// A server plans by what it saw last of a table: here, that it was empty.
#[tokio::test]
async fn a_claim_takes_what_it_asks_for_where_the_server_has_not_seen_the_marks() {
    let site = TestSite::empty(Engine::Postgres).await;
    let db = &site.opened.db;
    let Db::Postgres(pool) = db else { panic!("that is no server") };
    let mark = async || {
        let mut tx = db.write().await.unwrap();
        let marks = (0..3_000).map(|number| (format!("creation/povesti/{number}"), 1)).collect();
        stale::mark_keys(&mut tx, marks).await.unwrap();
        tx.commit().await.unwrap();
    };
    mark().await;
    sqlx::query("delete from stale_page").execute(pool).await.unwrap();
    sqlx::query("vacuum (analyze, truncate false) stale_page").execute(pool).await.unwrap();
    mark().await;
    let mut tx = db.write().await.unwrap();
    let all = Claimable { priority_min: 0, priority_max: i64::MAX, retries: true };
    let claimed = claims::claim(&mut tx, "one", 100, claims::LEASE_MS, all).await.unwrap();
    assert_eq!(claimed.len(), 100);
    const FREE: &str = "select count(*) from (select page from stale_page for update skip locked) as free";
    let free: i64 = sqlx::query_scalar(FREE).fetch_one(pool).await.unwrap();
    assert_eq!(free, 2_900, "the others are for whoever comes next");
}
