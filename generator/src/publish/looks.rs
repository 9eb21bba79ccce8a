//! Looks at the marks for all who wait in a process: a hundred people whose posts are being rendered ask together.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::db::stale::{self, Progress};
use crate::db::{self, Db};

/// The answer of a look: page → how far its mark has come. A page that is not in it is clean.
pub(crate) type Seen = Arc<HashMap<String, Progress>>;

/// Looks of one process, one after another.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// How many have begun.
    begun: AtomicU64,
    /// The number of the last one and what it saw.
    last: tokio::sync::Mutex<(u64, Seen)>,
    /// The pages of those who wait now, with how many wait for each.
    wanted: Mutex<BTreeMap<String, usize>>,
}

/// Pages that are wanted until it is dropped.
struct Wanting<'a> {
    looks: &'a Looks,
    pages: &'a [String],
}

impl Looks {
    /// How far the marks of these pages have come, as of now or a little later.
    ///
    /// # Errors
    /// Where the database fails.
    pub(crate) async fn look(&self, db: &Db, pages: &[String]) -> db::Result<Seen> {
        let _wanting = self.want(pages);
        // A look that has begun already may not know of these pages.
        let enough = self.begun.load(Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.0 < enough {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            let wanted: Vec<String> = self.wanted().keys().cloned().collect();
            let mut tx = db.snapshot().await?;
            *last = (number, Arc::new(stale::progress(&mut tx, &wanted).await?));
        }
        Ok(Arc::clone(&last.1))
    }

    fn want<'a>(&'a self, pages: &'a [String]) -> Wanting<'a> {
        let mut wanted = self.wanted();
        for page in pages {
            *wanted.entry(page.clone()).or_default() += 1;
        }
        Wanting { looks: self, pages }
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Wanting<'_> {
    fn drop(&mut self) {
        let mut wanted = self.looks.wanted();
        for page in self.pages {
            if let Some(count) = wanted.get_mut(page) {
                *count -= 1;
                if *count == 0 {
                    wanted.remove(page);
                }
            }
        }
    }
}
