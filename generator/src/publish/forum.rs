//! Posts in the forum.

use crate::db::publishing::messages::{self as rows, Kind};
use crate::db::search::Kind as Searched;
use crate::db::{lists, places};
use crate::model::{MemberId, Text};

use super::pages::items::{MessageFacet, of_forum_posts};
use super::pages::{Pages, Stands};
use super::{Change, Error, Result, members, not_found};

/// The list of all posts.
const LIST: &str = "forum";

/// Adds a post; gives its row.
///
/// # Errors
/// A member who is not there, a site without a forum.
pub async fn add<L>(change: &mut Change<'_, L>, member: MemberId, body: &Text) -> Result<i64> {
    if !change.site.config.features.forum {
        return Err(Error::Invalid("the site has no forum".to_owned()));
    }
    members::require(change, member).await?;
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    let now = change.now;
    let id = rows::add_forum_post(&mut change.tx, member, body, now).await?;
    lists::append(&mut change.tx, &[(LIST.to_owned(), id)]).await?;
    note(change, id, Stands::Newly).await?;
    change.touch(Searched::Forum, id);
    Ok(id)
}

/// Writes another text in place of a post's.
///
/// # Errors
/// It is not there, or was deleted.
pub async fn edit<L>(change: &mut Change<'_, L>, id: i64, body: &Text) -> Result<()> {
    let post = require(change, id, "edited").await?;
    if post.body == body.source && post.body_format == body.format {
        return Ok(());
    }
    rows::edit(&mut change.tx, Kind::ForumPost, id, body).await?;
    change.touch(Searched::Forum, id);
    note(change, id, Stands::Already).await
}

/// Deletes a post; its place stays empty.
///
/// # Errors
/// It is not there, or was deleted already.
pub async fn delete<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    require(change, id, "deleted").await?;
    note(change, id, Stands::Already).await?;
    rows::delete(&mut change.tx, Kind::ForumPost, id).await?;
    change.touch(Searched::Forum, id);
    Ok(places::hide(&mut change.tx, &[(LIST.to_owned(), id)]).await?)
}

async fn require<L>(change: &mut Change<'_, L>, id: i64, action: &'static str) -> Result<rows::StandingMessage> {
    let post = rows::by_id(&mut change.tx, Kind::ForumPost, id).await?.ok_or_else(|| not_found("forum post", id))?;
    if post.state != "public" {
        return Err(Error::State { what: "forum post", id: id.to_string(), state: post.state, action });
    }
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    Ok(post)
}

async fn note<L>(change: &mut Change<'_, L>, id: i64, stands: Stands) -> Result<()> {
    let mut pages = Pages::new();
    of_forum_posts(&mut change.tx, change.site, &[id], MessageFacet::Whole, stands, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
