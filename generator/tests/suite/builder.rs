//! The builder's protocol: targets, failures, removals.

use std::io::ErrorKind;
use std::sync::Arc;

use generator::build::target::TARGET_KEY;
use generator::build::{Error, Options};
use generator::store::{Directory, Fault, Memory, Store};

use crate::harness::{ENGINES, Engine, TestSite};

const KEY: &str = "rubriky/clanky/1-drak/index.html";

async fn one_article(engine: Engine) -> TestSite {
    let site = TestSite::empty(engine).await;
    site.add_author("Almara").await;
    site.publish("clanky", 1, &["Drak"], "{}", "Text o drakovi.").await;
    site.build().await;
    assert!(site.has(KEY));
    site
}

#[tokio::test]
async fn an_unpublished_creation_is_gone() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(
            &[
                "update creation set state = 'unpublished'",
                "update list_item set public = false where list_id in
                (select id from list where key in ('section/clanky', 'author/1', 'creations'))",
            ],
            &["creation/clanky/1", "section/clanky", "author/1", "home", "newest"],
        )
        .await;
        let summary = site.build().await;
        assert_eq!(summary.deleted, 1);
        assert!(!site.has(KEY));
        assert!(!site.file("rubriky/clanky/index.html").contains("Drak"));
        assert!(site.file("autor/1-almara/index.html").contains("Od tohoto autora tu teď nic není"));
        assert_eq!(site.build().await.rendered, 0, "nothing is left to do");
    }
}

#[tokio::test]
async fn a_renamed_creation_moves_and_leaves_a_redirect() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(
            &[
                "update creation set title = 'Had', slug = 'had'",
                "insert into redirect (path, page) values ('/rubriky/clanky/1-drak/', 'creation/clanky/1')",
            ],
            &["creation/clanky/1", "section/clanky", "redirect/rubriky/clanky/1-drak/"],
        )
        .await;
        site.build().await;
        assert!(site.file("rubriky/clanky/1-had/index.html").contains("<h1>Had</h1>"));
        let old = site.file(KEY);
        assert!(old.contains("url=/rubriky/clanky/1-had/"), "{old}");
        // Renamed back: the page comes to stand at its old path again and the redirect gives way.
        site.change(
            &[
                "update creation set title = 'Drak', slug = 'drak'",
                "delete from redirect",
                "insert into redirect (path, page) values ('/rubriky/clanky/1-had/', 'creation/clanky/1')",
            ],
            &["creation/clanky/1", "redirect/rubriky/clanky/1-drak/", "redirect/rubriky/clanky/1-had/"],
        )
        .await;
        site.build().await;
        assert!(site.file(KEY).contains("<h1>Drak</h1>"));
        assert!(site.file("rubriky/clanky/1-had/index.html").contains("url=/rubriky/clanky/1-drak/"));
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_written_stays_marked_and_blocks_no_other() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.memory().fail(KEY, Fault::Refuse(ErrorKind::Other));
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1", "section/clanky"]).await;
        let summary = site.try_build(Options::default()).await.unwrap();
        assert_eq!(summary.failed.len(), 1);
        assert_eq!(summary.failed[0].0, "creation/clanky/1");
        assert!(site.file(KEY).contains("<h1>Drak</h1>"), "the last good file stays");
        assert!(site.file("rubriky/clanky/index.html").contains("Jiný drak"));
        site.memory().heal();
        assert_eq!(site.build().await.written, 1, "the mark stayed");
        assert!(site.file(KEY).contains("<h1>Jiný drak</h1>"));
    }
}

#[tokio::test]
async fn a_lost_answer_is_healed_even_if_the_row_changes_back() {
    let site = one_article(Engine::Sqlite).await;
    site.memory().fail(KEY, Fault::LoseAnswer);
    site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
    assert_eq!(site.try_build(Options::default()).await.unwrap().failed.len(), 1);
    assert!(site.file(KEY).contains("Jiný drak"), "written, though nobody heard of it");
    site.memory().heal();
    site.change(&["update creation set title = 'Drak'"], &["creation/clanky/1"]).await;
    assert_eq!(site.build().await.written, 1, "what stands there is unknown, so it is written");
    assert!(site.file(KEY).contains("<h1>Drak</h1>"));
}

