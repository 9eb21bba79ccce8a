//! XML read into a small tree, as strictly as its specification says. Feeds and sitemaps are short.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// An element with its children.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// As written, prefix included.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    /// The text that it holds by itself.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name, where it is not empty.
    pub(super) fn child_text<'a>(&'a self, name: &str) -> Option<&'a str> {
        let of_name = self.children.iter().filter(|child| child.name == name);
        of_name.map(|child| child.text.trim()).find(|text| !text.is_empty())
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Calls `each` with the element and everything below it.
    pub(super) fn walk(&self, each: &mut dyn FnMut(&Element)) {
        each(self);
        self.children.iter().for_each(|child| child.walk(each));
    }
}

/// Elements within elements beyond which no feed goes; it bounds the recursion of [`Element::walk`].
const DEPTH_MAX: usize = 64;

/// Reads a document into its root element.
///
/// # Errors
/// What makes it no XML, with its place.
pub(super) fn parse(body: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let forbidden =
        |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        return Err("a control character is in it".to_owned());
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let at = reader.buffer_position();
        let failed = |what: String| format!("byte {at}: {what}");
        let event = reader.read_event().map_err(|error| failed(error.to_string()))?;
        match event {
            Event::Start(start) => {
                if open.len() >= DEPTH_MAX {
                    return Err(failed("elements within elements without end".to_owned()));
                }
                open.push(element(&start).map_err(failed)?);
            }
            Event::Empty(start) => {
                close(element(&start).map_err(failed)?, &mut open, &mut root).map_err(failed)?;
            }
            Event::End(_) => {
                if let Some(done) = open.pop() {
                    close(done, &mut open, &mut root).map_err(failed)?;
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| failed(error.to_string()))?;
                add_text(&text, &mut open).map_err(failed)?;
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|error| failed(error.to_string()))?;
                add_text(&text, &mut open).map_err(failed)?;
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| failed(error.to_string()))?;
                let text = quick_xml::escape::unescape(&format!("&{name};")).map(std::borrow::Cow::into_owned);
                add_text(&text.map_err(|error| failed(error.to_string()))?, &mut open).map_err(failed)?;
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match (open.last(), root) {
        (Some(unclosed), _) => Err(format!("{} is not closed", unclosed.name)),
        (None, Some(root)) => Ok(root),
        (None, None) => Err("it holds no element".to_owned()),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut element = Element { name: text(start.name().as_ref()), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((text(attribute.key.as_ref()), value.into_owned()));
    }
    Ok(element)
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if root.is_some() => return Err(format!("a second root element, {}", done.name)),
        None => *root = Some(done),
    }
    Ok(())
}

fn add_text(text: &str, open: &mut [Element]) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err("text outside of the root element".to_owned()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn it_is_as_strict_as_the_specification() {
        let root = parse(b"<?xml version=\"1.0\"?><a x=\"1 &amp; 2\">b &lt; c<d/><![CDATA[<e>]]>&#33;</a>\n");
        let root = root.expect("it is well-formed");
        assert_eq!((root.text.as_str(), root.attribute("x"), root.children.len()), ("b < c<e>!", Some("1 & 2"), 1));
        for broken in [
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a x=1/>",
            "<a x=\"1\" x=\"2\"/>",
            "<a>&nbsp;</a>",
            "<a>b & c</a>",
            "<a/>text",
            "",
            "<a>\u{1}</a>",
            "<a><!-- -- --></a>",
        ] {
            assert!(parse(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
