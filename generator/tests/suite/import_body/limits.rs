//! However long, deep or hostile a text is, it costs in proportion to its length, and its words stay.

use generator::import::body::{SOURCE_BYTES_MAX, editors_text, members_text, plain_text};

use super::{AROUND, names};

#[test]
fn depth_is_bounded_and_words_below_it_stay() {
    let deep = format!("{}konec", "<div align=center><b>".repeat(5000));
    let cleaned = editors_text(&deep, &AROUND);
    assert!(cleaned.html.contains("konec"));
    assert!(names(&cleaned).contains(&"nesting-cut"));
    assert!(cleaned.html.len() < 20_000);
}

#[test]
fn no_nesting_is_too_deep_for_a_thread() {
    let deep = || {
        for tag in ["ul", "ol", "dl", "li", "dd", "table", "b", "div", "blockquote", "font", "ul><li", "dl><dd"] {
            let source = format!("{}drak", format!("<{tag}>").repeat(3_000));
            for cleaned in [editors_text(&source, &AROUND), members_text(&source, &AROUND)] {
                assert!(cleaned.html.contains("drak"), "{tag}");
            }
        }
    };
    // Less than any thread that an import runs on has.
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(deep).unwrap().join().unwrap();
}

/// What costs more the longer it is, a little of it, and what is around it: each form of it that somebody may have
/// typed once too often, or a machine on purpose.
const COSTLY: [(&str, &str, &str); 22] = [
    ("", "<!--", ""),
    ("", "<![", ""),
    ("", "<!doctype", ""),
    ("", "<!x", ""),
    ("", "<?xml", ""),
    ("", "<script>", ""),
    ("", "<style><script>", ""),
    ("", "<a href=\"", ""),
    ("", "<a href='<b x=\"", ""),
    ("", "<o:p a=\"<o:p\" ", ""),
    ("<b ", "a=\"<x\" ", ""),
    ("<b x=", "y/=z ", ">"),
    ("", "<div>", ""),
    ("", "<ul>", ""),
    ("", "<table>", ""),
    ("", "<b><p>", ""),
    ("", "<h2><b>", ""),
    ("", "<h2>A</h2>", ""),
    ("", "<a name=x><a href=#y>", ""),
    ("", "<li>x", ""),
    ("", "<i><b></i>", ""),
    ("", "&#x", ""),
];

/// A text costs in proportion to its length, whatever is in it: the same of any costly form as of a plain one, but for
/// a factor.
#[test]
fn no_text_costs_more_than_its_length() {
    const BYTES: usize = 200_000;
    let seconds = |source: &str| {
        let begun = std::time::Instant::now();
        for cleaned in [editors_text(source, &AROUND), members_text(source, &AROUND)] {
            assert!(cleaned.html.len() < 40 * BYTES, "{} bytes of {}", cleaned.html.len(), &source[..20]);
        }
        plain_text(source);
        begun.elapsed().as_secs_f64()
    };
    let plain = seconds(&"<p>Drak <b>letí</b> nad horou.</p>\n".repeat(BYTES / 35));
    for (before, piece, after) in COSTLY {
        let source = format!("{before}{}{after}", piece.repeat(BYTES / piece.len()));
        let costly = seconds(&source);
        assert!(costly < 60.0 * plain, "{piece}: {costly:.2} s, and {plain:.2} s of plain text");
    }
    let fonts: String = (0..BYTES / 40).map(|n| format!("<font color=#{n:06x}><p>x</p>")).collect();
    assert!(seconds(&fonts) < 60.0 * plain);
    let attributes: String = (0..BYTES / 8).map(|n| format!("a{n} ")).collect();
    assert!(seconds(&format!("<p {attributes}>x</p>")) < 60.0 * plain);
    let places: String = (0..BYTES / 50).map(|n| format!("<a name=k{n}></a><a href=\"#K{n}x\">x</a>")).collect();
    assert!(seconds(&places) < 60.0 * plain);
}

#[test]
fn a_text_beyond_all_measure_is_its_words() {
    let long = format!("&lt;p&gt;Drak &lt;b&gt;letí&lt;/b&gt;.&lt;/p&gt;\n{}", "slovo ".repeat(SOURCE_BYTES_MAX / 6));
    for clean in [editors_text, members_text] {
        let cleaned = clean(&long, &AROUND);
        assert!(cleaned.html.starts_with("<p>&#60;p&gt;Drak &#60;b&gt;letí&#60;/b&gt;.&#60;/p&gt;<br>slovo"));
        assert_eq!(names(&cleaned), ["too-long"]);
        assert_eq!(cleaned.html.matches("slovo").count(), SOURCE_BYTES_MAX / 6);
    }
    let just = format!("<b>x</b>{}", " ".repeat(SOURCE_BYTES_MAX - 8));
    assert_eq!(editors_text(&just, &AROUND).html, "<p><b>x</b></p>");
}

#[test]
fn what_comes_after_a_deep_place_is_as_ever() {
    let deep = format!("{}{}", "<blockquote>".repeat(900), "</blockquote>".repeat(900));
    for after in ["<h2>Drak</h2><p>letí <b>nad</b> horou</p>", "<ul><li>drak</li></ul>"] {
        let alone = editors_text(after, &AROUND).html;
        assert!(editors_text(&format!("{deep}{after}"), &AROUND).html.ends_with(&alone), "{after}");
    }
}
