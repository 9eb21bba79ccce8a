//! A time as people write it, in the site's time zone.

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;

/// The parts of a local time that a locale's messages put together. No leading zeros but in minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalParts {
    /// Day of the month.
    pub day: u32,
    /// Month, from 1.
    pub month: u32,
    /// Year.
    pub year: i32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute, two digits.
    pub minute: String,
}

/// The parts of a time in a zone.
pub fn local_parts(time: DateTime<Utc>, zone: Tz) -> LocalParts {
    let local = time.with_timezone(&zone);
    LocalParts {
        day: local.day(),
        month: local.month(),
        year: local.year(),
        hour: local.hour(),
        minute: format!("{:02}", local.minute()),
    }
}

/// RFC 3339 in whole seconds, UTC, as HTML's `time` and Atom take it.
pub fn iso(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// RFC 2822 as RSS takes it.
pub fn rfc2822(time: DateTime<Utc>) -> String {
    time.to_rfc2822()
}

/// A time cut to microseconds, the precision that both engines keep.
pub fn cut(time: DateTime<Utc>) -> DateTime<Utc> {
    time.with_nanosecond(time.nanosecond() / 1000 * 1000).unwrap_or(time)
}
