//! The builder as a loop: it waits for marks and cleans them, until it is told to end.
//!
//! It is woken by a commit in this process ([`Signals`]), by one of another process on PostgreSQL (`listen`), and by a
//! slow poll behind both, which is also what finds that something has come due. What people posted is built at once;
//! pages that many changes share (lists, the home page, feeds) wait for each other, so that a hundred posts in a
//! second render them ten times. Any number of processes may run such loops; one of another generation claims nothing
//! and goes on looking whether it is its turn again ([`super::holding`]).

mod signals;
pub mod turns;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::db::claims::Claimable;
use crate::db::notices::{self, Notices};
use crate::page::{PRIORITY_BULK, PRIORITY_LIST, PRIORITY_POST};
use crate::publish::{self, schedule};

use self::turns::{Round, Turns};
use super::holding::Word;
use super::progress::Progress;
use super::{Builder, Counts, Error, Options, Summary, Taken, batch, removal, target, while_doing};

pub use self::signals::Signals;
pub use self::turns::Pace;

/// The longest pause after trouble.
const TROUBLE_MAX: Duration = Duration::from_secs(30);

/// What a loop tells whoever runs it. It has handled it already; this is for the log.
#[derive(Debug)]
pub enum Event {
    /// The site is the builder's, and true.
    Began,
    /// Pages were rendered, some of them perhaps not.
    Built(Summary),
    /// A round that built something took so long.
    Round(Duration),
    /// Things came due and are marked.
    CameDue(schedule::Due),
    /// Something was due and could not come true, such as `creation 5`, with the reason; it is tried again after a pause.
    NotDue(String, String),
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

/// How far a loop has come with its turn.
#[derive(Default)]
struct Turn {
    /// What it has made its own.
    taken: Option<Taken>,
    /// Too much would be removed.
    is_refused: bool,
    /// It was at work before. Then another OUTPUT is what somebody wants, and nothing to be taken back.
    was_here: bool,
}

/// Why there are no more rounds.
enum Until {
    /// The loop is to end.
    End,
    /// Another release or another target has the site.
    Superseded,
}

/// Waits so long, whatever is marked meanwhile; says whether the loop is to end.
async fn pause(end: &mut watch::Receiver<bool>, wait: Duration) -> bool {
    tokio::select! {
        ended = end.wait_for(|end| *end) => { drop(ended); true }
        () = tokio::time::sleep(wait) => false,
    }
}

impl Live {
    /// Builds what is stale, then whatever becomes stale, until `end` says true or is dropped.
    ///
    /// # Errors
    /// What no patience mends, such as a target of another database. The rest is reported and tried again.
    pub async fn run(&self, mut end: watch::Receiver<bool>) -> Result<(), Error> {
        let outcome = tokio::select! {
            outcome = self.work(&mut end) => outcome,
            never = self.builder.hold() => match never {},
        };
        self.builder.let_go().await;
        outcome
    }

    async fn work(&self, end: &mut watch::Receiver<bool>) -> Result<(), Error> {
        let mut turn = Turn::default();
        loop {
            let Some(mut notices) = self.begin(turn, end).await? else { return Ok(()) };
            match self.rounds(&mut notices, end).await {
                Until::End => return Ok(()),
                Until::Superseded => turn = Turn { was_here: true, ..Turn::default() },
            }
        }
    }

    /// Cleans whatever becomes stale.
    async fn rounds(&self, notices: &mut Notices, end: &mut watch::Receiver<bool>) -> Until {
        let _listening = self.signals.listen();
        let mut turns = Turns::begin(self.pace, Instant::now());
        let mut trouble = self.pace.trouble;
        let mut target = None;
        let (mut is_woken_from_here, mut was_trouble) = (false, false);
        loop {
            let is_asked = self.signals.takes_look_around();
            let is_poll = turns.is_poll(Instant::now()) || was_trouble || is_asked;
            let round = turns.round(Instant::now());
            let looked = if is_poll { self.look_around().await } else { Ok(()) };
            let outcome = match looked {
                Ok(()) => self.round(round, is_poll, &mut target, end).await,
                Err(error) => Err(error),
            };
            let until = match outcome {
                Ok(claimed_any) => {
                    trouble = self.pace.trouble;
                    was_trouble = false;
                    turns.ended(round, claimed_any, Instant::now())
                }
                Err(Error::Superseded) => {
                    // What a commit of this process has marked is for somebody else, who was not told.
                    if is_woken_from_here {
                        self.tell_others().await;
                    }
                    return Until::Superseded;
                }
                Err(error) => {
                    target = None;
                    (self.report)(Event::Trouble(error));
                    if pause(end, trouble).await {
                        return Until::End;
                    }
                    trouble = (trouble * 2).min(TROUBLE_MAX);
                    was_trouble = true;
                    continue;
                }
            };
            is_woken_from_here = false;
            tokio::select! {
                changed = end.changed() => if changed.is_err() || *end.borrow() { return Until::End },
                () = self.signals.marked.notified() => is_woken_from_here = true,
                () = notices.next() => {}
                () = tokio::time::sleep_until(until.into()) => {}
            }
        }
    }

