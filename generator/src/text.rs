//! Texts of people on their way to a page: pure functions, no configuration, no IO.

pub mod contact;
pub mod markdown;
pub mod moment;
pub mod order;
pub mod slug;

/// The text without the control characters that neither HTML nor XML can hold (XML 1.0, section 2.2);
/// line breaks and tabs stay.
pub fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    let forbidden = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        text.chars().filter(|c| !forbidden(*c)).collect::<String>().into()
    } else {
        text.into()
    }
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
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
}
