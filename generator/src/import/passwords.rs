//! Old hashes, wrapped: a bare MD5 is as good as the password, so it never gets into our database. A member who has
//! nothing better is `pending` until argon2 has run over the MD5 that the source still holds.
//!
//! Each wrapped hash is on disk before the next few begin, and says of itself what it is; an import that was killed goes
//! on where it stopped, and the login knows what to verify: argon2 over the MD5 (lower-case hexadecimal) of the
//! password's bytes in cp1250.

use std::collections::HashMap;

use argon2::{Argon2, PasswordHasher};
use futures_util::StreamExt;
use rayon::prelude::*;

use super::Error;
use super::old_password::OldPassword;
use super::progress::Progress;
use super::report::Report;
use super::run::Run;
use super::source::Source;
use super::tables::MEMBERS;
use crate::db::Db;
use crate::db::credentials::{self, Settled};

/// Hashes of one transaction: a few seconds' work.
const BATCH: usize = 64;
/// Hashes that are made at once: each takes 19 MiB.
const THREADS_MAX: usize = 8;

/// The hash of an MD5 as the login verifies it, with the crate's parameters, which are OWASP's (19 MiB, twice).
///
/// # Errors
/// Where the system has no random numbers for a salt.
pub fn wrap(md5: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password(md5.to_ascii_lowercase().as_bytes())?.to_string())
}

/// Those who are pending, and what the source holds of their passwords.
pub(super) struct Pending {
    members: Vec<i64>,
    /// `None` where the source's members cannot be read.
    passwords: Option<HashMap<i64, OldPassword>>,
}

/// Reads what wrapping needs from the source, which may be closed then.
///
/// # Errors
/// Where the source or the database fails.
pub(super) async fn pending(run: &mut Run<'_>) -> Result<Pending, Error> {
    let mut tx = run.db.snapshot().await.map_err(failed)?;
    let members = credentials::pending(&mut tx).await.map_err(failed)?;
    drop(tx);
    let is_readable = !members.is_empty() && run.source.lacks(&MEMBERS).is_none();
    let passwords = if is_readable { Some(old_passwords(&mut run.source, &members).await?) } else { None };
    Ok(Pending { members, passwords })
}

impl Pending {
    /// How many they are.
    pub(super) fn count(&self) -> u64 {
        self.members.len() as u64
    }
}

fn failed(source: sqlx::Error) -> Error {
    Error::Database { table: "credential", source }
}

/// Wraps the hashes of all members who are pending. Who got something better in the source since they came over, gets
/// that: Graveyard leaves the MD5 of a password in its place when a member chooses another.
///
/// # Errors
/// Where the database fails.
pub(super) async fn wrap_pending(
    db: &Db,
    pending: Pending,
    report: &mut Report,
    progress: &Progress,
) -> Result<(), Error> {
    let count = pending.count();
    let Some(passwords) = pending.passwords else {
        report.passwords.pending = count;
        return Ok(());
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Wrap(error.to_string()))?;
    progress.table("passwords", count);
    for members in pending.members.chunks(BATCH) {
        let password = |member: &i64| passwords.get(member).unwrap_or(&OldPassword::Missing);
        let settle_all =
            || members.par_iter().map(|member| settle(*member, password(member))).collect::<Result<_, _>>();
        let settled: Vec<Settled> = pool.install(settle_all).map_err(|error| Error::Wrap(error.to_string()))?;
        let mut tx = db.write().await.map_err(failed)?;
        report.passwords.wrapped += credentials::settle(&mut tx, &settled).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        progress.advance(members.len() as u64);
    }
    progress.table_done();
    Ok(())
}

/// What a member who was pending has from now on.
fn settle(member: i64, password: &OldPassword) -> Result<Settled, argon2::password_hash::Error> {
    let (scheme, hash) = match password {
        OldPassword::Md5(md5) => (credentials::WRAPPED, Some(wrap(md5)?)),
        better => (better.scheme(), better.hash_to_keep()),
    };
    Ok(Settled { member, scheme, hash })
}

/// What the source says today of the passwords of some members. MD5s are held in memory alone, and no longer than it
/// takes to wrap them.
async fn old_passwords(source: &mut Source, members: &[i64]) -> Result<HashMap<i64, OldPassword>, Error> {
    let mut passwords = HashMap::with_capacity(members.len());
    let mut rows = source.rows(&MEMBERS);
    while let Some(row) = rows.next().await {
        let row = row?;
        // Those who wait are sorted.
        if let Some(id) = row.integer("id").filter(|id| members.binary_search(id).is_ok()) {
            passwords.insert(id, OldPassword::of(&row));
        }
    }
    Ok(passwords)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Argon2, PasswordVerifier};

    use super::wrap;

    #[test]
    fn a_wrapped_hash_verifies_over_the_md5_in_lower_case() {
        let hash = wrap("5F4DCC3B5AA765D61D8327DEB882CF99").expect("random numbers");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let hash = PasswordHash::new(&hash).expect("a hash");
        assert!(Argon2::default().verify_password(b"5f4dcc3b5aa765d61d8327deb882cf99", &hash).is_ok());
        assert!(Argon2::default().verify_password(b"5f4dcc3b5aa765d61d8327deb882cf98", &hash).is_err());
    }
}
