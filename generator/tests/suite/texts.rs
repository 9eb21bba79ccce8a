//! Texts of people: slugs, Markdown, contacts, order.

use generator::text::contact::{email_html, email_reversed, phone_html};
use generator::text::markdown::{Known, Place, html, pictures, plain, safe_url};
use generator::text::order::sort_key;
use generator::text::slug::{slug, slug_or};
use generator::text::{escape_html, excerpt, printable};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const PLACE: Place<'static> = Place {
    heading_shift: 1,
    id_prefix: "text-",
    uploads_url: "/uploads/",
    known_of: &|path| (path == "known.png").then(|| Known { width: 40, height: 30, srcset: String::new() }),
    table_label: "Tabulka",
};

#[test]
fn a_picture_says_its_size_where_that_is_known() {
    let shown = |source| html(source, PLACE);
    assert!(shown("![a](known.png)").contains(r#"alt="a" width="40" height="30""#));
    assert!(shown("![a](/uploads/known.png)").contains(r#"width="40""#));
    assert!(!shown("![a](other.png)").contains("width"));
    assert_eq!(pictures("![a](known.png) ![b](https://x.test/b.png) ![c](../c.png)", "/uploads/"), ["known.png"]);
}

#[test]
fn slugs_follow_graveyards_rule() {
    for (text, expected) in [
        ("ahoj a HOLA", "ahoj-a-hola"),
        ("ahoj a ďíky", "ahoj-a-diky"),
        ("ahoj a 你好", "ahoj-a"),
        ("  Žluťoučký kůň -- úpěl!  ", "zlutoucky-kun-upel"),
        ("łßæø", ""),
        ("???", ""),
    ] {
        assert_eq!(slug(text), expected, "{text}");
    }
    assert_eq!(slug_or(" ", "dilo"), "dilo");
}

#[test]
fn markdown_becomes_safe_html() {
    for (source, expected) in [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("# Nadpis\n\n# Nadpis", "<h2 id=\"text-nadpis\">Nadpis</h2>\n<h2 id=\"text-nadpis--2\">Nadpis</h2>\n"),
        ("[a](javascript:x) [b](/x)", "<p>a <a href=\"/x\">b</a></p>\n"),
        ("<ann@example.org>", "<p><a href=\"mailto:ann@example.org\">ann@example.org</a></p>\n"),
        ("![mapa](obr_pris/mapa údolí.webp)", "<p>![mapa](obr_pris/mapa údolí.webp)</p>\n"),
        (
            "![*mapa* kraje](obr_pris/m.webp)",
            "<p><img src=\"/uploads/obr_pris/m.webp\" alt=\"mapa kraje\" loading=\"lazy\" decoding=\"async\"></p>\n",
        ),
        ("![x](https://evil.example.org/x.png)", "<p><a href=\"https://evil.example.org/x.png\">x</a></p>\n"),
        ("![x](../y.png)", "<p><a href=\"../y.png\">x</a></p>\n"),
        ("[![x](data:y)](javascript:z)", "<p>x</p>\n"),
        ("[![x](https://a/x.png)](https://b/)", "<p><a href=\"https://b/\">x</a></p>\n"),
        ("\"ahoj\" -- řekl", "<p>\"ahoj\" -- řekl</p>\n"),
        (
            "| a | b |\n|--:|:-:|\n| 1 | 2 |",
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Tabulka\">\n<table><thead><tr>\
            <th scope=\"col\" class=\"right\">a</th><th scope=\"col\" class=\"center\">b</th></tr></thead>\n<tbody><tr>\
            <td class=\"right\">1</td><td class=\"center\">2</td></tr>\n</tbody></table></div>\n",
        ),
    ] {
        assert_eq!(html(source, PLACE), expected, "{source}");
    }
}

#[test]
fn a_footnote_and_a_heading_never_share_an_id() {
    let page = html("## 1.\n\ntext[^1]\n\n## note 1\n\n[^1]: pod čarou", PLACE);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, ["text-1", "text-note-1", "text-note_1"]);
    assert!(page.contains("href=\"#text-note_1\""), "{page}");
}

#[test]
fn plain_words_of_a_long_text_end_with_the_paragraph() {
    let long = format!("[slova][cil] {}\n\ndalší\n\n[cil]: https://example.org", "x ".repeat(1000));
    let words = plain(&long, 10);
    assert!(words.starts_with("slova x x"), "{words}");
}

#[test]
fn plain_words_of_markdown() {
    assert_eq!(excerpt(&plain("# A\n\n**b** *c* [d](/e) <i>", 100), 100), "A b c d <i>");
    assert_eq!(excerpt(&plain("Drak *mlčel*, a **spal**.\n\nPak ne.", 100), 100), "Drak mlčel, a spal. Pak ne.");
}

#[test]
fn links_keep_known_schemes() {
    for good in ["/a", "a/b:c", "#x", "?x:y", "https://x", "MAILTO:x", "ftp://x"] {
        assert!(safe_url(good).is_some(), "{good}");
    }
    for bad in ["javascript:x", " JavaScript:x", "data:x", "java\nscript:x", "blob:x", "", "  "] {
        assert!(safe_url(bad).is_none(), "{bad}");
    }
}

#[test]
fn contacts_are_for_people() {
    let mail = email_html("jana.nova@example.org", " (zavináč) ", " (tečka) ");
    assert_eq!(mail, "jana.nova (zavináč) example (tečka) org");
    assert_eq!(email_reversed("a@b.cz"), "zc.b a");
    assert_eq!(phone_html("+420 601234"), "+<span>420</span> <span>601</span><span>234</span>");
    assert_eq!(phone_html("<b>"), "&lt;b&gt;");
}

#[test]
fn names_are_in_czech_order() {
    let mut names = ["Chodec", "Čaroděj", "Hraničář", "Druid", "Cech", "Zloděj", "Šermíř", "Sicco", "chata", "Idol"];
    names.sort_by_key(|name| sort_key(name, "cs"));
    assert_eq!(names, ["Cech", "Čaroděj", "Druid", "Hraničář", "chata", "Chodec", "Idol", "Sicco", "Šermíř", "Zloděj"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_rendered_without_panic_and_without_control_characters(text in any::<String>()) {
        let html = html(&text, PLACE);
        prop_assert!(!html.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        prop_assert!(!html.contains("style="), "{}", html);
    }

    #[test]
    fn a_slug_is_that_of_the_decomposed_text(text in "[ -~á-žЀ-ӿ\u{300}-\u{330}\u{ac00}-\u{ac30}ǅǈ]{0,20}") {
        let slug_of_nfd: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
            .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
        let words: Vec<&str> = slug_of_nfd.split_whitespace().collect();
        prop_assert_eq!(slug(&text), words.join("-"));
    }

    #[test]
    fn escaped_text_reads_back(text in "[ -~áčž<>&\"']{0,60}") {
        let fragment = scraper::Html::parse_fragment(&format!("<p title=\"{0}\">{0}</p>", escape_html(&text)));
        prop_assert_eq!(fragment.root_element().text().collect::<String>(), printable(&text).into_owned());
    }

    #[test]
    fn an_excerpt_is_short(text in any::<String>(), chars_max in 1_usize..200) {
        prop_assert!(excerpt(&text, chars_max).chars().count() <= chars_max + 1);
    }
}
