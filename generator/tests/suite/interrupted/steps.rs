//! A kill in each step of the builder's protocol.

use std::os::unix::process::ExitStatusExt;

use generator::fail_point::FailPoint;
use generator::model::CreationId;
use generator::publish::{comments, creations};

use crate::harness::ENGINES;
use crate::publish::{BOREK, Door, text, work};

use super::child::{Build, LEASE};
use super::folder::{assert_equals_a_full_build, contents};

/// How often a step is taken before the kill: the first time, and in the middle of a batch.
fn kills() -> impl Iterator<Item = (FailPoint, u32)> {
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
