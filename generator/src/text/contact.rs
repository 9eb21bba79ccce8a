//! Contacts in ads: readable for people, useless to programs that look for `name@host` or for digits
//! in a row. No script is needed to read them; one may turn them into links.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::escape_html_into;

/// An e-mail address as HTML, with words such as ` (at) ` in place of `@` and of the dots behind it.
pub fn email_html(email: &str, at: &str, dot: &str) -> String {
    let mut html = String::new();
    let (local, host) = email.rsplit_once('@').unwrap_or((email, ""));
    escape_html_into(&mut html, &local.replace('@', at));
    if !host.is_empty() {
        escape_html_into(&mut html, at);
        escape_html_into(&mut html, &host.replace('.', dot));
    }
    html
}

/// The e-mail backwards with `@` replaced by a space, for a script that makes a link of it.
pub fn email_reversed(email: &str) -> String {
    email.chars().rev().map(|c| if c == '@' { ' ' } else { c }).collect()
}

/// HTML or plain text in which e-mail addresses are written as by [`email_html`], within a tag percent-encoded, so that a
/// link that somebody wrote goes on working.
pub fn without_emails(text: &str, at: &str, dot: &str) -> String {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_tag = false;
    while let Some(sign) = rest.find('@') {
        let begin = rest[..sign].rfind(|c| !is_local(c)).map_or(0, |last| rest.ceil_char_boundary(last + 1));
        let end = rest[sign + 1..].find(|c| !is_host(c)).map_or(rest.len(), |end| sign + 1 + end);
        let end = rest[..end].trim_end_matches(['.', '-']).len();
        let is_email = begin < sign && end > sign && rest[sign + 1..end].contains('.');
        let (before, after) = if is_email { (begin, end) } else { (sign + 1, sign + 1) };
        if let Some(last) = rest[..before].rfind(['<', '>']) {
            in_tag = rest[last..].starts_with('<');
        }
        out.push_str(&rest[..before]);
        match &rest[before..after] {
            "" => {}
            email if in_tag => out.extend(utf8_percent_encode(email, NON_ALPHANUMERIC)),
            email => out.push_str(&email_html(email, at, dot)),
        }
        rest = &rest[after..];
    }
    out.push_str(rest);
    out
}

/// A telephone number as HTML, its digits in groups of at most three, each in an element of its own.
pub fn phone_html(phone: &str) -> String {
    let mut html = String::new();
    let mut digits = 0;
    for c in phone.chars() {
        if c.is_ascii_digit() {
            if digits == 0 {
                html.push_str("<span>");
            }
            html.push(c);
            digits += 1;
            if digits == 3 {
                html.push_str("</span>");
                digits = 0;
            }
        } else {
            if digits > 0 {
                html.push_str("</span>");
                digits = 0;
            }
            escape_html_into(&mut html, c.encode_utf8(&mut [0; 4]));
        }
    }
    if digits > 0 {
        html.push_str("</span>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_texts_are_no_prey() {
        for (text, expected) in [
            ("Piš na fenix@pero.test.", "Piš na fenix (at) pero (dot) test."),
            (
                "<p><a href=\"mailto:a.b@c.cz\">a.b@c.cz</a>, nebo</p>",
                "<p><a href=\"mailto:a%2Eb%40c%2Ecz\">a.b (at) c (dot) cz</a>, nebo</p>",
            ),
            ("@kdokoli a@b, žluť@kůň.cz; x@@y.cz 5 @ 6", "@kdokoli a@b, žluť@kůň.cz; x@@y.cz 5 @ 6"),
            ("a@b.cz,c@d.cz", "a (at) b (dot) cz,c (at) d (dot) cz"),
            ("bez zavináče", "bez zavináče"),
        ] {
            assert_eq!(without_emails(text, " (at) ", " (dot) "), expected);
        }
    }
}
