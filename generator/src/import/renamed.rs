//! Rows that the source calls by another key than before: votes on a work that moved to another section, an article that
//! was deleted there and written anew. A row of a new key, whose place here is taken by one that came over under a key
//! which the source has no more, is that row.

use std::collections::BTreeMap;

use super::Error;
use super::gone::digest;
use super::row::Row;
use super::run::Way;
use crate::db::imported;

/// Bytes of such rows that wait for the end of their table; further ones are reported as taken, and the next run comes to
/// them.
const WAITING_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Rows that have no place here before the table's other rows are known.
#[derive(Default)]
pub(super) struct Waiting {
    /// By the key here of the row that is in their way.
    rows: BTreeMap<String, Row>,
    bytes: usize,
}

impl Waiting {
    /// Keeps a row until the end of its table; says whether there is room for it.
    pub(super) fn keep(&mut self, row_key: &str, row: &Row) -> bool {
        let is_room = self.bytes + row.bytes() <= WAITING_BYTES_MAX && !self.rows.contains_key(row_key);
        if is_room {
            self.bytes += row.bytes();
            self.rows.insert(row_key.to_owned(), row.clone());
        }
        is_room
    }
}

impl Way<'_> {
    /// Remembers rows that waited under the keys that they have now, and imports them.
    ///
    /// # Errors
    /// Where the database or the report fails.
    pub(super) async fn renamed(&mut self) -> Result<(), Error> {
        let Waiting { rows, .. } = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        let table = self.job.table.name;
        let row_keys: Vec<String> = rows.keys().cloned().collect();
        let mut tx = self.db.write().await.map_err(|error| self.failed(error))?;
        let there = imported::by_row_keys(&mut tx, table, &row_keys).await.map_err(|error| self.failed(error))?;
        for (row_key, row) in &rows {
            if let Some(before) = there.get(row_key).filter(|key| !self.seen.contains(&digest(key))) {
                imported::rename(&mut tx, table, before, &row.key).await.map_err(|error| self.failed(error))?;
            }
        }
        tx.commit().await.map_err(|error| self.failed(error))?;
        let rows: Vec<Row> = rows.into_values().collect();
        self.may_wait = false;
        // They have been counted.
        self.report.counts(table).read -= rows.len() as u64;
        for rows in rows.chunks(self.batch_rows) {
            self.batch(rows).await?;
        }
        Ok(())
    }
}
