//! How members prove who they are. Only the import and the login come here.

use super::{Result, Tx, on_engine, select_in, with_keys};

/// Members whose old hash is still to be wrapped, in the order of their numbers.
///
/// # Errors
/// Where the database fails.
pub async fn pending(tx: &mut Tx) -> Result<Vec<i64>> {
    const SQL: &str = "select member_id from credential where scheme = 'pending' order by member_id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}

/// Gives members their wrapped hashes, those whose credential is still pending; says how many that were.
///
/// # Errors
/// Where the database fails.
pub async fn put_wrapped(tx: &mut Tx, hashes: &[(i64, String)]) -> Result<u64> {
    const SQL: &str = "update credential set scheme = 'argon2-md5', hash = $2
        where member_id = $1 and scheme = 'pending'";
    let mut written = 0;
    for (member, hash) in hashes {
        written += super::execute!(tx, sqlx::query(SQL).bind(member).bind(hash))?;
    }
    Ok(written)
}

/// Notes that nothing is to be had for pending members: their source has no hash any more.
///
/// # Errors
/// Where the database fails.
pub async fn give_up(tx: &mut Tx, members: &[i64]) -> Result<u64> {
    if members.is_empty() {
        return Ok(0);
    }
    with_keys!(
        tx,
        sqlx::query,
        "update credential set scheme = 'none' where scheme = 'pending' and member_id in ",
        members,
        "",
        |query, conn| async { query.execute(conn).await.map(|done| done.rows_affected()) }
    )
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
