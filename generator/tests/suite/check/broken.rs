//! One place of a good site is broken, rule by rule.

use std::collections::BTreeSet;
use std::fs;

use generator::check::Rule;

use super::{lines, observatory};
use crate::harness::*;

const WORK: &str = "log/nights/2-a-faint-comet/index.html";
const BODY: &str = "<p>Quiet.</p>";
const CANONICAL: &str = "<link rel=\"canonical\" href=\"https://www.example.org/log/nights/2-a-faint-comet/\">";
const FEED: &str = "log/nights/feed.xml";
const ABOUT_ENTRY: &str = "<url><loc>https://www.example.org/about/</loc></url>";
const LOG_ENTRY: &str = "<url><loc>https://www.example.org/log/nights/</loc></url>";

/// A file, what is replaced in it (its first place), by what, and the findings: rule, file, and a part of the words.
struct Case(&'static str, &'static str, &'static str, &'static [(Rule, &'static str, &'static str)]);

/// Something in the text of a work, and what is found there.
const fn in_work(html: &'static str, found: &'static [(Rule, &'static str, &'static str)]) -> Case {
    Case(WORK, BODY, html, found)
}

const CASES: &[Case] = &[
    in_work("<p>Quiet.</p></div>", &[(Rule::MalformedHtml, WORK, "line ")]),
    in_work("<p>Quiet. &nosuch;</p>", &[(Rule::MalformedHtml, WORK, "line ")]),
    in_work("<p>Quiet.\u{1}</p>", &[(Rule::MalformedHtml, WORK, "control character")]),
    in_work("<p id=\"content\">Quiet.</p>", &[(Rule::DuplicateId, WORK, "content")]),
    in_work("<p id=\"a b\">Quiet.</p>", &[(Rule::DuplicateId, WORK, "`a b` is no id")]),
    Case(
        WORK,
        "<title>A faint comet – The Quiet Telescope</title>",
        "<title> </title>",
        &[(Rule::PageTitle, WORK, "empty")],
    ),
    Case(WORK, "<title>A faint comet – The Quiet Telescope</title>", "", &[(Rule::PageTitle, WORK, "none")]),
    Case(WORK, "<html lang=\"en\">", "<html>", &[(Rule::PageLanguage, WORK, "no lang")]),
    in_work("<h1>Quiet.</h1>", &[(Rule::PageHeading, WORK, "2 h1")]),
    in_work("<h3>Quiet.</h3>", &[(Rule::HeadingOrder, WORK, "h3 after h1")]),
    in_work(
        "<img src=\"https://uploads.example.org/map.png\" width=\"1\" height=\"1\">",
        &[(Rule::ImageAlt, WORK, "map.png")],
    ),
    in_work("<img src=\"https://uploads.example.org/map.png\" alt=\"\">", &[(Rule::ImageSize, WORK, "512 by 512")]),
    Case(
        WORK,
        CANONICAL,
        "",
        &[(Rule::Canonical, WORK, "it lacks the link to https://www.example.org/log/nights/2-a")],
    ),
    Case(
        WORK,
        CANONICAL,
        "<link rel=\"canonical\" href=\"https://www.example.org/about/\">",
        &[(Rule::Canonical, WORK, "it says https://www.example.org/about/")],
    ),
    Case(
        WORK,
        "<meta property=\"og:url\" content=\"https://www.example.org/log/nights/2-a-faint-comet/\">",
        "<meta property=\"og:url\" content=\"https://www.example.org/about/\">",
        &[(Rule::Canonical, WORK, "og:url says https://www.example.org/about/")],
    ),
    Case(
        "old/comet/index.html",
        CANONICAL,
        "<link rel=\"canonical\" href=\"https://www.example.org/about/\">",
        &[(Rule::Canonical, "old/comet/index.html", "in place of https://www.example.org/log/nights/2-a-faint-comet/")],
    ),
    Case(WORK, "http-equiv=\"Content-Security-Policy\"", "name=\"x\"", &[(Rule::ContentPolicy, WORK, "it has none")]),
    Case(
        WORK,
        "<meta charset=\"utf-8\">",
        "<meta charset=\"utf-8\"><link rel=\"stylesheet\" href=\"/about/\">",
        &[(Rule::ContentPolicy, WORK, "does not let in /about/"), (Rule::ContentPolicy, WORK, "comes before it")],
    ),
    in_work("<script>x</script>", &[(Rule::ContentPolicy, WORK, "a script within the page")]),
    in_work("<style>p { color: red }</style>", &[(Rule::ContentPolicy, WORK, "a style sheet within")]),
    in_work("<p style=\"color: red\">Quiet.</p>", &[(Rule::ContentPolicy, WORK, "a style attribute of p")]),
    in_work("<p onclick=\"x\">Quiet.</p>", &[(Rule::ContentPolicy, WORK, "onclick")]),
    in_work(
        "<img src=\"https://elsewhere.test/x.png\" alt=\"\">",
        &[(Rule::ContentPolicy, WORK, "img-src does not let in https://elsewhere.test/x.png")],
    ),
    in_work("<a href=\"/log/nowhere/\">x</a>", &[(Rule::BrokenLink, WORK, "/log/nowhere/ leads nowhere")]),
    in_work("<a href=\"../nowhere/\">x</a>", &[(Rule::BrokenLink, WORK, "../nowhere/ leads nowhere")]),
    in_work("<a href=\"https://www.example.org/no\">x</a>", &[(Rule::BrokenLink, WORK, "/no leads nowhere")]),
    in_work("<a href=\"/about\">x</a>", &[(Rule::BrokenLink, WORK, "without a slash")]),
    in_work(
        "<a href=\"https://uploads.example.org/no.zip\">x</a>",
        &[(Rule::BrokenLink, WORK, "not among the uploads")],
    ),
    in_work(
        "<img src=\"https://uploads.example.org/map.png\" alt=\"\" width=\"1\" height=\"1\" \
        srcset=\"https://uploads.example.org/no.png 2x\">",
        &[(Rule::BrokenLink, WORK, "no.png is not among the uploads")],
    ),
    Case(
        WORK,
        "<meta property=\"og:image\" content=\"https://www.example.org/assets/",
        "<meta property=\"og:image\" content=\"https://www.example.org/no/",
        &[(Rule::BrokenLink, WORK, "/no/icons/")],
    ),
    Case(
        "404.html",
        "<a class=\"skip\" href=\"#content\">",
        "<a class=\"skip\" href=\"about/\">",
        &[(Rule::BrokenLink, "404.html", "is relative")],
    ),
    Case(
        FEED,
        "https://www.example.org/log/nights/5-perseids/",
        "https://www.example.org/log/nights/6/",
        &[(Rule::BrokenLink, FEED, "/log/nights/6/")],
    ),
    in_work("<a href=\"#nowhere\">x</a>", &[(Rule::BrokenFragment, WORK, "#nowhere")]),
    in_work("<a href=\"/about/#nowhere\">x</a>", &[(Rule::BrokenFragment, WORK, "/about/#nowhere")]),
    in_work(
        "<p aria-labelledby=\"nowhere\">Quiet.</p>",
        &[(Rule::BrokenFragment, WORK, "aria-labelledby=\"nowhere\"")],
    ),
    in_work("<svg><use href=\"#nowhere\"/></svg>", &[(Rule::BrokenFragment, WORK, "#nowhere")]),
    in_work("<a href=\" java\nscript:alert(1)\">x</a>", &[(Rule::UnsafeLink, WORK, "javascript:")]),
    in_work("<a href=\"data:text/html,x\">x</a>", &[(Rule::UnsafeLink, WORK, "data:")]),
    Case(FEED, "</feed>", "", &[(Rule::MalformedFeed, FEED, "")]),
    Case(FEED, "<title>Nights", "<title/><x>Nights", &[(Rule::MalformedFeed, FEED, "")]),
    Case(
        FEED,
        "href=\"https://www.example.org/log/nights/feed.xml\"",
        "href=\"https://www.example.org/feeds/all.xml\"",
        &[(Rule::MalformedFeed, FEED, "it calls itself https://www.example.org/feeds/all.xml")],
    ),
    Case("feeds/all.xml", "<description>", "<x>", &[(Rule::MalformedFeed, "feeds/all.xml", "")]),
    Case(FEED, "<title>Perseids</title>", "", &[(Rule::FeedEntry, FEED, "entry 1: it has no title")]),
    Case(
        FEED,
        "<id>https://www.example.org/log/nights/#5</id>",
        "",
        &[(Rule::FeedEntry, FEED, "entry 1: it has no id"), (Rule::FeedComplete, FEED, "it lacks ")],
    ),
    Case(
        FEED,
        "<id>https://www.example.org/log/nights/#5</id>",
        "<id>https://www.example.org/log/nights/#4</id>",
        &[(Rule::FeedEntry, FEED, "entry 2: an entry before it has the id"), (Rule::FeedComplete, FEED, "it lacks ")],
    ),
    Case(FEED, "<published>", "<published>ca. ", &[(Rule::FeedEntry, FEED, "is no published")]),
    Case("feeds/all.xml", "<pubDate>", "<pubDate>ca. ", &[(Rule::FeedEntry, "feeds/all.xml", "is no pubDate")]),
    Case(
        "sitemap-creations-1.xml",
        "<lastmod>",
        "<lastmod>ca. ",
        &[(Rule::MalformedSitemap, "sitemap-creations-1.xml", "url 1: `ca. ")],
    ),
    Case("sitemap-pages.xml", ABOUT_ENTRY, "", &[(Rule::SitemapMissing, "about/index.html", "no sitemap lists it")]),
    Case(
        "sitemap-pages.xml",
        ABOUT_ENTRY,
        "<url><loc>https://www.example.org/about/</loc></url><url><loc>https://www.example.org/404.html</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "404.html is not for search engines")],
    ),
    Case(
        "sitemap-pages.xml",
        LOG_ENTRY,
        "<url><loc>https://www.example.org/log/nights/</loc></url><url><loc>https://www.example.org/about/</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "/about/ is also in sitemap-pages.xml")],
    ),
    Case(
        "sitemap-pages.xml",
        LOG_ENTRY,
        "<url><loc>https://www.example.org/log/nights/</loc></url>\
        <url><loc>https://www.example.org/log/nights/page/1/</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "is a later part of a list")],
    ),
    Case(
        "sitemap-pages.xml",
        LOG_ENTRY,
        "<url><loc>https://www.example.org/log/nights/</loc></url><url><loc>https://www.example.org/old/comet/</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "only leads to another page")],
    ),
    Case(
        "sitemap-pages.xml",
        LOG_ENTRY,
        "<url><loc>https://www.example.org/log/nights/</loc></url><url><loc>https://www.example.org/no/</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "/no/ leads nowhere")],
    ),
    Case(
        "sitemap-pages.xml",
        LOG_ENTRY,
        "<url><loc>https://www.example.org/log/nights/</loc></url><url><loc>https://www.example.org/feeds/all.xml</loc></url>",
        &[(Rule::SitemapEntry, "sitemap-pages.xml", "/feeds/all.xml is no page")],
    ),
    Case(
        "sitemap.xml",
        "<sitemap><loc>https://www.example.org/sitemap-members-1.xml</loc></sitemap>",
        "",
        &[(Rule::SitemapMissing, "sitemap-members-1.xml", "no index lists it")],
    ),
    Case("robots.txt", "Sitemap: ", "Site: ", &[(Rule::SitemapMissing, "robots.txt", "it does not say")]),
    // Made from rows that nobody sees in the files.
    Case(FEED, "#5</id>", "#55</id>", &[(Rule::FeedComplete, FEED, "it lacks https://www.example.org/log/nights/#5,")]),
    Case(
        "feeds/all.xml",
        "<guid isPermaLink=\"false\">comment:2<",
        "<guid isPermaLink=\"false\">comment:22<",
        &[(Rule::FeedComplete, "feeds/all.xml", "it lacks comment:2,")],
    ),
    in_work(
        "<p>argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA</p>",
        &[(Rule::PasswordHash, WORK, "")],
    ),
    in_work("<!-- 5f4dcc3b5aa765d61d8327deb882cf99 --><p>Quiet.</p>", &[(Rule::PasswordHash, WORK, "")]),
    in_work("<p data-x=\"someone@example.com\">Quiet.</p>", &[(Rule::EmailAddress, WORK, "s…@example.com")]),
    in_work("<p>some&#111;ne&#64;example.com</p>", &[(Rule::EmailAddress, WORK, "s…@example.com")]),
    in_work("<p>Written from 192.168.10.25.</p>", &[(Rule::IpAddress, WORK, "1…")]),
];

