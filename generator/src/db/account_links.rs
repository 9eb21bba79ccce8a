//! Links in mails, each good for one thing and once. Of a link's secret the database holds the SHA-256 alone.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::MemberId;

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Purpose {
    /// Choosing a password.
    Password,
    /// Confirming an e-mail address.
    Email,
}

/// A link that is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    /// SHA-256 of the secret.
    pub token_hash: &'a [u8],
    /// What it is good for.
    pub purpose: Purpose,
    /// Whose account it is about.
    pub member: MemberId,
    /// The address to be confirmed, or empty.
    pub address: &'a str,
    /// When it stops to work.
    pub expires_at: DateTime<Utc>,
}

/// Whose account a link is about.
#[derive(Clone, Debug, FromRow)]
pub struct Linked {
    /// The member.
    pub member_id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// The account's address of today.
    pub email: String,
    /// The address to be confirmed, or empty.
    pub address: String,
}

/// Remembers a link.
///
/// # Errors
/// A member who is not there.
pub async fn add(tx: &mut Tx, link: NewLink<'_>) -> Result<()> {
    const SQL: &str = "insert into account_link (token_hash, purpose, member_id, address, expires_at)
        values ($1, $2, $3, $4, $5)";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(link.token_hash)
            .bind(link.purpose)
            .bind(link.member)
            .bind(link.address)
            .bind(link.expires_at)
    )?;
    Ok(())
}

/// What a link is about; `None` where it is over, was used, is for something else, or its member is banned.
///
/// # Errors
/// Where the database fails.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8], purpose: Purpose, now: DateTime<Utc>) -> Result<Option<Linked>> {
    const SQL: &str = "select account.member_id, nick, email, address from account_link
            join account on account.member_id = account_link.member_id
            join member on member.id = account.member_id
        where token_hash = $1 and purpose = $2 and expires_at > $3 and not banned";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(token_hash).bind(purpose).bind(now).fetch_optional(conn))
}

/// Uses a link up, and with it all others of its member: what is chosen or confirmed makes them void. `false` where
/// somebody was faster.
///
/// # Errors
/// Where the database fails.
pub async fn use_up(tx: &mut Tx, token_hash: &[u8], member: MemberId) -> Result<bool> {
    let used = execute!(tx, sqlx::query("delete from account_link where token_hash = $1").bind(token_hash))?;
    if used > 0 {
        end_all(tx, member).await?;
    }
    Ok(used > 0)
}

/// Makes all of a member's links void.
///
/// # Errors
/// Where the database fails.
pub async fn end_all(tx: &mut Tx, member: MemberId) -> Result<()> {
    execute!(tx, sqlx::query("delete from account_link where member_id = $1").bind(member))?;
    Ok(())
}

/// Forgets links that are over; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_expired(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from account_link where expires_at <= $1").bind(now))
}
