//! The manifest of a built directory: the digest of each file with all that a client sees of it. A folder keeps neither
//! types nor redirects; they are found by trying which of the few there are make the digest. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hex;
use crate::render::digest;
use crate::store::{CacheClass, Object};

/// Where a built directory has it.
pub const MANIFEST_KEY: &str = ".graveyard/manifest.json";

/// What a directory, or a target, holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// The digest of each file by its key, hexadecimal; empty where it is not known.
    pub files: BTreeMap<String, String>,
    /// With which `Cache-Control` its pages were written.
    #[serde(default)]
    pub page_class: Option<String>,
}

/// All types that files of a site have.
const CONTENT_TYPES: [&str; 15] = [
    "text/html; charset=utf-8",
    "application/xml; charset=utf-8",
    "application/rss+xml; charset=utf-8",
    "application/atom+xml; charset=utf-8",
    "text/plain; charset=utf-8",
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
    "image/svg+xml",
    "image/png",
    "image/webp",
    "image/jpeg",
    "image/x-icon",
    "font/woff2",
    "application/json",
    "application/octet-stream",
];

const CLASSES: [CacheClass; 3] = [CacheClass::Immutable, CacheClass::Revalidate, CacheClass::Purged];

/// The object that a file was built as, with copies of pages kept as this target has it; `None` where the digest is of
/// something else.
pub fn object_of(key: &str, body: Vec<u8>, expected: &str, page_class: CacheClass) -> Option<Object> {
    let redirects = [None, redirect(&body)];
    let own_types = [crate::render::assets::content_type(key)];
    let mut object = Object { body, content_type: "", class: page_class, redirect: None };
    for content_type in own_types.into_iter().chain(CONTENT_TYPES) {
        for class in CLASSES {
            for redirect in &redirects {
                object = Object { content_type, class, redirect: redirect.clone(), ..object };
                if hex(&digest(&object)) == expected {
                    let class = if class == CacheClass::Immutable { class } else { page_class };
                    return Some(Object { class, ..object });
                }
            }
        }
    }
    None
}

/// Where a page of a redirect leads, which is what it calls its own address.
fn redirect(body: &[u8]) -> Option<String> {
    let text = str::from_utf8(body).ok()?;
    text.contains("http-equiv=\"refresh\"").then_some(())?;
    let (_, rest) = text.split_once("rel=\"canonical\" href=\"")?;
    let escaped = rest.split('"').next()?;
    Some(
        escaped
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}
