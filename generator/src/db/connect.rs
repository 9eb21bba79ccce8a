//! Opening a database and bringing its schema up to date.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Executor, PgConnection};

use super::durable::Log;
use super::{Db, on_engine};
use crate::settings::DATABASE_URL_DEFAULT;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long another process may hold the write lock of an embedded database before we give up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections of one process to a server; small plans of hosted PostgreSQL allow twenty in all.
const POSTGRES_CONNECTIONS_MAX: u32 = 8;
/// A connection that was in use so recently is not asked whether the server is still there: that costs as much as a
/// statement, for each of some hundred transactions a second.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// Readers of the embedded file; each has a thread and a cache of [`SQLITE_CACHE_KIB`].
const SQLITE_READERS_MAX: u32 = 4;
/// How PostgreSQL plans what a batch asks for: by keys, a few hundred of a table. Its own defaults are those of turning
/// disks, where it would rather read a whole table, and compiling a statement takes longer than any of ours runs.
const POSTGRES_PLANS: &str = "set random_page_cost = 1.1; set jit = off";
/// A process that was stopped, or whose machine is gone, within a transaction: the server ends that for it, or everybody
/// would wait for its locks. None of ours pauses for so long, but where it says so ([`super::Tx::allow_pauses`]). Where
/// server, role or address have a limit of their own, that one counts.
const POSTGRES_PATIENCE: &str = "select set_config('idle_in_transaction_session_timeout', '2min', false)
    where current_setting('idle_in_transaction_session_timeout') = '0'";
/// Page cache of one SQLite connection. The operating system caches the file as well.
const SQLITE_CACHE_KIB: u32 = 8192;

/// Rows that the SQLite thread may read ahead; waking the reader for each few rows costs more than the rows.
const SQLITE_ROW_BUFFER: usize = 256;

/// Statements that a connection keeps prepared: there are some three hundred in all, and sqlx keeps a hundred, so that
/// those of a builder and of people's changes would go on pushing each other out.
const STATEMENTS_PREPARED_MAX: usize = 400;

/// What is said of an embedded database whose file is not there.
const MISSING: &str = "there is no such file; DATABASE_URL names it, `generator build` or `generator seed` makes it";

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address of neither engine.
    #[error(
        "DATABASE_URL: `{0}` is no address of a database; write sqlite://path/to/file.db or postgres://user@host/name"
    )]
    Address(String),
    /// No answer, no right, no such file.
    #[error("cannot open the database {database}, which DATABASE_URL or DB_HOST names: {source}")]
    Open {
        /// The address without password.
        database: String,
        /// Why.
        source: sqlx::Error,
    },
    /// A newer release has been here.
    #[error(
        "the database {database} has schema {version}, which this program does not know; a newer release wrote it: upgrade this one"
    )]
    Newer {
        /// The address without password.
        database: String,
        /// Number of the unknown migration.
        version: i64,
    },
    /// A newer program has not migrated it yet, and this command changes nothing.
    #[error(
        "the database {database} has an older schema than this program, or none; `generator build` or `sidecar serve` \
        brings it up to date"
    )]
    Older {
        /// The address without password.
        database: String,
    },
    /// A migration failed or was changed after it ran.
    #[error("cannot bring the schema of the database {database} up to date: {source}")]
    Migrate {
        /// The address without password.
        database: String,
        /// Why.
        source: MigrateError,
    },
}

/// Opens the database at `url`, creates the file of an embedded one and runs the migrations that it
/// lacks, under a lock.
///
/// # Errors
/// A database that cannot be reached, is newer than the program or cannot be migrated.
pub async fn open(url: &str) -> Result<Db, Error> {
    open_with(url, true).await
}

/// As [`open`], for a server beside a site that is already built: an embedded database that is not there is an
/// error and does not become an empty one.
///
/// # Errors
/// As [`open`], and a file that does not exist.
pub async fn open_existing(url: &str) -> Result<Db, Error> {
    open_with(url, false).await
}

async fn open_with(url: &str, create: bool) -> Result<Db, Error> {
    let database = without_password(url);
    let db = connect(url, &database, create).await?;
    migrate(&db, &database).await?;
    Ok(db)
}

/// Opens the database at `url` as it is: nothing is created and nothing migrated.
///
/// # Errors
/// A database that cannot be reached, or whose schema is not the one that this program knows.
pub async fn open_as_it_is(url: &str) -> Result<Db, Error> {
    let database = without_password(url);
    if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
        let source = sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, MISSING));
        return Err(Error::Open { database: format!("{database} ({})", file.display()), source });
    }
    let db = connect(url, &database, false).await?;
    let newest = match &db {
        Db::Sqlite { .. } => newest_version(&SQLITE_MIGRATIONS),
        Db::Postgres(_) => newest_version(&POSTGRES_MIGRATIONS),
    };
    let applied = applied_version(&db).await.map_err(|source| Error::Open { database: database.clone(), source })?;
    match applied.unwrap_or(0).cmp(&newest) {
        std::cmp::Ordering::Less => Err(Error::Older { database }),
        std::cmp::Ordering::Equal => Ok(db),
        std::cmp::Ordering::Greater => Err(Error::Newer { database, version: applied.unwrap_or(0) }),
    }
}

