//! Feeds are well-formed, complete and merged by date.

use crate::harness::{Engine, TestSite};

fn parse(site: &TestSite, key: &str) -> feed_rs::model::Feed {
    feed_rs::parser::parse(site.file(key).as_bytes()).unwrap_or_else(|error| panic!("{key}: {error}"))
}

#[tokio::test]
async fn feeds_of_the_demo() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let forum = parse(&site, "rss/forum.xml");
    assert_eq!(forum.entries.len(), 50, "as many as site.toml says");
    assert_eq!(forum.language.as_deref(), Some("cs"));

    let everything = parse(&site, "rss/novinky.xml");
    let times: Vec<_> = everything.entries.iter().map(|entry| entry.published).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "merged by date, newest first");
    for kind in ["news:", "creation:", "forum:", "market:", "dating:", "comment:"] {
        assert!(everything.entries.iter().any(|entry| entry.id.starts_with(kind)), "no {kind}");
    }
    assert!(everything.entries.iter().all(|entry| entry.links[0].href.starts_with("https://www.example.org/")));

    let bestiary = parse(&site, "rubriky/bestiar/atom.xml");
    assert_eq!(bestiary.entries.len(), 30);
    assert!(bestiary.entries[0].title.as_ref().unwrap().content.contains("Lucernový kostlivec"));
}

#[tokio::test]
async fn feeds_of_an_empty_site() {
    let site = TestSite::empty(Engine::Sqlite).await;
    site.build().await;
    assert_eq!(parse(&site, "rss/forum.xml").entries.len(), 0);
    assert_eq!(parse(&site, "rubriky/clanky/atom.xml").entries.len(), 0);
}
