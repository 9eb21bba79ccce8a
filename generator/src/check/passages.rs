//! Passages of texts as numbers: every eight words in a row give one, whatever stands between the words. Pure.
//!
//! A private text is kept as one passage in every eight, so that fifteen words of it, copied anywhere, are found.

/// Words of a passage: fewer would be said twice by chance, more would let a short copy pass.
const WORDS: usize = 8;
/// A polynomial's base: odd, and its powers spread over all bits.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Calls `each` with the number of every passage and the place of its first word.
pub(super) fn each_passage(text: &str, mut each: impl FnMut(u64, usize)) {
    let oldest_weight = (1..WORDS).fold(1_u64, |weight, _| weight.wrapping_mul(BASE));
    let mut window = [0_u64; WORDS];
    let mut rolling = 0_u64;
    let mut count = 0;
    each_word(text, |word| {
        let oldest = std::mem::replace(&mut window[count % WORDS], word);
        rolling = rolling.wrapping_sub(oldest.wrapping_mul(oldest_weight)).wrapping_mul(BASE).wrapping_add(word);
        count += 1;
        if count >= WORDS {
            each(rolling, count - WORDS);
        }
    });
}

/// Calls `each` with the passages by which a text is recognised: one in every eight, and the last.
pub(super) fn each_landmark(text: &str, mut each: impl FnMut(u64)) {
    let mut last = None;
    each_passage(text, |passage, place| {
        last = (place % WORDS != 0).then_some(passage);
        if last.is_none() {
            each(passage);
        }
    });
    last.into_iter().for_each(each);
}

/// Calls `each` with a number for every word: letters and digits, lower case. Tags, character references, pictures and
/// addresses of links are no words, and neither are numbers, since a list has them in Markdown and not in HTML: so a
/// text is the same before and after it became a page.
fn each_word(text: &str, mut each: impl FnMut(u64)) {
    // FNV-1a: short words, and no state from run to run.
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut word = START;
    let mut has_letter = false;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_alphanumeric() {
            let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
            word = (word ^ u64::from(u32::from(lower))).wrapping_mul(PRIME);
            has_letter |= !c.is_numeric();
            at += c.len_utf8();
            continue;
        }
        if has_letter {
            each(word);
        }
        (word, has_letter) = (START, false);
        let rest = &text[at..];
        at += match c {
            '<' => tag_length(rest),
            '&' => reference_length(rest),
            '!' if rest.starts_with("![") => picture_length(rest),
            ']' if rest.starts_with("](") => rest.find(')').map(|end| end + 1),
            _ => None,
        }
        .unwrap_or(c.len_utf8());
    }
    if has_letter {
        each(word);
    }
}

/// The length of the tag that a text begins with; an address in angle brackets is none.
fn tag_length(text: &str) -> Option<usize> {
    let begins = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let end = text.find('>').filter(|_| begins)?;
    let name_end = text[1..].find(|c: char| !c.is_ascii_alphanumeric())? + 1;
    // What has another tag in it was none.
    (!text[1..end].contains('<') && !text[name_end..].starts_with(':')).then_some(end + 1)
}

/// The length of the Markdown picture that a text begins with.
fn picture_length(text: &str) -> Option<usize> {
    let address = text.find("](")?;
    Some(address + text[address..].find(')')? + 1)
}

/// The length of the character reference that a text begins with.
fn reference_length(text: &str) -> Option<usize> {
    const LONGEST: usize = 12;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let is_one = end > 1 && text[1..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    is_one.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{each_landmark, each_passage};

    fn passages(text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        each_passage(text, |passage, _| found.push(passage));
        found
    }

    fn landmarks(text: &str) -> HashSet<u64> {
        let mut found = HashSet::new();
        each_landmark(text, |passage| found.extend([passage]));
        found
    }

    #[test]
    fn markup_case_and_punctuation_make_no_difference() {
        let plain = passages("Milý příteli, sejdeme se v sobotu u Černého draka v devět");
        assert_eq!(plain.len(), 4);
        let html =
            "<p>MILÝ <b class=\"x\">příteli</b>,&nbsp;sejdeme se &#8211; v sobotu\nu Černého draka<br/>v devět</p>";
        assert_eq!(passages(html), plain);
        assert_ne!(passages("Milý příteli, sejdeme se v neděli u Černého draka v devět"), plain);
        assert_eq!(passages("a < b c d e f g h i && j"), passages("a b c d e f g h i j"));
        let page = passages("first one two three four five six seven eight");
        assert_eq!(
            passages("1. first\n2. [one](https://x.test/y) two ![map](m.png) three four five six 7 seven eight"),
            page
        );
    }

    #[test]
    fn any_fifteen_words_of_a_text_hold_a_landmark() {
        let words: Vec<String> = (0..100).map(|number| format!("slovo{number}")).collect();
        let landmarks = landmarks(&words.join(" "));
        for copy in words.windows(15) {
            assert!(passages(&copy.join(" ")).iter().any(|passage| landmarks.contains(passage)), "{copy:?}");
        }
        assert!(super::tests::landmarks("jen sedm slov je příliš málo tady").is_empty());
        assert_eq!(super::tests::landmarks("osm slov je však už dost na jednu").len(), 1);
    }
}
