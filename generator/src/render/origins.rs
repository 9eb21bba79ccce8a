//! Where templates came from, so that a fault in one is said with the file that somebody can open.

use std::collections::BTreeMap;

use crate::files::Files;

use super::Error;

/// The file of each template, by its name.
#[derive(Clone, Debug)]
pub(super) struct Origins(BTreeMap<String, String>);

impl Origins {
    pub(super) fn of(templates: &Files) -> Origins {
        let origin = |(name, file): (&String, &crate::files::File)| (name.clone(), file.origin.display().to_string());
        Origins(templates.iter().map(origin).collect())
    }

    /// `templates/creation.html:12: undefined value: …`, with what caused it.
    pub(super) fn explain(&self, error: &minijinja::Error) -> Error {
        let mut text = String::new();
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(cause) = next {
            if !text.is_empty() {
                text.push_str(": ");
            }
            match cause.downcast_ref::<minijinja::Error>() {
                Some(error) => {
                    if let Some(name) = error.name() {
                        let file = self.0.get(name).map_or(name, String::as_str);
                        text.push_str(&format!("{file}:{}: ", error.line().unwrap_or(1)));
                    }
                    text.push_str(&error.kind().to_string());
                    if let Some(detail) = error.detail() {
                        text.push_str(&format!(": {detail}"));
                    }
                }
                None => text.push_str(&cause.to_string()),
            }
            next = cause.source();
        }
        Error(text)
    }
}
