//! Character references: what a text says once they are read.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// Where a reference stands: in an attribute, `&copy=` of an address is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Attribute,
}

/// The longest name of a reference, `CounterClockwiseContourIntegral;`.
const NAME_BYTES_MAX: usize = 32;

/// The text with its references read once, as HTML reads them. A `&nbsp;` that is still to be read afterwards was
/// escaped once too often; nobody means to show it.
pub(super) fn decode(text: &str, place: Place) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match reference(rest, place) {
            Some((length, first, second)) => {
                decoded.push(first);
                decoded.extend(second);
                length
            }
            None => {
                decoded.push('&');
                1
            }
        };
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    if decoded.contains("&nbsp;") {
        decoded = decoded.replace("&nbsp;", "\u{a0}");
    }
    Cow::Owned(decoded)
}

/// The reference that `text` begins with: its length and its one or two characters.
fn reference(text: &str, place: Place) -> Option<(usize, char, Option<char>)> {
    if let Some(number) = text.strip_prefix("&#") {
        return numeric(number).map(|(length, c)| (length + 2, c, None));
    }
    let name = &text.as_bytes()[1..];
    let letters = name.iter().take(NAME_BYTES_MAX).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let known = |length: usize| {
        let (first, second) = NAMED_ENTITIES.get(text.get(1..=length)?)?;
        Some((char::from_u32(*first).filter(|c| *c != '\0')?, char::from_u32(*second).filter(|c| *c != '\0')))
    };
    if name.get(letters) == Some(&b';')
        && let Some((first, second)) = known(letters + 1)
    {
        return Some((letters + 2, first, second));
    }
    // Old names are read without their semicolon too.
    (2..=letters.min(6)).rev().find_map(|length| {
        let (first, second) = known(length)?;
        let goes_on = name.get(length).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
        (place == Place::Text || !goes_on).then_some((length + 1, first, second))
    })
}

/// The character of a number after `&#`, and the length of the number with its semicolon.
fn numeric(number: &str) -> Option<(usize, char)> {
    let (radix, digits) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, number),
    };
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let code = u32::from_str_radix(&digits[..count], radix);
    let length = number.len() - digits.len() + count + usize::from(digits[count..].starts_with(';'));
    let c = match code {
        // What Windows wrote: its own table's numbers.
        Ok(code @ 0x80..=0x9f) => windows_1252(code),
        Ok(code) => char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).unwrap_or('\u{fffd}'),
        // Too large for any character.
        Err(_) if count > 0 => '\u{fffd}',
        Err(_) => return None,
    };
    Some((length, c))
}

fn windows_1252(code: u32) -> char {
    let at = usize::try_from(code - 0x80).unwrap_or(0);
    html5ever::data::C1_REPLACEMENTS.get(at).copied().flatten().unwrap_or('\u{fffd}')
}

/// The text without one layer of PHP's `htmlspecialchars`: five references, and no other.
pub(super) fn unescape_once(text: &str) -> Cow<'_, str> {
    unescape(
        text,
        &[
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#039;", "'"),
            ("&#39;", "'"),
            ("&#x27;", "'"),
            ("&amp;", "&"),
        ],
    )
}

/// As [`unescape_once`], ampersands left: what was written behind one stays what it was.
pub(super) fn unescape_markup(text: &str) -> Cow<'_, str> {
    unescape(text, &[("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&#x27;", "'")])
}

fn unescape<'a>(text: &'a str, references: &[(&str, &str)]) -> Cow<'a, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (written, meant) =
            references.iter().find(|(written, _)| rest.starts_with(written)).copied().unwrap_or(("&", "&"));
        plain.push_str(meant);
        rest = &rest[written.len()..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}
