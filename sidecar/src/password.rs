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
use crate::memory::Memory;

/// Hashed at once: each takes a processor.
const AT_ONCE: usize = 2;
/// The memory that a hash of our own takes; Django's takes 100.
const OWN_MIB: u32 = 19;
/// How long somebody waits for those before them, and for the memory.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// A longer one is nobody's password, as an empty one is, and would be work to hash.
pub const CHARS_MAX: usize = 200;

/// The hash of this program's own credentials.
const SCHEME: &str = "argon2";
/// Verified where there is nothing to verify, so that it takes the time.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0IQ$YKmiSgrVqHeHfmwXWrjpuyFzfhD4V2PMfAOuzLnHYs4";

/// The way to hash and to verify.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    memory: Memory,
}

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

impl Passwords {
    /// With the memory that others take some of as well.
    pub fn new(memory: Memory) -> Passwords {
        Passwords { turns: Arc::new(Semaphore::new(AT_ONCE)), memory }
    }

    /// Whether a password is the one of an account; where there is none, or none with a hash, and for a password that is
    /// empty or too long, it takes the same work and is wrong.
    ///
    /// # Errors
    /// Too much waits already.
    pub async fn verify(&self, password: String, login: Option<&Login>) -> Result<Verified> {
        let is_anybodys = !password.is_empty() && password.chars().count() <= CHARS_MAX;
        let login = login.filter(|_| is_anybodys);
        let password = if is_anybodys { password } else { "nobody's".to_owned() };
        let stored = login.and_then(|login| Some((login.scheme.clone()?, login.hash.clone()?)));
        let mib = stored.as_ref().map_or(OWN_MIB, |(_, hash)| memory_mib(hash));
        self.at_work(mib, move || Ok(verify(&password, stored))).await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// Too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.at_work(OWN_MIB, move || hash(&password)).await
    }

    async fn at_work<T: Send + 'static>(
        &self,
        mib: u32,
        work: impl FnOnce() -> std::result::Result<T, String> + Send + 'static,
    ) -> Result<T> {
        let both = async { (Arc::clone(&self.turns).acquire_owned().await, self.memory.take(mib).await) };
        let Ok((Ok(turn), Ok(share))) = tokio::time::timeout(WAIT_MAX, both).await else {
            return Err(Fault::Unavailable("other passwords and pictures take too long".to_owned()).into());
        };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Not before the work is done, also where nobody waits for it any more.
            drop((turn, share));
            done
        });
        let done = done.await.map_err(|error| Fault::Internal(format!("hashing ended by itself: {error}")))?;
        Ok(done.map_err(Fault::Internal)?)
    }
}

/// What it takes to verify a hash, as argon2 writes it into each: `…$m=102400,t=2,p=8$…`.
fn memory_mib(hash: &str) -> u32 {
    let parameters = hash.split('$').find_map(|part| part.strip_prefix("m="));
    let kib = parameters.and_then(|part| part.split(',').next()).and_then(|kib| kib.parse::<u32>().ok());
    kib.map_or(OWN_MIB, |kib| kib.div_ceil(1_024)).max(OWN_MIB)
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

    use super::{NOBODYS, Verified, hash, memory_mib, verify};

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
    fn memory_is_counted_as_each_hash_takes_it() {
        for (stored, mib) in [
            (NOBODYS, 19),
            ("argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA", 100),
            ("argon2$argon2i$v=19$m=512,t=2,p=2$c2FsdA$aGFzaA", 19),
            ("pbkdf2_sha256$1000$salt$hash", 19),
            ("argon2$argon2id$v=19$m=nonsense", 19),
        ] {
            assert_eq!(memory_mib(stored), mib, "{stored}");
        }
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
