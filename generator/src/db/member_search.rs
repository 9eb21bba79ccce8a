//! Members as editors see them.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine, select_in};
use crate::model::{MemberId, Role, Time};

/// A member with the account.
#[derive(Clone, Debug, FromRow)]
pub struct MemberRow {
    /// The member.
    pub id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// Of the account.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Banned by the editors.
    pub banned: bool,
    /// When the registration was approved.
    pub registered_at: Time,
    /// When they logged in last.
    pub last_login_at: Option<DateTime<Utc>>,
}

macro_rules! members {
    ($tail:literal) => {
        concat!(
            "select member.id, nick, email, role, banned, registered_at, last_login_at
            from member join account on account.member_id = member.id ",
            $tail
        )
    };
}

/// Members by row, in any order.
///
/// # Errors
/// Where the database fails.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<MemberRow>> {
    Ok(select_in!(
        tx,
        MemberRow,
        "select member.id, nick, email, role, banned, registered_at, last_login_at
        from member join account on account.member_id = member.id where member.id in ",
        ids,
        ""
    ))
}

/// Members of an e-mail address, whatever its capitals, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn by_email(tx: &mut Tx, email: &str, count: i64) -> Result<Vec<MemberRow>> {
    const SQL: &str = members!("where lower(email) = lower($1) order by member.id limit $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(email).bind(count).fetch_all(conn))
}

/// Editors and administrators, by row.
///
/// # Errors
/// Where the database fails.
pub async fn editors(tx: &mut Tx) -> Result<Vec<MemberRow>> {
    const SQL: &str = members!("where role <> 'member' order by member.id");
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Banned members before the row `before`, the newest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn banned(tx: &mut Tx, before: i64, count: i64) -> Result<Vec<MemberRow>> {
    const SQL: &str = members!("where banned and member.id < $1 order by member.id desc limit $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(count).fetch_all(conn))
}

/// Gives a member's account another e-mail address.
///
/// # Errors
/// Where the database fails.
pub async fn set_email(tx: &mut Tx, member: MemberId, email: &str) -> Result<()> {
    execute!(tx, sqlx::query("update account set email = $2 where member_id = $1").bind(member).bind(email))?;
    Ok(())
}

/// How many administrators are not banned, one of them left out.
///
/// # Errors
/// Where the database fails.
pub async fn other_admins(tx: &mut Tx, but: MemberId) -> Result<i64> {
    const SQL: &str = "select count(*) from account join member on member.id = member_id
        where role = 'admin' and not banned and member_id <> $1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(but).fetch_one(conn))
}
