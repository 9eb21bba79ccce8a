//! What somebody has typed of a work, and whether it can be kept and submitted. Pure.

use std::collections::BTreeMap;

use generator::db::submissions::Own;
use generator::model::CreationText;
use generator::site::kind::{AttributeKind, AttributeType, Kind};
use generator::text::markdown::safe_url;
use generator::text::printable;
use serde_json::{Map, Value};

use crate::form::sent::Sent;
use crate::uploads::FileRefusal;

/// The longest title.
pub const TITLE_CHARS_MAX: usize = 120;
/// The longest synopsis: a few sentences.
pub const SYNOPSIS_CHARS_MAX: usize = 1_000;
/// The longest text: a short novel.
pub const TEXT_CHARS_MAX: usize = 300_000;
/// The longest line of an attribute.
pub const LINE_CHARS_MAX: usize = 300;
/// The longest of the long attributes.
pub const PASSAGE_CHARS_MAX: usize = 20_000;

/// What stands in the fields of a work's form.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub synopsis: String,
    /// A genre's name, or nothing.
    pub genre: String,
    /// The text.
    pub text: String,
    /// Where it was taken from.
    pub source_name: String,
    /// Address of that source.
    pub source_url: String,
    /// What stands in the fields of its attributes, by key.
    pub attributes: BTreeMap<String, String>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's id in the form.
    pub field: String,
    /// What.
    pub what: What,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing stands there.
    Missing,
    /// More than so many characters.
    TooLong(usize),
    /// No whole number.
    NoNumber,
    /// No address of the web.
    NoAddress,
    /// A file that is not kept.
    Refused(FileRefusal),
}

/// The id and name of an attribute's field.
pub fn field(key: &str) -> String {
    format!("a_{key}")
}

/// Whether people fill an attribute in. The small form of a picture and the size of a file are made of the files.
pub fn is_typed(kind: &Kind, attribute: &AttributeKind) -> bool {
    match attribute.r#type {
        AttributeType::Thumbnail => false,
        AttributeType::Bytes => kind.first(AttributeType::File).is_none(),
        _ => true,
    }
}

/// Whether an attribute is a file that is chosen.
pub fn is_file(attribute: &AttributeKind) -> bool {
    matches!(attribute.r#type, AttributeType::Image | AttributeType::File)
}

impl Typed {
    /// What a form has sent.
    pub fn sent(kind: &Kind, sent: &Sent) -> Typed {
        let text = |name: &str| printable(&sent.text(name).replace("\r\n", "\n")).trim_end().to_owned();
        let line = |name: &str| text(name).replace('\n', " ").trim().to_owned();
        let attribute = |attribute: &AttributeKind| {
            let field = field(&attribute.key);
            let value = if attribute.r#type == AttributeType::Markup { text(&field) } else { line(&field) };
            (attribute.key.clone(), value)
        };
        let typed = kind.attributes.iter().filter(|attribute| is_typed(kind, attribute) && !is_file(attribute));
        Typed {
            title: line("title"),
            synopsis: text("synopsis"),
            genre: line("genre"),
            text: text("text"),
            source_name: line("source_name"),
            source_url: line("source_url"),
            attributes: typed.map(attribute).collect(),
        }
    }

    /// A work as it is kept.
    pub fn kept(own: &Own, text: &CreationText) -> Typed {
        Typed {
            title: own.title.clone(),
            synopsis: own.synopsis.clone(),
            genre: own.genre.clone(),
            text: text.body.source.clone(),
            source_name: text.source_name.clone(),
            source_url: text.source_url.clone(),
            attributes: texts(&own.attributes),
        }
    }

    /// What is longer than it may be: such a form is not kept, since nobody wants half of a text.
    pub fn too_long(&self, kind: &Kind) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut bound = |field: &str, text: &str, chars_max: usize| {
            if text.chars().count() > chars_max {
                faults.push(FieldFault { field: field.to_owned(), what: What::TooLong(chars_max) });
            }
        };
        bound("title", &self.title, TITLE_CHARS_MAX);
        bound("synopsis", &self.synopsis, SYNOPSIS_CHARS_MAX);
        bound("text", &self.text, TEXT_CHARS_MAX);
        bound("source_name", &self.source_name, LINE_CHARS_MAX);
        bound("source_url", &self.source_url, LINE_CHARS_MAX);
        for attribute in &kind.attributes {
            let text = self.attributes.get(&attribute.key).map_or("", String::as_str);
            bound(&field(&attribute.key), text, chars_max(attribute));
        }
        faults
    }

    /// The attributes as they are kept, `files` those of them that are made of files; and what of them cannot be kept.
    pub fn attributes(&self, kind: &Kind, files: &Map<String, Value>) -> (String, Vec<FieldFault>) {
        let mut faults = Vec::new();
        let mut kept = Map::new();
        for attribute in &kind.attributes {
            if !is_typed(kind, attribute) || is_file(attribute) {
                if let Some(value) = files.get(&attribute.key) {
                    kept.insert(attribute.key.clone(), value.clone());
                }
                continue;
            }
            let typed = self.attributes.get(&attribute.key).map_or("", String::as_str);
            if typed.trim().is_empty() {
                continue;
            }
            match attribute.r#type {
                AttributeType::Integer | AttributeType::Bytes => match number(typed) {
                    Some(number) => drop(kept.insert(attribute.key.clone(), number.into())),
                    None => faults.push(FieldFault { field: field(&attribute.key), what: What::NoNumber }),
                },
                _ => drop(kept.insert(attribute.key.clone(), typed.into())),
            }
        }
        if !self.source_url.is_empty() && !is_web_address(&self.source_url) {
            faults.push(FieldFault { field: "source_url".to_owned(), what: What::NoAddress });
        }
        (Value::Object(kept).to_string(), faults)
    }

    /// What is missing before editors can read it; `attributes` are those that are kept.
    pub fn missing(&self, kind: &Kind, attributes: &str) -> Vec<FieldFault> {
        let kept = values(attributes);
        let is_there = |key: &str| match kept.get(key) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Number(_)) => true,
            _ => false,
        };
        let missing = |field: String| FieldFault { field, what: What::Missing };
        let mut faults = Vec::new();
        if self.title.is_empty() {
            faults.push(missing("title".to_owned()));
        }
        let required = kind.attributes.iter().filter(|it| it.required && is_typed(kind, it) && !is_there(&it.key));
        faults.extend(required.map(|it| missing(field(&it.key))));
        if self.text.trim().is_empty() && !kind.attributes.iter().any(is_file) {
            faults.push(missing("text".to_owned()));
        }
        faults
    }
}

