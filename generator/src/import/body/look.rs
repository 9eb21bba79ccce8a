//! The look that old tags gave, as classes of a small closed set; `static/css/site.css` says what they look like.

use super::tree::{NodeId, Tree};

/// Classes of words.
pub(super) const WORD_CLASSES: [&str; 12] = [
    "ink-blue",
    "ink-brown",
    "ink-gold",
    "ink-green",
    "ink-grey",
    "ink-orange",
    "ink-purple",
    "ink-red",
    "text-huge",
    "text-large",
    "text-mono",
    "text-small",
];

/// Classes of blocks and cells.
pub(super) const BLOCK_CLASSES: [&str; 2] = ["center", "right"];

/// Classes of pictures.
pub(super) const PICTURE_CLASSES: [&str; 2] = ["float-left", "float-right"];

/// Classes of tables.
pub(super) const TABLE_CLASSES: [&str; 1] = ["plain"];

/// The classes of an element that are in a set.
pub(super) fn own_classes(tree: &Tree, id: NodeId, set: &[&'static str]) -> Vec<&'static str> {
    let classes: Vec<&str> = tree.attribute(id, "class").unwrap_or_default().split_ascii_whitespace().collect();
    set.iter().copied().filter(|known| classes.contains(known)).collect()
}

/// A property of an element's style, in small letters.
fn style(tree: &Tree, id: NodeId, property: &str) -> Option<String> {
    tree.attribute(id, "style")?.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim().eq_ignore_ascii_case(property).then(|| value.trim().to_ascii_lowercase())
    })
}

/// How a block's or cell's words are set.
pub(super) fn block_class(tree: &Tree, id: NodeId) -> Option<&'static str> {
    let own = own_classes(tree, id, &BLOCK_CLASSES).first().copied();
    let align = tree.attribute(id, "align").map(str::to_ascii_lowercase).or_else(|| style(tree, id, "text-align"));
    own.or_else(|| match align.as_deref().map(str::trim) {
        Some("center" | "middle") => Some("center"),
        Some("right") => Some("right"),
        _ if tree.name(id) == Some("center") => Some("center"),
        _ => None,
    })
}

/// On which side text flows around a picture.
pub(super) fn picture_class(tree: &Tree, id: NodeId) -> Option<&'static str> {
    let own = own_classes(tree, id, &PICTURE_CLASSES).first().copied();
    let align = tree.attribute(id, "align").map(str::to_ascii_lowercase).or_else(|| style(tree, id, "float"));
    own.or_else(|| match align.as_deref().map(str::trim) {
        Some("left") => Some("float-left"),
        Some("right") => Some("float-right"),
        _ => None,
    })
}

/// A table without lines.
pub(super) fn table_class(tree: &Tree, id: NodeId) -> Option<&'static str> {
    let is_plain = tree.attribute(id, "border").is_some_and(|border| border.trim() == "0")
        || !own_classes(tree, id, &TABLE_CLASSES).is_empty();
    is_plain.then_some("plain")
}

/// The classes of `<font>`, `<span>` and `<big>`, sorted.
pub(super) fn word_classes(tree: &Tree, id: NodeId) -> Vec<&'static str> {
    let mut classes = own_classes(tree, id, &WORD_CLASSES);
    let color = tree.attribute(id, "color").map(str::to_owned).or_else(|| style(tree, id, "color"));
    classes.extend(color.as_deref().and_then(ink));
    if tree.name(id) == Some("big") {
        classes.push("text-large");
    }
    classes.extend(tree.attribute(id, "size").and_then(size));
    let face = tree.attribute(id, "face").map(str::to_ascii_lowercase).or_else(|| style(tree, id, "font-family"));
    if face.is_some_and(|face| ["courier", "mono", "console", "fixed"].iter().any(|name| face.contains(name))) {
        classes.push("text-mono");
    }
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// HTML's sizes 1 to 7, of which 3 is the usual one, or steps from it.
fn size(value: &str) -> Option<&'static str> {
    let value = value.trim();
    let number: i32 = value.trim_start_matches('+').parse().ok()?;
    let steps = if value.starts_with(['+', '-']) { number } else { number - 3 };
    match steps {
        i32::MIN..=-1 => Some("text-small"),
        0 => None,
        1..=2 => Some("text-large"),
        3.. => Some("text-huge"),
    }
}

/// Colours by name, those that people of the time wrote.
const COLOURS: [(&str, u32); 35] = [
    ("aqua", 0x00_ffff),
    ("blue", 0x00_00ff),
    ("brown", 0xa5_2a2a),
    ("crimson", 0xdc_143c),
    ("cyan", 0x00_ffff),
    ("darkblue", 0x00_008b),
    ("darkgreen", 0x00_6400),
    ("darkorange", 0xff_8c00),
    ("darkred", 0x8b_0000),
    ("firebrick", 0xb2_2222),
    ("forestgreen", 0x22_8b22),
    ("fuchsia", 0xff_00ff),
    ("gold", 0xff_d700),
    ("gray", 0x80_8080),
    ("green", 0x00_8000),
    ("grey", 0x80_8080),
    ("indigo", 0x4b_0082),
    ("lightblue", 0xad_d8e6),
    ("lightgreen", 0x90_ee90),
    ("lime", 0x00_ff00),
    ("magenta", 0xff_00ff),
    ("maroon", 0x80_0000),
    ("navy", 0x00_0080),
    ("olive", 0x80_8000),
    ("orange", 0xff_a500),
    ("orangered", 0xff_4500),
    ("pink", 0xff_c0cb),
    ("purple", 0x80_0080),
    ("red", 0xff_0000),
    ("royalblue", 0x41_69e1),
    ("silver", 0xc0_c0c0),
    ("steelblue", 0x46_82b4),
    ("teal", 0x00_8080),
    ("violet", 0xee_82ee),
    ("yellow", 0xff_ff00),
];

/// The ink nearest to a colour; none for black and white, which are the page's own matter.
fn ink(colour: &str) -> Option<&'static str> {
    let name = colour.trim().to_ascii_lowercase();
    let known = COLOURS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let value = known.or_else(|| hexadecimal(name.trim_start_matches('#')))?;
    let [_, red, green, blue] = value.to_be_bytes().map(i32::from);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = most - least;
    if spread < 40 {
        return (60..=215).contains(&most).then_some("ink-grey");
    }
    let degrees = if most == red {
        (60 * (green - blue) / spread).rem_euclid(360)
    } else if most == green {
        120 + 60 * (blue - red) / spread
    } else {
        240 + 60 * (red - green) / spread
    };
    Some(match degrees {
        20..45 if most < 170 => "ink-brown",
        20..45 => "ink-orange",
        45..70 => "ink-gold",
        70..175 => "ink-green",
        175..260 => "ink-blue",
        260..340 => "ink-purple",
        _ => "ink-red",
    })
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let value = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        6 => Some(value),
        3 => Some((value >> 8) * 0x11_0000 + (value >> 4 & 0xf) * 0x1100 + (value & 0xf) * 0x11),
        _ => None,
    }
}
