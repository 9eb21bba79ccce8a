//! Imported bodies: what of twenty years' HTML becomes what, and what must hold of any.

mod limits;
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
fn headings_begin_at_one_without_gaps_and_have_ids() {
    check(
        "<h2>A</h2><h4>B</h4><h4>A</h4><h2>C <i>d</i></h2>",
        "<h1 id=\"a\">A</h1>\n<h2 id=\"b\">B</h2>\n<h2 id=\"a--2\">A</h2>\n<h1 id=\"c-d\">C <i>d</i></h1>",
        &["heading-demoted"],
    );
    check("<h1>A</h1>", "<h1 id=\"a\">A</h1>", &["heading-demoted"]);
    check("<h2></h2><h2> <br> </h2>x", "<p>x</p>", &[]);
    check(
        "<h2><a name=\"kap 1\">A</a></h2><a href=\"#kap%201\">x</a>",
        "<h1 id=\"kap-1\">A</h1>\n<p><a href=\"#kap-1\">x</a></p>",
        &[],
    );
    check(
        "<h2>A<table><tr><td>b</td></tr></table></h2>",
        "<p>A</p>\n<table><tbody><tr><td>b</td></tr></tbody></table>",
        &["tag-dropped"],
    );
}

#[test]
fn places_are_ids_and_links_to_none_are_words() {
    check(
        "<a name=\"x\"></a><p>A</p><p>b<a name=\"y\"></a>c</p><a href=\"#x\">1</a> <a href=\"#Y\">2</a> <a href=\"#z\">3</a> <a href=\"#\">4</a>",
        "<p id=\"x\">A</p>\n<p>b<span id=\"y\"></span>c</p>\n<p><a href=\"#x\">1</a> 2 3 <a href=\"#\">4</a></p>",
        &["dead-link"; 2],
    );
    check("<p id=a>1</p><p id=a>2</p>", "<p id=\"a\">1</p>\n<p>2</p>", &["duplicate-id"]);
    check("<p>x</p><a name=konec></a>", "<p>x</p>\n<p id=\"konec\"></p>", &[]);
}

#[test]
fn links_lead_where_things_are_now() {
    for (href, html, findings) in [
        ("http://www.example.cz/1", "<a href=\"http://www.example.cz/1\">x</a>", &[][..]),
        ("/index.php?rub=clanky_jeden&amp;id=7", "<a href=\"/rubriky/clanky/7-drak/\">x</a>", &["address-resolved"]),
        ("/rubriky/clanky/7-drak/", "<a href=\"/rubriky/clanky/7-drak/\">x</a>", &[]),
        (
            "obr_pris/mapa údolí.gif",
            "<a href=\"upload:obr_pris/mapa%20%C3%BAdol%C3%AD.gif\">x</a>",
            &["address-resolved"],
        ),
        ("stranka.php", "x", &["dead-link"]),
        ("javascript:alert(1)", "x", &["unsafe-link"]),
        (" JaVa\tScript:alert(1)", "x", &["unsafe-link"]),
        ("data:text/html,x", "x", &["unsafe-link"]),
        ("vbscript:x", "x", &["unsafe-link"]),
        ("", "x", &[]),
        ("mailto:ann@example.org", "<a href=\"mailto:ann@example.org\">x</a>", &[]),
        ("upload:obr_pris/a%20b.gif", "<a href=\"upload:obr_pris/a%20b.gif\">x</a>", &[]),
        ("upload:obr_pris/a b#c.gif", "<a href=\"upload:obr_pris/a%20b%23c.gif\">x</a>", &[]),
        ("upload:../x", "x", &["dead-link"]),
        ("upload:%2e%2e/x", "x", &["dead-link"]),
        ("upload:obr_pris/%2E%2E/%2e%2e/x", "x", &["dead-link"]),
        ("upload:./x", "x", &["dead-link"]),
        ("upload:obr_pris//x", "x", &["dead-link"]),
        ("upload:/x", "x", &["dead-link"]),
        ("upload:%2fx", "x", &["dead-link"]),
        ("upload:a%5cx", "x", &["dead-link"]),
    ] {
        check(&format!("<p><a href=\"{href}\" target=\"_blank\">x</a></p>"), &format!("<p>{html}</p>"), findings);
    }
    check(
        "<a href=http://a.example/>a<a href=http://b.example/>b</a>",
        "<p><a href=\"http://a.example/\">a</a><a href=\"http://b.example/\">b</a></p>",
        &["markup-repaired"],
    );
    check(
        "<a href=http://a.example/><p>a</p><p>b</a>",
        "<p><a href=\"http://a.example/\">a</a></p>\n<p><a href=\"http://a.example/\">b</a></p>",
        &["markup-repaired"],
    );
}

