//! What keeps two imports into one database apart: rows that both have read as new would be written twice.
//!
//! The lock is the process's and not a transaction's. Whoever is killed loses it with its connection or its file, so
//! nobody has to clear anything away.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::Postgres;
use sqlx::pool::PoolConnection;

use super::{Db, Result};

/// The number of the lock on PostgreSQL.
const IMPORT_LOCK: i64 = 0x696d_706f_7274;
/// How long a lock is waited for: a server takes a moment to notice that a process was killed.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is tried.
const AGAIN: Duration = Duration::from_millis(50);

/// A held lock; dropping it lets the next one in.
#[derive(Debug)]
pub struct ImportLock {
    _held: Held,
}

#[derive(Debug)]
enum Held {
    /// A file beside the database's.
    File { _file: File },
    /// A session of the server that does nothing else.
    Session { _session: PoolConnection<Postgres> },
    /// A database in memory is one process's.
    Memory,
}

/// Takes the lock; `None` where another process has it.
///
/// # Errors
/// Where the database fails, or the file beside it cannot be made.
pub async fn take(db: &Db) -> Result<Option<ImportLock>> {
    let begun = Instant::now();
    loop {
        let held = match db {
            Db::Sqlite { writer, .. } => lock_file(writer.connect_options().get_filename().to_owned())?,
            Db::Postgres(pool) => {
                let mut session = pool.acquire().await?;
                // Back in the pool it would go on holding the lock.
                session.close_on_drop();
                let sql = "select pg_try_advisory_lock($1)";
                let is_ours: bool = sqlx::query_scalar(sql).bind(IMPORT_LOCK).fetch_one(&mut *session).await?;
                is_ours.then_some(Held::Session { _session: session })
            }
        };
        if held.is_some() || begun.elapsed() > PATIENCE {
            return Ok(held.map(|held| ImportLock { _held: held }));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// SQLite's own file must not be opened beside it: closing that would end SQLite's locks. The lock's file stays, since
/// removing it would leave two processes with a file of the same name each.
fn lock_file(database: PathBuf) -> Result<Option<Held>> {
    if !database.exists() {
        return Ok(Some(Held::Memory));
    }
    // Under whatever name the database is opened, it is one.
    let mut name = database.canonicalize().map_err(sqlx::Error::Io)?.into_os_string();
    name.push(".import-lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held::File { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(sqlx::Error::Io(error)),
    }
}
