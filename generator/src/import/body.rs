//! People's HTML of twenty years as one clean form.
//!
//! Graveyard keeps texts as they were typed and escaped: with their markup escaped (`&lt;b&gt;`), raw, or both in one
//! text; unclosed, nested wrongly, or never meant as markup at all. What comes out of here is stored and shown:
//!
//! ```text
//! source ─▶ entities, lexer: what is a tag, what is text
//!        ─▶ tree (html5ever): HTML's own rules for what is not closed or nested wrongly
//!        ─▶ names, walk, look, address: headings, places, classes, links
//!        ─▶ writer: one form ─▶ sanitiser (ammonia): nothing but what is on the list
//! ```
//!
//! Texts without tags but line breaks, which is most of what members wrote, skip the tree.
//!
//! It holds that no word is lost, that the result is well-formed and safe, that the same source gives the same
//! result, and that cleaning the result changes nothing. The stored form does not know where it will be shown:
//! headings begin at level 1, ids have no prefix, uploads are `upload:…`; [`crate::text::stored`] puts that right.
//!
//! Knows nothing of rows, pages and the database: where an old address leads now, the caller says.

mod address;
mod effort;
mod elements;
mod entities;
mod finding;
mod lexer;
mod look;
mod names;
#[cfg(test)]
mod proportion;
mod sanitiser;
mod tree;
mod walk;
mod writer;

use std::collections::HashSet;

pub use finding::{EXCERPT_CHARS_MAX, Finding, FindingKind};
pub use names::place_id;

use elements::{Kind, is_members, is_members_attribute};
use entities::{Place, decode, unescape_markup, unescape_once};
use finding::Findings;
use lexer::{Piece, Tag, pieces};
use names::Names;
use tree::{Tree, written};
use walk::Walk;
use writer::Writer;

/// The version of what this module does to a text; it grows when the same source comes out differently.
pub const SANITISER_VERSION: i64 = 2;

/// Bytes of the longest source whose markup is looked at: twenty times the longest text that Graveyard's editors wrote. A
/// longer one is its words, angles and all.
pub const SOURCE_BYTES_MAX: usize = 2_000_000;

/// What a text's surroundings say.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Describes pictures that say nothing of themselves: the work's title.
    pub title: &'a str,
    /// Where an address in the text leads now. It is asked for every address but places in the text itself, mail
    /// addresses and what would run something.
    pub address: &'a dyn Fn(&str) -> Address,
    /// Whether the text is nobody else's business: findings then quote nothing of it.
    pub is_private: bool,
}

/// Where an address leads now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// To a page of this site.
    To(String),
    /// To a file below the uploads: its path, without a slash before it and not encoded.
    Upload(String),
    /// To somebody else's site.
    Foreign(String),
    /// Nowhere.
    Dead,
}

/// A text that is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The HTML to store, empty where nothing is in the source.
    pub html: String,
    /// What was done to it, sorted, each once.
    pub findings: Vec<Finding>,
}

/// A text of editors and authors, who may use most of HTML: creations' bodies and attributes, editors' articles.
pub fn editors_text(source: &str, around: &Surroundings<'_>) -> Cleaned {
    let mut findings = Findings::new(around.is_private);
    if source.len() > SOURCE_BYTES_MAX {
        return beyond_measure(source, findings);
    }
    let has_escaped_tags = has_tag(source, "&lt;");
    let has_tags = has_tag(source, "<");
    if has_escaped_tags && has_tags {
        findings.note(FindingKind::HalfEncoded, "");
    }
    // By the site's rule every text was escaped once; one with raw tags alone came around that.
    let source = if has_escaped_tags || !has_tags { unescape_once(source) } else { source.into() };
    clean(&source, pieces(&source, |_| true), Whose::Editors, around, findings)
}

/// A text of members, who may use few tags: comments, forum, letters, news. All other angles are text.
pub fn members_text(source: &str, around: &Surroundings<'_>) -> Cleaned {
    let mut findings = Findings::new(around.is_private);
    if source.len() > SOURCE_BYTES_MAX {
        return beyond_measure(source, findings);
    }
    let source = unescape_markup(source);
    let mut pieces = pieces(&source, is_members);
    for piece in &mut pieces {
        let Piece::Tag(tag) = piece else { continue };
        tag.attributes.retain(|(attribute, _)| {
            let is_kept = is_members_attribute(&tag.name, attribute);
            if !is_kept {
                findings.note(FindingKind::AttributeDropped, &tag.name);
            }
            is_kept
        });
    }
    clean(&source, pieces, Whose::Members, around, findings)
}

/// The words of a text whose markup nobody is to look at.
fn beyond_measure(source: &str, mut findings: Findings) -> Cleaned {
    findings.note(FindingKind::TooLong, "");
    Cleaned { html: lines(&[Piece::Text(&unescape_once(source))], true), findings: findings.into_sorted() }
}

/// The ids that the places have which an editors' text names, for links from other texts to them: those that are there
/// once the text is clean.
pub fn places(source: &str) -> Vec<String> {
    if source.len() > SOURCE_BYTES_MAX {
        return Vec::new();
    }
    // What a link leads to makes no difference to the places.
    let around = Surroundings { title: "", address: &|_| Address::To("/".to_owned()), is_private: true };
    let written: HashSet<String> = ids(&editors_text(source, &around).html).into_iter().collect();
    let mut places = Vec::new();
    for tag in tags(&unescape_once(source)) {
        let said = |wanted: &str| {
            let mut attributes = tag.attributes.iter().filter(|(name, said)| name == wanted && !said.trim().is_empty());
            attributes.next().map(|(_, said)| said)
        };
        // Of two names the id counts.
        let named = said("id").or_else(|| said("name").filter(|_| tag.name == "a"));
        places.extend(named.map(|said| place_id(said)).filter(|id| written.contains(id)));
    }
    places
}

