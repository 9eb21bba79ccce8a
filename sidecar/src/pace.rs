//! How often somebody may do something. Counted in the process: with several sidecars, by each of them.
//!
//! Each limit has a memory of its own, of bounded size, so that nobody can have the others' counts forgotten by filling
//! one with made-up keys.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::client::Client;

/// Keys that a limit remembers at once: a megabyte or so.
const KEYS_MAX: usize = 20_000;

/// A limit: so many at once, then one in each `pause`.
#[derive(Debug)]
pub struct Pace {
    burst: i32,
    pause: TimeDelta,
    hasher: RandomState,
    /// Key → when all of it is forgiven.
    until: Mutex<HashMap<u64, DateTime<Utc>>>,
}

/// When somebody may try again, in whole seconds from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFast(pub i64);

impl Pace {
    /// A limit of `burst` at once and one each `pause_seconds` in the long run.
    pub fn new(burst: i32, pause_seconds: i64) -> Pace {
        Pace { burst, pause: TimeDelta::seconds(pause_seconds), hasher: RandomState::new(), until: Mutex::default() }
    }

    /// Counts one more for a key.
    ///
    /// # Errors
    /// It would be too many; nothing is counted then.
    pub fn take(&self, key: impl Hash, now: DateTime<Utc>) -> Result<(), TooFast> {
        let key = self.hasher.hash_one(key);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = until.get(&key).copied().filter(|until| *until > now).unwrap_or(now);
        let excess = begins + self.pause - (now + self.pause * self.burst);
        if excess > TimeDelta::zero() {
            return Err(TooFast(excess.num_milliseconds().div_euclid(1_000) + 1));
        }
        if until.len() >= KEYS_MAX && !until.contains_key(&key) {
            make_room(&mut until, now);
        }
        until.insert(key, begins + self.pause);
        Ok(())
    }

