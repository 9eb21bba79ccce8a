//! What a build puts into a bucket, and what it asks of it.

use std::collections::BTreeSet;

use generator::publish::comments;
use generator::publish::creations;

use crate::harness::{ENGINES, Engine};
use crate::interrupted::child::Build;
use crate::interrupted::folder::contents;
use crate::publish::{BOREK, Door, text, work};

use super::server::{BUCKET, Server};

/// The keys that were asked for in this way.
fn keys(asked: &[super::server::Asked], action: &str) -> Vec<String> {
    asked.iter().filter(|asked| asked.action == action).map(|asked| asked.key.clone()).collect()
}

#[tokio::test]
async fn a_bucket_holds_what_a_folder_holds_with_types_cache_classes_and_redirects() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        let folder = &door.site.settings.output;
        Build::of(&door.site, folder).run().await;
        // Its former address is a redirect now.
        let mut change = door.change().await;
        creations::edit(&mut change, ids[0], &work("Jinak")).await.unwrap();
        change.commit().await.unwrap();
        Build::of(&door.site, folder).run().await;
        let expected = contents(folder).into_iter().filter(|(key, _)| !key.ends_with('/')).collect();
        door.site.forget_builders().await;
        Build::into_bucket(&door.site, &server, "web/site").run().await;
        let found = server.contents("web/site");
        assert_eq!(found, expected, "{engine:?}");
        let client = server.client();
        for key in found.keys() {
            let request = client.get_object().bucket(BUCKET).key(format!("web/site/{key}"));
            let object = request.send().await.unwrap();
            let content_type = match key.rsplit_once('.').unwrap().1 {
                "html" => "text/html; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "svg" => "image/svg+xml",
                "txt" => "text/plain; charset=utf-8",
                _ => object.content_type().unwrap(),
            };
            assert_eq!(object.content_type(), Some(content_type), "{key}");
            assert_ne!(object.content_type(), Some("application/octet-stream"), "{key}");
            let cache_control = match key.starts_with("static/") || key.starts_with("assets/") {
                true => "public, max-age=31536000, immutable",
                false => "public, max-age=0, s-maxage=60, must-revalidate",
            };
            assert_eq!(object.cache_control(), Some(cache_control), "{key}");
            let is_redirect = found[key].windows(20).any(|text| text == b"http-equiv=\"refresh\"");
            let location = object.website_redirect_location();
            assert_eq!(location.is_some(), is_redirect, "{key}: {location:?}");
            if key == "rubriky/povesti/1-a/index.html" {
                assert_eq!(location, Some("https://www.example.org/rubriky/povesti/1-jinak/"));
            }
            assert!(object.checksum_crc32().or(object.checksum_crc64_nvme()).is_some(), "{key} has no checksum");
        }
        assert!(server.path().join("web/site/.graveyard/target.json").exists());
    }
}

#[tokio::test]
async fn an_unchanged_site_is_neither_written_nor_listed() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "").run().await;
        let first = server.take_asked();
        assert!(keys(&first, "PUT").len() > 20, "{engine:?}: {first:?}");
        assert_eq!(keys(&first, "HEAD"), [""; 0], "a new page is not looked for");
        let said = Build::into_bucket(&door.site, &server, "").all().run().await;
        assert!(said.contains(" 0 written, ") && !said.contains("0 pages rendered"), "{said}");
        let asked = server.take_asked();
        for action in ["PUT", "LIST", "HEAD", "DELETE"] {
            assert_eq!(keys(&asked, action), [""; 0], "{engine:?}: {action}");
        }
    }
}

#[tokio::test]
async fn a_comment_puts_the_objects_that_show_it_and_no_others() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        let before = server.contents("site");
        server.take_asked();
        let mut change = door.change().await;
        comments::add(&mut change, ids[1], BOREK, &text("Aha.")).await.unwrap();
        change.commit().await.unwrap();
        Build::into_bucket(&door.site, &server, "site").run().await;
        let after = server.contents("site");
        let changed = after.iter().filter(|(key, body)| before.get(*key) != Some(body)).map(|(key, _)| key);
        let changed: BTreeSet<String> = changed.map(|key| format!("site/{key}")).collect();
        assert!(changed.contains("site/rubriky/povesti/2-b/index.html"), "{changed:?}");
        let asked = server.take_asked();
        let put: BTreeSet<String> = keys(&asked, "PUT").into_iter().collect();
        assert_eq!(put, changed, "{engine:?}");
        assert_eq!(keys(&asked, "PUT").len(), put.len(), "each once");
        for action in ["LIST", "HEAD", "DELETE"] {
            assert_eq!(keys(&asked, action), [""; 0], "{engine:?}: {action}");
        }
    }
}

#[tokio::test]
async fn what_is_unpublished_is_gone_and_what_others_have_in_the_bucket_stays() {
    for engine in ENGINES {
        let server = Server::start();
        let beside = server.path().join("site-of-others/index.html");
        std::fs::create_dir_all(beside.parent().unwrap()).unwrap();
        std::fs::write(&beside, "theirs").unwrap();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B"]).await;
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert!(server.contents("site").contains_key("rubriky/povesti/2-b/index.html"));
        let mut change = door.change().await;
        creations::unpublish(&mut change, ids[1]).await.unwrap();
        change.commit().await.unwrap();
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert!(!server.contents("site").contains_key("rubriky/povesti/2-b/index.html"), "{engine:?}");
        assert_eq!(std::fs::read_to_string(&beside).unwrap(), "theirs");
    }
}

#[tokio::test]
async fn a_bucket_that_belongs_to_somebody_else_is_not_touched() {
    let server = Server::start();
    let (first, second) = (Door::open(Engine::Sqlite).await, Door::open(Engine::Sqlite).await);
    Build::into_bucket(&first.site, &server, "site").run().await;
    server.take_asked();
    let ended = Build::into_bucket(&second.site, &server, "site").start().end().await;
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.said.contains("s3://club/site/ belongs to another database"), "{}", ended.said);
    std::fs::create_dir_all(server.path().join("thesis")).unwrap();
    std::fs::write(server.path().join("thesis/index.html"), "do not lose me").unwrap();
    let ended = Build::into_bucket(&second.site, &server, "thesis").start().end().await;
    assert!(ended.said.contains("s3://club/thesis/ is not empty and holds no site"), "{}", ended.said);
    assert_eq!(keys(&server.take_asked(), "PUT"), [""; 0]);
    Build::into_bucket(&second.site, &server, "sit").run().await;
}

#[tokio::test]
async fn a_bucket_that_another_one_has_replaced_is_filled_over_what_stands_there() {
    for engine in ENGINES {
        let server = Server::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        Build::into_bucket(&door.site, &server, "old").run().await;
        Build::into_bucket(&door.site, &server, "new").run().await;
        let mut change = door.change().await;
        creations::edit(&mut change, ids[0], &work("Jinak")).await.unwrap();
        creations::unpublish(&mut change, ids[1]).await.unwrap();
        change.commit().await.unwrap();
        Build::into_bucket(&door.site, &server, "old").run().await;
        let old = server.contents("old");
        Build::into_bucket(&door.site, &server, "fresh").run().await;
        assert_eq!(old, server.contents("fresh"), "{engine:?}");
    }
}
