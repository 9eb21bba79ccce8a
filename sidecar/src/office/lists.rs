//! Lists of what there is, in every state, each line leading to the form of its thing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::editing::{self, AdRow, CreationLine, MessageRow};
use generator::db::editors_pages;
use generator::db::publishing::messages::Kind as MessageKind;
use generator::model::Text;
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::text::plain::plain;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::Query;
use crate::routes::{Route, get};

use super::desk::{Desk, Realm, SiteDesk, keys, section_name};
use super::item::{Item, Kind, NEW, state};
use super::said;

/// Lines on a page.
const PAGE: usize = 50;
/// Characters shown of a text.
const EXCERPT_CHARS_MAX: usize = 160;
/// States of creations that a list can be narrowed to.
const STATES: [&str; 5] = ["approved", "waiting", "returned", "unpublished", "rejected"];

/// The addresses of this part.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![
        get(paths.url(&paths.office_creations), show_creations),
        get(paths.url(&paths.office_messages), show_messages),
        get(paths.url(&paths.office_news), show_news),
        get(paths.url(&paths.office_pages), show_pages),
        get(paths.url(&paths.office_links), show_links),
    ]
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    section: String,
    state: String,
    kind: String,
    /// Those before this row or number.
    before: Option<i64>,
    said: String,
    seen: String,
}

impl Asked {
    fn before(&self) -> i64 {
        self.before.unwrap_or(i64::MAX)
    }
}

#[derive(Default, Serialize)]
struct ListView {
    chips: Vec<Chip>,
    more_chips: Vec<Chip>,
    lines: Vec<LineView>,
    older: Option<String>,
    new: Option<New>,
}

#[derive(Serialize)]
struct Chip {
    title: String,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct New {
    title: String,
    url: String,
}

/// A line of a list.
#[derive(Serialize)]
pub struct LineView {
    title: String,
    url: String,
    state: String,
    nick: String,
    time: Option<Moment>,
    excerpt: String,
}

impl LineView {
    /// The same, leading elsewhere than to the form.
    pub fn leading_to(self, url: String) -> LineView {
        LineView { url, ..self }
    }
}

fn page(app: &App, desk: &Desk, message: &'static str, url: &str, asked: &Asked, view: ListView) -> Response {
    let site = app.site();
    let title = site.locale.text(message, &[]);
    let said = said::text(&site, &asked.said, &asked.seen);
    super::page_saying(app, desk, "list", axum::http::StatusCode::OK, url, &title, said, view)
}

/// Creations of a section that the editor cares for.
async fn show_creations(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_creations);
    let mut tx = app.snapshot().await?;
    let own = desk.sections(&mut tx, &site).await?;
    let section = match asked.section.as_str() {
        "" => own.first().map(|section| section.key.clone()).unwrap_or_default(),
        section => section.to_owned(),
    };
    // Who has no section left sees an empty list.
    if !section.is_empty() {
        desk.permit(&Realm::Section(section.clone()))?;
    }
    let state = STATES.into_iter().find(|state| *state == asked.state).unwrap_or("");
    let mut found = editing::creations_of_section(&mut tx, &section, state, asked.before(), PAGE as i64 + 1).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let older = found.last().filter(|_| has_more);
    let state_chips = STATES.into_iter().map(|word| Chip {
        title: site.locale.text(state::label(word), &[]),
        url: format!("{url}?section={section}&state={word}"),
        current: word == state,
    });
    let all = Chip {
        title: site.locale.text("all", &[]),
        url: format!("{url}?section={section}"),
        current: state.is_empty(),
    };
    let view = ListView {
        chips: own
            .iter()
            .map(|other| Chip {
                title: other.name.clone(),
                url: format!("{url}?section={}", other.key),
                current: other.key == section,
            })
            .collect(),
        more_chips: std::iter::once(all).chain(state_chips).collect(),
        older: older.map(|last| format!("{url}?section={section}&state={state}&before={}", last.number)),
        lines: found.into_iter().map(|line| creation_line(&site, line)).collect(),
        new: None,
    };
    Ok(page(&app, &desk, "office-creations", &url, &asked, view))
}

/// A creation as a line.
pub fn creation_line(site: &Site, line: CreationLine) -> LineView {
    LineView {
        title: if line.title.trim().is_empty() { format!("#{}", line.number) } else { line.title },
        url: Item::new(Kind::Creation, line.id).url(site),
        state: site.locale.text(state::label(&line.state), &[]),
        nick: line.author_name,
        time: Some(moment(site, line.publish_at.unwrap_or(line.changed_at))),
        excerpt: section_name(site, &line.section),
    }
}

/// A message as a line.
pub fn message_line(site: &Site, kind: Kind, row: MessageRow) -> LineView {
    let text = Text { source: row.body, format: row.body_format };
    LineView {
        title: format!("{} {}", site.locale.text(kind.message(), &[]), row.id),
        url: Item::new(kind, row.id).url(site),
        state: site.locale.text(state::label(&row.state), &[]),
        nick: row.nick,
        time: row.publish_at.or(row.posted_at).map(|at| moment(site, at)),
        excerpt: plain(&text, EXCERPT_CHARS_MAX),
    }
}

