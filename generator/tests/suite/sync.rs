//! `generator sync`: what `aws s3 sync` does.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use hyper::Method;
use tempfile::TempDir;

use crate::bucket::server::{BUCKET, Fault, Server};
use crate::harness::{Engine, TestSite};
use crate::interrupted::child::{Build, Ended};

/// A folder of uploads, an hour old.
fn uploads() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in
        [("galerie/1.jpg", "drak"), ("galerie/2.gif", "skřet"), ("soub/žluť.zip", "PK"), ("cache/x.tmp", "pryč")]
    {
        write(folder.path(), name, text, 3_600);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str, seconds_ago: u64) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds_ago)).unwrap();
}

async fn sync(site: &TestSite, server: &Server, folder: &Path, more: &[&str]) -> Ended {
    let to = format!("s3://{BUCKET}/uploads");
    let arguments = [&["sync", folder.to_str().unwrap(), to.as_str()], more].concat();
    Build::into_bucket(site, server, "x").without("DATABASE_URL").instead(&arguments).start().end().await
}

fn there(server: &Server) -> BTreeMap<String, String> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    server.contents("uploads").into_iter().map(|(key, body)| (key, text(body))).collect()
}

#[tokio::test]
async fn what_is_missing_another_or_newer_is_sent_and_nothing_else() {
    let server = Server::start();
    let site = TestSite::tiny(Engine::Sqlite).await;
    let folder = uploads();
    std::fs::create_dir_all(server.path().join("uploads")).unwrap();
    let first = sync(&site, &server, folder.path(), &["--exclude", "*.tmp"]).await;
    assert!(first.status.success() && first.said.contains("3 files sent"), "{first:?}");
    assert_eq!(there(&server).keys().collect::<Vec<_>>(), ["galerie/1.jpg", "galerie/2.gif", "soub/žluť.zip"]);
    let picture = server.client().get_object().bucket(BUCKET).key("uploads/galerie/1.jpg").send().await.unwrap();
    assert_eq!(picture.content_type(), Some("image/jpeg"));
    assert_eq!(picture.cache_control(), Some("public, max-age=0, s-maxage=60, must-revalidate"));
    server.take_asked();

    let again = sync(&site, &server, folder.path(), &["--exclude", "*.tmp"]).await;
    assert!(again.said.contains("0 files sent (0.0 MB), 3 unchanged"), "{again:?}");
    assert!(server.take_asked().iter().all(|asked| asked.action == "LIST"));

    write(folder.path(), "galerie/1.jpg", "jiný drak", 3_600);
    std::fs::remove_file(folder.path().join("galerie/2.gif")).unwrap();
    let dry = sync(&site, &server, folder.path(), &["--exclude", "*.tmp", "--delete", "--dryrun"]).await;
    assert!(
        dry.said.contains("(dryrun) upload: ") && dry.said.contains("1.jpg to s3://club/uploads/galerie/1.jpg"),
        "{dry:?}"
    );
    assert!(dry.said.contains("(dryrun) delete: s3://club/uploads/galerie/2.gif"), "{dry:?}");
    assert_eq!(there(&server)["galerie/1.jpg"], "drak", "a dry run changes nothing");
    let kept = sync(&site, &server, folder.path(), &["--exclude", "*.tmp"]).await;
    assert!(kept.said.contains("1 file sent") && there(&server).contains_key("galerie/2.gif"), "{kept:?}");
    let deleted = sync(&site, &server, folder.path(), &["--exclude", "soub/*", "--delete"]).await;
    assert!(deleted.said.contains("1 removed"), "{deleted:?}");
    let now = there(&server);
    assert_eq!(
        now.keys().collect::<Vec<_>>(),
        ["cache/x.tmp", "galerie/1.jpg", "soub/žluť.zip"],
        "what is excluded stays"
    );
    assert_eq!(now["galerie/1.jpg"], "jiný drak");

    // Of the same size, and newer than the object.
    let later = SystemTime::now() + Duration::from_secs(3_600);
    std::fs::write(folder.path().join("galerie/1.jpg"), "jiná saň").unwrap();
    std::fs::write(folder.path().join("galerie/1.jpg"), "jiný Drak").unwrap();
    std::fs::File::options()
        .write(true)
        .open(folder.path().join("galerie/1.jpg"))
        .unwrap()
        .set_modified(later)
        .unwrap();
    sync(&site, &server, folder.path(), &[]).await;
    assert_eq!(there(&server)["galerie/1.jpg"], "jiný Drak");
}

