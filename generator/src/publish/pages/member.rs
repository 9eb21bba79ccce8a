//! The pages that show a member: everything that they wrote, if need be.

use std::collections::HashMap;

use crate::db::places::places;
use crate::db::publishing::creations::of_author;
use crate::db::publishing::members::Standing;
use crate::db::{self, Tx, creations, pages_showing};
use crate::page::Page;
use crate::site::Site;

use super::bulk::Bulk;
use super::items::{MessageFacet, add_discussion, of_forum_posts, of_members_address, of_members_line, of_news};
use super::{Pages, Stands, creation, newer_max};

/// Rows that are read at a time, of the many that an old member has written.
const BATCH: i64 = 1_000;

/// What of a member changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberFacet {
    /// The nick, and with it addresses.
    Nick,
    /// Icon or level: what stands beside the nick.
    Badge,
    /// What they say of themselves.
    Description,
    /// What the profile alone shows.
    Facts,
}

/// The pages that show a facet of a member as they are now. Those where somebody waits for it are in `pages`, all that
/// they wrote in `bulk`, which never holds many at a time.
///
/// # Errors
/// Where the database fails.
pub async fn pages_showing(
    tx: &mut Tx,
    site: &Site,
    member: &Standing,
    facet: MemberFacet,
    pages: &mut Pages,
    bulk: &mut Bulk<'_>,
) -> db::Result<()> {
    pages.insert(Page::Member(member.id));
    if facet != MemberFacet::Facts {
        of_members_line(tx, site, member.id, Stands::Already, pages).await?;
    }
    let message = match facet {
        MemberFacet::Facts | MemberFacet::Description => return Ok(()),
        MemberFacet::Nick => MessageFacet::Whole,
        MemberFacet::Badge => MessageFacet::Badge,
    };
    if are_named_in_credits(site, &member.nick) {
        pages.insert(Page::Credits);
    }
    let newest = pages_showing::newest_comments(tx, site.config.page_sizes.newest_comments).await?;
    if newest.iter().any(|comment| comment.member_id == Some(member.id)) {
        pages.insert(Page::Newest);
        if message == MessageFacet::Whole {
            pages.insert(Page::EverythingFeed);
        }
    }
    add_comments(tx, site, member, bulk).await?;
    add_posts(tx, site, member, message, bulk).await?;
    if facet == MemberFacet::Nick {
        of_members_address(tx, member.id, Stands::Already, pages).await?;
        add_works(tx, site, member, pages, bulk).await?;
    }
    Ok(())
}

/// Whether the credits name somebody of this nick.
pub(crate) fn are_named_in_credits(site: &Site, nick: &str) -> bool {
    site.config.credits.iter().any(|group| group.members.iter().any(|named| named == nick))
}

/// The discussions that a member took part in.
async fn add_comments(tx: &mut Tx, site: &Site, member: &Standing, pages: &mut Bulk<'_>) -> db::Result<()> {
    let mut after = 0;
    loop {
        let comments = pages_showing::comments_of(tx, member.id, after, BATCH).await?;
        let Some((last, _)) = comments.last() else { return Ok(()) };
        after = *last;
        let mut ids: Vec<i64> = comments.iter().map(|(_, creation)| *creation).collect();
        ids.sort_unstable();
        ids.dedup();
        let addresses: HashMap<i64, (String, i64)> = creations::addresses(tx, &ids)
            .await?
            .into_iter()
            .map(|(id, section, number)| (id, (section, number)))
            .collect();
        let creations: HashMap<i64, i64> = comments.iter().copied().collect();
        let wanted: Vec<(String, i64)> =
            comments.iter().map(|(comment, creation)| (format!("discussion/{creation}"), *comment)).collect();
        for place in places(tx, &wanted, newer_max(site)).await? {
            let address = creations.get(&place.item).and_then(|creation| addresses.get(creation));
            if let Some((section, number)) = address {
                add_discussion(&mut pages.held, site, section, *number, &place, Stands::Already);
            }
        }
        pages.spill(tx).await?;
    }
}

/// Where a member's forum posts and news stand.
async fn add_posts(
    tx: &mut Tx,
    site: &Site,
    member: &Standing,
    facet: MessageFacet,
    pages: &mut Bulk<'_>,
) -> db::Result<()> {
    let mut after = 0;
    loop {
        let posts = pages_showing::forum_posts_of(tx, member.id, after, BATCH).await?;
        let Some(last) = posts.last() else { break };
        after = *last;
        of_forum_posts(tx, site, &posts, facet, Stands::Already, &mut pages.held).await?;
        pages.spill(tx).await?;
    }
    let mut after = 0;
    loop {
        let news = pages_showing::news_of(tx, member.id, after, BATCH).await?;
        let Some(last) = news.last() else { break };
        after = *last;
        of_news(tx, site, &news, facet, Stands::Already, &mut pages.held).await?;
        pages.spill(tx).await?;
    }
    Ok(())
}

/// A member's works, and the author that they are.
async fn add_works(
    tx: &mut Tx,
    site: &Site,
    member: &Standing,
    pages: &mut Pages,
    bulk: &mut Bulk<'_>,
) -> db::Result<()> {
    let Some(author) = member.author_id else { return Ok(()) };
    creation::of_author(tx, site, author, pages).await?;
    let mut after = 0;
    loop {
        let works = of_author(tx, author, after, BATCH).await?;
        let Some(last) = works.last() else { return Ok(()) };
        after = last.id.0;
        creation::pages_showing(tx, site, &works, creation::CreationFacet::Author, &[], &mut bulk.held).await?;
        bulk.spill(tx).await?;
    }
}
