//! Repair of mis-decoded text, value by value.
//!
//! Graveyard's text columns say ISO 8859-2 ("latin2") and hold Windows-1250 ("cp1250") bytes, so what the database
//! hands out was read by the wrong table. Most bytes mean the same in both; 47 do not. `repair` goes from the
//! character back to the byte and reads it by the right table, but never wholesale: some rows were stored right,
//! newer rows of some columns are right, and no value is so bad that it stops an import.
//!
//! **What a value proves**
//!
//! | the value holds | so it is | and |
//! |---|---|---|
//! | C1 controls (U+0080–009F) | cp1250 read as latin2: nobody types these | they become what cp1250 means: `€ ‚ „ … † ‡ ‰ Š ‹ Ś Ť Ž Ź ‘ ’ “ ” • – — ™ š › ś ť ž ź` |
//! | none, and letters or signs that latin2 lacks (`“ – ’`, an emoji) | right already: latin2 cannot have given them | it stays |
//! | none, in a column that is [`Stored::Plain`] | right already | it stays |
//! | none, in a column that is [`Stored::MisDecoded`] | either | each confusable letter is looked at |
//!
//! The bytes 81, 83, 88, 90 and 98 mean nothing in cp1250. Three of them mean something in the West European table
//! of the same family, from which they must have come: `ƒ ˆ ˜`; 81 and 90 become U+FFFD, which shows that something
//! is missing. Both are counted, as are the characters outside latin2 that a mis-decoded column should not hold;
//! those stay. NUL and the other C0 controls go, except tab and line feed; a carriage return becomes a line feed.
//!
//! **The confusable letters**, 15 bytes that are printable in both tables. Where the value does not prove which it
//! is, their neighbours decide, and where they don't, it is cp1250, which the site wrote for twenty years:
//!
//! | byte | latin2 | cp1250 | it is the latin2 letter where |
//! |---|---|---|---|
//! | A1 | Ą | ˇ | capitals stand on both sides |
//! | A5 | Ľ | Ą | a word begins, or a vowel other than i stands before it (Polish Ą stands so nowhere) |
//! | A6, AC | Ś, Ź | ¦, ¬ | capitals stand on both sides, or a word begins and goes on in small letters |
//! | A9, AE | Š, Ž | ©, ® | capitals stand on both sides, or a word begins and goes on in small letters (`®ena`) |
//! | AB | Ť | « | as Š; but not where a later `»` closes the quotation, and with C1 controls only between capitals |
//! | B1 | ą | ± | a letter stands before it and no digit behind it |
//! | B5 | ľ | µ | a letter stands before it, or a vowel behind it |
//! | B6 | ś | ¶ | letters stand on both sides |
//! | B7 | ˇ | · | never |
//! | B9 | š | ą | a word begins, a vowel other than i stands before it or any behind it (Polish ą stands so nowhere), or č, ě, ř, ů in its word |
//! | BB | ť | » | letters stand on both sides, or a small one on one side and the value has no C1 controls; but not where it pairs with `«` |
//! | BC | ź | Ľ | a small letter stands before it |
//! | BE | ž | ľ | e, i or y stands behind it, or ě, ř, ů in its word (Slovak writes no ľ so), or it is as in `družstvo`, `služba`, `každý`, `nižší` and no C1 is there, or the word is a common Czech one |
//!
//! A value without C1 controls that has ě, ř or ů, and no letter that is only Slovak or Polish, is Czech: its š and ž
//! are what they seem.
//!
//! A capital at the edge of a word in capitals may be either (`ŠAVLE`, `©ALTAR`), an initial too (`J. Š.`), and so may
//! the š and ž that no rule knows. Such doubt is settled by the other letters of the value: where a Š, Ť or Ž, large
//! or small, is surely latin2's and no C1 control speaks against it, so is this one.
//!
//! A repaired value is right, hence plain: `repair(repair(x), Plain)` changes nothing. Under `MisDecoded` that cannot
//! hold for any rule, since 8A becomes `Š` and a stored `Š` may be a `©`.

mod confusable;

