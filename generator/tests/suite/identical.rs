//! The same rows give the same bytes: twice, on both engines, in memory and in a folder.

use std::collections::BTreeMap;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::seed::{Options as SeedOptions, seed};

use crate::harness::{ENGINES, Engine, TestSite, now};

fn assert_identical(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    let keys = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(left), keys(right));
    for (key, body) in left {
        assert!(body == &right[key], "{key} differs");
    }
}

#[tokio::test]
async fn demo_is_the_same_from_both_engines_and_twice() {
    let sqlite = TestSite::demo(Engine::Sqlite).await;
    let postgres = TestSite::demo(Engine::Postgres).await;
    sqlite.build().await;
    postgres.build().await;
    assert!(sqlite.files().len() > 400);
    assert_identical(&sqlite.files(), &postgres.files());

    let mut again = sqlite;
    let first = again.files();
    again.store = std::sync::Arc::new(generator::store::Store::Memory(generator::store::Memory::new()));
    again.build().await;
    assert_identical(&first, &again.files());
}

#[tokio::test]
async fn a_page_is_the_same_whatever_it_is_built_with() {
    for engine in ENGINES {
        let mut site = TestSite::demo(engine).await;
        site.build().await;
        let together = site.files();
        site.store = std::sync::Arc::new(generator::store::Store::Memory(generator::store::Memory::new()));
        let mut builder = site.opened.builder_into(site.store.clone()).unwrap();
        builder.batch_pages = 1;
        builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
        assert_identical(&together, &site.files());
    }
}

#[tokio::test]
async fn a_picture_in_a_text_has_its_size_whatever_the_page_is_built_with() {
    for engine in ENGINES {
        let mut site = TestSite::demo(engine).await;
        // It is a thumbnail in a list, whose page may be in the same batch.
        site.change(
            &["update forum_post set body_format = 'markdown', body = 'Hle: ![drak](galerie/01-nahled.webp)'",
              "update news set body_format = 'markdown', body = 'Hle: ![drak](galerie/01-nahled.webp)'",
              "update comment set body_format = 'markdown', body = 'Hle: ![drak](galerie/01-nahled.webp)'",
              "update member set description_format = 'markdown', description = 'Já: ![drak](galerie/01-nahled.webp)'"],
            &[],
        )
        .await;
        site.build().await;
        let together = site.files();
        let forum = site.file("forum/index.html");
        assert!(forum.contains("galerie/01-nahled.webp\" alt=\"drak\" width=\""), "{forum}");
        site.store = std::sync::Arc::new(generator::store::Store::Memory(generator::store::Memory::new()));
        let mut builder = site.opened.builder_into(site.store.clone()).unwrap();
        builder.batch_pages = 1;
        builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
        assert_identical(&together, &site.files());
    }
}

#[tokio::test]
async fn seeded_content_is_the_same_from_both_engines() {
    let mut built = Vec::new();
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        let options = SeedOptions { creations: 1_200, comments: 2_500, members: 70, seed: 11 };
        seed(&site.opened.db, &site.opened.site, &options).await.unwrap();
        let summary = site.build().await;
        assert!(summary.written > 1_400, "{summary:?}");
        built.push(site.files());
    }
    assert_identical(&built[0], &built[1]);
}

#[tokio::test]
async fn a_folder_holds_what_memory_does_and_a_second_build_writes_nothing() {
    let site = TestSite::demo(Engine::Sqlite).await;
    let builder = site.opened.builder(&site.settings.output).unwrap();
    builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
    let read = |root: &std::path::Path| -> BTreeMap<String, Vec<u8>> {
        let files = generator::files::read_folder(root).unwrap();
        files.into_iter().map(|(key, file)| (key, file.bytes)).collect()
    };
    let first = read(&site.settings.output);
    let all = Options { all: true, ..Options::default() };
    let second = builder.build(all, now(), &Progress::silent()).await.unwrap();
    assert_eq!((second.written, second.deleted), (0, 0));
    assert_eq!(second.unchanged, second.rendered);

    site.build().await;
    assert_identical(&first, &site.files());
    assert_identical(&first, &read(&site.settings.output));
}
