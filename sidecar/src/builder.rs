//! The builder that lives in the process beside the server: it takes a deploy over at the start and then brings the
//! files up to date with whatever changes, here or in another process.
//!
//! Whatever goes wrong with it, the files that there are go on being served.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use generator::build::affected;
use generator::build::live::{Event, Live, Pace};
use generator::build::{Builder, Error, Summary};
use generator::db::{self, Db, generations, stale};
use generator::open::Edition;
use generator::store::{self, Directory, Store};
use generator::text::moment;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;

/// How long the target is left alone where nothing can be built into it, until somebody may have mended that.
const MENDING_PAUSE: Duration = Duration::from_secs(30);

/// So many looks find pages that wait and nobody who builds them, until the site is taken to be left alone.
const LOOKS: u32 = 4;
/// The time between two of them, as a multiple of the first pause after trouble: half a minute.
const LOOK_PAUSE: u32 = 60;

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
    let log = Arc::new(Log::default());
    loop {
        let failed = match open(&app, &edition, db.clone()) {
            Ok(builder) => {
                let generation = builder.generation.clone();
                let live = live(&app, builder, pace, &log);
                tokio::select! {
                    outcome = live.run(ends.clone()) => outcome.err().map(|error| error.to_string()),
                    () = left_alone(&db, &generation, pace.trouble * LOOK_PAUSE) => {
                        tracing::warn!("another release has this site and builds nothing: this one takes it over");
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

/// Waits until another release has the site, pages wait, and at several looks nobody builds them: its builder is gone.
/// So it is after a process of the former release has begun once more just before it was replaced.
async fn left_alone(db: &Db, generation: &str, pause: Duration) {
    let mut looks = 0;
    while looks < LOOKS {
        tokio::time::sleep(pause).await;
        looks = if is_left_alone(db, generation).await.unwrap_or(false) { looks + 1 } else { 0 };
    }
}

async fn is_left_alone(db: &Db, generation: &str) -> db::Result<bool> {
    let mut tx = db.snapshot().await?;
    let is_others = generations::newest(&mut tx).await?.is_some_and(|newest| newest != generation);
    Ok(is_others && stale::claimable(&mut tx, 1).await? > 0 && !stale::is_anything_claimed(&mut tx).await?)
}

fn open(app: &App, edition: &Edition, db: Db) -> Result<Builder, store::Error> {
    let store = Store::Directory(Directory::open(&app.settings.output)?);
    Ok(edition.builder(db, Arc::new(store)))
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

/// What the builder tells, as lines of the log. Trouble that lasts is one line, however often it is met.
#[derive(Default)]
struct Log {
    trouble: Mutex<String>,
    /// It may not take the site over: then it is no wonder that another one has it.
    refused: AtomicBool,
}

impl Log {
    fn event(&self, event: Event) {
        match event {
            Event::Built(summary) => self.built(&summary),
            Event::CameDue(due) => tracing::info!(
                creations = due.creations,
                news = due.news,
                ads = due.ads,
                "{} creations, {} news and {} ads came due",
                due.creations,
                due.news,
                due.ads
            ),
            Event::NotDue(error) => self.trouble(&format!("what has come due waits: {error}")),
            Event::Trouble(Error::Superseded) if self.refused.load(Ordering::Relaxed) => {}
            Event::Trouble(error @ Error::TooManyDeletions { .. }) => {
                self.refused.store(true, Ordering::Relaxed);
                self.trouble(&format!("nothing is built, `generator build` must be told that it may be: {error}"));
            }
            Event::Trouble(error) => self.trouble(&error.to_string()),
        }
    }

    fn built(&self, summary: &Summary) {
        self.refused.store(false, Ordering::Relaxed);
        if !std::mem::take(&mut *self.told()).is_empty() {
            tracing::info!("the builder is at work again");
        }
        for line in affected::lines(&summary.marked) {
            tracing::info!("{line}");
        }
        tracing::info!(
            rendered = summary.rendered,
            written = summary.written,
            deleted = summary.deleted,
            failed = summary.failed.len(),
            "{} pages rendered, {} written, {} deleted, {} failed",
            summary.rendered,
            summary.written,
            summary.deleted,
            summary.failed.len()
        );
        for (page, error) in &summary.failed {
            tracing::error!(page, "cannot build {page}, trying again: {error}");
        }
    }

    fn trouble(&self, text: &str) {
        let mut told = self.told();
        if *told != text {
            tracing::error!("the builder waits: {text}; files are served as they are");
            text.clone_into(&mut told);
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
