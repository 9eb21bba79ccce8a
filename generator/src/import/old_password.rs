//! What a member's password was in the source, and what is to be made of it.

use super::row::Row;

/// How hashes begin that Django made slow on purpose, and that the login can verify.
const DJANGO_SCHEMES: [&str; 6] = ["argon2$", "pbkdf2_sha256$", "pbkdf2_sha1$", "bcrypt$", "bcrypt_sha256$", "scrypt$"];

/// What a row of the source's members says of the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OldPassword {
    /// A slow hash of Django's, as it is.
    Django(String),
    /// An MD5, which stays in the source until argon2 has run over it.
    Md5(String),
    /// Something that opens nothing, or that must open nothing here.
    Unusable(&'static str),
    /// There never was one.
    Missing,
}

impl OldPassword {
    /// Reads a row of members with their accounts.
    ///
    /// Django's mark for "no hash" (`!…`, or nothing) is none: Graveyard sets it while somebody has asked for a new
    /// password and not chosen it, and goes on accepting the old one. Not of an account that was switched off.
    pub(super) fn of(row: &Row) -> OldPassword {
        let md5 = row.raw("psw_uzivatele").unwrap_or_default().trim();
        let old = |otherwise| if is_md5(md5) { OldPassword::Md5(md5.to_owned()) } else { otherwise };
        let unusable = OldPassword::Unusable("password-unusable");
        match row.raw("auth_user.password") {
            None if md5.is_empty() => OldPassword::Missing,
            None => old(unusable),
            Some(mark) if mark.is_empty() || mark.starts_with('!') => match is_inactive(row) {
                true => unusable,
                false => old(unusable),
            },
            Some(hash) if DJANGO_SCHEMES.iter().any(|scheme| hash.starts_with(scheme)) => {
                OldPassword::Django(hash.to_owned())
            }
            // Whatever it is, it is newer than the MD5, and perhaps a digest as fast as that.
            Some(_) => OldPassword::Unusable("password-of-unknown-kind"),
        }
    }

    /// How the credential is to be verified; see `db::credentials`.
    pub(super) fn scheme(&self) -> &'static str {
        match self {
            OldPassword::Django(_) => "django",
            OldPassword::Md5(_) => "pending",
            OldPassword::Unusable(_) => "unusable",
            OldPassword::Missing => "none",
        }
    }

    /// The hash that may be stored; never an MD5.
    pub(super) fn hash_to_keep(&self) -> Option<String> {
        if let OldPassword::Django(hash) = self { Some(hash.clone()) } else { None }
    }

    /// What the report says of it.
    pub(super) fn finding(&self) -> Option<&'static str> {
        match self {
            OldPassword::Django(_) | OldPassword::Md5(_) => None,
            OldPassword::Unusable(finding) => Some(finding),
            OldPassword::Missing => Some("password-missing"),
        }
    }
}

/// Whether the operators have switched a member's account off.
pub(super) fn is_inactive(row: &Row) -> bool {
    row.raw("auth_user.password").is_some() && !row.flag("auth_user.is_active")
}

/// The MD5 of nothing: no password, and nobody can log in with it.
const MD5_OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// Whether a text is an MD5 in hexadecimal, of anything.
fn is_md5(text: &str) -> bool {
    let is_digest = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest && !text.eq_ignore_ascii_case(MD5_OF_NOTHING)
}
