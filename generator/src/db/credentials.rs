//! How members prove who they are. Only the import and the login come here.

use super::{Result, Tx, on_engine, select_in};

/// A credential as the import left it, or as it became since.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Credential {
    /// The member's number.
    pub member_id: i64,
    /// How the hash is to be verified.
    pub scheme: String,
    /// The hash, where the scheme has one.
    pub hash: Option<String>,
}

/// Credentials that a password chosen in the source may outdate: those that open nothing, and Django's hashes; in the
/// order of the members' numbers.
///
/// # Errors
/// Where the database fails.
pub async fn of_the_source(tx: &mut Tx) -> Result<Vec<Credential>> {
    const SQL: &str = "select member_id, scheme, hash from credential
        where scheme in ('pending', 'none', 'unusable', 'django') order by member_id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
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

/// Gives members their hashes, those who still have none that opens anything; says how many got [`WRAPPED`] ones, and
/// how many one of Django's.
///
/// # Errors
/// Where the database fails.
pub async fn settle(tx: &mut Tx, settled: &[Settled]) -> Result<(u64, u64)> {
    const SQL: &str = "update credential set scheme = $2, hash = $3 where member_id = $1
        and scheme in ('pending', 'none', 'unusable')";
    let (mut wrapped, mut djangos) = (0, 0);
    for Settled { member, scheme, hash } in settled {
        let written = super::execute!(tx, sqlx::query(SQL).bind(member).bind(*scheme).bind(hash))?;
        match *scheme {
            WRAPPED => wrapped += written,
            "django" => djangos += written,
            _ => {}
        }
    }
    Ok((wrapped, djangos))
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
