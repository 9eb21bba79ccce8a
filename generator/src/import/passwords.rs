//! Old hashes, wrapped: a bare MD5 is as good as the password, so it never gets into our database. A member who has
//! nothing better is `pending` until argon2 has run over the MD5 that the source still holds.
//!
//! Each wrapped hash is on disk before the next few begin, and says of itself what it is; an import that was killed goes
//! on where it stopped, and the login knows what to verify: argon2 over the MD5 (lower-case hexadecimal) of the
//! password's bytes in cp1250.

use std::collections::HashMap;

use argon2::{Argon2, PasswordHasher};
use rayon::prelude::*;

use super::Error;
use super::people::is_md5;
use super::progress::Progress;
use super::report::Report;
use super::run::Run;
use super::source::Source;
use super::tables::MEMBERS;
use crate::db::{Db, credentials};

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
    hashes: Option<HashMap<i64, String>>,
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
    let hashes = if is_readable { Some(old_hashes(&mut run.source).await?) } else { None };
    Ok(Pending { members, hashes })
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

/// Wraps the hashes of all members who are pending.
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
    let Some(hashes) = pending.hashes else {
        report.passwords.pending = count;
        return Ok(());
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Error::Wrap(error.to_string()))?;
    progress.table("passwords", count);
    for members in pending.members.chunks(BATCH) {
        let (there, gone): (Vec<i64>, Vec<i64>) = members.iter().partition(|member| hashes.contains_key(member));
        let wrap_one = |member| wrap(&hashes[&member]).map(|hash| (member, hash));
        let wrapped: Vec<(i64, String)> = pool
            .install(|| there.into_par_iter().map(wrap_one).collect::<Result<_, _>>())
            .map_err(|error| Error::Wrap(error.to_string()))?;
        let mut tx = db.write().await.map_err(failed)?;
        report.passwords.wrapped += credentials::put_wrapped(&mut tx, &wrapped).await.map_err(failed)?;
        credentials::give_up(&mut tx, &gone).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        progress.advance(members.len() as u64);
    }
    progress.table_done();
    Ok(())
}

/// The source's MD5s by member. They are held in memory alone, and no longer than it takes to wrap them.
async fn old_hashes(source: &mut Source) -> Result<HashMap<i64, String>, Error> {
    let rows = source.columns_of(&MEMBERS, &["id", "psw_uzivatele"]).await?;
    let hashes = rows.into_iter().filter_map(|values| match values.as_slice() {
        [Some(id), Some(hash)] if is_md5(hash.trim()) => Some((id.parse().ok()?, hash.trim().to_owned())),
        _ => None,
    });
    Ok(hashes.collect())
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
