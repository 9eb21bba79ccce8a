//! What things were: a row for each text that an editor replaced, and for each that an author sent to the editors.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{CreationId, MemberId};

/// Why a text was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Cause {
    /// An editor has put something else in its place.
    Edited,
    /// Its author has sent it to the editors as it was then.
    Submitted,
}

/// A text without the text.
#[derive(Clone, Debug, FromRow)]
pub struct Header {
    /// The row.
    pub id: i64,
    /// When it was kept.
    pub replaced_at: DateTime<Utc>,
    /// By whose doing, as they were called then.
    pub nick: String,
    /// Why.
    pub cause: Cause,
}

/// Keeps what a thing is at this moment; `fields` is a JSON object of texts.
///
/// # Errors
/// Where the database fails.
pub async fn keep(
    tx: &mut Tx,
    (kind, item): (&str, &str),
    (member, nick): (MemberId, &str),
    cause: Cause,
    fields: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    const SQL: &str = "insert into former_text (kind, item, replaced_at, member_id, nick, cause, fields)
        values ($1, $2, $3, $4, $5, $6, $7)";
    execute!(tx, sqlx::query(SQL).bind(kind).bind(item).bind(now).bind(member).bind(nick).bind(cause).bind(fields))?;
    Ok(())
}

/// What is kept of a thing from before the row `before`, the latest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn headers(tx: &mut Tx, kind: &str, item: &str, before: i64, count: i64) -> Result<Vec<Header>> {
    const SQL: &str = "select id, replaced_at, nick, cause from former_text
        where kind = $1 and item = $2 and id < $3 order by id desc limit $4";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(kind).bind(item).bind(before).bind(count).fetch_all(conn))
}

/// The row that was kept next after another one of the same thing.
///
/// # Errors
/// Where the database fails.
pub async fn next(tx: &mut Tx, kind: &str, item: &str, after: i64) -> Result<Option<i64>> {
    const SQL: &str = "select min(id) from former_text where kind = $1 and item = $2 and id > $3";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(kind).bind(item).bind(after).fetch_one(conn))
}

/// The texts of a row, a JSON object; `None` where the thing has no such row.
///
/// # Errors
/// Where the database fails.
pub async fn fields(tx: &mut Tx, kind: &str, item: &str, id: i64) -> Result<Option<String>> {
    const SQL: &str = "select fields from former_text where id = $3 and kind = $1 and item = $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(kind).bind(item).bind(id).fetch_optional(conn))
}

/// Lets a thing's history and its acts go on under another key.
///
/// # Errors
/// Where the database fails.
pub async fn rename(tx: &mut Tx, kind: &str, item: &str, new: &str) -> Result<()> {
    for sql in [
        "update former_text set item = $3 where kind = $1 and item = $2",
        "update audit_entry set item = $3 where kind = $1 and item = $2",
    ] {
        execute!(tx, sqlx::query(sql).bind(kind).bind(item).bind(new))?;
    }
    Ok(())
}

/// Forgets what a work was.
///
/// # Errors
/// Where the database fails.
pub async fn forget_work(tx: &mut Tx, work: CreationId) -> Result<()> {
    const SQL: &str = "delete from former_text where kind = 'creation' and item = $1";
    execute!(tx, sqlx::query(SQL).bind(work.to_string()))?;
    Ok(())
}

/// Forgets texts that were kept before a moment; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_before(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from former_text where replaced_at <= $1").bind(before))
}
