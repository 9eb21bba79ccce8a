//! The 15 bytes that are printable in latin2 and in cp1250 and differ: which one a value means. The rules are the
//! table in the parent module's head; here each is one arm of [`verdict`].

use super::{Meaning, from_c1};

/// What the byte behind a latin2 letter means in cp1250, where that is another printable character.
pub(super) fn cp1250(latin2: char) -> Option<char> {
    Some(match latin2 {
        'Ą' => 'ˇ',
        'Ľ' => 'Ą',
        'Ś' => '¦',
        'Š' => '©',
        'Ť' => '«',
        'Ź' => '¬',
        'Ž' => '®',
        'ą' => '±',
        'ľ' => 'µ',
        'ś' => '¶',
        'ˇ' => '·',
        'š' => 'ą',
        'ť' => '»',
        'ź' => 'Ľ',
        'ž' => 'ľ',
        _ => return None,
    })
}

/// Each character of the value, confusable letters as what they are; C1 controls are left to the caller.
pub(super) fn decide(chars: &[char], has_c1: bool) -> Vec<char> {
    let value = Value::new(chars, has_c1);
    let verdicts: Vec<Option<Verdict>> =
        (0..chars.len()).map(|at| cp1250(chars[at]).map(|_| verdict(&value, at))).collect();
    // Polish and Slovak letters prove nothing: what they are confused with is a letter as well.
    let proves = |(c, verdict): (&char, &Option<Verdict>)| {
        *verdict == Some(Verdict::Latin2) && matches!(c, 'Š' | 'Ť' | 'Ž' | 'š' | 'ť' | 'ž')
    };
    let is_latin2 = !has_c1 && chars.iter().zip(&verdicts).any(proves);
    let decided = chars.iter().zip(&verdicts).map(|(c, verdict)| match verdict {
        Some(Verdict::Cp1250) => cp1250(*c).unwrap_or(*c),
        Some(Verdict::Doubt) if !is_latin2 => cp1250(*c).unwrap_or(*c),
        _ => *c,
    });
    decided.collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Latin2,
    Cp1250,
    Doubt,
}

/// A value and what it is known to be as a whole.
struct Value {
    /// The characters, C1 controls as what they mean.
    chars: Vec<char>,
    has_c1: bool,
    is_czech: bool,
    /// Whether `«` or `»` stands here and has its counterpart.
    quotes: Vec<bool>,
}

impl Value {
    fn new(chars: &[char], has_c1: bool) -> Self {
        let right = |c: &char| match from_c1(*c) {
            Some(Meaning::Defined(right) | Meaning::Undefined(right)) => right,
            None => *c,
        };
        let chars: Vec<char> = chars.iter().map(right).collect();
        let has = |letters: &str| chars.iter().any(|c| letters.contains(*c));
        Value {
            has_c1, is_czech: !has_c1 && has("ěřůĚŘŮ") && !has("ôĺŕäłęż"), quotes: quotations(&chars), chars
        }
    }

    fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).map(|at| self.chars[at])
    }

    fn after(&self, at: usize) -> Option<char> {
        self.chars.get(at + 1).copied()
    }

    /// The word around a letter, in small letters.
    fn word(&self, at: usize) -> String {
        let start = self.chars[..at].iter().rposition(|c| !c.is_alphabetic()).map_or(0, |end| end + 1);
        let word = self.chars[start..].iter().take_while(|c| c.is_alphabetic());
        word.flat_map(|c| c.to_lowercase()).collect()
    }
}

