//! Telling other processes that something was marked: `notify` and `listen` of PostgreSQL. An embedded file has no such
//! thing; there a poll finds what other processes did.

use std::time::Duration;

use sqlx::postgres::PgListener;

use super::{Db, Result, Tx};

/// The channel; a server keeps the channels of its databases apart.
const CHANNEL: &str = "graveyard_marked";
/// How long to leave a server alone that has closed the connection.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// What other processes say.
pub enum Notices {
    /// Nothing, ever.
    Silent,
    /// A connection of its own that listens.
    Postgres {
        /// The connection.
        listener: Box<PgListener>,
        /// It went away and could not be made again yet.
        is_lost: bool,
    },
}

impl Notices {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub async fn listen(db: &Db) -> Result<Notices> {
        Ok(match db {
            Db::Sqlite { .. } => Notices::Silent,
            Db::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen(CHANNEL).await?;
                Notices::Postgres { listener: Box::new(listener), is_lost: false }
            }
        })
    }

    /// Waits for the next notice, or until a connection that was lost is there again: nobody knows what was said
    /// meanwhile. Those that have come together say no more than one. Dropped early, it loses none.
    pub async fn next(&mut self) {
        let Notices::Postgres { listener, is_lost } = self else { return std::future::pending().await };
        if *is_lost || listener.try_recv().await.is_err() {
            *is_lost = true;
            tokio::time::sleep(RECONNECT_AFTER).await;
            while listener.listen(CHANNEL).await.is_err() {
                tokio::time::sleep(RECONNECT_AFTER).await;
            }
            *is_lost = false;
        }
        while listener.next_buffered().is_some() {}
    }
}

/// Tells other processes, when the transaction commits, that something was marked.
///
/// # Errors
/// Where the database fails.
pub async fn notify(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("select pg_notify($1, '')").bind(CHANNEL).execute(&mut **tx).await?;
    }
    Ok(())
}
