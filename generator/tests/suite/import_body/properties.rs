//! What must hold of any text.

use generator::import::body::{EXCERPT_CHARS_MAX, editors_text, members_text, plain_text};
use proptest::prelude::*;

use super::AROUND;

/// What a reader of the source sees, by a parser that is not ours, without white space.
fn visible(html: &str) -> String {
    let document = scraper::Html::parse_fragment(html);
    let texts = document.root_element().text().collect::<String>();
    texts.chars().filter(|c| !c.is_whitespace()).collect()
}

fn tag_soup() -> impl Strategy<Value = String> {
    let words = "[a-zěščřž0-9 \n]{0,6}".prop_map(String::from);
    let names = prop::sample::select(vec![
        "b",
        "i",
        "u",
        "p",
        "div",
        "center",
        "h1",
        "h2",
        "h3",
        "table",
        "tr",
        "td",
        "th",
        "caption",
        "tbody",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "font",
        "span",
        "pre",
        "blockquote",
        "sub",
        "small",
        "q",
        "code",
        "big",
    ]);
    let attributes = prop::sample::select(vec![
        "",
        " align=center",
        " class=\"right\"",
        " id=a",
        " name='b c'",
        " href=\"#a\"",
        " href=http://x.example/",
        " href=\"javascript:x\"",
        " color=red",
        " onclick=x",
        " colspan=2",
        " title=\"<&>\"",
        " size=+2",
    ]);
    let voids = prop::sample::select(vec![
        "<br>",
        "<br /><br/>",
        "<hr>",
        "<img src=obr_pris/a.gif>",
        "<img src=http://x.example/a.gif>",
        "&lt;",
        "&amp;",
        "&nbsp;",
        "<",
        ">",
        "&",
        "\"",
        "<jmeno>",
    ]);
    let piece = prop_oneof![
        words.clone(),
        (names.clone(), attributes).prop_map(|(name, attributes)| format!("<{name}{attributes}>")),
        names.prop_map(|name| format!("</{name}>")),
        voids.prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// What nobody writes by hand: numbers that are none, what never ends, and the same few pieces again and again.
fn hostile_soup() -> impl Strategy<Value = String> {
    let broken = prop::sample::select(vec![
        "&#x",
        "&#xé",
        "&#x;ě",
        "&#xFFFFFFFFFFš",
        "&#99999999999;",
        "&#",
        "<!--",
        "-->",
        "<![",
        "<script",
        "<script>",
        "</",
        "<a href=\"",
    ]);
    let piece = prop_oneof![broken.prop_map(str::to_owned), tag_soup()];
    (prop::collection::vec(piece, 1..4), 1..300_usize).prop_map(|(some, times)| {
        let some = some.concat();
        // Long enough to nest deeper than any limit, short enough to be read often.
        some.repeat(times.min(6_000 / some.len().max(1)).max(1))
    })
}

/// The words of a source that has no picture, whose words a link may repeat.
fn without_pictures(soup: &str) -> String {
    soup.replace("<img src=obr_pris/a.gif>", "").replace("<img src=http://x.example/a.gif>", "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_again_changes_nothing(soup in tag_soup()) {
        let once = editors_text(&soup, &AROUND).html;
        prop_assert_eq!(&editors_text(&once, &AROUND).html, &once);
        let once = members_text(&soup, &AROUND).html;
        prop_assert_eq!(&members_text(&once, &AROUND).html, &once);
        let anything = editors_text(&format!("<p>{soup}"), &AROUND).html;
        prop_assert_eq!(&editors_text(&anything, &AROUND).html, &anything);
    }

    #[test]
    fn no_word_is_lost(soup in tag_soup()) {
        // An escaped tag is a tag here and text for the other parser.
        let source = without_pictures(&soup).replace("&lt;", "&lt; ");
        // A table's stray words are put before it, so letters are counted and not compared in order.
        let mut before: Vec<char> = visible(&source.replace("<jmeno>", "&lt;jmeno&gt;")).chars().filter(|c| c.is_alphanumeric()).collect();
        let mut after: Vec<char> = visible(&editors_text(&source, &AROUND).html).chars().filter(|c| c.is_alphanumeric()).collect();
        before.sort_unstable();
        after.sort_unstable();
        let mut rest = after.iter();
        for c in &before {
            prop_assert!(rest.any(|other| other == c), "{c} of {before:?} is not in {after:?}");
        }
    }

    /// Texts without tags skip the sanitiser; it would find nothing in them.
    #[test]
    fn plain_texts_need_no_sanitiser(text in any::<String>(), lines in "[a-ž<>&;\"' \n\u{a0}]{0,40}") {
        for source in [text, lines] {
            let html = members_text(&source.replace('<', "< "), &AROUND).html;
            prop_assert_eq!(ammonia::clean(&html).replace("&lt;", "&#60;"), html);
        }
    }

    #[test]
    fn the_result_is_well_formed_and_safe(
        soup in tag_soup(), hostile in hostile_soup(), garbage in any::<String>(),
    ) {
        // Titles go another way.
        plain_text(&hostile);
        let broken = format!("<p>{garbage}<b {garbage}>x");
        for source in [soup.clone(), hostile, garbage.clone(), broken, soup + &garbage] {
            for cleaned in [editors_text(&source, &AROUND), members_text(&source, &AROUND)] {
                let html = cleaned.html;
                let mut open = Vec::new();
                for tag in html.split('<').skip(1) {
                    let name = tag.split(['>', ' ']).next().unwrap();
                    match name.strip_prefix('/') {
                        Some(name) => prop_assert_eq!(open.pop(), Some(name), "{}", html),
                        None if ["br", "hr", "img"].contains(&name) => {}
                        None => open.push(name),
                    }
                }
                prop_assert!(open.is_empty(), "{html}");
                for evil in ["<script", "javascript:", " onclick=", " style="] {
                    prop_assert!(!html.split('<').skip(1).any(|tag| tag.split('>').next().unwrap().contains(evil)), "{html}");
                }
                prop_assert!(cleaned.findings.iter().all(|finding| finding.excerpt.chars().count() <= EXCERPT_CHARS_MAX));
            }
        }
    }
}
