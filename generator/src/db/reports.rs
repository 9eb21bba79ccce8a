//! What readers told the editors about a page.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{MemberId, Time};

/// A report.
#[derive(Clone, Debug, FromRow)]
pub struct Report {
    /// The row.
    pub id: i64,
    /// The page that it is about.
    pub path: String,
    /// What is wrong there.
    pub body: String,
    /// Who said so, where it was a member.
    pub member_id: Option<MemberId>,
    /// The nick of today.
    pub nick: Option<String>,
    /// When.
    pub reported_at: DateTime<Utc>,
    /// When an editor settled it.
    pub settled_at: Time,
    /// Which one.
    pub settled_by: String,
    /// What came of it.
    pub note: String,
}

macro_rules! reports {
    ($tail:literal) => {
        concat!(
            "select report.id, path, body, member_id, nick, reported_at, settled_at, settled_by, note
            from report left join member on member.id = member_id ",
            $tail
        )
    };
}

/// Writes down a report.
///
/// # Errors
/// A member who is not there.
pub async fn add(tx: &mut Tx, path: &str, body: &str, member: Option<MemberId>, now: DateTime<Utc>) -> Result<i64> {
    const SQL: &str = "insert into report (path, body, member_id, reported_at) values ($1, $2, $3, $4) returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(path).bind(body).bind(member).bind(now).fetch_one(conn))
}

/// Reports that nobody has settled, the oldest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx, count: i64) -> Result<Vec<Report>> {
    const SQL: &str = reports!("where settled_at is null order by report.id limit $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// Reports that were settled, the latest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn settled(tx: &mut Tx, count: i64) -> Result<Vec<Report>> {
    const SQL: &str = reports!("where settled_at is not null order by settled_at desc, report.id desc limit $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// Settles a report; gives its page, or `None` where it is not there or was settled before.
///
/// # Errors
/// Where the database fails.
pub async fn settle(tx: &mut Tx, id: i64, nick: &str, note: &str, now: DateTime<Utc>) -> Result<Option<String>> {
    const SQL: &str = "update report set settled_at = $2, settled_by = $3, note = $4
        where id = $1 and settled_at is null returning path";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(id).bind(now).bind(nick).bind(note).fetch_optional(conn))
}

/// A report.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Report>> {
    const SQL: &str = reports!("where report.id = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// Forgets reports that were settled before a moment; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_settled(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from report where settled_at <= $1").bind(before))
}

/// How many reports wait.
///
/// # Errors
/// Where the database fails.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from report where settled_at is null";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}
