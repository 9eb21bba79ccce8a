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

/// HTML in which e-mail addresses are written as by [`email_html`], within a tag percent-encoded, so that a link that
/// somebody wrote goes on working.
pub fn html_without_emails(html: &str, at: &str, dot: &str) -> String {
    let mut in_tag = false;
    replace_emails(html, |before, email| {
        if let Some(last) = before.rfind(['<', '>']) {
            in_tag = before[last..].starts_with('<');
        }
        match in_tag {
            true => utf8_percent_encode(email, NON_ALPHANUMERIC).to_string(),
            false => email_html(email, at, dot),
        }
    })
}

/// Plain words in which e-mail addresses are written as in [`email_html`].
pub fn plain_without_emails(words: &str, at: &str, dot: &str) -> String {
    replace_emails(words, |_, email| match email.rsplit_once('@') {
        Some((local, host)) => format!("{local}{at}{}", host.replace('.', dot)),
        None => email.to_owned(),
    })
}

/// Puts something in place of each e-mail address: `replaced` is told what stands before it, behind the one before.
fn replace_emails(text: &str, mut replaced: impl FnMut(&str, &str) -> String) -> String {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut looked) = (0, 0);
    while let Some(sign) = text[looked..].find('@').map(|sign| looked + sign) {
        let begin = text[copied..sign].rfind(|c| !is_local(c));
        let begin = begin.map_or(copied, |last| text.ceil_char_boundary(copied + last + 1));
        let end = text[sign + 1..].find(|c| !is_host(c)).map_or(text.len(), |end| sign + 1 + end);
        let end = text[..end].trim_end_matches(['.', '-']).len();
        looked = sign + 1;
        if begin < sign && end > sign && text[sign + 1..end].contains('.') {
            let before = &text[copied..begin];
            out.push_str(before);
            out.push_str(&replaced(before, &text[begin..end]));
            (copied, looked) = (end, end);
        }
    }
    out.push_str(&text[copied..]);
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
            assert_eq!(html_without_emails(text, " (at) ", " (dot) "), expected);
        }
        let plain = plain_without_emails("< 5 kusů, pište na a.b@c.cz.", " (at) ", " (dot) ");
        assert_eq!(plain, "< 5 kusů, pište na a.b (at) c (dot) cz.");
    }
}
