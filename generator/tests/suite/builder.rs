//! The builder's protocol: targets, failures, removals.

mod moves;
mod others;
mod target;

use std::io::ErrorKind;

use generator::build::{Error, Options};
use generator::store::{CacheClass, Fault};

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
async fn what_was_removed_does_not_come_back_when_the_power_goes() {
    let site = one_article(Engine::Sqlite).await;
    site.change(&["update creation set state = 'unpublished'"], &["creation/clanky/1"]).await;
    assert_eq!(site.build().await.deleted, 1);
    site.memory().lose_power();
    assert!(!site.has(KEY), "nobody would remove it");
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
async fn an_author_is_named_as_today_wherever_a_byline_was_rendered_before() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        assert!(site.file(KEY).contains(r#"<a href="/autor/1-almara/">Almara</a>"#));
        // The same address with another name, and a name that needs to be escaped.
        for (sql, byline) in [
            ("update member set nick = 'ALMARA'", r#"<a href="/autor/1-almara/">ALMARA</a>"#),
            ("update member set nick = '<Almara>'", r#"<a href="/autor/1-almara/">&lt;Almara&gt;</a>"#),
        ] {
            site.change(&[sql], &["creation/clanky/1", "section/clanky"]).await;
            site.build().await;
            assert!(site.file(KEY).contains(byline), "{}", site.file(KEY));
            assert!(site.file("rubriky/clanky/index.html").contains(byline));
        }
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
async fn many_pages_do_not_fall_out_without_being_allowed_to() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let before = site.files().len();
    site.change(&["update creation set state = 'unpublished'"], &[]).await;
    let all = Options { all: true, ..Options::default() };
    let error = site.try_build(all).await.unwrap_err().to_string();
    assert!(error.contains("--allow-deletions") && error.contains("whether SITE is the folder"), "{error}");
    assert_eq!(site.files().len(), before);
    let summary = site.try_build(Options { allow_deletions: true, ..all }).await.unwrap();
    assert!(summary.deleted > 100, "{summary:?}");
}

#[tokio::test]
async fn a_death_between_write_and_finish_is_healed() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        site.memory().meanwhile(KEY, || panic!("the test ends this task"));
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Task(_)), "{error}");
        site.change(&["update creation set title = 'Drak'"], &[]).await;
        assert_eq!(site.build().await.written, 1, "what stands there is unknown, so it is written");
        assert!(site.file(KEY).contains("<h1>Drak</h1>"));
    }
}

#[tokio::test]
async fn an_unpublished_page_of_an_uncertain_past_goes_at_once_and_once_more() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.memory().fail(KEY, Fault::LoseAnswer);
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        site.try_build(Options::default()).await.unwrap();
        site.memory().heal();
        site.change(&["update creation set state = 'unpublished'"], &["creation/clanky/1"]).await;
        assert_eq!(site.build().await.deleted, 1);
        assert!(!site.has(KEY));
        // A builder that lost its claim writes late, and the lease time passes.
        let late = generator::store::Object {
            body: b"late".to_vec(),
            content_type: "text/html",
            class: CacheClass::Revalidate,
            redirect: None,
        };
        site.store.put(KEY, &late, || true).unwrap();
        site.change(&["update tombstone set remove_after = 0"], &[]).await;
        assert_eq!(site.build().await.deleted, 1);
        assert!(!site.has(KEY));
        assert_eq!(site.build().await.deleted, 0, "twice is enough");
    }
}

#[tokio::test]
async fn what_cannot_be_removed_is_reported_and_holds_up_nothing_else() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.publish("clanky", 2, &["Had"], "{}", "Text o hadovi.").await;
        site.try_build(Options { all: true, ..Options::default() }).await.unwrap();
        site.memory().fail(KEY, Fault::Refuse(ErrorKind::ResourceBusy));
        site.change(
            &["update creation set state = 'unpublished'"],
            &["creation/clanky/1", "creation/clanky/2", "section/clanky"],
        )
        .await;
        let summary = site.try_build(Options::default()).await.unwrap();
        assert_eq!(summary.deleted, 1);
        assert_eq!(summary.failed.len(), 1);
        assert_eq!(summary.failed[0].0, "/rubriky/clanky/1-drak/");
        assert!(summary.failed[0].1.starts_with("cannot remove "), "{}", summary.failed[0].1);
        site.memory().heal();
        assert_eq!(site.build().await.deleted, 1, "it stayed buried");
        assert!(!site.has(KEY));
    }
}

#[tokio::test]
async fn of_two_pages_at_one_address_the_loser_is_named() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.change(
            &["insert into editors_page (slug, title, changed_at, body) values
                ('forum', 'Naše fórum', '2026-03-01T12:00:00Z', 'text')"],
            &["content/forum"],
        )
        .await;
        for _ in 0..2 {
            let summary = site.try_build(Options { all: true, ..Options::default() }).await.unwrap();
            let error = "its address /forum/ is taken by the page forum".to_owned();
            assert_eq!(summary.failed, [("content/forum".to_owned(), error)]);
            assert!(!site.file("forum/index.html").contains("Naše fórum"));
        }
        // The other way round: it stands there already when the rightful page comes.
        site.change(
            &["delete from output_page where page = 'forum'",
              "insert into output_page (page, path, written_at) values ('content/forum', '/forum/', '2026-03-01T12:00:00Z')"],
            &["forum"],
        )
        .await;
        let summary = site.try_build(Options::default()).await.unwrap();
        assert_eq!(summary.failed.len(), 1, "{summary:?}");
        assert!(!site.file("forum/index.html").contains("Naše fórum"));
    }
}

#[tokio::test]
async fn a_page_that_has_to_give_way_in_its_own_batch_is_named() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let redirect = "redirect/rubriky/clanky/1-had/";
        site.change(&["insert into redirect (path, page) values ('/rubriky/clanky/1-had/', 'forum')"], &[redirect])
            .await;
        site.build().await;
        site.change(&["update creation set title = 'Had', slug = 'had'"], &["creation/clanky/1", redirect]).await;
        let summary = site.try_build(Options::default()).await.unwrap();
        let error = "its address /rubriky/clanky/1-had/ is taken by the page creation/clanky/1".to_owned();
        assert_eq!(summary.failed, [(redirect.to_owned(), error)], "{engine:?}");
        assert!(site.file("rubriky/clanky/1-had/index.html").contains("Text o drakovi."));
    }
}

#[tokio::test]
async fn an_address_from_a_row_stays_within_the_site() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(
            &["insert into redirect (path, page) values ('/../../elsewhere/', 'forum'), ('/.graveyard/x/', 'forum')"],
            &["redirect/../../elsewhere/", "redirect/.graveyard/x/"],
        )
        .await;
        let before = site.files();
        let summary = site.try_build(Options::default()).await.unwrap();
        assert_eq!(summary.failed.len(), 2, "{summary:?}");
        assert!(site.files() == before);
    }
}
