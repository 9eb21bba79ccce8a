//! Warnings and errors that wait to be told to the operators, and whose turn it is to tell them.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, on_engine, with_clock};

/// A line that was logged, perhaps several times.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Alert {
    /// The line.
    pub text: String,
    /// How often.
    pub count: i64,
    /// When for the first time.
    pub first_at: DateTime<Utc>,
    /// And for the last.
    pub last_at: DateTime<Utc>,
}

/// Different lines that wait; what comes beyond is counted in [`OTHERS`].
const LINES_MAX: i64 = 500;

/// Stands for all lines beyond the limit.
pub const OTHERS: &str = "other warnings and errors";

/// Adds lines with how often each was logged.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, lines: &[(String, i64)], now: DateTime<Utc>) -> Result<()> {
    let waiting: i64 = on_engine!(&mut *tx, |conn| sqlx::query_scalar("select count(*) from alert").fetch_one(conn))?;
    let mut lines = lines.to_vec();
    if waiting >= LINES_MAX {
        lines = vec![(OTHERS.to_owned(), lines.iter().map(|(_, count)| count).sum())];
    }
    // In one order, so that processes don't wait for each other in circles.
    lines.sort_unstable();
    bulk_insert!(tx, "insert into alert (text, count, first_at, last_at)", lines, |line| &line.0, line.1, now, now;
        "on conflict (text) do update set count = alert.count + excluded.count, last_at = excluded.last_at");
    Ok(())
}

/// Takes the turn to tell what waits, if it is due; others have it after that time.
///
/// # Errors
/// Where the database fails.
pub async fn take_turn(tx: &mut Tx, next_after_ms: i64) -> Result<bool> {
    let sql = with_clock!(tx, "update alert_turn set due_at = ", now, " + $1 where due_at <= ", now);
    Ok(execute!(tx, sqlx::query(sql).bind(next_after_ms))? > 0)
}

/// Puts the turn off, or brings it forward.
///
/// # Errors
/// Where the database fails.
pub async fn set_turn(tx: &mut Tx, after_ms: i64) -> Result<()> {
    let sql = with_clock!(tx, "update alert_turn set due_at = ", now, " + $1");
    execute!(tx, sqlx::query(sql).bind(after_ms))?;
    Ok(())
}

/// All that waits, the most frequent first.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Alert>> {
    const SQL: &str = "select text, count, first_at, last_at from alert order by count desc, first_at, text";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// These were told; what was logged since stays.
///
/// # Errors
/// Where the database fails.
pub async fn told(tx: &mut Tx, alerts: &[Alert]) -> Result<()> {
    let mut alerts: Vec<&Alert> = alerts.iter().collect();
    alerts.sort_unstable_by(|one, other| one.text.cmp(&other.text));
    for alert in alerts {
        const LESS: &str = "update alert set count = count - $2, first_at = last_at where text = $1";
        execute!(tx, sqlx::query(LESS).bind(&alert.text).bind(alert.count))?;
    }
    execute!(tx, sqlx::query("delete from alert where count <= 0"))?;
    Ok(())
}
