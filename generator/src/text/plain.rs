//! The words of a text without its form, for descriptions, feeds, lists and the search.

use crate::model::{Text, TextFormat};

use super::{excerpt, markdown, printable};

/// Plain text of a text in either format, for descriptions and feeds.
pub fn plain(text: &Text, chars_max: usize) -> String {
    let words = match text.format {
        TextFormat::Markdown => markdown::plain(&text.source, chars_max),
        TextFormat::Html => without_tags(&text.source, chars_max),
    };
    excerpt(&words, chars_max)
}

/// The words of clean HTML; entities are those that the sanitiser writes.
fn without_tags(html: &str, chars_min: usize) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        if !is_within_line(&rest[at + 1..]) {
            words.push(' ');
        }
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
        if words.len() > chars_min * 2 {
            break;
        }
    }
    if words.len() <= chars_min * 2 {
        words.push_str(rest);
    }
    printable(&words)
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Elements that part no words.
const WITHIN_LINE: [&str; 16] =
    ["a", "abbr", "b", "code", "del", "em", "font", "i", "ins", "s", "small", "span", "strong", "sub", "sup", "u"];

/// Whether a tag, read from behind its `<`, is of an element that parts no words.
fn is_within_line(tag: &str) -> bool {
    let name = tag.strip_prefix('/').unwrap_or(tag);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    WITHIN_LINE.contains(&&name[..end])
}

#[cfg(test)]
mod tests {
    use super::without_tags;

    #[test]
    fn only_what_parts_words_is_a_space() {
        assert_eq!(
            without_tags("<p>Drak <em>mlčel</em>, a <a href=\"/x/\">spal</a>.</p><p>Pak ne.</p>", 100),
            " Drak mlčel, a spal.  Pak ne. "
        );
        assert_eq!(without_tags("jedna<br>dvě<b>k</b>rát &lt;i&gt;", 100), "jedna dvěkrát <i>");
    }
}
