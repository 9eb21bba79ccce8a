//! Which state the pages are in: what waits, what failed and why, and rendering again.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::audit::{Action, Entry};
use generator::db::office::{self, PageState};
use generator::db::{records, whole_site};
use generator::page::Page;
use generator::publish::{Alone, Change, again};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Query;

use super::act::{self, Act, Done};
use super::desk::{Realm, Rights, Sent, SiteDesk};
use super::log::EVERYTHING;
use super::said::{self, Said};

/// Pages shown of each sort.
const SHOWN: i64 = 50;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A key or an address.
    page: String,
    said: String,
    seen: String,
}

/// What a button sends.
#[derive(Debug, Deserialize)]
pub struct Fields {
    /// `page` or `everything`.
    r#do: String,
    /// The page's key.
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct StateView {
    action: String,
    pages: i64,
    marked: i64,
    failed_count: i64,
    asked: String,
    found: Option<PageView>,
    is_unknown: bool,
    failed: Vec<PageView>,
    waiting: Vec<PageView>,
    wish: Option<WishView>,
}

/// Somebody's wish to have the whole site made again.
#[derive(Serialize)]
struct WishView {
    wished: Moment,
    /// Where it was refused: how many pages would have gone, and of how many.
    refused: Option<(i64, i64)>,
}

#[derive(Serialize)]
struct PageView {
    key: String,
    path: Option<String>,
    written: Option<Moment>,
    /// A word of the closed set that the template knows.
    state: &'static str,
    attempts: i64,
    error: Option<String>,
}

/// The page.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let (marked, failed_count) = office::stale_pages(&mut tx).await?;
    let pages = records::count(&mut tx).await?;
    let wanted = key_of(&app, asked.page.trim());
    let found = match &wanted {
        Some(page) => office::page_state(&mut tx, &page.to_string()).await?,
        None => None,
    };
    let failed = office::failed_pages(&mut tx, SHOWN).await?;
    let waiting = office::waiting_pages(&mut tx, SHOWN).await?;
    let wish = whole_site::wished(&mut tx).await?;
    drop(tx);
    let view = |state: PageState| PageView {
        written: state.written_at.map(|at| moment(&site, at)),
        state: word(&state),
        key: state.page,
        path: state.path,
        attempts: state.attempts,
        error: state.error,
    };
    let url = paths.url(&paths.office_state);
    let title = site.locale.text("office-state", &[]);
    let said = said::text(&site, &asked.said, &asked.seen);
    let view = StateView {
        action: url.clone(),
        pages,
        marked,
        failed_count,
        is_unknown: !asked.page.trim().is_empty() && found.is_none(),
        found: found.map(view),
        failed: failed.into_iter().map(view).collect(),
        waiting: waiting.into_iter().map(view).collect(),
        wish: wish
            .map(|wish| WishView { wished: moment(&site, wish.wished_at), refused: wish.falling.zip(wish.recorded) }),
        asked: asked.page,
    };
    Ok(super::page_saying(&app, &desk, "state", StatusCode::OK, &url, &title, said, view))
}

/// A state as one word.
fn word(state: &PageState) -> &'static str {
    match state {
        PageState { error: Some(_), .. } => "failed",
        PageState { is_claimed: true, .. } => "rendering",
        PageState { is_marked: true, .. } => "waiting",
        PageState { is_certain: true, .. } => "true",
        _ => "uncertain",
    }
}

/// The page that somebody means by its key, its path or its whole address.
fn key_of(app: &App, asked: &str) -> Option<Page> {
    if let Ok(page) = asked.parse() {
        return Some(page);
    }
    let site = app.site();
    let path = asked.strip_prefix(&site.url).unwrap_or(asked);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    site.config.paths.parse(path).map(|parsed| parsed.page)
}

/// Has something rendered again.
pub async fn send(State(app): State<Arc<App>>, sent: Sent<Fields, SiteDesk>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let what = match form.r#do.as_str() {
        "everything" => What::Everything,
        "page" => What::Page(form.page.parse().map_err(|_| Fault::NotFound)?),
        _ => return Err(Fault::Malformed("a button that there is not".to_owned()).into()),
    };
    let site = app.site();
    let paths = &site.config.sidecar;
    let again = Again { what, url: paths.url(&paths.office_state) };
    act::done(&app, &desk.member, &again).await.map_err(|error| error.keeping(&kept))
}

enum What {
    Page(Page),
    Everything,
}

/// Pages about to be rendered again.
struct Again {
    what: What,
    url: String,
}

impl Act for Again {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let permit = rights.permit(&Realm::Site)?;
        let (item, page, next) = match &self.what {
            What::Page(page) => {
                if office::page_state(change.tx(), &page.to_string()).await?.is_none() {
                    return Err(Fault::NotFound.into());
                }
                again::page(change, page.clone()).await?;
                let query = serde_urlencoded::to_string([("page", page.to_string())]).unwrap_or_default();
                (page.to_string(), Some(page.clone()), format!("{}?{query}", self.url))
            }
            What::Everything => {
                if !again::everything(change).await? {
                    let next = self.url.clone();
                    return Ok(Done { permit, entries: Vec::new(), page: None, said: Said::Same, next });
                }
                (EVERYTHING.to_owned(), None, self.url.clone())
            }
        };
        let said = if page.is_some() { Said::Rendering } else { Said::Wished };
        let entry = Entry { action: Action::RenderedAgain, kind: "output", summary: item.clone(), item };
        Ok(Done { permit, entries: vec![entry], page, said, next })
    }
}
