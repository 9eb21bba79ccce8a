//! How members prove who they are. Only the import and the login come here.

use super::{Result, Tx, on_engine, select_in};

/// Members whose old hash is still to be wrapped, in the order of their numbers.
///
/// # Errors
/// Where the database fails.
pub async fn pending(tx: &mut Tx) -> Result<Vec<i64>> {
    const SQL: &str = "select member_id from credential where scheme = 'pending' order by member_id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}

/// The scheme of an old MD5 over which argon2 has run.
pub const WRAPPED: &str = "argon2-md5";

/// What somebody who was pending has from now on.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The member's number.
    pub member: i64,
    /// [`WRAPPED`], `django`, `unusable` or `none`.
    pub scheme: &'static str,
    /// The hash, where the scheme has one.
    pub hash: Option<String>,
}

/// Gives members their hashes, those whose credential is still pending; says how many of them are [`WRAPPED`] ones.
///
/// # Errors
/// Where the database fails.
pub async fn settle(tx: &mut Tx, settled: &[Settled]) -> Result<u64> {
    const SQL: &str = "update credential set scheme = $2, hash = $3 where member_id = $1 and scheme = 'pending'";
    let mut wrapped = 0;
    for Settled { member, scheme, hash } in settled {
        let written = super::execute!(tx, sqlx::query(SQL).bind(member).bind(*scheme).bind(hash))?;
        wrapped += if *scheme == WRAPPED { written } else { 0 };
    }
    Ok(wrapped)
}

/// The schemes of members' credentials, by member.
///
/// # Errors
/// Where the database fails.
pub async fn schemes(tx: &mut Tx, members: &[i64]) -> Result<Vec<(i64, String)>> {
    Ok(select_in!(
        tx,
        (i64, String),
        "select member_id, scheme from credential where member_id in ",
        members,
        "order by member_id"
    ))
}
