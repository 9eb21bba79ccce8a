//! The way of one table: rows stream in, batch by batch they are compared with what is remembered, converted on all
//! cores, and written in one transaction together with what is remembered of them.
//!
//! A batch that the database refuses is tried again row by row, so that one impossible row costs itself only, or those too
//! that it exchanges places with ([`together`]). At the end of a table those of its rows are looked for that came over
//! once and are not in the source any more ([`gone`]).

mod together;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use rayon::prelude::*;
use sqlx::error::{DatabaseError, ErrorKind};

use self::together::{Batch, Together};
use super::body::SANITISER_VERSION;
use super::circumstances::Circumstances;
use super::context::{Context, Known, Taken};
use super::progress::Progress;
use super::reader::{Made, Reader};
use super::renamed::Waiting;
use super::report::Report;
use super::row::Row;
use super::source::{Lack, Source};
use super::tables::{BLACKLIST, Table};
use super::write::{Converted, Settled, write};
use super::{Error, gone};
use crate::db::imported::Remembered;
use crate::db::shape::{Shape, Values};
use crate::db::{Db, imported};
use crate::page::Page;

/// Rows of one transaction: enough that its own cost does not count, few enough for others who write.
pub const BATCH_ROWS: usize = 2_000;

/// Whose numbers the rows get here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The source's, which stand in addresses.
    Kept,
    /// The next ones of the table here; the conversion leaves the first column open.
    Given,
}

/// How one table is imported.
#[derive(Clone, Copy)]
pub struct Job {
    /// The source's table.
    pub table: &'static Table,
    /// What becomes of a row.
    pub convert: fn(&mut Reader<'_>) -> Made,
    /// The page that a row is, and what its slug is made of. A changed row's page must be built again though it may
    /// not be public any more, and where its address changes, the old one leads on.
    pub page: fn(&Values) -> Option<(Page, &str)>,
    /// Whose numbers the rows get.
    pub keys: Keys,
    /// The table whose row goes here as well when the source's row says that it was taken back, if nobody changed it
    /// here. Without one, a row stays and is reported.
    pub taken_back: Option<&'static Shape>,
    /// What becomes of a row here that is not in the source any more.
    pub absent: Absent,
    /// Keys of rows that come before all others of their table, since they take each other's place, with a number: those of
    /// the same come in one transaction. They are looked at though they may be as they were.
    pub first: fn(&Taken) -> Option<&HashMap<String, usize>>,
}

/// What becomes of rows here that the source has no more, where nobody changed them.
#[derive(Clone, Copy, Debug)]
pub enum Absent {
    /// They stay, and are counted and named: Graveyard itself never deletes such rows, or the community decides.
    Stays,
    /// They go: that they are not there is how Graveyard takes them back.
    Goes(&'static Shape),
    /// Nobody sees them any more, and if they come back in the source, they are here again: what its author took down.
    Hidden(&'static Shape),
}

/// What an import works with.
pub struct Run<'a> {
    /// Where the rows go.
    pub db: &'a Db,
    /// Where they come from.
    pub source: Source,
    /// What conversions share.
    pub cx: Known,
    /// What came of it.
    pub report: &'a mut Report,
    /// What the operator sees.
    pub progress: Progress,
    /// The caller's time.
    pub now: DateTime<Utc>,
    /// See [`BATCH_ROWS`].
    pub batch_rows: usize,
}

impl Job {
    /// A table whose rows are no pages, keep their numbers and stay here.
    pub const fn new(table: &'static Table, convert: fn(&mut Reader<'_>) -> Made) -> Job {
        Job {
            table,
            convert,
            page: |_| None,
            keys: Keys::Kept,
            taken_back: None,
            absent: Absent::Stays,
            first: |_| None,
        }
    }

    /// A row's key as it may be shown: that of a digest of an address is the digest.
    pub fn shown_key(&self, key: &str) -> String {
        if self.table.name == BLACKLIST.name { String::new() } else { key.to_owned() }
    }
}

impl Run<'_> {
    /// Whether a table can be read; says what keeps it from that otherwise.
    pub fn has(&mut self, table: &'static Table) -> bool {
        let schema = &self.source.schema;
        let problem = match self.source.lacks(table) {
            None => return true,
            Some(Lack::Table) if table.optional => {
                self.report.absent.push(table.name);
                return false;
            }
            Some(Lack::Table) => match table.joined {
                Some(joined) => format!("the source lacks table {schema}.{} or {schema}.{}", table.name, joined.name),
                None => format!("the source lacks table {schema}.{}", table.name),
            },
            Some(Lack::Columns(columns)) => {
                format!("table {schema}.{} of the source lacks column {}", table.name, columns.join(", "))
            }
        };
        self.report.begin(table.name);
        self.report.problem(format!("{problem}; nothing of this table was imported"));
        false
    }

