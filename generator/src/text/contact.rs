//! Contacts in ads: readable for people, useless to programs that look for `name@host` or for digits
//! in a row. No script is needed to read them; one may turn them into links.

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
