//! Who wants no mail any more, by links in mails of the old site.

use super::{Result, Tx, execute, on_engine};
use crate::model::MemberId;

/// The secrets of those members whose address this is now: of nearly every link the right one is among them.
///
/// # Errors
/// Where the database fails.
pub async fn secrets_of_address(tx: &mut Tx, email: &str) -> Result<Vec<(MemberId, String)>> {
    const SQL: &str = "select unsubscribe_secret.member_id, secret
        from account join unsubscribe_secret on unsubscribe_secret.member_id = account.member_id
        where lower(email) = lower($1) and secret <> '' order by unsubscribe_secret.member_id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(email).fetch_all(conn))
}

/// The secrets that links of the old site were made with, each with its member: as many as there are members who got mail.
///
/// # Errors
/// Where the database fails.
pub async fn secrets(tx: &mut Tx) -> Result<Vec<(MemberId, String)>> {
    const SQL: &str = "select member_id, secret from unsubscribe_secret where secret <> '' order by member_id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Notes that an address wants no mail, by its SHA3-512 in hexadecimal, and ends what the member or the address gets. The
/// secret stays: the same link works as often as somebody follows it.
///
/// # Errors
/// Where the database fails.
pub async fn refuse_mail(tx: &mut Tx, member: MemberId, email: &str, email_hash: &str) -> Result<()> {
    const NOTE: &str = "insert into email_blacklist (email_hash) values ($1) on conflict (email_hash) do nothing";
    const END: &str = "delete from subscription where member_id = $1 or email = $2";
    execute!(tx, sqlx::query(NOTE).bind(email_hash))?;
    execute!(tx, sqlx::query(END).bind(member).bind(email))?;
    Ok(())
}
