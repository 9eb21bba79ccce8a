//! What nobody but the member and the program knows of a member. No query of a public page comes here.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{MemberId, Role};

/// A member who gets mail.
#[derive(Clone, Debug, FromRow)]
pub struct Addressed {
    /// The member.
    pub member_id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// Where mail reaches the member.
    pub email: String,
}

/// What a member may do.
///
/// # Errors
/// Where the database fails.
pub async fn role(tx: &mut Tx, member: MemberId) -> Result<Option<Role>> {
    const SQL: &str = "select role from account where member_id = $1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_optional(conn))
}

/// Whether there is a member who is not banned; nobody bans them then until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn may_write(tx: &mut Tx, member: MemberId) -> Result<bool> {
    const SQL: &str = "select banned from member where id = $1";
    const LOCKED: &str = "select banned from member where id = $1 for share";
    let sql = match tx {
        Tx::Sqlite(_) => SQL,
        Tx::Postgres(_) => LOCKED,
    };
    let banned: Option<bool> = on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(member).fetch_optional(conn))?;
    Ok(banned == Some(false))
}

/// Lets a member do more, or less.
///
/// # Errors
/// Where the database fails.
pub async fn set_role(tx: &mut Tx, member: MemberId, role: Role) -> Result<()> {
    execute!(tx, sqlx::query("update account set role = $2 where member_id = $1").bind(member).bind(role))?;
    Ok(())
}

/// Whether anybody may let others in.
///
/// # Errors
/// Where the database fails.
pub async fn has_editor(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from account join credential on credential.member_id = account.member_id
        where role in ('editor', 'admin') and hash is not null)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// A member's address, for a mail; `None` where there is none, or the member is banned.
///
/// # Errors
/// Where the database fails.
pub async fn address(tx: &mut Tx, member: MemberId) -> Result<Option<Addressed>> {
    const SQL: &str = "select member_id, nick, email from account join member on member.id = member_id
        where member_id = $1 and email <> '' and not banned";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}

/// As [`address`], of a member who is banned; for the mail that says so.
///
/// # Errors
/// Where the database fails.
pub async fn address_of_banned(tx: &mut Tx, member: MemberId) -> Result<Option<Addressed>> {
    const SQL: &str = "select member_id, nick, email from account join member on member.id = member_id
        where member_id = $1 and email <> '' and banned";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}

/// All accounts of an e-mail address, in whatever case it is written, that are not banned.
///
/// # Errors
/// Where the database fails.
pub async fn of_address(tx: &mut Tx, email: &str) -> Result<Vec<Addressed>> {
    const SQL: &str = "select member_id, nick, email from account join member on member.id = member_id
        where lower(email) = lower($1) and not banned order by member_id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(email).fetch_all(conn))
}

/// Where mail reaches those who care for the whole site, and so decide on registrations and on ads of strangers.
///
/// # Errors
/// Where the database fails.
pub async fn editors_addresses(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select min(email) from account join member on member.id = member_id
        where (role = 'admin' or role = 'editor' and not exists (
            select 1 from editor_section where editor_section.member_id = member.id))
            and email <> '' and not banned group by lower(email) order by 1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}

/// Notes that a member has logged in.
///
/// # Errors
/// Where the database fails.
pub async fn logged_in(tx: &mut Tx, member: MemberId, now: DateTime<Utc>) -> Result<()> {
    execute!(tx, sqlx::query("update account set last_login_at = $2 where member_id = $1").bind(member).bind(now))?;
    Ok(())
}
