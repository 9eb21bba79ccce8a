//! What `OUTPUT` and `UPLOADS` name: a folder, or a place in a bucket. Pure.

use std::path::Path;

/// Where a bucket's address begins.
const SCHEME: &str = "s3://";

/// A bucket's name is 3 to 63 letters long, by S3's rules.
const BUCKET_CHARS: std::ops::RangeInclusive<usize> = 3..=63;

/// A place in a bucket: `s3://bucket/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The bucket's name.
    pub bucket: String,
    /// What the keys of all objects begin with: empty, or something that ends with a slash.
    pub prefix: String,
}

/// An address that names no place in a bucket.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no address such as s3://bucket or s3://bucket/folder: {fault}")]
pub struct Error {
    text: String,
    fault: &'static str,
}

/// Whether a target's name is meant as an address and not as a folder.
pub fn is_address(output: &Path) -> bool {
    output.to_str().is_some_and(|text| text.contains("://"))
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// Another scheme, a name that no bucket can have, a prefix that keys cannot begin with.
    pub fn parse(text: &str) -> Result<Address, Error> {
        let failed = |fault| Error { text: text.to_owned(), fault };
        let rest = text.strip_prefix(SCHEME).ok_or_else(|| failed("it must begin with s3://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        if !BUCKET_CHARS.contains(&bucket.len()) || !bucket.chars().all(is_letter) {
            return Err(failed("a bucket's name is 3 to 63 small letters, digits, hyphens and dots"));
        }
        let prefix = prefix.trim_end_matches('/');
        if prefix.is_empty() {
            return Ok(Address { bucket: bucket.to_owned(), prefix: String::new() });
        }
        if prefix.split('/').any(|part| matches!(part, "" | "." | "..")) || prefix.contains(['?', '#', '\\']) {
            return Err(failed("the folder behind the bucket is none that a path could have"));
        }
        Ok(Address { bucket: bucket.to_owned(), prefix: format!("{prefix}/") })
    }

    /// The whole key of an object that the site knows by `key`.
    pub(super) fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.prefix)
    }
}
