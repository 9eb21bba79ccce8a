//! `pages_showing`: which pages show an entity. The one place that knows it.
//!
//! An operation asks before and after it changes something, and both answers are stale. The questions to the database
//! are [`crate::db::pages_showing`] and [`crate::db::places`]; what a page shows is said by [`crate::load`] and
//! [`crate::view`], and whoever lets a page show something new adds it here. `tests/suite/equality.rs` finds what is
//! forgotten, and what is marked without need.
//!
//! The cost of an answer follows the pages that it names: windows of lists are counted up to the greatest page size,
//! and what a member wrote is read in batches.

pub mod bulk;
pub mod creation;
pub mod items;
pub mod member;

use std::collections::BTreeSet;

use crate::db::places::Place;
use crate::db::{self, Tx, lists, pages_showing};
use crate::page::{Page, Part, SITEMAP_URLS_MAX, Sitemap, archives};
use crate::site::Site;

use self::bulk::Bulk;

/// Pages without order of importance and each once.
pub type Pages = BTreeSet<Page>;

/// Whether an item has just come onto its lists: the page before the one that it opens gets a link to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// For a while.
    Already,
    /// Since this change.
    Newly,
}

/// How far newer items are counted: beyond the greatest window nobody asks.
fn newer_max(site: &Site) -> i64 {
    site.config.page_sizes.max().max(site.sections.iter().map(|section| section.page_size).max().unwrap_or(0))
}

/// The pages of a list that show an item.
fn add_list(pages: &mut Pages, place: &Place, size: i64, stands: Stands, page: impl Fn(Part) -> Page) {
    if !place.public {
        return;
    }
    if place.newer < size {
        pages.insert(page(Part::Head));
    }
    if place.issued > size {
        let n = (place.ordinal + size - 1) / size;
        pages.insert(page(Part::Archive(n)));
        if stands == Stands::Newly && n > 1 && (place.ordinal - 1) % size == 0 {
            pages.insert(page(Part::Archive(n - 1)));
        }
    }
}

/// The sitemap that lists an item, and the index where the item has opened it.
fn add_sitemap(pages: &mut Pages, place: &Place, stands: Stands, sitemap: impl Fn(i64) -> Sitemap) {
    let n = (place.ordinal + SITEMAP_URLS_MAX - 1) / SITEMAP_URLS_MAX;
    pages.insert(Page::Sitemap(sitemap(n)));
    if stands == Stands::Newly && (place.ordinal - 1) % SITEMAP_URLS_MAX == 0 {
        pages.insert(Page::SitemapIndex);
    }
}

/// How many ordinals a list has issued.
async fn issued(tx: &mut Tx, list: &str) -> db::Result<i64> {
    Ok(lists::by_keys(tx, &[list.to_owned()]).await?.get(list).map_or(0, |list| list.issued))
}

/// The redirects that lead to any of the pages, from the database or from site.toml: their text holds the address.
pub(super) async fn redirects_to(tx: &mut Tx, site: &Site, targets: &[Page], pages: &mut Pages) -> db::Result<()> {
    let keys: Vec<String> = targets.iter().map(Page::to_string).collect();
    pages.extend(pages_showing::redirects_to(tx, &keys).await?.into_iter().map(Page::Redirect));
    configured_redirects_to(site, targets, pages);
    Ok(())
}

/// The redirects of site.toml that lead to any of the pages, or to another part of the same author's list. Unlike those
/// of the database they may have been there before the row.
pub(super) fn configured_redirects_to(site: &Site, targets: &[Page], pages: &mut Pages) {
    let is_same = |page: &Page, target: &Page| match (page, target) {
        (Page::Author { id, .. }, Page::Author { id: other, .. }) => id == other,
        _ => page == target,
    };
    let leads_there = |key: &String| {
        let page = key.parse::<Page>();
        page.is_ok_and(|page| targets.iter().any(|target| is_same(&page, target)))
    };
    let configured = site.config.redirects.iter().filter(|(_, key)| leads_there(key));
    pages.extend(configured.map(|(path, _)| Page::Redirect(path.clone())));
}

/// Every list page of a section, its genres' included: they show the section's genres and whether it has a charter.
/// `bulk` never holds many at a time.
pub(super) async fn of_section(tx: &mut Tx, site: &Site, section: &str, bulk: &mut Bulk<'_>) -> db::Result<()> {
    let Some(config) = site.section(section) else { return Ok(()) };
    let of_section = |part| Page::Section { section: section.to_owned(), part };
    add_whole_list(tx, &format!("section/{section}"), config.page_size, bulk, of_section).await?;
    for genre in db::creations::genres(tx).await?.into_iter().filter(|genre| genre.section == section) {
        let of_genre = |part| Page::Genre { section: section.to_owned(), genre: genre.slug.clone(), part };
        add_whole_list(tx, &format!("genre/{}", genre.id), config.page_size, bulk, of_genre).await?;
    }
    Ok(())
}

/// All parts of a list.
async fn add_whole_list(
    tx: &mut Tx,
    list: &str,
    size: i64,
    bulk: &mut Bulk<'_>,
    page: impl Fn(Part) -> Page,
) -> db::Result<()> {
    bulk.held.insert(page(Part::Head));
    for n in archives(issued(tx, list).await?, size) {
        bulk.held.insert(page(Part::Archive(n)));
        bulk.spill(tx).await?;
    }
    Ok(())
}
