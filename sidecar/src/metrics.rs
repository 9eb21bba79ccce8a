//! `/metrics`, in Prometheus' format: what this process has counted, and what waits in the database.
//!
//! It is not for the public: with `METRICS_TOKEN` it wants `Authorization: Bearer …`, without it only this machine may ask,
//! and nothing in front of it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use generator::build::Summary;
use generator::db::{self, Tx, mails, purges, stale};

use crate::app::App;

/// What only something in front of this process adds.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "via"];

/// Stale pages whose age is followed.
const FOLLOWED_MAX: i64 = 1_000;

/// Longer than that nobody waits for numbers.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a process has counted.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    requests: BTreeMap<(String, String, u16), (u64, Duration)>,
    rounds: (u64, Duration),
    rendered: u64,
    written: u64,
    deleted: u64,
    failed: u64,
    purged: u64,
    purges_failed: u64,
    /// Whether the builder can do nothing at all.
    trouble: bool,
    /// Since when this process sees a page stale, by key and by which mark of it that is.
    stale: HashMap<(String, i64), DateTime<Utc>>,
}

impl Metrics {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request was answered.
    pub fn request(&self, method: &Method, route: &str, status: u16, time: Duration) {
        // Whoever asks may call a method whatever they like.
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST => method.as_str(),
            _ => "other",
        };
        let mut counted = self.lock();
        let sum = counted.requests.entry((route.to_owned(), method.to_owned(), status)).or_default();
        *sum = (sum.0 + 1, sum.1 + time);
    }

    /// A round of the builder that built something is over.
    pub fn round(&self, time: Duration) {
        let mut counted = self.lock();
        counted.rounds = (counted.rounds.0 + 1, counted.rounds.1 + time);
    }

    /// Whether the builder can do nothing at all, for want of the database or the target.
    pub fn trouble(&self, is_trouble: bool) {
        self.lock().trouble = is_trouble;
    }

    /// Whether it could do nothing when it last tried.
    pub fn is_in_trouble(&self) -> bool {
        self.lock().trouble
    }

    /// Pages were built.
    pub fn built(&self, summary: &Summary) {
        let mut counted = self.lock();
        counted.rendered += summary.rendered;
        counted.written += summary.written;
        counted.deleted += summary.deleted;
        counted.failed += summary.failed.len() as u64;
    }

    /// Paths were purged, or not.
    pub fn purged(&self, taken: usize, failed: usize) {
        let mut counted = self.lock();
        counted.purged += taken as u64;
        counted.purges_failed += failed as u64;
    }

    /// How many stale pages have an age here.
    pub fn followed(&self) -> usize {
        self.lock().stale.len()
    }

    /// Takes note of the pages that are stale now; gives for how long the oldest of them has been.
    fn oldest(&self, pages: Vec<(String, i64)>, now: DateTime<Utc>) -> TimeDelta {
        let mut counted = self.lock();
        let known = std::mem::take(&mut counted.stale);
        counted.stale = pages
            .into_iter()
            .map(|mark| {
                let since = known.get(&mark).copied().unwrap_or(now);
                (mark, since)
            })
            .collect();
        counted.stale.values().min().map_or(TimeDelta::zero(), |since| now - since)
    }
}

/// What waits in the database.
pub struct Waiting {
    stale: i64,
    oldest_stale: TimeDelta,
    failed: i64,
    purges: purges::Waiting,
    mails: mails::Waiting,
    oldest_mail: TimeDelta,
}

impl Waiting {
    /// For how long the page, purge or mail waits that has waited longest.
    pub fn longest(&self) -> Duration {
        let purge = Duration::from_millis(u64::try_from(self.purges.oldest_ms).unwrap_or_default());
        let [page, mail] = [self.oldest_stale, self.oldest_mail].map(|time| time.to_std().unwrap_or_default());
        page.max(purge).max(mail)
    }

    /// Whether a page waits to be built.
    pub fn has_stale_pages(&self) -> bool {
        self.stale > 0
    }
}

/// What waits, unless the database does not answer.
pub async fn waiting_now(app: &App) -> Option<Waiting> {
    tokio::time::timeout(PATIENCE, waiting(app)).await.ok().and_then(Result::ok).flatten()
}

/// Takes note of the pages that are stale now, so that their age is known before anybody asks for it.
pub async fn note_stale(app: &App) {
    let noting = async {
        let Some(db) = app.database.get() else { return };
        let marks = match db.snapshot().await {
            Ok(mut tx) => stale::waiting(&mut tx, FOLLOWED_MAX).await,
            Err(error) => Err(error),
        };
        // Where it fails, the builder tells.
        if let Ok(marks) = marks {
            app.metrics.oldest(marks.pages, app.now());
        }
    };
    let _ = tokio::time::timeout(PATIENCE, noting).await;
}