use std::borrow::Cow;

/// How a column is meant to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// As cp1250 read by latin2's table.
    MisDecoded,
    /// Right; older rows may still be mis-decoded, which C1 controls prove.
    Plain,
}

/// What was done to a value, for the report. All zero is never returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Characters read again by the right table.
    pub decoded: usize,
    /// Bytes that mean nothing in cp1250.
    pub undefined: usize,
    /// Characters that latin2 does not have, kept, in a column that should hold none.
    pub outside: usize,
    /// Control characters removed.
    pub controls: usize,
}

/// The value as its author meant it, and what had to be done for that.
pub fn repair(value: &str, stored: Stored) -> (Cow<'_, str>, Option<Repair>) {
    if value.bytes().all(|byte| byte.is_ascii() && !is_removed(char::from(byte))) {
        return (Cow::Borrowed(value), None);
    }
    let mut done = Repair::default();
    let cleaned = without_controls(value, &mut done.controls);
    let (mut has_c1, mut has_confusable, mut outside) = (false, false, 0);
    for c in cleaned.chars().filter(|c| !c.is_ascii()) {
        has_c1 |= is_c1(c);
        has_confusable |= confusable::cp1250(c).is_some();
        outside += usize::from(!is_c1(c) && !is_latin2(c));
    }
    if stored == Stored::MisDecoded || has_c1 {
        done.outside = outside;
    }
    let is_right = outside > 0 || stored == Stored::Plain || !has_confusable;
    if !has_c1 && is_right {
        return (cleaned, (done != Repair::default()).then_some(done));
    }
    let chars: Vec<char> = cleaned.chars().collect();
    let letters = confusable::decide(&chars, has_c1);
    let mut text = String::with_capacity(cleaned.len());
    for (c, decided) in chars.iter().zip(letters) {
        let right = match from_c1(*c) {
            Some(Meaning::Defined(right)) => right,
            Some(Meaning::Undefined(nearest)) => {
                done.undefined += 1;
                text.push(nearest);
                continue;
            }
            None => decided,
        };
        done.decoded += usize::from(right != *c);
        text.push(right);
    }
    let text = if text == value { Cow::Borrowed(value) } else { Cow::Owned(text) };
    (text, (done != Repair::default()).then_some(done))
}

/// The value without the controls that go, its line ends as line feeds.
fn without_controls<'a>(value: &'a str, removed: &mut usize) -> Cow<'a, str> {
    if !value.contains(is_removed) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() != Some(&'\n') {
            text.push('\n');
        } else if is_removed(c) {
            *removed += usize::from(c != '\r');
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

/// Whether neither HTML nor XML nor PostgreSQL can hold the character.
fn is_removed(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}')
}

fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

enum Meaning {
    Defined(char),
    /// The sign that Windows-1252 has there, or U+FFFD.
    Undefined(char),
}

/// Bytes 80 to 9F in cp1250; a space where it has nothing.
const HIGH_CONTROLS: &str = "€ ‚ „…†‡ ‰Š‹ŚŤŽŹ ‘’“”•–— ™š›śťžź";

/// What a C1 control means as a cp1250 byte.
fn from_c1(c: char) -> Option<Meaning> {
    if !is_c1(c) {
        return None;
    }
    let right = HIGH_CONTROLS.chars().nth(usize::try_from(u32::from(c) - 0x80).ok()?)?;
    Some(match (c, right) {
        ('\u{83}', _) => Meaning::Undefined('ƒ'),
        ('\u{88}', _) => Meaning::Undefined('ˆ'),
        ('\u{98}', _) => Meaning::Undefined('˜'),
        (_, ' ') => Meaning::Undefined('\u{fffd}'),
        (_, right) => Meaning::Defined(right),
    })
}

/// Bytes A0 to FF in latin2.
const LATIN2: &str =
    "\u{a0}Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u{ad}ŽŻ°ą˛ł´ľśˇ¸šşťź˝žżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";

fn is_latin2(c: char) -> bool {
    c.is_ascii() || (c >= '\u{a0}' && LATIN2.contains(c))
}
