//! Builders that are killed or stopped while they publish to a bucket, and requests that outlive them.

use std::os::unix::process::ExitStatusExt;

use generator::db::records;
use generator::fail_point::FailPoint;
use generator::publish::creations;
use hyper::Method;

use crate::harness::ENGINES;
use crate::interrupted::child::{Build, LEASE, until};
use crate::interrupted::folder::{assert_same, until_leases_are_over};
use crate::interrupted::steps::{publish_again, retitle, unpublish};
use crate::publish::{Door, work};

use super::server::{Fault, Server};

/// Steps that a builder takes with a folder alone.
const OF_FOLDERS: [FailPoint; 2] = [FailPoint::WriteTemporary, FailPoint::RemovalFolder];

/// How often a step is taken before the kill: the first time, and in the middle of a batch.
fn kills() -> impl Iterator<Item = (FailPoint, u32)> {
    let in_the_middle =
        [(FailPoint::WriteBeforeRename, 7), (FailPoint::WriteAfterRename, 7), (FailPoint::RemovalAfter, 2)];
    let all = FailPoint::ALL.into_iter().filter(|point| !OF_FOLDERS.contains(point) && *point != FailPoint::Attach);
    all.map(|point| (point, 1)).chain(in_the_middle)
}

/// What is in the bucket equals what a fresh process, which knows no marks and no records, builds beside it; gives that
/// place, which the database's records are about now.
pub async fn assert_equals_a_full_build(door: &Door, server: &Server, place: &str, when: &str) -> String {
    let is = server.contents(place);
    door.site.forget_builders().await;
    let empty = format!("full-{:x}", rand::random::<u64>());
    Build::into_bucket(&door.site, server, &empty).run().await;
    let should_be = server.contents(&empty);
    assert_same(&is, &should_be, when);
    std::fs::remove_dir_all(server.path().join(place)).unwrap();
    empty
}

#[tokio::test]
async fn killed_in_each_step() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        let mut place = "site".to_owned();
        Build::into_bucket(&door.site, &server, &place).run().await;
        for (round, (point, nth)) in kills().enumerate() {
            let when = format!("{engine:?}, killed at {} {nth}", point.name());
            retitle(&door, ids[0], &format!("A {round}")).await;
            retitle(&door, ids[1], "Jinak").await;
            unpublish(&door, ids[2]).await;
            unpublish(&door, ids[3]).await;
            let build = Build::into_bucket(&door.site, &server, &place);
            let ended = build.lease(LEASE).killed_at(point, nth).start().end().await;
            assert_eq!(ended.status.signal(), Some(9), "{when}: the step was not taken: {ended:?}");
            // What is as it was is not as it was on the target.
            retitle(&door, ids[1], "B").await;
            publish_again(&door, ids[3]).await;
            Build::into_bucket(&door.site, &server, &place).run().await;
            let files = server.contents(&place);
            let own = String::from_utf8(files["rubriky/povesti/2-b/index.html"].clone()).unwrap();
            assert!(own.contains("<h1>B</h1>"), "{when}: {own}");
            assert!(!files.contains_key("rubriky/povesti/3-c/index.html"), "{when}: an unpublished page is there");
            place = assert_equals_a_full_build(&door, &server, &place, &when).await;
            publish_again(&door, ids[2]).await;
            Build::into_bucket(&door.site, &server, &place).run().await;
        }
    }
}

#[tokio::test]
async fn killed_when_it_knows_what_stands_there() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        retitle(&door, ids[0], "Jinak").await;
        // Its record is uncertain then, so that the next one looks what stands there.
        for point in [FailPoint::IntendAfterCommit, FailPoint::Look] {
            let build = Build::into_bucket(&door.site, &server, "site").lease(LEASE).killed_at(point, 1);
            let ended = build.start().end().await;
            assert_eq!(ended.status.signal(), Some(9), "{}: {ended:?}", point.name());
            until_leases_are_over(&door.site).await;
        }
        retitle(&door, ids[0], "A").await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn killed_with_the_identity_written_and_not_noted() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A"]).await;
        let build = Build::into_bucket(&door.site, &server, "site").killed_at(FailPoint::Attach, 1);
        assert_eq!(build.start().end().await.status.signal(), Some(9));
        assert!(server.path().join("site/.graveyard/target.json").exists());
        let ended = Build::into_bucket(&door.site, &server, "site").start().end().await;
        assert!(ended.status.success(), "{ended:?}");
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

/// Steps in which a builder may be stopped for longer than its lease: no transaction is open in them.
const STOPS: [FailPoint; 8] = [
    FailPoint::Claim,
    FailPoint::Render,
    FailPoint::IntendAfterCommit,
    FailPoint::WriteBeforeRename,
    FailPoint::WriteAfterRename,
    FailPoint::RemovalBefore,
    FailPoint::RemovalAfter,
    FailPoint::RemovalUnnoted,
];

