//! E-mail addresses as people type them.

use lettre::Address;

/// The longest address that mail knows.
pub const CHARS_MAX: usize = 254;

/// Whether mail can be sent to a text, and to a host that others can reach.
pub fn is_address(text: &str) -> bool {
    text.chars().count() <= CHARS_MAX && text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_has_a_name_and_a_host_of_the_world() {
        for sound in ["a@example.org", "first.last+list@sub.example.org", "Řehoř@example.org", "a@dračídoupě.cz"] {
            assert!(is_address(sound), "{sound}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        for wrong in ["", "a", "a@", "@example.org", "a@b", "a b@example.org", "a@example.org\r\nBcc: b@c.org", &long] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
