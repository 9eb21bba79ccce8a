//! The last gate: ammonia, with the whitelist of what this module itself writes. It finds nothing to do; that it
//! does not have to trust the code before it is the point.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::look::{BLOCK_CLASSES, PICTURE_CLASSES, TABLE_CLASSES, WORD_CLASSES};

const TAGS: [&str; 49] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
];

const ATTRIBUTES: [(&str, &[&str]); 8] = [
    ("a", &["href", "title"]),
    ("abbr", &["title"]),
    ("img", &["src", "alt", "title", "width", "height"]),
    ("li", &["value"]),
    ("ol", &["start", "type", "reversed"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("dfn", &["title"]),
];

static GATE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut gate = Builder::default();
    let blocks = ["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "caption"];
    let mut classes: HashMap<&str, HashSet<&str>> = blocks.map(|tag| (tag, HashSet::from(BLOCK_CLASSES))).into();
    classes.insert("span", HashSet::from(WORD_CLASSES));
    classes.insert("img", HashSet::from(PICTURE_CLASSES));
    classes.insert("table", HashSet::from(TABLE_CLASSES));
    gate.tags(HashSet::from(TAGS))
        .tag_attributes(ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect())
        .tag_attribute_values(HashMap::new())
        .generic_attributes(HashSet::from(["id"]))
        .allowed_classes(classes)
        .url_schemes(HashSet::from(["http", "https", "mailto", "ftp", "upload"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None);
    gate
});

/// The HTML with nothing in it that is not on the list.
pub(super) fn sanitise(html: &str) -> String {
    GATE.clean(html).to_string().replace("&lt;", "&#60;")
}
