//! What people see: a snapshot of every kind of page of the sample site, from `main` on.

use crate::harness::{Engine, TestSite};

/// A name for the snapshot and the file that it is of.
const PAGES: [(&str, &str); 29] = [
    ("home", "index.html"),
    ("news", "aktuality/index.html"),
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
    ("creation_spell", "rubriky/kouzla/7-hromova-omluva/index.html"),
    ("creation_skill", "rubriky/dovednosti/1-smlouvani-s-vodniky/index.html"),
    ("creation_item", "rubriky/predmety/4-luk-dlouhy-pohled/index.html"),
    ("creation_download", "rubriky/downloady/1-denik-postavy-na-ctyri-stranky/index.html"),
    ("discussion", "rubriky/clanky/9-smi-pan-jeskyne-svindlovat/diskuze/3/index.html"),
    ("author", "autor/10-nathanael/index.html"),
    ("member", "uzivatel/1-almara/index.html"),
    ("members", "uzivatele/index.html"),
    ("forum", "forum/index.html"),
    ("market", "inzerce/index.html"),
    ("dating_group", "seznamka/hledam_druzinu/index.html"),
    ("links", "linky/index.html"),
    ("content", "napoveda/index.html"),
    ("credits", "tvurci-a-redakce/index.html"),
    ("not_found", "404.html"),
    ("robots", "robots.txt"),
];

#[tokio::test]
async fn every_kind_of_page() {
    let site = TestSite::demo(Engine::Sqlite).await;
    site.build().await;
    let authors: Vec<String> = site.files().into_keys().filter(|key| key.starts_with("autor/")).collect();
    for (name, key) in PAGES {
        let key = match name {
            "author" => authors.iter().find(|key| key.ends_with("-nathanael/index.html")).unwrap(),
            _ => key,
        };
        let html = site.file(key);
        let shown = match (html.find("<main"), html.find("</main>")) {
            (Some(from), Some(to)) => &html[from..to],
            _ => &html,
        };
        insta::assert_snapshot!(name, shown);
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
