//! A row of the source: its values as text, and what they mean.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::tables::Table;

/// A row as it was read.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its table.
    pub table: &'static Table,
    values: Vec<Option<String>>,
    /// What names it in its table: a number, or several parts joined by slashes.
    pub key: String,
}

/// Bytes of a digest: enough that two values never agree by chance.
pub const DIGEST_BYTES: usize = 16;

impl Row {
    /// A row with a value for each column of the table and of the one that is joined.
    pub fn new(table: &'static Table, values: Vec<Option<String>>) -> Row {
        let mut row = Row { table, values, key: String::new() };
        let parts: Vec<&str> = table.key.iter().map(|column| row.raw(column).unwrap_or_default()).collect();
        row.key = parts.join("/");
        row
    }

    /// A row under another key: what was made of several.
    pub fn with_key(table: &'static Table, key: String, values: Vec<Option<String>>) -> Row {
        Row { table, values, key }
    }

    /// How many bytes its values have.
    pub fn bytes(&self) -> usize {
        self.values.iter().flatten().map(String::len).sum()
    }

    /// A digest over all values but those that are secret: a fast digest of a password's would be a weak copy of it.
    pub fn digest(&self) -> Vec<u8> {
        let joined = self.table.joined.map_or(&[][..], |joined| joined.columns);
        let mut names = self.table.columns.iter().chain(joined);
        let mut hasher = blake3::Hasher::new();
        for value in &self.values {
            match value {
                _ if names.next().is_some_and(|name| self.table.secret.contains(name)) => continue,
                None => hasher.update(&[0]),
                Some(text) => hasher.update(&(text.len() as u64 + 1).to_le_bytes()).update(text.as_bytes()),
            };
        }
        hasher.finalize().as_bytes()[..DIGEST_BYTES].to_vec()
    }

    /// The value of a column as it is; `None` for null. Columns of a joined table are `table.column`.
    pub fn raw(&self, column: &str) -> Option<&str> {
        let own = self.table.columns;
        let position = match (column.split_once('.'), self.table.joined) {
            (Some((_, column)), Some(joined)) => {
                joined.columns.iter().position(|name| *name == column).map(|at| own.len() + at)
            }
            _ => own.iter().position(|name| *name == column),
        };
        debug_assert!(position.is_some(), "{} reads no column {column}", self.table.name);
        self.values.get(position?)?.as_deref()
    }

    /// A whole number; `None` for null and for what is none.
    pub fn integer(&self, column: &str) -> Option<i64> {
        self.raw(column)?.trim().parse().ok()
    }

    /// A number that refers to another row: `None` for null and for 0, Graveyard's word for nobody.
    pub fn reference(&self, column: &str) -> Option<i64> {
        self.integer(column).filter(|number| *number > 0)
    }

    /// Whether a column says yes, as a character or as a boolean.
    pub fn flag(&self, column: &str) -> bool {
        matches!(self.raw(column).map(str::trim), Some("1" | "t" | "true" | "a" | "y"))
    }

    /// A time as it is stored; `None` for null and for what is none, such as `infinity` or a year before Christ.
    pub fn stored_time(&self, column: &str) -> Option<DateTime<Utc>> {
        let text = self.raw(column)?.trim();
        let text = text.strip_suffix("+00").unwrap_or(text);
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|time| time.and_utc())
    }

    /// Seconds since 1970 as a time; `None` for 0 and for what is none.
    pub fn unix_time(&self, column: &str) -> Option<DateTime<Utc>> {
        self.integer(column).filter(|seconds| *seconds > 0).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    }
}
