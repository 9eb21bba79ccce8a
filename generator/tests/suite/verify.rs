//! `verify`: each way in which a target can differ from the database is found, said once, and mended.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use generator::build::progress::Progress;
use generator::build::{Options, everything};
use generator::store::{Memory, Store};
use generator::verify::{self, Difference, Error, Findings};

use crate::harness::*;

async fn one_article(engine: Engine) -> TestSite {
    let site = TestSite::empty(engine).await;
    site.add_author("Lomikar").await;
    site.publish("clanky", 1, &["Drak"], "{}", "Starý *text*.").await;
    site.build().await;
    site
}

async fn verified(site: &TestSite) -> Findings {
    verify::verify(&site.opened.builder_into(site.store.clone()).unwrap()).await.unwrap()
}

/// The differences as the command prints them.
async fn differences(site: &TestSite) -> Vec<String> {
    let findings = verified(site).await;
    findings.differences.iter().map(|(path, found)| format!("{path}: {}", found.difference)).collect()
}

/// Mends, builds, and expects the very files of `right`.
async fn mended(site: &TestSite, right: &BTreeMap<String, Vec<u8>>) {
    let builder = site.opened.builder_into(site.store.clone()).unwrap();
    let findings = verify::verify(&builder).await.unwrap();
    verify::mend(&builder, &findings, now()).await.unwrap();
    site.build().await;
    assert!(&site.files() == right, "the target is not what it was");
    assert_eq!(differences(site).await, Vec::<String>::new());
}

const ARTICLE: &str = "rubriky/clanky/1-drak/index.html";

#[tokio::test]
async fn a_target_that_is_right_has_no_difference() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        let summary = site.build().await;
        let writes = site.memory().writes();
        let findings = verified(&site).await;
        assert_eq!(findings.differences, BTreeMap::new());
        assert_eq!((findings.pages, findings.waiting), (summary.rendered, 0));
        assert_eq!(site.memory().writes(), writes, "it writes nothing");
    }
}

#[tokio::test]
async fn what_was_done_to_the_files_is_found_and_mended() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let right = site.files();
        let old = site.file("index.html");
        site.memory().forge(ARTICLE, b"<p>Forged by hand.</p>");
        site.memory().delete("rubriky/clanky/index.html");
        site.memory().forge("rubriky/clanky/2-nikdo/index.html", b"nobody's");
        site.memory().forge("uzivatele/index.html", old.as_bytes());
        let style = right.keys().find(|key| key.ends_with(".css")).unwrap().clone();
        site.memory().forge(&style, b"body{}");
        assert_eq!(
            differences(&site).await,
            [
                format!("/{style}: different: the file is not what the page is"),
                "/rubriky/clanky/: missing: the file is not there".to_owned(),
                "/rubriky/clanky/1-drak/: different: the file is not what the page is".to_owned(),
                "/rubriky/clanky/2-nikdo/: surplus: the file belongs to no page".to_owned(),
                "/uzivatele/: different: the file is not what the page is".to_owned(),
            ]
        );
        mended(&site, &right).await;
    }
}

#[tokio::test]
async fn a_target_restored_from_an_old_copy_is_found_and_mended() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let copy = site.files();
        site.change(
            &["update creation set title = 'Saň', slug = 'san'"],
            &["creation/clanky/1", "section/clanky", "home"],
        )
        .await;
        site.change(&[], &["newest", "feed/everything", "feed/section/clanky", "author/1", "member/1"]).await;
        site.change(&[], &["sitemap/creations/1"]).await;
        site.build().await;
        let right = site.files();
        assert_eq!(differences(&site).await, Vec::<String>::new(), "all pages that show the title were marked");
        for key in right.keys() {
            site.memory().delete(key);
        }
        for (key, body) in &copy {
            site.memory().forge(key, body);
        }
        let found = differences(&site).await;
        assert!(found.contains(&"/rubriky/clanky/1-san/: missing: the file is not there".to_owned()), "{found:#?}");
        assert!(
            found.contains(&"/rubriky/clanky/1-drak/: surplus: the file belongs to no page".to_owned()),
            "{found:#?}"
        );
        assert!(found.contains(&"/: different: the file is not what the page is".to_owned()), "{found:#?}");
        mended(&site, &right).await;
    }
}

