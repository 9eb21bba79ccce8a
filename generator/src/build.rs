//! The builder: cleans stale pages until none is due.
//!
//! A batch is claimed, loaded in one snapshot, rendered on all cores, compared with the records, announced
//! (*intended*), written and finished; see ARCHITECTURE.md. Each step leaves a state from which any builder
//! can go on, so that a kill at any moment costs work and nothing else. Several loops run in one process, so
//! that one renders while another waits for the disk.

pub mod affected;
mod answering;
mod assets;
mod batch;
mod counts;
mod error;
pub mod everything;
pub mod generation;
mod holding;
pub mod live;
mod mending;
mod plan;
pub mod progress;
mod removal;
mod standing;
pub mod target;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};

use crate::cdn::Cdn;
use crate::db::claims::Claimable;
use crate::db::{self, Db, Tx};
use crate::fail_point::FailPoint;
use crate::render::Renderer;
use crate::site::Site;
use crate::store::Store;

use self::affected::Marked;
use self::counts::Counts;
use self::generation::Parts;
use self::holding::Word;
use self::progress::Progress;

pub use self::error::Error;

pub(crate) use self::batch::{BATCH_PAGES, make, portions};
pub(crate) use self::error::while_doing;
pub(crate) use self::holding::TENURE;
pub(crate) use self::plan::Made;

/// Longest pause before looking again whether another builder is done.
const WAIT_MS_MAX: u64 = 500;

/// Loops that build at the same time. Two cores render; a third loop uses the database meanwhile.
pub(crate) const LOOPS: usize = 3;

/// What one build claims; a page that failed in it is left until the next.
const EVERYTHING: Claimable = Claimable { priority_min: 0, priority_max: i64::MAX, retries: false };

/// How often pages that were denied a path are tried again within one build: a page may have to wait for one that waits
/// for a third.
const CONTESTS_MAX: usize = 3;

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
    /// Names what shapes pages beside the database, see [`Parts::digest`].
    pub generation: String,
    /// What that consists of.
    pub parts: Parts,
    /// How long it counts as alive after a sign of life, [`TENURE`] outside tests.
    pub tenure: Duration,
    /// How long a claim lasts, [`db::claims::LEASE_MS`] outside tests.
    pub lease: Duration,
    /// Pages of a batch, [`BATCH_PAGES`] outside tests.
    pub batch_pages: i64,
    /// Loops of a build at the same time, [`LOOPS`] outside tests.
    pub loops: usize,
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
    /// What a deploy has changed, with the pages that were marked for it.
    pub marked: Vec<Marked>,
    /// Pages rendered.
    pub rendered: u64,
    /// Files written, assets left out.
    pub written: u64,
    /// Pages whose file was right already.
    pub unchanged: u64,
    /// Files removed.
    pub deleted: u64,
    /// Pages that could not be built and paths that could not be removed, with the reason; their files are as they
    /// were.
    pub failed: Vec<(String, String)>,
}

/// Has something done with the target, which may take as long as a disk or a network does; whoever runs on this thread
/// goes on meanwhile.
pub(crate) async fn on_store<T: Send + 'static>(
    store: &Arc<Store>,
    action: impl FnOnce(&Store) -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || action(&store)).await
}

/// Makes sure that target and generation are still the builder's own, and keeps others from changing them until the
/// transaction ends. What a builder does to the target, or notes of it, it does for these two alone.
async fn hold_current(tx: &mut Tx, target: &str, generation: &str) -> Result<(), Error> {
    let doing = while_doing("looking whether another builder has taken over");
    db::target::lock_shared(tx).await.map_err(&doing)?;
    check_current(tx, target, generation).await
}

/// As [`hold_current`], in a transaction that has the lock already.
async fn check_current(tx: &mut Tx, target: &str, generation: &str) -> Result<(), Error> {
    let doing = while_doing("looking whether another builder has taken over");
    if db::target::is_current(tx, target, generation).await.map_err(&doing)? { Ok(()) } else { Err(Error::Superseded) }
}

/// What a builder has made its own.
#[derive(Clone)]
struct Taken {
    /// The target's id.
    target: String,
    /// What was marked for a new generation.
    marked: Vec<Marked>,
}

