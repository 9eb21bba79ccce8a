//! Names in the order that readers look for them.

use unicode_normalization::UnicodeNormalization;

/// A key to sort names by: letters first without regard to case, accents only where all else is equal. In Czech and
/// Slovak, as their dictionaries do (ČSN 97 6030), `č ř š ž` come behind their plain letters and `ch` behind `h`.
pub fn sort_key(name: &str, language: &str) -> (Vec<u32>, String) {
    let has_carons = matches!(language.split('-').next(), Some("cs" | "sk"));
    let lower: Vec<char> = name.nfc().flat_map(char::to_lowercase).collect();
    let mut letters = Vec::with_capacity(lower.len());
    let mut rest = lower.as_slice();
    while let [c, tail @ ..] = rest {
        rest = tail;
        let plain = c.nfd().next().unwrap_or(*c);
        let mut weight = u32::from(plain) * 2;
        if has_carons && matches!(c, 'č' | 'ř' | 'š' | 'ž') {
            weight += 1;
        }
        if let (true, 'c', ['h', tail @ ..]) = (has_carons, *c, rest) {
            rest = tail;
            weight = u32::from('h') * 2 + 1;
        }
        letters.push(weight);
    }
    (letters, name.to_owned())
}
