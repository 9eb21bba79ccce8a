//! The whole output: links lead somewhere, nothing private is in it, the first site's words are configuration.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{Html, Selector};

use crate::harness::{ENGINES, Engine, TestSite};

fn pages(site: &TestSite) -> BTreeMap<String, String> {
    let files = site.files().into_iter().filter(|(key, _)| key.ends_with(".html"));
    files.map(|(key, body)| (key, String::from_utf8(body).unwrap())).collect()
}

/// Every internal link and anchor leads to a file, ids are unique, headings do not skip.
fn check_links(site: &TestSite) {
    let files = site.files();
    let pages = pages(site);
    let ids: BTreeMap<&String, BTreeSet<String>> = pages.iter().map(|(key, html)| (key, ids(key, html))).collect();
    let selector = Selector::parse("[href], [src]").unwrap();
    for (key, html) in &pages {
        let page = Html::parse_document(html);
        for element in page.select(&selector) {
            if element.value().name() == "use" {
                continue;
            }
            let url = element.attr("href").or(element.attr("src")).unwrap();
            let url = url.strip_prefix("https://www.example.org").unwrap_or(url);
            let (path, anchor) = url.split_once('#').map_or((url, None), |(path, anchor)| (path, Some(anchor)));
            let target = match path {
                "" => key.clone(),
                path if site.opened.site.is_room(path) => continue,
                path if path.starts_with('/') => generator::store::key(path),
                path => {
                    assert!(path.contains(':'), "{key}: {path} is relative");
                    continue;
                }
            };
            assert!(files.contains_key(&target), "{key}: {url} leads nowhere");
            if let (Some(anchor), Some(ids)) = (anchor, ids.get(&target)) {
                assert!(ids.contains(anchor), "{key}: {url} has no such anchor");
            }
        }
        let mut last = 0;
        for heading in page.select(&Selector::parse("main :is(h1, h2, h3, h4, h5, h6)").unwrap()) {
            let level: usize = heading.value().name()[1..].parse().unwrap();
            assert!(level <= last + 1, "{key}: h{level} after h{last}");
            last = level;
        }
        let h1 = page.select(&Selector::parse("h1").unwrap()).count();
        assert!(h1 == 1 || html.contains("http-equiv=\"refresh\""), "{key}: {h1} h1");
    }
}

fn ids(key: &str, html: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for element in Html::parse_document(html).select(&Selector::parse("[id]").unwrap()) {
        let id = element.attr("id").unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{key}: id {id} is there twice");
    }
    ids
}

#[tokio::test]
async fn the_demo_is_whole_and_keeps_what_is_private() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        site.build().await;
        check_links(&site);
        for (key, html) in site.files() {
            let text = String::from_utf8_lossy(&html);
            if key.starts_with("assets/") {
                continue;
            }
            assert!(!text.contains("@example.org"), "{key}: an e-mail address");
            assert!(!text.contains("100200300"), "{key}: an ICQ number");
            assert!(!text.contains("Rozepsané a čekající"), "{key}: a waiting creation");
            assert!(!text.contains("tel:"), "{key}: a telephone link");
        }
        assert!(!site.has("rubriky/clanky/32-rozepsane-a-cekajici/index.html"));
    }
}

#[tokio::test]
async fn permissions_of_a_profile_are_kept() {
    let site = TestSite::empty(Engine::Sqlite).await;
    site.add_author("Tajemník").await;
    site.change(
        &["update member set given_name = 'Jménožán', family_name = 'Příjmen', age = 777, region = 'Krajov',
            gender = 'male', shows_region = true"],
        &[],
    )
    .await;
    site.build().await;
    let page = site.file("uzivatel/1-tajemnik/index.html");
    // Fingerprints of the assets in the head hold any three digits sooner or later.
    let profile = page.split_once("<main").unwrap().1;
    assert!(profile.contains("Krajov"));
    for hidden in ["Jménožán", "Příjmen", "777", "Muž"] {
        assert!(!profile.contains(hidden), "{hidden} is not permitted");
    }
}

#[tokio::test]
async fn an_empty_database_gives_friendly_pages() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.build().await;
        check_links(&site);
        assert!(site.file("rubriky/clanky/index.html").contains("Rubrika zatím čeká na své první dílo."));
        assert!(site.file("index.html").contains("Archiv je prázdný"));
    }
}

#[tokio::test]
async fn nothing_of_the_first_site_is_in_the_code() {
    for engine in ENGINES {
        let site = TestSite::tiny(engine).await;
        site.add_author("Vera").await;
        let titles = ["Mars at opposition", "A faint comet", "Saturn", "Clouds", "Perseids"];
        site.publish("nights", 1, &titles, r#"{"seeing": 7, "seeing_note": "steady air"}"#, "Quiet.").await;
        site.build().await;
        check_links(&site);
        let page = site.file("log/nights/2-a-faint-comet/index.html");
        assert!(page.contains("<li>Seeing: 7 / 10 (steady air)</li>"), "{page}");
        assert!(page.contains("class=\"observation\""), "its own template");
        assert!(site.file("log/nights/page/1/index.html").contains("Mars at opposition"));
        assert!(site.has("by/1-vera/index.html") && site.has("gazer/1-vera/index.html"));
        for (key, body) in site.files() {
            let text = String::from_utf8_lossy(&body).to_lowercase();
            for word in ["drac", "rubrik", "uzivatel", "autor/", "aktualit", "inzerce", "strana"] {
                assert!(key.starts_with("assets/") || !text.contains(word), "{key}: {word}");
                assert!(!key.contains(word), "{key}: {word}");
            }
        }
        for absent in ["talks/index.html", "swap/index.html", "company/index.html", "elsewhere/index.html"] {
            assert!(!site.has(absent), "{absent} is switched off");
        }
    }
}

#[tokio::test]
async fn sitemaps_list_what_is_public_in_permanent_shards() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let index = site.file("sitemap.xml");
    for shard in ["pages", "creations-1", "authors-1", "members-1"] {
        assert!(index.contains(&format!("https://www.example.org/sitemap-{shard}.xml")), "{index}");
    }
    for shard in ["pages", "creations-1", "authors-1", "members-1"] {
        for url in site.file(&format!("sitemap-{shard}.xml")).split("<loc>").skip(1) {
            let url = url.split('<').next().unwrap();
            let key = generator::store::key(url.strip_prefix("https://www.example.org").unwrap());
            assert!(site.has(&key), "{shard}: {url}");
        }
    }
    assert!(site.file("robots.txt").contains("Sitemap: https://www.example.org/sitemap.xml"));
}

#[tokio::test]
async fn an_article_weighs_little() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let page = site.file("rubriky/clanky/9-smi-pan-jeskyne-svindlovat/index.html");
    // The scripts of members and of those who write are asked for by nobody who only reads.
    let is_others = |key: &str| key.contains("/member.") || key.contains("/drafts.");
    let is_part = |key: &String| (key.ends_with(".css") || key.ends_with(".js")) && !is_others(key);
    let parts: Vec<String> = site.files().into_keys().filter(is_part).collect();
    assert_eq!(parts.len(), 2, "{parts:?}");
    let requests = page.matches("<script src").count() + page.matches("rel=\"stylesheet\"").count();
    assert_eq!(requests, 2);
    let raw = page.len() + parts.iter().map(|key| site.file(key).len()).sum::<usize>();
    // Text of this sort compresses to less than a third; 60 kB raw stays below 30 kB by far.
    assert!(raw < 60_000, "{raw} bytes before compression");
}
