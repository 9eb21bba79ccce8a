//! Rows that are written in one transaction: as many as make its own cost not count, and whole groups of those that take each
//! other's place.

use std::collections::HashMap;

use super::super::Error;
use super::super::row::Row;
use super::Way;

/// Bytes of the source's values in one transaction, the last row or group apart. A batch is in memory several times, as it
/// was read, as it is written and on its way to the database, and while HTML is cleaned its tree takes thirty times its size.
const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Rows that wait to be written.
pub(super) struct Batch {
    rows: Vec<Row>,
    bytes: usize,
    rows_max: usize,
}

impl Batch {
    pub(super) fn new(rows_max: usize) -> Batch {
        Batch { rows: Vec::new(), bytes: 0, rows_max }
    }

    pub(super) fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows.into_iter().inspect(|row| self.bytes += row.bytes()));
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= self.rows_max || self.bytes >= BATCH_BYTES_MAX
    }

    /// Writes the rows; says how many they were.
    pub(super) async fn write(&mut self, way: &mut Way<'_>) -> Result<u64, Error> {
        way.batch(&self.rows).await?;
        let count = self.rows.len() as u64;
        self.rows.clear();
        self.bytes = 0;
        Ok(count)
    }
}

/// Rows of groups that are not complete yet.
pub(super) struct Together<'a> {
    groups: &'a HashMap<String, usize>,
    lacking: HashMap<usize, usize>,
    waiting: HashMap<usize, Vec<Row>>,
}

impl<'a> Together<'a> {
    /// From the numbers of the groups that keys belong to.
    pub(super) fn new(groups: &'a HashMap<String, usize>) -> Together<'a> {
        let mut lacking = HashMap::new();
        for group in groups.values() {
            *lacking.entry(*group).or_default() += 1;
        }
        Together { groups, lacking, waiting: HashMap::new() }
    }

    /// The rows of a group, when this is the last one; none of a row that belongs to no group.
    pub(super) fn take(&mut self, row: Row) -> Vec<Row> {
        let Some(group) = self.groups.get(&row.key) else { return Vec::new() };
        self.waiting.entry(*group).or_default().push(row);
        let lacking = self.lacking.entry(*group).or_default();
        *lacking = lacking.saturating_sub(1);
        if *lacking == 0 { self.waiting.remove(group).unwrap_or_default() } else { Vec::new() }
    }
}
