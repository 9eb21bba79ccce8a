//! A server that fails for a while: what is outlived, what fails a page, what ends a build and keeps the pages stale.

use std::collections::BTreeMap;
use std::time::Duration;

use generator::db::stale;
use generator::publish::creations;
use hyper::Method;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::{ENGINES, Engine};
use crate::interrupted::child::{Build, LEASE};
use crate::publish::{Door, work};

use super::kills::assert_equals_a_full_build;
use super::server::{Fault, Server};

async fn marks(door: &Door) -> i64 {
    stale::count(&mut door.site.opened.db.snapshot().await.unwrap()).await.unwrap()
}

async fn retitle(door: &Door, ids: &[generator::model::CreationId], round: usize) {
    let mut change = door.change().await;
    for (index, id) in ids.iter().enumerate() {
        creations::edit(&mut change, *id, &work(&format!("Dílo {index} {round}"))).await.unwrap();
    }
    change.commit().await.unwrap();
}

/// A site in a bucket, with more works published than stand there.
struct Waiting {
    door: Door,
    /// What the bucket holds.
    before: BTreeMap<String, Vec<u8>>,
    /// How many pages wait.
    stale: i64,
}

impl Waiting {
    async fn at(server: &Server) -> Waiting {
        let door = Door::open(Engine::Sqlite).await;
        door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, server, "site").run().await;
        let before = server.contents("site");
        let titles: Vec<String> = (0..20).map(|number| format!("Nové {number}")).collect();
        door.publish("povesti", &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let stale = marks(&door).await;
        Waiting { door, before, stale }
    }
}

/// Faults that pass, with how often they happen in a build.
pub const PASSING: [(Fault, usize); 7] = [
    (Fault::Answer(503, "SlowDown", None), 60),
    (Fault::Answer(500, "InternalError", None), 30),
    (Fault::Answer(429, "TooManyRequests", None), 30),
    (Fault::Cut, 20),
    (Fault::LoseAnswer, 10),
    (Fault::Delay(Duration::from_millis(300)), 20),
    (Fault::Answer(409, "ConditionalRequestConflict", None), 5),
];

#[tokio::test]
async fn bursts_of_faults_are_outlived() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let mut place = "site".to_owned();
        for (round, (fault, times)) in PASSING.into_iter().enumerate() {
            retitle(&door, &ids, round).await;
            server.fail(Method::PUT, "", times, fault);
            let said = Build::into_bucket(&door.site, &server, &place).run().await;
            assert!(said.contains(" 0 failed"), "{engine:?}, {fault:?}: {said}");
            assert!(server.faults_left() < times, "{engine:?}, {fault:?} did not happen");
            server.heal();
            assert_eq!(marks(&door).await, 0, "{engine:?}, {fault:?}");
            place = assert_equals_a_full_build(&door, &server, &place, &format!("{engine:?}, {fault:?}")).await;
        }
    }
}