    /// Imports a table.
    ///
    /// # Errors
    /// Where the source, the database or the report fails.
    pub async fn table(&mut self, job: Job) -> Result<(), Error> {
        if !self.has(job.table) {
            return Ok(());
        }
        self.report.begin(job.table.name);
        self.progress.table(job.table.name, self.source.count(job.table).await?);
        let Run { db, source, cx, report, progress, now, batch_rows } = self;
        let cx = &*cx;
        let mut way = Way::new(db, cx, report, job, *now, *batch_rows);
        let first = (job.first)(&cx.taken).filter(|keys| !keys.is_empty());
        let mut batch = Batch::new(*batch_rows);
        if let Some(keys) = first {
            let mut together = Together::new(keys);
            let mut stream = source.rows(job.table);
            while let Some(row) = stream.next().await {
                batch.add(together.take(row?));
                if batch.is_full() {
                    progress.advance(batch.write(&mut way).await?);
                }
            }
            progress.advance(batch.write(&mut way).await?);
        }
        let mut stream = source.rows(job.table);
        while let Some(row) = stream.next().await {
            let row = row?;
            if first.is_some_and(|keys| keys.contains_key(&row.key)) {
                continue;
            }
            batch.add([row]);
            if batch.is_full() {
                progress.advance(batch.write(&mut way).await?);
            }
        }
        progress.advance(batch.write(&mut way).await?);
        way.end().await?;
        progress.table_done();
        Ok(())
    }

    /// Imports rows that were made of a table's rows. They are all that there are now of their kind.
    ///
    /// # Errors
    /// As [`Run::table`].
    pub async fn rows(&mut self, job: Job, rows: &[Row]) -> Result<(), Error> {
        self.through(job, rows, true).await?.end().await
    }

    /// As [`Run::rows`], where rows of some more keys are not gone, though nothing can be said of them today.
    ///
    /// # Errors
    /// As [`Run::table`].
    pub async fn rows_beside(&mut self, job: Job, rows: &[Row], unclear: &[String]) -> Result<(), Error> {
        let mut way = self.through(job, rows, true).await?;
        let unclear: Vec<String> =
            unclear.iter().filter(|key| !way.seen.contains(&gone::digest(key))).cloned().collect();
        let mut tx = way.db.snapshot().await.map_err(|error| way.failed(error))?;
        let there = imported::by_keys(&mut tx, job.table.name, &unclear).await.map_err(|error| way.failed(error))?;
        drop(tx);
        way.known += there.len() as u64;
        way.seen.extend(unclear.iter().map(|key| gone::digest(key)));
        way.end().await
    }

    /// As [`Run::rows`], where those that are here already may be left out.
    ///
    /// # Errors
    /// As [`Run::table`].
    pub async fn more_rows(&mut self, job: Job, rows: &[Row]) -> Result<(), Error> {
        self.through(job, rows, false).await.map(drop)
    }

    async fn through(&mut self, job: Job, rows: &[Row], are_all: bool) -> Result<Way<'_>, Error> {
        self.report.begin(job.table.name);
        let mut way = Way::new(self.db, &self.cx, self.report, job, self.now, self.batch_rows);
        way.may_wait = are_all;
        for rows in rows.chunks(self.batch_rows) {
            way.batch(rows).await?;
        }
        Ok(way)
    }
}

/// One table on its way.
pub struct Way<'a> {
    pub(super) db: &'a Db,
    pub(super) cx: &'a Context,
    pub(super) report: &'a mut Report,
    pub(super) job: Job,
    pub(super) now: DateTime<Utc>,
    circumstances: &'a Circumstances,
    /// Digests of the keys that the source has.
    pub(super) seen: HashSet<u64>,
    /// How many of them are remembered.
    pub(super) known: u64,
    /// Rows whose place here is taken, as long as they may be the rows that have it.
    pub(super) waiting: Waiting,
    /// Whether rows may wait so: the table comes to an end at which it is known which others there are.
    pub(super) may_wait: bool,
    /// See [`Run::batch_rows`].
    pub(super) batch_rows: usize,
}

