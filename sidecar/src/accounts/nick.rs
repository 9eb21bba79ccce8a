//! What a newcomer may be called.

use generator::text::slug::slug;

/// The shortest nick.
pub const CHARS_MIN: usize = 3;
/// The longest nick: they stand in narrow places.
pub const CHARS_MAX: usize = 25;
/// Signs that a nick does not hold: they mean something in addresses, in texts and in mails.
const FORBIDDEN: &str = "@_%\"'/\\!#$^&*{}[]():;=+?|,~<>`";

/// What is wrong with a nick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NickFault {
    /// Too short or too long.
    Length,
    /// A sign that no nick holds, or nothing but signs.
    Signs,
}

/// Whether somebody may be called so.
///
/// # Errors
/// Why not.
pub fn check(nick: &str) -> Result<(), NickFault> {
    if !(CHARS_MIN..=CHARS_MAX).contains(&nick.chars().count()) {
        return Err(NickFault::Length);
    }
    let is_forbidden = |sign: char| FORBIDDEN.contains(sign) || sign.is_control() || is_invisible(sign);
    if nick.contains(is_forbidden) || !nick.contains(char::is_alphabetic) {
        return Err(NickFault::Signs);
    }
    Ok(())
}

/// Signs that nobody sees, with which one nick could pass for another.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether people would take one nick for the other: they differ in case, accents or spaces alone.
pub fn are_alike(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

fn key(nick: &str) -> String {
    let slug = slug(nick);
    if slug.is_empty() { nick.to_lowercase() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::{NickFault, are_alike, check};

    #[test]
    fn nicks_are_short_words_that_people_can_read() {
        for sound in ["Jan", "Nováček z Lesa", "Děda-Lebeda 2", "Ивáн", "龍之介"] {
            assert_eq!(check(sound), Ok(()), "{sound}");
        }
        for (wrong, fault) in [
            ("Ab", NickFault::Length),
            ("Příliš dlouhý nick pro kohokoli", NickFault::Length),
            ("<b>Jan</b>", NickFault::Signs),
            ("a@b.cz", NickFault::Signs),
            ("12345", NickFault::Signs),
            ("Elan\u{200b}or", NickFault::Signs),
        ] {
            assert_eq!(check(wrong), Err(fault), "{wrong}");
        }
    }

    #[test]
    fn what_looks_alike_is_alike() {
        assert!(are_alike("Řehoř Kovář", "rehor  kovar") && are_alike("ИВАН", "иван"));
        assert!(!are_alike("Elanor", "Eleanor") && !are_alike("иван", "петр"));
    }
}
