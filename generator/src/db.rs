//! The database: one SQL text on two engines, one file for each aggregate.
//!
//! [`Db`] is a pool of either engine, [`Tx`] a transaction of either; [`on_engine!`] runs the same
//! statement on whichever it is. Nothing here knows of pages' looks or of files.

pub mod account_links;
pub mod accounts;
pub mod ads;
pub mod alerts;
pub mod audit;
pub mod backup;
pub mod bans;
pub mod claims;
pub mod connect;
pub mod contacts;
pub mod counters;
pub mod creations;
pub mod credentials;
pub mod durable;
pub mod editing;
pub mod editor_sections;
pub mod editors_pages;
pub mod error;
pub mod former_texts;
pub mod generations;
pub mod guest_ads;
pub mod identities;
pub mod import_lock;
pub mod imported;
pub mod links;
pub mod lists;
pub mod lists_of_rows;
mod long_text;
pub mod mails;
pub mod member_search;
pub mod members;
pub mod messages;
pub mod notices;
pub mod office;
pub mod own_ads;
pub mod own_data;
pub mod own_messages;
pub mod own_profile;
pub mod pages_showing;
pub mod places;
pub mod private;
pub mod publishing;
pub mod purges;
pub mod records;
pub mod redirects;
pub mod registrations;
pub mod reports;
pub mod search;
pub mod sessions;
pub mod shape;
mod sql;
pub mod staged_marks;
pub mod stale;
pub mod submissions;
pub mod target;
pub mod tavern;
pub mod unsubscribing;
pub mod uploads;
pub mod voters;
pub mod waiting;
pub mod whole_site;

use std::sync::Arc;

use sqlx::{PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use self::durable::Log;

pub(crate) use self::sql::{
    bulk_insert, clock_piece, execute, execute_in, json_array, on_engine, pieces, read_in_order, select_in, with_clock,
    with_keys,
};

/// What a statement can fail with; the caller says what it was doing.
pub type Result<T> = std::result::Result<T, sqlx::Error>;

/// An open database of either engine.
#[derive(Clone, Debug)]
pub enum Db {
    /// An embedded file: one writer behind a fair queue, several readers.
    Sqlite {
        /// A pool of one connection.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
        /// What commits wait for.
        log: Arc<Log>,
    },
    /// A server.
    Postgres(PgPool),
}

/// A transaction of either engine; rolled back when dropped.
pub enum Tx {
    /// On the embedded file.
    Sqlite(SqliteTx),
    /// On the server.
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction on the embedded file; derefs to its connection.
pub struct SqliteTx {
    tx: Transaction<'static, Sqlite>,
    /// What the commit waits for, where it is to last.
    log: Option<Arc<Log>>,
}

impl std::ops::Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.tx
    }
}

impl std::ops::DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }
}

/// How long PostgreSQL lets a change that somebody waits for wait for a lock, and work on one statement. A process that
/// was stopped within a transaction holds its locks for minutes; SQLite's one lock is taken with the `begin`.
macro_rules! in_time {
    () => {
        "set local lock_timeout = '5s'; set local statement_timeout = '15s'"
    };
}
pub(crate) use in_time;

/// SQLite takes the write lock from the start: see [`Db::write`].
const BEGIN_WRITING: &str = "begin immediate";

impl Db {
    /// A transaction that may write, and whose commit returns when it will last. On SQLite it holds the write lock from
    /// the start, since one that reads first and writes later fails when another writer came between.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { writer, log, .. } => {
                Tx::Sqlite(SqliteTx { tx: writer.begin_with(BEGIN_WRITING).await?, log: Some(Arc::clone(log)) })
            }
            Db::Postgres(pool) => Tx::Postgres(begin(pool, "begin").await?),
        })
    }

    /// As [`Db::write`], for a change that somebody waits for: what waits longer for a lock than a person does fails with
    /// an outage ([`error::is_outage`]).
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn write_in_time(&self) -> Result<Tx> {
        match self {
            Db::Sqlite { .. } => self.write().await,
            Db::Postgres(pool) => Ok(Tx::Postgres(begin(pool, concat!("begin; ", in_time!())).await?)),
        }
    }

    /// As [`Db::write`], for a builder's claims and clears, which may be lost with the power: the commit does
    /// not wait for the disk. Losing them costs a page rendered twice; what they follow is never lost before
    /// them, since the log keeps its order.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn write_relaxed(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { writer, .. } => {
                Tx::Sqlite(SqliteTx { tx: writer.begin_with(BEGIN_WRITING).await?, log: None })
            }
            Db::Postgres(pool) => Tx::Postgres(begin(pool, "begin; set local synchronous_commit to off").await?),
        })
    }

    /// A transaction that sees one state of the database and changes nothing.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx { tx: readers.begin().await?, log: None }),
            Db::Postgres(pool) => Tx::Postgres(begin(pool, "begin isolation level repeatable read read only").await?),
        })
    }

    /// Closes all connections; on SQLite this leaves one file without a write-ahead log.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction, in a task of its own: a caller that goes away meanwhile, as a visitor's request does, would leave
/// the connection in a transaction that sqlx does not know of and that the next one would go on with.
pub(crate) async fn begin(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    begun.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?
}

impl Tx {
    /// Tells the server how large the tables are, after many rows were written at once: until it finds out by itself,
    /// it reads whole tables for a few rows. SQLite chooses by its indexes alone.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn analyze(&mut self) -> Result<()> {
        if let Tx::Postgres(tx) = self {
            sqlx::query("analyze").execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Lets the transaction pause for as long as it takes to do something else in its midst, which a server ends otherwise
    /// after [two minutes](connect). A process that is stopped just then keeps its locks.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn allow_pauses(&mut self) -> Result<()> {
        if let Tx::Postgres(tx) = self {
            sqlx::query("set local idle_in_transaction_session_timeout = 0").execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// Where the database could not, or does not know whether they will: a connection that is lost, a disk that fails
    /// while it is waited for, may leave changes that others see already.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(SqliteTx { tx, log }) => {
                tx.commit().await?;
                match log {
                    Some(log) => log.sync().await.map_err(sqlx::Error::Io),
                    None => Ok(()),
                }
            }
            Tx::Postgres(tx) => tx.commit().await,
        }
    }
}
