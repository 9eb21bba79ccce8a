//! Writing a batch of converted rows: each is compared with what is remembered of it and with what is here, and what
//! must be written goes into one transaction together with what is remembered.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::body::SANITISER_VERSION;
use super::context::Context;
use super::reader::{Made, Stop};
use super::report::Finding;
use super::row::DIGEST_BYTES;
use super::run::{Job, Keys};
use crate::db::imported::Remembered;
use crate::db::shape::{self, Role, Shape, Value, Values};
use crate::db::{Db, Tx, imported, publishing, redirects, stale};
use crate::model::AuthorId;
use crate::page::{Page, Part};
use crate::text::slug::slug_or;

/// A row with what its conversion gave.
pub(super) struct Converted {
    pub(super) key: String,
    pub(super) digest: Vec<u8>,
    pub(super) made: Made,
    pub(super) findings: Vec<Finding>,
    pub(super) repaired: bool,
    pub(super) cleaned: bool,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    Changed,
    Unchanged,
    Kept,
    DeletedHere,
    Taken,
    Stopped(Stop),
}

/// Writes what must be written of a batch; says what became of each row.
pub(super) async fn write(
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
    publishing::lock_alone(&mut tx).await?;
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
            let before = here.row(&made[0]).map_or_else(Vec::new, |values| pages(cx, job, values));
            let after = pages(cx, job, &made[0].1);
            for (before, after) in before.iter().zip(&after) {
                if let Some((path, page)) = moved(cx, before, after) {
                    redirects::put(&mut tx, &path, &page.to_string()).await?;
                    stale_pages.push(Page::Redirect(path));
                }
            }
            stale_pages.extend(before.into_iter().chain(after).map(|(page, _)| page));
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
    // A row of a second table that is not there says nothing, so that one which the source gets later is a change of it.
    let is_there = |(shape, values): &&(&Shape, Values)| shape.content(values).any(|value| *value != Value::Null);
    for (shape, values) in rows.iter().filter(|(shape, _)| !shape.once).filter(is_there) {
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

/// The pages whose addresses a row makes: its own, and of a member who is an author the author's too.
fn pages<'v>(cx: &Context, job: &Job, values: &'v Values) -> Vec<(Page, &'v str)> {
    let Some((page, name)) = (job.page)(values) else { return Vec::new() };
    let author = match &page {
        Page::Member(id) => cx.author_of_member.get(&id.0).map(|author| AuthorId(*author)),
        _ => None,
    };
    let author = author.map(|id| (Page::Author { id, part: Part::Head }, name));
    std::iter::once((page, name)).chain(author).collect()
}

/// The old path of a page whose address changes, and the page that is to be found elsewhere now.
fn moved<'p>(cx: &Context, before: &(Page, &str), after: &'p (Page, &str)) -> Option<(String, &'p Page)> {
    let words = &cx.site.config.paths;
    let path = |(page, name): &(Page, &str)| {
        let otherwise = match page {
            Page::Creation { .. } => &words.creation_without_slug,
            _ => &words.person_without_slug,
        };
        words.path(page, &slug_or(name, otherwise))
    };
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
