//! What wakes loops and those who wait for them, within a process; it knows nothing of what they do.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::publish::looks::Looks;

/// What wakes loops and those who wait for them, within a process.
#[derive(Debug, Default)]
pub struct Signals {
    /// Something was marked.
    pub(crate) marked: Notify,
    /// Something was rendered.
    pub(crate) rendered: Notify,
    /// Something may be due to be purged.
    pub purges: Notify,
    /// A loop is to do at its next round what it does at each poll.
    looks_around: AtomicBool,
    /// Who waits looks here.
    pub(crate) looks: Looks,
    /// Loops that listen.
    builders: AtomicUsize,
}

impl Signals {
    /// Says that something was marked.
    pub fn mark(&self) {
        self.marked.notify_one();
    }

    /// Has a loop look around as at its poll, now.
    pub(crate) fn look_around(&self) {
        self.looks_around.store(true, Ordering::Release);
        self.mark();
    }

    /// Whether a builder of this process hears of what is marked.
    pub fn have_builder(&self) -> bool {
        self.builders.load(Ordering::Relaxed) > 0
    }

    /// Whether a loop is to look around now; the next to ask is not.
    pub(super) fn takes_look_around(&self) -> bool {
        self.looks_around.swap(false, Ordering::AcqRel)
    }

    pub(super) fn listen(&self) -> Listening<'_> {
        self.builders.fetch_add(1, Ordering::Relaxed);
        Listening(self)
    }
}

/// A builder that hears; dropped, it hears no more.
pub(super) struct Listening<'a>(&'a Signals);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.builders.fetch_sub(1, Ordering::Relaxed);
    }
}
