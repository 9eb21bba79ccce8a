//! Mail: sent from a table, so that a dead mail server delays it and loses none.
//!
//! A handler adds a row in the transaction of what it does, and wakes the loop. The loop takes a mail under a lease, makes
//! what it says ([`compose`]), hands it over ([`post`]) and notes what became of it. A process that is killed in between
//! leaves a mail that is due again when the lease is over: it may arrive twice, with the same `Message-ID`.

pub mod compose;
pub mod post;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use generator::db::mails::{self, About, Mail};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::error::{Error, Result};

use self::post::{Handed, Post};

/// Nobody else sends a mail within this time of its being taken: longer than it may take to hand one over.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// The pause after the first attempt that failed; each further one is twice as long.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// The longest pause between two attempts at one mail.
const PAUSE_MAX: TimeDelta = TimeDelta::hours(1);
/// After how many attempts pauses grow no longer.
const DOUBLINGS_MAX: i64 = 7;
/// How long a mail that is being handed over is waited for at the end.
const END_TIMEOUT: Duration = Duration::from_secs(5);
/// Characters of a server's answer that are kept.
const ERROR_CHARS_MAX: usize = 500;

/// The loop at work.
pub struct Mailing {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Mailing {
    /// Begins to send, as soon as the database is there.
    pub fn start(app: &Arc<App>) -> Mailing {
        let post = Post::new(&app.options.mail);
        post.tell();
        let (end, ends) = watch::channel(false);
        Mailing { end, task: tokio::spawn(run(Arc::clone(app), post, ends)) }
    }

    /// Ends it; a mail that is being handed over is finished, unless the server takes long. Then it is due again when its
    /// lease is over.
    pub async fn stop(self) {
        self.end.send_replace(true);
        let abort = self.task.abort_handle();
        match tokio::time::timeout(END_TIMEOUT, self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("a defect in the program: sending mail ended by itself: {error}"),
            Err(_) => abort.abort(),
        }
    }
}

async fn run(app: Arc<App>, post: Post, mut ends: watch::Receiver<bool>) {
    tokio::select! {
        _ = app.database.wait() => {}
        _ = ends.wait_for(|end| *end) => return,
    }
    let mut trouble = Trouble::default();
    while !*ends.borrow() {
        match send_next(&app, &post, &mut trouble).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => trouble.tell(&error.fault.to_string()),
        }
        tokio::select! {
            () = app.mail_waits.notified() => {}
            () = tokio::time::sleep(app.options.mail.look_pause) => {}
            _ = ends.wait_for(|end| *end) => {}
        }
    }
}

/// Trouble that lasts is one line of the log, however often it is met.
#[derive(Default)]
struct Trouble(String);

impl Trouble {
    fn tell(&mut self, text: &str) {
        if self.0 != text {
            tracing::error!("mail waits: {text}");
            text.clone_into(&mut self.0);
        }
    }

    fn is_over(&mut self) {
        if !std::mem::take(&mut self.0).is_empty() {
            tracing::info!("mail is sent again");
        }
    }
}

/// Sends the next mail that is due; `false` where none is.
async fn send_next(app: &App, post: &Post, trouble: &mut Trouble) -> Result<bool> {
    let mut tx = app.write().await?;
    let Some(mail) = mails::take(&mut tx, app.now(), LEASE).await? else { return Ok(false) };
    tx.commit().await?;
    let about = &mail.about;
    match handed_over(app, post, &mail).await {
        Outcome::Nobody => settle(app, async |tx| mails::remove(tx, mail.id).await).await?,
        Outcome::Handed(Handed::Sent) => {
            let now = app.now();
            settle(app, async |tx| mails::sent(tx, mail.id, now).await).await?;
            trouble.is_over();
        }
        Outcome::Handed(Handed::Refused { told, noted }) => {
            let (now, noted) = (app.now(), short(&noted));
            settle(app, async |tx| mails::refused(tx, mail.id, &noted, now).await).await?;
            tracing::warn!(mail = mail.id, "mail {} ({about}) is refused for good: {told}", mail.id);
        }
        Outcome::Handed(Handed::Failed { told, noted }) => {
            let (until, noted) = (app.now() + pause_after(mail.attempts), short(&noted));
            settle(app, async |tx| mails::put_off(tx, mail.id, until, &noted).await).await?;
            trouble.tell(&told);
        }
    }
    Ok(true)
}

/// What became of a mail.
enum Outcome {
    /// There is nobody to send it to any more.
    Nobody,
    Handed(Handed),
}

async fn handed_over(app: &App, post: &Post, mail: &Mail) -> Outcome {
    let failed = |text: String| Outcome::Handed(Handed::Failed { told: text.clone(), noted: text });
    let Some(about) = About::of_word(&mail.about) else {
        return failed(format!("`{}` is a kind of mail that this program does not know", mail.about));
    };
    let letter = match compose::letter(app, mail, about).await {
        Ok(Some(letter)) => letter,
        Ok(None) => return Outcome::Nobody,
        Err(error) => return failed(format!("a mail ({}) cannot be made: {}", mail.about, error.fault)),
    };
    match letter.message(&app.options.mail.from, mail) {
        Ok(message) => Outcome::Handed(post.hand_over(message, mail).await),
        Err(told) => Outcome::Handed(Handed::Refused { noted: told.clone(), told }),
    }
}

async fn settle(app: &App, act: impl AsyncFnOnce(&mut generator::db::Tx) -> generator::db::Result<()>) -> Result<()> {
    let mut tx = app.write().await?;
    act(&mut tx).await?;
    tx.commit().await.map_err(Error::from)
}

fn pause_after(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from((attempts - 1).clamp(0, DOUBLINGS_MAX)).unwrap_or(0);
    (PAUSE * 2_i32.pow(doublings)).min(PAUSE_MAX)
}

fn short(text: &str) -> String {
    text.chars().take(ERROR_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::pause_after;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let seconds: Vec<i64> = (1..=9).map(|attempts| pause_after(attempts).num_seconds()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(pause_after(i64::MAX), TimeDelta::hours(1));
    }
}
