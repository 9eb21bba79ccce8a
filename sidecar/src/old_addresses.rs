//! Answers the addresses that no file answers, from the database: Graveyard's, wrong slugs, missing slashes.
//!
//! A path that is a file is served as it is, unless its query asks for something else (`?z_s=3`). What an address
//! means is [`generator::page::old`]'s business; here are statuses and headers. Redirects lead to paths of the site
//! and to `UPLOADS_URL`, nowhere else, and no answer may be kept: what it depends on may change at any time.

mod lookup;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use generator::page::old::{self, Moved, Old};
use generator::store::address::is_address;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use self::lookup::Place;
use crate::app::App;
use crate::counters::is_reader;
use crate::error::{self, Fault};
use crate::guard::holds_nul;
use crate::screen;

/// How long looking something up may take before the reader is told to come again.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(3);
/// When a reader may come again after an outage, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("30");
/// When a member may come again to a room that is not open, in seconds: rooms open with a release.
const OPENING_AFTER: HeaderValue = HeaderValue::from_static("3600");
/// What an address that came in may hold and one that goes out must not, beside letters that a header cannot hold:
/// browsers read a backslash as a slash, and two slashes begin another host's address.
const UNSAFE: &AsciiSet = &CONTROLS.add(b'\\');
/// What a folder's file is called.
const INDEX: &str = "index.html";
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What is asked for.
struct Asked {
    method: Method,
    path: String,
    query: Option<String>,
    /// Whether somebody reads, so that it counts.
    reader: bool,
}

/// Stands around the files: serves a file that is there, and finds out what else an address may mean.
pub async fn answer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let asked = Asked {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        reader: is_reader(request.method(), request.headers()),
    };
    if holds_nul(request.uri()) {
        return status_page(&app, &asked, StatusCode::NOT_FOUND).await;
    }
    // Empty words would make a path that begins like the address of another host.
    if asked.path.contains("//") {
        return match without_empty_words(&asked) {
            Some(location) => redirect(&location, Moved::Permanently),
            None => status_page(&app, &asked, StatusCode::NOT_FOUND).await,
        };
    }
    if is_upload(&app, &asked.path) {
        return next.run(request).await;
    }
    let query = asked.query.as_deref();
    if let Some(old) = old::by_query(&app.site(), &asked.path, query).or_else(|| configured(&app, &asked)) {
        return respond(&app, &asked, old).await;
    }
    let mut response = next.run(request).await;
    match response.status() {
        StatusCode::TEMPORARY_REDIRECT => {
            // A folder without its slash, which it will always have.
            *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
            no_store(response)
        }
        StatusCode::NOT_FOUND => match by_path(&app, asked) {
            (asked, Some(old)) => respond(&app, &asked, old).await,
            // Of a folder's files it is the page for that already.
            (asked, None) if is_address(&app.settings.output) => status_page(&app, &asked, StatusCode::NOT_FOUND).await,
            (_, None) => no_store(response),
        },
        _ => response,
    }
}

/// What site.toml says of an old path: a real redirect where a static host has only the page that refreshes, which
/// programs that read feeds do not follow.
fn configured(app: &App, asked: &Asked) -> Option<Old> {
    let site = app.site();
    site.config.redirects.contains_key(&asked.path).then(|| old::by_path(&site, &asked.path, None)).flatten()
}

/// What an address means that no file answers. A function of CloudFront's makes index documents of folders before it asks
/// the bucket for them, and then us.
fn by_path(app: &App, asked: Asked) -> (Asked, Option<Old>) {
    let meant = |asked: &Asked| old::by_path(&app.site(), &asked.path, asked.query.as_deref());
    let folder = asked.path.strip_suffix(INDEX).filter(|folder| folder.ends_with('/')).map(str::to_owned);
    match (meant(&asked), folder) {
        (None, Some(path)) => {
            let asked = Asked { path, ..asked };
            let old = meant(&asked);
            (asked, old)
        }
        (old, _) => (asked, old),
    }
}

