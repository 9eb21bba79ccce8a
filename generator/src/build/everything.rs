//! Marking the whole site: a full build is the usual path with everything marked.

use std::collections::HashMap;

use crate::db::{Tx, claims, creations, editors_pages, lists, members, records, redirects, stale};
use crate::model::{AuthorId, Board};
use crate::page::{PRIORITY_BULK, Page, Part, SITEMAP_URLS_MAX, Sitemap, archives};
use crate::site::Site;

use super::{Error, while_doing};

/// So many pages may fall out at any time: a small site may lose a section without being asked.
const DELETIONS_ALWAYS_ALLOWED: i64 = 20;

/// Marks every page that configuration or database have, and every page that has a record. No mark is forgotten for it:
/// somebody may wait for its version, and what was posted goes first as before.
///
/// # Errors
/// More pages would fall out than the site allows at once; or the database fails.
pub async fn mark(tx: &mut Tx, site: &Site, allow_deletions: bool) -> Result<(), Error> {
    let doing = while_doing("marking the whole site");
    // Or one of a page that falls out now would hide it from the count below. What a transaction has marked by itself
    // counts as it stands: what was unpublished always goes.
    stale::set_bulk_aside(tx).await.map_err(&doing)?;
    mark_present(tx, site).await.map_err(&doing)?;

    // Pages that neither configuration nor database have.
    let falling = stale::unmarked_records(tx).await.map_err(&doing)?;
    guard(tx, site, falling, allow_deletions).await?;
    stale::mark_recorded(tx, PRIORITY_BULK).await.map_err(&doing)?;
    stale::put_back(tx).await.map_err(&doing)?;
    forget_unknown(tx).await.map_err(&doing)?;
    // A page that somebody is rendering may have no record yet.
    claims::renew_claimed(tx).await.map_err(&doing)
}

/// A page that configuration makes has come to stand where another one left a redirect: that gives way, for good.
///
/// # Errors
/// Where the database fails.
pub(super) async fn make_room(tx: &mut Tx, site: &Site) -> crate::db::Result<()> {
    let pages = site.configured_pages().into_iter().filter(|page| !matches!(page, Page::Redirect(_)));
    let paths: Vec<String> = pages.map(|page| site.path(&page, "")).collect();
    let removed = redirects::remove_all(tx, &paths).await?;
    let pages: Vec<Page> = removed.into_iter().map(Page::Redirect).collect();
    stale::mark(tx, &pages, 0).await
}

/// Forgets failed marks of what is no page to this release: whoever asks for everything has seen them.
async fn forget_unknown(tx: &mut Tx) -> crate::db::Result<()> {
    let failed = stale::failed(tx).await?.into_iter().map(|(page, _)| page);
    let unknown: Vec<String> = failed.filter(|page| page.parse::<Page>().is_err()).collect();
    stale::forget(tx, &unknown).await
}

/// Makes sure that no more pages fall out at once than the site allows.
pub(super) async fn guard(tx: &mut Tx, site: &Site, falling: i64, allow_deletions: bool) -> Result<(), Error> {
    let recorded = records::count(tx).await.map_err(while_doing("counting pages"))?;
    let allowed = DELETIONS_ALWAYS_ALLOWED.max(recorded * site.config.build.deletions_percent_max / 100);
    if falling > allowed && !allow_deletions {
        return Err(Error::TooManyDeletions { falling, recorded });
    }
    Ok(())
}

/// Marks every page that configuration or database have.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn mark_present(tx: &mut Tx, site: &Site) -> crate::db::Result<()> {
    creations::mark_all(tx, PRIORITY_BULK).await?;
    members::mark_all(tx, PRIORITY_BULK).await?;
    redirects::mark_all(tx, PRIORITY_BULK).await?;
    let pages = listed_pages(tx, site).await?;
    stale::mark(tx, &pages, PRIORITY_BULK).await
}