impl Builder {
    /// Builds until no page is due: assets, pages, removals.
    ///
    /// # Errors
    /// What stops the build as a whole; everything that was not done stays marked.
    pub async fn build(&self, options: Options, now: DateTime<Utc>, progress: &Progress) -> Result<Summary, Error> {
        let taken = self.take_over(Word::Operators, options, now).await?;
        for line in affected::lines(&taken.marked) {
            progress.note(&line);
        }
        let counts = Arc::default();
        tokio::select! {
            outcome = self.build_taken(taken, now, progress, &counts) => outcome,
            never = self.hold() => match never {},
        }
    }

    /// Makes target and generation the builder's own, and marks what that makes stale. [`Error::Superseded`] where that
    /// would take the site from somebody and nobody has asked for it.
    async fn take_over(&self, word: Word, options: Options, now: DateTime<Utc>) -> Result<Taken, Error> {
        // Before anything is attached; what counts is the look of the transaction that begins the generation.
        if word == Word::Own && !self.is_free().await? {
            return Err(Error::Superseded);
        }
        let target = target::attach(&self.db, &self.store, now).await?;
        let marked = self.mark(word, options, target.is_new, now).await?;
        Ok(Taken { target: target.id, marked })
    }

    /// Builds what is stale, as long as target and generation are the builder's own; ends early with
    /// [`Error::Stopped`] where `counts` say so.
    async fn build_taken(
        &self,
        taken: Taken,
        now: DateTime<Utc>,
        progress: &Progress,
        counts: &Arc<Counts>,
    ) -> Result<Summary, Error> {
        let Taken { target, marked } = taken;
        let assets_written = assets::write(self, &target, now).await?;
        progress.begin(u64::try_from(self.rest().await?.marks).unwrap_or(0));
        progress.note(&format!("{assets_written} assets written"));
        let outcome = self.clean_and_settle(&target, counts, progress, now).await;
        progress.end();
        if outcome.is_ok() {
            removal::end_burials_until_built(self, &target).await?;
        }
        // Also where pages failed: what must not be public any more goes, and a full disk needs no more space for it.
        let removed = removal::remove_buried(self, &target).await;
        outcome?;
        let removed = removed?;
        if removed.has_marked {
            self.clean_and_settle(&target, counts, progress, now).await?;
        }
        assets::remove_unreferenced(self, &target, now).await?;
        Ok(Summary { marked, ..counts.summary(removed) })
    }

    /// As [`Builder::clean`]; pages that were denied a path are tried again, since the page that had it may have left it
    /// meanwhile. Where two want one path for good, that ends.
    async fn clean_and_settle(
        &self,
        target: &str,
        counts: &Arc<Counts>,
        progress: &Progress,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        for _ in 0..CONTESTS_MAX {
            self.clean(target, counts, progress, now).await?;
            if !counts.contested.swap(false, Ordering::Relaxed) {
                break;
            }
            let doing = while_doing("trying again what another page was in the way of");
            let mut tx = self.db.write().await.map_err(&doing)?;
            db::stale::retry_now(&mut tx).await.map_err(&doing)?;
            tx.commit().await.map_err(&doing)?;
        }
        self.clean(target, counts, progress, now).await
    }

    /// Runs the loops until no mark is left but those of pages that failed. Pages that somebody else has claimed,
    /// perhaps a builder that was killed, are waited for: when the lease is over they are ours.
    async fn clean(
        &self,
        target: &str,
        counts: &Arc<Counts>,
        progress: &Progress,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut waiting: Option<(i64, Instant)> = None;
        loop {
            let mut loops = Vec::with_capacity(self.loops);
            for _ in 0..self.loops {
                let context = batch::Loop::new(self, target, counts, progress, now, EVERYTHING);
                loops.push(tokio::spawn(async move { context.run().await }));
            }
            let mut outcome = Ok(());
            for task in loops {
                outcome = outcome.and(task.await?);
            }
            outcome?;
            if counts.stops() {
                return Err(Error::Stopped);
            }
            let rest = self.rest().await?;
            if rest.marks == 0 {
                return Ok(());
            }
            let since = match waiting {
                Some((marks, since)) if rest.marks >= marks => since,
                Some(_) => Instant::now(),
                None => {
                    let (marks, seconds) = (rest.marks, rest.claimable_in_ms.max(0) / 1000 + 1);
                    progress.note(&format!("{marks} pages are claimed by another builder: waiting up to {seconds} s"));
                    Instant::now()
                }
            };
            if since.elapsed() > self.lease * 2 {
                return Err(Error::Claimed { marks: rest.marks });
            }
            waiting = Some((rest.marks, since));
            let pause = u64::try_from(rest.claimable_in_ms).unwrap_or(0);
            tokio::time::sleep(Duration::from_millis(pause.clamp(1, WAIT_MS_MAX))).await;
        }
    }

