//! What of a batch is here already, and how it differs from what was written.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::row::DIGEST_BYTES;
use super::super::run::Job;
use super::{Rows, Writing};
use crate::db::Tx;
use crate::db::imported::Remembered;
use crate::db::shape::{self, Of, Shape, Value, Values};

/// Rows that are here, by table and key.
pub(super) struct Here(HashMap<(&'static str, Vec<Value>), Values>);

impl Here {
    /// Reads the rows of the keys that a batch's rows have, and of those that they had.
    pub(super) async fn load(tx: &mut Tx, job: &Job, rows: &[Writing]) -> sqlx::Result<Here> {
        let mut wanted: HashMap<&'static str, (&'static Shape, HashSet<Value>)> = HashMap::new();
        let mut want = |shape: &'static Shape, key: Value| {
            wanted.entry(shape.table).or_insert((shape, HashSet::new())).1.insert(key);
        };
        for row in rows {
            let Ok(made) = &row.made else {
                if let (Some(shape), Some(before)) = (job.taken_back, &row.before) {
                    want(shape, key_from(shape, &before.row_key).swap_remove(0));
                }
                continue;
            };
            for (shape, values) in made.iter().filter(|(shape, _)| !shape.once) {
                want(shape, values[0].clone());
            }
            if let Some(before) = &row.before {
                want(made[0].0, key_from(made[0].0, &before.row_key).swap_remove(0));
            }
        }
        let mut here = HashMap::new();
        for (table, (shape, keys)) in wanted {
            let mut keys: Vec<Value> = keys.into_iter().collect();
            keys.sort_unstable();
            for values in shape::by_first_key(tx, shape, &keys).await? {
                here.insert((table, values[..shape.keys()].to_vec()), values);
            }
        }
        Ok(Here(here))
    }

    /// The row of a key.
    pub(super) fn row(&self, shape: &Shape, key: &[Value]) -> Option<&Values> {
        self.0.get(&(shape.table, key.to_vec()))
    }

    /// A digest of what is here in place of rows, the first of which has the given key here; `None` where that one is
    /// not here.
    pub(super) fn content(&self, made: &Rows, key: &[Value]) -> Option<Vec<u8>> {
        self.row(made[0].0, key)?;
        let place = |at: usize, row: &(&'static Shape, Values)| {
            let key = if at == 0 { key.to_vec() } else { key_of(row) };
            let values = self.row(row.0, &key).cloned();
            (row.0, values.unwrap_or_else(|| vec![Value::Null; row.0.columns.len()]))
        };
        let here: Rows = made.iter().enumerate().map(|(at, row)| place(at, row)).collect();
        Some(content_digest(&here))
    }
}

/// What is here of remembered rows of one table, in their order.
pub(in super::super) async fn as_they_are(
    tx: &mut Tx,
    shape: &'static Shape,
    before: &[Remembered],
) -> sqlx::Result<Vec<Option<Values>>> {
    let keys: Vec<Vec<Value>> = before.iter().map(|row| key_from(shape, &row.row_key)).collect();
    let mut there = by_key(tx, shape, keys.iter()).await?;
    Ok(keys.iter().map(|key| there.remove(key)).collect())
}

/// [`content_digest`] of one row.
pub(in super::super) fn digest_of(shape: &'static Shape, values: &Values) -> Vec<u8> {
    content_digest(&vec![(shape, values.clone())])
}

