//! Names in the order that readers look for them.

use unicode_normalization::UnicodeNormalization;

/// A key to sort names by, as Czech dictionaries do (ČSN 97 6030): letters first without regard to case,
/// `č ř š ž` behind their plain letters and `ch` behind `h`; other accents only where all else is equal.
/// Languages without these letters are not disturbed by the rule.
pub fn sort_key(name: &str) -> (Vec<u32>, String) {
    let lower: Vec<char> = name.nfc().flat_map(char::to_lowercase).collect();
    let mut letters = Vec::with_capacity(lower.len());
    let mut rest = lower.as_slice();
    while let [c, tail @ ..] = rest {
        rest = tail;
        let plain = c.nfd().next().unwrap_or(*c);
        let mut weight = u32::from(plain) * 2;
        if matches!(c, 'č' | 'ř' | 'š' | 'ž') {
            weight += 1;
        }
        if let ('c', ['h', tail @ ..]) = (*c, rest) {
            rest = tail;
            weight = u32::from('h') * 2 + 1;
        }
        letters.push(weight);
    }
    (letters, name.to_owned())
}
