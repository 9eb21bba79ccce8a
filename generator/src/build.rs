//! The builder: cleans stale pages until none is due.
//!
//! A batch is claimed, loaded in one snapshot, rendered on all cores, compared with the records, announced
//! (*intended*), written and finished; see ARCHITECTURE.md. Each step leaves a state from which any builder
//! can go on, so that a kill at any moment costs work and nothing else. Several loops run in one process, so
//! that one renders while another waits for the disk.

mod assets;
mod batch;
pub mod everything;
pub mod generation;
pub mod progress;
mod removal;
pub mod target;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use chrono::{DateTime, Utc};

use crate::db::{self, Db};
use crate::page::PRIORITY_BULK;
use crate::render::Renderer;
use crate::site::Site;
use crate::store::{self, Store};

use self::progress::Progress;

/// Loops that build at the same time. Two cores render; a third loop uses the database meanwhile.
const LOOPS: usize = 3;

/// Everything that a build works with.
pub struct Builder {
    /// The database.
    pub db: Db,
    /// The site's configuration.
    pub site: Arc<Site>,
    /// Its templates and assets.
    pub renderer: Arc<Renderer>,
    /// Where it goes.
    pub store: Arc<Store>,
    /// Digest of all that shapes pages beside the database, see [`generation::digest`].
    pub generation: String,
}

/// What the caller of a build decides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Mark every page first.
    pub all: bool,
    /// Let more pages fall out at once than the site's limit.
    pub allow_deletions: bool,
}

/// What a build did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages rendered.
    pub rendered: u64,
    /// Files written, assets left out.
    pub written: u64,
    /// Pages whose file was right already.
    pub unchanged: u64,
    /// Files removed.
    pub deleted: u64,
    /// Pages that could not be built, with the reason; their files are as they were.
    pub failed: Vec<(String, String)>,
}

/// What stops a build as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database fails.
    #[error("the database fails while {doing}: {source}")]
    Database {
        /// What the builder was doing.
        doing: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// The target fails, and not for one page alone.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The target is not for this database.
    #[error(transparent)]
    Target(#[from] target::Mismatch),
    /// Too much would vanish.
    #[error(
        "{falling} of {recorded} pages would be removed, since neither the configuration nor the database has them \
        any more; if that is right, run again with --allow-deletions"
    )]
    TooManyDeletions {
        /// Pages that would go.
        falling: i64,
        /// Pages that there are.
        recorded: i64,
    },
    /// A task of ours died.
    #[error("a defect in the program: a build task ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Says what the builder was doing when the database failed.
pub(crate) fn while_doing(doing: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| Error::Database { doing, source }
}

/// Counts that the loops share.
#[derive(Default)]
struct Counts {
    rendered: AtomicU64,
    written: AtomicU64,
    unchanged: AtomicU64,
    deleted: AtomicU64,
    failed: std::sync::Mutex<Vec<(String, String)>>,
    stop: AtomicBool,
}

impl Counts {
    fn add(counter: &AtomicU64, count: usize) {
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn failed(&self) -> std::sync::MutexGuard<'_, Vec<(String, String)>> {
        self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Builder {
    /// Builds until no page is due: assets, pages, removals.
    ///
    /// # Errors
    /// What stops the build as a whole; everything that was not done stays marked.
    pub async fn build(&self, options: Options, now: DateTime<Utc>, progress: &Progress) -> Result<Summary, Error> {
        let counts = Arc::new(Counts::default());
        let is_new = target::attach(&self.db, &self.store, now).await?;
        self.mark(options, is_new, now).await?;
        let assets_written = assets::write(self, now).await?;
        progress.begin(self.stale_count().await?);
        progress.note(&format!("{assets_written} assets written"));
        let mut loops = Vec::with_capacity(LOOPS);
        for _ in 0..LOOPS {
            let context = batch::Loop::new(self, &counts, progress, now);
            loops.push(tokio::spawn(async move { context.run().await }));
        }
        let mut outcome = Ok(());
        for task in loops {
            outcome = outcome.and(task.await?);
        }
        progress.end();
        outcome?;
        Counts::add(&counts.deleted, removal::remove_buried(self).await?);
        assets::remove_unreferenced(self, now).await?;
        let mut failed = std::mem::take(&mut *counts.failed());
        failed.sort();
        Ok(Summary {
            rendered: counts.rendered.load(Ordering::Relaxed),
            written: counts.written.load(Ordering::Relaxed),
            unchanged: counts.unchanged.load(Ordering::Relaxed),
            deleted: counts.deleted.load(Ordering::Relaxed),
            failed,
        })
    }

    /// Marks everything where something other than a row has changed, and makes failed pages due again.
    async fn mark(&self, options: Options, is_new_target: bool, now: DateTime<Utc>) -> Result<(), Error> {
        let doing = while_doing("marking pages");
        let mut tx = self.db.write().await.map_err(&doing)?;
        let known = db::target::generation(&mut tx).await.map_err(&doing)?;
        let is_new_generation = known.as_ref() != Some(&self.generation);
        if options.all || is_new_target || is_new_generation {
            everything::mark(&mut tx, &self.site, options.allow_deletions).await?;
        }
        if is_new_generation {
            db::target::begin_generation(&mut tx, &self.generation, now).await.map_err(&doing)?;
        }
        db::stale::retry_now(&mut tx).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    async fn stale_count(&self) -> Result<u64, Error> {
        let doing = while_doing("counting stale pages");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        let count = db::stale::count(&mut tx).await.map_err(&doing)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// The priority of a mark that nobody waits for.
pub(crate) const BULK: i64 = PRIORITY_BULK;

/// How much time is left of a claim; beyond it a builder writes nothing more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    until: Instant,
}

impl Lease {
    /// A lease that begins no later than now. A tenth is kept in reserve for the clock's drift and for the
    /// time between the last look and the rename.
    pub(crate) fn begin() -> Lease {
        let length = std::time::Duration::from_millis(db::stale::LEASE_MS.unsigned_abs() * 9 / 10);
        Lease { until: Instant::now() + length }
    }

    /// Whether the claim certainly still holds.
    pub(crate) fn holds(self) -> bool {
        Instant::now() < self.until
    }
}
