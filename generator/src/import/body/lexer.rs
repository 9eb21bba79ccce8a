//! A source cut into texts and tags, so that nothing that somebody wrote is taken for a tag and swallowed.
//!
//! Browsers take `<OČ a ÚČ>` for a tag and show nothing. Here a tag is what has the name of an HTML element and an
//! end; everything else between angles is text. The rest of HTML's grammar is html5ever's matter (`tree.rs`).

use std::borrow::Cow;

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

/// The pieces of a source.
pub(super) fn pieces(source: &str, is_allowed: IsAllowed) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut text, mut at) = (0, 0);
    while let Some(found) = source[at..].find('<') {
        let start = at + found;
        let Some((piece, length)) = markup(&source[start..], is_allowed) else {
            at = start + 1;
            continue;
        };
        if text < start {
            pieces.push(Piece::Text(&source[text..start]));
        }
        at = start + length;
        // What a script says is nothing to read; one that never ends is a word between angles.
        if let Piece::Tag(Tag { kind: Kind::Inert, is_end: false, name, .. }) = &piece {
            at += inert_length(&source[at..], name).unwrap_or(0);
        }
        pieces.push(piece);
        text = at;
    }
    if text < source.len() {
        pieces.push(Piece::Text(&source[text..]));
    }
    pieces
}

/// The bytes up to the end tag of a script or style.
fn inert_length(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find("</") {
        at += found;
        let end = text[at + 2..].get(..name.len());
        if end.is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return Some(at);
        }
        at += 2;
    }
    None
}

/// The markup that `text` begins with, and its length.
fn markup(text: &str, is_allowed: IsAllowed) -> Option<(Piece<'_>, usize)> {
    let after = |start: &str, end: &str| {
        let rest = text
            .get(start.len()..)
            .filter(|_| text.as_bytes()[..start.len()].eq_ignore_ascii_case(start.as_bytes()))?;
        Some((Piece::Comment, start.len() + rest.find(end)? + end.len()))
    };
    match text.as_bytes().get(1)? {
        b'!' => {
            let is_known = text.len() >= 4;
            is_known.then(|| after("<!--", "-->").or_else(|| after("<![", ">")).or_else(|| doctype(text)))?
        }
        b'?' if text.len() >= 5 => after("<?xml", ">"),
        b'/' => tag(text, 2, is_allowed),
        byte if byte.is_ascii_alphabetic() => tag(text, 1, is_allowed),
        _ => None,
    }
}

fn doctype(text: &str) -> Option<(Piece<'_>, usize)> {
    let is_one = text.as_bytes().get(..9)?.eq_ignore_ascii_case(b"<!doctype");
    Some((Piece::Comment, text.find('>').filter(|_| is_one)? + 1))
}

fn tag(text: &str, name_at: usize, is_allowed: IsAllowed) -> Option<(Piece<'_>, usize)> {
    let rest = &text[name_at..];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-');
    let name = &rest[..rest.bytes().take_while(is_name).count()];
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
        if !tag.attributes.iter().any(|(known, _)| *known == name) {
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
        let closed = inner.bytes().position(|byte| byte == quote).filter(|end| !has_tag(&inner[..*end]));
        if let Some(end) = closed {
            return Some((&inner[..end], start + 1 + end + 1));
        }
        *is_broken = true;
        let end = inner.bytes().position(|byte| matches!(byte, b'>' | b'<'))?;
        return Some((inner[..end].trim_end_matches('/'), start + 1 + end));
    }
    let length = bytes[start..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>' || *byte == b'<')?;
    Some((&text[start..start + length], start + length))
}

/// Whether a value holds a tag, so that the quotation mark behind it is another's.
fn has_tag(value: &str) -> bool {
    value.match_indices('<').any(|(at, _)| {
        let name = value[at + 1..].trim_start_matches('/');
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        length > 0 && kind(&name[..length].to_ascii_lowercase()).is_some()
    })
}
