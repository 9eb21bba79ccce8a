//! What a request can fail with, and the page that says so.
//!
//! A handler gives an [`Error`]; the layer [`pages`] makes the page, since only it knows the site. What somebody typed is
//! kept in the page, to be sent once more. A handler that panics has given an error as well.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use generator::db::error::{is_outage, is_transient};
use generator::publish;
use generator::site::sidecar_paths::SidecarPaths;
use serde::Serialize;

use crate::app::App;
use crate::form::Kept;
use crate::pace::TooFast;
use crate::refusal::Refusal;
use crate::requests::FILES;
use crate::session::Token;
use crate::writing::EDIT_WINDOW;
use crate::{accounts, screen};

/// When somebody may come again after an outage, in seconds.
const RETRY_AFTER_SECONDS: i64 = 30;

/// What a handler gives.
pub type Result<T> = std::result::Result<T, Error>;

/// A request that cannot be answered as was wished.
#[derive(Clone, Debug)]
pub struct Error {
    /// Why.
    pub fault: Fault,
    /// What was typed.
    pub kept: Option<Kept>,
}

/// Why a request fails. All but the last three are somebody's own doing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// For members, and nobody is logged in.
    #[error("nobody is logged in")]
    LoginFirst,
    /// For others than this member.
    #[error("this member may not")]
    Forbidden,
    /// Nothing is there.
    #[error("there is no such thing")]
    NotFound,
    /// What was to be changed is not what it was.
    #[error("it is too late: {0}")]
    TooLate(String),
    /// It cannot be so, and somebody is told what they can do.
    #[error("refused: {}", .0.message())]
    Refused(Refusal),
    /// The time for editing is over.
    #[error("the time for editing is over")]
    EditOver,
    /// A vote was changed already.
    #[error("a vote can be changed once")]
    VotedTwice,
    /// A link from a mail that was used or is over.
    #[error("the link does not work any more")]
    LinkOver,
    /// A form that no page of ours has.
    #[error("the form makes no sense: {0}")]
    Malformed(String),
    /// More than any form holds.
    #[error("the form is too large")]
    TooLarge,
    /// A method that the address does not know.
    #[error("the address has no such method")]
    Method,
    /// A form that another site's page has sent.
    #[error("sent by a page of another site")]
    CrossSite,
    /// Asked under another name than the site's.
    #[error("asked under another host")]
    WrongHost,
    /// More often than anybody types.
    #[error("too often; again in {0} s")]
    TooFast(i64),
    /// Others do the same just now, and so many at a time are too many.
    #[error("too many at a time")]
    Busy,
    /// The database is away, or too busy.
    #[error("not available: {0}")]
    Unavailable(String),
    /// The database undid it, since another transaction was in the way.
    #[error("another transaction was in the way: {0}")]
    InTheWay(String),
    /// A defect of ours.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Keeps what was typed.
    pub fn keeping(self, kept: &Kept) -> Error {
        Error { kept: Some(kept.clone()), ..self }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error { fault, kept: None }
    }
}

impl From<TooFast> for Error {
    fn from(TooFast(seconds): TooFast) -> Error {
        Fault::TooFast(seconds).into()
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let text = error.to_string();
        match &error {
            error if is_outage(error) => Fault::Unavailable(text),
            error if is_transient(error) => Fault::InTheWay(text),
            _ => Fault::Internal(text),
        }
        .into()
    }
}

