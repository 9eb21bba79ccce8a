//! From rows to what a template shows: typed values, no query, no file, no clock.
//!
//! [`compose`] gives each page its path and its template's context, [`template`] says which template that is. The
//! structs that derive `Serialize` are the contract with `templates/`.

mod ads;
mod attributes;
mod content;
mod creation;
mod feeds;
mod head;
mod home;
mod messages;
mod parts;
mod people;
pub mod screen;
mod sections;
mod sitemaps;
pub mod template;

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::load::rows::Rows;
use crate::load::{Batch, Material};
use crate::page::Page;
use crate::site::Site;
use crate::site::kind::Kind;

pub(crate) use self::parts::rating;

pub use self::parts::Html;
pub(crate) use self::parts::STARS_MAX;

/// A page ready to be rendered.
pub struct View {
    /// Where it stands.
    pub path: String,
    /// What its template receives.
    pub context: Value,
    /// Where it leads, for a redirect: an absolute address.
    pub redirect: Option<String>,
}

/// What becomes of a page.
pub enum Composed {
    /// It is shown.
    View(View),
    /// There is no such page.
    Gone,
}

/// A row that no page can be made of.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// What every view is made with.
pub(crate) struct Context<'a> {
    pub(crate) site: &'a Site,
    pub(crate) rows: &'a Rows,
}

/// Makes the view of one page of a batch.
///
/// # Errors
/// A row that makes no sense; the message names it and says what is wrong.
pub fn compose(site: &Site, batch: &Batch, index: usize) -> Result<Composed, Fault> {
    let (page, material) = &batch.pages[index];
    let cx = Context { site, rows: &batch.rows };
    let view = match material {
        Material::Gone => return Ok(Composed::Gone),
        Material::Home { news, creations } => home::home(&cx, news, creations),
        Material::Newest { creations, comments } => home::newest(&cx, creations, comments),
        Material::Creation { id, older, newer, comments } => {
            creation::creation(&cx, page, *id, *older, *newer, comments)?
        }
        Material::Discussion { id, comments } => creation::discussion(&cx, page, *id, comments)?,
        Material::Genre { name, items } => sections::genre(&cx, page, name, items)?,
        Material::Author { id, items, is_listed } => people::author(&cx, page, *id, items, *is_listed)?,
        Material::Member { id, works, is_listed } => people::member(&cx, *id, works, *is_listed)?,
        Material::EditorsPage(text) => content::editors_page(&cx, page, text),
        Material::Credits => content::credits(&cx),
        Material::Everything { news, creations, forum, ads, comments } => {
            feeds::everything(&cx, news, creations, forum, ads, comments)
        }
        Material::SitemapIndex { creations, authors, members } => sitemaps::index(&cx, *creations, *authors, *members),
        Material::SitemapPages => sitemaps::pages(&cx),
        Material::Redirect { target, creation } => match content::redirect(&cx, page, target, *creation) {
            Some(view) => view,
            None => return Ok(Composed::Gone),
        },
        Material::Plain => content::plain(&cx, page),
        Material::List(items) => match page {
            Page::News(part) => messages::news(&cx, *part, items),
            Page::Forum(part) => messages::forum(&cx, *part, items),
            Page::Members(part) => people::members(&cx, *part, items),
            Page::Ads { board, group, part } => ads::ads(&cx, *board, group.as_deref(), *part, items),
            Page::Links(part) => messages::links(&cx, *part, items),
            Page::ForumFeed => feeds::forum(&cx, items),
            Page::SectionFeed(section) => feeds::section(&cx, section, items),
            Page::Sitemap(_) => sitemaps::list(&cx, page, items),
            _ => sections::section(&cx, page, items)?,
        },
    };
    Ok(Composed::View(view))
}

/// Whether a page can be made of these attributes of a creation.
///
/// # Errors
/// What is wrong with them.
pub fn check_attributes(kind: &Kind, attributes: &str) -> Result<(), String> {
    attributes::check(kind, attributes)
}

/// As [`check_attributes`], of a work that is not done: what its kind requires may be missing.
///
/// # Errors
/// What is wrong with them.
pub fn check_draft(kind: &Kind, attributes: &str) -> Result<(), String> {
    attributes::check_types(kind, attributes)
}

/// A view that stands at a path.
pub(crate) fn view(path: String, context: impl Serialize) -> View {
    View { path, context: Value::from(Serde(context)), redirect: None }
}
