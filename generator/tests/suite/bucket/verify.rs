//! `verify` against a bucket: what somebody has done to it behind the builder's back.

use generator::publish::creations;

use crate::harness::ENGINES;
use crate::interrupted::child::{Build, Ended};
use crate::publish::{Door, work};

use super::kills::assert_equals_a_full_build;
use super::server::{BUCKET, Server};

async fn verify(door: &Door, server: &Server, arguments: &[&str]) -> Ended {
    Build::into_bucket(&door.site, server, "site").instead(arguments).start().end().await
}

async fn forge(server: &Server, key: &str, body: &'static [u8], content_type: &str, cache_control: &str) {
    let request = server.client().put_object().bucket(BUCKET).key(format!("site/{key}")).body(body.to_vec().into());
    request.content_type(content_type).cache_control(cache_control).send().await.unwrap();
}

const HTML: &str = "text/html; charset=utf-8";
const CACHE: &str = "public, max-age=0, s-maxage=60, must-revalidate";

#[tokio::test]
async fn a_true_bucket_is_right_and_its_pages_are_not_fetched() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        server.take_asked();
        let ended = verify(&door, &server, &["verify"]).await;
        assert!(ended.status.success() && ended.said.contains(" 0 differences"), "{engine:?}: {ended:?}");
        let asked = server.take_asked();
        let fetched = |key: &str| asked.iter().any(|asked| asked.action == "GET" && asked.key == key);
        assert!(!fetched("site/rubriky/povesti/1-a/index.html") && !fetched("site/index.html"), "{asked:?}");
        assert!(asked.iter().all(|asked| ["GET", "HEAD", "LIST"].contains(&asked.action.as_str())), "{asked:?}");
    }
}

#[tokio::test]
async fn what_was_done_behind_the_builders_back_is_found_and_mended() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let own: &'static [u8] = server.contents("site")["rubriky/povesti/2-b/index.html"].clone().leak();
        forge(&server, "index.html", b"forged", HTML, CACHE).await;
        forge(&server, "rubriky/povesti/2-b/index.html", own, "text/plain", CACHE).await;
        forge(&server, "left.html", b"surplus", HTML, CACHE).await;
        let request = server.client().delete_object().bucket(BUCKET).key("site/rubriky/povesti/3-c/index.html");
        request.send().await.unwrap();
        let ended = verify(&door, &server, &["verify"]).await;
        assert_eq!(ended.status.code(), Some(1), "{engine:?}: {ended:?}");
        for line in [
            "/: different: the file is not what the page is",
            "/rubriky/povesti/2-b/: different: ",
            "/rubriky/povesti/3-c/: missing: the file is not there",
            "/left.html: surplus: ",
            " 4 differences",
        ] {
            assert!(ended.said.contains(line), "{engine:?}: no `{line}` in {}", ended.said);
        }
        assert!(server.contents("site").contains_key("left.html"), "it writes nothing");
        let ended = verify(&door, &server, &["verify", "--mend"]).await;
        assert!(ended.said.contains("1 file removed, 0 assets written, 3 pages marked"), "{}", ended.said);
        Build::into_bucket(&door.site, &server, "site").run().await;
        let ended = verify(&door, &server, &["verify"]).await;
        assert!(ended.status.success(), "{engine:?}: {ended:?}");
        // A forged object is not in the way of a change either.
        forge(&server, "rubriky/povesti/1-a/index.html", b"forged", HTML, CACHE).await;
        let mut change = door.change().await;
        let body = crate::publish::text("Jinak.");
        creations::edit(&mut change, ids[0], &creations::Work { body, ..work("A") }).await.unwrap();
        change.commit().await.unwrap();
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert_equals_a_full_build(&door, &server, "site", &format!("{engine:?}")).await;
    }
}

#[tokio::test]
async fn a_bucket_is_listed_page_by_page() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        for number in 0..1_100 {
            std::fs::write(server.path().join(format!("site/left-{number}.html")), "surplus").unwrap();
        }
        server.take_asked();
        let ended = verify(&door, &server, &["verify"]).await;
        assert!(ended.said.contains(" 1100 differences"), "{engine:?}: {}", ended.said.lines().last().unwrap());
        let lists = server.take_asked().into_iter().filter(|asked| asked.action == "LIST").count();
        assert_eq!(lists, 2);
        verify(&door, &server, &["verify", "--mend"]).await;
        assert!(verify(&door, &server, &["verify"]).await.status.success());
    }
}