#[test]
fn pictures_are_ours_or_links() {
    for (source, html, findings) in [
        (
            "<img src=\"obr_pris/o.gif\" width=\"120\" height=80 border=0>",
            "<img src=\"upload:obr_pris/o.gif\" alt=\"Drak\" width=\"120\" height=\"80\">",
            &["alt-filled", "address-resolved"][..],
        ),
        (
            "<img src=obr_pris/o.gif alt=\"\" width=50% align=left>",
            "<img src=\"upload:obr_pris/o.gif\" alt=\"\" class=\"float-left\">",
            &["address-resolved"],
        ),
        (
            "<img src=\"http://cizi.example/a/drak.jpg?x=1\">",
            "<a href=\"http://cizi.example/a/drak.jpg?x=1\">drak.jpg</a>",
            &["foreign-picture"],
        ),
        (
            "<img src=\"http://cizi.example/d.jpg\" alt=\"Můj drak\">",
            "<a href=\"http://cizi.example/d.jpg\">Můj drak</a>",
            &["foreign-picture"],
        ),
        (
            "<a href=\"http://a.example/\"><img src=\"http://cizi.example/d.jpg\"></a>",
            "<a href=\"http://a.example/\">d.jpg</a>",
            &["foreign-picture"],
        ),
        (
            "<a href=\"http://a.example/\"><img src=\"obr_pris/d.jpg\" alt=\"\"></a>",
            "<a href=\"http://a.example/\"><img src=\"upload:obr_pris/d.jpg\" alt=\"Drak\"></a>",
            &["alt-filled", "address-resolved"],
        ),
        (
            "<img src=obr_pris/a.gif alt='a>b<c\"d'>",
            "<img src=\"upload:obr_pris/a.gif\" alt=\"a&gt;b&#60;c&quot;d\">",
            &["address-resolved"],
        ),
        ("x<img src=\"jinde.gif\" alt=\"mapa\">", "xmapa", &["dead-picture"]),
        ("x<img src=\"data:image/gif;base64,x\" alt=\"mapa\">", "xmapa", &["unsafe-link"]),
        (
            "<iframe src=\"http://video.example/1\">jinak</iframe>",
            "<a href=\"http://video.example/1\">1</a>jinak",
            &["embedded-content"],
        ),
    ] {
        check(source, &format!("<p>{html}</p>"), findings);
    }
}

#[test]
fn look_becomes_classes() {
    check("<center>A<br><br>B</center>", "<div class=\"center\"><p>A</p><p>B</p></div>", &[]);
    check(
        "<p align=right>A</p><h2 align=center>B</h2>",
        "<p class=\"right\">A</p>\n<h1 class=\"center\" id=\"b\">B</h1>",
        &[],
    );
    check(
        "<div align=\"left\">A</div><div style=\"text-align: center\">B</div>",
        "<p>A</p>\n<div class=\"center\"><p>B</p></div>",
        &[],
    );
    for (font, classes) in [
        ("color=red", "ink-red"),
        ("color=\"#00F\"", "ink-blue"),
        ("color=#8B4513 size=1", "ink-brown text-small"),
        ("color=yellow", "ink-gold"),
        ("color=orange", "ink-orange"),
        ("color=006400", "ink-green"),
        ("color=gray", "ink-grey"),
        ("color=magenta", "ink-purple"),
        ("size=+1", "text-large"),
        ("size=7", "text-huge"),
        ("size=-2", "text-small"),
        ("face=\"Courier New\"", "text-mono"),
        ("style=\"color: red; font-family: monospace\"", "ink-red text-mono"),
    ] {
        check(&format!("<p><font {font}>x</font></p>"), &format!("<p><span class=\"{classes}\">x</span></p>"), &[]);
    }
    check(
        "<p><font color=black size=3 face=Arial>x</font> <big>y</big></p>",
        "<p>x <span class=\"text-large\">y</span></p>",
        &[],
    );
    check("<p class=\"evil\" style=\"position:fixed\">x</p>", "<p>x</p>", &[]);
    check(
        "<tt>a</tt><strike>b</strike><acronym title=\"c\">d</acronym>",
        "<p><code>a</code><s>b</s><abbr title=\"c\">d</abbr></p>",
        &[],
    );
}

#[test]
fn each_class_has_its_rule() {
    let css = include_str!("../../../static/css/site.css");
    for class in [
        "center",
        "right",
        "plain",
        "float-left",
        "float-right",
        "text-small",
        "text-large",
        "text-huge",
        "text-mono",
        "ink-red",
        "ink-orange",
        "ink-gold",
        "ink-green",
        "ink-blue",
        "ink-purple",
        "ink-brown",
        "ink-grey",
    ] {
        assert!(css.contains(&format!(".prose .{class} ")), "{class}");
    }
}

