//! A time as people write it, in the site's time zone.

use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone, Timelike, Utc};
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

/// What a browser's field of date and time sends, and shows.
const FIELD: &str = "%Y-%m-%dT%H:%M";

/// The moment that somebody typed in a zone, to the minute; `None` where it makes no sense. An hour that the clocks skip
/// is the one after it, of one that they repeat it is the first.
pub fn typed(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    let naive = NaiveDateTime::parse_from_str(text.trim(), FIELD).ok()?;
    let local = |naive: NaiveDateTime| zone.from_local_datetime(&naive).earliest();
    Some(local(naive).or_else(|| local(naive + TimeDelta::hours(1)))?.with_timezone(&Utc))
}

/// A moment as a field that [`typed`] reads shows it.
pub fn field(time: DateTime<Utc>, zone: Tz) -> String {
    time.with_timezone(&zone).format(FIELD).to_string()
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Prague;

    use super::{field, typed};

    #[test]
    fn a_typed_time_is_the_zones_own() {
        for (text, expected) in [
            ("2026-07-01T12:30", Some("2026-07-01T10:30:00+00:00")),
            ("2026-12-01T12:30", Some("2026-12-01T11:30:00+00:00")),
            ("2026-03-29T02:30", Some("2026-03-29T01:30:00+00:00")),
            ("2026-10-25T02:30", Some("2026-10-25T00:30:00+00:00")),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(typed(text, Prague).map(|at| at.to_rfc3339()).as_deref(), expected, "{text}");
        }
        let at = typed("2026-07-01T12:30", Prague).expect("a time");
        assert_eq!(field(at, Prague), "2026-07-01T12:30");
    }
}