#[tokio::test]
async fn a_change_that_nobody_marked_is_found() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation_text set body = 'Nový text.'"], &[]).await;
        site.change(&["insert into member (id, nick) values (2, 'Nováček')"], &[]).await;
        site.change(&["delete from output_page where page = 'robots'"], &[]).await;
        let found = differences(&site).await;
        assert_eq!(
            found,
            [
                "/: outdated: the page has changed since it was written",
                "/robots.txt: surplus: the file belongs to no page",
                "/rubriky/clanky/1-drak/: outdated: the page has changed since it was written",
                "member/2: unrecorded: the page was never written",
                "robots: unrecorded: the page was never written",
            ]
        );
        let builder = site.opened.builder_into(site.store.clone()).unwrap();
        verify::mend(&builder, &verified(&site).await, now()).await.unwrap();
        site.build().await;
        assert_eq!(differences(&site).await, Vec::<String>::new());
        assert!(site.file(ARTICLE).contains("Nový text."));
        assert!(site.has("uzivatel/2-novacek/index.html") && site.has("robots.txt"));
    }
}

#[tokio::test]
async fn a_page_that_went_without_a_mark_is_found_and_removed() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set state = 'unpublished'", "update list_item set public = false"], &[]).await;
        let found = differences(&site).await;
        assert!(
            found.contains(&"/rubriky/clanky/1-drak/: gone: there is no such page any more".to_owned()),
            "{found:#?}"
        );
        let builder = site.opened.builder_into(site.store.clone()).unwrap();
        verify::mend(&builder, &verified(&site).await, now()).await.unwrap();
        site.build().await;
        assert!(!site.has(ARTICLE));
        assert_eq!(differences(&site).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_marked_page_is_no_difference_and_a_failed_one_is() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.change(&["update creation set title = 'Saň'"], &["creation/clanky/1"]).await;
        let findings = verified(&site).await;
        assert_eq!(findings.waiting, 1);
        assert!(!findings.differences.contains_key("/rubriky/clanky/1-drak/"));
        site.change(&["update creation set attributes = '{'"], &[]).await;
        site.try_build(Options::default()).await.unwrap();
        let findings = verified(&site).await;
        let found = &findings.differences["creation/clanky/1"];
        let Difference::Fault(reason) = &found.difference else { panic!("{found:?}") };
        assert!(reason.contains("clanky/1") || reason.contains("attributes"), "{reason}");
    }
}

#[tokio::test]
async fn only_a_built_target_of_this_database_can_be_verified() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let mut builder = site.opened.builder_into(site.store.clone()).unwrap();
        builder.generation = "another".to_owned();
        assert!(matches!(verify::verify(&builder).await, Err(Error::Generation)));
        let empty = Arc::new(Store::Memory(Memory::new()));
        let error = verify::verify(&site.opened.builder_into(empty).unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::NotBuilt { .. }), "{error}");
        let other = one_article(engine).await;
        let error = verify::verify(&site.opened.builder_into(other.store.clone()).unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("belongs to another database"), "{error}");
    }
}

