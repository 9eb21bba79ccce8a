//! What becomes of each row of a batch: pure, from what is remembered of it and what is here.

use std::collections::HashSet;

use super::super::reader::Stop;
use super::super::run::Job;
use super::here::{Here, content_digest, increases, key_from, key_of, row_key};
use super::{Converted, Rows, Writing};
use crate::db::shape::Value;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Written for the first time.
    New,
    /// Written again, or, where its content is as it was, its counters alone.
    Changed { content: bool },
    /// Nothing is to be done.
    Unchanged,
    /// Only the circumstances have changed, and somebody has changed the row here: it stays, which is worth no word.
    Left,
    /// Both sides have changed it: it stays as it is here.
    Kept,
    /// It was deleted here and stays so.
    DeletedHere,
    /// Another row here has its number.
    Taken,
    /// A rule leaves it out; of one that came over before, what becomes of it here.
    Skipped { because: &'static str, here: Option<Left> },
    /// The source has taken it back, and it goes here as well; why.
    TakenBack(&'static str),
    /// Nothing can be made of it.
    Fault(&'static str),
}

/// A row that came over before and is left out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It stays, since somebody changed it here.
    Changed,
    /// It stays.
    AsItWas,
}

impl Fate {
    /// Whether the counters of the row here follow those of the source.
    pub(super) fn follows_counters(self) -> bool {
        matches!(self, Fate::Changed { .. } | Fate::Kept)
    }
}

/// Decides for a whole batch, since rows may take the places that others of it leave.
pub(super) fn decide(job: &Job, here: &Here, rows: &mut [Writing], converted: &[Converted]) {
    let (mut claimed, freed) = settle_moves(here, rows);
    for (row, one) in rows.iter_mut().zip(converted) {
        row.fate = match &row.made {
            Err(stop) => stopped(job, here, row, *stop),
            Ok(made) => of_row(here, row, made, one, &mut claimed, &freed),
        };
    }
}

fn stopped(job: &Job, here: &Here, row: &Writing, stop: Stop) -> Fate {
    match (stop, &row.before, job.taken_back) {
        (Stop::Fault(fault), ..) => Fate::Fault(fault),
        (Stop::Skip(because), None, _) | (Stop::TakenBack(because), None, _) => Fate::Skipped { because, here: None },
        (Stop::TakenBack(because), Some(before), Some(shape)) => {
            let there = here.row(shape, &key_from(shape, &before.row_key));
            match there.map(|values| content_digest(&vec![(shape, values.clone())]) == before.written_digest) {
                Some(true) => Fate::TakenBack(because),
                Some(false) => Fate::Skipped { because, here: Some(Left::Changed) },
                None => Fate::Skipped { because, here: None },
            }
        }
        (Stop::Skip(because) | Stop::TakenBack(because), Some(_), _) => {
            Fate::Skipped { because, here: Some(Left::AsItWas) }
        }
    }
}

fn of_row(
    here: &Here,
    row: &Writing,
    made: &Rows,
    one: &Converted,
    claimed: &mut HashSet<Vec<Value>>,
    freed: &HashSet<Vec<Value>>,
) -> Fate {
    let key = key_of(&made[0]);
    let Some(before) = &row.before else {
        let is_taken = here.row(made[0].0, &key).is_some() && !freed.contains(&key);
        return if is_taken || !claimed.insert(key) { Fate::Taken } else { Fate::New };
    };
    let old = key_from(made[0].0, &before.row_key);
    let Some(content) = here.content(made, &old) else { return Fate::DeletedHere };
    let is_as_written = content == before.written_digest;
    if old != key {
        return match (is_as_written, freed.contains(&old)) {
            (false, _) => Fate::Kept,
            (true, true) => Fate::Changed { content: true },
            (true, false) => Fate::Taken,
        };
    }
    if before.written_digest == row.written {
        let goes_on = before.counters != row.counters && !increases(made, here, &before.counters).is_empty();
        return if goes_on { Fate::Changed { content: false } } else { Fate::Unchanged };
    }
    match is_as_written {
        true => Fate::Changed { content: true },
        false if before.source_digest == one.digest => Fate::Left,
        false => Fate::Kept,
    }
}

/// Of the rows whose key has changed in the source, those that can follow: they are here as they were written, and their
/// new place is free or about to become so. Gives the places that they take and those that they leave.
fn settle_moves(here: &Here, rows: &[Writing]) -> (HashSet<Vec<Value>>, HashSet<Vec<Value>>) {
    let mut claimed = HashSet::new();
    let mut moves: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
    let mut shape = None;
    for row in rows {
        let (Some(before), Ok(made)) = (&row.before, &row.made) else { continue };
        let new = key_of(&made[0]);
        if before.row_key == row_key(&new) {
            continue;
        }
        let old = key_from(made[0].0, &before.row_key);
        let is_as_written = here.content(made, &old).is_some_and(|content| content == before.written_digest);
        if is_as_written && claimed.insert(new.clone()) {
            moves.push((old, new));
            shape = Some(made[0].0);
        }
    }
    let Some(shape) = shape else { return (claimed, HashSet::new()) };
    loop {
        let freed: HashSet<Vec<Value>> = moves.iter().map(|(old, _)| old.clone()).collect();
        let before = moves.len();
        moves.retain(|(_, new)| here.row(shape, new).is_none() || freed.contains(new));
        if moves.len() == before {
            return (moves.into_iter().map(|(_, new)| new).collect(), freed);
        }
    }
}
