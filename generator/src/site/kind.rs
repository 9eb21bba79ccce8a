//! content/kinds/: what a kind of creations consists of. Forms and pages are made from it, so that a
//! new kind needs no code.

use std::collections::{BTreeMap, BTreeSet};

use intl_pluralrules::PluralCategory;
use serde::Deserialize;

use super::locale::Locale;
use super::{Error, named, parse_toml};
use crate::files::Files;
use crate::text::markdown::pictures;

/// Stands for a value that a kind requires and that nobody knows any more, as it may be with imported works.
pub const UNKNOWN: &str = "–";

/// A kind of creations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// What one of them is called.
    pub name: String,
    /// Whether members vote on it.
    pub rated: bool,
    /// The page template, under templates/.
    #[serde(default = "default_template")]
    pub template: String,
    /// The heading over the body; without one the body stands alone.
    #[serde(default)]
    pub body: Option<String>,
    /// What it consists of, in the order shown.
    #[serde(default, rename = "attribute")]
    pub attributes: Vec<AttributeKind>,
}

/// The template of a kind that names none.
pub const TEMPLATE_DEFAULT: &str = "creation.html";

fn default_template() -> String {
    TEMPLATE_DEFAULT.to_owned()
}

/// One attribute of a kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeKind {
    /// Its key in the JSON of a creation.
    pub key: String,
    /// What readers see.
    pub label: String,
    /// What its value is.
    pub r#type: AttributeType,
    /// Stands behind the value.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Whether a creation without it is faulty.
    #[serde(default)]
    pub required: bool,
    /// For a note: the attribute that it explains.
    #[serde(default)]
    pub of: Option<String>,
    /// For a note: first words, in small letters, with which it is the attribute's unit itself.
    #[serde(default)]
    pub units: Vec<String>,
}

/// The word behind a value: always the same, or in the forms that the site's language has for numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Unit {
    /// An abbreviation or sign.
    Fixed(String),
    /// A word in the plural categories of CLDR; a category without a form takes `other`.
    Forms {
        /// 1 in Czech and English.
        #[serde(default)]
        one: Option<String>,
        /// 2 to 4 in Czech.
        #[serde(default)]
        few: Option<String>,
        /// Fractions in Czech.
        #[serde(default)]
        many: Option<String>,
        /// All the rest.
        other: String,
    },
}

impl Unit {
    /// The form for a value; one that is no whole number takes the most general form.
    pub fn for_value(&self, value: &str, locale: &Locale) -> &str {
        match self {
            Unit::Fixed(unit) => unit,
            Unit::Forms { one, few, many, other } => {
                let form = match value.parse().map(|number: i64| locale.plural_category(number)) {
                    Ok(PluralCategory::ONE) => one,
                    Ok(PluralCategory::FEW) => few,
                    Ok(PluralCategory::MANY) => many,
                    _ => &None,
                };
                form.as_ref().unwrap_or(other)
            }
        }
    }
}

/// What an attribute's value is and how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttributeType {
    /// A line of text.
    Text,
    /// A whole number.
    Integer,
    /// A size in bytes, shown in kB or MB.
    Bytes,
    /// A long text in the creation's own format, with a heading of its own.
    Markup,
    /// Words behind the value of another attribute.
    Note,
    /// Path of an uploaded picture: the creation itself.
    Image,
    /// Path of an uploaded picture: its small form for lists.
    Thumbnail,
    /// Path of an uploaded file: the creation itself.
    File,
}

impl AttributeType {
    /// The word in TOML.
    pub fn word(self) -> &'static str {
        match self {
            AttributeType::Text => "text",
            AttributeType::Integer => "integer",
            AttributeType::Bytes => "bytes",
            AttributeType::Markup => "markup",
            AttributeType::Note => "note",
            AttributeType::Image => "image",
            AttributeType::Thumbnail => "thumbnail",
            AttributeType::File => "file",
        }
    }
}

impl Kind {
    /// The first attribute of a type.
    pub fn first(&self, wanted: AttributeType) -> Option<&AttributeKind> {
        self.attributes.iter().find(|attribute| attribute.r#type == wanted)
    }

    /// Paths under the uploads of the files that a creation of these attributes consists of and of the pictures in its
    /// long ones. JSON that is none names nothing.
    pub fn upload_paths(&self, attributes: &str, uploads_url: &str) -> Vec<String> {
        let is_file = |r#type| matches!(r#type, AttributeType::Image | AttributeType::Thumbnail | AttributeType::File);
        let is_any_file = self.attributes.iter().any(|attribute| is_file(attribute.r#type));
        if !is_any_file && !attributes.contains("![") {
            return Vec::new();
        }
        let Ok(values) = serde_json::from_str::<serde_json::Value>(attributes) else { return Vec::new() };
        let mut paths = Vec::new();
        for attribute in &self.attributes {
            let Some(value) = values.get(&attribute.key).and_then(|value| value.as_str()) else { continue };
            match attribute.r#type {
                AttributeType::Markup => paths.extend(pictures(value, uploads_url)),
                r#type if is_file(r#type) => paths.push(value.to_owned()),
                _ => {}
            }
        }
        paths
    }
}

/// All kinds by key.
pub(super) fn load(content: &Files) -> Result<BTreeMap<String, Kind>, Error> {
    let mut kinds = BTreeMap::new();
    for (key, file) in named(content, "kinds", ".toml") {
        let kind: Kind = parse_toml(file)?;
        check(&kind).map_err(|fault| Error::Invalid { path: file.origin.clone(), fault })?;
        kinds.insert(key.to_owned(), kind);
    }
    Ok(kinds)
}

fn check(kind: &Kind) -> Result<(), String> {
    let mut keys = BTreeSet::new();
    for attribute in &kind.attributes {
        let key = &attribute.key;
        if !keys.insert(key) {
            return Err(format!("attribute `{key}` is declared twice"));
        }
        let is_note = attribute.r#type == AttributeType::Note;
        match &attribute.of {
            Some(of) if is_note && !kind.attributes.iter().any(|other| other.key == *of) => {
                return Err(format!("attribute `{key}`: `of` names `{of}`, which is not declared"));
            }
            None if is_note => return Err(format!("attribute `{key}`: a note needs `of`, the key that it explains")),
            Some(_) if !is_note => return Err(format!("attribute `{key}`: only a note has `of`")),
            None if !attribute.units.is_empty() => {
                return Err(format!("attribute `{key}`: only a note has `units`"));
            }
            _ => {}
        }
    }
    Ok(())
}
