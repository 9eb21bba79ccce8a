//! `generator publish DIR`: a directory that was built elsewhere comes onto a target that no database owns.

use std::path::Path;

use hyper::Method;

use crate::bucket::server::{BUCKET, Fault, Server};
use crate::cdn::edge::{Edge, Mood};
use crate::harness::{ENGINES, Engine};
use crate::interrupted::child::{Build, Ended};
use crate::interrupted::folder::contents;
use crate::interrupted::steps::{retitle, unpublish};
use crate::publish::Door;

/// A site that was built into a folder with its manifest.
async fn built(engine: Engine) -> Door {
    let door = Door::open(engine).await;
    let titles: Vec<String> = (0..30).map(|n| format!("Dílo {n}")).collect();
    door.publish("povesti", &titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    build(&door).await;
    door
}

async fn build(door: &Door) {
    Build::of(&door.site, &door.site.settings.output).instead(&["build", "--manifest"]).run().await;
}

fn publishing(door: &Door, server: &Server, place: &str, more: &[&str]) -> Build {
    let folder = door.site.settings.output.to_str().unwrap();
    let arguments = [&["publish", folder], more].concat();
    let build = Build::into_bucket(&door.site, server, place).without("DATABASE_URL");
    // Nobody fetches from these edges.
    build.variable("GRAVEYARD_PURGE_AGAIN_MS", "1").instead(&arguments)
}

async fn publish(door: &Door, server: &Server, place: &str) -> Ended {
    publishing(door, server, place, &[]).start().end().await
}

fn files(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    contents(folder).into_iter().filter(|(key, _)| !key.ends_with('/') && !key.starts_with(".graveyard")).collect()
}

fn there(server: &Server, place: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    server.contents(place).into_iter().filter(|(key, _)| !key.starts_with(".graveyard")).collect()
}

#[tokio::test]
async fn a_directory_comes_over_with_types_and_redirects_and_then_only_what_differs() {
    for engine in ENGINES {
        let server = Server::start();
        let door = built(engine).await;
        retitle(&door, generator::model::CreationId(1), "Jinak").await;
        build(&door).await;
        let ended = publish(&door, &server, "live").await;
        assert!(ended.status.success(), "{engine:?}: {ended:?}");
        assert_eq!(there(&server, "live"), files(&door.site.settings.output), "{engine:?}");
        let client = server.client();
        let old =
            client.get_object().bucket(BUCKET).key("live/rubriky/povesti/1-dilo-0/index.html").send().await.unwrap();
        assert_eq!(old.website_redirect_location(), Some("https://www.example.org/rubriky/povesti/1-jinak/"));
        for (key, content_type) in [
            ("live/index.html", "text/html; charset=utf-8"),
            ("live/sitemap.xml", "application/xml; charset=utf-8"),
            ("live/robots.txt", "text/plain; charset=utf-8"),
        ] {
            let object = client.get_object().bucket(BUCKET).key(key).send().await.unwrap();
            assert_eq!(object.content_type(), Some(content_type), "{key}");
        }
        server.take_asked();
        retitle(&door, generator::model::CreationId(2), "Jinak").await;
        build(&door).await;
        let said = publishing(&door, &server, "live", &[]).run().await;
        assert!(!said.contains(" 0 written") && !said.contains(" 0 unchanged"), "{said}");
        assert_eq!(there(&server, "live"), files(&door.site.settings.output), "{engine:?}");
        server.take_asked();
        let said = publishing(&door, &server, "live", &[]).run().await;
        assert!(said.starts_with("0 files written"), "{said}");
        assert!(server.take_asked().iter().all(|asked| asked.action == "GET"), "{engine:?}: nothing is put or listed");
    }
}

#[tokio::test]
async fn what_is_no_built_directory_or_no_free_target_is_refused() {
    let server = Server::start();
    let door = built(Engine::Sqlite).await;
    let folder = &door.site.settings.output;
    Build::into_bucket(&door.site, &server, "owned").run().await;
    let ended = publish(&door, &server, "owned").await;
    assert!(
        ended.said.contains("s3://club/owned/ belongs to a database, whose builders write there"),
        "{}",
        ended.said
    );
    std::fs::create_dir_all(server.path().join("thesis")).unwrap();
    std::fs::write(server.path().join("thesis/index.html"), "do not lose me").unwrap();
    let ended = publish(&door, &server, "thesis").await;
    assert!(ended.said.contains("s3://club/thesis/ is not empty and holds no published site"), "{}", ended.said);
    std::fs::write(folder.join("index.html"), "somebody has been here").unwrap();
    server.take_asked();
    let ended = publish(&door, &server, "live").await;
    assert!(ended.said.contains("index.html: it is not what was built"), "{}", ended.said);
    assert!(server.take_asked().iter().all(|asked| asked.action != "PUT"), "nothing is touched");
    std::fs::remove_file(folder.join(".graveyard/manifest.json")).unwrap();
    let ended = publish(&door, &server, "live").await;
    assert!(ended.said.contains("has no manifest: build it with `generator build --manifest`"), "{}", ended.said);
    assert_eq!(ended.status.code(), Some(1));
}

#[tokio::test]
async fn too_many_removals_are_asked_about() {
    let server = Server::start();
    let door = built(Engine::Sqlite).await;
    publishing(&door, &server, "live", &[]).run().await;
    for id in 1..=20 {
        unpublish(&door, generator::model::CreationId(id)).await;
    }
    build(&door).await;
    let ended = publish(&door, &server, "live").await;
    assert!(ended.said.contains("files would be removed from the target; if that is meant"), "{}", ended.said);
    publishing(&door, &server, "live", &["--allow-deletions"]).run().await;
    assert_eq!(there(&server, "live"), files(&door.site.settings.output));
}

#[tokio::test]
async fn one_that_is_cut_short_is_made_good_by_the_next_and_its_paths_are_purged() {
    let server = Server::start();
    let edge = Edge::start();
    let door = built(Engine::Sqlite).await;
    let publishing = || publishing(&door, &server, "live", &[]).variable("CDN", &edge.setting());
    publishing().run().await;
    edge.take_asked();
    retitle(&door, generator::model::CreationId(3), "Jinak").await;
    build(&door).await;
    server.fail(Method::PUT, "3-jinak", 1, Fault::Answer(403, "AccessDenied", None));
    let ended = publishing().start().end().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    server.heal();
    publishing().run().await;
    assert_eq!(there(&server, "live"), files(&door.site.settings.output));
    assert!(edge.take_paths().contains(&"/rubriky/povesti/3-jinak/".to_owned()));
    // The files are there, the CDN does not listen.
    retitle(&door, generator::model::CreationId(4), "Jinak").await;
    build(&door).await;
    edge.be(Mood::Answers(403));
    let ended = publishing().start().end().await;
    assert!(ended.said.contains("paths are not purged"), "{}", ended.said);
    edge.be(Mood::Good);
    edge.take_asked();
    publishing().run().await;
    assert!(edge.take_paths().contains(&"/rubriky/povesti/4-jinak/".to_owned()));
}

#[tokio::test]
async fn the_cdn_is_told_once_more_after_a_pause() {
    let server = Server::start();
    let edge = Edge::start();
    let door = built(Engine::Sqlite).await;
    let publishing = |cdn: &str| publishing(&door, &server, "live", &[]).variable("CDN", cdn).start();
    publishing("none").good_end().await;
    publishing(&edge.setting()).good_end().await;
    edge.take_asked();
    retitle(&door, generator::model::CreationId(5), "Jinak").await;
    build(&door).await;
    let ended = publishing(&edge.setting()).end().await;
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.said.contains("the CDN is told once more in "), "{}", ended.said);
    let asked: Vec<String> = edge.take_asked().into_iter().map(|asked| asked.path).collect();
    let mut once = asked.clone();
    once.dedup();
    assert!(once.contains(&"/rubriky/povesti/5-jinak/".to_owned()), "{once:?}");
    let twice: Vec<String> = once.iter().flat_map(|path| [path.clone(), path.clone()]).collect();
    assert_eq!(asked, twice);
    // Nothing to be told, nobody to be told.
    let ended = publishing(&edge.setting()).end().await;
    assert!(ended.status.success() && !ended.said.contains("once more"), "{ended:?}");
    let ended = publishing("none").end().await;
    assert!(ended.status.success() && !ended.said.contains("once more"), "{ended:?}");
    assert_eq!(edge.take_asked(), []);
}
