//! The pages that show a creation.

use crate::db::creations::{APPROVED, addresses};
use crate::db::places::{Place, places};
use crate::db::publishing::creations::Standing;
use crate::db::{self, Tx, lists, pages_showing};
use crate::model::{AuthorId, CreationId};
use crate::page::{Page, Part, Sitemap};
use crate::site::Site;
use crate::site::section::ListStyle;

use super::{Pages, Stands, add_list, add_sitemap, archives, configured_redirects_to, issued, newer_max, redirects_to};

/// What of a creation changes. Pages differ in what they show of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreationFacet {
    /// Whether it is there, its title, its address: all that follows too.
    Whole,
    /// Who its author is.
    Authorship,
    /// Its author's name or address.
    Author,
    /// Its genre.
    Genre,
    /// Synopsis or attributes.
    Line,
    /// Body or source.
    Text,
    /// Its stars.
    Stars,
    /// The number of its votes, the stars staying.
    Votes,
    /// The number of its comments.
    Comments,
    /// How often it was read or fetched: lists of its section and genre alone show that. What changes often must not
    /// stand on many pages.
    Counts,
}

impl CreationFacet {
    /// Whether the lists of its section and genre show it.
    fn is_on_section_lists(self, list: ListStyle, creation: &Standing) -> bool {
        match self {
            CreationFacet::Text => list.shows_excerpts() && has_no_synopsis(creation),
            CreationFacet::Line => list.shows_contents(),
            CreationFacet::Comments | CreationFacet::Counts => list.shows_counts(),
            _ => true,
        }
    }

    /// Whether the lines of other lists show it: of authors, members, the newest.
    fn is_on_lines(self) -> bool {
        matches!(self, CreationFacet::Whole | CreationFacet::Authorship | CreationFacet::Author | CreationFacet::Stars)
    }

    /// Whether the home page shows it, which says of creations what they are about.
    fn is_on_home(self) -> bool {
        self.is_on_lines() || self == CreationFacet::Line
    }

    /// Whether the section's feed shows it; when the creation was changed is part of it.
    fn is_in_section_feed(self) -> bool {
        self == CreationFacet::Author || self.is_in_sitemap()
    }

    /// Whether the feed of everything shows it.
    fn is_in_everything_feed(self) -> bool {
        matches!(self, CreationFacet::Whole | CreationFacet::Authorship | CreationFacet::Author | CreationFacet::Line)
    }

    /// Whether the sitemap shows it: that is when the creation was changed.
    fn is_in_sitemap(self) -> bool {
        matches!(
            self,
            CreationFacet::Whole
                | CreationFacet::Authorship
                | CreationFacet::Genre
                | CreationFacet::Line
                | CreationFacet::Text
        )
    }
}

/// The pages that show a facet of these creations as they are now. `came` are the keys of the lists that they have
/// just come onto.
///
/// # Errors
/// Where the database fails.
pub async fn pages_showing(
    tx: &mut Tx,
    site: &Site,
    creations: &[Standing],
    facet: CreationFacet,
    came: &[String],
    pages: &mut Pages,
) -> db::Result<()> {
    let shown: Vec<&Standing> = creations.iter().filter(|creation| creation.state == APPROVED).collect();
    let matters = |creation: &Standing, list: &str| match list.split_once('/') {
        Some(("section" | "genre", _)) => {
            let section = site.section(&creation.section);
            section.is_some_and(|section| facet.is_on_section_lists(section.list, creation))
                || facet.is_in_section_feed()
        }
        Some(_) => facet.is_on_lines(),
        None => !matches!(facet, CreationFacet::Votes | CreationFacet::Comments | CreationFacet::Counts),
    };
    let wanted: Vec<(String, i64)> = shown
        .iter()
        .flat_map(|creation| items(creation).into_iter().filter(|(list, _)| matters(creation, list)))
        .collect();
    let mut found = places(tx, &wanted, newer_max(site)).await?;
    found.sort_unstable_by_key(|place| place.item);
    for creation in shown {
        if facet != CreationFacet::Counts {
            pages.insert(own_page(creation));
        }
        let from = found.partition_point(|place| place.item < creation.id.0);
        let places = &found[from..];
        let to = places.partition_point(|place| place.item == creation.id.0);
        for place in &places[..to] {
            let stands = if came.contains(&place.list) { Stands::Newly } else { Stands::Already };
            add_place(pages, site, creation, place, facet, stands);
        }
        if facet == CreationFacet::Whole {
            add_where_named(tx, site, creation, pages).await?;
        }
    }
    Ok(())
}

/// Whether the beginning of the text stands for a creation's synopsis where it is said what the creation is about.
fn has_no_synopsis(creation: &Standing) -> bool {
    creation.synopsis.trim().is_empty()
}

/// A creation's own page.
pub(crate) fn own_page(creation: &Standing) -> Page {
    Page::Creation { section: creation.section.clone(), number: creation.number }
}

/// The lists that a creation belongs to, with its row.
pub(crate) fn items(creation: &Standing) -> Vec<(String, i64)> {
    let mut keys = vec![format!("section/{}", creation.section), "creations".to_owned()];
    keys.extend(creation.genre_id.map(|genre| format!("genre/{genre}")));
    keys.extend(creation.author_id.map(|author| format!("author/{author}")));
    keys.into_iter().map(|key| (key, creation.id.0)).collect()
}

