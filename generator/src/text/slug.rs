//! The readable end of an address.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// The slug of a text: decomposed (NFD), without combining marks, lower case, every run of other
/// characters than `a-z0-9` a dash, no dash at the ends. Empty where nothing is left: letters without
/// a decomposition (ł, ß, CJK) vanish. This is Graveyard's rule, which old addresses follow.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        // Each character by itself: NFD beyond that only sorts the marks, which are left out.
        if c.is_ascii() {
            push(&mut slug, c.to_ascii_lowercase());
        } else {
            decompose_canonical(c, |c| {
                if !is_combining_mark(c) {
                    c.to_lowercase().for_each(|c| push(&mut slug, c));
                }
            });
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// Adds a lower-case character, or a dash in its place.
fn push(slug: &mut String, c: char) {
    if c.is_ascii_lowercase() || c.is_ascii_digit() {
        slug.push(c);
    } else if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

/// Whether a text is a slug already.
pub fn is_slug(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(known) && !text.starts_with('-') && !text.ends_with('-')
}

/// The slug of a text, or `otherwise` where it would be empty.
pub fn slug_or(text: &str, otherwise: &str) -> String {
    let slug = slug(text);
    if slug.is_empty() { otherwise.to_owned() } else { slug }
}