fn verdict(value: &Value, at: usize) -> Verdict {
    let (before, after) = (value.before(at), value.after(at));
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let capital = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let small = |c: Option<char>| c.is_some_and(char::is_lowercase);
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiouyáéíóúůýěäô".contains(c));
    let is_between_capitals = capital(before) && capital(after);
    let begins_small = !letter(before) && small(after);
    // The edge of a word in capitals, or an initial.
    let may_be_capital =
        !letter(before) && capital(after) || capital(before) && !letter(after) || !letter(before) && after == Some('.');
    let is_latin2 = |is: bool| if is { Verdict::Latin2 } else { Verdict::Cp1250 };
    let unless_doubtful = |is: bool, may_be: bool| match (is, may_be) {
        (true, _) => Verdict::Latin2,
        (false, true) => Verdict::Doubt,
        (false, false) => Verdict::Cp1250,
    };
    match value.chars[at] {
        'Ą' => is_latin2(is_between_capitals),
        'Ľ' => {
            let before = before.and_then(|c| c.to_lowercase().next());
            is_latin2(!letter(before) && letter(after) || vowel(before) && before != Some('i'))
        }
        'Ś' | 'Ź' => is_latin2(is_between_capitals || begins_small),
        'Š' | 'Ž' => unless_doubtful(is_between_capitals || begins_small, may_be_capital),
        'Ť' if value.quotes[at] => Verdict::Cp1250,
        'Ť' if value.has_c1 => is_latin2(is_between_capitals),
        'Ť' => unless_doubtful(is_between_capitals || begins_small, may_be_capital),
        'ą' => is_latin2(letter(before) && !after.is_some_and(char::is_numeric)),
        'ľ' => is_latin2(letter(before) || vowel(after)),
        'ś' => is_latin2(letter(before) && letter(after)),
        'š' => {
            let is_no_polish = !letter(before) && letter(after)
                || vowel(before) && before != Some('i')
                || vowel(after)
                || value.is_czech
                || value.word(at).contains(['ě', 'ř', 'ů', 'č']);
            unless_doubtful(is_no_polish, true)
        }
        'ť' if value.quotes[at] => Verdict::Cp1250,
        'ť' if letter(before) && letter(after) => Verdict::Latin2,
        'ť' => is_latin2(!value.has_c1 && (small(before) || begins_small)),
        'ź' => is_latin2(small(before)),
        'ž' => {
            let word = value.word(at);
            // Czech has družstvo and množství, každý and nižší; Slovak has priateľstvo.
            let is_czech_cluster = match (before, after) {
                (Some('o' | 'u' | 'ů' | 'O' | 'U' | 'Ů'), Some('s' | 'b')) => true,
                (Some(before), Some('d' | 'š')) => before.is_alphabetic(),
                _ => false,
            };
            let is_no_slovak = after.is_some_and(|c| "eéěiíyý".contains(c))
                || !value.has_c1 && is_czech_cluster
                || value.is_czech
                || word.contains(['ě', 'ř', 'ů'])
                || CZECH_WORDS.contains(&word.as_str());
            unless_doubtful(is_no_slovak, true)
        }
        _ => Verdict::Cp1250,
    }
}

/// Frequent short words that end in ž; with ľ none of them is one.
const CZECH_WORDS: [&str; 11] = ["až", "což", "jenž", "když", "kéž", "muž", "než", "též", "tož", "už", "nýbrž"];

/// Characters within which a quotation must end, to be one: titles and sentences, not whole bodies.
const QUOTATION_CHARS_MAX: usize = 300;

/// Which of the characters that may be `«` and `»` open or close a quotation, in either direction: one that begins a
/// word, and a later one of the other kind that ends one.
fn quotations(chars: &[char]) -> Vec<bool> {
    let mut quotes = vec![false; chars.len()];
    let is_inner = |at: Option<&char>| at.is_some_and(|c| !c.is_whitespace());
    let mut opened: Option<usize> = None;
    for at in 0..chars.len() {
        if !matches!(chars[at], 'Ť' | 'ť') {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at + 1);
        let closes = is_inner(before) && !after.is_some_and(|c| c.is_alphanumeric());
        match opened {
            Some(start) if closes && chars[start] != chars[at] && at - start <= QUOTATION_CHARS_MAX => {
                quotes[start] = true;
                quotes[at] = true;
                opened = None;
            }
            _ if !before.is_some_and(|c| c.is_alphanumeric()) && is_inner(after) => opened = Some(at),
            _ => {}
        }
    }
    quotes
}
