//! The words of a text as the search knows them: letters without their marks, in small letters; and the passages of a
//! text in which such words are. Pure.

use std::ops::Range;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The longest word that is told from others, in bytes.
const WORD_BYTES_MAX: usize = 64;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub at: Range<usize>,
    /// Without marks, in small letters.
    pub folded: String,
}

/// The words of a text, in their order.
pub fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while let Some((start, first)) = chars.next() {
            if !first.is_alphanumeric() {
                continue;
            }
            let mut word = Word { at: start..start + first.len_utf8(), folded: String::new() };
            push(&mut word.folded, first);
            while let Some((at, c)) = chars.next_if(|(_, c)| c.is_alphanumeric() || is_combining_mark(*c)) {
                word.at.end = at + c.len_utf8();
                push(&mut word.folded, c);
            }
            if !word.folded.is_empty() {
                return Some(word);
            }
        }
        None
    })
}

/// Adds a character without its marks, in small letters, as long as the word is short enough.
fn push(folded: &mut String, c: char) {
    // Most letters of most texts.
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() && folded.len() < WORD_BYTES_MAX {
            folded.push(c.to_ascii_lowercase());
        }
        return;
    }
    decompose_canonical(c, |c| {
        for c in c.to_lowercase().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)) {
            if folded.len() + c.len_utf8() <= WORD_BYTES_MAX {
                folded.push(c);
            }
        }
    });
}

/// Letters from which on a word's last vowels don't matter.
const STEM_CHARS_MIN: usize = 5;

/// What words of a text begin with that are meant by a word of a question: `draka` means `drak`, `drakem`, `draky` too.
pub fn beginning(folded: &str) -> &str {
    let chars = folded.chars().count();
    if chars < STEM_CHARS_MIN {
        return folded;
    }
    match folded.strip_suffix(['a', 'e', 'i', 'o', 'u', 'y']) {
        Some(stem) => stem,
        None => folded,
    }
}

/// Letters from which on the beginning of a word is enough; fewer begin half of all words, and must be the whole word.
const BEGINNING_CHARS_MIN: usize = 3;

/// Whether words that begin so are meant, or the word alone.
pub fn is_beginning(word: &str) -> bool {
    word.chars().count() >= BEGINNING_CHARS_MIN
}

/// A piece of a passage; a found word is marked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub is_found: bool,
}

/// A passage of about `chars_max` characters around the first of the words that are meant by one of `beginnings`, which are
/// marked in it. Runs of white space are one space.
pub fn passage(text: &str, beginnings: &[String], chars_max: usize) -> Vec<Piece> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_found = |word: &Word| {
        beginnings.iter().any(|one| match is_beginning(one) {
            true => word.folded.starts_with(one.as_str()),
            false => word.folded == *one,
        })
    };
    let first = words(&text).find(is_found).map_or(0, |word| word.at.start);
    // A third of the passage stands before the word.
    let from = back(&text, first, chars_max / 3);
    let to = text[from..].char_indices().nth(chars_max).map_or(text.len(), |(at, _)| from + at);
    let to = if to == text.len() { to } else { text[from..to].rfind(' ').map_or(to, |at| from + at) };
    let mut pieces = Vec::new();
    let mut push = |text: &str, is_found| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), is_found });
        }
    };
    if from > 0 {
        push("… ", false);
    }
    let mut at = from;
    for word in words(&text[from..to]).filter(is_found) {
        push(&text[at..from + word.at.start], false);
        push(&text[from + word.at.start..from + word.at.end], true);
        at = from + word.at.end;
    }
    push(&text[at..to], false);
    if to < text.len() {
        push(" …", false);
    }
    pieces
}

/// The beginning of a word some characters before a place.
fn back(text: &str, place: usize, chars: usize) -> usize {
    let Some((at, _)) = text[..place].char_indices().rev().nth(chars) else { return 0 };
    text[at..place].find(' ').map_or(at, |space| at + space + 1)
}

#[cfg(test)]
mod tests {
    use super::{beginning, passage, words};

    fn folded(text: &str) -> Vec<String> {
        words(text).map(|word| word.folded).collect()
    }

    #[test]
    fn words_lose_their_marks() {
        assert_eq!(folded("Příliš ŽLUŤOUČKÝ kůň, 3. díl!"), ["prilis", "zlutoucky", "kun", "3", "dil"]);
        assert_eq!(folded("Z\u{30c}ofka"), ["zofka"], "marks that stand apart");
        assert_eq!(folded("Straße & ŁÓDŹ"), ["straße", "łodz"]);
        assert_eq!(folded("龍 — e\u{301}"), ["龍", "e"]);
        assert!(folded(" …\u{301} ☃ ").is_empty());
        assert_eq!(folded(&"a".repeat(100)), ["a".repeat(64)]);
    }

    #[test]
    fn endings_of_longer_words_do_not_matter() {
        for (word, expected) in
            [("draka", "drak"), ("drak", "drak"), ("kouzlo", "kouzl"), ("elfa", "elfa"), ("ano", "ano")]
        {
            assert_eq!(beginning(word), expected);
        }
    }

    #[test]
    fn a_passage_stands_around_the_first_find() {
        let text = format!("{} Stará  Žofka\nviděla draka a žofku. {}", "slovo ".repeat(50), "konec ".repeat(50));
        let pieces = passage(&text, &["zofk".to_owned()], 60);
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(shown, "… slovo slovo Stará Žofka viděla draka a žofku. konec konec …");
        let found: Vec<&str> = pieces.iter().filter(|piece| piece.is_found).map(|piece| piece.text.as_str()).collect();
        assert_eq!(found, ["Žofka", "žofku"]);
        let whole = passage("Nic takového", &["drak".to_owned()], 60);
        assert_eq!((whole.len(), whole[0].text.as_str()), (1, "Nic takového"));
        assert!(passage("", &[], 60).is_empty());
        let short = passage("Na návsi na Nádraží", &["na".to_owned()], 60);
        let found: Vec<&str> = short.iter().filter(|piece| piece.is_found).map(|piece| piece.text.as_str()).collect();
        assert_eq!(found, ["Na", "na"], "of two letters the whole word is meant");
    }
}
