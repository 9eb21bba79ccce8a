//! The builder that lives in the process beside the server: it takes a deploy over at the start and then brings the
//! files up to date with whatever changes, here or in another process.
//!
//! Where somebody has changed the site's files and built it with them beside this process, it goes on with those files.
//! Whatever goes wrong with it, the files that there are go on being served.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use generator::build::affected;
use generator::build::live::{Event, Live, Pace};
use generator::build::{Builder, Error, Summary};
use generator::db::{self, Db, generations};
use generator::fail_point;
use generator::open::Edition;
use generator::store::Store;
use generator::text::{counted, moment};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::metrics::{self, Metrics};

/// How long the target is left alone where nothing can be built into it, until somebody may have mended that.
const MENDING_PAUSE: Duration = Duration::from_secs(30);

/// While the same other release has the site, how often it is looked whether the site's files make that one.
const REREAD_PAUSE: Duration = Duration::from_secs(30);

/// How often it is noted which pages are stale, whether anybody asks for their age or not.
const NOTE_PAUSE: Duration = Duration::from_secs(10);

/// How long another release may have the site before that is an error: where a process was started anew with other
/// settings or files, the former one's signs of life hold for a while.
const SUPERSEDED_PATIENCE: Duration = Duration::from_secs(120);

/// A builder at work.
pub struct Building {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Building {
    /// Begins to build an edition of the site, as soon as its database is there.
    pub fn start(app: &Arc<App>, edition: Edition, pace: Pace) -> Building {
        let (end, ends) = watch::channel(false);
        Building { end, task: tokio::spawn(run(Arc::clone(app), edition, pace, ends)) }
    }

    /// Ends it: pages that it has begun are finished, what it has claimed it gives back.
    pub async fn stop(self) {
        self.end.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!("a defect in the program: the builder ended by itself: {error}");
        }
    }
}

async fn run(app: Arc<App>, edition: Edition, pace: Pace, mut ends: watch::Receiver<bool>) {
    let db = tokio::select! {
        db = app.database.wait() => db.clone(),
        _ = ends.wait_for(|end| *end) => return,
    };
    let noting = async {
        loop {
            metrics::note_stale(&app).await;
            tokio::time::sleep(NOTE_PAUSE).await;
        }
    };
    tokio::select! {
        () = build(&app, db, edition, pace, ends) => {}
        () = noting => {}
    }
}

async fn build(app: &Arc<App>, db: Db, mut edition: Edition, pace: Pace, mut ends: watch::Receiver<bool>) {
    let log = Arc::new(Log { metrics: Arc::clone(&app.metrics), ..Log::default() });
    loop {
        app.follow(&edition);
        let failed = match open(app, &edition, db.clone()).await {
            Ok(builder) => {
                let generation = builder.generation.clone();
                let live = live(app, builder, pace, &log);
                tokio::select! {
                    outcome = live.run(ends.clone()) => outcome.err().map(|error| error.to_string()),
                    newer = built_by_somebody(app, &db, &generation, &log) => {
                        tracing::info!("`generator build` has used files that were changed: they are used here as well");
                        edition = newer;
                        continue;
                    }
                }
            }
            Err(error) => Some(error.to_string()),
        };
        let Some(error) = failed else { return };
        log.trouble(&error);
        tokio::select! {
            () = tokio::time::sleep(MENDING_PAUSE) => {}
            _ = ends.wait_for(|end| *end) => return,
        }
    }
}

/// Waits until another generation has the site and the site's files, read again, make that one: somebody has changed
/// them and run `generator build` beside this process.
async fn built_by_somebody(app: &Arc<App>, db: &Db, generation: &str, log: &Log) -> Edition {
    let mut looked: Option<(String, Instant)> = None;
    loop {
        log.superseded.notified().await;
        // Where it fails, the builder tells.
        let Ok(Some(newest)) = newest(db).await else { continue };
        let is_looked_at = |(at, when): &(String, Instant)| *at == newest && when.elapsed() < REREAD_PAUSE;
        if newest == generation || looked.as_ref().is_some_and(is_looked_at) {
            continue;
        }
        let reading = {
            let app = Arc::clone(app);
            tokio::task::spawn_blocking(move || Edition::read(&app.settings).ok())
        };
        match reading.await {
            Ok(Some(edition)) if edition.generation() == newest => return edition,
            // Faulty files are somebody's work in progress.
            _ => looked = Some((newest, Instant::now())),
        }
    }
}

