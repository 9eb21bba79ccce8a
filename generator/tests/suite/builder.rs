//! The builder's protocol: targets, failures, removals.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use generator::build::progress::Progress;
use generator::build::target::TARGET_KEY;
use generator::build::{Error, Options};
use generator::db::{claims, records};
use generator::store::{CacheClass, Directory, Fault, Memory, Store};

use crate::harness::{ENGINES, Engine, TestSite, execute, now};

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

/// What a builder that was killed leaves: claims that nobody will finish, for so long.
async fn claimed_by_the_dead(site: &TestSite, pages: &[&str], lease_ms: i64) {
    site.change(&[], pages).await;
    let mut tx = site.opened.db.write().await.unwrap();
    claims::claim(
        &mut tx,
        "dead",
        1000,
        lease_ms,
        claims::Claimable { priority_min: 0, priority_max: i64::MAX, retries: false },
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_build_waits_for_the_claims_of_a_builder_that_was_killed() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &[]).await;
        claimed_by_the_dead(&site, &["creation/clanky/1"], 300).await;
        assert_eq!(site.build().await.written, 1, "not before the lease is over, but in this build");
        assert!(site.file(KEY).contains("Jiný drak"));
    }
}

#[tokio::test]
async fn a_build_says_so_where_another_builder_never_ends() {
    let site = one_article(Engine::Sqlite).await;
    claimed_by_the_dead(&site, &["creation/clanky/1"], 600_000).await;
    let mut builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
    builder.lease = Duration::from_millis(50);
    let error = builder.build(Options::default(), now(), &Progress::silent()).await.unwrap_err().to_string();
    assert!(error.starts_with("1 pages are still claimed by another builder"), "{error}");
}

#[tokio::test]
async fn a_failed_build_gives_its_claims_back() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.memory().fail(KEY, Fault::Refuse(ErrorKind::StorageFull));
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1", "home", "newest"]).await;
        site.try_build(Options::default()).await.unwrap_err();
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let rest = claims::rest(&mut tx).await.unwrap();
        assert!(rest.claimable_in_ms <= 0, "{rest:?}");
        assert!(!claims::is_anything_claimed(&mut tx).await.unwrap());
    }
}

/// Runs statements from within the store, while a builder is writing.
fn meanwhile(site: &TestSite, key: &str, statements: &'static [&'static str]) {
    let (db, handle) = (site.opened.db.clone(), tokio::runtime::Handle::current());
    site.memory().meanwhile(key, move || {
        handle.block_on(async {
            let mut tx = db.write().await.unwrap();
            for sql in statements {
                execute(&mut tx, sql).await;
            }
            tx.commit().await.unwrap();
        });
    });
}

#[tokio::test]
async fn a_builder_of_a_former_generation_stops() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        meanwhile(
            &site,
            KEY,
            &[
                "insert into generation (digest, created_at) values ('newer', '2026-03-01T12:00:00Z')",
                "update stale_page set version = version + 1",
            ],
        );
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Superseded), "{error}");
        let mut tx = site.opened.db.snapshot().await.unwrap();
        let rest = claims::rest(&mut tx).await.unwrap();
        assert_eq!(rest.marks, 1, "the newer one finds the page that was being written");
        assert!(rest.claimable_in_ms <= 0);
    }
}

#[tokio::test]
async fn a_builder_of_a_former_target_notes_nothing() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        meanwhile(
            &site,
            KEY,
            &[
                "delete from output_page",
                "update target set id = 'other'",
                "update stale_page set token = null, lease_until = null",
                "insert into tombstone (path) values ('/forum/')",
            ],
        );
        let error = site.try_build(Options::default()).await.unwrap_err();
        assert!(matches!(error, Error::Superseded), "{error}");
        assert!(site.has("forum/index.html"), "what the other target is to lose is none of its business");
        let mut tx = site.opened.db.snapshot().await.unwrap();
        assert_eq!(records::count(&mut tx).await.unwrap(), 0);
        assert_eq!(claims::rest(&mut tx).await.unwrap().marks, 1);
    }
}

#[tokio::test]
async fn a_page_that_was_taken_over_while_it_was_written_is_written_again() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Jiný drak'"], &["creation/clanky/1"]).await;
        // The other one notes what it wrote, and clears the mark, before ours appears on top of it.
        meanwhile(&site, KEY, &["update output_page set digest = null", "delete from stale_page"]);
        let before = site.memory().writes();
        let summary = site.build().await;
        assert_eq!((summary.written, site.memory().writes() - before), (1, 2));
        assert_eq!(site.build().await.rendered, 0);
    }
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
    let all = site.files().keys().filter(|key| CacheClass::of(key) == CacheClass::Revalidate).count();
    assert_eq!(site.build().await.written, all as u64);
    assert_eq!(site.build().await.written, 0);
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
