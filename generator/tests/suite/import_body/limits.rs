//! However long or deep a text is, its words stay. What it costs: `import/body/proportion.rs` beside the code.

use generator::import::body::{SOURCE_BYTES_MAX, editors_text, members_text};

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