impl<'a> Way<'a> {
    fn new(
        db: &'a Db,
        cx: &'a Known,
        report: &'a mut Report,
        job: Job,
        now: DateTime<Utc>,
        batch_rows: usize,
    ) -> Way<'a> {
        Way {
            db,
            cx,
            report,
            job,
            now,
            circumstances: cx.circumstances(),
            seen: HashSet::new(),
            known: 0,
            waiting: Waiting::default(),
            may_wait: true,
            batch_rows,
        }
    }

    /// Why a write failed.
    pub(super) fn failed(&self, source: sqlx::Error) -> Error {
        Error::Database { table: self.job.table.name, source }
    }

    /// Imports rows in one transaction, or each in its own where that fails, but those together that belong together.
    pub(super) async fn batch(&mut self, rows: &[Row]) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        let mut tx = self.db.snapshot().await.map_err(|error| self.failed(error))?;
        let remembered =
            imported::by_keys(&mut tx, self.job.table.name, &names).await.map_err(|error| self.failed(error))?;
        drop(tx);
        self.seen.extend(rows.iter().map(|row| gone::digest(&row.key)));
        self.known += remembered.len() as u64;

        // What runs on all cores must not hold the report.
        let (cx, job, circumstances) = (self.cx, self.job, self.circumstances);
        let first = (job.first)(&cx.taken);
        let is_as_it_was = |row: &Row, digest: &[u8]| {
            // Without members, what a row that came over refers to would only seem to be gone.
            let is_it = |before| !cx.complete || is_as_it_was(circumstances, before, digest);
            remembered.get(&row.key).is_some_and(is_it) && !first.is_some_and(|keys| keys.contains_key(&row.key))
        };
        let is_known = |row: &Row| remembered.contains_key(&row.key);
        let due: Vec<(&Row, Vec<u8>)> =
            rows.par_iter().map(|row| (row, row.digest())).filter(|(row, digest)| !is_as_it_was(row, digest)).collect();
        let converted: Vec<Converted> =
            due.par_iter().map(|(row, digest)| convert(cx, circumstances, &job, row, digest, is_known(row))).collect();
        let counts = self.report.counts(self.job.table.name);
        counts.read += rows.len() as u64;
        counts.unchanged += (rows.len() - due.len()) as u64;

        if self.write(converted, rows).await?.is_none() {
            return Ok(());
        }
        let again = |(row, digest): &(&Row, Vec<u8>)| convert(cx, circumstances, &job, row, digest, is_known(row));
        let number = |row: &Row| first.and_then(|keys| keys.get(&row.key));
        for group in due.chunk_by(|(one, _), (other, _)| number(one).is_some() && number(one) == number(other)) {
            let is_part = group.len() > 1 && group.len() < due.len();
            if is_part && self.write(group.iter().map(again).collect(), rows).await?.is_none() {
                continue;
            }
            for one in group {
                if let Some(refusal) = self.write(vec![again(one)], rows).await? {
                    let key = self.job.shown_key(&one.0.key);
                    let fault = format!("the database refuses it: {refusal}");
                    self.report.fail(self.job.table.name, &key, &fault).map_err(Error::Report)?;
                }
            }
        }
        Ok(())
    }

    /// Writes rows of a batch in one transaction; why the database refuses them, where it does. The message names the
    /// constraint; what a row holds would be in the detail.
    async fn write(&mut self, converted: Vec<Converted>, rows: &[Row]) -> Result<Option<String>, Error> {
        match write(self.db, self.cx, &self.job, converted, self.now).await {
            Err(sqlx::Error::Database(error)) if is_about_a_row(&*error) => Ok(Some(error.message().to_owned())),
            outcome => {
                let (settled, wrote) = outcome.map_err(|error| self.failed(error))?;
                self.report.wrote |= wrote;
                self.settle(settled, rows)?;
                Ok(None)
            }
        }
    }

    /// Counts what became of rows of a batch and writes their findings; some wait for the end of the table.
    fn settle(&mut self, settled: Vec<Settled>, rows: &[Row]) -> Result<(), Error> {
        for one in settled {
            if let Some(row_key) = one.in_the_way().filter(|_| self.may_wait)
                && let Some(row) = rows.iter().find(|row| row.key == one.key)
                && self.waiting.keep(row_key, row)
            {
                continue;
            }
            self.known += u64::from(one.is_newly_remembered());
            self.known -= u64::from(one.is_forgotten());
            let key = self.job.shown_key(&one.key);
            one.report(self.report, self.job.table.name, &key).map_err(Error::Report)?;
        }
        Ok(())
    }
}

/// Whether a row is what it was and the circumstances are those of then: then there is nothing to look at.
fn is_as_it_was(circumstances: &Circumstances, before: &Remembered, digest: &[u8]) -> bool {
    before.source_digest == digest
        && (before.cleaned_by == 0 || before.cleaned_by == SANITISER_VERSION)
        && before.circumstances == circumstances.digest(before.depends_on)
}

fn convert(
    cx: &Context,
    circumstances: &Circumstances,
    job: &Job,
    row: &Row,
    digest: &[u8],
    is_known: bool,
) -> Converted {
    let mut reader = Reader { is_known, ..Reader::new(cx, row) };
    let made = (job.convert)(&mut reader);
    let Reader { findings, repaired, cleaned, depends_on, .. } = reader;
    // Without members and authors, links to them are missing: the row must be looked at again once they are there.
    let circumstances = if cx.complete { circumstances.digest(depends_on) } else { Vec::new() };
    let (key, digest) = (row.key.clone(), digest.to_vec());
    Converted { key, digest, circumstances, depends_on, made, findings, repaired, cleaned }
}

/// Whether the database refuses what it was given, so that other rows may fare better; a full disk or a server that
/// shuts down concerns them all.
fn is_about_a_row(error: &dyn DatabaseError) -> bool {
    // PostgreSQL's classes for data, constraints, limits and functions of its own; SQLite's codes for triggers and for
    // values that are too long.
    let code = error.code().unwrap_or_default();
    let is_of_class = code.len() == 5 && ["22", "23", "54", "P0"].iter().any(|class| code.starts_with(class));
    !matches!(error.kind(), ErrorKind::Other) || is_of_class || matches!(&*code, "1811" | "18")
}
