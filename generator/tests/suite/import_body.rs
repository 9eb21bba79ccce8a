//! Imported bodies: what of twenty years' HTML becomes what, and what must hold of any.

mod elements;
mod limits;
mod links;
mod properties;

use generator::import::body::{
    Address, Cleaned, EXCERPT_CHARS_MAX, Finding, FindingKind, Surroundings, editors_text, members_text, plain_text,
};
use generator::text::markdown::Place;
use generator::text::stored;

/// A site with one living page, uploads under `obr_pris/`, and strangers.
fn address(said: &str) -> Address {
    if let Some(path) = said.strip_prefix("https://uploady.example.org/") {
        return Address::Upload(path.to_owned());
    }
    if let Some(path) = said.strip_prefix("./").or(Some(said)).filter(|path| path.starts_with("obr_pris/")) {
        return Address::Upload(path.to_owned());
    }
    match said {
        "/index.php?rub=clanky_jeden&id=7" | "/rubriky/clanky/7-drak/" => {
            Address::To("/rubriky/clanky/7-drak/".to_owned())
        }
        _ if said.contains("://") => Address::Foreign(said.to_owned()),
        _ => Address::Dead,
    }
}

const AROUND: Surroundings<'static> = Surroundings { title: "Drak", address: &address, is_private: false };

fn names(cleaned: &Cleaned) -> Vec<&'static str> {
    cleaned.findings.iter().map(|finding| finding.kind.name()).collect()
}

#[track_caller]
fn check(source: &str, html: &str, findings: &[&str]) {
    let cleaned = editors_text(source, &AROUND);
    assert_eq!(cleaned.html, html, "{source}");
    assert_eq!(names(&cleaned), findings, "{source}: {:?}", cleaned.findings);
    assert_eq!(editors_text(html, &AROUND).html, html, "cleaned again");
}

#[track_caller]
fn check_members(source: &str, html: &str) {
    assert_eq!(members_text(source, &AROUND).html, html, "{source}");
    assert_eq!(members_text(html, &AROUND).html, html, "cleaned again");
}

#[test]
fn escaped_half_escaped_and_raw_bodies_become_one_form() {
    let clean = "<h1 id=\"bitva\">Bitva</h1>\n<p>Drak &amp; <b>meč</b> &#60; \"kůň\"</p>";
    for (source, findings) in [
        (
            "&lt;h2&gt;Bitva&lt;/h2&gt;\n&lt;p&gt;Drak &amp;amp; &lt;b&gt;meč&lt;/b&gt; &amp;lt; &quot;kůň&quot;&lt;/p&gt;",
            &[][..],
        ),
        ("<h2>Bitva</h2>\n<p>Drak &amp; <b>meč</b> &lt; \"kůň\"</p>", &[]),
        ("&lt;h2&gt;Bitva&lt;/h2&gt;<P>Drak & <B>meč</B> < \"kůň\"</P>", &["half-encoded"]),
        ("<h2>Bitva</h2>Drak &#38; <b>meč</b> &#60; \"kůň\"", &[]),
    ] {
        check(source, clean, findings);
    }
}

#[test]
fn plain_texts_keep_their_lines() {
    check("", "", &[]);
    check(" \r\n ", "", &[]);
    check("Noc", "<p>Noc</p>", &[]);
    check("Noc<br />oheň", "<p>Noc<br>oheň</p>", &[]);
    check("Noc\noheň", "<p>Noc<br>oheň</p>", &[]);
    check("Noc<br />\noheň", "<p>Noc<br>oheň</p>", &[]);
    check("první<br><br />druhý<BR/>\n<br>\n<br>třetí<br>", "<p>první</p>\n<p>druhý</p>\n<p>třetí</p>", &[]);
    check("a  <b>b \n</b>c", "<p>a <b>b</b><br>c</p>", &[]);
    check("&lt;br&gt;Noc&lt;br /&gt;oheň", "<p>Noc<br>oheň</p>", &[]);
    check("<b>a<br><br>b</b>", "<p><b>a</b></p>\n<p><b>b</b></p>", &[]);
}

