//! The way of one table: rows stream in, batch by batch they are compared with what is remembered, converted on all
//! cores, and written in one transaction together with what is remembered of them.
//!
//! A batch that the database refuses is tried again row by row, so that one impossible row costs itself only.

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use rayon::prelude::*;
use sqlx::error::{DatabaseError, ErrorKind};

use super::Error;
use super::body::SANITISER_VERSION;
use super::context::Context;
use super::progress::Progress;
use super::reader::{Made, Reader, Stop};
use super::report::{Finding, Report};
use super::row::Row;
use super::source::{Lack, Source};
use super::tables::{BLACKLIST, Table};
use super::write::{Converted, Fate, write};
use crate::db::shape::Values;
use crate::db::{Db, imported};
use crate::page::Page;

/// Rows of one transaction: enough that its own cost does not count, few enough for memory and for others who write.
const BATCH_ROWS: usize = 2_000;

/// Whose numbers the rows get here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The source's, which stand in addresses.
    Kept,
    /// New ones from here on; the conversion leaves the first column open.
    Given(i64),
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
}

/// What an import works with.
pub struct Run<'a> {
    /// Where the rows go.
    pub db: &'a Db,
    /// Where they come from.
    pub source: Source,
    /// What conversions share.
    pub cx: Context,
    /// What came of it.
    pub report: Report,
    /// What the operator sees.
    pub progress: Progress,
    /// The caller's time.
    pub now: DateTime<Utc>,
}

impl Job {
    /// A table whose rows are no pages.
    pub const fn new(table: &'static Table, convert: fn(&mut Reader<'_>) -> Made) -> Job {
        Job { table, convert, page: |_| None }
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

    /// Imports a table; says where the numbers given out have come to.
    ///
    /// # Errors
    /// Where the source, the database or the report fails.
    pub async fn table(&mut self, job: Job, keys: Keys) -> Result<Keys, Error> {
        let mut keys = keys;
        if !self.has(job.table) {
            return Ok(keys);
        }
        self.report.begin(job.table.name);
        self.progress.table(job.table.name, self.source.count(job.table).await?);
        let Run { db, source, cx, report, progress, now } = self;
        let mut stream = source.rows(job.table);
        let mut rows = Vec::with_capacity(BATCH_ROWS);
        while let Some(row) = stream.next().await {
            rows.push(row?);
            if rows.len() == BATCH_ROWS {
                keys = import_rows(db, cx, report, &job, keys, &rows, *now).await?;
                progress.advance(rows.len() as u64);
                rows.clear();
            }
        }
        keys = import_rows(db, cx, report, &job, keys, &rows, *now).await?;
        progress.advance(rows.len() as u64);
        progress.table_done();
        Ok(keys)
    }

    /// Imports rows that were made of a table's rows.
    ///
    /// # Errors
    /// As [`Run::table`].
    pub async fn rows(&mut self, job: Job, keys: Keys, rows: &[Row]) -> Result<Keys, Error> {
        let mut keys = keys;
        self.report.begin(job.table.name);
        for rows in rows.chunks(BATCH_ROWS) {
            keys = import_rows(self.db, &self.cx, &mut self.report, &job, keys, rows, self.now).await?;
        }
        Ok(keys)
    }
}

/// Imports rows of one table in one transaction, or each in its own where that fails.
async fn import_rows(
    db: &Db,
    cx: &Context,
    report: &mut Report,
    job: &Job,
    keys: Keys,
    rows: &[Row],
    now: DateTime<Utc>,
) -> Result<Keys, Error> {
    if rows.is_empty() {
        return Ok(keys);
    }
    let failed = |source| Error::Database { table: job.table.name, source };
    let names: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    let mut tx = db.snapshot().await.map_err(failed)?;
    let remembered = imported::by_keys(&mut tx, job.table.name, &names).await.map_err(failed)?;
    drop(tx);

    let as_it_was = |key: &str, digest: &[u8]| {
        remembered.get(key).is_some_and(|before| {
            before.source_digest == digest && (before.cleaned_by == 0 || before.cleaned_by == SANITISER_VERSION)
        })
    };
    let converted: Vec<Converted> = rows
        .par_iter()
        .map(|row| (row, row.digest()))
        .filter(|(row, digest)| !as_it_was(&row.key, digest))
        .map(|(row, digest)| convert(cx, job, row, digest))
        .collect();
    let counts = report.counts(job.table.name);
    counts.read += rows.len() as u64;
    counts.unchanged += (rows.len() - converted.len()) as u64;

    match write(db, cx, job, keys, &converted, &remembered, now).await {
        Ok((keys, fates)) => {
            settle(report, job, &converted, &fates)?;
            Ok(keys)
        }
        Err(sqlx::Error::Database(error)) if is_about_a_row(&*error) => {
            let mut keys = keys;
            for one in &converted {
                let one = std::slice::from_ref(one);
                match write(db, cx, job, keys, one, &remembered, now).await {
                    Ok((next, fates)) => {
                        keys = next;
                        settle(report, job, one, &fates)?;
                    }
                    Err(sqlx::Error::Database(error)) if is_about_a_row(&*error) => {
                        // The message names the constraint; what the row holds would be in the detail.
                        let fault = format!("the database refuses it: {}", error.message());
                        report.fail(job.table.name, &shown_key(job, &one[0].key), &fault).map_err(Error::Report)?;
                    }
                    Err(error) => return Err(failed(error)),
                }
            }
            Ok(keys)
        }
        Err(error) => Err(failed(error)),
    }
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

fn convert(cx: &Context, job: &Job, row: &Row, digest: Vec<u8>) -> Converted {
    let mut reader = Reader::new(cx, row);
    let made = (job.convert)(&mut reader);
    let Reader { findings, repaired, cleaned, .. } = reader;
    // Without members and authors, links to them are missing: the row must be looked at again once they are there.
    let digest = if cx.complete { digest } else { Vec::new() };
    Converted { key: row.key.clone(), digest, made, findings, repaired, cleaned }
}

/// A row's key as it may be shown: that of a digest of an address is the digest.
fn shown_key(job: &Job, key: &str) -> String {
    if job.table.name == BLACKLIST.name { String::new() } else { key.to_owned() }
}

/// Counts what became of rows and writes their findings.
fn settle(report: &mut Report, job: &Job, converted: &[Converted], fates: &[Fate]) -> Result<(), Error> {
    let table = job.table.name;
    for (one, fate) in converted.iter().zip(fates) {
        let key = shown_key(job, &one.key);
        let counts = report.counts(table);
        let because = match fate {
            Fate::New | Fate::Changed => {
                *(if *fate == Fate::New { &mut counts.new } else { &mut counts.changed }) += 1;
                counts.repaired += u64::from(one.repaired);
                report.findings(table, &key, &one.findings).map_err(Error::Report)?;
                continue;
            }
            Fate::Unchanged => {
                counts.unchanged += 1;
                continue;
            }
            Fate::Kept => {
                counts.kept += 1;
                let finding = Finding { finding: "kept-because-changed-here", column: "", detail: String::new() };
                report.findings(table, &key, &[finding]).map_err(Error::Report)?;
                continue;
            }
            Fate::Stopped(Stop::Fault(fault)) => {
                report.fail(table, &key, fault).map_err(Error::Report)?;
                continue;
            }
            Fate::DeletedHere => "deleted-here",
            Fate::Taken => "number-taken",
            Fate::Stopped(Stop::Skip(reason)) => {
                report.findings(table, &key, &one.findings).map_err(Error::Report)?;
                reason
            }
        };
        report.skip(table, &key, because).map_err(Error::Report)?;
    }
    Ok(())
}
