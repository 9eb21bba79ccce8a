//! Comments on creations.

use crate::db::creations::APPROVED;
use crate::db::publishing::creations::Standing;
use crate::db::publishing::messages::{self as rows, Kind, StandingMessage};
use crate::db::{lists, places};
use crate::model::{CreationId, MemberId, Text};

use super::pages::creation::{CreationFacet, discussion};
use super::pages::{Pages, items};
use super::{Change, Error, Result, creations, members, not_found};

/// The list that is locked by whoever edits or deletes a comment: which comments are the newest anywhere must not
/// change between the question and the commit. Who adds one only makes the others older, which does no harm.
const ALL: &str = "comments";

/// Adds a comment to a public creation; gives its row.
///
/// # Errors
/// A creation or member that is not there, a creation that is not public.
pub async fn add<L>(change: &mut Change<'_, L>, creation: CreationId, member: MemberId, body: &Text) -> Result<i64> {
    members::require(change, member).await?;
    let on = creations::in_state(change, creation, APPROVED, "commented on").await?;
    // Whoever comments on the same creation waits for its row, so rows and ordinals go up together.
    let now = change.now;
    let id = rows::add_comment(&mut change.tx, creation, member, body, now).await?;
    let ordinals = lists::append(&mut change.tx, &[(discussion(creation), id)]).await?;
    rows::count_comments(&mut change.tx, creation, 1).await?;
    let mut pages = Pages::new();
    for ordinal in ordinals {
        items::of_new_comment(change.site, &on, id, ordinal, &mut pages);
    }
    change.stale_all(pages);
    creations::note(change, &on, CreationFacet::Comments).await?;
    Ok(id)
}

/// Writes another text in place of a comment's.
///
/// # Errors
/// It is not there, or was deleted.
pub async fn edit<L>(change: &mut Change<'_, L>, id: i64, body: &Text) -> Result<()> {
    let (comment, on) = require(change, id, "edited").await?;
    if comment.body == body.source && comment.body_format == body.format {
        return Ok(());
    }
    rows::edit(&mut change.tx, Kind::Comment, id, body).await?;
    note(change, &on, id).await
}

/// Deletes a comment; its place in the discussion stays empty.
///
/// # Errors
/// It is not there, or was deleted already.
pub async fn delete<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    let (_, on) = require(change, id, "deleted").await?;
    note(change, &on, id).await?;
    creations::note(change, &on, CreationFacet::Comments).await?;
    rows::delete(&mut change.tx, Kind::Comment, id).await?;
    places::hide(&mut change.tx, &[(discussion(on.id), id)]).await?;
    rows::count_comments(&mut change.tx, on.id, -1).await?;
    Ok(())
}

/// A public comment with its creation, and the locks for changing it.
async fn require<L>(change: &mut Change<'_, L>, id: i64, action: &'static str) -> Result<(StandingMessage, Standing)> {
    let comment = rows::by_id(&mut change.tx, Kind::Comment, id).await?.ok_or_else(|| not_found("comment", id))?;
    if comment.state != "public" {
        return Err(Error::State { what: "comment", id: id.to_string(), state: comment.state, action });
    }
    let creation = comment.creation_id.ok_or_else(|| not_found("creation of comment", id))?;
    let on = creations::require(change, creation).await?;
    lists::lock(&mut change.tx, &[ALL.to_owned(), discussion(creation)]).await?;
    Ok((comment, on))
}

async fn note<L>(change: &mut Change<'_, L>, on: &Standing, id: i64) -> Result<()> {
    let mut pages = Pages::new();
    items::of_comment(&mut change.tx, change.site, on, id, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