#[tokio::test]
async fn a_builder_that_wakes_up_late_changes_nothing_for_the_worse() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        let mut place = "site".to_owned();
        Build::into_bucket(&door.site, &server, &place).run().await;
        for (round, point) in STOPS.into_iter().enumerate() {
            let when = format!("{engine:?}, stopped at {}", point.name());
            // The first builder is to write an older A, B under its old title, and to remove C.
            retitle(&door, ids[0], "Starší A").await;
            retitle(&door, ids[1], &format!("B {round}")).await;
            unpublish(&door, ids[2]).await;
            let mut first = Build::into_bucket(&door.site, &server, &place).lease(LEASE).held_at(point, 1).start();
            first.stopped(&door.site).await;
            // Meanwhile A gets a newer title, B is unpublished, C is published again.
            retitle(&door, ids[0], "Novější A").await;
            unpublish(&door, ids[1]).await;
            publish_again(&door, ids[2]).await;
            until_leases_are_over(&door.site).await;
            Build::into_bucket(&door.site, &server, &place).run().await;
            first.go_on();
            if !first.end().await.was_good() {
                Build::into_bucket(&door.site, &server, &place).run().await;
            }
            let files = server.contents(&place);
            assert!(files.contains_key("rubriky/povesti/1-novejsi-a/index.html"), "{when}");
            assert!(!files.keys().any(|key| key.starts_with("rubriky/povesti/2-")), "{when}: B is back");
            assert!(files.contains_key("rubriky/povesti/3-c/index.html"), "{when}: C is gone");
            place = assert_equals_a_full_build(&door, &server, &place, &when).await;
            publish_again(&door, ids[1]).await;
            Build::into_bucket(&door.site, &server, &place).run().await;
        }
    }
}

#[tokio::test]
async fn a_write_that_arrives_after_a_newer_one_is_refused() {
    const KEY: &str = "site/rubriky/povesti/1-a/index.html";
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let say = async |body: &str| {
            let mut change = door.change().await;
            let body = crate::publish::text(body);
            creations::edit(&mut change, ids[0], &creations::Work { body, ..work("A") }).await.unwrap();
            change.commit().await.unwrap();
        };
        say("Starší znění.").await;
        server.fail(Method::PUT, KEY, 1, Fault::Hold);
        let mut first = Build::into_bucket(&door.site, &server, "site").lease(LEASE).start();
        until("the write is on its way", async || server.held() == 1).await;
        first.kill();
        first.end().await;
        say("Novější znění.").await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        server.let_go().await;
        let page = std::fs::read_to_string(server.path().join(KEY)).unwrap();
        assert!(page.contains("Novější znění.") && !page.contains("Starší"), "{engine:?}: {page}");
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn a_removal_that_arrives_after_its_page_came_back_is_made_good() {
    const KEY: &str = "site/rubriky/povesti/1-a/index.html";
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        unpublish(&door, ids[0]).await;
        server.fail(Method::DELETE, KEY, 1, Fault::Hold);
        let mut first = Build::into_bucket(&door.site, &server, "site").lease(LEASE).start();
        until("the removal is on its way", async || server.held() == 1).await;
        first.kill();
        first.end().await;
        publish_again(&door, ids[0]).await;
        Build::into_bucket(&door.site, &server, "site").lease(LEASE).run().await;
        assert!(server.path().join(KEY).exists());
        server.let_go().await;
        assert!(!server.path().join(KEY).exists(), "the removal has no condition");
        until("its burial is due once more", async || {
            let mut tx = door.site.opened.db.snapshot().await.unwrap();
            let due = records::due_tombstones(&mut tx, "", 10).await.unwrap();
            due.iter().any(|tombstone| tombstone.path == "/rubriky/povesti/1-a/")
        })
        .await;
        Build::into_bucket(&door.site, &server, "site").lease(LEASE).run().await;
        assert!(server.path().join(KEY).exists(), "{engine:?}: the page is lost");
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn a_write_that_arrives_after_its_page_was_removed_is_undone_by_who_sent_it() {
    const KEY: &str = "site/rubriky/povesti/2-b/index.html";
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "Jinak"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        retitle(&door, ids[1], "B").await;
        server.fail(Method::PUT, KEY, 1, Fault::Hold);
        let mut first = Build::into_bucket(&door.site, &server, "site").lease(LEASE).start();
        until("the write is on its way", async || server.held() == 1).await;
        first.stopped_now(&door.site).await;
        unpublish(&door, ids[1]).await;
        until_leases_are_over(&door.site).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        server.let_go().await;
        assert!(server.path().join(KEY).exists(), "what was sent as the first at its key is not refused");
        first.wake();
        first.end().await;
        assert!(!server.path().join(KEY).exists(), "{engine:?}: an unpublished page is back");
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}
