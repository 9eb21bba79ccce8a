//! Rows that came over once and are not in the source any more. What is private goes here as well where nobody changed
//! it; anything else stays, counted and named, since only the community can tell whether it is missed.

use super::Error;
use super::report::Finding;
use super::run::Way;
use super::write::{is_as_written, key_from};
use crate::db::imported::{self, Remembered};
use crate::db::publishing;
use crate::db::shape::{self, Shape};

/// Rows that are looked at at once.
const PAGE: i64 = 2_000;
/// So many rows of a table may go at any time.
const ALWAYS_ALLOWED: u64 = 20;
/// A greater share of a table that goes at once, one of so many rows, is a source that was cut off rather than tidied up.
const SHARE_ALLOWED: u64 = 10;

/// A digest of a key: all keys of the largest table are in memory.
pub(super) fn digest(key: &str) -> u64 {
    let digest = blake3::hash(key.as_bytes());
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().expect("a digest has 32 bytes"))
}

impl Way<'_> {
    /// Ends a table whose rows are all through: finds those that are gone.
    ///
    /// # Errors
    /// Where the database or the report fails.
    pub async fn end(mut self) -> Result<(), Error> {
        let table = self.job.table.name;
        let mut tx = self.db.snapshot().await.map_err(|error| self.failed(error))?;
        let remembered = imported::count(&mut tx, table).await.map_err(|error| self.failed(error))?;
        drop(tx);
        let gone = remembered.saturating_sub(self.known);
        if gone == 0 {
            return Ok(());
        }
        let is_too_many = gone > ALWAYS_ALLOWED.max(remembered / SHARE_ALLOWED);
        // Without members, what belongs to them only seems to be gone.
        let taken_back = self.job.taken_back.filter(|_| !is_too_many && self.cx.complete);
        if self.job.taken_back.is_some() && is_too_many {
            self.report.notes.push(format!(
                "{gone} of {remembered} rows of the source's table {table} that came over earlier are gone from it: so many \
                are not taken back, they stay here; look whether the source is whole"
            ));
        }
        let mut after = String::new();
        loop {
            let mut tx = self.db.snapshot().await.map_err(|error| self.failed(error))?;
            let rows = imported::behind(&mut tx, table, &after, PAGE).await.map_err(|error| self.failed(error))?;
            drop(tx);
            let Some(last) = rows.last() else { return Ok(()) };
            after.clone_from(&last.source_key);
            let gone = rows.into_iter().filter(|row| !self.seen.contains(&digest(&row.source_key)));
            for row in gone.collect::<Vec<_>>() {
                match taken_back {
                    Some(shape) => self.take_back(shape, &row).await?,
                    None => {
                        self.report.counts(table).gone += 1;
                        self.say(&row, "gone-in-the-source")?;
                    }
                }
            }
        }
    }

    fn say(&mut self, row: &Remembered, finding: &'static str) -> Result<(), Error> {
        let finding = Finding { finding, column: "", detail: String::new() };
        let key = self.job.shown_key(&row.source_key);
        self.report.findings(self.job.table.name, &key, &[finding]).map_err(Error::Report)
    }

    async fn take_back(&mut self, shape: &'static Shape, row: &Remembered) -> Result<(), Error> {
        match self.delete(shape, row).await.map_err(|error| self.failed(error))? {
            Some(true) => {
                self.report.counts(self.job.table.name).taken_back += 1;
                self.say(row, "taken-back")
            }
            Some(false) => {
                self.report.counts(self.job.table.name).gone += 1;
                self.say(row, "gone-in-the-source")
            }
            None => Ok(()),
        }
    }

    /// Deletes a row here that nobody changed, and what is remembered of it; says whether it was so, or `None` where it
    /// is gone here as well.
    async fn delete(&self, shape: &'static Shape, row: &Remembered) -> sqlx::Result<Option<bool>> {
        let mut tx = self.db.write().await?;
        publishing::lock_alone(&mut tx).await?;
        let is_as_written = is_as_written(&mut tx, shape, row).await?;
        if is_as_written != Some(false) {
            shape::delete(&mut tx, shape, &key_from(shape, &row.row_key)).await?;
            imported::forget(&mut tx, self.job.table.name, std::slice::from_ref(&row.source_key)).await?;
        }
        if is_as_written == Some(true) {
            imported::begin(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(is_as_written)
    }
}
