//! Looking for creations, members and posts in the forum. Only what is public now is shown, whatever the index says.

mod question;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::places::places;
use generator::db::search::{self, Hit, Kind, Source};
use generator::db::{Tx, creations};
use generator::page::{Page, Part};
use generator::publish::searchable::{self, Beside};
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::text::slug::slug_or;
use generator::text::words::{Piece, passage};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::database::Database;
use crate::error::{Fault, Result};
use crate::form::Query;
use crate::routes::{Route, get};
use crate::screen;

use self::question::Asked;

/// Things on a page.
const PAGE: usize = 20;
/// Things that a question finds at most, of each sort.
const HITS: i64 = 200;
/// Characters of a passage.
const PASSAGE_CHARS_MAX: usize = 240;
/// Questions that are answered at a time: people's posts need connections as well.
pub const AT_ONCE: usize = 2;
/// How long a question waits for others.
const TURN_TIMEOUT: Duration = Duration::from_secs(1);
/// The first pause before entries are caught up with once more; each next one is twice as long.
const CATCH_UP_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause.
const CATCH_UP_PAUSE_MAX: Duration = Duration::from_secs(600);
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(4);

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![get(paths.url(&paths.search), show)]
}

/// Gives everything public its entry once the database is there, beside all else. Where that fails, it is tried again.
pub async fn catch_up(database: Database) {
    let db = database.wait().await;
    let mut pause = CATCH_UP_PAUSE;
    loop {
        match searchable::catch_up(db, Beside::People).await {
            Ok(0) => return,
            Ok(entries) => return tracing::info!("the search knows {entries} more or other things"),
            Err(error) => tracing::warn!("the search does not know everything yet: {error}"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(CATCH_UP_PAUSE_MAX);
    }
}

/// Where the search for members by a nick, or a part of one, is answered.
pub fn members_url(site: &Site, nick: &str) -> String {
    let paths = &site.config.sidecar;
    Asked::new(site, nick, question::MEMBERS, "").url(&paths.url(&paths.search), 1)
}

#[derive(Default, Serialize)]
struct SearchView {
    action: String,
    q: String,
    scopes: Vec<Scope>,
    has_asked: bool,
    found: Vec<Found>,
    count: usize,
    has_more: bool,
    newer: Option<String>,
    older: Option<String>,
}

/// Where may be looked.
#[derive(Serialize)]
struct Scope {
    value: String,
    label: String,
    is_chosen: bool,
}

/// A thing that was found.
#[derive(Serialize)]
struct Found {
    url: String,
    title: Vec<Piece>,
    label: String,
    dated: Option<Moment>,
    passage: Vec<Piece>,
}

/// What is behind the question mark.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    q: String,
    /// `creations`, `members`, `forum` or a section's key.
    r#in: String,
    page: String,
}

/// The form, and what was found.
async fn show(State(app): State<Arc<App>>, client: Client, Query(fields): Query<Fields>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.search);
    let asked = Asked::new(&site, &fields.q, &fields.r#in, &fields.page);
    let mut view = SearchView {
        action: url.clone(),
        scopes: scopes(&site, &asked),
        has_asked: !asked.q.is_empty(),
        q: asked.q.clone(),
        ..SearchView::default()
    };
    if !asked.question.beginnings.is_empty() {
        app.paces.search.take(client.limit_key(), app.now())?;
        let turn = tokio::time::timeout(TURN_TIMEOUT, app.searches.acquire()).await;
        let _turn = turn.map_err(|_| Fault::Busy)?.expect("nobody closes it");
        let answered = tokio::time::timeout(TIMEOUT, answer(&app, &site, &asked, &mut view)).await;
        answered.map_err(|_| Fault::Busy)??;
    }
    let title = match view.has_asked {
        true => site.locale.text("search-for", &[("words", asked.q.as_str().into())]),
        false => site.locale.text("search-title", &[]),
    };
    Ok(screen::page(&app, "search", StatusCode::OK, &url, &title, view))
}

fn scopes(site: &Site, asked: &Asked) -> Vec<Scope> {
    let scope = |value: &str, label: String| Scope { value: value.to_owned(), label, is_chosen: value == asked.scope };
    let text = |id: &'static str| site.locale.text(id, &[]);
    let mut scopes = vec![
        scope("", text("search-everywhere")),
        scope(question::CREATIONS, text("search-creations")),
        scope(question::MEMBERS, text("search-members")),
    ];
    if site.config.features.forum {
        scopes.push(scope(question::FORUM, text("search-forum")));
    }
    scopes.extend(site.sections.iter().map(|section| scope(&section.key, section.name.clone())));
    scopes
}

async fn answer(app: &App, site: &Site, asked: &Asked, view: &mut SearchView) -> Result<()> {
    let mut tx = app.snapshot().await?;
    let hits = search::find(&mut tx, &asked.question, HITS).await?;
    view.count = hits.len();
    view.has_more = hits.len() as i64 >= HITS;
    let from = (asked.page - 1) * PAGE;
    let shown: Vec<Hit> = hits.iter().skip(from).take(PAGE).copied().collect();
    view.newer = (asked.page > 1).then(|| asked.url(&view.action, asked.page - 1));
    view.older = (hits.len() > from + PAGE).then(|| asked.url(&view.action, asked.page + 1));
    let mut sources: HashMap<Hit, Source> = HashMap::new();
    for kind in Kind::ALL {
        let ids: Vec<i64> = shown.iter().filter(|hit| hit.kind == kind).map(|hit| hit.item_id).collect();
        for source in search::sources(&mut tx, kind, &ids).await? {
            sources.insert(Hit { kind, item_id: source.item_id }, source);
        }
    }
    let urls = urls(&mut tx, site, &sources).await?;
    drop(tx);
    let beginnings = asked.question.beginnings.clone();
    let making = tokio::task::spawn_blocking(move || {
        let made = shown.into_iter().filter_map(|hit| {
            let source = sources.remove(&hit)?;
            let url = urls.get(&hit)?.clone();
            let texts = searchable::texts(&source);
            let of = |text: &String| passage(text, &beginnings, PASSAGE_CHARS_MAX);
            let best = texts.iter().map(of).find(|pieces| pieces.iter().any(|piece| piece.is_found));
            let first = || texts.iter().find(|text| !text.trim().is_empty()).map(of);
            let title = passage(&source.title, &beginnings, PASSAGE_CHARS_MAX);
            Some((hit, source.section, source.dated_at, url, title, best.or_else(first).unwrap_or_default()))
        });
        made.collect::<Vec<_>>()
    });
    let made = making.await.map_err(|error| Fault::Internal(error.to_string()))?;
    view.found = made
        .into_iter()
        .map(|(hit, section, dated_at, url, title, passage)| {
            let label = match hit.kind {
                Kind::Creation => site.section(&section).map_or(section, |section| section.name.clone()),
                Kind::Member => site.locale.text("search-member", &[]),
                Kind::Forum => site.locale.text("forum-title", &[]),
            };
            let nothing = Piece { text: label.clone(), is_found: false };
            let title = if title.is_empty() { vec![nothing] } else { title };
            Found { url, title, label, dated: dated_at.map(|at| moment(site, at)), passage }
        })
        .collect();
    Ok(())
}

/// Where the things are on the site.
async fn urls(tx: &mut Tx, site: &Site, sources: &HashMap<Hit, Source>) -> Result<HashMap<Hit, String>> {
    let of = |kind: Kind| sources.keys().filter(move |hit| hit.kind == kind).map(|hit| hit.item_id);
    let mut urls = HashMap::new();
    let ids: Vec<i64> = of(Kind::Creation).collect();
    for summary in creations::summaries(tx, &ids).await? {
        let page = Page::Creation { section: summary.section, number: summary.number };
        let slug = slug_or(&summary.slug, &site.config.paths.creation_without_slug);
        let hit = Hit { kind: Kind::Creation, item_id: summary.id.0 };
        if site.offers(&page) {
            urls.insert(hit, site.path(&page, &slug));
        }
    }
    for (hit, source) in sources.iter().filter(|(hit, _)| hit.kind == Kind::Member) {
        let slug = slug_or(&source.title, &site.config.paths.person_without_slug);
        let page = Page::Member(generator::model::MemberId(hit.item_id));
        urls.insert(*hit, site.path(&page, &slug));
    }
    let size = site.config.page_sizes.forum;
    let posts: Vec<(String, i64)> = of(Kind::Forum).map(|id| ("forum".to_owned(), id)).collect();
    for place in places(tx, &posts, size).await?.into_iter().filter(|place| place.public) {
        let part = if place.newer < size { Part::Head } else { Part::permanent(place.ordinal, place.issued, size) };
        let path = site.path(&Page::Forum(part), "");
        urls.insert(Hit { kind: Kind::Forum, item_id: place.item }, format!("{path}#c{}", place.item));
    }
    Ok(urls)
}
