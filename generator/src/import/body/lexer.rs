//! A source cut into texts and tags, so that nothing that somebody wrote is taken for a tag and swallowed.
//!
//! Browsers take `<OČ a ÚČ>` for a tag and show nothing. Here a tag is what has the name of an HTML element and an
//! end; everything else between angles is text. The rest of HTML's grammar is html5ever's matter (`tree.rs`).

use std::borrow::Cow;

use super::effort::steps;
use super::elements::{Kind, kind};
use super::entities::{Place, decode};

/// A piece of a source, in order.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// Characters, their references still to be read.
    Text(&'a str),
    Tag(Tag<'a>),
    /// A comment, a document type, a processing instruction.
    Comment,
}

#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// In small letters.
    pub(super) name: Cow<'a, str>,
    pub(super) kind: Kind,
    pub(super) is_end: bool,
    /// Names in small letters, values with their references read; of two with one name the first.
    pub(super) attributes: Vec<(String, String)>,
    /// Whether its end or a quotation mark had to be guessed.
    pub(super) is_broken: bool,
}

/// Which tags are tags.
pub(super) type IsAllowed = fn(&str) -> bool;

/// Attributes of one tag that are looked at, many more than any element has.
const ATTRIBUTES_MAX: usize = 64;

/// The pieces of a source.
pub(super) fn pieces(source: &str, is_allowed: IsAllowed) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut ends = Ends::default();
    let (mut text, mut at) = (0, 0);
    while let Some(found) = source[at..].find('<') {
        let start = at + found;
        let Some((piece, length)) = markup(&source[start..], is_allowed, &mut ends) else {
            at = start + 1;
            continue;
        };
        if text < start {
            pieces.push(Piece::Text(&source[text..start]));
        }
        at = start + length;
        // What a script says is nothing to read; one that never ends is a word between angles.
        if let Piece::Tag(Tag { kind: Kind::Inert, is_end: false, name, .. }) = &piece {
            at += inert_length(&source[at..], name, &mut ends).unwrap_or(0);
        }
        pieces.push(piece);
        text = at;
    }
    if text < source.len() {
        pieces.push(Piece::Text(&source[text..]));
    }
    pieces
}

/// What was looked for up to the source's end and is nowhere in the rest of it. Pieces are read in order, so that it need
/// not be looked for again: a thousand beginnings of one comment that never ends would cost the square of that.
#[derive(Default)]
struct Ends {
    none: Vec<&'static str>,
}

impl Ends {
    /// Where `wanted` begins in the rest of the source, as `find` sees it.
    fn find(&mut self, rest: &str, wanted: &'static str, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
        if self.none.contains(&wanted) {
            return None;
        }
        let found = find(rest);
        steps(found.unwrap_or(rest.len()));
        if found.is_none() {
            self.none.push(wanted);
        }
        found
    }
}

/// The bytes up to the end tag of a script or style.
fn inert_length(text: &str, name: &str, ends: &mut Ends) -> Option<usize> {
    let (name, wanted) = if name == "script" { ("script", "</script") } else { ("style", "</style") };
    let is_name = |end: &str| end.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
    ends.find(text, wanted, |text| text.match_indices("</").map(|(at, _)| at).find(|at| is_name(&text[at + 2..])))
}

/// The markup that `text` begins with, and its length.
fn markup<'a>(text: &'a str, is_allowed: IsAllowed, ends: &mut Ends) -> Option<(Piece<'a>, usize)> {
    let mut after = |start: &str, end: &'static str| {
        let rest = text
            .get(start.len()..)
            .filter(|_| text.as_bytes()[..start.len()].eq_ignore_ascii_case(start.as_bytes()))?;
        Some((Piece::Comment, start.len() + ends.find(rest, end, |rest| rest.find(end))? + end.len()))
    };
    match text.as_bytes().get(1)? {
        b'!' => {
            let is_known = text.len() >= 4;
            is_known.then(|| after("<!--", "-->").or_else(|| after("<![", ">")).or_else(|| after("<!doctype", ">")))?
        }
        b'?' if text.len() >= 5 => after("<?xml", ">"),
        b'/' => tag(text, 2, is_allowed),
        byte if byte.is_ascii_alphabetic() => tag(text, 1, is_allowed),
        _ => None,
    }
}

