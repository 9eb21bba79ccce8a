//! What a text costs, in steps and not by a clock: whatever goes on for longer the longer a text is says so. Counted in
//! tests alone, for the one that keeps every text's cost in proportion to its length.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Notes steps of this thread.
#[cfg(test)]
pub(super) fn steps(count: usize) {
    STEPS.set(STEPS.get() + count);
}

/// Nothing.
#[cfg(not(test))]
pub(super) fn steps(_count: usize) {}

/// The steps that something takes in this thread.
#[cfg(test)]
pub(super) fn of(work: impl FnOnce()) -> usize {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}