    /// Forgets what was counted for a key.
    pub fn forgive(&self, key: impl Hash) {
        let key = self.hasher.hash_one(key);
        self.until.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

/// Forgets whom nothing is counted any more, and where these are not enough, the half that had done least.
fn make_room(until: &mut HashMap<u64, DateTime<Utc>>, now: DateTime<Utc>) {
    until.retain(|_, until| *until > now);
    if until.len() >= KEYS_MAX {
        let mut times: Vec<_> = until.values().copied().collect();
        let half = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(half);
        let median = *median;
        until.retain(|_, until| *until > median);
    }
}

/// What was seen lately, of bounded size as well.
#[derive(Debug, Default)]
struct Known {
    hasher: RandomState,
    /// Key → when it is forgotten.
    until: Mutex<HashMap<u64, DateTime<Utc>>>,
}

/// How long it is known from where somebody has logged in; as long as a session lasts.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

impl Known {
    fn note(&self, key: impl Hash, now: DateTime<Utc>) {
        let key = self.hasher.hash_one(key);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= KEYS_MAX && !until.contains_key(&key) {
            make_room(&mut until, now);
        }
        until.insert(key, now + KNOWN_FOR);
    }

    fn contains(&self, key: impl Hash, now: DateTime<Utc>) -> bool {
        let key = self.hasher.hash_one(key);
        self.until.lock().unwrap_or_else(PoisonError::into_inner).get(&key).is_some_and(|until| *until > now)
    }
}

/// All limits.
#[derive(Debug)]
pub struct Paces {
    /// Tries to log in from one address.
    pub login_by_client: Pace,
    /// Tries to log in under one name, from anywhere, whether there is such a member or not.
    login_by_name: Pace,
    /// The same from where the name's member has logged in, so that nobody locks members out by guessing at them.
    login_from_known: Pace,
    /// From where members have logged in, by the name that they typed.
    known: Known,
    /// Tries to change one member's password.
    pub password_by_member: Pace,
    /// Registrations from one address.
    pub registration_by_client: Pace,
    /// Registrations under one address of mail: each sends a mail there.
    pub registration_by_email: Pace,
    /// Passwords asked for from one address.
    pub reset_by_client: Pace,
    /// Passwords asked for under one address of mail.
    pub reset_by_email: Pace,
    /// Tries to choose a password by a link, or to confirm an address, from one address.
    pub link_by_client: Pace,
    /// Other addresses that one member asks for: each sends a mail there.
    pub email_by_member: Pace,
    /// Downloads of all that is kept of one member.
    pub own_data: Pace,
    /// What one member writes.
    pub writing: Pace,
    /// Votes of one member.
    pub voting: Pace,
    /// Looks at what was written, by one member: each is rendered.
    pub preview: Pace,
    /// The same by somebody who is not logged in.
    pub preview_by_client: Pace,
    /// Ads of people without an account from one address.
    pub ad_by_client: Pace,
    /// Ads of people without an account under one address of mail: each sends a mail there.
    pub ad_by_email: Pace,
    /// Contacts of others that one member looks at.
    pub contacts: Pace,
    /// What is told to the editors from one address.
    pub reports: Pace,
    /// What is looked for from one address.
    pub search: Pace,
    /// Times that one member saves a work.
    pub works: Pace,
    /// Files that one member brings.
    pub uploads: Pace,
}

impl Default for Paces {
    fn default() -> Paces {
        Paces {
            login_by_client: Pace::new(20, 15),
            login_by_name: Pace::new(20, 60),
            login_from_known: Pace::new(20, 60),
            known: Known::default(),
            password_by_member: Pace::new(20, 60),
            registration_by_client: Pace::new(5, 1_800),
            registration_by_email: Pace::new(2, 43_200),
            reset_by_client: Pace::new(10, 300),
            reset_by_email: Pace::new(3, 1_200),
            link_by_client: Pace::new(30, 10),
            email_by_member: Pace::new(5, 3_600),
            own_data: Pace::new(5, 600),
            writing: Pace::new(6, 20),
            voting: Pace::new(60, 5),
            preview: Pace::new(30, 2),
            preview_by_client: Pace::new(30, 2),
            ad_by_client: Pace::new(6, 1_200),
            ad_by_email: Pace::new(3, 7_200),
            contacts: Pace::new(60, 20),
            reports: Pace::new(5, 120),
            search: Pace::new(30, 2),
            works: Pace::new(30, 10),
            uploads: Pace::new(40, 15),
        }
    }
}

impl Paces {
    /// Counts a try to log in under a name.
    ///
    /// # Errors
    /// It would be too many.
    pub fn login_under(&self, name: &str, client: Client, now: DateTime<Utc>) -> Result<(), TooFast> {
        let (name, from) = (name.to_lowercase(), client.limit_key());
        if self.known.contains((&name, from), now) {
            self.login_from_known.take((&name, from), now)
        } else {
            self.login_by_name.take(&name, now)
        }
    }

    /// Notes that somebody has logged in under a name.
    pub fn logged_in(&self, name: &str, client: Client, now: DateTime<Utc>) {
        let (name, from) = (name.to_lowercase(), client.limit_key());
        self.login_from_known.forgive((&name, from));
        self.known.note((&name, from), now);
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{KEYS_MAX, Pace, TooFast};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_burst_and_then_one_in_each_pause() {
        let pace = Pace::new(3, 10);
        for _ in 0..3 {
            assert_eq!(pace.take("a", at(0)), Ok(()));
        }
        assert_eq!(pace.take("a", at(0)), Err(TooFast(11)));
        assert_eq!(pace.take("b", at(0)), Ok(()), "others are not concerned");
        assert_eq!(pace.take("a", at(9)), Err(TooFast(2)));
        assert_eq!(pace.take("a", at(10)), Ok(()));
        assert_eq!(pace.take("a", at(10)), Err(TooFast(11)));
        pace.forgive("a");
        assert_eq!(pace.take("a", at(10)), Ok(()));
    }

    #[test]
    fn made_up_keys_do_not_push_out_who_is_at_the_limit() {
        let pace = Pace::new(3, 10);
        while pace.take("attacker", at(0)).is_ok() {}
        for key in 0..KEYS_MAX * 3 {
            pace.take(key, at(0)).expect("a new key");
        }
        assert!(pace.take("attacker", at(0)).is_err());
        assert!(pace.until.lock().expect("no panic").len() <= KEYS_MAX);
    }
}
