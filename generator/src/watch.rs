//! `watch`: a server for whoever works on a site's files.
//!
//! Each page is rendered when it is asked for, by the path that a build takes, straight from the database: it starts
//! at once on a site of any size and writes nothing. When a file below content/, templates/ or static/ changes, the
//! open page is reloaded, or, where only stylesheets did, given the new ones. A file that is broken shows as a page
//! with the place in it until it is mended.

mod excerpt;
mod fault;
mod files;
mod pages;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use tower_http::services::ServeDir;

use crate::db::{self, Db};
use crate::settings::Settings;

use self::files::Edition;

/// What the open page runs to be told of changes.
const SCRIPT: &str = include_str!("watch/reload.js");
/// Where the script and the events are: no page of a site may stand below a name that begins with a dot.
const SCRIPT_PATH: &str = "/.watch/reload.js";
const EVENTS_PATH: &str = "/.watch/events";

/// A server that cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A database that cannot be used.
    #[error(transparent)]
    Database(#[from] db::connect::Error),
    /// The system does not tell of changes.
    #[error("cannot watch {folder} for changes: {source}")]
    Watch {
        /// The folder.
        folder: String,
        /// Why.
        source: notify::Error,
    },
    /// No connection can be taken.
    #[error("the server failed: {0}")]
    Serve(#[from] std::io::Error),
}

/// What requests share.
#[derive(Clone)]
struct Shared {
    db: Db,
    editions: watch::Receiver<Arc<Edition>>,
}

/// A server that is ready to run.
pub struct Watch {
    listener: TcpListener,
    router: Router,
    db: Db,
}

impl Watch {
    /// Opens the site of `settings`, to be served on `listener`. Its addresses are those of the listener, whatever
    /// `SITE_URL` says, so that links and the content policy hold here.
    ///
    /// # Errors
    /// A database that cannot be opened as it is, a system that does not tell of changes.
    pub async fn open(settings: &Settings, listener: TcpListener) -> Result<Watch, Error> {
        let url = format!("http://{}", listener.local_addr()?);
        let db = db::connect::open_as_it_is(&settings.database_url).await?;
        let (sender, editions) = watch::channel(Arc::new(Edition::read(settings, &url, None)));
        files::watch(settings.clone(), url, sender)?;
        let mut router = Router::new()
            .route(SCRIPT_PATH, get(script))
            .route(EVENTS_PATH, get(events))
            .fallback(page)
            .with_state(Shared { db: db.clone(), editions });
        if settings.uploads_url.starts_with('/') {
            router = router.nest_service(&settings.uploads_url, ServeDir::new(&settings.uploads));
        }
        Ok(Watch { listener, router, db })
    }

    /// Serves until `until` is over.
    ///
    /// # Errors
    /// Where no connection can be taken.
    pub async fn serve(self, until: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
        axum::serve(self.listener, self.router).with_graceful_shutdown(until).await?;
        self.db.close().await;
        Ok(())
    }
}

/// The script, fresh each time.
async fn script() -> Response {
    respond(StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT.as_bytes().to_vec())
}

/// Tells of each edition, the present one first: a page that was open while the server was restarted, or was made just
/// before a change, sees by its number that it is an old one.
async fn events(State(shared): State<Shared>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = WatchStream::new(shared.editions).map(|edition| Ok(Event::default().data(edition.announcement())));
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// Any page, or an asset.
async fn page(State(shared): State<Shared>, uri: Uri) -> Response {
    let edition = shared.editions.borrow().clone();
    pages::answer(&shared.db, &edition, uri.path()).await
}

/// Nothing here may be kept: it is another thing after the next change.
fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body).into_response()
}
