//! The builder as a loop: it waits for marks and cleans them, until it is told to end.
//!
//! It is woken by a commit in this process ([`Signals`]), by one of another process on PostgreSQL (`listen`), and by a
//! slow poll behind both, which is also what finds that something has come due. What people posted is built at once;
//! pages that many changes share (lists, the home page, feeds) wait for each other, so that a hundred posts in a
//! second render them ten times. Any number of processes may run such loops; one of another generation claims nothing
//! and goes on looking whether it is its turn again.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};

use crate::db::notices::Notices;
use crate::db::stale::Claimable;
use crate::db::{stale, target};
use crate::page::PRIORITY_POST;
use crate::publish::{self, schedule};

use super::progress::Progress;
use super::{Builder, Counts, Error, LOOPS, Options, Summary, Taken, batch, removal, while_doing};

/// What wakes loops and those who wait for them, within a process.
#[derive(Debug, Default)]
pub struct Signals {
    /// Something was marked.
    pub(crate) marked: Notify,
    /// Something was rendered.
    pub(crate) rendered: Notify,
}

impl Signals {
    /// Says that something was marked.
    pub fn mark(&self) {
        self.marked.notify_one();
    }
}

/// How a loop spends its time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it sleeps where nothing wakes it.
    pub poll: Duration,
    /// How long the pages that many changes share wait for the next change.
    pub shared: Duration,
    /// How long it leaves the database alone after that has failed; it doubles each time, up to half a minute.
    pub trouble: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { poll: Duration::from_secs(1), shared: Duration::from_millis(100), trouble: Duration::from_millis(500) }
    }
}

/// The longest pause after trouble.
const TROUBLE_MAX: Duration = Duration::from_secs(30);

/// What a loop tells whoever runs it. It has handled it already; this is for the log.
#[derive(Debug)]
pub enum Event {
    /// Pages were rendered, some of them perhaps not.
    Built(Summary),
    /// Things came due and are marked.
    CameDue(schedule::Due),
    /// What was due could not be made public; it is tried again.
    NotDue(publish::Error),
    /// The build stopped; it is tried again after a pause. [`Error::Superseded`] means that another release builds now.
    Trouble(Error),
}

/// A builder that runs until it is told to end.
pub struct Live {
    /// Builds.
    pub builder: Builder,
    /// Wakes it.
    pub signals: Arc<Signals>,
    /// How often it does what.
    pub pace: Pace,
    /// Tells the time.
    pub clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Is told what happens.
    pub report: Arc<dyn Fn(Event) + Send + Sync>,
}

/// What the next round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Posts alone.
    Posts,
    /// Everything.
    All,
}

impl Live {
    /// Builds what is stale, then whatever becomes stale, until `end` says true or is dropped.
    ///
    /// # Errors
    /// What no patience mends, such as a target of another database. The rest is reported and tried again.
    pub async fn run(&self, mut end: watch::Receiver<bool>) -> Result<(), Error> {
        let mut trouble = self.pace.trouble;
        let mut taken = None;
        let mut notices = loop {
            let error = match self.begin(&mut taken, &end).await {
                Ok(notices) => break notices,
                Err(Error::Stopped) => return Ok(()),
                Err(error @ (Error::Database { .. } | Error::Store(_) | Error::Claimed { .. })) => error,
                Err(fatal) => return Err(fatal),
            };
            (self.report)(Event::Trouble(error));
            tokio::select! {
                changed = end.changed() => if changed.is_err() || *end.borrow() { return Ok(()) },
                () = tokio::time::sleep(trouble) => trouble = (trouble * 2).min(TROUBLE_MAX),
            }
        };
        let mut shared_due = Instant::now() + self.pace.shared;
        trouble = self.pace.trouble;
        let mut is_poll = true;
        loop {
            if is_poll {
                self.make_due().await;
            }
            let round = if Instant::now() >= shared_due { Round::All } else { Round::Posts };
            let wait = match self.round(round, &end).await {
                Ok(left) => {
                    trouble = self.pace.trouble;
                    if round == Round::All {
                        shared_due = Instant::now() + self.pace.shared;
                    }
                    if left { shared_due.saturating_duration_since(Instant::now()) } else { self.pace.poll }
                }
                Err(error) => {
                    (self.report)(Event::Trouble(error));
                    let wait = trouble;
                    trouble = (trouble * 2).min(TROUBLE_MAX);
                    wait
                }
            };
            tokio::select! {
                changed = end.changed() => if changed.is_err() || *end.borrow() { return Ok(()) },
                () = self.signals.marked.notified() => is_poll = false,
                () = notices.next() => is_poll = false,
                () = tokio::time::sleep(wait) => is_poll = wait == self.pace.poll,
            }
        }
    }

