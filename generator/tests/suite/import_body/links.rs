//! Headings and places, links and pictures: what leads somewhere, and where.

use generator::import::body::{Surroundings, editors_text, members_text};

use super::{AROUND, check, names};

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
        &["id-changed"],
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
    // Two that are called differently, but not as ids.
    check(
        "<p id=raj>1</p><p id=ráj>2</p><a href=#ráj>3</a>",
        "<p id=\"raj\">1</p>\n<p id=\"raj--2\">2</p>\n<p><a href=\"#raj--2\">3</a></p>",
        &["id-changed"],
    );
    let cleaned = editors_text("<p id='kap 1'>1</p>", &AROUND);
    let excerpts: Vec<&str> = cleaned.findings.iter().map(|finding| finding.excerpt.as_str()).collect();
    assert_eq!(excerpts, ["kap 1 as kap-1"]);
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
fn a_description_is_reported_where_there_is_one() {
    let untitled = Surroundings { title: "", ..AROUND };
    let source = "<a href=\"http://a.example/\"><img src=\"obr_pris/o.gif\"></a>";
    let html = "<p><a href=\"http://a.example/\"><img src=\"upload:obr_pris/o.gif\" alt=\"\"></a></p>";
    let cleaned = editors_text(source, &untitled);
    assert_eq!((cleaned.html.as_str(), names(&cleaned)), (html, vec!["address-resolved"]));
    // What members write stands under no title.
    let cleaned = members_text("<img src=\"obr_pris/o.gif\">", &untitled);
    assert_eq!(names(&cleaned), ["address-resolved"], "{}", cleaned.html);
}
