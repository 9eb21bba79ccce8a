//! Creations: submitted, approved, edited, moved, unpublished, published again, deleted.
//!
//! What leaves or changes its address leaves a redirect, if it ever was public.

mod belonging;

use chrono::{DateTime, Utc};

use crate::db;
use crate::db::creations::{APPROVED, NewCreation, texts};
use crate::db::places;
use crate::db::publishing::creations::{self as rows, Edited, Standing};
use crate::db::search::Kind;
use crate::model::{AuthorId, CreationId, GenreId, MemberId, Text};
use crate::page::Page;
use crate::site::Site;
use crate::site::section::Section;
use crate::text::slug::{is_slug, slug_or};
use crate::view::{check_attributes, check_draft};

use super::pages::creation::{
    CreationFacet, discussion, discussion_pages, items, own_page, pages_showing, sitemap_of_author,
};
use super::pages::{Pages, Stands};
use super::redirects::{self, Move};
use super::{Alone, Change, Error, Result, not_found, uploads};

pub use self::belonging::{add_genre, change_author, change_genre, move_to};

/// What an author writes.
#[derive(Clone, Debug)]
pub struct Work {
    /// As written.
    pub title: String,
    /// A few sentences of plain text, may be empty.
    pub synopsis: String,
    /// A JSON object with what the kind declares.
    pub attributes: String,
    /// The text.
    pub body: Text,
    /// Where it was taken from with permission; may be empty.
    pub source_name: String,
    /// Address of that source; may be empty.
    pub source_url: String,
}

impl Work {
    pub(super) fn edited<'a>(&'a self, slug: &'a str) -> Edited<'a> {
        Edited {
            title: &self.title,
            slug,
            synopsis: &self.synopsis,
            attributes: &self.attributes,
            body: &self.body,
            source_name: &self.source_name,
            source_url: &self.source_url,
        }
    }
}

/// A submitted creation waits for an editor, a draft for its author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// Not yet shown to anybody.
    Draft,
    /// For the editors.
    Waiting,
}

/// The author that a member is; the row is made when a member first submits something.
///
/// # Errors
/// A member who is not there.
pub async fn author_of<L>(change: &mut Change<'_, L>, member: MemberId) -> Result<AuthorId> {
    super::members::require(change, member).await?;
    Ok(rows::author_of(&mut change.tx, member).await?)
}

/// Writes a new creation under the next number of its section. No page shows it yet.
///
/// # Errors
/// A section, an author or a genre that is not there, attributes that the kind does not have; of a draft, those of a
/// wrong type alone.
pub async fn submit<L>(
    change: &mut Change<'_, L>,
    section: &str,
    author: Option<AuthorId>,
    genre: Option<GenreId>,
    work: &Work,
    submission: Submission,
) -> Result<CreationId> {
    match submission {
        Submission::Draft => check_draft_of(change.site, section, work)?,
        Submission::Waiting => check(change.site, section, work)?,
    }
    require_genre(change, section, genre).await?;
    require_author(change, author).await?;
    let id = rows::next_id(&mut change.tx).await?;
    let creation = NewCreation {
        id,
        section: section.to_owned(),
        number: rows::next_number(&mut change.tx, section).await?,
        title: work.title.clone(),
        slug: slug_of(change.site, &work.title),
        author_id: author,
        state: match submission {
            Submission::Draft => "draft",
            Submission::Waiting => "waiting",
        },
        genre_id: genre,
        rating_sum: 0,
        rating_count: 0,
        winner: false,
        read_count: 0,
        download_count: 0,
        comment_count: 0,
        published_at: None,
        changed_at: change.now,
        synopsis: work.synopsis.clone(),
        attributes: work.attributes.clone(),
        body_format: work.body.format,
        body: work.body.source.clone(),
    };
    rows::insert(&mut change.tx, creation, &work.source_name, &work.source_url).await?;
    let row = require(change, id).await?;
    uploads::show(change, &row, work).await?;
    Ok(id)
}

/// Publishes a waiting creation.
///
/// # Errors
/// It is not there, or does not wait.
pub async fn approve(change: &mut Change<'_, Alone>, id: CreationId) -> Result<()> {
    let now = change.now;
    approve_at(change, id, now).await
}

/// As [`approve`], as of the moment at which it was due.
pub(super) async fn approve_at(change: &mut Change<'_, Alone>, id: CreationId, at: DateTime<Utc>) -> Result<()> {
    let row = in_state(change, id, "waiting", "approved").await?;
    publish(change, &row, at).await
}

