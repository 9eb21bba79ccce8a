//! `/health`, for whatever supervises processes: whether the database answers, the target takes what is built, and pages and
//! mails do not wait for long. It says no more than that to anybody, and fronts keep it to themselves.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::metrics::{self, Waiting};

/// Longer than that nothing waits where all is well.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// What is well and what is not: 200, or 503 where the database is away or the process is about to end. A builder in
/// trouble and a queue that has grown are no reason to send requests elsewhere.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    let waiting = metrics::waiting_now(&app).await;
    let is_leaving = app.is_leaving.load(Ordering::Relaxed);
    let well = |is_well: bool| if is_well { "well" } else { "in trouble" };
    // What it could not do when there was something to do; an outage that is over leaves nothing waiting.
    let is_stuck = app.metrics.is_in_trouble() && waiting.as_ref().is_none_or(Waiting::has_stale_pages);
    let is_queue_well = waiting.as_ref().is_some_and(|waiting| waiting.longest() < WAIT_MAX);
    let body = json!({
        "database": well(waiting.is_some()),
        "store": well(!is_stuck),
        "queue": well(is_queue_well),
        "leaving": is_leaving,
    });
    let status = if waiting.is_some() && !is_leaving { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