    /// Waits until it is this generation's turn ([`super::holding`]), takes the site over and builds what is stale; tries
    /// again where that fails. `None` where it is to end before that is done.
    async fn begin(&self, mut turn: Turn, end: &mut watch::Receiver<bool>) -> Result<Option<Notices>, Error> {
        let mut trouble = self.pace.trouble;
        loop {
            let error = match self.try_to_begin(&mut turn, end).await {
                Ok(notices) => return Ok(Some(notices)),
                Err(Error::Stopped) => return Ok(None),
                Err(
                    error @ (Error::Database { .. }
                    | Error::Store(_)
                    | Error::Claimed { .. }
                    | Error::Superseded
                    | Error::TooManyDeletions { .. }),
                ) => error,
                Err(fatal) => return Err(fatal),
            };
            let wait = match &error {
                Error::Superseded | Error::TooManyDeletions { .. } => {
                    turn.is_refused |= matches!(error, Error::TooManyDeletions { .. });
                    if turn.taken.take().is_some() {
                        // It has lost the site just now, and looks at once whether anybody has it.
                        continue;
                    }
                    self.pace.poll
                }
                _ => {
                    let wait = trouble;
                    trouble = (trouble * 2).min(TROUBLE_MAX);
                    wait
                }
            };
            (self.report)(Event::Trouble(error));
            if pause(end, wait).await {
                return Ok(None);
            }
        }
    }

    /// Whether taking the site over is not against somebody's word. Whose turn it is otherwise the builder looks itself.
    async fn may_take(&self, turn: &Turn) -> Result<bool, Error> {
        Ok(match self.builder.is_newest().await? {
            true => !turn.was_here || self.builder.has_target().await?,
            false => !turn.is_refused,
        })
    }

    /// Takes the site over, unless that is done, and builds what is stale. What a deploy has changed is marked once,
    /// however often the rest is tried. Where that would remove too much, an operator has to say so; until then this is
    /// just another generation.
    async fn try_to_begin(&self, turn: &mut Turn, end: &watch::Receiver<bool>) -> Result<Notices, Error> {
        let now = (self.clock)();
        if turn.taken.is_none() && !self.may_take(turn).await? {
            return Err(Error::Superseded);
        }
        let taken = match &turn.taken {
            Some(taken) => taken.clone(),
            None => turn.taken.insert(self.builder.take_over(Word::Own, Options::default(), now).await?).clone(),
        };
        let notices = Notices::listen(&self.builder.db).await.map_err(while_doing("listening for marks"))?;
        self.make_due().await?;
        let (progress, counts) = (Progress::silent(), Arc::new(Counts::until(end.clone())));
        let summary = tokio::select! {
            outcome = self.builder.build_taken(taken, now, &progress, &counts) => outcome?,
            never = self.make_due_meanwhile() => match never {},
        };
        self.built(summary);
        (self.report)(Event::Began);
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
                let object = target::read(&builder.store).await?.ok_or(Error::Superseded)?;
                &*target.insert(object.target)
            }
        };
        let counts = Arc::new(Counts::until(end.clone()));
        let priority_max = match round {
            Round::Posts => PRIORITY_POST,
            Round::All => i64::MAX,
        };
        let begun = Instant::now();
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
            let mut tasks = Vec::with_capacity(builder.loops);
            for _ in 0..builder.loops {
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
        if counts.contested.load(Ordering::Relaxed) || removed.has_marked {
            // A page that had to give way was marked; no commit has told us.
            self.signals.mark();
        }
        if claimed > 0 {
            (self.report)(Event::Round(begun.elapsed()));
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

    /// What is to be done at each poll, beside cleaning.
    async fn look_around(&self) -> Result<(), Error> {
        self.make_due().await?;
        self.builder.answer_others((self.clock)()).await
    }

    /// Makes public what has come due.
    async fn make_due(&self) -> Result<(), Error> {
        let (builder, now) = (&self.builder, (self.clock)());
        let look = async {
            if !schedule::is_anything_due(&builder.db, now).await? {
                return Ok(schedule::Due::default());
            }
            schedule::due_as(&builder.db, &builder.site, Some(&builder.generation), now).await
        };
        let due = match look.await {
            Ok(due) => due,
            Err(publish::Error::Database(source)) => return Err(while_doing("looking what has come due")(source)),
            // No such error is about more than one thing, and of each `due` tells.
            Err(error) => {
                (self.report)(Event::NotDue("what has come due".to_owned(), error.to_string()));
                return Ok(());
            }
        };
        for (what, reason) in &due.failed {
            (self.report)(Event::NotDue(what.clone(), reason.clone()));
        }
        if due.is_anything() {
            (self.report)(Event::CameDue(due));
        }
        Ok(())
    }

    /// A first build may take minutes. Where the database fails, that is the build's to say.
    async fn make_due_meanwhile(&self) -> Infallible {
        loop {
            tokio::time::sleep(self.pace.poll).await;
            let _: Result<(), Error> = self.make_due().await;
        }
    }

    fn built(&self, summary: Summary) {
        self.signals.rendered.notify_waiters();
        if summary != Summary::default() {
            self.signals.purges.notify_one();
            (self.report)(Event::Built(summary));
        }
    }
}
