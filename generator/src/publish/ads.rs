//! Classified ads on both boards. A new one goes by itself after the days that site.toml says.

use chrono::TimeDelta;

use crate::db::publishing::ads::{self as rows, Standing};
use crate::db::{lists, places};
use crate::model::{Board, MemberId};

pub use crate::db::publishing::ads::AdText;

use super::pages::{Pages, Stands, items};
use super::{Change, Error, Result, members, not_found};

/// Adds an ad; gives its row. Ads of nobody are people's without an account.
///
/// # Errors
/// A board, group or member that is not there.
pub async fn add<L>(change: &mut Change<'_, L>, board: Board, member: Option<MemberId>, text: &AdText) -> Result<i64> {
    let Some(config) = change.site.board(board) else { return Err(not_found("board", board.key())) };
    let expires_at = change.now + TimeDelta::days(config.expire_after_days);
    check_group(change, board, &text.group)?;
    if let Some(member) = member {
        members::require(change, member).await?;
    }
    lists::lock(&mut change.tx, &keys(board, &text.group)).await?;
    let now = change.now;
    let id = rows::add(&mut change.tx, board, member, text, now, Some(expires_at)).await?;
    places::show(&mut change.tx, &keys(board, &text.group).map(|key| (key, id))).await?;
    note(change, board, &text.group, id, Stands::Newly).await?;
    Ok(id)
}

/// Writes another text in place of an ad's, perhaps in another group.
///
/// # Errors
/// It is not there, is over, or the group is not there.
pub async fn edit<L>(change: &mut Change<'_, L>, id: i64, text: &AdText) -> Result<()> {
    let (ad, board) = require(change, id, &text.group, "edited").await?;
    check_group(change, board, &text.group)?;
    if ad.text == *text {
        return Ok(());
    }
    note(change, board, &ad.text.group, id, Stands::Already).await?;
    rows::edit(&mut change.tx, id, text).await?;
    if ad.text.group != text.group {
        let [_, old] = keys(board, &ad.text.group);
        let [_, new] = keys(board, &text.group);
        places::leave(&mut change.tx, &old, id).await?;
        places::show(&mut change.tx, &[(new, id)]).await?;
        note(change, board, &text.group, id, Stands::Newly).await?;
    }
    Ok(())
}

/// Deletes an ad.
///
/// # Errors
/// It is not there, or over already.
pub async fn delete<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    end(change, id, "deleted").await
}

/// Ends an ad whose time is over.
///
/// # Errors
/// It is not there, or over already.
pub async fn expire<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    end(change, id, "expired").await
}

async fn end<L>(change: &mut Change<'_, L>, id: i64, state: &'static str) -> Result<()> {
    let (ad, board) = require(change, id, "", state).await?;
    note(change, board, &ad.text.group, id, Stands::Already).await?;
    places::hide(&mut change.tx, &keys(board, &ad.text.group).map(|key| (key, id))).await?;
    Ok(rows::end(&mut change.tx, id, state).await?)
}

/// A public ad, with its lists and that of another group locked.
async fn require<L>(
    change: &mut Change<'_, L>,
    id: i64,
    group: &str,
    action: &'static str,
) -> Result<(Standing, Board)> {
    let ad = rows::by_id(&mut change.tx, id).await?.ok_or_else(|| not_found("ad", id))?;
    if ad.state != "public" {
        return Err(Error::State { what: "ad", id: id.to_string(), state: ad.state, action });
    }
    let board = Board::ALL.into_iter().find(|board| board.key() == ad.board);
    let board = board.ok_or_else(|| not_found("board", &ad.board))?;
    let mut locked = keys(board, &ad.text.group).to_vec();
    locked.extend((!group.is_empty()).then(|| format!("{}/{group}", board.key())));
    lists::lock(&mut change.tx, &locked).await?;
    Ok((ad, board))
}

fn keys(board: Board, group: &str) -> [String; 2] {
    [board.key().to_owned(), format!("{}/{group}", board.key())]
}

fn check_group<L>(change: &Change<'_, L>, board: Board, group: &str) -> Result<()> {
    let groups = change.site.groups(board).unwrap_or_default();
    if groups.iter().any(|known| known.key == group) { Ok(()) } else { Err(not_found("group of ads", group)) }
}

async fn note<L>(change: &mut Change<'_, L>, board: Board, group: &str, id: i64, stands: Stands) -> Result<()> {
    let mut pages = Pages::new();
    items::of_ad(&mut change.tx, change.site, board, group, id, stands, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
