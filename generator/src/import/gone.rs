//! Rows that came over once and are not in the source any more. Where that is how Graveyard takes them back, they go
//! here as well if nobody changed them (bookmarks, access, subscriptions), or nobody sees them any more (ads, posts of the
//! forum); anything else stays, counted and named. Letters and votes have marks of their own for it, so that one which is
//! only absent is a fault of the source's copy and nobody's wish.

use super::Error;
use super::report::Finding;
use super::run::{Absent, Way};
use super::write::{as_they_are, digest_of, key_from};
use crate::db::imported::{self, Remembered};
use crate::db::publishing;
use crate::db::shape::{self, Shape, Value, Values};

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
            for rows in gone.chunks(self.batch_rows) {
                self.take_back(what, rows).await?;
            }
        }
    }

    fn say(&mut self, row: &Remembered, finding: &'static str) -> Result<(), Error> {
        let finding = Finding { finding, column: "", detail: String::new() };
        let key = self.job.shown_key(&row.source_key);
        self.report.findings(self.job.table.name, &key, &[finding]).map_err(Error::Report)
    }

    /// Takes rows back in one transaction.
    async fn take_back(&mut self, what: Absent, rows: &[Remembered]) -> Result<(), Error> {
        let ends = match what {
            Absent::Stays => vec![End::Stays; rows.len()],
            Absent::Goes(shape) => self.delete(shape, rows).await.map_err(|error| self.failed(error))?,
            Absent::Hidden(shape) => self.hide(shape, rows).await.map_err(|error| self.failed(error))?,
        };
        for (row, end) in rows.iter().zip(ends) {
            match end {
                End::TakenBack => {
                    self.report.wrote = true;
                    self.report.counts(self.job.table.name).taken_back += 1;
                    self.say(row, "taken-back")?;
                }
                End::Stays => {
                    self.report.counts(self.job.table.name).gone += 1;
                    self.say(row, "gone-in-the-source")?;
                }
                End::GoneHere => {}
            }
        }
        Ok(())
    }

    /// Deletes rows here that nobody changed, and what is remembered of them.
    async fn delete(&self, shape: &'static Shape, rows: &[Remembered]) -> sqlx::Result<Vec<End>> {
        let mut tx = self.db.write().await?;
        publishing::lock_alone(&mut tx).await?;
        let here = as_they_are(&mut tx, shape, rows).await?;
        let ends: Vec<End> = rows.iter().zip(&here).map(|(row, here)| End::of(shape, row, here.as_ref())).collect();
        let mut forgotten = Vec::new();
        for (row, end) in rows.iter().zip(&ends).filter(|(_, end)| **end != End::Stays) {
            if *end == End::TakenBack {
                shape::delete(&mut tx, shape, &key_from(shape, &row.row_key)).await?;
            }
            forgotten.push(row.source_key.clone());
        }
        imported::forget(&mut tx, self.job.table.name, &forgotten).await?;
        if ends.contains(&End::TakenBack) {
            imported::begin(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(ends)
    }

    /// Hides rows here that nobody changed, and remembers them as rows that the source has no more. The lists and pages
    /// that show them are made when the import ends.
    async fn hide(&self, shape: &'static Shape, rows: &[Remembered]) -> sqlx::Result<Vec<End>> {
        let mut tx = self.db.write().await?;
        publishing::lock_alone(&mut tx).await?;
        let mut here = as_they_are(&mut tx, shape, rows).await?;
        let ends: Vec<End> = rows.iter().zip(&here).map(|(row, here)| End::of(shape, row, here.as_ref())).collect();
        let state = shape.columns.iter().position(|column| column.name == "state");
        let state = state.expect("what can be hidden has a state");
        let mut hidden = Vec::new();
        let mut memories = Vec::new();
        for (row, here) in
            rows.iter().zip(&mut here).zip(&ends).filter(|(_, end)| **end == End::TakenBack).map(|it| it.0)
        {
            let Some(values) = here else { continue };
            values[state] = Value::from("deleted");
            memories.push(Remembered {
                source_digest: imported::ABSENT.to_vec(),
                written_digest: digest_of(shape, values),
                ..row.clone()
            });
            hidden.push(&*values);
        }
        if !hidden.is_empty() {
            shape::put(&mut tx, shape, &hidden).await?;
            imported::remember(&mut tx, self.job.table.name, &memories).await?;
            imported::begin(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(ends)
    }
}

/// What becomes of a row here that the source has no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It goes with the source's.
    TakenBack,
    /// It stays, since somebody changed it here, or since that is the rule.
    Stays,
    /// It is not here either.
    GoneHere,
}

impl End {
    /// Of a row that may be taken back, by what is here of it.
    fn of(shape: &'static Shape, row: &Remembered, here: Option<&Values>) -> End {
        match here.map(|values| digest_of(shape, values) == row.written_digest) {
            Some(true) => End::TakenBack,
            Some(false) => End::Stays,
            None => End::GoneHere,
        }
    }
}