/// The ids of clean HTML.
fn ids(html: &str) -> Vec<String> {
    let attributes = tags(html).into_iter().flat_map(|tag| tag.attributes);
    attributes.filter(|(name, _)| name == "id").map(|(_, id)| id).collect()
}

fn tags(source: &str) -> Vec<Tag<'_>> {
    let tag = |piece| if let Piece::Tag(tag) = piece { Some(tag) } else { None };
    pieces(source, |_| true).into_iter().filter_map(tag).collect()
}

/// A text without markup, in one line: titles, nicks, synopses. References are read as often as the source was
/// escaped, at most twice; `<script>` is a word like another, only a line break is a space.
pub fn plain_text(source: &str) -> String {
    let once = decode(source, Place::Text);
    let is_twice = ["&amp;", "&lt;", "&gt;", "&quot;", "&#"].iter().any(|reference| once.contains(reference));
    let text = if is_twice { decode(&once, Place::Text) } else { once };
    let pieces = pieces(&text, |name| name == "br");
    let mut line = String::with_capacity(text.len());
    for piece in pieces {
        let Piece::Text(words) = piece else {
            line.push(' ');
            continue;
        };
        line.push_str(words);
    }
    let words: Vec<&str> = line.split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Whether a text has tags other than line breaks, that begin so.
fn has_tag(source: &str, start: &str) -> bool {
    source.match_indices(start).any(|(at, _)| {
        let rest = &source.as_bytes()[at + start.len()..];
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let is_break = name.get(..2).is_some_and(|name| name.eq_ignore_ascii_case(b"br"))
            && name.get(2).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        rest.starts_with(b"!--") || name.first().is_some_and(u8::is_ascii_alphabetic) && !is_break
    })
}

/// Whose a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Editors,
    Members,
}

fn clean(
    source: &str,
    pieces: Vec<Piece<'_>>,
    whose: Whose,
    around: &Surroundings<'_>,
    mut findings: Findings,
) -> Cleaned {
    let keeps_lines = !pieces.iter().any(|piece| matches!(piece, Piece::Tag(tag) if stands_alone(tag.kind)));
    let is_plain = pieces.iter().all(|piece| match piece {
        Piece::Text(_) => true,
        Piece::Tag(tag) => tag.kind == Kind::Break && tag.attributes.is_empty() && !tag.is_broken,
        Piece::Comment => false,
    });
    if is_plain {
        return Cleaned { html: lines(&pieces, keeps_lines), findings: findings.into_sorted() };
    }
    match marked_up(&pieces, keeps_lines, whose, around, &mut findings) {
        Some(html) => Cleaned { html, findings: findings.into_sorted() },
        None => {
            findings.note(FindingKind::TooLong, "");
            Cleaned { html: lines(&[Piece::Text(source)], true), findings: findings.into_sorted() }
        }
    }
}

/// Whether an element begins a new line, so that those of the source are mere layout.
fn stands_alone(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Mark(_) | Kind::Link | Kind::Look | Kind::Picture | Kind::Embedded | Kind::Nothing | Kind::Inert
    )
}

/// Text and line breaks. What the sanitiser guards against cannot be in them.
fn lines(pieces: &[Piece<'_>], keeps_lines: bool) -> String {
    let mut writer = Writer::default();
    for piece in pieces {
        let Piece::Text(text) = piece else {
            writer.line_break();
            continue;
        };
        let text = decode(text, Place::Text);
        for (n, line) in text.split(|c| keeps_lines && c == '\n').enumerate() {
            if n > 0 {
                writer.line_break();
            }
            writer.text(line, &[]);
        }
    }
    writer.finish()
}

/// A text with markup; `None` where it makes more of its tags than anybody can have meant.
fn marked_up(
    pieces: &[Piece<'_>],
    keeps_lines: bool,
    whose: Whose,
    around: &Surroundings<'_>,
    findings: &mut Findings,
) -> Option<String> {
    for piece in pieces {
        match piece {
            Piece::Tag(tag) if tag.is_broken => findings.note(FindingKind::MarkupRepaired, &written(tag)),
            Piece::Tag(tag) if tag.kind == Kind::Inert => findings.note(FindingKind::ScriptDropped, &written(tag)),
            Piece::Tag(tag) if tag.kind == Kind::Nothing && !tag.is_end => {
                findings.note(FindingKind::TagDropped, &written(tag));
            }
            Piece::Comment => findings.note(FindingKind::CommentDropped, ""),
            _ => {}
        }
    }
    let tree = Tree::parse(pieces)?;
    if tree.is_cut {
        findings.note(FindingKind::NestingCut, "");
    }
    for tag in &tree.faults {
        findings.note(FindingKind::MarkupRepaired, tag);
    }
    let names = Names::of(&tree, whose, findings);
    let writer = Writer::default();
    let mut walk = Walk { tree: &tree, around, names, findings, writer, marks: Vec::new(), keeps_lines, depth: 0 };
    walk.children(tree.root);
    Some(sanitiser::sanitise(&walk.writer.finish()))
}