    /// The first build: it takes the target over and marks what a deploy has changed. That is done once, however often
    /// the rest is tried, or two releases would take the site from each other. Where it must not, because too much would
    /// be removed, an operator has to say so; until then this is just another generation.
    async fn begin(&self, taken: &mut Option<Taken>, end: &watch::Receiver<bool>) -> Result<Notices, Error> {
        let notices = Notices::listen(&self.builder.db).await.map_err(while_doing("listening for marks"))?;
        let now = (self.clock)();
        if taken.is_none() {
            match self.builder.take_over(Options::default(), now).await {
                Ok(it) => *taken = Some(it),
                Err(error @ Error::TooManyDeletions { .. }) => (self.report)(Event::Trouble(error)),
                Err(error) => return Err(error),
            }
        }
        let Some(taken) = taken.clone() else { return Ok(notices) };
        let counts = Arc::new(Counts::until(end.clone()));
        match self.builder.build_taken(taken, now, &Progress::silent(), &counts).await {
            Ok(summary) => self.built(summary),
            Err(error @ Error::Superseded) => (self.report)(Event::Trouble(error)),
            Err(error) => return Err(error),
        }
        Ok(notices)
    }

    /// Cleans what is due; says whether something is left for the next round.
    async fn round(&self, round: Round, end: &watch::Receiver<bool>) -> Result<bool, Error> {
        let builder = &self.builder;
        let doing = while_doing("looking what is stale");
        let mut tx = builder.db.snapshot().await.map_err(&doing)?;
        let target = target::current(&mut tx).await.map_err(&doing)?;
        let waiting = stale::claimable(&mut tx, builder.batch_pages + 1).await.map_err(&doing)?;
        drop(tx);
        let target = target.ok_or(Error::Superseded)?.id;
        let counts = Arc::new(Counts::until(end.clone()));
        let priority_max = match round {
            Round::Posts => PRIORITY_POST,
            Round::All => i64::MAX,
        };
        let claimable = Claimable { priority_max, retries: true };
        // One loop is enough for what people do; after a deploy or an import there is work for all.
        let loops = if waiting > builder.batch_pages { LOOPS } else { 1 };
        let mut tasks = Vec::with_capacity(loops);
        for _ in 0..loops {
            let progress = Progress::silent();
            let each = batch::Loop::new(builder, &target, &counts, &progress, (self.clock)(), claimable);
            tasks.push(tokio::spawn(each.run()));
        }
        let mut outcome = Ok(());
        for task in tasks {
            outcome = outcome.and(task.await?);
        }
        outcome?;
        let removed = if round == Round::All || counts.buried.load(Ordering::Relaxed) {
            removal::remove_buried(builder, &target).await?
        } else {
            removal::Removed::default()
        };
        self.built(counts.summary(removed));
        let mut tx = builder.db.snapshot().await.map_err(&doing)?;
        Ok(stale::claimable(&mut tx, 1).await.map_err(&doing)? > 0)
    }

    /// Makes public what has come due.
    async fn make_due(&self) {
        let (db, now) = (&self.builder.db, (self.clock)());
        let outcome = match schedule::is_anything_due(db, now).await {
            Ok(false) => return,
            Ok(true) => schedule::due(db, &self.builder.site, now).await,
            Err(error) => Err(error),
        };
        (self.report)(match outcome {
            Ok(due) => Event::CameDue(due),
            Err(error) => Event::NotDue(error),
        });
    }

    fn built(&self, summary: Summary) {
        self.signals.rendered.notify_waiters();
        if summary != Summary::default() {
            (self.report)(Event::Built(summary));
        }
    }
}
