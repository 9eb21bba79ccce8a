//! What shapes pages beside the database: the program, the site's files, the settings that show in pages.

use crate::files::{Files, SiteFiles, shipped_site};

/// Digest of this program's own sources.
const BUILD_ID: &str = env!("GRAVEYARD_BUILD_ID");

/// The digest that names a generation, hexadecimal. Demo data shows in no page of a real site and is left out.
pub fn digest(files: &SiteFiles, site_url: &str, uploads_url: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in [BUILD_ID, site_url, uploads_url] {
        add(&mut hasher, text.as_bytes());
    }
    for folder in [&files.content, &files.templates, &files.statics] {
        add_files(&mut hasher, folder);
    }
    // The shipped texts lie below a site's own.
    let mut locales = shipped_site().content;
    locales.retain(|name, _| name.starts_with("locales/"));
    add_files(&mut hasher, &locales);
    hasher.finalize().to_hex().to_string()
}

fn add_files(hasher: &mut blake3::Hasher, files: &Files) {
    for (name, file) in files.iter().filter(|(name, _)| !name.starts_with("demo/")) {
        add(hasher, name.as_bytes());
        add(hasher, &file.bytes);
    }
    add(hasher, b"");
}

/// Lengths go in as well, so that no two different lists of texts look alike.
fn add(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