#[tokio::test]
async fn a_full_disk_stops_the_build_with_a_message_and_loses_nothing() {
    let site = one_article(Engine::Sqlite).await;
    site.memory().fail(KEY, Fault::Refuse(ErrorKind::StorageFull));
    site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
    let error = site.try_build(Options::default()).await.unwrap_err();
    assert!(matches!(error, Error::Store(_)));
    assert!(error.to_string().starts_with("cannot write rubriky/clanky/1-drak/index.html: "), "{error}");
    site.memory().heal();
    site.build().await;
    assert!(site.file(KEY).contains("Jiný drak"));
}

#[tokio::test]
async fn an_emptied_or_another_target_is_filled_again() {
    for engine in ENGINES {
        let mut site = one_article(engine).await;
        let before = site.files();
        site.store = Arc::new(Store::Memory(Memory::new()));
        let summary = site.build().await;
        assert_eq!(summary.written, summary.rendered);
        assert!(site.files() == before);
    }
}

#[tokio::test]
async fn a_target_of_another_database_is_not_touched() {
    let first = one_article(Engine::Sqlite).await;
    let mut second = TestSite::empty(Engine::Sqlite).await;
    second.store = Arc::clone(&first.store);
    let before = first.files();
    let error = second.try_build(Options::default()).await.unwrap_err().to_string();
    assert!(error.contains("belongs to another database"), "{error}");
    assert!(first.files() == before);
}

#[tokio::test]
async fn a_folder_with_something_else_in_it_is_not_touched() {
    let site = TestSite::empty(Engine::Sqlite).await;
    std::fs::create_dir_all(&site.settings.output).unwrap();
    std::fs::write(site.settings.output.join("thesis.txt"), "do not lose me").unwrap();
    let error = site.opened.builder(&site.settings.output).err().unwrap().to_string();
    assert!(error.contains("is not empty and holds no site of this program"), "{error}");
    let names: Vec<_> =
        std::fs::read_dir(&site.settings.output).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["thesis.txt"]);
}

#[tokio::test]
async fn a_broken_target_object_is_named() {
    let site = one_article(Engine::Sqlite).await;
    let object = generator::store::Object {
        body: b"{".to_vec(),
        content_type: "application/json",
        class: generator::store::CacheClass::Revalidate,
        redirect: None,
    };
    site.store.put(TARGET_KEY, &object, || true).unwrap();
    let error = site.try_build(Options::default()).await.unwrap_err().to_string();
    assert!(error.contains(".graveyard/target.json cannot be understood"), "{error}");
}

#[tokio::test]
async fn many_pages_do_not_fall_out_without_being_allowed_to() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let before = site.files().len();
    site.change(&["update creation set state = 'unpublished'"], &[]).await;
    let all = Options { all: true, ..Options::default() };
    let error = site.try_build(all).await.unwrap_err().to_string();
    assert!(error.contains("--allow-deletions"), "{error}");
    assert_eq!(site.files().len(), before);
    let summary = site.try_build(Options { allow_deletions: true, ..all }).await.unwrap();
    assert!(summary.deleted > 100, "{summary:?}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_named() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Directory::open(&file.join("site")).unwrap_err().to_string();
    assert!(error.starts_with("cannot create ") && error.contains("file/site"), "{error}");
}

#[tokio::test]
async fn builders_side_by_side_leave_the_same_site() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        site.build().await;
        let alone = site.files();
        site.change(&["update creation set title = title || ' II'"], &[]).await;
        let all = Options { all: true, ..Options::default() };
        let (left, right) = tokio::join!(site.try_build(all), site.try_build(all));
        assert_eq!((left.unwrap().failed.len(), right.unwrap().failed.len()), (0, 0));
        let together = site.files();
        site.change(&[], &[]).await;
        site.try_build(all).await.unwrap();
        assert!(site.files() == together, "a build afterwards finds nothing to mend");
        assert!(together != alone);
    }
}
