//! Where the site goes: a closed set of targets behind one small interface.
//!
//! A store knows keys and objects, nothing of pages or of the database. Keys are paths without the
//! leading slash, with `index.html` where a path ends with a slash.

mod directory;
mod memory;

use std::io;

pub use directory::Directory;
pub use memory::{Fault, Memory};

/// A target.
#[derive(Debug)]
pub enum Store {
    /// A folder.
    Directory(Directory),
    /// For tests; can be told to fail.
    Memory(Memory),
}

/// How long copies of an object may be used without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CacheClass {
    /// Its name changes with its content: a year, immutable.
    Immutable,
    /// Pages and feeds: the browser asks each time, the edge keeps them shortly.
    Revalidate,
}

impl CacheClass {
    /// The class of a key: fingerprinted files are in the assets' folder.
    pub fn of(key: &str) -> CacheClass {
        if key.starts_with(crate::render::assets::FOLDER) { CacheClass::Immutable } else { CacheClass::Revalidate }
    }

    /// The header's value, where the edge cannot be purged.
    pub fn cache_control(self) -> &'static str {
        match self {
            CacheClass::Immutable => "public, max-age=31536000, immutable",
            CacheClass::Revalidate => "public, max-age=0, s-maxage=60, must-revalidate",
        }
    }
}

/// What is put into a store.
#[derive(Clone, Debug)]
pub struct Object {
    /// The content.
    pub body: Vec<u8>,
    /// MIME type.
    pub content_type: &'static str,
    /// How long copies are good.
    pub class: CacheClass,
    /// Where it leads, for a redirect.
    pub redirect: Option<String>,
}

/// A store that does not do what it should.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {name}: {source}")]
pub struct Error {
    /// `write`, `read`, `remove`, `create`.
    pub action: &'static str,
    /// The file or object.
    pub name: String,
    /// Why.
    pub source: io::Error,
}

impl Error {
    /// Whether no other page will fare better: no space, no right to write, a read-only disk.
    pub fn concerns_all(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::ReadOnlyFilesystem
        )
    }
}

impl Store {
    /// Writes an object; nobody ever sees half of it. `may_write` is asked under the lock of the key just
    /// before the object appears: on `false` nothing changes and the answer is `false`.
    ///
    /// # Errors
    /// Where it cannot be written; the former object is still there.
    pub fn put(&self, key: &str, object: &Object, may_write: impl Fn() -> bool) -> Result<bool, Error> {
        check("write", key)?;
        match self {
            Store::Directory(directory) => directory.put(key, &object.body, may_write),
            Store::Memory(memory) => memory.put(key, object, may_write),
        }
    }

    /// An object's content, `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Store::Directory(directory) => directory.get(key),
            Store::Memory(memory) => memory.get(key),
        }
    }

    /// Removes an object unless, asked under the lock of the key, `may_remove` says no; then the answer is `false`.
    /// One that is not there is removed already.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(&self, key: &str, may_remove: impl Fn() -> bool) -> Result<bool, Error> {
        check("remove", key)?;
        match self {
            Store::Directory(directory) => directory.remove(key, may_remove),
            Store::Memory(memory) => memory.remove(key, may_remove),
        }
    }

    /// Calls `each` with the key of every object, our own about the target left out, in no order.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn each_key(&self, each: &mut dyn FnMut(String)) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.each_key(each),
            Store::Memory(memory) => {
                memory.each_key(each);
                Ok(())
            }
        }
    }

    /// Returns when all that was written so far has reached the disk.
    ///
    /// # Errors
    /// Where the disk says that it has not.
    pub fn sync(&self) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.sync(),
            Store::Memory(_) => Ok(()),
        }
    }

    /// Returns when the removals of these keys have reached the disk, so that no loss of power brings them back.
    ///
    /// # Errors
    /// Where the disk says that they have not.
    pub fn sync_removals(&self, keys: &[String]) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.sync_removals(keys),
            Store::Memory(memory) => {
                memory.sync_removals(keys);
                Ok(())
            }
        }
    }

    /// Whether nothing is there that a reader could get.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub fn is_empty(&self) -> Result<bool, Error> {
        match self {
            Store::Directory(directory) => directory.is_empty(),
            Store::Memory(memory) => Ok(memory.keys().iter().all(|key| key.starts_with(OWN_FOLDER))),
        }
    }

    /// What a person calls the target.
    pub fn location(&self) -> String {
        match self {
            Store::Directory(directory) => directory.root().display().to_string(),
            Store::Memory(_) => "memory".to_owned(),
        }
    }
}

/// Our own objects on the target; servers must not show them.
pub(crate) const OWN_FOLDER: &str = ".graveyard";

/// Keys are made from the database's texts: whatever they hold, nothing outside the target is touched.
fn check(action: &'static str, key: &str) -> Result<(), Error> {
    if key.split('/').any(|part| matches!(part, "" | "." | "..")) || key.contains('\0') {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "this is no name for a file of the site");
        return Err(Error { action, name: key.to_owned(), source });
    }
    Ok(())
}

/// Whether a page may stand at the path: it is one below the site's root and none of our own.
pub fn is_page_path(path: &str) -> bool {
    let key = key(path);
    path.starts_with('/') && check("write", &key).is_ok() && !key.split('/').any(|part| part.starts_with('.'))
}

/// The path that a key stands for; the opposite of [`key`].
pub fn path(key: &str) -> String {
    let folder = key.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    format!("/{}", folder.unwrap_or(key))
}

/// The key of a path of the site.
pub fn key(path: &str) -> String {
    let key = path.trim_start_matches('/');
    if key.is_empty() || key.ends_with('/') { format!("{key}index.html") } else { key.to_owned() }
}
