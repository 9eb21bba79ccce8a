//! The database, which may be away: static files are served all the same.

use std::sync::Arc;
use std::time::Duration;

use generator::db::Db;
use generator::db::connect::{self, Error};
use tokio::sync::{SetOnce, oneshot};

/// How long the start waits for the first attempt; it goes on in the background.
const FIRST_ATTEMPT: Duration = Duration::from_secs(3);
/// Pause between attempts to open a database that is away.
pub const RETRY_PAUSE: Duration = Duration::from_secs(5);

/// What becomes of an embedded database whose file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// It is made: there is no site yet that might be another one's.
    Made,
    /// It is away as a server may be. An empty one in its place would be another site's.
    Awaited,
}

/// A database that is open, or will be when it is there. Once open, its pool connects again by itself.
#[derive(Clone, Debug, Default)]
pub struct Database(Arc<SetOnce<Db>>);

impl Database {
    /// One that is open already.
    pub fn opened(db: Db) -> Database {
        Database(Arc::new(SetOnce::new_with(Some(db))))
    }

    /// Opens and migrates the database at `url`. One that cannot be opened now is tried again every `pause`.
    ///
    /// # Errors
    /// What no other attempt would change: an address of no database, a newer schema.
    pub async fn open(url: &str, absent: Absent, pause: Duration) -> Result<Database, Error> {
        let database = Database::default();
        let (first, outcome) = oneshot::channel();
        tokio::spawn(keep_trying(database.clone(), url.to_owned(), absent, pause, first));
        if let Ok(Ok(Some(error))) = tokio::time::timeout(FIRST_ATTEMPT, outcome).await {
            return Err(error);
        }
        Ok(database)
    }

    /// The database, unless it has not been there yet.
    pub fn get(&self) -> Option<&Db> {
        self.0.get()
    }

    /// Waits until the database has been there.
    pub async fn wait(&self) -> &Db {
        self.0.wait().await
    }

    /// Closes its connections.
    pub async fn close(&self) {
        if let Some(db) = self.get() {
            db.close().await;
        }
    }
}

/// Tries until the database is open. `first` hears of the first attempt: of an error that is there to stay, or that
/// the start can go on.
async fn keep_trying(
    database: Database,
    url: String,
    absent: Absent,
    pause: Duration,
    first: oneshot::Sender<Option<Error>>,
) {
    let mut first = Some(first);
    let mut told = String::new();
    loop {
        let opened = match absent {
            Absent::Made => connect::open(&url).await,
            Absent::Awaited => connect::open_existing(&url).await,
        };
        let lasting = match opened {
            Ok(db) => {
                let _ = database.0.set(db);
                None
            }
            Err(error @ (Error::Address(_) | Error::Newer { .. })) => Some(error),
            Err(error) => {
                // An outage is one line in the log, however many attempts it takes.
                let text = error.to_string();
                if text != told {
                    tracing::warn!("{text}; files are served without it, old addresses wait for it");
                    told = text;
                }
                if let Some(first) = first.take() {
                    let _ = first.send(None);
                }
                tokio::time::sleep(pause).await;
                continue;
            }
        };
        if lasting.is_none() && !told.is_empty() {
            tracing::info!("the database is there");
        }
        match (first.take(), lasting) {
            (Some(first), lasting) => drop(first.send(lasting)),
            (None, Some(error)) => tracing::error!("the database cannot be used: {error}"),
            (None, None) => {}
        }
        return;
    }
}
