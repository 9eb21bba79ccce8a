//! What is done with uploads by itself: files follow what shows them, and what nothing shows is forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::error::Error;

use super::moving;

/// How long a file may be here that nothing shows and no work under way has.
pub const FORGET_AFTER: TimeDelta = TimeDelta::hours(48);
/// Between two looks whether files are to be moved: a work that comes due by itself shows its pictures so much later.
const LOOK_PAUSE: Duration = Duration::from_secs(2);
/// Looks between two searches for what can be forgotten: once an hour.
const LOOKS_TO_FORGET: u64 = 1_800;

/// The loop at work.
pub struct Jobs {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Jobs {
    /// Begins, as soon as the database is there.
    pub fn start(app: &Arc<App>) -> Jobs {
        let (end, ends) = watch::channel(false);
        Jobs { end, task: tokio::spawn(run(Arc::clone(app), ends)) }
    }

    /// Ends it after what it has begun.
    pub async fn stop(self) {
        self.end.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!("a defect in the program: the jobs of uploads ended by themselves: {error}");
        }
    }
}

async fn run(app: Arc<App>, mut ends: watch::Receiver<bool>) {
    tokio::select! {
        _ = app.database.wait() => {}
        _ = ends.wait_for(|end| *end) => return,
    }
    let mut looks = 0_u64;
    let mut log = Log::default();
    loop {
        if looks.is_multiple_of(LOOKS_TO_FORGET) {
            log.told("look at imported uploads again", moving::look_again(&app).await.map(|()| 0));
        }
        log.told("move uploads", moving::settle(&app).await);
        if looks.is_multiple_of(LOOKS_TO_FORGET) {
            // Whoever has set something wrong is told before a member comes with a file.
            log.told("use UPLOADS", app.uploads.look().await.map(|()| 0));
            log.told("forget uploads that nothing shows", moving::forget(&app, app.now() - FORGET_AFTER).await);
        }
        looks += 1;
        tokio::select! {
            () = tokio::time::sleep(LOOK_PAUSE) => {}
            _ = ends.wait_for(|end| *end) => return,
        }
    }
}

/// What cannot be done; trouble that lasts is one line, however often it is met.
#[derive(Default)]
struct Log {
    trouble: BTreeMap<&'static str, String>,
}

impl Log {
    fn told(&mut self, doing: &'static str, done: Result<usize, Error>) {
        match done {
            Ok(files) => {
                if self.trouble.remove(doing).is_some() {
                    tracing::info!("can {doing} again");
                }
                if files > 0 {
                    tracing::info!(files, "{doing}: {files} files");
                }
            }
            Err(error) => {
                let text = error.fault.to_string();
                if self.trouble.get(doing) != Some(&text) {
                    tracing::warn!("cannot {doing}, trying again: {text}");
                    self.trouble.insert(doing, text);
                }
            }
        }
    }
}