/// The longest text of an attribute.
pub fn chars_max(attribute: &AttributeKind) -> usize {
    if attribute.r#type == AttributeType::Markup { PASSAGE_CHARS_MAX } else { LINE_CHARS_MAX }
}

/// Attributes as values; none where they are no object.
pub fn values(attributes: &str) -> Map<String, Value> {
    serde_json::from_str(attributes).unwrap_or_default()
}

/// Attributes as their fields show them.
pub fn texts(attributes: &str) -> BTreeMap<String, String> {
    let texts = values(attributes).into_iter().filter_map(|(key, value)| match value {
        Value::String(text) => Some((key, text)),
        Value::Number(number) => Some((key, number.to_string())),
        _ => None,
    });
    texts.collect()
}

/// A whole number as people write it, thousands apart.
fn number(typed: &str) -> Option<i64> {
    let digits: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    digits.strip_prefix('+').unwrap_or(&digits).parse().ok()
}

fn is_web_address(url: &str) -> bool {
    safe_url(url).is_some_and(|url| url.starts_with("https://") || url.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use generator::site::kind::Kind;
    use serde_json::Map;

    use super::{FieldFault, Typed, What};

    fn kind() -> Kind {
        serde_json::from_value(serde_json::json!({
            "name": "Předmět",
            "rated": true,
            "attribute": [
                { "key": "weight", "label": "Váha", "type": "integer", "required": true },
                { "key": "origin", "label": "Původ", "type": "text" },
                { "key": "file", "label": "Soubor", "type": "file" },
                { "key": "size", "label": "Velikost", "type": "bytes" },
            ],
        }))
        .expect("a kind")
    }

    fn typed(weight: &str) -> Typed {
        let attributes = [("weight".to_owned(), weight.to_owned()), ("origin".to_owned(), " ".to_owned())];
        Typed { title: "Kladivo".to_owned(), attributes: attributes.into(), ..Typed::default() }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (weight, kept) in
            [("12", r#"{"weight":12}"#), (" 12 000 ", r#"{"weight":12000}"#), ("+3", r#"{"weight":3}"#)]
        {
            assert_eq!(typed(weight).attributes(&kind(), &Map::new()), (kept.to_owned(), Vec::new()), "{weight}");
        }
        for weight in ["dvanáct", "1.5", "99999999999999999999"] {
            let fault = FieldFault { field: "a_weight".to_owned(), what: What::NoNumber };
            assert_eq!(typed(weight).attributes(&kind(), &Map::new()), ("{}".to_owned(), vec![fault]), "{weight}");
        }
    }

    #[test]
    fn what_files_say_is_not_typed() {
        let mut forged = typed("1");
        forged.attributes.insert("file".to_owned(), "u/00/somebody-elses.zip".to_owned());
        forged.attributes.insert("size".to_owned(), "1".to_owned());
        assert_eq!(forged.attributes(&kind(), &Map::new()).0, r#"{"weight":1}"#);
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = |typed: &Typed, attributes: &str| {
            typed.missing(&kind(), attributes).into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(missing(&Typed::default(), "{}"), ["title", "a_weight"]);
        assert_eq!(missing(&typed("1"), r#"{"weight":1}"#), Vec::<String>::new());
    }
}
