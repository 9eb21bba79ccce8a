//! Errors of the log for Sentry; what goes out of them and what does not is [`generator::reporting`]'s.

use generator::reporting;

use crate::logging::Fields;

/// Reports an error of the log.
pub fn error(fields: &Fields) {
    let mut message = fields.message.clone();
    if let Some(path) = fields.path.as_deref().filter(|path| path.len() > 1) {
        message = message.replace(path, fields.route.as_deref().unwrap_or("[path]"));
    }
    let tags = [("route", &fields.route), ("page", &fields.page)];
    let tags: Vec<(&str, &str)> = tags.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
    reporting::error(message, &tags);
}
