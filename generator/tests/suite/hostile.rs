//! Text from the database is text, wherever it comes out.

use generator::build::Options;

use crate::harness::{ENGINES, Engine, TestSite};

/// A text as somebody may send it who means no good.
const BODY: &str = "<script>alert(3)</script> <b onclick=alert(4)>b</b>\n\n[a](javascript:alert(5)) [b](data:text/html,x) \
    [c](JaVaScRiPt:alert(6)) [d](vbscript:x) <javascript:alert(7)> [e](\"onmouseover=alert(8)) ![p](javascript:alert(9)) \
    ![q](https://evil.example.org/x.png) ![r](data:image/svg+xml,x) [g](javascript&colon;alert(13)) \
    [h](&#106;avascript:alert(14)) ![s](../../secret.png) ![t](%2e%2e/a.png) ![u](a/..\\\\b.png) ![v](./c.png) [f]( java\tscript:alert(10))\n\n\
    # \"><script>heading\n\n<img src=x onerror=alert(11)>\n\n| <i>a</i> |\n|---|\n| `<u>` |\n\u{1}\u{85}";

/// In any line that somebody may write.
const LINE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
/// In any address.
const ADDRESS: &str = "javascript:alert(12)";

/// Fills every text of a row that a page shows. `replace` writes into what attributes hold, paths of files among it.
const STATEMENTS: [&str; 14] = [
    "update member set nick = LINE || id, given_name = LINE, family_name = LINE, region = LINE, description = BODY, \
        description_format = 'markdown', icon = ADDRESS, shows_given_name = true, shows_family_name = true, \
        shows_region = true where id > 1",
    "update author set name = LINE || id, website = ADDRESS",
    "update genre set name = LINE",
    "update creation set title = LINE, slug = 'x', synopsis = LINE, source_name = LINE, source_url = ADDRESS",
    "update creation set attributes = replace(replace(attributes, '\":\"', '\":\"<script>alert(1)</script>'), \
        '\": \"', '\": \"<script>alert(1)</script>')",
    "update creation_text set body = BODY, body_format = 'markdown'",
    "update comment set body = BODY, body_format = 'markdown', nick = LINE",
    "update forum_post set body = BODY, body_format = 'markdown', nick = LINE",
    "update news set body = BODY, body_format = 'markdown', nick = LINE",
    "update ad set name = LINE, email = LINE, phone = LINE, mobile = LINE, area = LINE, age = LINE, experience = LINE, \
        body = BODY, body_format = 'markdown'",
    "update link set title = LINE, url = ADDRESS, description = BODY, description_format = 'markdown'",
    "update editors_page set title = LINE, description = LINE, body = BODY, body_format = 'markdown'",
    "update charter set body = BODY, body_format = 'markdown'",
    "insert into upload (path, content_type, size_bytes) values (LINE, LINE, 1)",
];

fn statement(template: &str) -> &'static str {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let sql = template.replace("ADDRESS", &quoted(ADDRESS)).replace("LINE", &quoted(LINE));
    Box::leak(sql.replace("BODY", &quoted(BODY)).into_boxed_str())
}

#[tokio::test]
async fn markup_in_any_text_of_the_database_is_inert() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        site.change(&STATEMENTS.map(statement), &[]).await;
        let summary = site.try_build(Options { all: true, ..Options::default() }).await.unwrap();
        assert_eq!(summary.failed, []);
        let mut described = 0;
        for (key, body) in site.files() {
            let Ok(text) = String::from_utf8(body) else { continue };
            if key.ends_with(".html") {
                assert_inert(&key, &text);
            } else if key.ends_with(".xml") {
                assert!(!text.contains("<script") && !text.contains("<img"), "{key}");
                assert!(!text.contains(['\u{1}', '\u{85}']), "{key}: a character that XML cannot hold");
            }
            if key.starts_with("rss/") && key.ends_with(".xml") {
                // Readers take an item's description for HTML.
                for entry in feed_rs::parser::parse(text.as_bytes()).unwrap().entries {
                    let description = entry.summary.unwrap().content;
                    let html = scraper::Html::parse_fragment(&description);
                    let names = html.tree.nodes().filter_map(|node| Some(node.value().as_element()?.name()));
                    // Any parser puts these around what it is given.
                    let names: Vec<&str> = names.filter(|name| !matches!(*name, "html" | "head" | "body")).collect();
                    assert_eq!(names, Vec::<&str>::new(), "{key}: {description}");
                    described += usize::from(description.contains("&lt;script&gt;"));
                }
            }
        }
        assert!(described > 20, "texts are left out: {described}");
    }
}

/// A title without a letter has an address all the same.
#[tokio::test]
async fn a_title_of_signs_alone_has_an_address() {
    let site = TestSite::empty(Engine::Sqlite).await;
    site.add_author("Almara").await;
    site.publish("clanky", 1, &["<script>alert(1)</script>", "  ", "???"], "{}", BODY).await;
    site.build().await;
    let page = site.file("rubriky/clanky/1-script-alert-1-script/index.html");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(site.has("rubriky/clanky/2-dilo/index.html") && site.has("rubriky/clanky/3-dilo/index.html"));
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
                let path = src.strip_prefix("https://uploads.example.org/");
                let path = path.unwrap_or_else(|| panic!("{key}: a picture from elsewhere: {src}"));
                let path = path.to_lowercase().replace("%2e", ".").replace("%5c", "/").replace('\\', "/");
                let leads_away = path.split('/').any(|word| matches!(word, "." | ".."));
                assert!(!leads_away, "{key}: a picture outside of the uploads: {src}");
            }
            _ => {}
        }
    }
}
