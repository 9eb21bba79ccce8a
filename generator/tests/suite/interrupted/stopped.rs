//! Two builders of one site: one is stopped until its lease is over, the other goes on, then the first is continued. It
//! neither puts older bytes over newer ones nor brings an unpublished page back.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use generator::build::Options;
use generator::db::{Db, Tx};
use generator::fail_point::FailPoint;
use generator::publish::creations;
use generator::store::{Directory, Memory, Store};

use crate::harness::{ENGINES, Engine};
use crate::publish::{Door, work};

use super::child::{Build, LEASE, until};
use super::folder::{assert_equals_a_full_build, contents, until_leases_are_over};

/// Steps in which a builder may be stopped for long, and whether it holds the lock of a path then. In the others a
/// transaction is open: whoever waits for it waits until the builder is continued or its connection is lost.
const STEPS: [(FailPoint, bool); 16] = [
    (FailPoint::AssetsNoted, false),
    (FailPoint::AssetsWritten, false),
    (FailPoint::Claim, false),
    (FailPoint::Load, false),
    (FailPoint::Render, false),
    (FailPoint::IntendAfterCommit, false),
    (FailPoint::WriteTemporary, false),
    (FailPoint::WriteBeforeRename, true),
    (FailPoint::WriteAfterRename, true),
    (FailPoint::FinishAfterCommit, false),
    (FailPoint::EndBurialsAfterCommit, false),
    (FailPoint::Removal, false),
    (FailPoint::RemovalBefore, true),
    (FailPoint::RemovalAfter, true),
    (FailPoint::RemovalFolder, true),
    (FailPoint::RemovalUnnoted, false),
];

/// How many pages are announced and not written yet.
async fn announced(db: &Db) -> i64 {
    const SQL: &str = "select count(*) from output_page where digest is null";
    let mut tx = db.snapshot().await.unwrap();
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(SQL).fetch_one(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(SQL).fetch_one(&mut **tx).await.unwrap(),
    }
}

#[tokio::test]
async fn a_builder_that_wakes_up_late_changes_nothing_for_the_worse() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        let mut output = door.site.settings.output.clone();
        Build::of(&door.site, &output).run().await;
        for (round, (point, holds_lock)) in STEPS.into_iter().enumerate() {
            let when = format!("{engine:?}, stopped at {}", point.name());
            // The first builder is to write an older A, B under its old title, and to remove C.
            let mut change = door.change().await;
            creations::edit(&mut change, ids[0], &work("Starší A")).await.unwrap();
            creations::edit(&mut change, ids[1], &work(&format!("B {round}"))).await.unwrap();
            creations::unpublish(&mut change, ids[2]).await.unwrap();
            change.commit().await.unwrap();
            let mut first = Build::of(&door.site, &output).lease(LEASE).held_at(point, 1).start();
            first.stopped(&door.site).await;
            // Meanwhile A gets a newer title, B is unpublished, C is published again.
            let mut change = door.change().await;
            creations::edit(&mut change, ids[0], &work("Novější A")).await.unwrap();
            creations::unpublish(&mut change, ids[1]).await.unwrap();
            creations::publish_again(&mut change, ids[2]).await.unwrap();
            change.commit().await.unwrap();
            until_leases_are_over(&door.site).await;
            let before = announced(&door.site.opened.db).await;
            let mut second = Build::of(&door.site, &output).start();
            if holds_lock {
                // It has to wait for the path; it is the newer one whether it does already or not.
                until("the second builder announces or is through", async || {
                    second.has_ended() || announced(&door.site.opened.db).await != before
                })
                .await;
                first.go_on();
                if !second.end().await.was_good() {
                    Build::of(&door.site, &output).run().await;
                }
            } else {
                second.good_end().await;
                first.go_on();
            }
            if !first.end().await.was_good() {
                Build::of(&door.site, &output).run().await;
            }
            let files = contents(&output);
            assert!(files.contains_key("rubriky/povesti/1-novejsi-a/index.html"), "{when}");
            assert!(!files.keys().any(|key| key.starts_with("rubriky/povesti/2-")), "{when}: B is back");
            assert!(files.contains_key("rubriky/povesti/3-c/index.html"), "{when}: C is gone");
            output = assert_equals_a_full_build(&door.site, &output, &when).await;
            let mut change = door.change().await;
            creations::publish_again(&mut change, ids[1]).await.unwrap();
            change.commit().await.unwrap();
            Build::of(&door.site, &output).run().await;
        }
    }
}

