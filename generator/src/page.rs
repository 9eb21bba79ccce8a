//! Every public address there is, as one closed enum.
//!
//! A page's key, its text form without slugs, is its name in the database, in logs and in errors;
//! [`key`] reads and writes it. Where a page stands on the site is the grammar in [`path`].

pub mod key;
pub mod old;
pub mod path;

use crate::model::{AuthorId, Board, MemberId};

/// One page of a list: the newest items under the list's own address, or a permanent archive page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The list's own address: the newest items.
    Head,
    /// Archive page n ≥ 1 holds the ordinals (n−1)·k+1 to n·k for ever.
    Archive(i64),
}

impl Part {
    /// Where an item of a list of pages of `size` will always be found: on its archive page once the list, having
    /// issued so many ordinals, has any; until then on its head.
    pub fn permanent(ordinal: i64, issued: i64, size: i64) -> Part {
        if issued > size { Part::Archive((ordinal + size - 1) / size) } else { Part::Head }
    }
}

/// A public page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the fields are said with their variant")]
pub enum Page {
    /// `/`
    Home,
    /// The news.
    News(Part),
    /// The latest creations and comments.
    Newest,
    /// A section's creations.
    Section { section: String, part: Part },
    /// A section's creations of one genre, by the genre's slug.
    Genre { section: String, genre: String, part: Part },
    /// What belongs into a section.
    Charter(String),
    /// A creation with its newest comments.
    Creation { section: String, number: i64 },
    /// Archive page n of a creation's discussion.
    Discussion { section: String, number: i64, archive: i64 },
    /// An author's creations.
    Author { id: AuthorId, part: Part },
    /// A member's profile.
    Member(MemberId),
    /// All members by registration.
    Members(Part),
    /// The forum.
    Forum(Part),
    /// A board of ads, whole or one of its groups.
    Ads { board: Board, group: Option<String>, part: Part },
    /// Recommended pages elsewhere.
    Links(Part),
    /// A page from content/pages or from the editors, by its slug.
    Content(String),
    /// Who made the site.
    Credits,
    /// RSS of the forum.
    ForumFeed,
    /// RSS of everything new, merged by date.
    EverythingFeed,
    /// Atom of a section.
    SectionFeed(String),
    /// The index of sitemaps.
    SitemapIndex,
    /// One sitemap of at most [`SITEMAP_URLS_MAX`] addresses.
    Sitemap(Sitemap),
    /// robots.txt
    Robots,
    /// What is shown where there is nothing.
    NotFound,
    /// An old path, with both slashes, that leads to another page.
    Redirect(String),
}

/// What a sitemap lists. Its items never move to another sitemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sitemap {
    /// The pages that configuration and editors make.
    Pages,
    /// The creations first published n-th thousand.
    Creations(i64),
    /// The authors first published n-th thousand.
    Authors(i64),
    /// The members registered n-th thousand.
    Members(i64),
}

/// A sitemap is permanent, so its size is part of the address and no setting.
pub const SITEMAP_URLS_MAX: i64 = 1000;

/// The order in which a batch's pages are written and stale pages are claimed:
/// what people posted first, what leads to it after, what machines read last.
pub const PRIORITY_POST: i64 = 0;
/// See [`PRIORITY_POST`].
pub const PRIORITY_LIST: i64 = 1;
/// See [`PRIORITY_POST`].
pub const PRIORITY_FEED: i64 = 2;
/// Added to a page's priority when it was marked with the whole site and nobody waits for it.
pub const PRIORITY_BULK: i64 = 10;

impl Page {
    /// One of [`PRIORITY_POST`], [`PRIORITY_LIST`] and [`PRIORITY_FEED`].
    pub fn priority(&self) -> i64 {
        match self {
            Page::Creation { .. }
            | Page::Discussion { .. }
            | Page::Member(_)
            | Page::Content(_)
            | Page::Charter(_)
            | Page::Credits
            | Page::NotFound
            | Page::Redirect(_) => PRIORITY_POST,
            Page::Home
            | Page::News(_)
            | Page::Newest
            | Page::Section { .. }
            | Page::Genre { .. }
            | Page::Author { .. }
            | Page::Members(_)
            | Page::Forum(_)
            | Page::Ads { .. }
            | Page::Links(_) => PRIORITY_LIST,
            Page::ForumFeed
            | Page::EverythingFeed
            | Page::SectionFeed(_)
            | Page::SitemapIndex
            | Page::Sitemap(_)
            | Page::Robots => PRIORITY_FEED,
        }
    }

    /// About how many rows the page shows: what a batch's memory is planned with.
    pub fn rows_shown(&self) -> usize {
        match self {
            Page::Creation { .. }
            | Page::Charter(_)
            | Page::Content(_)
            | Page::Credits
            | Page::SitemapIndex
            | Page::Robots
            | Page::NotFound
            | Page::Redirect(_) => 10,
            Page::Sitemap(_) => SITEMAP_URLS_MAX.unsigned_abs() as usize,
            Page::EverythingFeed => 150,
            _ => 30,
        }
    }
}

/// The archive pages of a list that has issued so many ordinals: none until more than one page's.
pub(crate) fn archives(issued: i64, size: i64) -> std::ops::RangeInclusive<i64> {
    let last = if issued > size { (issued + size - 1) / size } else { 0 };
    1..=last
}
