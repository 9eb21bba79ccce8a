//! Writing a batch of converted rows: each is compared with what is remembered of it and with what is here
//! ([`mod@decide`]), and what must be written goes into one transaction together with what is remembered.

mod decide;
mod here;
mod moving;
mod settled;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use self::decide::{Fate, decide};
use self::here::{Here, content_digest, counters, increases, key_of, row_key};
use super::body::SANITISER_VERSION;
use super::context::Context;
use super::reader::{Made, Stop};
use super::report::Finding;
use super::run::{Job, Keys};
use crate::db::imported::Remembered;
use crate::db::shape::{self, Role, Shape, Value, Values};
use crate::db::{Db, Tx, identities, imported, publishing, stale};

pub(super) use self::here::{as_they_are, as_written, digest_of, key_from};
pub(super) use self::settled::Settled;

/// A row with what its conversion gave.
pub(super) struct Converted {
    pub(super) key: String,
    pub(super) digest: Vec<u8>,
    pub(super) circumstances: Vec<u8>,
    pub(super) depends_on: i64,
    pub(super) made: Made,
    pub(super) findings: Vec<Finding>,
    pub(super) repaired: bool,
    pub(super) cleaned: bool,
}

/// Rows of one or more tables, made of one row of the source.
type Rows = Vec<(&'static Shape, Values)>;

/// A row in the transaction that writes it.
struct Writing {
    key: String,
    /// What is remembered of it.
    before: Option<Remembered>,
    /// What it becomes, or why not.
    made: Made,
    /// A digest of what it becomes.
    written: Vec<u8>,
    /// The source's counters.
    counters: String,
    fate: Fate,
}

/// Writes what must be written of a batch; says what became of each row, and whether anything here is another than before.
pub(super) async fn write(
    db: &Db,
    cx: &Context,
    job: &Job,
    mut converted: Vec<Converted>,
    now: DateTime<Utc>,
) -> sqlx::Result<(Vec<Settled>, bool)> {
    if converted.is_empty() {
        return Ok((Vec::new(), false));
    }
    let mut tx = db.write().await?;
    publishing::lock_alone(&mut tx).await?;
    let names: Vec<String> = converted.iter().map(|one| one.key.clone()).collect();
    let mut remembered = imported::by_keys(&mut tx, job.table.name, &names).await?;
    let mut rows: Vec<Writing> = converted
        .iter_mut()
        .map(|one| Writing {
            key: one.key.clone(),
            before: remembered.remove(&one.key),
            made: std::mem::replace(&mut one.made, Err(Stop::Skip(""))),
            written: Vec::new(),
            counters: String::new(),
            fate: Fate::New,
        })
        .collect();
    if job.keys == Keys::Given {
        give_keys(&mut tx, &mut rows).await?;
    }
    for row in &mut rows {
        if let Ok(made) = &row.made {
            (row.written, row.counters) = (content_digest(made), counters(made));
        }
    }
    let here = Here::load(&mut tx, job, &rows).await?;
    decide(job, &here, &mut rows, &converted);
    let wrote = carry_out(&mut tx, cx, job, &here, &mut rows, now).await?;
    remember(&mut tx, job, &rows, &converted).await?;
    if wrote {
        imported::begin(&mut tx).await?;
    }
    tx.commit().await?;
    let settled = rows.into_iter().zip(converted);
    Ok((settled.map(|(row, one)| Settled::new(row, one)).collect(), wrote))
}

/// Numbers rows: those that came over before as then, the others by the next numbers of their table.
async fn give_keys(tx: &mut Tx, rows: &mut [Writing]) -> sqlx::Result<()> {
    let Some(table) = rows.iter().find_map(|row| Some(row.made.as_ref().ok()?.first()?.0.table)) else {
        return Ok(());
    };
    let mut next = identities::next(tx, table).await?;
    for row in rows {
        let Ok(made) = &mut row.made else { continue };
        let number = row.before.as_ref().and_then(|before| before.row_key.parse().ok()).unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        for (_, values) in made {
            values[0] = Value::Integer(number);
        }
    }
    Ok(())
}

/// Does what was decided; says whether anything was written.
async fn carry_out(
    tx: &mut Tx,
    cx: &Context,
    job: &Job,
    here: &Here,
    rows: &mut [Writing],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let mut goes_on: Rows = Vec::new();
    for row in &*rows {
        if let (Ok(made), true) = (&row.made, row.fate.follows_counters()) {
            let before = row.before.as_ref().map_or("", |before| before.counters.as_str());
            goes_on.extend(increases(made, here, before));
        }
    }
    let mut pages = moving::move_rows(tx, cx, job, here, rows).await?;
    let mut wrote = !goes_on.is_empty();
    for row in rows.iter_mut() {
        match row.fate {
            Fate::New => {}
            Fate::Changed { content: true } => {
                if let Ok(made) = &mut row.made {
                    // What is written once and was deleted here stays deleted.
                    made.retain(|(shape, _)| !shape.once);
                    made.iter_mut().for_each(|(shape, values)| touch(shape, values, now));
                }
            }
            Fate::TakenBack(_) => {
                if let (Some(shape), Some(before)) = (job.taken_back, &row.before) {
                    shape::delete(tx, shape, &key_from(shape, &before.row_key)).await?;
                }
                wrote = true;
                continue;
            }
            _ => continue,
        }
        wrote = true;
    }
    moving::leave_nicks(tx, here, rows).await?;
    let written = |row: &&Writing| matches!(row.fate, Fate::New | Fate::Changed { content: true });
    let new = rows.iter().filter(written).filter_map(|row| row.made.as_ref().ok()).flatten();
    for (shape, rows) in by_shape(new) {
        shape::put(tx, shape, &rows).await?;
        // At once: a run that is killed must not leave a counter behind that gives these numbers again.
        identities::advance(tx, shape.table).await?;
    }
    for (shape, rows) in by_shape(goes_on.iter()) {
        shape::go_on(tx, shape, &rows).await?;
    }
    pages.retain(|page| cx.site.offers(page));
    stale::mark(tx, &pages, 0).await?;
    Ok(wrote)
}

async fn remember(tx: &mut Tx, job: &Job, rows: &[Writing], converted: &[Converted]) -> sqlx::Result<()> {
    let mut memories = Vec::new();
    let mut forgotten = Vec::new();
    for (row, one) in rows.iter().zip(converted) {
        let now = || Remembered {
            source_key: row.key.clone(),
            source_digest: one.digest.clone(),
            written_digest: row.written.clone(),
            row_key: row.made.as_ref().map_or(String::new(), |made| row_key(&key_of(&made[0]))),
            cleaned_by: if one.cleaned { SANITISER_VERSION } else { 0 },
            depends_on: one.depends_on,
            circumstances: one.circumstances.clone(),
            counters: row.counters.clone(),
        };
        match (&row.fate, &row.before) {
            (Fate::New | Fate::Changed { .. } | Fate::Unchanged, _) => memories.push(now()),
            // What was written then is still what a change here is told by.
            (Fate::Left, Some(before)) => {
                memories.push(Remembered { written_digest: before.written_digest.clone(), ..now() });
            }
            (Fate::Kept, Some(before)) if before.counters != row.counters => {
                memories.push(Remembered { counters: row.counters.clone(), ..before.clone() });
            }
            (Fate::TakenBack(_), _) => forgotten.push(row.key.clone()),
            _ => {}
        }
    }
    imported::remember(tx, job.table.name, &memories).await?;
    imported::forget(tx, job.table.name, &forgotten).await
}

fn touch(shape: &Shape, values: &mut Values, now: DateTime<Utc>) {
    for (column, value) in shape.columns.iter().zip(values) {
        if column.role == Role::ChangedAt {
            *value = Value::Time(now);
        }
    }
}

/// Rows table by table, in the order in which a row's tables refer to each other.
fn by_shape<'r>(rows: impl Iterator<Item = &'r (&'static Shape, Values)>) -> Vec<(&'static Shape, Vec<&'r Values>)> {
    let mut order: Vec<(&'static Shape, Vec<&Values>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (shape, values) in rows {
        let at = *places.entry(shape.table).or_insert_with(|| {
            order.push((shape, Vec::new()));
            order.len() - 1
        });
        order[at].1.push(values);
    }
    order
}