/// The page itself.
pub async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    if !may_read(app.options.metrics_token.as_deref(), peer, request.headers()) {
        return (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")]).into_response();
    }
    let waiting = waiting_now(&app).await;
    let text = text(&app.metrics.lock(), waiting.as_ref());
    let headers =
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

fn may_read(token: Option<&str>, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    match token {
        Some(token) => {
            let said = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
            let said = said.strip_prefix(b"Bearer ").unwrap_or_default();
            // Each byte is looked at, so that the time says nothing of how many are right.
            let differences = said.iter().zip(token.as_bytes()).fold(0, |all, (one, other)| all | (one ^ other));
            said.len() == token.len() && differences == 0
        }
        None => {
            let is_direct = FORWARDED.iter().all(|name| !headers.contains_key(*name));
            is_direct && peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
        }
    }
}

/// `None` where the database has not been there yet.
async fn waiting(app: &App) -> db::Result<Option<Waiting>> {
    let Some(db) = app.database.get() else { return Ok(None) };
    let mut tx: Tx = db.snapshot().await?;
    let marks = stale::waiting(&mut tx, FOLLOWED_MAX).await?;
    let purges = purges::waiting(&mut tx).await?;
    let mails = mails::waiting(&mut tx).await?;
    let oldest_mail = mails.oldest.map_or(TimeDelta::zero(), |since| app.now() - since);
    let oldest_stale = app.metrics.oldest(marks.pages, app.now());
    Ok(Some(Waiting { stale: marks.count, oldest_stale, failed: marks.failed, purges, mails, oldest_mail }))
}

fn text(counted: &Counted, waiting: Option<&Waiting>) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing into a string cannot fail.
        let _ = writeln!(out, "{text}");
    };
    line(format_args!(
        "# HELP graveyard_requests_total Requests that were answered.\n# TYPE graveyard_requests_total counter"
    ));
    for ((route, method, status), (count, _)) in &counted.requests {
        line(format_args!(
            "graveyard_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {count}"
        ));
    }
    line(format_args!(
        "# HELP graveyard_request_seconds_total Time that they took.\n# TYPE graveyard_request_seconds_total counter"
    ));
    for ((route, method, status), (_, time)) in &counted.requests {
        let seconds = time.as_secs_f64();
        line(format_args!(
            "graveyard_request_seconds_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {seconds}"
        ));
    }
    let mut single = |name: &str, kind: &str, help: &str, value: f64| {
        line(format_args!("# HELP graveyard_{name} {help}\n# TYPE graveyard_{name} {kind}\ngraveyard_{name} {value}"));
    };
    single(
        "build_rounds_total",
        "counter",
        "Rounds of this process's builder that built something.",
        counted.rounds.0 as f64,
    );
    single("build_seconds_total", "counter", "Time that they took.", counted.rounds.1.as_secs_f64());
    single("pages_rendered_total", "counter", "Pages rendered.", counted.rendered as f64);
    single("pages_written_total", "counter", "Files written.", counted.written as f64);
    single("pages_deleted_total", "counter", "Files removed.", counted.deleted as f64);
    single("pages_failed_total", "counter", "Times that a page could not be built.", counted.failed as f64);
    single("purges_total", "counter", "Paths that the CDN has taken.", counted.purged as f64);
    single("purges_failed_total", "counter", "Times that it has not taken a path.", counted.purges_failed as f64);
    single("database_up", "gauge", "Whether the database answers.", f64::from(u8::from(waiting.is_some())));
    if let Some(waiting) = waiting {
        single("stale_pages", "gauge", "Pages whose file no longer tells the truth.", waiting.stale as f64);
        single(
            "stale_oldest_seconds",
            "gauge",
            "For how long this process has seen the oldest of them so.",
            waiting.oldest_stale.as_seconds_f64().max(0.0),
        );
        single("stale_failed_pages", "gauge", "Those of them that could not be built.", waiting.failed as f64);
        single("purges_waiting", "gauge", "Paths that the CDN is still to be told.", waiting.purges.unsent as f64);
        single("purges_repeating", "gauge", "Paths that it is to be told once more.", waiting.purges.again as f64);
        single(
            "purges_oldest_seconds",
            "gauge",
            "For how long the oldest path waits.",
            waiting.purges.oldest_ms as f64 / 1e3,
        );
        single("mails_waiting", "gauge", "Mails that are still to be sent.", waiting.mails.waiting as f64);
        let oldest_seconds = waiting.oldest_mail.as_seconds_f64().max(0.0);
        single("mails_oldest_seconds", "gauge", "For how long the oldest of them waits.", oldest_seconds);
        single(
            "mails_refused",
            "gauge",
            "Mails of the last days that a server has refused.",
            waiting.mails.refused as f64,
        );
    }
    out
}
