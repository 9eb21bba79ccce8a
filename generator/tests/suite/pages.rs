//! What people see: a snapshot of every kind of page of the sample site, from `main` on.

use crate::harness::{Engine, TestSite};

/// A name for the snapshot and the file that it is of.
const PAGES: &[(&str, &str)] = &[
    ("home", "index.html"),
    ("news", "aktuality/index.html"),
    ("news_archive", "aktuality/strana/1/index.html"),
    ("newest", "novinky/index.html"),
    ("section_table", "rubriky/clanky/index.html"),
    ("section_archive", "rubriky/clanky/strana/1/index.html"),
    ("section_thumbnails", "rubriky/galerie/index.html"),
    ("section_downloads", "rubriky/downloady/index.html"),
    ("section_quests", "rubriky/dobrodruzstvi/index.html"),
    ("genre", "rubriky/clanky/skupina/povidky/index.html"),
    ("charter", "rubriky/clanky/koncepce/index.html"),
    ("creation_article", "rubriky/clanky/9-smi-pan-jeskyne-svindlovat/index.html"),
    ("creation_monster", "rubriky/bestiar/12-drak-skladnik/index.html"),
    ("creation_picture", "rubriky/galerie/1-drak-nad-horami/index.html"),
    ("creation_photo", "rubriky/fotogalerie/1-kostky-na-stole/index.html"),
    ("creation_spell", "rubriky/kouzla/7-hromova-omluva/index.html"),
    ("creation_ranger_spell", "rubriky/hranicarkouzla/1-rec-kopriv/index.html"),
    ("creation_alchemist_tool", "rubriky/alchpredmety/1-lektvar-odlozene-bolesti/index.html"),
    ("creation_quest", "rubriky/dobrodruzstvi/1-studna-beze-dna/index.html"),
    ("creation_skill", "rubriky/dovednosti/1-smlouvani-s-vodniky/index.html"),
    ("creation_item", "rubriky/predmety/4-luk-dlouhy-pohled/index.html"),
    ("creation_download", "rubriky/downloady/1-denik-postavy-na-ctyri-stranky/index.html"),
    ("discussion", "rubriky/clanky/9-smi-pan-jeskyne-svindlovat/diskuze/3/index.html"),
    ("author", "autor/nathanael"),
    ("author_website", "autor/kronika-severniho-pohori"),
    ("author_anonymous", "autor/neznamy-bard"),
    ("member", "uzivatel/1-almara/index.html"),
    ("members", "uzivatele/index.html"),
    ("forum", "forum/index.html"),
    ("market", "inzerce/index.html"),
    ("dating", "seznamka/index.html"),
    ("dating_group", "seznamka/hledam_druzinu/index.html"),
    ("links", "linky/index.html"),
    ("content", "napoveda/index.html"),
    ("editors_page", "draci-manual/index.html"),
    ("credits", "tvurci-a-redakce/index.html"),
    ("redirect", "rss/forum/index.html"),
    ("not_found", "404.html"),
    ("robots", "robots.txt"),
    ("feed_forum", "rss/forum.xml"),
    ("feed_everything", "rss/novinky.xml"),
    ("feed_section", "rubriky/clanky/atom.xml"),
    ("sitemap_index", "sitemap.xml"),
    ("sitemap", "sitemap-pages.xml"),
];

#[tokio::test]
async fn every_kind_of_page() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let keys: Vec<String> = site.files().into_keys().collect();
    for &(name, key) in PAGES {
        // An author's number is no part of what is looked at.
        let key = match key.strip_prefix("autor/") {
            Some(slug) => keys.iter().find(|key| key.ends_with(&format!("-{slug}/index.html"))).unwrap(),
            None => key,
        };
        insta::assert_snapshot!(name, main_of(&site.file(key)));
    }
}

/// From `main` on, where there is one.
fn main_of(text: &str) -> &str {
    match (text.find("<main"), text.find("</main>")) {
        (Some(from), Some(to)) => &text[from..to],
        _ => text,
    }
}

#[tokio::test]
async fn pages_of_a_site_without_anything() {
    let site = TestSite::empty(Engine::Sqlite).await;
    site.build().await;
    for (name, key) in [
        ("empty_home", "index.html"),
        ("empty_news", "aktuality/index.html"),
        ("empty_newest", "novinky/index.html"),
        ("empty_section", "rubriky/clanky/index.html"),
        ("empty_forum", "forum/index.html"),
        ("empty_market", "inzerce/index.html"),
        ("empty_links", "linky/index.html"),
        ("empty_members", "uzivatele/index.html"),
    ] {
        insta::assert_snapshot!(name, main_of(&site.file(key)));
    }
}

#[tokio::test]
async fn the_frame_of_a_page() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let html = site.file("rubriky/bestiar/12-drak-skladnik/index.html");
    let (head, rest) = html.split_once("<main").unwrap();
    let foot = rest.split_once("</main>").unwrap().1;
    // Fingerprints change with every touch of a stylesheet and say nothing here.
    let frame = format!("{head}<main>…</main>{foot}");
    let mut shown = String::new();
    let mut rest = frame.as_str();
    while let Some(at) = rest.find("/assets/") {
        let end = at + rest[at..].find('"').unwrap();
        let mut words = rest[at..end].split('.');
        shown.push_str(&rest[..at]);
        shown.push_str(&format!("{}.….{}", words.next().unwrap(), words.next_back().unwrap()));
        rest = &rest[end..];
    }
    shown.push_str(rest);
    insta::assert_snapshot!("frame", shown);
}
