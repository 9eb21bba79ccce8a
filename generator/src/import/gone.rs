//! Rows that came over once and are not in the source any more. Where that is how Graveyard takes them back, they go
//! here as well if nobody changed them (bookmarks, access, subscriptions), or nobody sees them any more (ads, posts of the
//! forum); anything else stays, counted and named. Letters and votes have marks of their own for it, so that one which is
//! only absent is a fault of the source's copy and nobody's wish.

use super::Error;
use super::report::Finding;
use super::run::{Absent, Way};
use super::write::{as_it_is, digest_of, is_as_written, key_from};
use crate::db::imported::{self, Remembered};
use crate::db::publishing;
use crate::db::shape::{self, Shape, Value};

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
    /// Ends a table whose rows are all through: settles those that waited for it, and finds those that are gone.
    ///
    /// # Errors
    /// Where the database or the report fails.
    pub async fn end(mut self) -> Result<(), Error> {
        self.renamed().await?;
        let table = self.job.table.name;
        let mut tx = self.db.snapshot().await.map_err(|error| self.failed(error))?;
        let remembered = imported::count(&mut tx, table).await.map_err(|error| self.failed(error))?;
        drop(tx);
        let gone = remembered.saturating_sub(self.known);
        if gone == 0 {
            return Ok(());
        }
        let is_too_many = gone > ALWAYS_ALLOWED.max(remembered / SHARE_ALLOWED);
        let what = match self.job.absent {
            Absent::Stays => Absent::Stays,
            _ if is_too_many => {
                self.report.notes.push(format!(
                    "{gone} of {remembered} rows of the source's table {table} that came over earlier are gone from it: so \
                    many are not taken back, they stay here; look whether the source is whole"
                ));
                Absent::Stays
            }
            // Without members, what belongs to them only seems to be gone.
            what if self.cx.complete => what,
            _ => Absent::Stays,
        };
        let mut after = String::new();
        loop {
            let mut tx = self.db.snapshot().await.map_err(|error| self.failed(error))?;
            let rows = imported::behind(&mut tx, table, &after, PAGE).await.map_err(|error| self.failed(error))?;
            drop(tx);
            let Some(last) = rows.last() else { return Ok(()) };
            after.clone_from(&last.source_key);
            let is_gone = |row: &Remembered| {
                row.source_digest != imported::ABSENT && !self.seen.contains(&digest(&row.source_key))
            };
            let gone: Vec<Remembered> = rows.into_iter().filter(is_gone).collect();
            for row in gone {
                self.take_back(what, &row).await?;
            }
        }
    }

    fn say(&mut self, row: &Remembered, finding: &'static str) -> Result<(), Error> {
        let finding = Finding { finding, column: "", detail: String::new() };
        let key = self.job.shown_key(&row.source_key);
        self.report.findings(self.job.table.name, &key, &[finding]).map_err(Error::Report)
    }

    async fn take_back(&mut self, what: Absent, row: &Remembered) -> Result<(), Error> {
        let is_as_written = match what {
            Absent::Stays => Some(false),
            Absent::Goes(shape) => self.delete(shape, row).await.map_err(|error| self.failed(error))?,
            Absent::Hidden(shape) => self.hide(shape, row).await.map_err(|error| self.failed(error))?,
        };
        match is_as_written {
            Some(true) => {
                self.report.wrote = true;
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

    /// Hides a row here that nobody changed, and remembers it as one that the source has no more; says what
    /// [`Way::delete`] says. The lists and pages that show it are made when the import ends.
    async fn hide(&self, shape: &'static Shape, row: &Remembered) -> sqlx::Result<Option<bool>> {
        let mut tx = self.db.write().await?;
        publishing::lock_alone(&mut tx).await?;
        let Some(mut values) = as_it_is(&mut tx, shape, row).await? else { return Ok(None) };
        if digest_of(shape, &values) != row.written_digest {
            return Ok(Some(false));
        }
        for (column, value) in shape.columns.iter().zip(&mut values) {
            if column.name == "state" {
                *value = Value::from("deleted");
            }
        }
        shape::put(&mut tx, shape, &[&values]).await?;
        let absent = Remembered {
            source_digest: imported::ABSENT.to_vec(),
            written_digest: digest_of(shape, &values),
            ..row.clone()
        };
        imported::remember(&mut tx, self.job.table.name, &[absent]).await?;
        imported::begin(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(true))
    }
}
