//! Files that are still being written. Each builder's bear its name, and a lock that lasts as long as its process says
//! whether it lives: what a killed one left is removed when the next one opens the folder.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Releases before the one that locks left their files without a lock file; one of theirs is written for no longer.
const UNLOCKED_AGE_MAX: Duration = Duration::from_secs(3_600);

/// One builder's temporary files.
#[derive(Debug)]
pub(super) struct Temporary {
    folder: PathBuf,
    /// A process's number is the same in each container, so a name is random.
    name: String,
    counter: AtomicU64,
    /// Locked for as long as the builder lives.
    _alive: File,
}

impl Temporary {
    /// Clears the folder of what the dead left and begins to use it. `gate` is a file that all lock who do so, or one
    /// might take another for dead that has made its file and not locked it yet.
    pub(super) fn open(folder: PathBuf, gate: &Path) -> io::Result<Temporary> {
        let gate = OpenOptions::new().create(true).truncate(false).write(true).open(gate)?;
        gate.lock()?;
        clear(&folder)?;
        let name = format!("{:016x}", rand::random::<u64>());
        let alive = OpenOptions::new().write(true).create_new(true).open(folder.join(&name))?;
        alive.lock()?;
        Ok(Temporary { folder, name, counter: AtomicU64::new(0), _alive: alive })
    }

    /// The path of a new file.
    pub(super) fn path(&self) -> PathBuf {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        self.folder.join(format!("{}-{number}", self.name))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Whoever opens the folder next removes what stays.
        let _ = fs::remove_file(self.folder.join(&self.name));
    }
}

/// Writes a new file.
pub(super) fn write(path: &Path, body: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(body)
}

/// Removes the files of all who live no more. A lock file goes last, since without one nobody knows whose the others are.
fn clear(folder: &Path) -> io::Result<()> {
    let mut living = HashMap::new();
    let mut dead = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = file.split('-').next().unwrap_or_default().to_owned();
        let is_lock = name == file;
        let lives = match living.get(&name) {
            Some(lives) => *lives,
            None => {
                let lives = is_locked(&folder.join(&name))?;
                living.insert(name, lives);
                lives
            }
        };
        if !lives.unwrap_or_else(|| is_young(&path)) {
            dead.push((is_lock, path));
        }
    }
    dead.sort_unstable();
    for (_, path) in dead {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a file without a lock file may still be written, by a builder of a release that had none. What has gone
/// meanwhile is nobody's.
fn is_young(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|modified| modified.elapsed().map_or(true, |age| age < UNLOCKED_AGE_MAX))
}

/// Whether somebody holds the lock of a file; `None` where there is no such file.
fn is_locked(path: &Path) -> io::Result<Option<bool>> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(Some(false)),
            Err(TryLockError::WouldBlock) => Ok(Some(true)),
            Err(TryLockError::Error(error)) => Err(error),
        },
    }
}