async fn newest(db: &Db) -> db::Result<Option<String>> {
    generations::newest(&mut db.snapshot().await?).await
}

async fn open(app: &App, edition: &Edition, db: Db) -> anyhow::Result<Builder> {
    let output = app.settings.output.clone();
    // A bucket's credentials may have to be asked for.
    let store = tokio::task::spawn_blocking(move || Store::open(&output)).await??;
    let mut builder = edition.builder(db, Arc::new(store));
    // Tests that kill processes do not wait as long as others have to.
    builder.lease = fail_point::lease().unwrap_or(builder.lease);
    Ok(builder)
}

fn live(app: &App, builder: Builder, pace: Pace, log: &Arc<Log>) -> Live {
    let log = Arc::clone(log);
    Live {
        builder,
        signals: Arc::clone(&app.signals),
        pace,
        clock: Arc::new(|| moment::cut(Utc::now())),
        report: Arc::new(move |event| log.event(event)),
    }
}

/// Trouble that was told and is not over.
struct Told {
    text: String,
    since: Instant,
    /// As an error, and not as something that is likely to end by itself.
    as_error: bool,
}

/// What the builder tells, as lines of the log. Trouble that lasts is one line, however often it is met.
#[derive(Default)]
struct Log {
    metrics: Arc<Metrics>,
    told: Mutex<Option<Told>>,
    /// It may not take the site over: then it is no wonder that another one has it.
    refused: AtomicBool,
    /// Another release has the site.
    superseded: Notify,
}

impl Log {
    fn event(&self, event: Event) {
        if matches!(event, Event::Trouble(Error::Superseded)) {
            self.superseded.notify_one();
        }
        match event {
            Event::Began => self.recovered(),
            Event::Built(summary) => self.built(&summary),
            Event::Round(time) => self.metrics.round(time),
            Event::CameDue(due) => {
                tracing::info!(creations = due.creations, news = due.news, ads = due.ads, "{due}");
            }
            Event::NotDue(what, reason) => {
                tracing::error!("{what} has come due and waits: {reason}");
            }
            Event::Trouble(Error::Superseded) if self.refused.load(Ordering::Relaxed) => {}
            Event::Trouble(Error::Superseded) => self.tell(&Error::Superseded.to_string(), SUPERSEDED_PATIENCE),
            Event::Trouble(error @ Error::TooManyDeletions { .. }) => {
                self.refused.store(true, Ordering::Relaxed);
                self.trouble(&format!("nothing is built, `generator build` must be told that it may be: {error}"));
            }
            Event::Trouble(error) => self.trouble(&error.to_string()),
        }
    }

    fn built(&self, summary: &Summary) {
        self.refused.store(false, Ordering::Relaxed);
        self.metrics.built(summary);
        self.recovered();
        for line in affected::lines(&summary.marked) {
            tracing::info!("{line}");
        }
        tracing::info!(
            rendered = summary.rendered,
            written = summary.written,
            deleted = summary.deleted,
            failed = summary.failed.len(),
            "{} rendered, {} written, {} deleted, {} failed",
            counted(summary.rendered, "page"),
            summary.written,
            summary.deleted,
            summary.failed.len()
        );
        for (page, error) in &summary.failed {
            tracing::error!(page, "cannot build {page}, trying again: {error}");
        }
    }

    fn recovered(&self) {
        self.metrics.trouble(false);
        if self.told().take().is_some() {
            tracing::info!("the builder is at work again");
        }
    }

    fn trouble(&self, text: &str) {
        self.tell(text, Duration::ZERO);
    }

    /// Tells trouble once; as an error where it has lasted for so long.
    fn tell(&self, text: &str, patience: Duration) {
        let mut told = self.told();
        if told.as_ref().is_none_or(|told| told.text != text) {
            *told = Some(Told { text: text.to_owned(), since: Instant::now(), as_error: false });
            if !patience.is_zero() {
                tracing::info!("the builder waits: {text}; files are served as they are");
            }
        }
        if let Some(told) = told.as_mut().filter(|told| !told.as_error && told.since.elapsed() >= patience) {
            told.as_error = true;
            self.metrics.trouble(true);
            tracing::error!("the builder waits: {text}; files are served as they are");
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Option<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