#[tokio::test]
async fn each_fault_is_found_where_it_is() {
    let site = observatory(Engine::Sqlite).await;
    let icon = &site.opened.files.statics["icons/icon-512.png"].bytes;
    fs::create_dir_all(&site.settings.uploads).unwrap();
    fs::write(site.settings.uploads.join("map.png"), icon).unwrap();
    let mut tried = BTreeSet::new();
    let mut failures = Vec::new();
    for Case(key, from, to, expected) in CASES {
        let sound = fs::read_to_string(site.output(key)).unwrap();
        assert!(sound.contains(from), "{key} does not hold {from}:\n{sound}");
        site.write(key, sound.replacen(from, to, 1));
        let found = lines(&site.check().await);
        site.write(key, &sound);
        let is_found = |(rule, path, words): &(Rule, &str, &str)| {
            let begin = format!("{path}: {rule}: ");
            found.iter().any(|line| line.starts_with(&begin) && line.contains(words))
        };
        if found.len() != expected.len() || !expected.iter().all(is_found) {
            failures.push(format!("{key}: {from} -> {to}: {expected:?}, but {found:#?}"));
        }
        tried.extend(expected.iter().map(|(rule, ..)| *rule));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(lines(&site.check().await), Vec::<String>::new(), "all is mended again");
    // The others need a file or a row of their own, below and in `private`.
    let elsewhere = [
        Rule::MalformedStylesheet,
        Rule::OrphanFile,
        Rule::MissingFile,
        Rule::TemporaryFile,
        Rule::AssetFingerprint,
        Rule::IcqNumber,
        Rule::PhoneNumber,
        Rule::PersonalName,
        Rule::PrivateText,
    ];
    let untried: Vec<_> = Rule::ALL.iter().filter(|rule| !tried.contains(*rule)).copied().collect();
    assert_eq!(untried, elsewhere);
}

#[tokio::test]
async fn what_belongs_to_no_page_is_found() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        // Two pages that lead to each other and nothing leads to.
        let hidden = fs::read_to_string(site.output("404.html")).unwrap();
        for (path, other) in [("isle", "reef"), ("reef", "isle")] {
            let page = hidden.replace("https://www.example.org/404.html", &format!("https://www.example.org/{path}/"));
            site.write(
                &format!("{path}/index.html"),
                page.replacen("href=\"/about/\"", &format!("href=\"/{other}/\""), 1),
            );
        }
        for name in ["notes.txt", "index.html.tmp", ".htaccess", "log/index.html~", ".graveyard/ours"] {
            site.write(name, "stray");
        }
        let temporary = "temporary-file: it is no part of a site";
        let expected = |orphan: &str| {
            vec![
                format!(".htaccess: {temporary}"),
                format!("index.html.tmp: {temporary}"),
                format!("isle/index.html: orphan-file: {orphan}"),
                format!("log/index.html~: {temporary}"),
                format!("notes.txt: orphan-file: {orphan}"),
                format!("reef/index.html: orphan-file: {orphan}"),
            ]
        };
        assert_eq!(lines(&site.check().await), expected("the database knows of no page that stands here"));
        let without_addresses = site.check_files().await;
        let found: Vec<_> =
            lines(&without_addresses).into_iter().filter(|line| !line.contains("email-address")).collect();
        assert_eq!(found, expected("nothing leads here"));
    }
}