    /// Marks what is affected where something other than a row has changed, and makes failed pages due again.
    async fn mark(
        &self,
        word: Word,
        options: Options,
        is_new_target: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<Marked>, Error> {
        let doing = while_doing("marking pages");
        let mut tx = self.db.write().await.map_err(&doing)?;
        db::target::lock_alone(&mut tx).await.map_err(&doing)?;
        if word == Word::Own && !holding::is_free_for(&mut tx, &self.generation).await.map_err(&doing)? {
            return Err(Error::Superseded);
        }
        let known = db::generations::newest(&mut tx).await.map_err(&doing)?;
        let is_new_generation = known.as_ref() != Some(&self.generation);
        let is_change_noted = db::generations::is_change_noted(&mut tx).await.map_err(&doing)?;
        let mut marked = Vec::new();
        if options.all || is_new_target || is_new_generation || is_change_noted {
            // In the order of no key; a change that marks pages meanwhile might lock them the other way round.
            db::publishing::lock_alone(&mut tx).await.map_err(&doing)?;
            let was_change_noted = db::generations::take_noted_changes(&mut tx).await.map_err(&doing)?;
            everything::make_room(&mut tx, &self.site).await.map_err(&doing)?;
            if options.all || is_new_target || was_change_noted {
                everything::mark(&mut tx, &self.site, options.allow_deletions).await?;
                db::whole_site::fulfil(&mut tx).await.map_err(&doing)?;
            } else {
                let former = db::generations::parts_of_newest(&mut tx).await.map_err(&doing)?.into_iter().collect();
                marked = affected::mark(&mut tx, self, &former, options.allow_deletions).await?;
            }
        }
        if is_new_target || is_new_generation {
            match self.site.cdn {
                Cdn::None => db::purges::forget_all(&mut tx).await.map_err(&doing)?,
                Cdn::CloudFront { .. } => db::purges::add_when_built(&mut tx).await.map_err(&doing)?,
                Cdn::Purge { .. } => {}
            }
        }
        if is_new_generation {
            let parts: Vec<_> = self.parts.iter().collect();
            db::generations::begin(&mut tx, &self.generation, &parts, now).await.map_err(&doing)?;
        }
        self.hold_in(&mut tx).await.map_err(&doing)?;
        db::stale::retry_now(&mut tx).await.map_err(&doing)?;
        FailPoint::Mark.taken();
        tx.commit().await.map_err(&doing)?;
        Ok(marked)
    }

    async fn rest(&self) -> Result<db::claims::Rest, Error> {
        let doing = while_doing("counting stale pages");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        db::claims::rest(&mut tx).await.map_err(&doing)
    }
}

/// How much time is left of a claim; beyond it a builder writes nothing more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    begun: Instant,
    /// The steady clock stands still while a machine sleeps, the one on the wall does not.
    begun_on_the_wall: SystemTime,
    length: Duration,
}

impl Lease {
    /// A lease that begins no later than now. A tenth is kept in reserve for the clock's drift and for the
    /// time between the last look and the rename.
    pub(crate) fn begin(length: Duration) -> Lease {
        Lease { begun: Instant::now(), begun_on_the_wall: SystemTime::now(), length: length * 9 / 10 }
    }

    /// For how long the claim certainly still holds, if it does.
    pub(crate) fn remaining(self) -> Option<Duration> {
        let on_the_wall = self.begun_on_the_wall.elapsed().ok()?;
        let left = self.length.checked_sub(on_the_wall.max(self.begun.elapsed()))?;
        Some(left).filter(|left| !left.is_zero())
    }
}
