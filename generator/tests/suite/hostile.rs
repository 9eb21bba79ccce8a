//! Text from the database is text, wherever it comes out.

use generator::db::lists;
use generator::db::messages::{NewMessage, insert_comments, insert_forum_posts, insert_news};
use generator::model::{CreationId, MemberId, TextFormat};

use crate::harness::{Engine, TestSite, now};

const TITLE: &str = "<script>alert(1)</script>";
const NICK: &str = "\"><img onerror=alert(2) src=x>";
const BODY: &str = "<script>alert(3)</script> <b onclick=alert(4)>b</b>\n\n[a](javascript:alert(5)) [b](data:text/html,x) \
    [c](JaVaScRiPt:alert(6)) [d](vbscript:x) <javascript:alert(7)> [e](\"onmouseover=alert(8)) ![p](javascript:alert(9)) \
    ![q](https://evil.example.org/x.png) ![r](data:image/svg+xml,x) ![s](../../secret.png) [f]( java\tscript:alert(10))\n\n\
    # \"><script>heading\n\n<img src=x onerror=alert(11)>\n\n| <i>a</i> |\n|---|\n| `<u>` |\n\u{1}\u{85}";

#[tokio::test]
async fn markup_in_titles_nicks_and_texts_is_inert() {
    let site = TestSite::empty(Engine::Sqlite).await;
    site.add_author(NICK).await;
    site.publish("clanky", 1, &[TITLE, "  ", "???"], "{}", BODY).await;
    let mut tx = site.opened.db.write().await.unwrap();
    let message = NewMessage {
        id: 1,
        creation_id: Some(CreationId(1)),
        member_id: Some(MemberId(1)),
        nick: NICK.to_owned(),
        posted_at: Some(now()),
        body_format: TextFormat::Markdown,
        body: BODY.to_owned(),
    };
    insert_comments(&mut tx, std::slice::from_ref(&message)).await.unwrap();
    insert_forum_posts(&mut tx, std::slice::from_ref(&message)).await.unwrap();
    insert_news(&mut tx, std::slice::from_ref(&message)).await.unwrap();
    let items = [("discussion/1", 1), ("forum", 1), ("news", 1)].map(|(list, id)| (list.to_owned(), id));
    lists::append(&mut tx, &items).await.unwrap();
    tx.commit().await.unwrap();
    site.build().await;

    for (key, body) in site.files() {
        let Ok(text) = String::from_utf8(body) else { continue };
        if key.ends_with(".html") {
            assert_inert(&key, &text);
        } else if key.ends_with(".xml") {
            assert!(!text.contains("<script") && !text.contains("<img"), "{key}");
            assert!(!text.contains(['\u{1}', '\u{85}']), "{key}: a character that XML cannot hold");
        }
    }
    let page = site.file("rubriky/clanky/1-script-alert-1-script/index.html");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(site.has("rubriky/clanky/2-dilo/index.html") && site.has("rubriky/clanky/3-dilo/index.html"));
    feed_rs::parser::parse(site.file("rss/novinky.xml").as_bytes()).unwrap();
}

fn assert_inert(key: &str, html: &str) {
    let page = scraper::Html::parse_document(html);
    for element in page.tree.nodes().filter_map(|node| node.value().as_element()) {
        for (name, value) in element.attrs() {
            assert!(!name.starts_with("on"), "{key}: {name}={value}");
            assert_ne!(name, "style", "{key}: the content policy forbids style attributes");
            if matches!(name, "href" | "src") {
                let value: String = value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
                let value = value.to_lowercase();
                for scheme in ["javascript:", "data:", "vbscript:"] {
                    assert!(!value.starts_with(scheme), "{key}: {name}={value}");
                }
            }
        }
        match element.name() {
            "script" => assert!(element.attr("src").is_some_and(|src| src.starts_with("/assets/")), "{key}: a script"),
            "img" => {
                let src = element.attr("src").unwrap();
                assert!(src.starts_with("https://uploads.example.org/"), "{key}: a picture from elsewhere: {src}");
            }
            _ => {}
        }
    }
}
