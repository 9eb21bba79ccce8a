//! The builder as a loop: it waits for marks and cleans them, until it is told to end.
//!
//! It is woken by a commit in this process ([`Signals`]), by one of another process on PostgreSQL (`listen`), and by a
//! slow poll behind both, which is also what finds that something has come due. What people posted is built at once;
//! pages that many changes share (lists, the home page, feeds) wait for each other, so that a hundred posts in a
//! second render them ten times. Any number of processes may run such loops; one of another generation claims nothing
//! and goes on looking whether it is its turn again.

pub mod turns;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};

use crate::db::notices::{self, Notices};
use crate::db::stale::Claimable;
use crate::page::{PRIORITY_BULK, PRIORITY_LIST, PRIORITY_POST};
use crate::publish::looks::Looks;
use crate::publish::{self, schedule};

use self::turns::{Round, Turns};
use super::progress::Progress;
use super::{Builder, Counts, Error, LOOPS, Options, Summary, Taken, batch, removal, target, while_doing};

pub use self::turns::Pace;

/// What wakes loops and those who wait for them, within a process.
#[derive(Debug, Default)]
pub struct Signals {
    /// Something was marked.
    pub(crate) marked: Notify,
    /// Something was rendered.
    pub(crate) rendered: Notify,
    /// Who waits looks here.
    pub(crate) looks: Looks,
    /// Loops that listen.
    builders: AtomicUsize,
}

impl Signals {
    /// Says that something was marked.
    pub fn mark(&self) {
        self.marked.notify_one();
    }

    /// Whether a builder of this process hears of what is marked.
    pub fn have_builder(&self) -> bool {
        self.builders.load(Ordering::Relaxed) > 0
    }

    fn listen(&self) -> Listening<'_> {
        self.builders.fetch_add(1, Ordering::Relaxed);
        Listening(self)
    }
}

/// A builder that hears; dropped, it hears no more.
struct Listening<'a>(&'a Signals);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.builders.fetch_sub(1, Ordering::Relaxed);
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
        let _listening = self.signals.listen();
        let mut turns = Turns::begin(self.pace, Instant::now());
        trouble = self.pace.trouble;
        let mut target = None;
        let mut is_woken_from_here = false;
        loop {
            let is_poll = turns.is_poll(Instant::now());
            if is_poll {
                self.make_due().await;
            }
            let round = turns.round(Instant::now());
            let until = match self.round(round, is_poll, &mut target, &end).await {
                Ok(claimed_any) => {
                    trouble = self.pace.trouble;
                    turns.ended(round, claimed_any, Instant::now())
                }
                Err(error) => {
                    // What a commit of this process has marked is for somebody else, who was not told.
                    if is_woken_from_here && matches!(error, Error::Superseded) {
                        self.tell_others().await;
                    }
                    target = None;
                    (self.report)(Event::Trouble(error));
                    let until = Instant::now() + trouble;
                    trouble = (trouble * 2).min(TROUBLE_MAX);
                    until
                }
            };
            is_woken_from_here = false;
            tokio::select! {
                changed = end.changed() => if changed.is_err() || *end.borrow() { return Ok(()) },
                () = self.signals.marked.notified() => is_woken_from_here = true,
                () = notices.next() => {}
                () = tokio::time::sleep_until(until.into()) => {}
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

    /// Cleans what is due; says whether anything was. `target` is the store's own id, looked up where it is not known.
    async fn round(
        &self,
        round: Round,
        is_poll: bool,
        target: &mut Option<String>,
        end: &watch::Receiver<bool>,
    ) -> Result<bool, Error> {
        let builder = &self.builder;
        let target = match target {
            Some(target) => &*target,
            None => {
                let object = target::read(&builder.store, &builder.store.location())?.ok_or(Error::Superseded)?;
                &*target.insert(object.target)
            }
        };
        let counts = Arc::new(Counts::until(end.clone()));
        let priority_max = match round {
            Round::Posts => PRIORITY_POST,
            Round::All => i64::MAX,
        };
        let due = Claimable { priority_min: 0, priority_max, retries: true };
        let progress = Progress::silent();
        let each = |claimable| batch::Loop::new(builder, target, &counts, &progress, (self.clock)(), claimable);
        // One batch is enough for what people do, and whatever is marked meanwhile is for the next round: pages that
        // many changes share must not be rendered with every batch. After a deploy or an import there is work for all.
        let claimed = each(due).run_once().await?;
        if i64::try_from(claimed).is_ok_and(|claimed| claimed >= builder.batch_pages) {
            if round == Round::All {
                // More is posted than one batch holds. What all share is not put off until there is less.
                let shared = Claimable { priority_min: PRIORITY_LIST, priority_max: PRIORITY_BULK - 1, retries: true };
                each(shared).run_once().await?;
            }
            let until = Instant::now() + self.pace.crowded;
            let mut tasks = Vec::with_capacity(LOOPS);
            for _ in 0..LOOPS {
                tasks.push(tokio::spawn(each(due).run_until(until)));
            }
            let mut outcome = Ok(());
            for task in tasks {
                outcome = outcome.and(task.await?);
            }
            outcome?;
            // Perhaps there is more, and no commit tells us.
            self.signals.mark();
        }
        let removed = if is_poll || counts.buried.load(Ordering::Relaxed) {
            removal::remove_buried(builder, target).await?
        } else {
            removal::Removed::default()
        };
        if counts.contested.load(Ordering::Relaxed) {
            // A page that had to give way was marked; no commit has told us.
            self.signals.mark();
        }
        self.built(counts.summary(removed));
        Ok(claimed > 0)
    }

    /// Tells the builders of other processes that something is marked; where that fails, their poll finds it.
    async fn tell_others(&self) {
        let tell = async {
            let mut tx = self.builder.db.write_relaxed().await?;
            notices::notify(&mut tx).await?;
            tx.commit().await
        };
        let _: Result<(), sqlx::Error> = tell.await;
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
