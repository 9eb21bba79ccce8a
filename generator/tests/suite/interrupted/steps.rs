//! A kill in each step of the builder's protocol.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use generator::fail_point::FailPoint;
use generator::model::CreationId;
use generator::publish::{comments, creations};

use crate::harness::ENGINES;
use crate::publish::{BOREK, Door, text, work};

use super::child::{Build, LEASE};
use super::folder::{assert_equals_a_full_build, contents};

/// All steps are gone through once more for so many of `KILLS`.
const KILLS_OF_A_PASS: u32 = 40;

/// How often a step is taken before the kill: the first time, and in the middle of a batch.
fn kills() -> impl Iterator<Item = (FailPoint, u32)> {
    let passes = (super::kills_wanted(KILLS_OF_A_PASS) / KILLS_OF_A_PASS).max(1);
    (0..passes).flat_map(|_| kills_of_a_pass())
}

fn kills_of_a_pass() -> impl Iterator<Item = (FailPoint, u32)> {
    let in_the_middle = [
        (FailPoint::WriteTemporary, 5),
        (FailPoint::WriteBeforeRename, 5),
        (FailPoint::WriteAfterRename, 5),
        // The folder above it is empty then.
        (FailPoint::RemovalFolder, 2),
    ];
    FailPoint::ALL.into_iter().map(|point| (point, 1)).chain(in_the_middle)
}

pub async fn retitle(door: &Door, id: CreationId, title: &str) {
    let mut change = door.change().await;
    creations::edit(&mut change, id, &work(title)).await.unwrap();
    change.commit().await.unwrap();
}

pub async fn unpublish(door: &Door, id: CreationId) {
    let mut change = door.change().await;
    creations::unpublish(&mut change, id).await.unwrap();
    change.commit().await.unwrap();
}

pub async fn publish_again(door: &Door, id: CreationId) {
    let mut change = door.change().await;
    creations::publish_again(&mut change, id).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn killed_in_each_step() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        // With an archive of its discussion, C has folders within its own.
        let mut change = door.change().await;
        for _ in 0..3 {
            comments::add(&mut change, ids[2], BOREK, &text("Aha.")).await.unwrap();
        }
        change.commit().await.unwrap();
        let mut output = door.site.settings.output.clone();
        Build::of(&door.site, &output).run().await;
        for (round, (point, nth)) in kills().enumerate() {
            let when = format!("{engine:?}, killed at {} {nth}", point.name());
            if point == FailPoint::Attach {
                std::fs::remove_dir_all(&output).unwrap();
            }
            retitle(&door, ids[0], &format!("A {round}")).await;
            retitle(&door, ids[1], "Jinak").await;
            unpublish(&door, ids[2]).await;
            unpublish(&door, ids[3]).await;
            let ended = Build::of(&door.site, &output).lease(LEASE).killed_at(point, nth).start().end().await;
            assert_eq!(ended.status.signal(), Some(9), "{when}: the step was not taken: {ended:?}");
            if point != FailPoint::Attach {
                let readable = |(key, body): (String, Vec<u8>)| {
                    key.starts_with("rubriky/povesti/1-") && String::from_utf8_lossy(&body).contains("<h1>A")
                };
                assert!(contents(&output).into_iter().any(readable), "{when}: a page that moves is nowhere");
            }
            // What is as it was is not as it was on the target.
            retitle(&door, ids[1], "B").await;
            publish_again(&door, ids[3]).await;
            Build::of(&door.site, &output).run().await;
            let files = contents(&output);
            let own = String::from_utf8(files["rubriky/povesti/2-b/index.html"].clone()).unwrap();
            assert!(own.contains("<h1>B</h1>"), "{when}: {own}");
            assert!(!files.contains_key("rubriky/povesti/3-c/index.html"), "{when}: an unpublished page is there");
            output = assert_equals_a_full_build(&door.site, &output, &when).await;
            publish_again(&door, ids[2]).await;
            Build::of(&door.site, &output).run().await;
        }
    }
}

/// A build that is killed in a step which it takes now and then, and what the next one leaves.
async fn killed_seldom(door: &Door, output: &Path, build: Build, point: FailPoint) {
    let ended = build.lease(LEASE).killed_at(point, 1).start().end().await;
    assert_eq!(ended.status.signal(), Some(9), "the step {} was not taken: {ended:?}", point.name());
    Build::of(&door.site, output).run().await;
}

#[tokio::test]
async fn killed_with_old_assets_removed_and_not_noted() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.publish("povesti", &["A"]).await;
        let output = door.site.settings.output.clone();
        Build::of(&door.site, &output).run().await;
        std::fs::write(output.join("assets/old.css"), "body { }").unwrap();
        let old = "insert into asset_file (path, unreferenced_at) values ('/assets/old.css', '2020-01-01T12:00:00Z')";
        door.site.change(&[old], &[]).await;
        killed_seldom(&door, &output, Build::of(&door.site, &output), FailPoint::AssetsRemoved).await;
        assert!(!output.join("assets/old.css").exists());
        // The removal is over when its time is.
        door.site.change(&["update asset_file set removed_until = 0 where removed_until is not null"], &[]).await;
        Build::of(&door.site, &output).run().await;
        let mut tx = door.site.opened.db.snapshot().await.unwrap();
        let kept = generator::db::target::assets(&mut tx).await.unwrap();
        assert!(!kept.contains(&"/assets/old.css".to_owned()), "{engine:?}: nobody has forgotten it");
        drop(tx);
        assert_equals_a_full_build(&door.site, &output, &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn killed_while_mending() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.publish("povesti", &["A", "B"]).await;
        let output = door.site.settings.output.clone();
        Build::of(&door.site, &output).run().await;
        std::fs::write(output.join("rubriky/povesti/1-a/index.html"), "forged").unwrap();
        std::fs::write(output.join("surplus.html"), "of nobody").unwrap();
        std::fs::remove_dir_all(output.join("assets")).unwrap();
        let mend = Build::of(&door.site, &output).instead(&["verify", "--mend"]);
        killed_seldom(&door, &output, mend, FailPoint::Mend).await;
        assert_equals_a_full_build(&door.site, &output, &format!("{engine:?}")).await;
    }
}
