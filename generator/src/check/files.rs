//! The files of the site: which there are, which of them belong nowhere, whether assets are what their names say.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::render::assets::{FINGERPRINT_CHARS, FOLDER, is_at_root};
use crate::store::{self, OWN_FOLDER};

/// Ends of names that editors and half-done copies leave.
const TEMPORARY_ENDS: [&str; 7] = ["~", ".tmp", ".temp", ".part", ".swp", ".bak", ".orig"];

/// All files below a folder, by their sorted keys; the builder's own folder is left out.
#[derive(Debug, Default)]
pub(super) struct Files {
    folder: PathBuf,
    keys: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Names that are no text; nothing can lead there.
    pub(super) unreadable: Vec<String>,
}

/// A file as the checks call it.
#[derive(Clone, Copy, Debug)]
pub(super) struct File<'a> {
    /// Its place among the sorted keys.
    pub(super) number: u32,
    /// `rubriky/clanky/index.html`
    pub(super) key: &'a str,
}

impl Files {
    /// Lists a folder.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(super) fn list(folder: &Path) -> io::Result<Files> {
        let mut files = Files { folder: folder.to_owned(), ..Files::default() };
        let mut folders = vec![folder.to_owned()];
        while let Some(current) = folders.pop() {
            for entry in fs::read_dir(&current)? {
                let entry = entry?;
                let path = entry.path();
                // Links are followed as servers do; what leads nowhere is a file that cannot be read.
                if fs::metadata(&path).is_ok_and(|file| file.is_dir()) {
                    if path != folder.join(OWN_FOLDER) {
                        folders.push(path);
                    }
                    continue;
                }
                let relative = path.strip_prefix(folder).unwrap_or(&path);
                match relative.to_str() {
                    Some(key) => files.keys.push(key.replace(std::path::MAIN_SEPARATOR, "/")),
                    None => files.unreadable.push(relative.to_string_lossy().into_owned()),
                }
            }
        }
        files.keys.sort_unstable();
        files.unreadable.sort_unstable();
        files.numbers = files.keys.iter().cloned().zip(0..).collect();
        Ok(files)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The file of a key.
    pub(super) fn get<'a>(&'a self, key: &'a str) -> Option<File<'a>> {
        self.numbers.get(key).map(|number| File { number: *number, key })
    }

    /// The file of a number that this list gave.
    pub(super) fn file(&self, number: u32) -> File<'_> {
        File { number, key: &self.keys[number as usize] }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = File<'_>> {
        (0..).zip(&self.keys).map(|(number, key)| File { number, key })
    }

    /// Where a file is on the disk.
    pub(super) fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    /// A file's content.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn read(&self, file: File<'_>) -> io::Result<Vec<u8>> {
        fs::read(self.path(file.key))
    }
}

impl File<'_> {
    /// The path on the site.
    pub(super) fn path(&self) -> String {
        store::path(self.key)
    }

    /// The end of the name, without the dot.
    pub(super) fn suffix(&self) -> &str {
        let name = self.key.rsplit('/').next().unwrap_or(self.key);
        name.rsplit_once('.').map_or("", |(_, suffix)| suffix)
    }

    pub(super) fn is_asset(&self) -> bool {
        self.key.starts_with(FOLDER)
    }

    /// Whether it is what an editor, an upload or a killed program leaves.
    pub(super) fn is_temporary(&self) -> bool {
        let is_hidden = |part: &str| part.starts_with('.');
        !is_at_root(self.key) && self.key.split('/').any(is_hidden)
            || TEMPORARY_ENDS.iter().any(|end| self.key.ends_with(end))
    }
}

/// What is wrong with an asset's name, given its content.
pub(super) fn fingerprint_fault(key: &str, body: &[u8]) -> Option<String> {
    let name = key.rsplit('/').next().unwrap_or(key);
    let mut parts = name.rsplitn(3, '.');
    // `site.0123456789abcdef.css`; a name without a suffix ends with its fingerprint.
    let (last, middle) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let is_fingerprint = |part: &str| part.len() == FINGERPRINT_CHARS && part.bytes().all(|b| b.is_ascii_hexdigit());
    let Some(fingerprint) = [middle, last].into_iter().find(|part| is_fingerprint(part)) else {
        return Some("its name has no fingerprint, but copies of it are kept for a year".to_owned());
    };
    let digest = blake3::hash(body).to_hex();
    let is_right = digest.as_str().starts_with(fingerprint);
    (!is_right).then(|| "its content is not the one that its name tells".to_owned())
}