#[tokio::test]
async fn faults_of_every_kind_at_random_leave_a_true_site() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let mut random = StdRng::seed_from_u64(11);
        for round in 0..12 {
            retitle(&door, &ids, round).await;
            for method in [Method::PUT, Method::PUT, Method::DELETE, Method::HEAD] {
                let (fault, times) = PASSING[random.random_range(0..PASSING.len())];
                server.fail(method, "", random.random_range(0..times), fault);
            }
            let mut build = Build::into_bucket(&door.site, &server, "site").lease(LEASE).start();
            if round % 2 == 0 {
                tokio::time::sleep(Duration::from_millis(random.random_range(300..1_500))).await;
                build.kill();
            }
            build.end().await;
            server.heal();
        }
        Build::into_bucket(&door.site, &server, "site").lease(LEASE).run().await;
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn one_object_that_is_refused_holds_up_no_other() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        retitle(&door, &ids, 1).await;
        server.fail(Method::PUT, "povesti/1-dilo-0-1", usize::MAX / 2, Fault::Answer(400, "KeyTooLongError", None));
        let ended = Build::into_bucket(&door.site, &server, "site").start().end().await;
        assert_eq!(ended.status.code(), Some(1));
        let fault = "error: creation/povesti/1: cannot write s3://club/site/rubriky/povesti/1-dilo-0-1/index.html: 400";
        assert!(ended.said.contains(fault), "{}", ended.said);
        // The redirect from its former address waits for it, and the page stays there as long.
        let waits = "error: redirect/rubriky/povesti/1-a/: its address /rubriky/povesti/1-a/ is taken by the page";
        assert!(ended.said.contains(waits) && ended.said.contains(" 2 failed "), "{}", ended.said);
        assert!(server.contents("site").contains_key("rubriky/povesti/1-a/index.html"));
        assert!(server.contents("site").contains_key("rubriky/povesti/2-dilo-1-1/index.html"));
        server.heal();
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn a_server_that_goes_on_failing_ends_the_build_and_the_pages_stay_stale() {
    let server = Server::start();
    let Waiting { door, before, stale } = Waiting::at(&server).await;
    server.fail(Method::PUT, "", usize::MAX / 2, Fault::Answer(503, "SlowDown", None));
    let ended = Build::into_bucket(&door.site, &server, "site").start().end().await;
    assert_eq!(ended.status.code(), Some(1));
    let fault = "the server goes on failing (503 SlowDown); nor was any other request answered";
    assert!(ended.said.contains(fault), "{}", ended.said);
    assert_eq!(marks(&door).await, stale);
    assert_eq!(server.contents("site"), before);
    server.heal();
    Build::into_bucket(&door.site, &server, "site").run().await;
    assert_equals_a_full_build(&door, &server, "site", "after the server is back").await;
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_tried_once_more() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let ids = door.publish("povesti", &["D"]).await;
        let stale = marks(&door).await;
        let key = "site/rubriky/povesti/4-d/index.html";
        server.fail(Method::PUT, key, 1, Fault::Hold);
        server.take_asked();
        let build = Build::into_bucket(&door.site, &server, "site").variable("GRAVEYARD_ATTEMPT_MS", "1000");
        let said = build.run().await;
        // The client asks again, and not the builder, which would render the page once more.
        let once = format!("{stale} pages rendered, ");
        assert!(said.starts_with(&once) && said.contains(" 0 failed"), "{engine:?}: {stale} stale: {said}");
        let tries = server.take_asked().into_iter().filter(|it| it.action == "PUT" && it.key == key).count();
        assert!(tries >= 2 && server.held() == 1, "{engine:?}: {tries} tries, {} held", server.held());
        assert!(server.contents("site").contains_key("rubriky/povesti/4-d/index.html"), "{engine:?}");
        assert_eq!(marks(&door).await, 0, "{engine:?}");
        // What the first try had brought comes to the bucket when the page is another one.
        retitle(&door, &ids, 1).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        server.let_go().await;
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn a_server_that_never_answers_in_time_ends_the_build_and_the_pages_stay_stale() {
    let server = Server::start();
    let Waiting { door, before, stale } = Waiting::at(&server).await;
    server.fail(Method::PUT, "", usize::MAX / 2, Fault::Hold);
    let build = Build::into_bucket(&door.site, &server, "site").variable("GRAVEYARD_ATTEMPT_MS", "100");
    let ended = build.start().end().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let fault = "no answer in time; see the network, and AWS_ENDPOINT_URL and AWS_REGION, which say where the server is; \
                 nor was any other request answered";
    assert!(ended.said.contains(fault), "{}", ended.said);
    assert_eq!(marks(&door).await, stale);
    assert_eq!(server.contents("site"), before);
    // What was sent and never answered comes to the bucket, and then it is well.
    server.let_go().await;
    Build::into_bucket(&door.site, &server, "site").run().await;
    assert_equals_a_full_build(&door, &server, "site", "after the server answers").await;
}
