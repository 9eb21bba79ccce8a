//! Warnings and errors of the log that operators are to be told: gathered in the process, kept in the database, and every
//! ten minutes sent as one message to a webhook of Slack's kind.
//!
//! Whoever logs waits for nothing. What the webhook does not take stays in the database; of any number of processes one
//! sends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use generator::db::alerts::{self, Alert, OTHERS};
use generator::db::{self, Db};
use generator::site::alert_rule::Rule;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::logging::UNTOLD;

/// The time between two messages.
const PAUSE: Duration = Duration::from_secs(600);
/// When it is tried again where nobody took a message.
const TROUBLE_PAUSE: Duration = Duration::from_secs(60);
/// How often what was gathered goes into the database: a kill loses no more.
const FLUSH_PAUSE: Duration = Duration::from_secs(1);
/// Different lines that are gathered between two flushes, or while the database is away.
const GATHERED_MAX: usize = 1_000;
/// Lines of one message: more nobody reads there.
const MESSAGE_LINES_MAX: usize = 30;
/// Characters of a line.
const LINE_CHARS_MAX: usize = 500;
/// For one message.
const SEND_TIME: Duration = Duration::from_secs(10);

/// What was logged since the last look, with how often.
#[derive(Debug)]
pub struct Noted(Mutex<BTreeMap<String, i64>>);

static NOTED: Noted = Noted::new();

/// What this process has logged.
pub fn noted() -> &'static Noted {
    &NOTED
}

impl Noted {
    /// Nothing.
    pub const fn new() -> Noted {
        Noted(Mutex::new(BTreeMap::new()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a line; of very many different ones only the number.
    pub fn add(&self, line: String) {
        let mut lines = self.lock();
        let line: String = line.chars().take(LINE_CHARS_MAX).filter(|c| *c != '\0').collect();
        let is_full = lines.len() >= GATHERED_MAX && !lines.contains_key(&line);
        *lines.entry(if is_full { OTHERS.to_owned() } else { line }).or_default() += 1;
    }

    /// Puts what operators are to be told into the database; where that fails, it is kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn flush(&self, db: &Db, rules: &[Rule], now: DateTime<Utc>) -> db::Result<()> {
        let lines = std::mem::take(&mut *self.lock());
        let told = |line: &str| line == OTHERS || rules.iter().any(|rule| rule.matches(line));
        let lines: Vec<(String, i64)> = lines.into_iter().filter(|(line, _)| told(line)).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let flushed = async {
            let mut tx = db.write().await?;
            alerts::add(&mut tx, &lines, now).await?;
            tx.commit().await
        };
        flushed.await.inspect_err(|_| {
            let mut kept = self.lock();
            for (line, count) in lines {
                *kept.entry(line).or_default() += count;
            }
        })
    }
}

impl Default for Noted {
    fn default() -> Noted {
        Noted::new()
    }
}

/// Tells operators, beside the server.
pub struct Alerting {
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Alerting {
    /// Begins to gather, and to tell where there is somebody to be told.
    pub fn start(app: &Arc<App>) -> Alerting {
        let (end, ends) = watch::channel(false);
        Alerting { end, task: tokio::spawn(run(Arc::clone(app), ends)) }
    }

    /// Puts what was gathered into the database and ends.
    pub async fn stop(self) {
        self.end.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(target: UNTOLD, "a defect in the program: alerting ended by itself: {error}");
        }
    }
}

async fn run(app: Arc<App>, mut ends: watch::Receiver<bool>) {
    let Some(webhook) = app.options.alert_webhook.clone() else { return };
    let sender = match Sender::new(webhook) {
        Ok(sender) => sender,
        Err(error) => {
            tracing::error!(target: UNTOLD, "nobody is told of warnings and errors: {error}");
            return;
        }
    };
    let mut was_trouble = false;
    loop {
        let is_last = *ends.borrow();
        if let Some(db) = app.database.get() {
            let outcome = step(&app, db, &sender, is_last).await;
            if let Err(error) = &outcome
                && !was_trouble
            {
                tracing::warn!(target: UNTOLD, "cannot tell operators of warnings and errors, keeping them: {error}");
            }
            was_trouble = outcome.is_err();
        }
        if is_last {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(FLUSH_PAUSE) => {}
            _ = ends.wait_for(|end| *end) => {}
        }
    }
}

async fn step(app: &App, db: &Db, sender: &Sender, is_last: bool) -> anyhow::Result<()> {
    let site = app.site();
    noted().flush(db, &site.config.alerts.rules, app.now()).await?;
    if is_last {
        return Ok(());
    }
    tell(db, sender, &site.config.title, PAUSE).await
}

/// Sends what waits as one message, if it is time for one; `pause` is the time until the next.
///
/// # Errors
/// Where the database fails or nobody takes the message, which is tried again then.
pub async fn tell(db: &Db, sender: &Sender, title: &str, pause: Duration) -> anyhow::Result<()> {
    let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    if alerts::waiting(&mut db.snapshot().await?).await?.is_empty() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let is_turn = alerts::take_turn(&mut tx, milliseconds(pause)).await?;
    let waiting = alerts::waiting(&mut tx).await?;
    tx.commit().await?;
    if !is_turn || waiting.is_empty() {
        return Ok(());
    }
    let sent = sender.send(&message(title, &waiting)).await;
    let mut tx = db.write().await?;
    match &sent {
        Ok(()) => alerts::told(&mut tx, &waiting).await?,
        Err(_) => alerts::set_turn(&mut tx, milliseconds(TROUBLE_PAUSE.min(pause))).await?,
    }
    tx.commit().await?;
    sent
}

/// The text of a message.
fn message(title: &str, alerts: &[Alert]) -> String {
    let sum: i64 = alerts.iter().map(|alert| alert.count).sum();
    let mut text = format!("{title}: {sum} warnings and errors");
    for alert in alerts.iter().take(MESSAGE_LINES_MAX) {
        let times = if alert.count > 1 { format!("{} × ", alert.count) } else { String::new() };
        let line = alert.text.replace(['\n', '\r'], " ").replace('`', "'");
        text.push_str(&format!("\n• {} {times}`{line}`", alert.first_at.format("%H:%M:%S")));
    }
    if alerts.len() > MESSAGE_LINES_MAX {
        text.push_str(&format!("\nand {} more; the log has them", alerts.len() - MESSAGE_LINES_MAX));
    }
    // Slack's own letters.
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Sends messages to a webhook.
pub struct Sender {
    client: reqwest::Client,
    url: String,
}

impl Sender {
    /// A sender to this address, which is a secret.
    ///
    /// # Errors
    /// Where no client can be made.
    pub fn new(url: String) -> anyhow::Result<Sender> {
        let client = reqwest::Client::builder().timeout(SEND_TIME).redirect(reqwest::redirect::Policy::none());
        Ok(Sender { client: client.build()?, url })
    }

    async fn send(&self, text: &str) -> anyhow::Result<()> {
        let body = json!({ "text": text }).to_string();
        let request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        let answer = request.send().await.map_err(reqwest::Error::without_url)?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(anyhow::anyhow!("ALERT_WEBHOOK_URL answers with {status}")),
        }
    }
}
