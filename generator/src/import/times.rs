//! Times of the source: which of them mean that nobody knows, and which are off by the zone.
//!
//! * Graveyard's tables have default dates. A creation that has exactly its table's is one whose date nobody knew; so is
//!   everything before [`EPOCH`], when there was no such site yet: zero dates of MySQL end there, wherever a conversion
//!   put them.
//! * The PHP site wrote wall time. A dump from before September 2025 still holds it as if it were UTC; there the import
//!   is told to read times as the site's own ([`Times::Local`]).

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// What the source's times are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Right: dumps since September 2025.
    #[default]
    Utc,
    /// Wall time of the site's zone that was stored as if it were UTC: older dumps.
    Local,
}

/// Nothing of Graveyard's is older.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 2).expect("a day of the calendar");

/// The default dates of tables, which stand for an unknown one.
const DEFAULTS: [(&str, &str); 12] = [
    ("aktuality", "2001-07-07 12:00:00"),
    ("alchpredmety", "2001-08-08 21:13:48"),
    ("bestiar", "2001-08-08 21:45:59"),
    ("dobrodruzstvi", "2001-07-04 12:00:00"),
    ("downloady", "2001-07-04 12:00:00"),
    ("galerie", "2001-07-04 12:00:00"),
    ("fotogalerie", "2001-07-04 12:00:00"),
    ("hranicarkouzla", "2001-09-09 12:48:26"),
    ("kouzla", "2001-08-08 13:28:01"),
    ("linky", "2001-10-08 15:45:31"),
    ("predmety", "2001-08-08 15:45:34"),
    ("prispevky_dlouhe", "2001-08-08 22:35:48"),
];

/// A stored time as it was meant; `None` where it says that nobody knows.
pub fn meant(table: &str, stored: DateTime<Utc>, times: Times, zone: Tz) -> Option<DateTime<Utc>> {
    // The defaults are wall time; whether they were shifted depends on the dump, so both readings count.
    let is_default = |time: NaiveDateTime| {
        DEFAULTS
            .iter()
            .any(|(name, default)| *name == table && time.format("%Y-%m-%d %H:%M:%S").to_string() == *default)
    };
    let local = stored.with_timezone(&zone).naive_local();
    if stored.date_naive() < EPOCH || is_default(stored.naive_utc()) || is_default(local) {
        return None;
    }
    Some(match times {
        Times::Utc => stored,
        Times::Local => from_wall_time(stored.naive_utc(), zone),
    })
}

/// The earlier of the two where a clock was put back; an hour later where it was put forward.
fn from_wall_time(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.to_utc(),
        LocalResult::None => {
            let later = zone.from_local_datetime(&(wall + TimeDelta::hours(1)));
            later.earliest().map_or_else(|| wall.and_utc(), |time| time.to_utc())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &str, stored: &str, times: Times, expect: Option<&str>) {
        let parse = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a time").and_utc();
        let meant = meant(table, parse(stored), times, Tz::Europe__Prague);
        assert_eq!(meant, expect.map(parse), "{table} {stored} {times:?}");
    }

    #[test]
    fn default_dates_are_unknown_before_and_after_the_shift() {
        for (table, default) in DEFAULTS {
            check(table, default, Times::Utc, None);
        }
        check("bestiar", "2001-08-08 19:45:59", Times::Utc, None);
        check("linky", "2001-10-08 13:45:31", Times::Utc, None);
        check("kouzla", "2001-08-08 21:45:59", Times::Utc, Some("2001-08-08 21:45:59"));
        check("forum", "0001-01-01 00:00:00", Times::Utc, None);
        check("inzerce", "1999-12-31 23:00:00", Times::Utc, None);
        check("inzerce", "2000-01-01 00:00:00", Times::Local, None);
    }

    #[test]
    fn wall_time_of_an_old_dump_becomes_utc() {
        check("forum", "2010-07-01 12:00:00", Times::Utc, Some("2010-07-01 12:00:00"));
        check("forum", "2010-07-01 12:00:00", Times::Local, Some("2010-07-01 10:00:00"));
        check("forum", "2010-01-01 12:00:00", Times::Local, Some("2010-01-01 11:00:00"));
        // 28 March 2010, 2:30 never was in Prague; 31 October 2010, 2:30 was twice.
        check("forum", "2010-03-28 02:30:00", Times::Local, Some("2010-03-28 01:30:00"));
        check("forum", "2010-10-31 02:30:00", Times::Local, Some("2010-10-31 00:30:00"));
    }
}