#[test]
fn tables_keep_their_shape() {
    check(
        "<table border=\"1\" width=100%><caption>Síla</caption><tr align=center><th colspan=2>A</th></tr><tr><td rowspan=\"2\" align=right>1<td>2</table>",
        "<table><caption>Síla</caption><tbody><tr><th colspan=\"2\" class=\"center\">A</th></tr>\
         <tr><td rowspan=\"2\" class=\"right\">1</td><td>2</td></tr></tbody></table>",
        &["attribute-dropped"],
    );
    check(
        "<table border=0><tr><td><p>a</p><ul><li>b</ul></td><td></td></tr>",
        "<table class=\"plain\"><tbody><tr><td><p>a</p><ul><li>b</li></ul></td><td></td></tr></tbody></table>",
        &["markup-repaired"],
    );
    check(
        "<table><tr>a<td>b</td></tr></table>",
        "<p>a</p>\n<table><tbody><tr><td>b</td></tr></tbody></table>",
        &["markup-repaired"],
    );
    check("<td>a</td><td>b</td>", "<p>a</p>\n<p>b</p>", &["markup-repaired"; 2]);
    check("<table></table>x", "<p>x</p>", &[]);
    check(
        "<table><caption>x<table><td>y</table></caption></table>",
        "<p>x</p>\n<table><tbody><tr><td>y</td></tr></tbody></table>",
        &["markup-repaired"],
    );
}

#[test]
fn lists_hold_items() {
    check("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", &[]);
    check("<li>a</li> <li>b</li>c", "<ul><li>a</li><li>b</li></ul>\n<p>c</p>", &["markup-repaired"]);
    check("<ul>x<li>a</li><ul><li>b</li></ul>c</ul>", "<ul><li>x</li><li>a<ul><li>b</li></ul>c</li></ul>", &[]);
    check("<ol start=3 type=a><li value=5>a</ol>", "<ol start=\"3\" type=\"a\"><li value=\"5\">a</li></ol>", &[]);
    check("<dl><dt>a<dd>b<br>c</dl>", "<dl><dt>a</dt><dd>b<br>c</dd></dl>", &[]);
    check("<dt>a</dt><dd>b</dd>", "<dl><dt>a</dt><dd>b</dd></dl>", &["markup-repaired"]);
}

#[test]
fn other_blocks() {
    check("<pre>\n  a\n b </pre>", "<pre>  a\n b</pre>", &[]);
    check("<blockquote>a<br><br>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>", &[]);
    check("a<hr width=50%>b", "<p>a</p>\n<hr>\n<p>b</p>", &["attribute-dropped"]);
    check("<p>a<b>b<i>c</b>d</i></p>", "<p>a<b>b<i>c</i></b><i>d</i></p>", &["markup-repaired"]);
    check("<p>a<div>b</div>c</p>", "<p>a</p>\n<p>b</p>\n<p>c</p>", &["markup-repaired"]);
    check("<b><p>a</p></b>", "<p><b>a</b></p>", &[]);
    check("a</i></table>", "<p>a</p>", &["markup-repaired"; 2]);
    check(
        "<p>x<sub>2</sub><sup>3</sup> <small>m</small></p>",
        "<p>x<sub>2</sub><sup>3</sup> <small>m</small></p>",
        &[],
    );
}

#[test]
fn nothing_runs() {
    check("a<script>alert(1)</script>b", "<p>ab</p>", &["script-dropped"; 2]);
    check("a<style>p{}</style>b", "<p>ab</p>", &["script-dropped"; 2]);
    check("a<script>b", "<p>ab</p>", &["script-dropped"]);
    check("<p onclick=\"x()\">a<!-- c --></p>", "<p>a</p>", &["attribute-dropped", "comment-dropped"]);
    check("<img src=x onerror=alert(1)>", "", &["dead-picture", "attribute-dropped"]);
    check(
        "<svg><script>x</script><a xlink:href=\"javascript:x\">y</a></svg>",
        "<p>y</p>",
        &["tag-dropped", "attribute-dropped", "script-dropped", "script-dropped"],
    );
    check("<o:p>a</o:p><!DOCTYPE html><?xml version=1?>", "<p>a</p>", &["tag-dropped", "comment-dropped"]);
    check("<textarea><b>a</b></textarea><title>t</title>", "<p><b>a</b></p>\n<p>t</p>", &[]);
    check("<p><a href=\"x title=\"y\">a</a> b</p>", "<p>a b</p>", &["dead-link", "attribute-dropped"]);
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
        size_of: &|_| None,
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