#[tokio::test]
async fn a_change_in_any_step_is_shown_by_the_same_build_or_stays_marked() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let id = door.publish("povesti", &["A", "B"]).await[0];
        let output = &door.site.settings.output;
        Build::of(&door.site, output).run().await;
        // What is removed is not written; the other steps are those of pages.
        for (round, (point, _)) in
            STEPS.into_iter().filter(|(point, _)| *point < FailPoint::EndBurialsBeforeCommit).enumerate()
        {
            let retitle = async |title: &str| {
                let mut change = door.change().await;
                creations::edit(&mut change, id, &work(title)).await.unwrap();
                change.commit().await.unwrap();
            };
            retitle(&format!("Starší {round}")).await;
            let mut builder = Build::of(&door.site, output).held_at(point, 1).start();
            builder.held().await;
            retitle(&format!("Novější {round}")).await;
            builder.go_on();
            builder.end().await.was_good();
            let marks = generator::db::stale::count(&mut door.site.opened.db.snapshot().await.unwrap()).await.unwrap();
            let own = output.join(format!("rubriky/povesti/1-novejsi-{round}/index.html"));
            // The build may have looked for the last time before the change was made.
            assert!(own.exists() || marks > 0, "{engine:?}, changed at {}: it is lost", point.name());
            Build::of(&door.site, output).run().await;
            assert!(own.exists(), "{engine:?}, changed at {}: it is lost", point.name());
            let list = std::fs::read_to_string(output.join("rubriky/povesti/index.html")).unwrap();
            assert!(list.contains(&format!("Novější {round}")), "{engine:?}, changed at {}", point.name());
        }
        assert_equals_a_full_build(&door.site, output, "after all changes").await;
    }
}

#[tokio::test]
async fn a_path_that_a_stopped_builder_holds_fails_with_a_word_and_is_tried_again() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let id = door.publish("povesti", &["A", "B"]).await[0];
        let output = door.site.settings.output.clone();
        let folder = Directory::open(&output).unwrap().waiting_at_most(Duration::from_millis(20));
        door.site.store = Arc::new(Store::Directory(folder));
        door.site.build().await;
        let mut change = door.change().await;
        creations::edit(&mut change, id, &work("Jinak")).await.unwrap();
        change.commit().await.unwrap();
        let locks: Vec<File> = std::fs::read_dir(output.join(".graveyard/locks"))
            .unwrap()
            .map(|entry| File::open(entry.unwrap().path()).unwrap())
            .collect();
        locks.iter().for_each(|lock| lock.lock().unwrap());
        let failed = door.site.try_build(Options::default()).await.unwrap().failed;
        let (_, reason) = failed.iter().find(|(page, _)| page == "creation/povesti/1").expect("it waits for the lock");
        assert!(reason.starts_with("cannot lock ") && reason.contains("a builder was stopped"), "{reason}");
        drop(locks);
        door.site.build().await;
        // What lives has a file among the temporary ones.
        door.site.store = Arc::new(Store::Memory(Memory::new()));
        assert!(output.join("rubriky/povesti/1-jinak/index.html").exists());
        assert_equals_a_full_build(&door.site, &output, "after the lock").await;
    }
}

#[tokio::test]
async fn a_removal_that_is_noted_late_leaves_a_later_one_to_be_done() {
    const KEY: &str = "rubriky/povesti/1-a/index.html";
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let id = door.publish("povesti", &["A", "B"]).await[0];
        let output = &door.site.settings.output;
        Build::of(&door.site, output).run().await;
        let unpublish = async || {
            let mut change = door.change().await;
            creations::unpublish(&mut change, id).await.unwrap();
            change.commit().await.unwrap();
        };
        unpublish().await;
        let mut first = Build::of(&door.site, output).held_at(FailPoint::RemovalUnnoted, 1).start();
        first.stopped(&door.site).await;
        assert!(!output.join(KEY).exists());
        let mut change = door.change().await;
        creations::publish_again(&mut change, id).await.unwrap();
        change.commit().await.unwrap();
        Build::of(&door.site, output).run().await;
        assert!(output.join(KEY).exists());
        unpublish().await;
        Build::of(&door.site, output).killed_at(FailPoint::Removal, 1).start().end().await;
        assert!(output.join(KEY).exists(), "the second removal is still to be done");
        first.go_on();
        first.good_end().await;
        Build::of(&door.site, output).run().await;
        assert!(!output.join(KEY).exists(), "{engine:?}: an unpublished page is there");
        assert_equals_a_full_build(&door.site, output, "after both removals").await;
    }
}

#[tokio::test]
async fn a_builder_that_is_stopped_within_a_transaction_loses_its_locks() {
    let door = Door::open(Engine::Postgres).await;
    let id = door.publish("povesti", &["A", "B"]).await[0];
    let output = &door.site.settings.output;
    Build::of(&door.site, output).run().await;
    let steps = [FailPoint::IntendBeforeCommit, FailPoint::FinishBeforeCommit, FailPoint::Mark];
    for (round, point) in steps.into_iter().enumerate() {
        let retitle = async |title: String| {
            let mut change = door.change().await;
            creations::edit(&mut change, id, &work(&title)).await.unwrap();
            change.commit().await.unwrap();
        };
        retitle(format!("Starší {round}")).await;
        let first = Build::of(&door.site, output).server_patience(&door.site, Duration::from_millis(300));
        let mut first = first.lease(LEASE).held_at(point, 1).start();
        first.held().await;
        first.stop();
        // People go on, another builder too.
        retitle(format!("Novější {round}")).await;
        Build::of(&door.site, output).run().await;
        let own = output.join(format!("rubriky/povesti/1-novejsi-{round}/index.html"));
        assert!(own.exists(), "stopped at {}", point.name());
        first.go_on();
        let ended = first.end().await;
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{ended:?}");
        Build::of(&door.site, output).run().await;
        assert!(own.exists(), "stopped at {}, continued", point.name());
    }
    assert_equals_a_full_build(&door.site, output, "at the end").await;
}