#[tokio::test]
async fn a_page_that_nothing_speaks_against_is_not_hidden() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        let map = fs::read_to_string(site.output("sitemap-pages.xml")).unwrap();
        assert!(map.contains(ABOUT_ENTRY));
        site.write("sitemap-pages.xml", map.replacen(ABOUT_ENTRY, "", 1));
        let about = fs::read_to_string(site.output("about/index.html")).unwrap();
        let hidden = about.replacen("<title>", "<meta name=\"robots\" content=\"noindex\"><title>", 1);
        assert_ne!(hidden, about);
        site.write("about/index.html", hidden);
        let expected = "about/index.html: sitemap-missing: it is kept from search engines, and nothing speaks for that";
        assert_eq!(lines(&site.check().await), [expected]);
    }
}

#[tokio::test]
async fn authors_with_works_and_members_who_are_here_are_not_hidden() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        let mut expected = Vec::new();
        for (folder, list) in [("by", "sitemap-authors-1.xml"), ("gazer", "sitemap-members-1.xml")] {
            let map = fs::read_to_string(site.output(list)).unwrap();
            let (head, rest) = map.split_once("<url>").unwrap();
            let (_, foot) = rest.split_once("</url>").unwrap();
            site.write(list, format!("{head}{foot}"));
            let key = format!("{folder}/1-vera/index.html");
            let page = fs::read_to_string(site.output(&key)).unwrap();
            let hidden = page.replacen("<title>", "<meta name=\"robots\" content=\"noindex\"><title>", 1);
            assert_ne!(hidden, page);
            site.write(&key, hidden);
            expected
                .push(format!("{key}: sitemap-missing: it is kept from search engines, and nothing speaks for that"));
        }
        assert_eq!(lines(&site.check().await), expected);
    }
}

