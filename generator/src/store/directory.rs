//! A folder as a target: a temporary file and a rename, under a lock that other processes see as well.

mod temporary;

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use aws_sdk_s3::primitives::ByteStream;

use crate::fail_point::FailPoint;

use super::{Error, OWN_FOLDER, Opened, Reading};

use self::temporary::Temporary;

/// More folders than that are synced with the whole file system: each takes a few milliseconds.
const FOLDERS_SYNCED_MAX: usize = 16;
/// Writers of the same key exclude each other through one of so many lock files.
const SHARDS: usize = 32;
/// How long a key's lock is waited for. Nobody holds it longer than a rename takes but a process that was stopped; then
/// the page fails, is reported and tried again.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(20);
/// Between two tries.
const LOCK_PAUSE: Duration = Duration::from_millis(1);
/// A folder may vanish between its making and the rename into it, since removals clear empty ones.
const RENAME_ATTEMPTS: usize = 5;

/// A lock that stands for some of the keys.
#[derive(Debug)]
struct Shard {
    file: File,
    /// Somebody has held it for too long: until then nobody waits for it again.
    stuck_until: Option<Instant>,
}

/// A folder.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    temporary: Temporary,
    shards: Vec<Mutex<Shard>>,
    lock_wait: Duration,
}

impl Directory {
    /// Opens a folder as a target; it is made where it does not exist.
    ///
    /// # Errors
    /// Where it cannot be made or written into, or holds something that is not ours.
    pub fn open(root: &Path) -> Result<Directory, Error> {
        if !root.join(OWN_FOLDER).exists() && holds_anything(root) {
            let message = "it is not empty and holds no site of this program: give an empty or a new folder";
            return Err(failed("use", root, io::Error::other(message)));
        }
        Directory::open_shared(root)
    }

    /// As [`Directory::open`], a folder that others put files into as well, as they do with uploads.
    ///
    /// # Errors
    /// Where it cannot be made or written into.
    pub fn open_shared(root: &Path) -> Result<Directory, Error> {
        let temporary = root.join(OWN_FOLDER).join("temporary");
        let locks = root.join(OWN_FOLDER).join("locks");
        for folder in [&temporary, &locks] {
            fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
        }
        let gate = locks.join("temporary");
        let temporary =
            Temporary::open(temporary.clone(), &gate).map_err(|source| failed("clear", &temporary, source))?;
        let mut shards = Vec::with_capacity(SHARDS);
        for shard in 0..SHARDS {
            let path = locks.join(shard.to_string());
            let mut options = OpenOptions::new();
            let file = options.create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(|source| failed("create", &path, source))?;
            shards.push(Mutex::new(Shard { file, stuck_until: None }));
        }
        Ok(Directory { root: root.to_owned(), temporary, shards, lock_wait: LOCK_WAIT_MAX })
    }

