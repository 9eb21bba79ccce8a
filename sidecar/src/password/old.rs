//! Hashes that other programs made: Django's, and the MD5 of the site before it.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::WINDOWS_1250;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The MD5, in lower-case hexadecimal, of a password as the old site got it: in cp1250. Empty, and so nobody's, where it
/// has a letter that there was no way to type.
pub(super) fn md5_of_cp1250(password: &str) -> String {
    let (bytes, _, lost) = WINDOWS_1250.encode(password);
    if lost { String::new() } else { hexadecimal(&Md5::digest(&bytes)) }
}

/// Whether a password is the one of a hash as Django stores it: the scheme, a dollar sign, the rest. A scheme that we do
/// not verify is as wrong as a wrong password: its owner asks for a new one.
pub(super) fn is_djangos(password: &str, stored: &str) -> bool {
    let Some((scheme, rest)) = stored.split_once('$') else { return false };
    match scheme {
        "argon2" => PasswordHash::new(&format!("${rest}"))
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
        "pbkdf2_sha256" => is_pbkdf2::<32>(password, rest, pbkdf2::pbkdf2_hmac::<Sha256>),
        "pbkdf2_sha1" => is_pbkdf2::<20>(password, rest, pbkdf2::pbkdf2_hmac::<Sha1>),
        "bcrypt" => bcrypt::verify(password, rest).unwrap_or(false),
        "bcrypt_sha256" => bcrypt::verify(hexadecimal(&Sha256::digest(password.as_bytes())), rest).unwrap_or(false),
        _ => false,
    }
}

/// `rounds$salt$base64`, of a digest of `BYTES`.
fn is_pbkdf2<const BYTES: usize>(password: &str, rest: &str, derive: impl Fn(&[u8], &[u8], u32, &mut [u8])) -> bool {
    let mut parts = rest.split('$');
    let (Some(rounds), Some(salt), Some(hash), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (Ok(rounds), Ok(hash)) = (rounds.parse::<u32>(), STANDARD.decode(hash)) else { return false };
    if rounds == 0 || hash.len() != BYTES {
        return false;
    }
    let mut derived = [0; BYTES];
    derive(password.as_bytes(), salt.as_bytes(), rounds, &mut derived);
    is_equal(&derived, &hash)
}

/// Compares without telling by the time where the first difference is.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_djangos, md5_of_cp1250};

    /// Made by Python's hashlib and libxcrypt; the last two are from Django's own tests.
    #[test]
    fn hashes_of_other_programs_are_verified() {
        for (password, hash) in [
            ("lètmein", "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A="),
            ("lètmein", "pbkdf2_sha1$1000$seasalt$ljleU4wBmTtz/MoG5YTwxpM0d7I="),
            ("lètmein", "bcrypt$$2b$05$abcdefghijklmnopqrstuu2c1e4vZoCxDVRU9N6VCSSmNg4cQa1Ve"),
            ("lètmein", "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuaQz6CVhbgRiZmnmiNLc9bv5cauhFkti"),
            ("secret", "argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw"),
        ] {
            assert!(is_djangos(password, hash), "{hash}");
            assert!(!is_djangos("letmein", hash), "{hash}");
            assert!(!is_djangos("", hash), "{hash}");
        }
    }

    #[test]
    fn what_is_no_hash_opens_nothing() {
        for hash in [
            "",
            "!",
            "lètmein",
            "md5$salt$x",
            "pbkdf2_sha256$0$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=",
            "pbkdf2_sha256$1000$seasalt$",
            "pbkdf2_sha256$1000$seasalt",
            "pbkdf2_sha256$1000$seasalt$JgZr",
            "bcrypt$",
            "argon2$",
        ] {
            assert!(!is_djangos("lètmein", hash) && !is_djangos("", hash), "{hash}");
        }
    }

    #[test]
    fn the_old_site_read_passwords_in_its_own_letters() {
        assert_eq!(md5_of_cp1250("příliš žluťoučký"), "9910e1f53dde5134965879f6148d571b");
        assert_eq!(md5_of_cp1250("password"), "5f4dcc3b5aa765d61d8327deb882cf99");
        assert_eq!(md5_of_cp1250("пароль"), "", "there was no way to type it");
    }
}
