//! The pages that show a comment, a piece of news, a forum post, an ad, a link, a member's line.

use crate::db::creations::APPROVED;
use crate::db::places::{Place, places};
use crate::db::publishing::creations::Standing;
use crate::db::{self, Tx, pages_showing};
use crate::model::{Board, MemberId};
use crate::page::{Page, Part, Sitemap};
use crate::site::Site;

use super::creation::discussion;
use super::{Pages, Stands, add_list, add_sitemap, newer_max};

/// What of a message changes. Feeds show no icons and levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFacet {
    /// Whether it is there, its text, its author's nick.
    Whole,
    /// Its author's icon or level.
    Badge,
}

/// The pages that show a comment which has just got the newest ordinal of its discussion, the number of comments aside.
/// No question is needed: nothing is newer than it, there or among the newest anywhere.
pub fn of_new_comment(site: &Site, creation: &Standing, comment: i64, ordinal: i64, pages: &mut Pages) {
    let list = discussion(creation.id);
    let place = Place { list, item: comment, ordinal, issued: ordinal, public: true, newer: 0 };
    add_discussion(pages, site, &creation.section, creation.number, &place, Stands::Newly);
    pages.insert(Page::Newest);
    pages.insert(Page::EverythingFeed);
}

/// The pages that show a comment, the number of comments aside.
///
/// # Errors
/// Where the database fails.
pub async fn of_comment(
    tx: &mut Tx,
    site: &Site,
    creation: &Standing,
    comment: i64,
    pages: &mut Pages,
) -> db::Result<()> {
    if creation.state != APPROVED {
        return Ok(());
    }
    for place in places(tx, &[(discussion(creation.id), comment)], newer_max(site)).await? {
        add_discussion(pages, site, &creation.section, creation.number, &place, Stands::Already);
    }
    let newest = pages_showing::newest_comments(tx, site.config.page_sizes.newest_comments).await?;
    if newest.iter().any(|other| other.id == comment) {
        pages.insert(Page::Newest);
        pages.insert(Page::EverythingFeed);
    }
    Ok(())
}

/// The pages of a discussion that show a comment. Its head is the creation's own page.
pub(super) fn add_discussion(
    pages: &mut Pages,
    site: &Site,
    section: &str,
    number: i64,
    place: &Place,
    stands: Stands,
) {
    let section = || section.to_owned();
    add_list(pages, place, site.config.page_sizes.discussion, stands, |part| match part {
        Part::Head => Page::Creation { section: section(), number },
        Part::Archive(archive) => Page::Discussion { section: section(), number, archive },
    });
}

/// The pages that show these pieces of news.
///
/// # Errors
/// Where the database fails.
pub async fn of_news(
    tx: &mut Tx,
    site: &Site,
    news: &[i64],
    facet: MessageFacet,
    stands: Stands,
    pages: &mut Pages,
) -> db::Result<()> {
    let sizes = &site.config.page_sizes;
    for place in on_list(tx, site, "news", news).await? {
        add_list(pages, &place, sizes.news, stands, Page::News);
        if place.newer < sizes.home_news {
            pages.insert(Page::Home);
        }
        if place.newer < sizes.feed && facet == MessageFacet::Whole {
            pages.insert(Page::EverythingFeed);
        }
    }
    Ok(())
}

/// The pages that show these forum posts.
///
/// # Errors
/// Where the database fails.
pub async fn of_forum_posts(
    tx: &mut Tx,
    site: &Site,
    posts: &[i64],
    facet: MessageFacet,
    stands: Stands,
    pages: &mut Pages,
) -> db::Result<()> {
    let sizes = &site.config.page_sizes;
    for place in on_list(tx, site, "forum", posts).await? {
        add_list(pages, &place, sizes.forum, stands, Page::Forum);
        if place.newer < sizes.forum_feed && facet == MessageFacet::Whole {
            pages.insert(Page::ForumFeed);
        }
        if place.newer < sizes.feed && facet == MessageFacet::Whole {
            pages.insert(Page::EverythingFeed);
        }
    }
    Ok(())
}

/// The pages that show an ad: its board, its group, the feed of everything.
///
/// # Errors
/// Where the database fails.
pub async fn of_ad(
    tx: &mut Tx,
    site: &Site,
    board: Board,
    group: &str,
    ad: i64,
    stands: Stands,
    pages: &mut Pages,
) -> db::Result<()> {
    let sizes = &site.config.page_sizes;
    for place in on_list(tx, site, board.key(), &[ad]).await? {
        add_list(pages, &place, sizes.ads, stands, |part| Page::Ads { board, group: None, part });
        if place.newer < sizes.feed {
            pages.insert(Page::EverythingFeed);
        }
    }
    for place in on_list(tx, site, &format!("{}/{group}", board.key()), &[ad]).await? {
        let of_group = |part| Page::Ads { board, group: Some(group.to_owned()), part };
        add_list(pages, &place, sizes.ads, stands, of_group);
    }
    Ok(())
}

/// The pages that show a link.
///
/// # Errors
/// Where the database fails.
pub async fn of_link(tx: &mut Tx, site: &Site, link: i64, stands: Stands, pages: &mut Pages) -> db::Result<()> {
    for place in on_list(tx, site, "links", &[link]).await? {
        add_list(pages, &place, site.config.page_sizes.links, stands, Page::Links);
    }
    Ok(())
}

/// The pages of the list of members that show a member.
///
/// # Errors
/// Where the database fails.
pub async fn of_members_line(
    tx: &mut Tx,
    site: &Site,
    member: MemberId,
    stands: Stands,
    pages: &mut Pages,
) -> db::Result<()> {
    for place in on_list(tx, site, "members", &[member.0]).await? {
        add_list(pages, &place, site.config.page_sizes.members, stands, Page::Members);
    }
    Ok(())
}

/// The sitemap that holds a member's address.
///
/// # Errors
/// Where the database fails.
pub async fn of_members_address(tx: &mut Tx, member: MemberId, stands: Stands, pages: &mut Pages) -> db::Result<()> {
    for place in places(tx, &[("members".to_owned(), member.0)], 0).await? {
        add_sitemap(pages, &place, stands, Sitemap::Members);
    }
    Ok(())
}

/// The public ones of these items of one list.
async fn on_list(tx: &mut Tx, site: &Site, list: &str, items: &[i64]) -> db::Result<Vec<Place>> {
    let wanted: Vec<(String, i64)> = items.iter().map(|item| (list.to_owned(), *item)).collect();
    let mut found = places(tx, &wanted, newer_max(site)).await?;
    found.retain(|place| place.public);
    Ok(found)
}
