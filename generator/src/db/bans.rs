//! Why members are banned and until when. That they are is a column of the member; an imported ban has no row here.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{MemberId, Time};

/// A ban.
#[derive(Clone, Debug, FromRow)]
pub struct Ban {
    /// Why.
    pub reason: String,
    /// Since when.
    pub banned_at: DateTime<Utc>,
    /// Until when; for good without it.
    pub ends_at: Time,
    /// The editor who banned them, where that is known.
    pub banned_by: Option<MemberId>,
    /// The editor's nick of today; empty where nobody is known.
    pub editor: String,
}

/// A member's ban, if it is known.
///
/// # Errors
/// Where the database fails.
pub async fn of_member(tx: &mut Tx, member: MemberId) -> Result<Option<Ban>> {
    const SQL: &str = "select reason, banned_at, ends_at, banned_by, coalesce(nick, '') as editor
        from ban left join member on member.id = banned_by where member_id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}

/// Writes down a ban, in place of a former one. The editor's nick is not looked at.
///
/// # Errors
/// A member who is not there.
pub async fn put(tx: &mut Tx, member: MemberId, ban: &Ban) -> Result<()> {
    const SQL: &str = "insert into ban (member_id, reason, banned_at, ends_at, banned_by) values ($1, $2, $3, $4, $5)
        on conflict (member_id) do update set reason = excluded.reason, banned_at = excluded.banned_at,
            ends_at = excluded.ends_at, banned_by = excluded.banned_by";
    let Ban { reason, banned_at, ends_at, banned_by, .. } = ban;
    execute!(tx, sqlx::query(SQL).bind(member).bind(reason).bind(banned_at).bind(ends_at).bind(banned_by))?;
    Ok(())
}

/// Forgets a member's ban.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &mut Tx, member: MemberId) -> Result<()> {
    execute!(tx, sqlx::query("delete from ban where member_id = $1").bind(member))?;
    Ok(())
}

/// Members whose ban is over, the earliest first, up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn over(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<MemberId>> {
    const SQL: &str = "select member_id from ban where ends_at is not null and ends_at <= $1
            and not exists (select 1 from put_off where kind = 'ban' and item = ban.member_id and until > $1)
        order by ends_at, member_id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(now).bind(count).fetch_all(conn))
}
