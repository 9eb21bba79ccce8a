//! Targets that are another database's, somebody's own, broken, emptied or former ones.

use std::io::ErrorKind;
use std::sync::Arc;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::build::target::TARGET_KEY;
use generator::render::assets::is_at_root;
use generator::store::{CacheClass, Directory, Fault, Memory, Store};

use super::{KEY, one_article};
use crate::harness::{ENGINES, Engine, TestSite, now};

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
async fn an_output_that_cannot_be_made_is_named_with_its_variable() {
    let site = TestSite::empty(Engine::Sqlite).await;
    let file = site.settings.site.join("a-file");
    std::fs::write(&file, "").unwrap();
    let error = site.opened.builder(&file.join("site")).err().unwrap().to_string();
    assert!(error.starts_with(&format!("OUTPUT={}: cannot create ", file.join("site").display())), "{error}");
    assert!(error.ends_with("set OUTPUT to a folder that this program may make and write into"), "{error}");
}

#[tokio::test]
async fn a_broken_target_object_is_named() {
    let site = one_article(Engine::Sqlite).await;
    let object = generator::store::Object {
        body: b"{".to_vec(),
        content_type: "application/json",
        class: CacheClass::Revalidate,
        redirect: None,
    };
    site.store.put(TARGET_KEY, &object, || true).unwrap();
    let error = site.try_build(Options::default()).await.unwrap_err().to_string();
    assert!(error.contains(".graveyard/target.json cannot be understood"), "{error}");
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
async fn a_former_target_is_cleared_of_what_went_meanwhile() {
    for engine in ENGINES {
        let mut site = one_article(engine).await;
        let first = Arc::clone(&site.store);
        site.store = Arc::new(Store::Memory(Memory::new()));
        site.build().await;
        site.change(&["update creation set state = 'unpublished'"], &[]).await;
        site.try_build(Options { all: true, ..Options::default() }).await.unwrap();
        let after = site.files();
        site.store = first;
        assert!(site.has(KEY), "the former target still shows it");
        site.build().await;
        assert!(site.files() == after);
    }
}

#[tokio::test]
async fn a_former_target_keeps_its_pages_until_a_build_is_through() {
    for engine in ENGINES {
        let mut site = one_article(engine).await;
        let first = Arc::clone(&site.store);
        site.store = Arc::new(Store::Memory(Memory::new()));
        site.build().await;
        site.store = first;
        let before = site.files();
        site.memory().fail(KEY, Fault::Refuse(ErrorKind::StorageFull));
        site.try_build(Options::default()).await.unwrap_err();
        let keys: Vec<String> = site.files().into_keys().collect();
        assert_eq!(keys, before.keys().cloned().collect::<Vec<_>>(), "what was not built yet is still to be read");
        site.memory().heal();
        site.build().await;
        assert!(site.files() == before);
    }
}

#[tokio::test]
async fn a_target_that_a_killed_builder_had_just_attached_is_filled() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let before = site.files();
        site.change(&["delete from output_page", "delete from stale_page"], &[]).await;
        let summary = site.build().await;
        assert_eq!(summary.written, summary.rendered);
        assert!(summary.written > 50 && site.files() == before, "{summary:?}");
    }
}

#[tokio::test]
async fn a_folder_that_was_emptied_by_hand_is_filled_again() {
    let site = one_article(Engine::Sqlite).await;
    let output = site.settings.output.clone();
    let builder = site.opened.builder(&output).unwrap();
    let build = async || builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
    let first = build().await;
    assert_eq!(build().await.rendered, 0);
    // As `rm -rf output/site/*` does it: the shell's star means no names that begin with a dot.
    for entry in std::fs::read_dir(&output).unwrap().map(|entry| entry.unwrap().path()) {
        match entry.is_dir() {
            true if entry.ends_with(".graveyard") => {}
            true => std::fs::remove_dir_all(entry).unwrap(),
            false => std::fs::remove_file(entry).unwrap(),
        }
    }
    assert_eq!(build().await.written, first.written);
    assert!(output.join(KEY).exists());
}

#[tokio::test]
async fn what_was_written_before_the_power_went_is_written_again() {
    let site = one_article(Engine::Sqlite).await;
    site.change(&["update target set boot_id = 'the run before'"], &[]).await;
    // What stands at the root from `static/` is compared by its content at each build.
    let is_page = |key: &&String| CacheClass::of(key) == CacheClass::Revalidate && !is_at_root(key);
    let all = site.files().keys().filter(is_page).count();
    assert_eq!(site.build().await.written, all as u64);
    assert_eq!(site.build().await.written, 0);
}
