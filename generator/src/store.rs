//! Where the site goes: a closed set of targets behind one small interface.
//!
//! A store knows keys and objects, nothing of pages or of the database. Keys are paths without the
//! leading slash, with `index.html` where a path ends with a slash.

pub mod address;
pub mod bucket;
mod directory;
mod keys;
mod memory;
mod object;
mod reading;
mod s3;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rayon::prelude::*;

pub use directory::Directory;
pub use keys::{is_page_path, key, path};
pub use memory::{Fault, Memory};
pub use object::{Attributes, CacheClass, Expected, Found, Object, Put, Written, download_type};
pub use reading::{Opened, Reading};
pub use s3::S3;

use self::address::{Address, is_address};
use self::keys::check;
use self::s3::fault;

/// A target.
#[derive(Debug)]
pub enum Store {
    /// A folder.
    Directory(Directory),
    /// A place in a bucket.
    S3(S3),
    /// For tests; can be told to fail.
    Memory(Memory),
}

/// A store that does not do what it should.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {name}: {source}")]
pub struct Error {
    /// `write`, `read`, `remove`, `create`, `list`, `use`.
    pub action: &'static str,
    /// The file or object.
    pub name: String,
    /// Why.
    pub source: io::Error,
}

impl Error {
    /// Whether no other page will fare better: no space, no right to write, a read-only disk, no such bucket.
    pub fn concerns_all(&self) -> bool {
        let fault = self.source.get_ref().and_then(|source| source.downcast_ref::<fault::Fault>());
        if let Some(fault) = fault {
            return fault.reach == fault::Reach::Target;
        }
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
    /// Opens what `OUTPUT` names: a folder, or a place in a bucket.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn open(output: &Path) -> Result<Store, Error> {
        if !is_address(output) {
            return Directory::open(output).map(Store::Directory);
        }
        Store::open_bucket(output)
    }

    /// Opens what `UPLOADS` names; others may put files there as well.
    ///
    /// # Errors
    /// Where it cannot be used.
    pub fn open_uploads(uploads: &Path) -> Result<Store, Error> {
        if !is_address(uploads) {
            return Directory::open_shared(uploads).map(Store::Directory);
        }
        Store::open_bucket(uploads)
    }

    fn open_bucket(output: &Path) -> Result<Store, Error> {
        let name = output.display().to_string();
        let address = Address::parse(&name).map_err(|error| Error {
            action: "use",
            name,
            source: io::Error::new(io::ErrorKind::InvalidInput, error),
        })?;
        S3::open(address).map(Store::S3)
    }

    /// Whether writers of a key exclude each other by a lock. Where they don't, versions tell them that they were
    /// overtaken, and who removes something has to look afterwards whether it was right.
    pub fn has_locks(&self) -> bool {
        !matches!(self, Store::S3(_))
    }

    /// Writes objects, as many at a time as does the store good; nobody ever sees half of one. Before each of them,
    /// under the lock of its key where there is one, `remaining` is asked how long it may take; `None` means that it is
    /// too late. After an error that concerns all no further one is begun. The answers are in the order of the puts.
    pub fn put_all(
        &self,
        puts: Vec<Put>,
        remaining: impl Fn() -> Option<Duration> + Clone + Send + Sync + 'static,
    ) -> Vec<Result<Written, Error>> {
        let ends = Arc::new(AtomicBool::new(false));
        let remaining = {
            let ends = Arc::clone(&ends);
            move || if ends.load(Ordering::Relaxed) { None } else { remaining() }
        };
        let put = |put: &Put| {
            let done = self.put(&put.key, &put.object, || remaining().is_some());
            if done.as_ref().is_err_and(Error::concerns_all) {
                ends.store(true, Ordering::Relaxed);
            }
            done.map(|done| if done { Written::Done(None) } else { Written::TooLate })
        };
        match self {
            Store::S3(s3) => s3.put_all(puts, remaining, ends),
            Store::Directory(_) | Store::Memory(_) => puts.par_iter().map(put).collect(),
        }
    }

    /// The store's own names for what stands at the keys, in their order; `None` where nothing does, or where the store
    /// has no such names.
    pub fn versions(&self, keys: Vec<String>) -> Vec<Result<Option<String>, Error>> {
        match self {
            Store::S3(s3) => s3.versions(keys),
            Store::Directory(_) | Store::Memory(_) => keys.into_iter().map(|_| Ok(None)).collect(),
        }
    }

    /// What stands at the keys, in their order. Where a version is expected and is there, its content is not read.
    pub fn find_all(&self, wanted: Vec<(String, Option<String>)>) -> Vec<Result<Found, Error>> {
        let found = |body: Option<Vec<u8>>| body.map_or(Found::Missing, |body| Found::Body(body, None));
        match self {
            Store::S3(s3) => s3.find_all(wanted),
            Store::Directory(_) | Store::Memory(_) => {
                wanted.into_par_iter().map(|(key, _)| self.get(&key).map(found)).collect()
            }
        }
    }