/// The numbers of those remembered rows, each of which became one row under one number in every one of these tables, that
/// are here as they were written.
pub(in super::super) async fn as_written(
    tx: &mut Tx,
    shapes: &[&'static Shape],
    before: impl Iterator<Item = &Remembered>,
) -> sqlx::Result<HashSet<i64>> {
    let before: HashMap<Vec<Value>, &Remembered> = before.map(|row| (key_from(shapes[0], &row.row_key), row)).collect();
    let mut here: HashMap<&[Value], Rows> = before.keys().map(|key| (&key[..], Vec::new())).collect();
    for shape in shapes {
        let mut there = by_key(tx, shape, before.keys()).await?;
        for (key, rows) in &mut here {
            let values = there.remove(*key);
            rows.push((shape, values.unwrap_or_else(|| vec![Value::Null; shape.columns.len()])));
        }
    }
    let is_as_written = |(key, rows): &(&[Value], Rows)| content_digest(rows) == before[*key].written_digest;
    let number = |(key, _): (&[Value], Rows)| if let [Value::Integer(number)] = key { Some(*number) } else { None };
    Ok(here.into_iter().filter(is_as_written).filter_map(number).collect())
}

/// The rows of these keys that are here.
async fn by_key(
    tx: &mut Tx,
    shape: &'static Shape,
    keys: impl Iterator<Item = &Vec<Value>>,
) -> sqlx::Result<HashMap<Vec<Value>, Values>> {
    let first: BTreeSet<Value> = keys.map(|key| key[0].clone()).collect();
    let first: Vec<Value> = first.into_iter().collect();
    let rows = shape::by_first_key(tx, shape, &first).await?;
    Ok(rows.into_iter().map(|values| (values[..shape.keys()].to_vec(), values)).collect())
}

/// A digest over everything whose change would mean that somebody was here.
pub(super) fn content_digest(rows: &Rows) -> Vec<u8> {
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

/// A row's key.
pub(super) fn key_of((shape, values): &(&'static Shape, Values)) -> Vec<Value> {
    values[..shape.keys()].to_vec()
}

/// A row's key as it is remembered.
pub(super) fn row_key(key: &[Value]) -> String {
    let part = |value: &Value| match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    key.iter().map(part).collect::<Vec<_>>().join("/")
}

/// The key that a remembered one is. A text is the last part of its key, so it may hold slashes.
pub(in super::super) fn key_from(shape: &Shape, row_key: &str) -> Vec<Value> {
    let keys = shape.keys();
    let mut parts = row_key.splitn(keys, '/');
    let of = |column: &shape::Column| {
        let part = parts.next().unwrap_or_default();
        match column.of {
            Of::Integer => part.parse().map_or(Value::Null, Value::Integer),
            _ => Value::Text(part.to_owned()),
        }
    };
    shape.columns[..keys].iter().map(of).collect()
}

/// The values that go on by themselves, of all rows: numbers, times as microseconds.
fn going_on(rows: &Rows) -> Vec<Option<i64>> {
    let rows = rows.iter().filter(|(shape, _)| !shape.once);
    rows.flat_map(|(shape, values)| shape.initial().map(|at| as_number(&values[at]))).collect()
}

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Time(time) => Some(time.timestamp_micros()),
        _ => None,
    }
}

/// The source's counters as they are remembered; empty where a row has none.
pub(super) fn counters(made: &Rows) -> String {
    match going_on(made) {
        counters if counters.is_empty() => String::new(),
        counters => serde_json::to_string(&counters).expect("numbers are JSON"),
    }
}

/// What [`shape::go_on`] has to be given so that rows here follow the source's counters, which were `before` when it was
/// read last. Where nothing has gone on here, they become the source's; otherwise what they have grown there is added,
/// and nothing is ever taken away from what came here. Of times the later one counts.
pub(super) fn increases(made: &Rows, here: &Here, before: &str) -> Rows {
    let before: Vec<Option<i64>> = serde_json::from_str(before).unwrap_or_default();
    let is_known = before.len() == going_on(made).len();
    let mut before = before.into_iter();
    let mut rows = Vec::new();
    for row in made.iter().filter(|(shape, _)| !shape.once) {
        let (shape, values) = row;
        let there = here.row(shape, &key_of(row));
        let mut increased = None;
        for at in shape.initial() {
            let then = before.next().flatten().filter(|_| is_known);
            let Some(there) = there else { continue };
            let (now, ours) = (as_number(&values[at]), as_number(&there[at]));
            if shape.columns[at].of == Of::Integer {
                let (now, ours) = (now.unwrap_or(0), ours.unwrap_or(0));
                let by = match then {
                    Some(then) if then == ours => now - ours,
                    Some(then) => (now - then).max(0),
                    None => (now - ours).max(0),
                };
                increased.get_or_insert_with(|| (false, values.clone())).1[at] = Value::Integer(by);
                increased.as_mut().expect("just inserted").0 |= by != 0;
            } else if now > ours {
                increased.get_or_insert_with(|| (false, values.clone())).0 = true;
            }
        }
        if let Some((true, values)) = increased {
            rows.push((*shape, values));
        }
    }
    rows
}
