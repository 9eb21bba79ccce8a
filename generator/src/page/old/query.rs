//! The query of an address, decoded.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Keys and values in the order given.
pub(super) struct Query<'a>(Vec<(Cow<'a, str>, String)>);

impl<'a> Query<'a> {
    /// Reads what stands behind the question mark. Bytes that are no text become replacement characters.
    pub(super) fn parse(query: &'a str) -> Query<'a> {
        let pair = |pair: &'a str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            // Links that were escaped twice have spread: `?rub=x&amp;id=1`.
            let key = key.strip_prefix("amp;").unwrap_or(key);
            (percent_decode_str(key).decode_utf8_lossy(), value_of(value))
        };
        Query(query.split('&').map(pair).collect())
    }

    /// The value of a key, the last one where there are several, as Graveyard took it.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

fn value_of(value: &str) -> String {
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
}
