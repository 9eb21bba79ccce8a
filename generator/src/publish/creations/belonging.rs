//! Where a creation belongs: its section, its genre, its author; and the genres that there are.

use crate::db::places;
use crate::db::publishing::creations::{self as rows, Standing};
use crate::db::search::Kind;
use crate::model::{AuthorId, CreationId, GenreId};
use crate::page::{Page, Sitemap};
use crate::text::slug::slug;
use crate::view::check_attributes;

use super::super::pages::bulk::Bulk;
use super::super::pages::creation::CreationFacet;
use super::super::pages::of_section;
use super::super::{Alone, Change, Error, Result};
use super::{leave_redirects, note, require, require_author, require_genre, require_section, show_again};

/// Moves a creation to another section, under the next number there.
///
/// # Errors
/// It is not there or in this section already; a section or genre that is not there; attributes that the other
/// section's kind does not have.
pub async fn move_to(
    change: &mut Change<'_, Alone>,
    id: CreationId,
    section: &str,
    genre: Option<GenreId>,
) -> Result<()> {
    let row = require(change, id).await?;
    if row.section == section {
        return Err(Error::Invalid(format!("creation {id} is in the section {section} already")));
    }
    let kind = change.site.kind(require_section(change.site, section)?);
    check_attributes(kind, &row.attributes).map_err(Error::Invalid)?;
    require_genre(change, section, genre).await?;
    note(change, &row, CreationFacet::Whole).await?;
    places::leave(&mut change.tx, &format!("section/{}", row.section), id.0).await?;
    if let Some(genre) = row.genre_id {
        places::leave(&mut change.tx, &format!("genre/{genre}"), id.0).await?;
    }
    rows::keep_number(&mut change.tx, &row.section, row.number).await?;
    let number = rows::next_number(&mut change.tx, section).await?;
    let now = change.now;
    rows::set_section(&mut change.tx, id, section, number, genre, now).await?;
    change.touch(Kind::Creation, id.0);
    let after = require(change, id).await?;
    show_again(change, &after, CreationFacet::Whole).await?;
    leave_redirects(change, &row, &after).await
}

/// Gives a creation another genre, or none.
///
/// # Errors
/// It is not there; a genre that its section does not have.
pub async fn change_genre(change: &mut Change<'_, Alone>, id: CreationId, genre: Option<GenreId>) -> Result<()> {
    let row = require(change, id).await?;
    if row.genre_id == genre {
        return Ok(());
    }
    require_genre(change, &row.section, genre).await?;
    note(change, &row, CreationFacet::Genre).await?;
    if let Some(genre) = row.genre_id {
        places::leave(&mut change.tx, &format!("genre/{genre}"), id.0).await?;
    }
    let now = change.now;
    rows::set_genre(&mut change.tx, id, genre, now).await?;
    let after = require(change, id).await?;
    show_again(change, &after, CreationFacet::Genre).await
}

/// Gives a creation another author, or none.
///
/// # Errors
/// It is not there; an author who is not there.
pub async fn change_author(change: &mut Change<'_, Alone>, id: CreationId, author: Option<AuthorId>) -> Result<()> {
    let row = require(change, id).await?;
    if row.author_id == author {
        return Ok(());
    }
    require_author(change, author).await?;
    note(change, &row, CreationFacet::Authorship).await?;
    if let Some(author) = row.author_id {
        places::leave(&mut change.tx, &format!("author/{author}"), id.0).await?;
    }
    let now = change.now;
    rows::set_author(&mut change.tx, id, author, now).await?;
    let after = require(change, id).await?;
    show_again(change, &after, CreationFacet::Authorship).await
}

/// Gives a creation that becomes public the genre that it was imported with, which has a row only once something public
/// has it.
pub(super) async fn settle_genre(change: &mut Change<'_, Alone>, row: &Standing) -> Result<()> {
    let Some(name) = rows::wanted_genre(&mut change.tx, row.id).await? else { return Ok(()) };
    let slug = slug(&name);
    let genre = match rows::genre_of_slug(&mut change.tx, &row.section, &slug).await? {
        Some(genre) => Some(genre),
        None if slug.is_empty() => None,
        None => Some(add_genre(change, &row.section, &name).await?),
    };
    Ok(rows::settle_genre(&mut change.tx, row.id, genre).await?)
}

/// Adds a genre to a section. All lists of the section offer it from now on.
///
/// # Errors
/// A section that is not there, a name without a letter, a genre of the same slug.
pub async fn add_genre(change: &mut Change<'_, Alone>, section: &str, name: &str) -> Result<GenreId> {
    require_section(change.site, section)?;
    let slug = slug(name);
    if slug.is_empty() {
        return Err(Error::Invalid(format!("the genre's name `{name}` has no letter to make an address of")));
    }
    let added = rows::add_genre(&mut change.tx, section, &slug, name).await?;
    let id = added.ok_or_else(|| Error::Taken { what: "genre", value: name.to_owned() })?;
    let mut bulk = Bulk::new(change.site);
    of_section(&mut change.tx, change.site, section, &mut bulk).await?;
    change.stale(Page::Sitemap(Sitemap::Pages));
    change.stale_bulk(bulk);
    Ok(id)
}