fn tag(text: &str, name_at: usize, is_allowed: IsAllowed) -> Option<(Piece<'_>, usize)> {
    let name = name_of(&text[name_at..]);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    };
    let kind = kind(&name).filter(|_| is_allowed(&name))?;
    let mut tag = Tag { kind, is_end: name_at == 2, attributes: Vec::new(), is_broken: false, name };
    let length = attributes(text, name_at + tag.name.len(), &mut tag)?;
    Some((Piece::Tag(tag), length))
}

/// Reads attributes from `at` to the end of the tag; where that is. `None` where it has none.
fn attributes(text: &str, mut at: usize, tag: &mut Tag<'_>) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    loop {
        let before = at;
        steps(1 + tag.attributes.len());
        at += bytes[at..].iter().take_while(|byte| is_space(byte) || **byte == b'/').count();
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            // `<b <i>`: the first was never ended, but it says all that it has to.
            b'<' if tag.attributes.is_empty() => {
                tag.is_broken = true;
                return Some(at);
            }
            b'<' => return None,
            _ if at == before && tag.attributes.is_empty() => return None,
            _ => {}
        }
        let name_length =
            bytes[at..].iter().take_while(|byte| !is_space(byte) && !b"=/><".contains(byte)).count().max(1);
        let name_end = text.ceil_char_boundary(at + name_length);
        let name = text[at..name_end].to_ascii_lowercase();
        at = name_end;
        let equals = at + bytes[at..].iter().take_while(|byte| is_space(byte)).count();
        let value = if bytes.get(equals) == Some(&b'=') {
            let start = equals + 1 + bytes[equals + 1..].iter().take_while(|byte| is_space(byte)).count();
            let (value, end) = value(text, start, &mut tag.is_broken)?;
            at = end;
            decode(value, Place::Attribute).into_owned()
        } else {
            String::new()
        };
        if tag.attributes.len() < ATTRIBUTES_MAX && !tag.attributes.iter().any(|(known, _)| *known == name) {
            tag.attributes.push((name, value));
        }
    }
}

/// The value that begins at `start`, and where it ends. A quotation that is never closed, or only in another tag,
/// ends where the tag does.
fn value<'a>(text: &'a str, start: usize, is_broken: &mut bool) -> Option<(&'a str, usize)> {
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    if let Some(quote) = quote {
        let inner = &text[start + 1..];
        let length = |end: Option<usize>| end.unwrap_or(inner.len());
        let closed = inner.bytes().position(|byte| byte == quote);
        steps(length(closed));
        let closed = closed.filter(|end| !has_tag(&inner[..*end]));
        if let Some(end) = closed {
            return Some((&inner[..end], start + 1 + end + 1));
        }
        *is_broken = true;
        let end = inner.bytes().position(|byte| matches!(byte, b'>' | b'<'));
        steps(length(end));
        let end = end?;
        return Some((inner[..end].trim_end_matches('/'), start + 1 + end));
    }
    let length = bytes[start..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>' || *byte == b'<');
    steps(length.unwrap_or(bytes.len() - start));
    let length = length?;
    Some((&text[start..start + length], start + length))
}

/// Whether a value holds a tag, so that the quotation mark behind it is another's.
fn has_tag(value: &str) -> bool {
    value.match_indices('<').any(|(at, _)| {
        let name = &value[at + 1..];
        let name = name_of(name.strip_prefix('/').unwrap_or(name));
        !name.is_empty() && kind(&name.to_ascii_lowercase()).is_some()
    })
}

/// The name that a tag begins with, behind its angle.
fn name_of(text: &str) -> &str {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-');
    &text[..text.bytes().take_while(is_name).count()]
}