/// Says when a waiting creation is to be published by itself, or that it is not; see [`super::schedule::due`].
///
/// # Errors
/// It is not there, or does not wait.
pub async fn schedule<L>(change: &mut Change<'_, L>, id: CreationId, publish_at: Option<DateTime<Utc>>) -> Result<()> {
    in_state(change, id, "waiting", "scheduled").await?;
    Ok(rows::schedule(&mut change.tx, id, publish_at).await?)
}

/// Takes a public creation away. Its places in lists stay reserved.
///
/// # Errors
/// It is not there, or not public.
pub async fn unpublish(change: &mut Change<'_, Alone>, id: CreationId) -> Result<()> {
    let row = in_state(change, id, APPROVED, "unpublished").await?;
    note(change, &row, CreationFacet::Whole).await?;
    places::hide(&mut change.tx, &items(&row)).await?;
    rows::set_state(&mut change.tx, id, "unpublished").await?;
    change.touch(Kind::Creation, id.0);
    Ok(db::uploads::unsettle(&mut change.tx, id).await?)
}

/// Shows an unpublished creation again, where it was.
///
/// # Errors
/// It is not there, or was not unpublished.
pub async fn publish_again(change: &mut Change<'_, Alone>, id: CreationId) -> Result<()> {
    let row = in_state(change, id, "unpublished", "published again").await?;
    let now = change.now;
    publish(change, &row, now).await
}

/// Writes another text in place of a creation's. A new title may be a new address.
///
/// # Errors
/// It is not there; attributes that the kind does not have.
pub async fn edit(change: &mut Change<'_, Alone>, id: CreationId, work: &Work) -> Result<()> {
    let row = require(change, id).await?;
    check(change.site, &row.section, work)?;
    let slug = slug_of(change.site, &work.title);
    let text = texts(&mut change.tx, &[id.0]).await?.remove(&id).ok_or_else(|| not_found("text of creation", id))?;
    let changes = [
        (row.title != work.title || row.slug != slug, CreationFacet::Whole),
        (row.synopsis != work.synopsis || row.attributes != work.attributes, CreationFacet::Line),
        (
            text.body.source != work.body.source
                || text.body.format != work.body.format
                || text.source_name != work.source_name
                || text.source_url != work.source_url,
            CreationFacet::Text,
        ),
    ];
    let facets: Vec<CreationFacet> =
        changes.into_iter().filter(|(changes, _)| *changes).map(|(_, facet)| facet).collect();
    if facets.is_empty() {
        return Ok(());
    }
    for facet in &facets {
        note(change, &row, *facet).await?;
    }
    let edited = work.edited(&slug);
    let now = change.now;
    rows::edit(&mut change.tx, id, &edited, now).await?;
    change.touch(Kind::Creation, id.0);
    uploads::show(change, &row, work).await?;
    let after = require(change, id).await?;
    for facet in facets {
        note(change, &after, facet).await?;
    }
    leave_redirects(change, &row, &after).await
}

/// Deletes a creation with its votes and its discussion, for good. Its number is not given again.
///
/// # Errors
/// It is not there.
pub async fn delete(change: &mut Change<'_, Alone>, id: CreationId) -> Result<()> {
    let row = require(change, id).await?;
    note(change, &row, CreationFacet::Whole).await?;
    let mut gone = discussion_pages(&mut change.tx, change.site, &row).await?;
    gone.push(own_page(&row));
    for page in &gone {
        crate::db::redirects::remove_to(&mut change.tx, &page.to_string()).await?;
    }
    for (list, item) in items(&row) {
        places::leave(&mut change.tx, &list, item).await?;
    }
    places::remove_list(&mut change.tx, &discussion(id)).await?;
    rows::keep_number(&mut change.tx, &row.section, row.number).await?;
    change.touch(Kind::Creation, id.0);
    db::uploads::unsettle(&mut change.tx, id).await?;
    Ok(rows::delete(&mut change.tx, id).await?)
}

/// A creation, locked.
pub(super) async fn require<L>(change: &mut Change<'_, L>, id: CreationId) -> Result<Standing> {
    rows::by_id(&mut change.tx, id).await?.ok_or_else(|| not_found("creation", id))
}

/// A creation that is in the state that an action needs.
pub(super) async fn in_state<L>(
    change: &mut Change<'_, L>,
    id: CreationId,
    state: &str,
    action: &'static str,
) -> Result<Standing> {
    let row = require(change, id).await?;
    if row.state == state {
        Ok(row)
    } else {
        Err(Error::State { what: "creation", id: id.to_string(), state: row.state, action })
    }
}

/// Notes the pages that show a facet of a creation now.
pub(super) async fn note<L>(change: &mut Change<'_, L>, creation: &Standing, facet: CreationFacet) -> Result<()> {
    note_since(change, creation, facet, &[]).await
}