#[tokio::test]
async fn a_feed_without_entries_is_not_complete() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        let feed = fs::read_to_string(site.output(FEED)).unwrap();
        let (head, rest) = feed.split_once("<entry>").unwrap();
        let (_, foot) = rest.rsplit_once("</entry>").unwrap();
        site.write(FEED, format!("{head}{foot}"));
        let found = lines(&site.check().await);
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found.iter().all(|line| line.starts_with(&format!("{FEED}: feed-complete: it lacks "))), "{found:?}");
        // A page that is about to be made again says nothing of the site.
        site.change(&[], &["feed/section/nights"]).await;
        assert_eq!(lines(&site.check().await), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_record_without_its_file_is_found() {
    for engine in ENGINES {
        let site = observatory(engine).await;
        let record = "insert into output_page (page, path, written_at)
            values ('content/gone', '/gone/', '2026-01-01T00:00:00+00:00')";
        site.change(&[record], &[]).await;
        let expected = "gone/index.html: missing-file: the database has a page that stands here";
        assert_eq!(lines(&site.check().await), [expected]);
    }
}

#[tokio::test]
async fn assets_are_what_their_names_say() {
    let site = observatory(Engine::Sqlite).await;
    let assets: Vec<String> =
        site.opened.builder(&site.settings.output).unwrap().renderer.assets.urls().into_values().collect();
    let script = assets.iter().find(|path| path.ends_with(".js")).unwrap().trim_start_matches('/').to_owned();
    let sound = fs::read(site.output(&script)).unwrap();
    site.write(&script, [&sound[..], b"x"].concat());
    let report = site.check().await;
    assert_eq!(
        lines(&report),
        [format!("{script}: asset-fingerprint: its content is not the one that its name tells")]
    );
    site.write(&script, sound);

    let add = |css: &str| {
        let digest = blake3::hash(css.as_bytes()).to_hex();
        let key = format!("assets/css/own.{}.css", &digest.as_str()[..16]);
        site.write(&key, css);
        key
    };
    let broken = add("p { color: red } } {");
    let lost = add("@font-face { font-family: x; src: url(/assets/no.woff2) } p { background: url('../no.svg') }");
    let unknown = "orphan-file: the database knows of no such asset";
    let mut expected = vec![
        format!("{broken}: {unknown}"),
        format!("{lost}: broken-link: ../no.svg leads nowhere"),
        format!("{lost}: broken-link: /assets/no.woff2 leads nowhere"),
        format!("{lost}: {unknown}"),
    ];
    let mut found = lines(&site.check().await);
    let at = found.iter().position(|line| line.starts_with(&format!("{broken}: malformed-stylesheet: "))).unwrap();
    found.remove(at);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