/// Whether there is a database at `url` without asking a server: an embedded one has its file.
pub fn is_there(url: &str) -> bool {
    sqlite_file(url).is_some_and(|file| file.exists())
}

/// The file of an embedded database; `None` for other addresses and for one in memory.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let options = SqliteConnectOptions::from_str(url).ok().filter(|_| url.starts_with("sqlite:"))?;
    let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
    (!is_in_memory).then(|| options.get_filename().to_owned())
}

fn newest_version(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration that has run; `None` where none ever has.
async fn applied_version(db: &Db) -> super::Result<Option<i64>> {
    let mut tx = db.snapshot().await?;
    let table = match &tx {
        super::Tx::Sqlite(_) => "select count(*) from sqlite_schema where name = '_sqlx_migrations'",
        super::Tx::Postgres(_) => "select count(*) from pg_tables where tablename = '_sqlx_migrations'",
    };
    let tables: i64 = on_engine!(&mut tx, |conn| sqlx::query_scalar(table).fetch_one(conn))?;
    if tables == 0 {
        return Ok(None);
    }
    let sql = "select max(version) from _sqlx_migrations where success";
    on_engine!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))
}

async fn connect(url: &str, database: &str, create: bool) -> Result<Db, Error> {
    let failed = |source| Error::Open { database: database.to_owned(), source };
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(failed)?
                .create_if_missing(create)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // Commits that are to last wait for the log by themselves.
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(BUSY_TIMEOUT)
                .row_buffer_size(SQLITE_ROW_BUFFER)
                .statement_cache_capacity(STATEMENTS_PREPARED_MAX)
                .pragma("cache_size", format!("-{SQLITE_CACHE_KIB}"));
            if options.get_filename() == Path::new("") {
                return Err(Error::Address(database.to_owned()));
            }
            let folder = options.get_filename().parent().unwrap_or(Path::new(""));
            // Where somebody names a folder that is not there, the name is a mistake.
            if url == DATABASE_URL_DEFAULT && create {
                std::fs::create_dir_all(folder).map_err(|source| failed(sqlx::Error::Io(source)))?;
            } else if url != DATABASE_URL_DEFAULT && folder != Path::new("") && !folder.is_dir() {
                let text = format!("there is no folder {}; make it, or mend the address", folder.display());
                return Err(failed(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, text))));
            }
            let log = Arc::new(Log::of(options.get_filename()));
            let writer = sqlite_pool(1).connect_with(options.clone()).await.map_err(failed)?;
            let readers = sqlite_pool(SQLITE_READERS_MAX).connect_lazy_with(options.pragma("query_only", "on"));
            Ok(Db::Sqlite { writer, readers, log })
        }
        Some("postgres" | "postgresql") => {
            let mut options = PgConnectOptions::from_str(url).map_err(failed)?;
            // Behind a pooler that keeps none, the address says 0.
            if !url.contains("statement-cache-capacity") {
                options = options.statement_cache_capacity(STATEMENTS_PREPARED_MAX);
            }
            // A pool goes on trying and ends with „timed out"; one connection says what is wrong.
            let attempt = tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await;
            let first = attempt.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(failed)?;
            first.close().await.map_err(failed)?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS_MAX)
                .acquire_timeout(CONNECT_TIMEOUT)
                .after_connect(|connection, _| {
                    Box::pin(async {
                        connection.execute(POSTGRES_PLANS).await?;
                        connection.execute(POSTGRES_PATIENCE).await.map(drop)
                    })
                })
                .test_before_acquire(false)
                .before_acquire(|connection, seen| {
                    Box::pin(async move {
                        if seen.idle_for > TRUSTED_FOR {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_lazy_with(options);
            Ok(Db::Postgres(pool))
        }
        _ => Err(Error::Address(database.to_owned())),
    }
}

/// Connections to the embedded file that are used again only outside of a transaction. SQLite ends one by itself where a
/// write fails, as on a full disk; sqlx then fails to end it, goes on counting it, and would begin no other there.
/// Source: <https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>.
fn sqlite_pool(connections_max: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections_max)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(std::future::ready(Ok(!connection.is_in_transaction()))))
        .acquire_timeout(BUSY_TIMEOUT)
}

async fn migrate(db: &Db, database: &str) -> Result<(), Error> {
    let outcome = match db {
        Db::Sqlite { writer, .. } => {
            // SQLite has no advisory lock; sqlx runs each migration in a transaction of its own, and a second process that
            // comes between finds it done and tries again: for each of them once, if both go side by side.
            let mut outcome = SQLITE_MIGRATIONS.run(writer).await;
            for _ in SQLITE_MIGRATIONS.iter() {
                if !matches!(&outcome, Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..))) {
                    break;
                }
                outcome = SQLITE_MIGRATIONS.run(writer).await;
            }
            outcome
        }
        Db::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
    };
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
            Error::Newer { database: database.to_owned(), version }
        }
        source => Error::Migrate { database: database.to_owned(), source },
    })
}

/// The address of a database as it may be shown: without the password, which may also be among the options.
pub fn without_password(url: &str) -> String {
    let url = url.split('?').next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((login, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = login.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}")
}