#[tokio::test]
async fn what_fails_is_named_and_the_next_run_goes_on_with_it() {
    let server = Server::start();
    let site = TestSite::tiny(Engine::Sqlite).await;
    let folder = uploads();
    server.fail(Method::PUT, "2.gif", 100, Fault::Answer(403, "AccessDenied", None));
    let first = sync(&site, &server, folder.path(), &[]).await;
    assert_eq!(first.status.code(), Some(1), "{first:?}");
    assert!(first.said.contains("error: galerie/2.gif: ") && first.said.contains("3 files sent"), "{first:?}");
    server.heal();
    let second = sync(&site, &server, folder.path(), &[]).await;
    assert!(second.said.contains("1 file sent") && second.said.contains("3 unchanged"), "{second:?}");
    let nowhere = sync(&site, &server, Path::new("/nowhere/at/all"), &[]).await;
    assert!(nowhere.said.contains("error: cannot read /nowhere/at/all: "), "{nowhere:?}");
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_none_are_left_of_one_that_fails() {
    let server = Server::start();
    let site = TestSite::tiny(Engine::Sqlite).await;
    let folder = TempDir::new().unwrap();
    let large: Vec<u8> = (0..20_000_001_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    std::fs::write(folder.path().join("film.mp4"), &large).unwrap();
    server.fail(Method::PUT, "film.mp4", 100, Fault::Answer(403, "AccessDenied", None));
    let failed = sync(&site, &server, folder.path(), &[]).await;
    assert_eq!(failed.status.code(), Some(1), "{failed:?}");
    assert!(failed.said.contains("error: film.mp4: ") && failed.said.contains("s3:PutObject"), "{failed:?}");
    let asked = server.take_asked();
    assert_eq!(asked.iter().filter(|asked| asked.action == "DELETE").count(), 1, "the parts are given up: {asked:?}");
    server.heal();

    let sent = sync(&site, &server, folder.path(), &[]).await;
    assert!(sent.said.contains("1 file sent (20.0 MB)"), "{sent:?}");
    let parts = server.take_asked().iter().filter(|asked| asked.action == "PUT").count();
    assert_eq!(parts, 3, "8 MiB each");
    assert!(server.contents("uploads")["film.mp4"] == large, "it is another one there");
    let found = server.client().head_object().bucket(BUCKET).key("uploads/film.mp4").send().await.unwrap();
    assert_eq!(found.content_type(), Some("video/mp4"));
    assert_eq!(found.cache_control(), Some("public, max-age=0, s-maxage=60, must-revalidate"));
    let again = sync(&site, &server, folder.path(), &[]).await;
    assert!(again.said.contains("0 files sent (0.0 MB), 1 unchanged"), "{again:?}");
}

#[tokio::test]
async fn copies_of_what_nothing_public_shows_are_kept_by_nobody() {
    let server = Server::start();
    let site = TestSite::tiny(Engine::Sqlite).await;
    let folder = TempDir::new().unwrap();
    write(folder.path(), ".private/u/1.png", "drak", 3_600);
    std::fs::write(folder.path().join(".private/film.mp4"), vec![7; 9 << 20]).unwrap();
    sync(&site, &server, folder.path(), &[]).await;
    for key in ["uploads/.private/u/1.png", "uploads/.private/film.mp4"] {
        let found = server.client().head_object().bucket(BUCKET).key(key).send().await.unwrap();
        assert_eq!(found.cache_control(), Some("private, no-store"), "{key}");
    }
}
