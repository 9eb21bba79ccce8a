//! Reads and downloads, gathered in the process: a request waits for no write. Every hour and at the end of the
//! process they are added to the database in one transaction; a kill loses what was gathered since.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use chrono::{DateTime, Utc};
use generator::model::CreationId;
use generator::publish::counters::{self, Count};
use generator::publish::{self, Door};

/// The longest that a count may be lost for, and the least pause between two builds of the pages that show it.
pub const FLUSH_PAUSE: Duration = Duration::from_secs(3600);

/// Headers by which browsers and readers say that nobody has asked for the address yet.
const PREFETCH_HEADERS: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];
/// What programs that walk the web call themselves.
const ROBOT_WORDS: [&str; 4] = ["bot", "crawl", "spider", "slurp"];

/// Counts by creation: at most one entry for each creation that there is.
#[derive(Debug, Default)]
pub struct Counters(Mutex<BTreeMap<CreationId, Count>>);

impl Counters {
    /// Notes counts.
    pub fn add(&self, creation: CreationId, count: Count) {
        let mut counts = self.lock();
        let sum = counts.entry(creation).or_default();
        sum.reads += count.reads;
        sum.downloads += count.downloads;
    }

    /// What was noted since the last flush.
    pub fn waiting(&self) -> BTreeMap<CreationId, Count> {
        self.lock().clone()
    }

    /// Adds what was noted to the database and marks the pages that show it. What cannot be written is kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn flush(&self, door: &Door, now: DateTime<Utc>) -> publish::Result<()> {
        let taken = std::mem::take(&mut *self.lock());
        if taken.is_empty() {
            return Ok(());
        }
        let written = write(door, now, &taken).await;
        if written.is_err() {
            for (creation, count) in taken {
                self.add(creation, count);
            }
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<CreationId, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(door: &Door, now: DateTime<Utc>, counts: &BTreeMap<CreationId, Count>) -> publish::Result<()> {
    let mut change = door.begin(now).await?;
    counters::add(&mut change, counts).await?;
    change.commit().await.map(drop)
}

/// Whether a request is somebody who reads: not a look at the headers, not a prefetch, not a robot that says so.
pub fn is_reader(method: &Method, headers: &HeaderMap) -> bool {
    let lower = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_ascii_lowercase);
    let prefetch = PREFETCH_HEADERS.into_iter().filter_map(lower).any(|purpose| {
        let purposes = ["prefetch", "prerender", "preview"];
        purposes.into_iter().any(|word| purpose.contains(word))
    });
    let robot =
        lower(header::USER_AGENT.as_str()).is_some_and(|agent| ROBOT_WORDS.iter().any(|word| agent.contains(word)));
    *method == Method::GET && !prefetch && !robot
}