/// All pages but those that a row of its own makes: creations, members and redirects.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn listed_pages(tx: &mut Tx, site: &Site) -> crate::db::Result<Vec<Page>> {
    let mut pages = site.configured_pages();
    for section in editors_pages::charter_sections(tx).await? {
        pages.push(Page::Charter(section));
    }
    for (slug, _) in editors_pages::titles(tx).await? {
        pages.push(Page::Content(slug));
    }
    add_lists(tx, site, &mut pages).await?;
    pages.retain(|page| site.offers(page));
    Ok(pages)
}

/// The pages of lists: archives, genres, authors, discussions, sitemaps.
async fn add_lists(tx: &mut Tx, site: &Site, pages: &mut Vec<Page>) -> crate::db::Result<()> {
    let sizes = &site.config.page_sizes;
    for section in &site.sections {
        let list = format!("section/{}", section.key);
        add_archives(tx, &list, section.page_size, pages, |part| Page::Section { section: section.key.clone(), part })
            .await?;
    }
    for genre in creations::genres(tx).await? {
        let Some(section) = site.section(&genre.section) else { continue };
        let of_genre = |part| Page::Genre { section: genre.section.clone(), genre: genre.slug.clone(), part };
        pages.push(of_genre(Part::Head));
        add_archives(tx, &format!("genre/{}", genre.id), section.page_size, pages, of_genre).await?;
    }
    for list in lists::longer_than(tx, "author/", 0).await? {
        let Some(id) = list.key.strip_prefix("author/").and_then(|id| id.parse().ok()) else { continue };
        pages.push(Page::Author { id: AuthorId(id), part: Part::Head });
        pages.extend(
            archives(list.issued, sizes.author).map(|n| Page::Author { id: AuthorId(id), part: Part::Archive(n) }),
        );
    }
    add_archives(tx, "news", sizes.news, pages, Page::News).await?;
    add_archives(tx, "forum", sizes.forum, pages, Page::Forum).await?;
    add_archives(tx, "links", sizes.links, pages, Page::Links).await?;
    add_archives(tx, "members", sizes.members, pages, Page::Members).await?;
    for board in Board::ALL {
        add_archives(tx, board.key(), sizes.ads, pages, |part| Page::Ads { board, group: None, part }).await?;
        for group in site.groups(board).unwrap_or_default() {
            let list = format!("{}/{}", board.key(), group.key);
            add_archives(tx, &list, sizes.ads, pages, |part| Page::Ads { board, group: Some(group.key.clone()), part })
                .await?;
        }
    }
    add_discussions(tx, sizes.discussion, pages).await?;
    for list in ["creations", "authors", "members"] {
        let issued = issued(tx, list).await?;
        pages.extend((1..=(issued + SITEMAP_URLS_MAX - 1) / SITEMAP_URLS_MAX).map(|n| {
            Page::Sitemap(match list {
                "creations" => Sitemap::Creations(n),
                "authors" => Sitemap::Authors(n),
                _ => Sitemap::Members(n),
            })
        }));
    }
    Ok(())
}

async fn add_discussions(tx: &mut Tx, size: i64, pages: &mut Vec<Page>) -> crate::db::Result<()> {
    let lists = lists::longer_than(tx, "discussion/", size).await?;
    let issued: HashMap<i64, i64> = lists
        .iter()
        .filter_map(|list| Some((list.key.strip_prefix("discussion/")?.parse().ok()?, list.issued)))
        .collect();
    let ids: Vec<i64> = issued.keys().copied().collect();
    for (id, section, number) in creations::addresses(tx, &ids).await? {
        let count = issued.get(&id).copied().unwrap_or(0);
        let of_archive = |archive| Page::Discussion { section: section.clone(), number, archive };
        pages.extend(archives(count, size).map(of_archive));
    }
    Ok(())
}

async fn add_archives(
    tx: &mut Tx,
    list: &str,
    size: i64,
    pages: &mut Vec<Page>,
    page: impl Fn(Part) -> Page,
) -> crate::db::Result<()> {
    let issued = issued(tx, list).await?;
    pages.extend(archives(issued, size).map(|n| page(Part::Archive(n))));
    Ok(())
}

async fn issued(tx: &mut Tx, list: &str) -> crate::db::Result<i64> {
    let lists = lists::by_keys(tx, &[list.to_owned()]).await?;
    Ok(lists.get(list).map_or(0, |list| list.issued))
}