/// The archive pages of a creation's discussion.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn discussion_pages(tx: &mut Tx, site: &Site, creation: &Standing) -> db::Result<Vec<Page>> {
    let issued = issued(tx, &discussion(creation.id)).await?;
    let page = |archive| Page::Discussion { section: creation.section.clone(), number: creation.number, archive };
    Ok(archives(issued, site.config.page_sizes.discussion).map(page).collect())
}

/// The key of a creation's discussion.
pub(crate) fn discussion(creation: CreationId) -> String {
    format!("discussion/{creation}")
}

/// The pages of one list, and those made from its newest items.
fn add_place(pages: &mut Pages, site: &Site, creation: &Standing, place: &Place, facet: CreationFacet, stands: Stands) {
    let sizes = &site.config.page_sizes;
    let section = site.section(&creation.section);
    match place.list.split_once('/') {
        Some(("section", _)) => {
            let Some(section) = section else { return };
            if facet.is_on_section_lists(section.list, creation) {
                let of_section = |part| Page::Section { section: section.key.clone(), part };
                add_list(pages, place, section.page_size, stands, of_section);
            }
            if facet.is_in_section_feed() && place.public && place.newer < sizes.feed {
                pages.insert(Page::SectionFeed(section.key.clone()));
            }
        }
        Some(("genre", _)) => {
            let (Some(section), Some(slug)) = (section, &creation.genre_slug) else { return };
            if facet.is_on_section_lists(section.list, creation) {
                let of_genre = |part| Page::Genre { section: section.key.clone(), genre: slug.clone(), part };
                add_list(pages, place, section.page_size, stands, of_genre);
            }
        }
        Some(_) if facet.is_on_lines() => {
            let Some(id) = creation.author_id else { return };
            add_list(pages, place, sizes.author, stands, |part| Page::Author { id, part });
            if stands == Stands::Newly && (place.ordinal - 1) % sizes.author == 0 {
                // It opens a part of the list, which redirects may have been waiting for.
                configured_redirects_to(site, &[Page::Author { id, part: Part::Head }], pages);
            }
            if place.public && place.newer < sizes.profile {
                pages.extend(creation.member_id.map(Page::Member));
            }
        }
        None if place.public => add_newest(pages, site, creation, place, facet, stands),
        _ => {}
    }
}

/// The pages that show the newest creations of all, and the sitemap.
fn add_newest(
    pages: &mut Pages,
    site: &Site,
    creation: &Standing,
    place: &Place,
    facet: CreationFacet,
    stands: Stands,
) {
    let sizes = &site.config.page_sizes;
    // Where there is no synopsis, the home page shows the beginning of the text.
    let shows_text = facet == CreationFacet::Text && has_no_synopsis(creation);
    if place.newer < sizes.home_creations && (facet.is_on_home() || shows_text) {
        pages.insert(Page::Home);
    }
    if place.newer < sizes.newest && facet.is_on_lines() {
        pages.insert(Page::Newest);
    }
    if place.newer < sizes.feed && facet.is_in_everything_feed() {
        pages.insert(Page::EverythingFeed);
    }
    if facet.is_in_sitemap() {
        add_sitemap(pages, place, stands, Sitemap::Creations);
    }
}

/// The pages that name it without listing it: neighbours, its discussion, comments on it elsewhere, redirects.
async fn add_where_named(tx: &mut Tx, site: &Site, creation: &Standing, pages: &mut Pages) -> db::Result<()> {
    let section = format!("section/{}", creation.section);
    let neighbours = lists::neighbours(tx, &section, &[creation.id.0]).await?;
    let neighbours: Vec<i64> = neighbours.into_values().flat_map(|(older, newer)| [older, newer]).flatten().collect();
    for (_, section, number) in addresses(tx, &neighbours).await? {
        pages.insert(Page::Creation { section, number });
    }
    let mut named = discussion_pages(tx, site, creation).await?;
    pages.extend(named.iter().cloned());
    let newest = pages_showing::newest_comments(tx, site.config.page_sizes.newest_comments).await?;
    if newest.iter().any(|comment| comment.creation_id == creation.id) {
        pages.insert(Page::Newest);
        pages.insert(Page::EverythingFeed);
    }
    named.push(own_page(creation));
    redirects_to(tx, site, &named, pages).await
}

/// The pages that say who an author is: all parts of the author's list, the sitemap. Redirects to them are the business
/// of whoever changes their address.
pub(super) async fn of_author(tx: &mut Tx, site: &Site, author: AuthorId, pages: &mut Pages) -> db::Result<()> {
    let own = author_pages(tx, site, author).await?;
    sitemap_of_author(tx, author, Stands::Already, pages).await?;
    pages.extend(own);
    Ok(())
}

/// An author's own pages: none before the first creation is public.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn author_pages(tx: &mut Tx, site: &Site, author: AuthorId) -> db::Result<Vec<Page>> {
    let page = |part| Page::Author { id: author, part };
    let issued = issued(tx, &format!("author/{author}")).await?;
    let head = (issued > 0).then(|| page(Part::Head));
    let archives = archives(issued, site.config.page_sizes.author).map(|n| page(Part::Archive(n)));
    Ok(head.into_iter().chain(archives).collect())
}

/// The sitemap that holds an author's address.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn sitemap_of_author(
    tx: &mut Tx,
    author: AuthorId,
    stands: Stands,
    pages: &mut Pages,
) -> db::Result<()> {
    for place in places(tx, &[("authors".to_owned(), author.0)], 0).await? {
        add_sitemap(pages, &place, stands, Sitemap::Authors);
    }
    Ok(())
}
