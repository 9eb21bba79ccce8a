//! A text costs in proportion to its length, whatever is in it. Counted in steps of our own code, and in what is open
//! when html5ever is told of a tag, which is what that looks through; ammonia gets no more than a few times the source.

use super::effort;
use super::{Address, Surroundings, editors_text, members_text, plain_text};

/// Steps of a byte: a source of nothing but tags, each of which finds as much open as there may be, has some hundred.
const STEPS_OF_A_BYTE_MAX: usize = 250;
/// Bytes of clean HTML of a byte of the source.
const GROWTH_MAX: usize = 40;

const BYTES: usize = 200_000;

const AROUND: Surroundings<'static> = Surroundings { title: "Drak", address: &|_| Address::Dead, is_private: false };

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

fn in_proportion(what: &str, source: &str) {
    for clean in [editors_text, members_text] {
        let mut html = String::new();
        let steps = effort::of(|| html = clean(source, &AROUND).html);
        assert!(steps <= STEPS_OF_A_BYTE_MAX * source.len(), "{what}: {steps} steps of {} bytes", source.len());
        assert!(html.len() <= GROWTH_MAX * source.len(), "{what}: {} bytes of {}", html.len(), source.len());
    }
    let steps = effort::of(|| drop(plain_text(source)));
    assert!(steps <= STEPS_OF_A_BYTE_MAX * source.len(), "{what}: {steps} steps of a line");
}

#[test]
fn no_text_costs_more_than_its_length() {
    for (before, piece, after) in COSTLY {
        in_proportion(piece, &format!("{before}{}{after}", piece.repeat(BYTES / piece.len())));
    }
    let many = |count: usize, piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
    in_proportion("fonts", &many(BYTES / 40, &|n| format!("<font color=#{n:06x}><p>x</p>")));
    in_proportion("attributes", &format!("<p {}>x</p>", many(BYTES / 8, &|n| format!("a{n} "))));
    in_proportion("places", &many(BYTES / 50, &|n| format!("<a name=k{n}></a><a href=\"#K{n}x\">x</a>")));
}

#[test]
fn steps_are_counted() {
    let few = effort::of(|| drop(editors_text(&"<p>Drak.</p>".repeat(100), &AROUND)));
    let many = effort::of(|| drop(editors_text(&"<p>Drak.</p>".repeat(1_000), &AROUND)));
    assert!(few > 500 && (9 * few..11 * few).contains(&many), "{few} and {many} steps");
}
