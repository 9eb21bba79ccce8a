//! A folder as a target: a temporary file and a rename, under a lock that other processes see as well.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Error, OWN_FOLDER};

/// Writers of the same key exclude each other through one of so many lock files.
const SHARDS: usize = 32;
/// A temporary file of this age belongs to no living builder: it is renamed within moments.
const TEMPORARY_AGE_MAX: Duration = Duration::from_secs(3600);
/// A folder may vanish between its making and the rename into it, since removals clear empty ones.
const RENAME_ATTEMPTS: usize = 5;

/// A folder.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    temporary: PathBuf,
    shards: Vec<Mutex<File>>,
    /// What this builder's temporary files are called: a process's number alone is the same in each container.
    name: String,
    counter: AtomicU64,
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
        let temporary = root.join(OWN_FOLDER).join("temporary");
        let locks = root.join(OWN_FOLDER).join("locks");
        for folder in [&temporary, &locks] {
            fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
        }
        clear(&temporary).map_err(|source| failed("clear", &temporary, source))?;
        let mut shards = Vec::with_capacity(SHARDS);
        for shard in 0..SHARDS {
            let path = locks.join(shard.to_string());
            let mut options = OpenOptions::new();
            let file = options.create(true).truncate(false).write(true).open(&path);
            shards.push(Mutex::new(file.map_err(|source| failed("create", &path, source))?));
        }
        let name = format!("{:016x}", rand::random::<u64>());
        Ok(Directory { root: root.to_owned(), temporary, shards, name, counter: AtomicU64::new(0) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn put(&self, key: &str, body: &[u8], may_write: impl Fn() -> bool) -> Result<bool, Error> {
        let path = self.root.join(key);
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let temporary = self.temporary.join(format!("{}-{number}", self.name));
        let written = write_file(&temporary, body).map_err(|source| failed("write", &path, source)).and_then(|()| {
            self.locked(key, || if may_write() { rename(&temporary, &path).map(|()| true) } else { Ok(false) })
        });
        if !matches!(written, Ok(true)) {
            // It may not even be there; what stays is cleared when a builder opens the target an hour later.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.root.join(key);
        match fs::read(&path) {
            Ok(body) => Ok(Some(body)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(source) => Err(failed("read", &path, source)),
        }
    }

    pub(super) fn remove(&self, key: &str, may_remove: impl Fn() -> bool) -> Result<bool, Error> {
        let path = self.root.join(key);
        self.locked(key, || {
            if !may_remove() {
                return Ok(false);
            }
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if is_missing(&error) => {}
                Err(source) => return Err(failed("remove", &path, source)),
            }
            // Empty folders go as well; the first that is not empty ends it.
            let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.root);
            for folder in folders {
                if fs::remove_dir(folder).is_err() {
                    break;
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
        let file = self.shards[shard].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let lock_failed = |source| failed("lock", &self.root.join(OWN_FOLDER).join("locks"), source);
        file.lock().map_err(lock_failed)?;
        let outcome = action();
        file.unlock().map_err(lock_failed)?;
        outcome
    }
}

/// Removes what killed builders left.
fn clear(temporary: &Path) -> io::Result<()> {
    for entry in fs::read_dir(temporary)? {
        let entry = entry?;
        let is_old = entry
            .metadata()
            .and_then(|file| file.modified())
            .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > TEMPORARY_AGE_MAX));
        if is_old {
            match fs::remove_file(entry.path()) {
                Err(error) if !is_missing(&error) => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn write_file(path: &Path, body: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(body)
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
