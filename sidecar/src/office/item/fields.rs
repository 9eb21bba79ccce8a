//! A thing as named texts: what a form shows, what the history keeps, what is compared.

use std::collections::BTreeMap;

use generator::model::TextFormat;
use serde::Serialize;

use crate::refusal::Refusal;
use crate::works::typed::TEXT_CHARS_MAX;

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// A line.
    Line,
    /// A few lines of plain text.
    Plain,
    /// A text in the thing's format.
    Text,
}

/// A text with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name in forms and in the history.
    pub name: String,
    /// What people see.
    pub label: String,
    /// How it is written.
    pub input: Input,
    /// Whether it must not be empty.
    pub is_required: bool,
    /// The most characters of what is new: an imported text may be longer.
    pub chars_max: usize,
    /// The text.
    pub value: String,
}

/// The longest line or synopsis.
pub const LINE_CHARS_MAX: usize = 2_000;

impl Field {
    /// A field that may be empty.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input, value: impl Into<String>) -> Field {
        let chars_max = if input == Input::Text { TEXT_CHARS_MAX } else { LINE_CHARS_MAX };
        let (name, label, value) = (name.into(), label.into(), value.into());
        Field { name, label, input, is_required: false, chars_max, value }
    }

    /// The same, which must not be empty.
    pub fn required(self) -> Field {
        Field { is_required: true, ..self }
    }
}

/// Puts what was sent in place of the values. Line breaks are ours, and no control character gets through. Lengths count where
/// something was changed.
///
/// # Errors
/// The first field that cannot be so.
pub fn fill(fields: &mut [Field], sent: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let mut changed = Vec::new();
    for field in fields.iter_mut() {
        let Some(value) = sent.get(&field.name) else { continue };
        let value = tidy(field.input, value);
        if value != tidy(field.input, &field.value) {
            changed.push(field.name.clone());
        }
        field.value = value;
    }
    for field in fields.iter() {
        if field.is_required && field.value.trim().is_empty() {
            return Err(Refusal::new("office-empty").with("field", &field.label));
        }
        if changed.contains(&field.name) && field.value.chars().count() > field.chars_max {
            return Err(Refusal::new("office-long").with("field", &field.label).with("chars", field.chars_max));
        }
    }
    Ok(())
}

/// The fields as they are now, but for those that were typed into a form that was made of others. Where both differ from what
/// the form was made of, what was typed stands.
pub fn merged(now: &[Field], made: &[Field], typed: Vec<Field>) -> Vec<Field> {
    let value = |fields: &[Field], name: &str| {
        fields.iter().find(|field| field.name == name).map(|field| field.value.clone()).unwrap_or_default()
    };
    let merge = |field: Field| match field.value == value(made, &field.name) {
        true => Field { value: value(now, &field.name), ..field },
        false => field,
    };
    typed.into_iter().map(merge).collect()
}

/// As forms send it back.
fn tidy(input: Input, value: &str) -> String {
    let value = generator::text::printable(&value.replace("\r\n", "\n")).into_owned();
    match input {
        Input::Line => value.replace('\n', " ").trim().to_owned(),
        Input::Plain | Input::Text => value.trim_end().to_owned(),
    }
}

/// The values by name, with the format: what is kept and compared.
pub fn values(fields: &[Field], format: TextFormat) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> =
        fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect();
    values.insert("format".to_owned(), format_word(format).to_owned());
    values
}

/// The word of a format in the history.
pub fn format_word(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Markdown => "markdown",
        TextFormat::Html => "html",
    }
}

/// Some hexadecimal digits that stand for these texts and no others.
pub fn digest(texts: &impl Serialize) -> String {
    use sha2::{Digest, Sha256};
    let text = serde_json::to_string(texts).expect("texts are JSON");
    Sha256::digest(text.as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Field, Input, digest, fill, merged, values};
    use crate::refusal::Refusal;
    use generator::model::TextFormat;

    #[test]
    fn what_is_sent_takes_the_place_of_what_was_there() {
        let mut fields = vec![
            Field::new("title", "Title", Input::Line, "Old").required(),
            Field::new("body", "Text", Input::Text, "old"),
        ];
        let before = digest(&values(&fields, TextFormat::Markdown));
        let sent = |title: &str, body: &str| {
            [("title".to_owned(), title.to_owned()), ("body".to_owned(), body.to_owned())].into()
        };
        assert_eq!(fill(&mut fields, &sent(" New\r\none\u{0}", "a\r\nb \n")), Ok(()));
        assert_eq!((fields[0].value.as_str(), fields[1].value.as_str()), ("New one", "a\nb"));
        assert_ne!(digest(&values(&fields, TextFormat::Markdown)), before);
        let empty = Refusal::new("office-empty").with("field", "Title");
        assert_eq!(fill(&mut fields, &sent(" \n ", "x")), Err(empty));
        let long = Refusal::new("office-long").with("field", "Title").with("chars", 2_000);
        assert_eq!(fill(&mut fields, &sent(&"ř".repeat(2_001), "x")), Err(long));

        let imported = "ř\r\n".repeat(200_000);
        fields[1].value = imported.clone();
        assert_eq!(fill(&mut fields, &sent("Newer", &imported)), Ok(()), "it was so long before");
        assert_eq!(fields[0].value, "Newer");
        let long = Refusal::new("office-long").with("field", "Text").with("chars", 300_000);
        assert_eq!(fill(&mut fields, &sent("Newer", &format!("{imported}x"))), Err(long));
    }

    #[test]
    fn what_was_typed_goes_before_what_is_new_and_what_was_not_is_as_it_is_now() {
        let fields = |title: &str, body: &str| {
            vec![Field::new("title", "Název", Input::Line, title), Field::new("body", "Text", Input::Text, body)]
        };
        let made = fields("Drak", "Spal.");
        for (now, typed, expected) in [
            (("Drak", "Spal."), ("Drak", "Spal."), ("Drak", "Spal.")),
            (("Drak", "Spal."), ("Drak", "Vzbudil se."), ("Drak", "Vzbudil se.")),
            (("Saň", "Spal."), ("Drak", "Vzbudil se."), ("Saň", "Vzbudil se.")),
            (("Drak", "Bděl."), ("Drak", "Vzbudil se."), ("Drak", "Vzbudil se.")),
            (("Saň", "Bděl."), ("Drak", "Spal."), ("Saň", "Bděl.")),
        ] {
            let merged = merged(&fields(now.0, now.1), &made, fields(typed.0, typed.1));
            assert_eq!(merged, fields(expected.0, expected.1), "{now:?} {typed:?}");
        }
    }
}
