//! Old hashes, wrapped: a bare MD5 is as good as the password, so it never gets into our database. A member who has
//! nothing better is `pending` until argon2 has run over the MD5 that the source still holds.
//!
//! Each wrapped hash is on disk before the next few begin, and says of itself what it is; an import that was killed goes
//! on where it stopped, and the login knows what to verify: argon2 over the MD5 (lower-case hexadecimal) of the
//! password's bytes in cp1250.

use std::collections::{BTreeMap, HashMap};

use argon2::{Argon2, PasswordHasher};
use futures_util::StreamExt;
use rayon::prelude::*;

use super::Error;
use super::old_password::OldPassword;
use super::progress::Progress;
use super::report::{Finding, Report};
use super::run::Run;
use super::tables::MEMBERS;
use crate::db::Db;
use crate::db::credentials::{self, Credential, Settled};

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

/// Those who wait for a password, and what the source holds of theirs.
pub(super) struct Pending {
    members: Vec<i64>,
    /// `None` where the source's members cannot be read.
    passwords: Option<HashMap<i64, OldPassword>>,
}

/// Reads what wrapping needs from the source, which may be closed then: of those who are pending, and of those who came
/// over without a password that opens anything and have one there now. Says whose hash of Django's is another there; it
/// stays as it is here.
///
/// # Errors
/// Where the source, the database or the report fails.
pub(super) async fn pending(run: &mut Run<'_>) -> Result<Pending, Error> {
    let mut tx = run.db.snapshot().await.map_err(failed)?;
    let here = credentials::of_the_source(&mut tx).await.map_err(failed)?;
    drop(tx);
    let here: BTreeMap<i64, Credential> = here.into_iter().map(|one| (one.member_id, one)).collect();
    let is_pending = |one: &&Credential| one.scheme == "pending";
    let mut members: Vec<i64> = here.values().filter(is_pending).map(|one| one.member_id).collect();
    if here.is_empty() || run.source.lacks(&MEMBERS).is_some() {
        return Ok(Pending { members, passwords: None });
    }
    // MD5s are held in memory alone, and no longer than it takes to wrap them.
    let mut passwords = HashMap::new();
    let mut changed = Vec::new();
    let mut rows = run.source.rows(&MEMBERS);
    while let Some(row) = rows.next().await {
        let row = row?;
        let Some(one) = row.integer("id").and_then(|id| here.get(&id)) else { continue };
        let there = OldPassword::of(&row);
        match (one.scheme.as_str(), &there) {
            ("pending", _) => drop(passwords.insert(one.member_id, there)),
            ("django", OldPassword::Django(hash)) if one.hash.as_ref() != Some(hash) => changed.push(row.key),
            ("none" | "unusable", OldPassword::Django(_) | OldPassword::Md5(_)) => {
                members.push(one.member_id);
                passwords.insert(one.member_id, there);
            }
            _ => {}
        }
    }
    drop(rows);
    for key in changed {
        let finding = Finding { finding: "password-changed-there", column: "", detail: String::new() };
        run.report.findings(MEMBERS.name, &key, &[finding]).map_err(Error::Report)?;
    }
    members.sort_unstable();
    Ok(Pending { members, passwords: Some(passwords) })
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

/// Wraps the hashes of all members who wait for it. Who got something better in the source since they came over, gets
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
        let (wrapped, chosen) = credentials::settle(&mut tx, &settled).await.map_err(failed)?;
        report.passwords.wrapped += wrapped;
        report.passwords.chosen_there += chosen;
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