#[test]
fn what_only_looks_like_a_tag_is_text() {
    check("útok <OČ a ÚČ> 5 < 6", "<p>útok &#60;OČ a ÚČ&gt; 5 &#60; 6</p>", &[]);
    check("<jméno> a <jmeno>", "<p>&#60;jméno&gt; a &#60;jmeno&gt;</p>", &[]);
    check("konec <b", "<p>konec &#60;b</p>", &[]);
    check("a <!-- b", "<p>a &#60;!-- b</p>", &[]);
    check("<p>a &#60;b&#62; &amp;lt;b></p>", "<p>a &#60;b&gt; &amp;lt;b&gt;</p>", &[]);
    check("<Petr:ahoj> a <p:x>", "<p>&#60;Petr:ahoj&gt; a &#60;p:x&gt;</p>", &[]);
    check("<b>x</b><o:p>a</o:p><st1:place w:st=\"on\">Brno</st1:place>", "<p><b>x</b>aBrno</p>", &["tag-dropped"; 2]);
    check("I <3 you", "<p>I &#60;3 you</p>", &[]);
}

#[test]
fn references_are_read_as_browsers_read_them() {
    check(
        "<p>&nbsp;&amp;nbsp;&copy;&copy &#382;&#x17e; &#150; &euro;x &neznámé; &bogus; AT&T &#0; &#xd800;</p>",
        "<p>&nbsp;&nbsp;©© žž – €x &amp;neznámé; &amp;bogus; AT&amp;T \u{fffd} \u{fffd}</p>",
        &[],
    );
    check(
        "<p><a href=\"http://a.example/?a=1&copy=2&amp;b=3\">x</a></p>",
        "<p><a href=\"http://a.example/?a=1&amp;copy=2&amp;b=3\">x</a></p>",
        &[],
    );
}

#[test]
fn members_have_their_tags_and_everything_else_is_text() {
    check_members("Ahoj<br />světe", "<p>Ahoj<br>světe</p>");
    check_members("Ahoj\nsvěte", "<p>Ahoj<br>světe</p>");
    check_members("&lt;b&gt;x&lt;/b&gt; &lt;B&gt;y&lt;/B&gt;", "<p><b>x</b> <b>y</b></p>");
    check_members("&lt;script&gt;x&lt;/script&gt;", "<p>&#60;script&gt;x&#60;/script&gt;</p>");
    check_members(
        "<script>x</script> <font color=red>y</font>",
        "<p>&#60;script&gt;x&#60;/script&gt; &#60;font color=red&gt;y&#60;/font&gt;</p>",
    );
    check_members("&lt;b onclick=&quot;x&quot;&gt;y&lt;/b&gt;", "<p><b>y</b></p>");
    check_members("&lt;p&gt;&lt;i&gt;x&lt;/p&gt;y", "<p><i>x</i></p>\n<p><i>y</i></p>");
    check_members("&lt;ul&gt;&lt;li&gt;x&lt;/li&gt;&lt;/ul&gt;", "<ul><li>x</li></ul>");
    check_members(
        "a &amp;lt;b&amp;gt; &amp; &quot;c&quot; &#x27;d&#x27;",
        "<p>a &amp;lt;b&amp;gt; &amp; \"c\" 'd'</p>",
    );
    check_members("x&lt;", "<p>x&#60;</p>");
    check_members("&lt;hr /&gt;&lt;h1&gt;A&lt;/h1&gt;", "<hr>\n<h1>A</h1>");
    check_members(
        "&lt;a href=&quot;http://a.example/&quot;&gt;x&lt;/a&gt;",
        "<p><a href=\"http://a.example/\">x</a></p>",
    );
    check_members("&lt;a href=&quot;javascript:x&quot;&gt;x&lt;/a&gt;", "<p>x</p>");
}

