//! News, at once or at their time.

use chrono::{DateTime, Utc};

use crate::db::publishing::messages::{self as rows, Kind};
use crate::db::{lists, places};
use crate::model::{MemberId, Text};

use super::pages::items::{MessageFacet, of_news};
use super::pages::{Pages, Stands};
use super::{Change, Error, Result, members, not_found};

/// The list of all news.
const LIST: &str = "news";

/// Publishes a piece of news; gives its row.
///
/// # Errors
/// A member who is not there.
pub async fn add<L>(change: &mut Change<'_, L>, member: MemberId, body: &Text) -> Result<i64> {
    members::require(change, member).await?;
    let now = change.now;
    let id = rows::add_news(&mut change.tx, member, body, Some(now), None).await?;
    show(change, id).await?;
    Ok(id)
}

/// Writes a draft, which is published by itself at its time, if it has one; gives its row.
///
/// # Errors
/// A member who is not there.
pub async fn draft<L>(
    change: &mut Change<'_, L>,
    member: MemberId,
    body: &Text,
    publish_at: Option<DateTime<Utc>>,
) -> Result<i64> {
    members::require(change, member).await?;
    Ok(rows::add_news(&mut change.tx, member, body, None, publish_at).await?)
}

/// Publishes a draft as of a moment.
///
/// # Errors
/// It is not there, or no draft.
pub async fn publish<L>(change: &mut Change<'_, L>, id: i64, at: DateTime<Utc>) -> Result<()> {
    let news = require(change, id).await?;
    if news.state != "draft" {
        return Err(refused(id, news.state, "published"));
    }
    rows::publish_news(&mut change.tx, id, at).await?;
    show(change, id).await
}

/// Says when a draft is to be published by itself, or that it is not.
///
/// # Errors
/// It is not there, or no draft.
pub async fn schedule<L>(change: &mut Change<'_, L>, id: i64, publish_at: Option<DateTime<Utc>>) -> Result<()> {
    let news = require(change, id).await?;
    if news.state != "draft" {
        return Err(refused(id, news.state, "scheduled"));
    }
    Ok(rows::schedule_news(&mut change.tx, id, publish_at).await?)
}

/// Writes another text in place of a piece of news.
///
/// # Errors
/// It is not there, or was deleted.
pub async fn edit<L>(change: &mut Change<'_, L>, id: i64, body: &Text) -> Result<()> {
    let news = require(change, id).await?;
    if news.state == "deleted" {
        return Err(refused(id, news.state, "edited"));
    }
    if news.body == body.source && news.body_format == body.format {
        return Ok(());
    }
    rows::edit(&mut change.tx, Kind::News, id, body).await?;
    note(change, id, Stands::Already).await
}

/// Deletes a piece of news; its place stays empty.
///
/// # Errors
/// It is not there, or was deleted already.
pub async fn delete<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    let news = require(change, id).await?;
    if news.state == "deleted" {
        return Err(refused(id, news.state, "deleted"));
    }
    note(change, id, Stands::Already).await?;
    rows::delete(&mut change.tx, Kind::News, id).await?;
    Ok(places::hide(&mut change.tx, &[(LIST.to_owned(), id)]).await?)
}

async fn require<L>(change: &mut Change<'_, L>, id: i64) -> Result<rows::StandingMessage> {
    let news = rows::by_id(&mut change.tx, Kind::News, id).await?.ok_or_else(|| not_found("news", id))?;
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    Ok(news)
}

fn refused(id: i64, state: String, action: &'static str) -> Error {
    Error::State { what: "news", id: id.to_string(), state, action }
}

async fn show<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    places::show(&mut change.tx, &[(LIST.to_owned(), id)]).await?;
    note(change, id, Stands::Newly).await
}

async fn note<L>(change: &mut Change<'_, L>, id: i64, stands: Stands) -> Result<()> {
    let mut pages = Pages::new();
    of_news(&mut change.tx, change.site, &[id], MessageFacet::Whole, stands, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
