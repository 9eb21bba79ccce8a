//! Forms for texts as long as a work's: more than others may send, a few at a time.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::visitor::Member;

use super::{FORM_BYTES_MAX, announced, is_form};

/// What an address takes, in bytes, and how many forms of more than [`FORM_BYTES_MAX`] at a time; others wait for them.
pub struct Large {
    bytes_max: usize,
    turns: Semaphore,
}

/// A work as its author sends it where no file can come along: 300,000 characters of three bytes each, percent-encoded, and
/// its other fields.
pub static WORK: Large = Large::new(4_000_000, 2);
/// Anything that editors change: imported texts may be longer than what is written now.
pub static OFFICE: Large = Large::new(8_000_000, 2);
/// The login, with a form on the way: percent-encoded once more, a letter of two bytes takes ten.
pub static LOGIN: Large = Large::new(6_000_000, 2);

/// The limit of an address, for whoever reads its form.
#[derive(Clone, Copy)]
struct BytesMax(usize);

/// The limit that was set for a request, in bytes.
pub(super) fn bytes_max(request: &Request) -> Option<usize> {
    request.extensions().get::<BytesMax>().map(|limit| limit.0)
}

impl Large {
    const fn new(bytes_max: usize, turns: usize) -> Large {
        Large { bytes_max, turns: Semaphore::const_new(turns) }
    }

    /// Sets the limit. What is long has its turn until it is answered, so that many at a time do not fill the memory.
    pub async fn take(&self, mut request: Request, next: Next) -> Response {
        request.extensions_mut().insert(BytesMax(self.bytes_max));
        // Those with files go to the disk as they come.
        let is_long = is_form(request.headers()) && announced(request.headers()).is_none_or(|it| it > FORM_BYTES_MAX);
        // What the login sends on has its turn there.
        let is_sent_on = request.extensions().get::<Member>().is_some();
        let _turn = if is_long && !is_sent_on { self.turns.acquire().await.ok() } else { None };
        next.run(request).await
    }
}