#[tokio::test]
async fn a_folder_is_verified_while_another_builder_works_on_it() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        let folder = site.settings.output.clone();
        let builder = site.opened.builder(&folder).unwrap();
        builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
        let writer = site.opened.builder(&folder).unwrap();
        let is_done = AtomicBool::new(false);
        let building = async {
            for round in 0..10 {
                let sql = match round % 2 {
                    0 => "update creation set state = 'unpublished' where section = 'clanky'",
                    _ => "update creation set state = 'approved' where section = 'clanky'",
                };
                let mut tx = site.opened.db.write().await.unwrap();
                execute(&mut tx, sql).await;
                everything::mark(&mut tx, &site.opened.site, true).await.unwrap();
                tx.commit().await.unwrap();
                writer.build(Options::default(), now(), &Progress::silent()).await.unwrap();
            }
            is_done.store(true, Ordering::Relaxed);
        };
        let verifying = async {
            let mut rounds = 0;
            while !is_done.load(Ordering::Relaxed) {
                let findings = verify::verify(&builder).await.unwrap();
                assert_eq!(findings.differences, BTreeMap::new());
                rounds += 1;
            }
            rounds
        };
        let ((), rounds) = tokio::join!(building, verifying);
        assert!(rounds > 0);
        assert_eq!(verify::verify(&builder).await.unwrap().differences, BTreeMap::new());
    }
}

#[tokio::test]
async fn what_is_not_kept_is_counted_and_found_by_the_next_mend() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        let right = site.files();
        for nth in 0..5 {
            site.memory().forge(&format!("cizi/{nth}/index.html"), b"nobody's");
        }
        let builder = site.opened.builder_into(site.store.clone()).unwrap();
        for (kept, more) in [(3, 2), (2, 0)] {
            let findings = verify::verify_keeping(&builder, 3).await.unwrap();
            assert_eq!((findings.differences.len(), findings.more), (kept, more));
            verify::mend(&builder, &findings, now()).await.unwrap();
        }
        assert!(site.files() == right);
    }
}

/// The command's exit status and what it prints.
fn run(site: &TestSite, arguments: &[&str]) -> (Option<i32>, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_generator"))
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", &site.settings.database_url)
        .env("OUTPUT", &site.settings.output)
        .current_dir(&site.settings.site)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code(), text)
}

#[tokio::test]
async fn the_command_lists_mends_and_says_what_to_do() {
    for engine in ENGINES {
        let site = TestSite::tiny(engine).await;
        assert_eq!(run(&site, &["build"]).0, Some(0));
        let (status, text) = run(&site, &["verify"]);
        assert_eq!(status, Some(0), "{text}");
        assert!(text.contains(" pages compared, 0 differences, 0 marked for the next build"), "{text}");
        std::fs::write(site.settings.output.join("index.html"), "forged").unwrap();
        std::fs::write(site.settings.output.join("left.html"), "surplus").unwrap();
        let (status, text) = run(&site, &["verify"]);
        assert_eq!(status, Some(1), "{text}");
        assert!(text.starts_with("/: different: the file is not what the page is\n/left.html: surplus: "), "{text}");
        assert!(site.settings.output.join("left.html").exists(), "it writes nothing");
        let (status, text) = run(&site, &["verify", "--mend"]);
        assert_eq!(status, Some(1), "{text}");
        assert!(text.contains("1 file removed, 0 assets written, 1 page marked"), "{text}");
        assert_eq!(run(&site, &["build"]).0, Some(0));
        assert_eq!(run(&site, &["verify"]).0, Some(0));
        std::fs::remove_dir_all(&site.settings.output).unwrap();
        let (status, text) = run(&site, &["verify"]);
        assert_eq!(status, Some(1));
        assert!(text.contains("is no folder; `generator build` makes it"), "{text}");
    }
}

#[tokio::test]
async fn the_command_neither_makes_nor_migrates_a_database() {
    for engine in ENGINES {
        let mut site = TestSite::tiny(engine).await;
        std::fs::create_dir(&site.settings.output).unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        site.settings.database_url = fresh_database(engine, folder.path()).await;
        let (status, text) = run(&site, &["verify"]);
        assert_eq!(status, Some(1));
        match engine {
            Engine::Sqlite => assert!(text.contains("there is no such file"), "{text}"),
            Engine::Postgres => assert!(text.contains("has an older schema than this program, or none"), "{text}"),
        }
        assert!(!folder.path().join("test.db").exists(), "nothing was made");
    }
}
