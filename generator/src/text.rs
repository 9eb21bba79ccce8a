//! Texts of people on their way to a page: pure functions, no configuration, no IO.

pub mod contact;
pub mod markdown;
pub mod moment;
pub mod order;
pub mod plain;
pub mod slug;
pub mod stored;
pub mod upload_path;
pub mod words;

use std::borrow::Cow;

/// How ids begin that the text of a creation or page names, so that they never are the page's own.
pub const TEXT_PREFIX: &str = "text-";

/// The text without the control characters that neither HTML nor XML can hold (XML 1.0, section 2.2);
/// line breaks and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    // Most texts hold none: bytes that cannot begin such a character are passed without decoding.
    if !holds(text, may_be_control) {
        return Cow::Borrowed(text);
    }
    let forbidden = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        Cow::Owned(text.chars().filter(|c| !forbidden(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// A text of one line as people mean it: without control characters, composed (NFC), with single spaces.
pub fn line(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let composed: String = printable(text).nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of many lines as a form sends it: without control characters, with plain line breaks, nothing around it.
pub fn lines(text: &str) -> String {
    printable(&text.replace("\r\n", "\n")).trim().to_owned()
}

/// Whether a byte may begin one of the characters that [`printable`] leaves out.
fn may_be_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11..=31 | 0x7f | 0xc2 | 0xef)
}

/// Whether a byte is one of the five that mean something in HTML.
fn is_markup(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

/// Whether the text holds such a byte. Without a way out within a piece, so that many bytes are looked at at once.
fn holds(text: &str, wanted: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(64).any(|chunk| chunk.iter().fold(false, |found, byte| found | wanted(*byte)))
}

/// At most `chars_max` characters, cut at a word and ended by an ellipsis where something was cut.
/// Runs of white space become one space.
pub fn excerpt(text: &str, chars_max: usize) -> String {
    let mut short = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if chars > 0 && chars + 1 + length > chars_max {
            short.push('…');
            return short;
        }
        if chars > 0 {
            short.push(' ');
            chars += 1;
        }
        if length > chars_max {
            short.extend(word.chars().take(chars_max));
            short.push('…');
            return short;
        }
        short.push_str(word);
        chars += length;
    }
    short
}

/// The text with the five characters that mean something in HTML replaced, for text and attributes.
pub fn escape_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 16);
    escape_html_into(&mut html, text);
    html
}

/// As [`escape_html`], at the end of `html`.
pub fn escape_html_into(html: &mut String, text: &str) {
    escape_html_pieces(text, |piece| {
        html.push_str(piece);
        Ok::<(), std::convert::Infallible>(())
    })
    .unwrap_or_else(|never| match never {});
}

/// As [`escape_html`], in pieces as they come; most texts are one piece.
///
/// # Errors
/// The first error of `write`.
pub fn escape_html_pieces<E>(text: &str, mut write: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    if !holds(text, is_markup) {
        return write(text);
    }
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        write(&text[plain..at])?;
        write(entity)?;
        plain = at + 1;
    }
    write(&text[plain..])
}

/// `1 page`, `1200 pages`: a regular English noun with its number, for operators.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