#[test]
fn titles_are_plain_text() {
    for (source, expected) in [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("&lt;b&gt;Bold&lt;/b&gt;", "<b>Bold</b>"),
        ("Paul &amp; Mary", "Paul & Mary"),
        ("Paul &amp;amp; Mary", "Paul & Mary"),
        ("Paul & Mary", "Paul & Mary"),
        ("&amp;quot;Uvozovky&amp;quot;", "\"Uvozovky\""),
        ("  a \n b<br />c\u{a0}d ", "a b c d"),
        ("???", "???"),
        ("O&#039;Brien", "O'Brien"),
        ("", ""),
    ] {
        assert_eq!(plain_text(source), expected, "{source}");
    }
}

#[test]
fn findings_hold_no_private_data() {
    let quoted = |is_private| {
        let around = Surroundings { is_private, ..AROUND };
        let source = "<a href=\"jan.novak@example.org/x?heslo=1\">x</a><a href=\"pro jan%40example.org a dál a dál a dál a dál a dál a dál a dál\">y</a>";
        editors_text(source, &around).findings
    };
    let dead = |excerpt: &str| Finding { kind: FindingKind::DeadLink, excerpt: excerpt.to_owned() };
    assert_eq!(quoted(true), [dead("")]);
    let findings = quoted(false);
    assert_eq!(findings, [dead("pro … a dál a dál a dál a dál a dál a dál a dál"), dead("…/x")]);
    assert!(findings.iter().all(|finding| finding.excerpt.chars().count() <= EXCERPT_CHARS_MAX));
}

#[test]
fn stored_html_fits_its_place() {
    let place = Place {
        heading_shift: 2,
        id_prefix: "c7-",
        uploads_url: "/uploads/",
        known_of: &|_| None,
        table_label: "Tabulka",
    };
    for (stored_html, shown) in [
        ("<h1 id=\"a\">A</h1>\n<h6>b</h6>", "<h3 id=\"c7-a\">A</h3>\n<h6>b</h6>"),
        ("<p><a href=\"#a\">x</a> <a href=\"#\">y</a></p>", "<p><a href=\"#c7-a\">x</a> <a href=\"#\">y</a></p>"),
        (
            "<p>a &#60;b&gt; <img src=\"upload:obr_pris/o%20x.gif\" alt=\"a &#60; > id=\"></p>",
            "<p>a &lt;b&gt; <img src=\"/uploads/obr_pris/o%20x.gif\" alt=\"a &lt; > id=\" loading=\"lazy\" decoding=\"async\"></p>",
        ),
        (
            "<table class=\"plain\"><tbody><tr><td><table><tbody><tr><td>x</td></tr></tbody></table></td></tr></tbody></table>",
            "<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Tabulka\">\n<table class=\"plain\"><tbody><tr><td>\
             <table><tbody><tr><td>x</td></tr></tbody></table></td></tr></tbody></table></div>",
        ),
        ("<hr>\n<p id=\"k\">x</p>", "<hr>\n<p id=\"c7-k\">x</p>"),
        ("<p>x < y", "<p>x < y"),
    ] {
        assert_eq!(stored::html(stored_html, place), shown);
    }
}

#[test]
fn numbers_that_are_none_stop_nothing() {
    for (source, plain) in [
        ("&#x\u{e9}", "&#x\u{e9}"),
        ("&#x;\u{11b}", "&#x;\u{11b}"),
        ("&#xFFFFFFFFFF\u{e9}", "\u{fffd}\u{e9}"),
        ("&#99999999999;\u{e9}", "\u{fffd}\u{e9}"),
        ("&#", "&#"),
        ("&#x41;&#66", "AB"),
    ] {
        assert_eq!(plain_text(source), plain, "{source}");
        assert_eq!(editors_text(source, &AROUND).html, format!("<p>{}</p>", plain.replace('&', "&amp;")), "{source}");
        members_text(source, &AROUND);
    }
}
