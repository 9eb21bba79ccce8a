//! Forms for texts as long as a work's: more than others may send, a few at a time.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::app::App;
use crate::visitor::{Member, Visitor};

use super::{FORM_BYTES_MAX, announced};

/// Long forms that are read at a time at each address that takes them, of members and of others, whose session may be over. They
/// have turns of their own, so that nobody who is not logged in and sends slowly keeps members waiting.
const AT_ONCE: usize = 2;

/// What an address takes, in bytes, and the turns of forms of more than [`FORM_BYTES_MAX`]; others wait for them.
pub struct Large {
    bytes_max: usize,
    members: Semaphore,
    others: Semaphore,
}

/// A work as its author sends it where no file can come along: 300,000 characters of three bytes each, percent-encoded, and
/// its other fields.
pub static WORK: Large = Large::new(4_000_000);
/// Anything that editors change: imported texts may be longer than what is written now.
pub static OFFICE: Large = Large::new(8_000_000);
/// The login, with any of these forms on the way: percent-encoded once more, a letter of two bytes takes ten instead of six.
pub static LOGIN: Large = Large::new(14_000_000);

/// What was set for a request, and its turn once it has one.
#[derive(Clone)]
pub(super) struct Limit {
    large: &'static Large,
    turn: Arc<Mutex<Option<SemaphorePermit<'static>>>>,
}

impl Large {
    const fn new(bytes_max: usize) -> Large {
        Large { bytes_max, members: Semaphore::const_new(AT_ONCE), others: Semaphore::const_new(AT_ONCE) }
    }

    /// Sets the limit. What is long has its turn until it is answered, so that many at a time do not fill the memory.
    pub async fn take(&'static self, mut request: Request, next: Next) -> Response {
        let limit = Limit { large: self, turn: Arc::default() };
        request.extensions_mut().insert(limit.clone());
        let response = next.run(request).await;
        limit.put(None);
        response
    }
}

impl Limit {
    /// The limit of a request, if it has one of its own.
    pub fn of(parts: &Parts) -> Option<Limit> {
        parts.extensions.get().cloned()
    }

    /// The longest form, in bytes.
    pub fn bytes_max(&self) -> usize {
        self.large.bytes_max
    }

    /// Waits for the turn of a form that is long, or does not say.
    pub async fn wait(&self, parts: &Parts, app: &Arc<App>) {
        let is_long = announced(&parts.headers).is_none_or(|bytes| bytes > FORM_BYTES_MAX);
        // What the login sends on has its turn there.
        if !is_long || parts.extensions.get::<Member>().is_some() {
            return;
        }
        let visitor = Visitor::of(parts, app).await;
        let is_members = visitor.is_ok_and(|visitor| visitor.member.is_some());
        let turns = if is_members { &self.large.members } else { &self.large.others };
        if let Ok(turn) = turns.acquire().await {
            self.put(Some(turn));
        }
    }

    fn put(&self, turn: Option<SemaphorePermit<'static>>) {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = turn;
    }
}
