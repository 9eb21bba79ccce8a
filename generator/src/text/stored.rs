//! Stored HTML as one place of one page shows it.
//!
//! Imported texts are stored clean, in the form that `import::body` writes, and know nothing of where they will
//! stand. What Markdown gets when it becomes HTML, they get here, by one pass over their tags: headings below the
//! page's own, ids with the place's prefix, tables that can be scrolled, pictures that wait, uploads where they are.
//! The pass copies what it does not know; that a text is safe was seen to before it was stored.

use super::markdown::{Place, table_scroll};
use super::upload_path::upload_path;
use super::{escape_html, printable};

/// The stored text for its place.
pub fn html(stored: &str, place: Place<'_>) -> String {
    let stored = printable(stored);
    let uploads_url = escape_html(place.uploads_url);
    let mut out = String::with_capacity(stored.len() + stored.len() / 8);
    let mut tables = 0_usize;
    let mut rest = stored.as_ref();
    while let Some(start) = rest.find('<') {
        push_words(&mut out, &rest[..start]);
        let tag = &rest[start..start + tag_length(&rest[start..])];
        rest = &rest[start + tag.len()..];
        let name = name(tag);
        match name {
            "table" => {
                if tables == 0 {
                    out.push_str(&table_scroll(place));
                }
                tables += 1;
                push_tag(&mut out, tag, name, place.id_prefix, &uploads_url);
            }
            "/table" => {
                out.push_str(tag);
                tables = tables.saturating_sub(1);
                if tables == 0 {
                    out.push_str("</div>");
                }
            }
            "img" => {
                push_tag(&mut out, tag.strip_suffix('>').unwrap_or(tag), name, place.id_prefix, &uploads_url);
                out.push_str(" loading=\"lazy\" decoding=\"async\">");
            }
            _ => match level(name) {
                Some(level) => {
                    let at = tag.len() - tag.trim_start_matches(['<', '/']).len();
                    out.push_str(&tag[..at]);
                    out.push('h');
                    out.push(
                        char::from_digit((level + u32::try_from(place.heading_shift).unwrap_or(6)).min(6), 10)
                            .unwrap_or('6'),
                    );
                    push_attributes(&mut out, &tag[at + 2..], place.id_prefix, &uploads_url);
                }
                None => push_tag(&mut out, tag, name, place.id_prefix, &uploads_url),
            },
        }
    }
    push_words(&mut out, rest);
    out
}

/// Stored texts write `<` by its number, see `import::body`; pages by its name, as everywhere.
fn push_words(out: &mut String, words: &str) {
    for (n, part) in words.split("&#60;").enumerate() {
        if n > 0 {
            out.push_str("&lt;");
        }
        out.push_str(part);
    }
}

/// The bytes of the tag that `text` begins with, to its `>` outside quotes.
fn tag_length(text: &str) -> usize {
    let mut is_quoted = false;
    let end = text.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    end.map_or(text.len(), |end| end + 1)
}

/// What stands behind `<`, with the slash of an end tag.
fn name(tag: &str) -> &str {
    let name = &tag[1..];
    &name[..name.bytes().position(|byte| matches!(byte, b' ' | b'>' | b'\n')).unwrap_or(name.len())]
}

fn level(name: &str) -> Option<u32> {
    let digit = name.trim_start_matches('/').strip_prefix('h')?;
    digit.parse().ok().filter(|level| digit.len() == 1 && (1..=6).contains(level))
}

/// Paths under the uploads that stored texts name, in the order given and as often; also where the texts are within JSON.
pub fn upload_paths(stored: &str) -> impl Iterator<Item = String> {
    let named = stored.split("upload:").skip(1);
    named.filter_map(|rest| {
        let end = rest.find(['"', '\\', '<', '>']).unwrap_or(rest.len());
        // In an attribute no other sign is written by name.
        upload_path(&rest[..end].replace("&amp;", "&"))
    })
}

fn push_tag(out: &mut String, tag: &str, name: &str, id_prefix: &str, uploads_url: &str) {
    let at = 1 + name.len();
    out.push_str(&tag[..at]);
    push_attributes(out, &tag[at..], id_prefix, uploads_url);
}

/// The rest of a tag. No value begins like an attribute, since quotes in values are written as references.
fn push_attributes(out: &mut String, attributes: &str, id_prefix: &str, uploads_url: &str) {
    let mut rest = attributes;
    while let Some(quote) = rest.find("=\"") {
        let name = rest[..quote].rsplit(' ').next().unwrap_or_default();
        let (before, value) = rest.split_at(quote + 2);
        out.push_str(before);
        rest = value;
        match name {
            "id" => out.push_str(id_prefix),
            "href" | "src" => {
                if let Some(path) = value.strip_prefix("upload:") {
                    out.push_str(uploads_url);
                    rest = path;
                } else if let Some(place) = value.strip_prefix('#').filter(|place| !place.starts_with('"')) {
                    out.push('#');
                    out.push_str(id_prefix);
                    rest = place;
                }
            }
            _ => {}
        }
        let end = rest.find('"').map_or(rest.len(), |end| end + 1);
        push_words(out, &rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
}
