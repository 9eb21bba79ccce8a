//! What tells the CDN, beside the server, which pages have changed: it sends what builders have noted, at once where the
//! builder is this process's own, and otherwise within a second.

use std::sync::Arc;
use std::time::Duration;

use generator::cdn::{Cdn, Pace, Purger};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;

/// How often it is looked whether other processes have noted something, or something is due once more.
const POLL: Duration = Duration::from_secs(1);

/// How long it waits where nothing can be sent at all, until somebody may have mended that.
const MENDING_PAUSE: Duration = Duration::from_secs(30);

/// A purger at work.
pub struct Purging {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Purging {
    /// Begins to send what is due, as soon as the database is there.
    pub fn start(app: &Arc<App>, pace: Pace) -> Purging {
        let (end, ends) = watch::channel(false);
        Purging { end, task: tokio::spawn(run(Arc::clone(app), pace, ends)) }
    }

    /// Sends once more what is due, then ends; what the CDN does not take waits for the next process.
    pub async fn stop(self) {
        self.end.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!("a defect in the program: purging ended by itself: {error}");
        }
    }
}

async fn run(app: Arc<App>, pace: Pace, mut ends: watch::Receiver<bool>) {
    if app.settings.cdn == Cdn::None {
        return;
    }
    let db = tokio::select! {
        db = app.database.wait() => db.clone(),
        _ = ends.wait_for(|end| *end) => return,
    };
    let mut told = String::new();
    loop {
        let error = match Purger::open(&app.settings.cdn, &app.settings.site_url, db.clone(), pace).await {
            Ok(purger) => return send(&app, &purger, &mut told, &mut ends).await,
            Err(error) => error.to_string(),
        };
        tell(&mut told, &error);
        tokio::select! {
            () = tokio::time::sleep(MENDING_PAUSE) => {}
            _ = ends.wait_for(|end| *end) => return,
        }
    }
}

async fn send(app: &App, purger: &Purger, told: &mut String, ends: &mut watch::Receiver<bool>) {
    loop {
        let is_last = *ends.borrow();
        match purger.send_due().await {
            Ok(sent) => {
                app.metrics.purged(sent.taken, sent.failed);
                if sent.taken > 0 {
                    tracing::info!(purged = sent.taken, failed = sent.failed, "{sent}");
                }
                match sent.error {
                    Some(error) => tell(told, &error),
                    None if sent.taken > 0 && !std::mem::take(told).is_empty() => {
                        tracing::info!("the CDN takes purges again");
                    }
                    None => {}
                }
            }
            Err(error) => tell(told, &error.to_string()),
        }
        if is_last {
            return;
        }
        tokio::select! {
            () = app.signals.purges.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            _ = ends.wait_for(|end| *end) => {}
        }
    }
}

/// Trouble that lasts is one line, however often it is met.
fn tell(told: &mut String, error: &str) {
    // Each time it may be another path that fails.
    if told.is_empty() {
        tracing::error!("cannot purge, trying again: {error}");
    }
    error.clone_into(told);
}
