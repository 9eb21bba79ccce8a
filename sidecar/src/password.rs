//! Passwords: hashed by argon2id, a few at a time, so that neither processors nor memory are anybody's to exhaust.

pub mod old;
pub mod rules;

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use generator::db::credentials::{Login, WRAPPED};
use tokio::sync::Semaphore;

use crate::error::{Fault, Result};

/// Hashes at once: each takes 19 MiB and a processor.
const AT_ONCE_MAX: usize = 2;
/// How long somebody waits for those before them.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// A longer one is nobody's password, as an empty one is, and would be work to hash.
pub const CHARS_MAX: usize = 200;

/// The hash of this program's own credentials.
const SCHEME: &str = "argon2";
/// Verified where there is nothing to verify, so that it takes the time.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0IQ$YKmiSgrVqHeHfmwXWrjpuyFzfhD4V2PMfAOuzLnHYs4";

/// The way to hash and to verify.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

/// What a password turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Not the member's.
    Wrong,
    /// The member's.
    Right,
    /// The member's, whose hash was an old one; here is one of our own.
    Outdated {
        /// The hash in the database.
        old: String,
        /// The hash to put in its place.
        new: String,
    },
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords(Arc::new(Semaphore::new(AT_ONCE_MAX)))
    }
}

impl Passwords {
    /// Whether a password is the one of an account; where there is none, or none with a hash, and for a password that is
    /// empty or too long, it takes the same work and is wrong.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn verify(&self, password: String, login: Option<&Login>) -> Result<Verified> {
        let is_anybodys = !password.is_empty() && password.chars().count() <= CHARS_MAX;
        let login = login.filter(|_| is_anybodys);
        let password = if is_anybodys { password } else { "nobody's".to_owned() };
        let stored = login.and_then(|login| Some((login.scheme.clone()?, login.hash.clone()?)));
        self.at_work(move || Ok(verify(&password, stored))).await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.at_work(move || hash(&password)).await
    }

    async fn at_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, String> + Send + 'static,
    ) -> Result<T> {
        let permit = tokio::time::timeout(WAIT_MAX, Arc::clone(&self.0).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(Fault::Unavailable("too many passwords are being hashed".to_owned()).into());
        };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Not before the work is done, also where nobody waits for it any more.
            drop(permit);
            done
        });
        let done = done.await.map_err(|error| Fault::Internal(format!("hashing ended by itself: {error}")))?;
        Ok(done.map_err(Fault::Internal)?)
    }
}

/// The hash of a password with the crate's parameters, which are OWASP's: argon2id, 19 MiB, twice.
///
/// # Errors
/// Where the system has no random numbers for a salt.
pub fn hash(password: &str) -> std::result::Result<String, String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| format!("cannot hash a password: {error}"))
}

fn verify(password: &str, stored: Option<(String, String)>) -> Verified {
    let Some((scheme, old)) = stored else {
        let _ = is_argon2(password.as_bytes(), NOBODYS);
        return Verified::Wrong;
    };
    let is_right = match scheme.as_str() {
        SCHEME => is_argon2(password.as_bytes(), &old),
        WRAPPED => is_argon2(old::md5_of_cp1250(password).as_bytes(), &old),
        _ => old::is_djangos(password, &old),
    };
    match is_right {
        false => Verified::Wrong,
        true if scheme == SCHEME => Verified::Right,
        true => match hash(password) {
            Ok(new) => Verified::Outdated { old, new },
            Err(_) => Verified::Right,
        },
    }
}

fn is_argon2(password: &[u8], hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::phc::PasswordHash;

    use super::{NOBODYS, Verified, hash, verify};

    #[test]
    fn an_own_hash_is_verified_and_kept() {
        let stored = |hash: &str| Some(("argon2".to_owned(), hash.to_owned()));
        let own = hash("Správná kobyla 7").expect("random numbers");
        assert!(own.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{own}");
        assert_eq!(verify("Správná kobyla 7", stored(&own)), Verified::Right);
        assert_eq!(verify("správná kobyla 7", stored(&own)), Verified::Wrong);
        assert_eq!(verify("", stored("")), Verified::Wrong);
        assert_eq!(verify("x", None), Verified::Wrong);
    }

    #[test]
    fn nobodys_hash_is_as_much_work_as_any() {
        let params = |text: &str| PasswordHash::new(text).expect("a hash").params.to_string();
        assert_eq!(params(NOBODYS), params(&hash("x").expect("random numbers")));
    }

    #[test]
    fn a_wrapped_md5_is_replaced() {
        let wrapped = generator::import::passwords::wrap("5f4dcc3b5aa765d61d8327deb882cf99").expect("random numbers");
        let stored = || Some(("argon2-md5".to_owned(), wrapped.clone()));
        assert_eq!(verify("5f4dcc3b5aa765d61d8327deb882cf99", stored()), Verified::Wrong, "the MD5 is no password");
        let Verified::Outdated { old, new } = verify("password", stored()) else { panic!("it is right") };
        assert_eq!(old, wrapped);
        assert_eq!(verify("password", Some(("argon2".to_owned(), new))), Verified::Right);
    }
}
