//! How members prove who they are. Only the import and the login come here.

use super::{Result, Tx, execute, on_engine, select_in};
use crate::model::MemberId;

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
        let written = execute!(tx, sqlx::query(SQL).bind(member).bind(*scheme).bind(hash))?;
        match *scheme {
            WRAPPED => wrapped += written,
            "django" => djangos += written,
            _ => {}
        }
    }
    Ok((wrapped, djangos))
}

/// Whether any member's password is one that was imported and was not used since.
///
/// # Errors
/// Where the database fails.
pub async fn is_any_old(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "select count(*) from (
        select 1 from credential where scheme in ('pending', 'django', 'argon2-md5') limit 1) as old";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))?;
    Ok(count > 0)
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

/// What is needed to let somebody in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Login {
    /// The member.
    pub member_id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// Banned by the editors.
    pub banned: bool,
    /// How the hash is to be verified; `None` where there is no credential at all.
    pub scheme: Option<String>,
    /// The hash, where the scheme has one.
    pub hash: Option<String>,
}

macro_rules! login {
    ($tail:literal) => {
        concat!(
            "select member.id as member_id, nick, banned, scheme, hash
            from member join account on account.member_id = member.id
                left join credential on credential.member_id = member.id ",
            $tail
        )
    };
}

/// The member of a nick.
///
/// # Errors
/// Where the database fails.
pub async fn by_nick(tx: &mut Tx, nick: &str) -> Result<Option<Login>> {
    const SQL: &str = login!("where nick = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(nick).fetch_optional(conn))
}

/// The member of a row.
///
/// # Errors
/// Where the database fails.
pub async fn by_member(tx: &mut Tx, member: MemberId) -> Result<Option<Login>> {
    const SQL: &str = login!("where member.id = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}

/// The member of an e-mail address, in whatever case it is written; `None` where several have it, too.
///
/// # Errors
/// Where the database fails.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Login>> {
    const SQL: &str = login!("where lower(email) = lower($1) order by member.id limit 2");
    let mut found: Vec<Login> = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(email).fetch_all(conn))?;
    Ok(found.pop().filter(|_| found.is_empty()))
}

/// Whether a member's hash is still the one that was verified; nobody changes it then until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn is_still(tx: &mut Tx, member: MemberId, verified: Option<&str>) -> Result<bool> {
    const SQL: &str = "select hash from credential where member_id = $1";
    const LOCKED: &str = "select hash from credential where member_id = $1 for update";
    let sql = match tx {
        Tx::Sqlite(_) => SQL,
        Tx::Postgres(_) => LOCKED,
    };
    let hash: Option<Option<String>> =
        on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(member).fetch_optional(conn))?;
    Ok(hash.flatten().as_deref() == verified)
}

/// Puts a hash of this program's own in place of the one that was just verified; `false` where that is another one by
/// now.
///
/// # Errors
/// Where the database fails.
pub async fn renew(tx: &mut Tx, member: MemberId, verified: &str, hash: &str) -> Result<bool> {
    const SQL: &str = "update credential set scheme = 'argon2', hash = $3 where member_id = $1 and hash = $2";
    Ok(execute!(tx, sqlx::query(SQL).bind(member).bind(verified).bind(hash))? > 0)
}

/// Gives a member a hash of this program's own, whatever there was before.
///
/// # Errors
/// A member who is not there.
pub async fn set(tx: &mut Tx, member: MemberId, hash: &str) -> Result<()> {
    const SQL: &str = "insert into credential (member_id, scheme, hash) values ($1, 'argon2', $2)
        on conflict (member_id) do update set scheme = excluded.scheme, hash = excluded.hash";
    execute!(tx, sqlx::query(SQL).bind(member).bind(hash))?;
    Ok(())
}
