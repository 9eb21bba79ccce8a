//! Pages that move: what stood at the former path stays until they stand at the new one, whatever goes wrong.

use std::io::ErrorKind;

use generator::build::Options;
use generator::store::Fault;

use super::{KEY, one_article};
use crate::harness::{ENGINES, TestSite};

const NEW: &str = "rubriky/clanky/1-had/index.html";
const PAGES: [&str; 2] = ["creation/clanky/1", "section/clanky"];
const RETITLE: &str = "update creation set title = 'Had', slug = 'had'";
const REDIRECT: &str = "insert into redirect (path, page) values ('/rubriky/clanky/1-drak/', 'creation/clanky/1')";

/// The article gets a title that moves it, perhaps with a redirect, and cannot be written there.
async fn refused(site: &TestSite, with_redirect: bool) {
    site.memory().fail(NEW, Fault::Refuse(ErrorKind::Other));
    match with_redirect {
        false => site.change(&[RETITLE], &PAGES).await,
        true => {
            let pages = [PAGES[0], PAGES[1], "redirect/rubriky/clanky/1-drak/"];
            site.change(&[RETITLE, REDIRECT], &pages).await;
        }
    }
    let failed = site.try_build(Options::default()).await.unwrap().failed;
    let failed: Vec<&str> = failed.iter().map(|(page, _)| page.as_str()).collect();
    let redirect = with_redirect.then_some("redirect/rubriky/clanky/1-drak/");
    assert_eq!(failed, [Some("creation/clanky/1"), redirect].into_iter().flatten().collect::<Vec<_>>());
    assert!(site.file("rubriky/clanky/index.html").contains("Had"), "no other page is held up");
}

#[tokio::test]
async fn a_page_that_cannot_be_written_where_it_moves_stays_where_it_was() {
    for (engine, with_redirect) in ENGINES.into_iter().flat_map(|engine| [(engine, false), (engine, true)]) {
        let when = format!("{engine:?}, with a redirect: {with_redirect}");
        let site = one_article(engine).await;
        refused(&site, with_redirect).await;
        assert!(site.file(KEY).contains("<h1>Drak</h1>"), "{when}: the last good file stays");
        // A later build that fares no better as well.
        assert!(!site.try_build(Options::default()).await.unwrap().failed.is_empty());
        assert!(site.file(KEY).contains("<h1>Drak</h1>"), "{when}: the last good file stays");
        site.memory().heal();
        site.build().await;
        assert!(site.file(NEW).contains("<h1>Had</h1>"), "{when}");
        match with_redirect {
            true => assert!(site.file(KEY).contains("url=/rubriky/clanky/1-had/"), "{when}"),
            false => assert!(!site.has(KEY), "{when}: nobody owns it any more"),
        }
        assert_eq!(site.build().await.rendered, 0, "{when}: nothing is left to do");
    }
}

#[tokio::test]
async fn what_is_unpublished_goes_from_the_former_path_too() {
    for (engine, with_redirect) in ENGINES.into_iter().flat_map(|engine| [(engine, false), (engine, true)]) {
        let site = one_article(engine).await;
        refused(&site, with_redirect).await;
        site.change(&["update creation set state = 'unpublished'"], &["creation/clanky/1"]).await;
        site.try_build(Options::default()).await.unwrap();
        assert!(!site.has(KEY) && !site.has(NEW), "{engine:?}, with a redirect: {with_redirect}");
    }
}

#[tokio::test]
async fn a_page_that_comes_back_before_it_was_written_elsewhere_is_where_it_was() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        refused(&site, true).await;
        site.memory().heal();
        let back = ["update creation set title = 'Drak', slug = 'drak'", "delete from redirect"];
        site.change(&back, &["creation/clanky/1", "section/clanky", "redirect/rubriky/clanky/1-drak/"]).await;
        site.build().await;
        assert!(site.file(KEY).contains("<h1>Drak</h1>"), "{engine:?}");
        assert!(!site.has(NEW), "{engine:?}");
        assert_eq!(site.build().await.rendered, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn a_builder_that_dies_while_a_page_moves_leaves_it_readable() {
    for engine in ENGINES {
        let site = one_article(engine).await;
        site.memory().meanwhile(NEW, || panic!("the test ends this task"));
        let pages = [PAGES[0], PAGES[1], "redirect/rubriky/clanky/1-drak/"];
        site.change(&[RETITLE, REDIRECT], &pages).await;
        site.try_build(Options::default()).await.unwrap_err();
        // Another one looks for what is to be removed before anybody has written the page.
        site.memory().fail(NEW, Fault::Refuse(ErrorKind::Other));
        site.try_build(Options::default()).await.unwrap();
        assert!(site.file(KEY).contains("<h1>Drak</h1>"), "{engine:?}");
        site.memory().heal();
        site.build().await;
        assert!(site.file(NEW).contains("<h1>Had</h1>"), "{engine:?}");
        assert!(site.file(KEY).contains("url=/rubriky/clanky/1-had/"), "{engine:?}");
    }
}
