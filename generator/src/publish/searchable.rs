//! The search's entries, kept true: a change notes which things it touches, and their entries are made anew from their
//! rows in its own transaction. Rows that were written past the door, as an import does, are caught up with afterwards.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use rayon::prelude::*;
use serde_json::Value;

use crate::db::search::{self, Entry, Kind, Source};
use crate::db::{self, Db, Tx, publishing};
use crate::model::{Text, TextFormat};
use crate::text::plain::plain;
use crate::text::words::words;

/// Grows when other words are made of the same texts.
const VERSION: i64 = 1;
/// Things of one transaction.
const BATCH: usize = 500;
/// Things of one transaction that people wait for.
const BATCH_BESIDE_PEOPLE: usize = 20;
/// Characters of a text that are read; longer ones are found by their beginning.
pub const TEXT_CHARS_MAX: usize = 1_000_000;
/// Different words of a thing that are kept; what has more of them is no text.
const WORDS_MAX: usize = 20_000;

/// What a change has touched.
pub(super) type Touched = BTreeSet<(Kind, i64)>;

/// Makes the entries of what was touched anew.
pub(super) async fn index(tx: &mut Tx, touched: &Touched) -> db::Result<()> {
    for kind in Kind::ALL {
        let ids: Vec<i64> = touched.iter().filter(|(other, _)| *other == kind).map(|(_, id)| *id).collect();
        if !ids.is_empty() {
            index_kind(tx, kind, &ids).await?;
        }
    }
    Ok(())
}

async fn index_kind(tx: &mut Tx, kind: Kind, ids: &[i64]) -> db::Result<u64> {
    let sources = search::sources(tx, kind, ids).await?;
    let entries: Vec<Entry> = match sources.len() {
        // Waking another core takes longer than the few that somebody changes.
        0..=BATCH_BESIDE_PEOPLE => sources.into_iter().map(|source| entry(kind, source)).collect(),
        _ => sources.into_par_iter().map(|source| entry(kind, source)).collect(),
    };
    search::replace(tx, kind, ids, &entries).await
}

/// The words of a thing.
fn entry(kind: Kind, source: Source) -> Entry {
    let mut all = HashSet::new();
    for text in texts(&source) {
        for word in words(&text) {
            if all.len() < WORDS_MAX {
                all.insert(word.folded);
            }
        }
    }
    let title_words: HashSet<String> = words(&source.title).map(|word| word.folded).collect();
    all.extend(title_words.iter().cloned());
    Entry {
        kind,
        item_id: source.item_id,
        section: source.section,
        dated_at: source.dated_at,
        title_words: sorted(title_words),
        words: sorted(all),
    }
}

/// The order is part of an entry's digest.
fn sorted(words: HashSet<String>) -> Vec<String> {
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort_unstable();
    words
}

/// What a thing says, its title left out, as plain texts in the order in which a passage is looked for.
pub fn texts(source: &Source) -> Vec<String> {
    let mut texts: Vec<String> = source.texts.iter().map(|text| plain(text, TEXT_CHARS_MAX)).collect();
    if let Ok(Value::Object(attributes)) = serde_json::from_str(&source.attributes) {
        // Paths of files are no words of anybody.
        let is_path = |text: &str| text.contains('/') && !text.contains(' ');
        let words = attributes.values().filter_map(Value::as_str).filter(|text| !is_path(text));
        // A long one is written as the body is.
        let format = source.texts.last().map_or(TextFormat::Markdown, |body| body.format);
        texts.extend(words.map(|words| plain(&Text { source: words.to_owned(), format }, TEXT_CHARS_MAX)));
    }
    texts
}

/// Who else writes meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nobody who would wait for it.
    Nobody,
    /// People: little is done at a time, with a pause as long after it.
    People,
}

/// Gives every public thing its entry, where that is not certain, batch by batch. Gives how many entries were written or
/// removed.
///
/// # Errors
/// Where the database fails; what was done before that stays.
pub async fn catch_up(db: &Db, beside: Beside) -> db::Result<u64> {
    let batch = match beside {
        Beside::Nobody => BATCH,
        Beside::People => BATCH_BESIDE_PEOPLE,
    };
    let mut changed = 0;
    loop {
        let state = search::state(&mut db.snapshot().await?).await?;
        if state.version == VERSION {
            return Ok(changed);
        }
        for kind in Kind::ALL {
            let mut after = i64::MIN;
            loop {
                let begun = Instant::now();
                let mut tx = db.write_relaxed().await?;
                publishing::lock_alone(&mut tx).await?;
                let ids = search::ids_after(&mut tx, kind, after, batch as i64).await?;
                let Some(last) = ids.last() else { break };
                after = *last;
                changed += index_kind(&mut tx, kind, &ids).await?;
                tx.commit().await?;
                if beside == Beside::People {
                    tokio::time::sleep(begun.elapsed()).await;
                }
            }
        }
        // Unless somebody has written past the door meanwhile, behind us.
        let mut tx = db.write().await?;
        search::set_version(&mut tx, VERSION, state.epoch).await?;
        tx.commit().await?;
    }
}
