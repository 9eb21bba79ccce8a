//! A creation's attributes as its kind declares them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::{Summary, Text, TextFormat};
use crate::site::kind::{AttributeKind, AttributeType, Kind, UNKNOWN};

use super::parts::{Html, Image};
use super::{Context, Fault};

/// A file that a creation consists of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct File {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) size: Option<String>,
}

/// An attribute with its value.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Attribute {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) html: Option<Html>,
    pub(crate) unit: Option<String>,
    pub(crate) note: Option<String>,
}

/// All that a creation's attributes give.
#[derive(Default)]
pub(crate) struct Attributes {
    /// Short ones, in the kind's order.
    pub(crate) facts: Vec<Attribute>,
    /// Long ones.
    pub(crate) passages: Vec<Attribute>,
    /// The picture that it is.
    pub(crate) image: Option<Image>,
    /// That picture's small form.
    pub(crate) thumbnail: Option<Image>,
    /// The file that it is.
    pub(crate) file: Option<File>,
}

impl Attributes {
    /// The short ones by key, for lists.
    pub(crate) fn by_key(self) -> BTreeMap<String, Attribute> {
        self.facts.into_iter().map(|fact| (fact.key.clone(), fact)).collect()
    }
}

/// Reads a creation's attributes.
///
/// # Errors
/// JSON that is none, a required key that is missing, a value of the wrong type.
pub(crate) fn read(
    cx: &Context<'_>,
    summary: &Summary,
    kind: &Kind,
    format: TextFormat,
    title: &str,
) -> Result<Attributes, Fault> {
    let fault = |what: String| Fault(format!("creation {} in section {}: {what}", summary.number, summary.section));
    let mut attributes = Attributes::default();
    for (declared, value) in values(kind, &summary.attributes).map_err(fault)? {
        attributes.put(cx, declared, value, format, title);
    }
    Ok(attributes)
}

/// The values that are there, in the kind's order.
fn values<'k>(kind: &'k Kind, attributes: &str) -> Result<Vec<(&'k AttributeKind, String)>, String> {
    let there = typed_values(kind, attributes)?;
    let is_there = |declared: &AttributeKind| there.iter().any(|(known, _)| known.key == declared.key);
    match kind.attributes.iter().find(|declared| declared.required && !is_there(declared)) {
        Some(missing) => Err(format!("attribute `{}` is required by its kind and missing", missing.key)),
        None => Ok(there),
    }
}

/// The values that are there, whether they are all or not.
fn typed_values<'k>(kind: &'k Kind, attributes: &str) -> Result<Vec<(&'k AttributeKind, String)>, String> {
    let values: Map<String, Value> =
        serde_json::from_str(attributes).map_err(|error| format!("its attributes are no JSON object: {error}"))?;
    let mut there = Vec::with_capacity(kind.attributes.len());
    for declared in &kind.attributes {
        let value = match values.get(&declared.key) {
            None | Some(Value::Null) => None,
            Some(value) => Some(shown(declared, value)?).filter(|value| !value.trim().is_empty()),
        };
        there.extend(value.map(|value| (declared, value)));
    }
    Ok(there)
}

/// Whether a page can be made of these attributes.
///
/// # Errors
/// As [`read`].
pub(super) fn check(kind: &Kind, attributes: &str) -> Result<(), String> {
    values(kind, attributes).map(drop)
}

/// Whether the values are of the right types.
///
/// # Errors
/// JSON that is none, a value of the wrong type.
pub(super) fn check_types(kind: &Kind, attributes: &str) -> Result<(), String> {
    typed_values(kind, attributes).map(drop)
}

impl Attributes {
    fn put(&mut self, cx: &Context<'_>, declared: &AttributeKind, value: String, format: TextFormat, title: &str) {
        match declared.r#type {
            // A file that nobody knows is none; a dash would be the address of one.
            AttributeType::Image | AttributeType::Thumbnail | AttributeType::File if value == UNKNOWN => {}
            AttributeType::Image => self.image = Some(cx.image(&value, title)),
            AttributeType::Thumbnail => self.thumbnail = Some(cx.image(&value, title)),
            AttributeType::File => self.file = Some(file(cx, &value)),
            AttributeType::Note => self.note(declared, value),
            AttributeType::Markup => {
                let text = Text { source: value, format };
                let html = cx.html(&text, 2, &format!("{}-", declared.key));
                self.passages.push(attribute(declared, String::new(), Some(html)));
            }
            AttributeType::Text | AttributeType::Integer => {
                let unit = declared.unit.as_ref().map(|unit| unit.for_value(&value, &cx.site.locale).to_owned());
                self.facts.push(Attribute { unit, ..attribute(declared, value, None) });
            }
            AttributeType::Bytes => {
                let size = value.parse().map_or(value, |bytes| size(cx, bytes));
                self.facts.push(attribute(declared, size, None));
            }
        }
    }

    /// A note joins the attribute it explains, or is its unit: „3" with a note „směny" are no three rounds. Where the
    /// attribute has no value, the note stands for it.
    fn note(&mut self, declared: &AttributeKind, note: String) {
        let of = declared.of.as_deref().unwrap_or_default();
        match self.facts.iter_mut().find(|fact| fact.key == of) {
            Some(fact) if is_unit(declared, &note) => fact.unit = Some(note),
            Some(fact) => fact.note = Some(note),
            None => self.facts.push(attribute(declared, note, None)),
        }
    }
}

/// Whether a note begins with one of its units.
fn is_unit(declared: &AttributeKind, note: &str) -> bool {
    let first = note.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    declared.units.contains(&first)
}

fn attribute(declared: &AttributeKind, value: String, html: Option<Html>) -> Attribute {
    Attribute { key: declared.key.clone(), label: declared.label.clone(), value, html, unit: None, note: None }
}

/// The value as text.
fn shown(declared: &AttributeKind, value: &Value) -> Result<String, String> {
    let wrong = || {
        let wanted = declared.r#type.word();
        Err(format!("attribute `{}` is {value}, which is not of type `{wanted}`", declared.key))
    };
    match (declared.r#type, value) {
        (AttributeType::Integer | AttributeType::Bytes, Value::Number(number)) if number.is_i64() => {
            Ok(number.to_string())
        }
        (AttributeType::Integer | AttributeType::Bytes, _) => wrong(),
        (_, Value::String(text)) => Ok(crate::text::printable(text).into_owned()),
        (AttributeType::Text, Value::Number(number)) => Ok(number.to_string()),
        _ => wrong(),
    }
}

/// An uploaded file.
fn file(cx: &Context<'_>, path: &str) -> File {
    let upload = cx.rows.uploads.get(path);
    File {
        url: cx.site.upload_url(path),
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        size: upload.map(|upload| size(cx, upload.size_bytes)),
    }
}

/// A size for people: bytes, kB or MB of a thousand, one decimal at most.
fn size(cx: &Context<'_>, bytes: i64) -> String {
    let tenths = |unit: i64| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        let separator = cx.t("decimal-separator", &[]);
        match tenths % 10 {
            0 => (tenths / 10).to_string(),
            tenth => format!("{}{separator}{tenth}", tenths / 10),
        }
    };
    match bytes {
        ..1_000 => cx.t("size-bytes", &[("size", &bytes.to_string())]),
        1_000..1_000_000 => cx.t("size-kilobytes", &[("size", &tenths(1_000))]),
        _ => cx.t("size-megabytes", &[("size", &tenths(1_000_000))]),
    }
}
