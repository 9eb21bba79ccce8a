//! When a loop does what: pure, the caller says what time it is.

use std::time::{Duration, Instant};

/// How a loop spends its time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it sleeps where nothing wakes it.
    pub poll: Duration,
    /// The time between two renderings of the pages that many changes share. The first change after a quiet time has
    /// nothing to wait for.
    pub shared: Duration,
    /// The longest round where there is more to do than one batch holds; the next one looks again what is urgent.
    pub crowded: Duration,
    /// How long it leaves the database alone after that has failed; it doubles each time, up to half a minute.
    pub trouble: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            poll: Duration::from_secs(1),
            shared: Duration::from_millis(100),
            crowded: Duration::from_secs(1),
            trouble: Duration::from_millis(500),
        }
    }
}

/// What a round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Posts alone.
    Posts,
    /// Everything.
    All,
}

/// When the next rounds are due.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    pace: Pace,
    shared_due: Instant,
    poll_due: Instant,
}

impl Turns {
    /// Everything has just been built, and it is time for a poll.
    pub fn begin(pace: Pace, now: Instant) -> Turns {
        Turns { pace, shared_due: now + pace.shared, poll_due: now }
    }

    /// Whether it is time for a poll, which then has its next time. A loop that is woken all the time polls as well.
    pub fn is_poll(&mut self, now: Instant) -> bool {
        let is_due = now >= self.poll_due;
        if is_due {
            self.poll_due = now + self.pace.poll;
        }
        is_due
    }

    /// What a round that begins now is for.
    pub fn round(&self, now: Instant) -> Round {
        if now >= self.shared_due { Round::All } else { Round::Posts }
    }

    /// A round has ended now. Gives the time until which nothing is to be done unless somebody wakes the loop.
    pub fn ended(&mut self, round: Round, claimed_any: bool, now: Instant) -> Instant {
        match round {
            Round::All => {
                if claimed_any {
                    self.shared_due = now + self.pace.shared;
                }
                // Nothing is left but what is marked from now on.
                self.poll_due
            }
            // Who posted has marked pages that all share.
            Round::Posts => self.shared_due.min(self.poll_due),
        }
    }
}
