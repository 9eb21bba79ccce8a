//! The way of one table: rows stream in, batch by batch they are compared with what is remembered, converted on all
//! cores, and written in one transaction together with what is remembered of them.
//!
//! A batch that the database refuses is tried again row by row, so that one impossible row costs itself only.

use std::collections::{HashMap, HashSet};

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
use super::row::{DIGEST_BYTES, Row};
use super::source::{Lack, Source};
use super::tables::{BLACKLIST, Table};
use crate::db::imported::Remembered;
use crate::db::shape::{self, Role, Shape, Value, Values};
use crate::db::{Db, Tx, imported, redirects, stale};
use crate::page::Page;
use crate::text::slug::slug_or;

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

/// A row with what its conversion gave.
struct Converted {
    key: String,
    digest: Vec<u8>,
    made: Made,
    findings: Vec<Finding>,
    repaired: bool,
    cleaned: bool,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    New,
    Changed,
    Unchanged,
    Kept,
    DeletedHere,
    Taken,
    Stopped(Stop),
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

    /// Imports rows that were made of a table's rows; `read` of them there were.
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
                        report.fail(job.table.name, &one[0].key, &fault).map_err(Error::Report)?;
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

/// Writes what must be written of a batch; says what became of each row.
async fn write(
    db: &Db,
    cx: &Context,
    job: &Job,
    keys: Keys,
    converted: &[Converted],
    remembered: &HashMap<String, Remembered>,
    now: DateTime<Utc>,
) -> Result<(Keys, Vec<Fate>), sqlx::Error> {
    let mut keys = keys;
    let mut rows: Vec<Option<Vec<(&'static Shape, Values)>>> =
        converted.iter().map(|one| one.made.as_ref().ok().cloned()).collect();
    let mut fates: Vec<Fate> =
        converted.iter().map(|one| one.made.as_ref().err().map_or(Fate::New, |stop| Fate::Stopped(*stop))).collect();
    if rows.iter().all(Option::is_none) {
        return Ok((keys, fates));
    }
    if let Keys::Given(next) = &mut keys {
        for (one, rows) in converted.iter().zip(&mut rows) {
            let Some(rows) = rows else { continue };
            let before = remembered.get(&one.key).and_then(|before| before.row_key.parse().ok());
            let number = before.unwrap_or_else(|| {
                *next += 1;
                *next - 1
            });
            for (_, values) in rows {
                values[0] = Value::Integer(number);
            }
        }
    }

    let mut tx = db.write().await?;
    let here = Here::load(&mut tx, &rows).await?;
    let mut seen = HashSet::new();
    let mut memories = Vec::new();
    let mut stale_pages = Vec::new();
    for (at, one) in converted.iter().enumerate() {
        let Some(made) = &mut rows[at] else { continue };
        let (first, values) = &made[0];
        let key = values[..first.keys()].to_vec();
        let written = digest(made);
        let fate = match (remembered.get(&one.key), here.content(made)) {
            (None, _) if !seen.insert(key.clone()) => Fate::Taken,
            (None, None) => Fate::New,
            (None, Some(_)) => Fate::Taken,
            (Some(_), None) => Fate::DeletedHere,
            (Some(before), Some(_)) if before.written_digest == written => Fate::Unchanged,
            (Some(before), Some(content)) if before.written_digest == content => Fate::Changed,
            (Some(_), Some(_)) => Fate::Kept,
        };
        fates[at] = fate;
        if matches!(fate, Fate::New | Fate::Changed | Fate::Unchanged) {
            memories.push(Remembered {
                source_key: one.key.clone(),
                source_digest: one.digest.clone(),
                written_digest: written,
                row_key: row_key(&key),
                cleaned_by: if one.cleaned { SANITISER_VERSION } else { 0 },
            });
        }
        if fate == Fate::Changed {
            let before = here.row(&made[0]).and_then(|values| (job.page)(values));
            let after = (job.page)(&made[0].1);
            if let Some((path, page)) = moved(cx, before.as_ref(), after.as_ref()) {
                redirects::put(&mut tx, &path, &page.to_string()).await?;
                stale_pages.push(Page::Redirect(path));
            }
            stale_pages.extend([before, after].into_iter().flatten().map(|(page, _)| page));
            // What is written once and was deleted here stays deleted.
            made.retain(|(shape, _)| !shape.once);
            for (shape, values) in made.iter_mut() {
                touch(shape, values, now);
            }
        }
        if !matches!(fate, Fate::New | Fate::Changed) {
            rows[at] = None;
        }
    }
    put(&mut tx, &rows).await?;
    imported::remember(&mut tx, job.table.name, &memories).await?;
    if rows.iter().any(Option::is_some) {
        imported::begin(&mut tx).await?;
    }
    stale_pages.retain(|page| cx.site.offers(page));
    stale::mark(&mut tx, &stale_pages, 0).await?;
    tx.commit().await?;
    Ok((keys, fates))
}

/// Rows of a batch that are here already, by shape and key.
struct Here(HashMap<(&'static str, Vec<Value>), Values>);

impl Here {
    async fn load(tx: &mut Tx, rows: &[Option<Vec<(&'static Shape, Values)>>]) -> Result<Here, sqlx::Error> {
        let mut wanted: HashMap<&'static str, (&'static Shape, HashSet<&Value>)> = HashMap::new();
        for (shape, values) in rows.iter().flatten().flatten().filter(|(shape, _)| !shape.once) {
            wanted.entry(shape.table).or_insert((shape, HashSet::new())).1.insert(&values[0]);
        }
        let mut here = HashMap::new();
        for (table, (shape, keys)) in wanted {
            let mut keys: Vec<Value> = keys.into_iter().cloned().collect();
            keys.sort_unstable();
            for values in shape::by_first_key(tx, shape, &keys).await? {
                here.insert((table, values[..shape.keys()].to_vec()), values);
            }
        }
        Ok(Here(here))
    }

    fn row(&self, (shape, values): &(&'static Shape, Values)) -> Option<&Values> {
        self.0.get(&(shape.table, values[..shape.keys()].to_vec()))
    }

    /// A digest of what is here in place of rows; `None` where the first of them is not here.
    fn content(&self, made: &[(&'static Shape, Values)]) -> Option<Vec<u8>> {
        self.row(&made[0])?;
        let here: Vec<(&'static Shape, Values)> = made
            .iter()
            .map(|row| (row.0, self.row(row).cloned().unwrap_or_else(|| vec![Value::Null; row.0.columns.len()])))
            .collect();
        Some(digest(&here))
    }
}

/// A digest over everything whose change would mean that somebody was here.
fn digest(rows: &[(&'static Shape, Values)]) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    for (shape, values) in rows.iter().filter(|(shape, _)| !shape.once) {
        hasher.update(shape.table.as_bytes());
        for value in shape.content(values) {
            match value {
                Value::Null => hasher.update(&[0]),
                Value::Integer(number) => hasher.update(&[1]).update(&number.to_le_bytes()),
                Value::Text(text) => {
                    hasher.update(&[2]).update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes())
                }
                Value::Flag(flag) => hasher.update(&[3, u8::from(*flag)]),
                Value::Time(time) => hasher.update(&[4]).update(&time.timestamp_micros().to_le_bytes()),
            };
        }
    }
    hasher.finalize().as_bytes()[..DIGEST_BYTES].to_vec()
}

/// A row's key as it is remembered.
fn row_key(key: &[Value]) -> String {
    let part = |value: &Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    key.iter().map(part).collect::<Vec<_>>().join("/")
}

/// The old path of a page whose address changes, and the page that is to be found elsewhere now.
fn moved<'p>(
    cx: &Context,
    before: Option<&(Page, &str)>,
    after: Option<&'p (Page, &str)>,
) -> Option<(String, &'p Page)> {
    let words = &cx.site.config.paths;
    let path = |(page, name): &(Page, &str)| {
        let otherwise = match page {
            Page::Creation { .. } => &words.creation_without_slug,
            _ => &words.person_without_slug,
        };
        words.path(page, &slug_or(name, otherwise))
    };
    let (before, after) = (before?, after?);
    let old = path(before);
    (old != path(after)).then_some((old, &after.0))
}

fn touch(shape: &Shape, values: &mut Values, now: DateTime<Utc>) {
    for (column, value) in shape.columns.iter().zip(values) {
        if column.role == Role::ChangedAt {
            *value = Value::Time(now);
        }
    }
}

/// Writes all rows, table by table in the order in which a row's tables refer to each other.
async fn put(tx: &mut Tx, rows: &[Option<Vec<(&'static Shape, Values)>>]) -> Result<(), sqlx::Error> {
    let mut by_shape: Vec<(&'static Shape, Vec<&Values>)> = Vec::new();
    for (shape, values) in rows.iter().flatten().flatten() {
        match by_shape.iter_mut().find(|(known, _)| known.table == shape.table) {
            Some((_, rows)) => rows.push(values),
            None => by_shape.push((shape, vec![values])),
        }
    }
    for (shape, rows) in by_shape {
        shape::put(tx, shape, &rows).await?;
    }
    Ok(())
}

/// Counts what became of rows and writes their findings.
fn settle(report: &mut Report, job: &Job, converted: &[Converted], fates: &[Fate]) -> Result<(), Error> {
    let table = job.table.name;
    // The key of a digest of an address is that digest.
    let shown = |key: &str| if job.table.name == BLACKLIST.name { String::new() } else { key.to_owned() };
    for (one, fate) in converted.iter().zip(fates) {
        let key = shown(&one.key);
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
