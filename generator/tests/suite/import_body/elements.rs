//! Elements one by one: what becomes of old looks, tables, lists and other blocks, and of what would run something.

use super::check;

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
    let css = include_str!("../../../../static/css/site.css");
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
