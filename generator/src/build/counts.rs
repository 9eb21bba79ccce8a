//! What the loops of one build count and tell each other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::watch;

use super::{Summary, removal};

/// Counts that the loops share.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) rendered: AtomicU64,
    pub(super) written: AtomicU64,
    pub(super) unchanged: AtomicU64,
    pub(super) failed: std::sync::Mutex<BTreeMap<String, String>>,
    /// One loop has met an error that concerns all.
    pub(super) stop: AtomicBool,
    /// The process is to end when this says so.
    pub(super) end: Option<watch::Receiver<bool>>,
    /// A page was denied a path that another one has. Perhaps that one is about to leave it, in another batch.
    pub(super) contested: AtomicBool,
    /// A path was buried.
    pub(super) buried: AtomicBool,
    /// The database knows that there are many marks.
    pub(super) analyzed: AtomicBool,
}

impl Counts {
    /// For a build that is to end early where it is told to.
    pub(super) fn until(end: watch::Receiver<bool>) -> Counts {
        Counts { end: Some(end), ..Counts::default() }
    }

    /// Whether nothing more is to be begun.
    pub(super) fn stops(&self) -> bool {
        let ends = |end: &watch::Receiver<bool>| *end.borrow() || end.has_changed().is_err();
        self.stop.load(Ordering::Relaxed) || self.end.as_ref().is_some_and(ends)
    }

    pub(super) fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// All that was done, with what was removed in the end.
    pub(super) fn summary(&self, removed: removal::Removed) -> Summary {
        Summary {
            marked: Vec::new(),
            rendered: self.rendered.load(Ordering::Relaxed),
            written: self.written.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            deleted: removed.count as u64,
            failed: std::mem::take(&mut *self.failed()).into_iter().chain(removed.failed).collect(),
        }
    }

    pub(super) fn failed(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
