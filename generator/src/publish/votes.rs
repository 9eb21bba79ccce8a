//! Votes on creations.

use crate::db::creations::APPROVED;
use crate::db::publishing::creations as rows;
use crate::model::{CreationId, MemberId};
use crate::view::rating;

use super::pages::creation::CreationFacet;
use super::{Change, Error, Result, creations, members};

/// The most stars that a member can give; the sixth is a contest's.
pub const STARS_MAX: i64 = 5;

/// Locks a creation, so that nobody votes on it between a question about votes and the next one.
///
/// # Errors
/// A creation that is not there or not public.
pub async fn lock<L>(change: &mut Change<'_, L>, creation: CreationId) -> Result<()> {
    creations::in_state(change, creation, APPROVED, "voted on").await?;
    Ok(())
}

/// Casts a member's vote, or changes it. No page is stale where none shows the difference.
///
/// # Errors
/// A creation or member that is not there, one that is not public, a kind without votes, more stars than there are.
pub async fn cast<L>(change: &mut Change<'_, L>, creation: CreationId, member: MemberId, stars: i64) -> Result<()> {
    if !(0..=STARS_MAX).contains(&stars) {
        return Err(Error::Invalid(format!("{stars} is not between 0 and {STARS_MAX} stars")));
    }
    members::require(change, member).await?;
    let before = creations::in_state(change, creation, APPROVED, "voted on").await?;
    if !change.site.section(&before.section).is_some_and(|section| change.site.kind(section).rated) {
        return Err(Error::Invalid(format!("nobody votes on what is in the section {}", before.section)));
    }
    let former = rows::vote(&mut change.tx, creation, member).await?;
    if former == Some(stars) {
        return Ok(());
    }
    let now = change.now;
    rows::cast(&mut change.tx, creation, member, stars, former, now).await?;
    let after = creations::require(change, creation).await?;
    let shown = |row: &rows::Standing| rating(row.rating_sum, row.rating_count, row.winner);
    let (old, new) = (shown(&before), shown(&after));
    if old.stars != new.stars || (old.votes == 0) != (new.votes == 0) {
        creations::note(change, &after, CreationFacet::Stars).await
    } else if old.votes != new.votes {
        creations::note(change, &after, CreationFacet::Votes).await
    } else {
        Ok(())
    }
}