async fn respond(app: &App, asked: &Asked, old: Old) -> Response {
    let (target, moved) = match old {
        Old::Leads(target, moved) => (target, moved),
        Old::Gone => return status_page(app, asked, StatusCode::GONE).await,
        Old::Malformed => {
            let text = app.site().locale.text("old-address-malformed", &[]);
            return no_store((StatusCode::BAD_REQUEST, text).into_response());
        }
    };
    if let old::Target::Room(path) = &target
        && is_same(app, path.split('?').next().unwrap_or(path), &asked.path)
    {
        return match app.site().is_promised_room(&asked.path) {
            true => room(app, &asked.path),
            false => status_page(app, asked, StatusCode::NOT_FOUND).await,
        };
    }
    let place = match lookup::without_database(&app.site(), &target) {
        Some(place) => Some(place),
        None => match find(app, asked, &target).await {
            Some(place) => place,
            None => {
                let fault = Fault::Unavailable("an old address cannot be looked up".to_owned());
                let mut response = no_store(error::page(app, &fault.into()));
                response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
                return response;
            }
        },
    };
    let location = match place {
        Some(Place::Path(path)) => path,
        Some(Place::Upload(path)) => app.site().upload_url(&path),
        Some(Place::Counted { path, creation, count }) => {
            if asked.reader {
                app.counters.add(creation, count);
            }
            app.site().upload_url(&path)
        }
        None => return status_page(app, asked, StatusCode::NOT_FOUND).await,
    };
    // A page that has its address already, but no file: there is nothing to lead to.
    if asked.query.is_none() && is_same(app, &location, &asked.path) {
        return status_page(app, asked, StatusCode::NOT_FOUND).await;
    }
    redirect(&location, moved)
}

/// Where a target is; `None` inside where there is no such thing, outside where nobody can say now.
async fn find(app: &App, asked: &Asked, target: &old::Target) -> Option<Option<Place>> {
    let db = app.database.get()?;
    let lookup = async {
        let mut tx = db.snapshot().await?;
        lookup::find(&mut tx, &app.site(), target).await
    };
    match tokio::time::timeout(LOOKUP_TIMEOUT, lookup).await {
        Ok(Ok(place)) => Some(place),
        Ok(Err(error)) => {
            tracing::warn!(path = asked.path, "cannot look up an old address: {error}");
            None
        }
        Err(_) => {
            tracing::warn!(path = asked.path, "the database takes too long to look up an old address");
            None
        }
    }
}

/// A room of the members that site.toml promises and no route of ours answers: honest words, and no redirect to itself.
fn room(app: &App, path: &str) -> Response {
    let title = app.site().locale.text("room-title", &[]);
    let mut response = screen::page(app, "room", StatusCode::SERVICE_UNAVAILABLE, path, &title, ());
    response.headers_mut().insert(header::RETRY_AFTER, OPENING_AFTER);
    no_store(response)
}

fn redirect(location: &str, moved: Moved) -> Response {
    let status = match moved {
        Moved::Permanently => StatusCode::MOVED_PERMANENTLY,
        Moved::Temporarily => StatusCode::FOUND,
    };
    match HeaderValue::from_str(&utf8_percent_encode(location, UNSAFE).to_string()) {
        Ok(location) => no_store((status, [(header::LOCATION, location)]).into_response()),
        // Only a row that was written by hand could hold a line break.
        Err(_) => no_store(StatusCode::NOT_FOUND.into_response()),
    }
}

/// The page that is shown where there is nothing, under another status: the file, or what it would be, where the files are
/// in a bucket.
async fn status_page(app: &App, asked: &Asked, status: StatusCode) -> Response {
    if is_address(&app.settings.output) {
        let title = app.site().locale.text("not-found-title", &[]);
        return no_store(screen::page(app, "not-found", status, &asked.path, &title, ()));
    }
    let mut request = Request::new(Body::empty());
    *request.method_mut() = asked.method.clone();
    let file = app.settings.output.join("404.html");
    let mut response = match ServeFile::new(file).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    for name in [header::LAST_MODIFIED, header::ETAG, header::ACCEPT_RANGES] {
        response.headers_mut().remove(name);
    }
    *response.status_mut() = status;
    no_store(response)
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// Whether a path is served from `UPLOADS`, where no page is.
fn is_upload(app: &App, path: &str) -> bool {
    let site = app.site();
    let base = site.uploads_url.as_str();
    base.starts_with('/') && decoded(path).starts_with(base)
}

/// Whether an address is the path that was asked for.
fn is_same(app: &App, location: &str, path: &str) -> bool {
    let location = location.strip_prefix(app.site().url.as_str()).unwrap_or(location);
    decoded(location) == decoded(path)
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// The same path without empty words, with its query; `None` for nothing but slashes.
fn without_empty_words(asked: &Asked) -> Option<String> {
    let words: Vec<&str> = asked.path.split('/').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    let slash = if asked.path.ends_with('/') { "/" } else { "" };
    let query = asked.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("/{}{slash}{query}", words.join("/")))
}
