//! Who is logged in where. Of a session's token the database holds the SHA-256 alone, so that nobody who reads it can
//! use one.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{MemberId, Role};

/// A session that is to begin.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Whose it is.
    pub member: MemberId,
    /// SHA-256 of the token.
    pub token_hash: &'a [u8],
    /// What the browser calls itself.
    pub agent: &'a str,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// A session with what a request must know of its member.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// The row.
    pub id: i64,
    /// Whose it is.
    pub member_id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// What the member may do.
    pub role: Role,
    /// When it was noted last that somebody used it.
    pub seen_at: DateTime<Utc>,
}

/// A session as its member sees it.
#[derive(Clone, Debug, FromRow)]
pub struct Listed {
    /// The row.
    pub id: i64,
    /// What the browser calls itself.
    pub agent: String,
    /// When the member logged in.
    pub begun_at: DateTime<Utc>,
    /// When it was noted last that somebody used it.
    pub seen_at: DateTime<Utc>,
}

/// Begins a session.
///
/// # Errors
/// A member who is not there.
pub async fn begin(tx: &mut Tx, session: &NewSession<'_>, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into session (member_id, token_hash, agent, begun_at, seen_at, expires_at)
        values ($1, $2, $3, $4, $4, $5)";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(session.member)
            .bind(session.token_hash)
            .bind(session.agent)
            .bind(now)
            .bind(session.expires_at)
    )?;
    Ok(())
}

/// The session of a token, unless it is over or its member banned.
///
/// # Errors
/// Where the database fails.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Session>> {
    const SQL: &str = "select session.id, session.member_id, nick, role, seen_at
        from session join member on member.id = session.member_id join account on account.member_id = member.id
        where token_hash = $1 and expires_at > $2 and not banned";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(token_hash).bind(now).fetch_optional(conn))
}

/// Notes that a session is in use, unless that was noted since a moment.
///
/// # Errors
/// Where the database fails.
pub async fn seen(tx: &mut Tx, id: i64, now: DateTime<Utc>, unless_since: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update session set seen_at = $2 where id = $1 and seen_at <= $3";
    execute!(tx, sqlx::query(SQL).bind(id).bind(now).bind(unless_since))?;
    Ok(())
}

/// A member's sessions, the one used last first.
///
/// # Errors
/// Where the database fails.
pub async fn of_member(tx: &mut Tx, member: MemberId, now: DateTime<Utc>) -> Result<Vec<Listed>> {
    const SQL: &str = "select id, agent, begun_at, seen_at from session where member_id = $1 and expires_at > $2
        order by seen_at desc, id desc";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(now).fetch_all(conn))
}

/// Ends the session of a token, if there is one.
///
/// # Errors
/// Where the database fails.
pub async fn end(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    execute!(tx, sqlx::query("delete from session where token_hash = $1").bind(token_hash))?;
    Ok(())
}

/// Ends one of a member's sessions; `false` where the member has no such one.
///
/// # Errors
/// Where the database fails.
pub async fn end_one(tx: &mut Tx, member: MemberId, id: i64) -> Result<bool> {
    const SQL: &str = "delete from session where member_id = $1 and id = $2";
    Ok(execute!(tx, sqlx::query(SQL).bind(member).bind(id))? > 0)
}

/// Ends all sessions of a member.
///
/// # Errors
/// Where the database fails.
pub async fn end_all(tx: &mut Tx, member: MemberId) -> Result<()> {
    execute!(tx, sqlx::query("delete from session where member_id = $1").bind(member))?;
    Ok(())
}

/// Ends a member's oldest sessions beyond the `most` used last.
///
/// # Errors
/// Where the database fails.
pub async fn end_oldest(tx: &mut Tx, member: MemberId, most: i64) -> Result<()> {
    const SQL: &str = "delete from session where member_id = $1 and id not in (
        select id from session where member_id = $1 order by seen_at desc, id desc limit $2)";
    execute!(tx, sqlx::query(SQL).bind(member).bind(most))?;
    Ok(())
}

/// Forgets sessions that are over; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_expired(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from session where expires_at <= $1").bind(now))
}