    /// Waits for another process's lock no longer than this, for tests.
    #[must_use]
    pub fn waiting_at_most(self, lock_wait: Duration) -> Directory {
        Directory { lock_wait, ..self }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn put(&self, key: &str, body: &[u8], may_write: impl Fn() -> bool) -> Result<bool, Error> {
        let path = self.root.join(key);
        let temporary = self.temporary.path();
        let written = temporary::write(&temporary, body).map_err(|source| failed("write", &path, source));
        FailPoint::WriteTemporary.taken();
        let written = written.and_then(|()| {
            self.locked(key, || {
                if !may_write() {
                    return Ok(false);
                }
                FailPoint::WriteBeforeRename.taken();
                rename(&temporary, &path)?;
                FailPoint::WriteAfterRename.taken();
                Ok(true)
            })
        });
        if !matches!(written, Ok(true)) {
            // It may not even be there; what stays is cleared when a builder opens the target after our end.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Returns when a file that was written has reached the disk, and the folders that hold it.
    pub(super) fn sync_written(&self, key: &str) -> Result<(), Error> {
        let path = self.root.join(key);
        let within = path.ancestors().take_while(|path| path.starts_with(&self.root));
        for path in within {
            let synced = File::open(path).and_then(|file| file.sync_all());
            synced.map_err(|source| failed("sync", path, source))?;
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.root.join(key);
        match fs::read(&path) {
            Ok(body) => Ok(Some(body)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(source) => Err(failed("read", &path, source)),
        }
    }

    /// Begins to read a file that nobody else may need whole.
    pub(super) async fn read(&self, key: &str) -> Result<Opened, Error> {
        let path = self.root.join(key);
        let bytes = match fs::metadata(&path) {
            Ok(data) if data.is_file() => data.len(),
            Ok(_) => return Ok(Opened::Missing),
            Err(error) if is_missing(&error) => return Ok(Opened::Missing),
            Err(source) => return Err(failed("read", &path, source)),
        };
        let content = ByteStream::from_path(&path).await;
        let content = content.map_err(|error| failed("read", &path, io::Error::other(error)))?;
        Ok(Opened::Reading(Box::new(Reading { bytes, content, ..Reading::whole(Vec::new()) })))
    }

    pub(super) fn remove(&self, key: &str, may_remove: impl Fn() -> bool) -> Result<bool, Error> {
        let path = self.root.join(key);
        self.locked(key, || {
            if !may_remove() {
                return Ok(false);
            }
            FailPoint::RemovalBefore.taken();
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if is_missing(&error) => {}
                Err(source) => return Err(failed("remove", &path, source)),
            }
            FailPoint::RemovalAfter.taken();
            // Empty folders go as well; the first that is not empty ends it. Some may have gone before us, with a
            // builder that was killed then.
            let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
            for folder in folders {
                match fs::remove_dir(folder) {
                    Ok(()) => FailPoint::RemovalFolder.taken(),
                    Err(error) if !is_missing(&error) => break,
                    Err(_) => {}
                }
            }
            Ok(true)
        })
    }

    pub(super) fn each_key(&self, each: &mut dyn FnMut(String)) -> Result<(), Error> {
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let failed = |source| failed("read", &folder, source);
            let entries = match fs::read_dir(&folder) {
                // A builder that removed its last file meanwhile has removed it as well.
                Err(error) if is_missing(&error) && folder != self.root => continue,
                entries => entries.map_err(failed)?,
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let path = entry.path();
                if entry.file_type().map_err(failed)?.is_dir() {
                    if path != self.root.join(OWN_FOLDER) {
                        folders.push(path);
                    }
                } else if let Some(key) = path.strip_prefix(&self.root).ok().and_then(Path::to_str) {
                    each(key.to_owned());
                }
            }
        }
        Ok(())
    }

    /// A removal is a change of the folder that held the file; where that went as well, of the one above it.
    pub(super) fn sync_removals(&self, keys: &[String]) -> Result<(), Error> {
        let mut folders = BTreeSet::new();
        for key in keys {
            let path = self.root.join(key);
            folders.extend(path.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned));
        }
        if folders.len() > FOLDERS_SYNCED_MAX {
            return self.sync();
        }
        for folder in folders {
            match File::open(&folder).and_then(|folder| folder.sync_all()) {
                // Somebody has removed it, too, and syncs the one above.
                Err(error) if is_missing(&error) => return self.sync(),
                synced => synced.map_err(|source| failed("sync", &folder, source))?,
            }
        }
        Ok(())
    }

    /// One call for the whole file system: thousands of single ones would take longer than the build.
    pub(super) fn sync(&self) -> Result<(), Error> {
        #[cfg(target_os = "linux")]
        File::open(&self.root)
            .and_then(|folder| rustix::fs::syncfs(folder).map_err(io::Error::from))
            .map_err(|source| failed("sync", &self.root, source))?;
        #[cfg(all(unix, not(target_os = "linux")))]
        rustix::fs::sync();
        Ok(())
    }

    pub(super) fn is_empty(&self) -> Result<bool, Error> {
        let failed = |source| failed("read", &self.root, source);
        for entry in fs::read_dir(&self.root).map_err(failed)? {
            if entry.map_err(failed)?.file_name() != OWN_FOLDER {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Runs `action` while no other thread and no other process does anything to keys of the same shard.
    fn locked<T>(&self, key: &str, action: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let shard = blake3::hash(key.as_bytes()).as_bytes()[0] as usize % SHARDS;
        let mut shard = self.shards[shard].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let lock_failed = |source| failed("lock", &self.root.join(key), source);
        // A batch has many keys of a shard: one of them waits, the others would only hold up the rest of the site.
        let is_stuck = shard.stuck_until.is_some_and(|until| Instant::now() < until);
        let wait = if is_stuck { Duration::ZERO } else { self.lock_wait };
        let locked = lock(&shard.file, wait);
        let is_late = locked.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::TimedOut);
        shard.stuck_until = is_late.then(|| Instant::now() + self.lock_wait);
        locked.map_err(lock_failed)?;
        let outcome = action();
        shard.file.unlock().map_err(lock_failed)?;
        outcome
    }
}

/// Locks a file that others hold for moments.
fn lock(file: &File, wait: Duration) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() < wait => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {
                let message = "another process holds it; see whether a builder was stopped, and end it";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
        }
    }
}

fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match fs::rename(from, to) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < RENAME_ATTEMPTS => {
                let folder = to.parent().unwrap_or(to);
                fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
            }
            Err(source) => return Err(failed("write", to, source)),
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> Error {
    Error { action, name: path.display().to_string(), source }
}