    /// Removes objects of a store without locks; the caller looks before and afterwards whether it was right.
    pub fn remove_all(&self, keys: Vec<String>) -> Vec<Result<(), Error>> {
        match self {
            Store::S3(s3) => s3.remove_all(keys),
            Store::Directory(_) | Store::Memory(_) => {
                keys.iter().map(|key| self.remove(key, || true).map(|_| ())).collect()
            }
        }
    }

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
            Store::S3(s3) => {
                let put = Put { key: key.to_owned(), object: object.clone(), expected: Expected::Anything };
                let time = may_write().then_some(WRITE_TIME);
                let done = s3.put_all(vec![put], move || time, Arc::default()).into_iter().next();
                Ok(matches!(done.transpose()?, Some(Written::Done(_))))
            }
        }
    }

    /// Writes an object and returns when it will last.
    ///
    /// # Errors
    /// Where it cannot be written, or nobody knows whether it was.
    pub fn put_lasting(&self, key: &str, object: &Object) -> Result<(), Error> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, "it takes too long");
        if !self.put(key, object, || true)? {
            return Err(Error { action: "write", name: key.to_owned(), source: late() });
        }
        match self {
            Store::Directory(directory) => directory.sync_written(key),
            Store::S3(_) | Store::Memory(_) => Ok(()),
        }
    }

    /// An object's content, `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        match self {
            Store::Directory(directory) => directory.get(key),
            Store::S3(s3) => s3.get(key),
            Store::Memory(memory) => memory.get(key),
        }
    }

    /// Begins to read an object for somebody; of a store that can, the part that HTTP's `Range` asks for.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn read(&self, key: &str, part: Option<String>) -> Result<Opened, Error> {
        if check("read", key).is_err() {
            return Ok(Opened::Missing);
        }
        match self {
            Store::Directory(directory) => directory.read(key).await,
            Store::S3(s3) => s3.read(key, part).await,
            Store::Memory(memory) => {
                Ok(memory.get(key)?.map_or(Opened::Missing, |body| Opened::Reading(Box::new(Reading::whole(body)))))
            }
        }
    }

    /// Whether an object is there.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub fn exists(&self, key: &str) -> Result<bool, Error> {
        match self {
            Store::Directory(directory) => Ok(directory.root().join(key).exists()),
            Store::S3(s3) => s3.exists(key),
            Store::Memory(memory) => Ok(memory.get(key)?.is_some()),
        }
    }

    /// Copies an object, as one of this type and class, and returns when the copy will last; `false` where there is none.
    ///
    /// # Errors
    /// Where it cannot be copied, or nobody knows whether it was.
    pub fn copy_lasting(
        &self,
        from: &str,
        to: &str,
        content_type: &'static str,
        class: CacheClass,
    ) -> Result<bool, Error> {
        if let Store::S3(s3) = self {
            return s3.copy(from, to, content_type, class);
        }
        let Some(body) = self.get(from)? else { return Ok(false) };
        self.put_lasting(to, &Object { body, content_type, class, redirect: None })?;
        Ok(true)
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
            Store::S3(s3) => {
                let may = may_remove();
                if may {
                    s3.remove_all(vec![key.to_owned()]).into_iter().collect::<Result<(), Error>>()?;
                }
                Ok(may)
            }
        }
    }

    /// Calls `each` with the key of every object, our own about the target left out, in no order.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn each_key(&self, each: &mut dyn FnMut(String)) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.each_key(each),
            Store::S3(s3) => s3.each_key(each),
            Store::Memory(memory) => {
                memory.each_key(each);
                Ok(())
            }
        }
    }

    /// Whether what is written may be lost with the power until [`Store::sync`]. A bucket answers when it is safe.
    pub fn has_unsynced(&self) -> bool {
        !matches!(self, Store::S3(_))
    }

    /// Returns when all that was written so far has reached the disk.
    ///
    /// # Errors
    /// Where the disk says that it has not.
    pub fn sync(&self) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.sync(),
            Store::S3(_) | Store::Memory(_) => Ok(()),
        }
    }

    /// Returns when the removals of these keys have reached the disk, so that no loss of power brings them back.
    ///
    /// # Errors
    /// Where the disk says that they have not.
    pub fn sync_removals(&self, keys: &[String]) -> Result<(), Error> {
        match self {
            Store::Directory(directory) => directory.sync_removals(keys),
            Store::S3(_) => Ok(()),
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
            Store::S3(s3) => s3.is_empty(),
            Store::Memory(memory) => Ok(memory.keys().iter().all(|key| key.starts_with(OWN_FOLDER))),
        }
    }

    /// Whether somebody has removed all that a reader could get and left our own object, as people do who clear a folder
    /// and see no hidden files. In a bucket ours is as visible as any, so that nothing is listed there.
    ///
    /// # Errors
    /// Where that cannot be found out.
    pub fn was_cleared(&self) -> Result<bool, Error> {
        match self {
            Store::S3(_) => Ok(false),
            Store::Directory(_) | Store::Memory(_) => self.is_empty(),
        }
    }

    /// What a person calls the target.
    pub fn location(&self) -> String {
        match self {
            Store::Directory(directory) => directory.root().display().to_string(),
            Store::S3(s3) => s3.address().to_string(),
            Store::Memory(_) => "memory".to_owned(),
        }
    }
}

/// For a single object that no claim bounds.
const WRITE_TIME: Duration = Duration::from_secs(60);

/// Our own objects on the target; servers must not show them.
pub(crate) const OWN_FOLDER: &str = ".graveyard";