/// As [`note`], where it has just come onto some lists.
async fn note_since<L>(
    change: &mut Change<'_, L>,
    creation: &Standing,
    facet: CreationFacet,
    came: &[String],
) -> Result<()> {
    let mut pages = Pages::new();
    let creation = std::slice::from_ref(creation);
    pages_showing(&mut change.tx, change.site, creation, facet, came, &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}

/// Makes a creation public and puts it on its lists.
pub(super) async fn publish(change: &mut Change<'_, Alone>, row: &Standing, at: DateTime<Utc>) -> Result<()> {
    belonging::settle_genre(change, row).await?;
    rows::publish(&mut change.tx, row.id, at).await?;
    change.touch(Kind::Creation, row.id.0);
    db::uploads::unsettle(&mut change.tx, row.id).await?;
    let after = require(change, row.id).await?;
    show_again(change, &after, CreationFacet::Whole).await?;
    for (_, path) in paths(change, &after).await? {
        redirects::make_room(change, &path).await?;
    }
    Ok(())
}

/// Puts a public creation on the lists that it belongs to now and notes the pages; of one that is not public, nothing.
async fn show_again(change: &mut Change<'_, Alone>, row: &Standing, facet: CreationFacet) -> Result<()> {
    if row.state != APPROVED {
        return Ok(());
    }
    let came = places::show(&mut change.tx, &items(row)).await?;
    if let Some(author) = row.author_id {
        let item = [("authors".to_owned(), author.0)];
        let place = places::places(&mut change.tx, &item, 0).await?.pop();
        // An import hides authors of whom nothing is public.
        if !place.as_ref().is_some_and(|place| place.public) {
            places::show(&mut change.tx, &item).await?;
            let stands = if place.is_none() { Stands::Newly } else { Stands::Already };
            let mut pages = Pages::new();
            sitemap_of_author(&mut change.tx, author, stands, &mut pages).await?;
            change.stale_all(pages);
        }
    }
    note_since(change, row, facet, &came).await
}

/// The pages of a creation's own with their paths.
async fn paths<L>(change: &mut Change<'_, L>, row: &Standing) -> Result<Vec<(Page, String)>> {
    let mut pages = vec![own_page(row)];
    pages.extend(discussion_pages(&mut change.tx, change.site, row).await?);
    let without = &change.site.config.paths.creation_without_slug;
    let slug = if is_slug(&row.slug) { row.slug.clone() } else { slug_or(&row.slug, without) };
    Ok(pages.into_iter().map(|page| (page.clone(), change.site.path(&page, &slug))).collect())
}

/// Leaves redirects where a creation stood, if anybody ever saw it there.
async fn leave_redirects(change: &mut Change<'_, Alone>, before: &Standing, after: &Standing) -> Result<()> {
    if before.state != APPROVED && before.state != "unpublished" {
        return Ok(());
    }
    let (old, new) = (paths(change, before).await?, paths(change, after).await?);
    let moves: Vec<Move> = old
        .into_iter()
        .zip(new)
        .filter(|(old, new)| old != new)
        .map(|((old_page, old_path), (new_page, new_path))| Move { old_page, old_path, new_page, new_path })
        .collect();
    redirects::leave(change, &moves).await
}

fn check(site: &Site, section: &str, work: &Work) -> Result<()> {
    check_attributes(site.kind(require_section(site, section)?), &work.attributes).map_err(Error::Invalid)
}

fn check_draft_of(site: &Site, section: &str, work: &Work) -> Result<()> {
    check_draft(site.kind(require_section(site, section)?), &work.attributes).map_err(Error::Invalid)
}

pub(super) fn require_section<'a>(site: &'a Site, section: &str) -> Result<&'a Section> {
    site.section(section).ok_or_else(|| not_found("section", section))
}

async fn require_genre<L>(change: &mut Change<'_, L>, section: &str, genre: Option<GenreId>) -> Result<()> {
    let Some(id) = genre else { return Ok(()) };
    let genre = rows::genre(&mut change.tx, id).await?.ok_or_else(|| not_found("genre", id))?;
    if genre.section == section {
        Ok(())
    } else {
        Err(Error::Invalid(format!("the genre {id} belongs to the section {}, not to {section}", genre.section)))
    }
}

async fn require_author<L>(change: &mut Change<'_, L>, author: Option<AuthorId>) -> Result<()> {
    match author {
        Some(id) if !rows::is_author(&mut change.tx, id).await? => Err(not_found("author", id)),
        _ => Ok(()),
    }
}

pub(super) fn slug_of(site: &Site, title: &str) -> String {
    slug_or(title, &site.config.paths.creation_without_slug)
}
