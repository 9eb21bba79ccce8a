//! Recommended pages elsewhere.

use crate::db::publishing::links as rows;
use crate::db::{lists, places};
use crate::model::Text;

use super::pages::{Pages, Stands, items};
use super::{Change, Error, Result, not_found};

/// The list of all links.
const LIST: &str = "links";

/// What an editor writes.
#[derive(Clone, Debug)]
pub struct LinkText {
    /// The page's name.
    pub title: String,
    /// Its address.
    pub url: String,
    /// What is there; may be empty.
    pub description: Text,
}

/// Adds a link; gives its row.
///
/// # Errors
/// A site without links.
pub async fn add<L>(change: &mut Change<'_, L>, link: &LinkText) -> Result<i64> {
    if !change.site.config.features.links {
        return Err(Error::Invalid("the site has no links".to_owned()));
    }
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    let now = change.now;
    let id = rows::add(&mut change.tx, &link.title, &link.url, &link.description, now).await?;
    lists::append(&mut change.tx, &[(LIST.to_owned(), id)]).await?;
    note(change, id, Stands::Newly).await?;
    Ok(id)
}

/// Writes another link in its place.
///
/// # Errors
/// It is not there, or was deleted.
pub async fn edit<L>(change: &mut Change<'_, L>, id: i64, link: &LinkText) -> Result<()> {
    let old = require(change, id, "edited").await?;
    let is_same = old.title == link.title
        && old.url == link.url
        && old.description == link.description.source
        && old.description_format == link.description.format;
    if is_same {
        return Ok(());
    }
    rows::edit(&mut change.tx, id, &link.title, &link.url, &link.description).await?;
    note(change, id, Stands::Already).await
}

/// Deletes a link; its place stays empty.
///
/// # Errors
/// It is not there, or was deleted already.
pub async fn delete<L>(change: &mut Change<'_, L>, id: i64) -> Result<()> {
    require(change, id, "deleted").await?;
    note(change, id, Stands::Already).await?;
    rows::delete(&mut change.tx, id).await?;
    Ok(places::hide(&mut change.tx, &[(LIST.to_owned(), id)]).await?)
}

async fn require<L>(change: &mut Change<'_, L>, id: i64, action: &'static str) -> Result<rows::Standing> {
    let link = rows::by_id(&mut change.tx, id).await?.ok_or_else(|| not_found("link", id))?;
    if link.state != "public" {
        return Err(Error::State { what: "link", id: id.to_string(), state: link.state, action });
    }
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    Ok(link)
}

async fn note<L>(change: &mut Change<'_, L>, id: i64, stands: Stands) -> Result<()> {
    let mut pages = Pages::new();
    items::of_link(&mut change.tx, change.site, id, stands, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
