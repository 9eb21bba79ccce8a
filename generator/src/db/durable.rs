//! The log of an embedded database, made to last for many commits at once.
//!
//! With `synchronous = full` SQLite waits for the disk within each commit, and the next writer waits behind it: a disk that
//! takes 5 ms lets through 200 posts a second and no more. Here a commit appends to the write-ahead log, lets the next
//! writer in, and only then waits until the log is on the disk; one wait is for all who have committed before it began.
//! Whoever is told that a change was made has waited, so nothing acknowledged is less safe than with `full`. What others
//! read meanwhile may be lost with the power, but never without what they made of it: the log keeps its order. SQLite
//! itself syncs the log before it copies it into the database, and the database before it begins the log anew.
//!
//! The log is opened anew for each wait. Closing a file gives up all of the process's POSIX locks on it, which would be
//! fatal for the database's own file and its index; of the log SQLite locks nothing.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// The log of one database.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    /// How many waits for the disk have begun.
    begun: AtomicU64,
    /// The number of the last one that ended well.
    ended: Mutex<u64>,
}

impl Log {
    /// The log beside a database's file.
    pub fn of(database: &std::path::Path) -> Log {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Log { path: path.into(), begun: AtomicU64::new(0), ended: Mutex::new(0) }
    }

    /// Returns when all that was committed before the call is on the disk.
    ///
    /// # Errors
    /// Where the disk says that it is not.
    pub async fn sync(&self) -> io::Result<()> {
        // A wait that has begun already may have missed our commit.
        let enough = self.begun.load(Ordering::SeqCst) + 1;
        let mut ended = self.ended.lock().await;
        if *ended < enough {
            let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
            let path = self.path.clone();
            let outcome = tokio::task::spawn_blocking(move || File::open(path)?.sync_data()).await;
            match outcome.map_err(io::Error::other)? {
                // The last connection has copied the log into the database, synced that, and removed the log.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                outcome => outcome?,
            }
            *ended = number;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join, join_all};

    use super::*;

    #[tokio::test]
    async fn one_wait_is_for_all_who_committed_before_it() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let database = folder.path().join("site.db");
        let log = Log::of(&database);
        std::fs::write(folder.path().join("site.db-wal"), "committed").expect("a log for the test");
        let busy = log.ended.lock().await;
        let crowd = join_all((0..50).map(|_| log.sync()));
        // The crowd is asked first, so all of them wait when the disk becomes free.
        let (outcomes, ()) = join(crowd, async { drop(busy) }).await;
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(log.begun.load(Ordering::SeqCst), 1);
        log.sync().await.expect("the disk is well");
        assert_eq!(log.begun.load(Ordering::SeqCst), 2, "who comes later waits anew");
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_synced_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let log = Log::of(&folder.path().join("site.db"));
        log.sync().await.expect("a database without a log is whole");
        std::fs::write(folder.path().join("site.db"), "").expect("a file for the test");
        let below_a_file = Log::of(&folder.path().join("site.db/other.db"));
        assert!(below_a_file.sync().await.is_err());
        assert_eq!(*below_a_file.ended.lock().await, 0, "nobody is told that it is safe");
    }
}