/// Comments, posts in the forum or ads, the newest first.
async fn show_messages(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_messages);
    let kind = match Kind::of_word(&asked.kind) {
        Some(kind @ (Kind::ForumPost | Kind::Ad)) => kind,
        _ => Kind::Comment,
    };
    let has_site = desk.permit(&Realm::Site).is_ok();
    if kind != Kind::Comment {
        desk.permit(&Realm::Site)?;
    }
    let mut tx = app.snapshot().await?;
    let (last, lines) = match kind {
        Kind::Ad => {
            let found = editing::ads_before(&mut tx, asked.before(), PAGE as i64).await?;
            (last(&found, |row| row.ad.id), found.into_iter().map(|row| ad_line(&site, row)).collect())
        }
        _ => {
            let rows = if kind == Kind::ForumPost { MessageKind::ForumPost } else { MessageKind::Comment };
            let found = if has_site {
                editing::messages_before(&mut tx, rows, asked.before(), PAGE as i64).await?
            } else {
                let sections = keys(&desk.sections(&mut tx, &site).await?);
                editing::comments_of_sections(&mut tx, &sections, asked.before(), PAGE as i64).await?
            };
            (last(&found, |row| row.id), found.into_iter().map(|row| message_line(&site, kind, row)).collect())
        }
    };
    drop(tx);
    let chip = |other: Kind, message| Chip {
        title: site.locale.text(message, &[]),
        url: format!("{url}?kind={}", other.word()),
        current: other == kind,
    };
    let mut chips = vec![chip(Kind::Comment, "office-comments")];
    if has_site {
        chips.push(chip(Kind::ForumPost, "office-forum-posts"));
        chips.push(chip(Kind::Ad, "ads"));
    }
    let older = last.map(|last| format!("{url}?kind={}&before={last}", kind.word()));
    let view = ListView { chips, lines, older, ..ListView::default() };
    Ok(page(&app, &desk, "office-messages", &url, &asked, view))
}

/// The last row of a full page, where there may be more.
fn last<R>(rows: &[R], id: impl Fn(&R) -> i64) -> Option<i64> {
    rows.last().filter(|_| rows.len() == PAGE).map(id)
}

/// An ad as a line.
fn ad_line(site: &Site, row: AdRow) -> LineView {
    LineView {
        title: row.ad.name,
        url: Item::new(Kind::Ad, row.ad.id).url(site),
        state: site.locale.text(state::label(&row.state), &[]),
        nick: String::new(),
        time: row.ad.posted_at.map(|at| moment(site, at)),
        excerpt: plain(&Text { source: row.ad.body, format: row.ad.body_format }, EXCERPT_CHARS_MAX),
    }
}

/// News, drafts among them.
async fn show_news(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_news);
    let mut tx = app.snapshot().await?;
    let found = editing::messages_before(&mut tx, MessageKind::News, asked.before(), PAGE as i64).await?;
    let view = ListView {
        older: last(&found, |row| row.id).map(|last| format!("{url}?before={last}")),
        lines: found.into_iter().map(|row| message_line(&site, Kind::News, row)).collect(),
        new: Some(new(&site, Kind::News, "office-new-news")),
        ..ListView::default()
    };
    Ok(page(&app, &desk, "office-news", &url, &asked, view))
}

fn new(site: &Site, kind: Kind, message: &'static str) -> New {
    New { title: site.locale.text(message, &[]), url: Item::new(kind, NEW).url(site) }
}

/// Editors' pages and the charters of sections.
async fn show_pages(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let has_site = desk.permit(&Realm::Site).is_ok();
    let mut tx = app.snapshot().await?;
    let titles = if has_site { editors_pages::titles(&mut tx).await? } else { Vec::new() };
    let charters = editors_pages::charter_sections(&mut tx).await?;
    drop(tx);
    let line = |item: Item, title: String, state: &str| LineView {
        title,
        url: item.url(&site),
        state: site.locale.text(state::label(state), &[]),
        nick: String::new(),
        time: None,
        excerpt: site.locale.text(item.kind.message(), &[]),
    };
    let mut lines: Vec<LineView> =
        titles.into_iter().map(|(slug, title)| line(Item::page(&slug), title, "public")).collect();
    for section in site.sections.iter().filter(|section| desk.rights.has_section(&section.key)) {
        let state = if charters.contains(&section.key) { "public" } else { NEW };
        lines.push(line(Item::new(Kind::Charter, &section.key), section.name.clone(), state));
    }
    let new = has_site.then(|| new(&site, Kind::EditorsPage, "office-new-page"));
    let view = ListView { lines, new, ..ListView::default() };
    Ok(page(&app, &desk, "office-pages", &paths.url(&paths.office_pages), &asked, view))
}

/// Recommended pages elsewhere.
async fn show_links(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_links);
    let found = editing::links_before(&mut app.snapshot().await?, asked.before(), PAGE as i64).await?;
    let view = ListView {
        older: last(&found, |row| row.id).map(|last| format!("{url}?before={last}")),
        lines: found
            .into_iter()
            .map(|row| LineView {
                title: row.title.clone(),
                url: Item::new(Kind::Link, row.id).url(&site),
                state: site.locale.text(state::label(&row.state), &[]),
                nick: String::new(),
                time: None,
                excerpt: row.url,
            })
            .collect(),
        new: site.config.features.links.then(|| new(&site, Kind::Link, "office-new-link")),
        ..ListView::default()
    };
    Ok(page(&app, &desk, "office-links", &url, &asked, view))
}
