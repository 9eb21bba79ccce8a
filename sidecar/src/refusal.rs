//! What somebody wishes and is refused: what was refused, and the way out, in the site's language.

use axum::http::StatusCode;
use generator::site::Site;

use crate::error::{Error, Fault};

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    message: &'static str,
    args: Vec<(&'static str, String)>,
    status: StatusCode,
}

impl Refusal {
    /// What was sent cannot be so.
    pub fn new(message: &'static str) -> Refusal {
        Refusal { message, args: Vec::new(), status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    /// What was sent was right for something that is not so any more.
    pub fn conflict(message: &'static str) -> Refusal {
        Refusal { status: StatusCode::CONFLICT, ..Refusal::new(message) }
    }

    /// It is somebody else's to do.
    pub fn forbidden(message: &'static str) -> Refusal {
        Refusal { status: StatusCode::FORBIDDEN, ..Refusal::new(message) }
    }

    /// The same, whose message names something.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.args.push((name, value.to_string()));
        self
    }

    /// The message's id.
    pub fn message(&self) -> &'static str {
        self.message
    }

    /// What people are told.
    pub fn text(&self, site: &Site) -> String {
        let args: Vec<_> = self.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        site.locale.text(self.message, &args)
    }

    /// Of the page that says so.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Fault::Refused(refusal).into()
    }
}