impl From<publish::Error> for Error {
    fn from(error: publish::Error) -> Error {
        let text = error.to_string();
        match error {
            publish::Error::Database(source) => return source.into(),
            publish::Error::NotFound { .. } => Fault::NotFound,
            publish::Error::State { .. } => Fault::TooLate(text),
            publish::Error::Taken { .. } | publish::Error::Invalid(_) => Fault::Malformed(text),
        }
        .into()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.fault.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Fault::LoginFirst => StatusCode::UNAUTHORIZED,
            Fault::Forbidden | Fault::CrossSite => StatusCode::FORBIDDEN,
            Fault::NotFound => StatusCode::NOT_FOUND,
            Fault::TooLate(_) | Fault::EditOver | Fault::VotedTwice => StatusCode::CONFLICT,
            Fault::Refused(refusal) => refusal.status(),
            Fault::LinkOver => StatusCode::GONE,
            Fault::Malformed(_) => StatusCode::BAD_REQUEST,
            Fault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Fault::Method => StatusCode::METHOD_NOT_ALLOWED,
            Fault::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Fault::TooFast(_) => StatusCode::TOO_MANY_REQUESTS,
            Fault::Busy | Fault::Unavailable(_) | Fault::InTheWay(_) => StatusCode::SERVICE_UNAVAILABLE,
            Fault::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The messages that head and explain the page.
    fn messages(&self) -> (&'static str, &'static str) {
        match self {
            Fault::LoginFirst => ("login-title", "login-first"),
            Fault::Forbidden => ("error-forbidden-title", "error-forbidden"),
            Fault::NotFound => ("not-found-title", "error-not-found"),
            Fault::TooLate(_) => ("error-too-late-title", "error-too-late"),
            Fault::Refused(refusal) => ("error-refused-title", refusal.message()),
            Fault::EditOver => ("error-too-late-title", "edit-too-late"),
            Fault::VotedTwice => ("error-too-late-title", "vote-once"),
            Fault::LinkOver => ("link-over-title", "link-over"),
            Fault::Malformed(_) => ("error-malformed-title", "error-malformed"),
            Fault::TooLarge => ("error-too-large-title", "error-too-large"),
            Fault::Method => ("error-malformed-title", "error-method"),
            Fault::CrossSite => ("error-cross-site-title", "error-cross-site"),
            Fault::WrongHost => ("error-wrong-host-title", "error-wrong-host"),
            Fault::TooFast(_) => ("error-too-fast-title", "error-too-fast"),
            Fault::Busy => ("error-unavailable-title", "error-busy"),
            Fault::Unavailable(_) | Fault::InTheWay(_) => ("error-unavailable-title", "error-unavailable"),
            Fault::Internal(_) => ("error-internal-title", "error-internal"),
        }
    }

    /// Whether the same request may be answered another time.
    fn may_pass(&self) -> bool {
        use Fault::{Busy, Internal, LoginFirst, TooFast, Unavailable};
        matches!(self, Busy | LoginFirst | TooFast(_) | Unavailable(_) | Fault::InTheWay(_) | Internal(_))
    }

    fn retry_after(&self) -> Option<i64> {
        match self {
            Fault::TooFast(seconds) => Some(*seconds),
            Fault::Busy | Fault::Unavailable(_) | Fault::InTheWay(_) => Some(RETRY_AFTER_SECONDS),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct ErrorView<'a> {
    text: String,
    site_url: Option<&'a str>,
    kept: Option<&'a Kept>,
    /// Whether the same form may be taken later.
    can_repeat: bool,
    /// What of it is a text, which is not lost either way.
    kept_text: Option<&'a str>,
}

/// Makes pages of errors.
pub async fn pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let mut response = next.run(request).await;
    let error = match response.extensions_mut().remove::<Error>() {
        Some(error) => error,
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => Fault::Method.into(),
        None => return response,
    };
    log(&error, &method, &without_secrets(&app.site().config.sidecar, uri.path()), &route);
    if matches!(error.fault, Fault::LoginFirst) {
        return accounts::login::detour(&app, &method, &uri, error.kept).await;
    }
    let mut page = page(&app, &error);
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in response.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}

/// What a handler gives that panics. What the panic says may quote what somebody has typed: the panic's hook tells it, to
/// standard error and to Sentry, and the log where it happened.
pub fn of_panic(_: Box<dyn Any + Send>) -> Response {
    Error::from(Fault::Internal("its handler panicked, standard error says why".to_owned())).into_response()
}

/// Makes pages of panics behind which no [`pages`] stands: those of files, old addresses, machines' addresses and layers.
pub async fn last_pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), without_secrets(&app.site().config.sidecar, request.uri().path()));
    let route = request.extensions().get::<MatchedPath>().map_or(FILES, MatchedPath::as_str).to_owned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Error>() else { return response };
    log(&error, &method, &path, &route);
    let mut page = page(&app, &error);
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// A path for the log: what follows where links of mails lead is a secret, and may be an e-mail address as well; so is a
/// word that looks like one.
pub fn without_secrets(paths: &SidecarPaths, path: &str) -> String {
    if let Some(link) =
        paths.links().map(|link| paths.url(link)).into_iter().find(|link| path.starts_with(link.as_str()))
    {
        return format!("{link}…");
    }
    let word = |word| if Token::from_secret(word).is_some() { "…" } else { word };
    path.split('/').map(word).collect::<Vec<_>>().join("/")
}

fn log(error: &Error, method: &Method, path: &str, route: &str) {
    match &error.fault {
        Fault::Internal(text) => tracing::error!(%method, path, route, "cannot answer {method} {path}: {text}"),
        Fault::Unavailable(text) | Fault::InTheWay(text) => {
            tracing::warn!(%method, path, route, "cannot answer {method} {path} now: {text}")
        }
        _ => {}
    }
}

/// The page that says what went wrong.
pub fn page(app: &App, error: &Error) -> Response {
    let site = app.site();
    let locale = &site.locale;
    let (title, message) = error.fault.messages();
    let text = match &error.fault {
        Fault::Refused(refusal) => refusal.text(&site),
        Fault::TooFast(seconds) => locale.text(message, &[("seconds", (*seconds).into())]),
        Fault::EditOver => locale.text(message, &[("minutes", EDIT_WINDOW.num_minutes().into())]),
        Fault::WrongHost => locale.text(message, &[("site", app.front.url.as_str().into())]),
        _ => locale.text(message, &[]),
    };
    let site_url = matches!(error.fault, Fault::WrongHost).then_some(app.front.url.as_str());
    let kept = error.kept.as_ref();
    let kept_text = kept.and_then(Kept::text);
    let view = ErrorView { text, site_url, kept, can_repeat: error.fault.may_pass(), kept_text };
    let mut response = screen::page(app, "error", error.fault.status(), "/", &locale.text(title, &[]), view);
    if let Some(seconds) = error.fault.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
