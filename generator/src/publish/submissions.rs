//! Works on their way to the public: begun, submitted, taken back, returned, rejected, approved. Each step is a row of
//! the work's history, with who made it and what an editor said.
//!
//! No page shows a work before it is approved, so that all steps but that one mark nothing.

use chrono::TimeDelta;

use crate::db::creations::APPROVED;
use crate::db::former_texts;
use crate::db::publishing::creations::{self as creation_rows, Standing};
use crate::db::submissions::{self as rows, Action};
use crate::model::{CreationId, MemberId};
use crate::page::Page;
use crate::view::{check_attributes, check_draft};

use super::creations::{self, Submission, Work, in_state, require_section, slug_of};
use super::pages::creation::own_page;
use super::{Alone, Change, Error, Result, not_found, uploads};

/// The same draft begun within this time is one draft, sent twice.
const SAME_DRAFT_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// Begins a draft; nobody but its author sees it, and what its kind requires may still be missing. The genre is a name of
/// those that the section offers, or empty.
///
/// # Errors
/// A section, member or genre that is not there, attributes of a wrong type.
pub async fn begin<L>(
    change: &mut Change<'_, L>,
    section: &str,
    member: MemberId,
    genre: &str,
    work: &Work,
) -> Result<CreationId> {
    require_section(change.site, section)?;
    let since = change.now - SAME_DRAFT_WINDOW;
    let author = creations::author_of(change, member).await?;
    let same = rows::same_draft(&mut change.tx, member, section, &work.title, &work.body.source, since).await?;
    if let Some(id) = same {
        save(change, id, member, genre, work).await?;
        return Ok(id);
    }
    require_genre(change, section, genre).await?;
    let id = creations::submit(change, section, Some(author), None, work, Submission::Draft).await?;
    rows::want_genre(&mut change.tx, id, genre).await?;
    note(change, id, member, Action::Begun, "").await?;
    Ok(id)
}

/// Writes another text in place of a draft's or of a returned work's.
///
/// # Errors
/// It is not there, somebody else's or in another state; a genre that is not there, attributes of a wrong type.
pub async fn save<L>(
    change: &mut Change<'_, L>,
    id: CreationId,
    member: MemberId,
    genre: &str,
    work: &Work,
) -> Result<()> {
    let row = own(change, id, member, &["draft", "returned"], "edited").await?;
    require_genre(change, &row.section, genre).await?;
    let kind = change.site.kind(require_section(change.site, &row.section)?);
    check_draft(kind, &work.attributes).map_err(Error::Invalid)?;
    let slug = slug_of(change.site, &work.title);
    let edited = work.edited(&slug);
    let now = change.now;
    creation_rows::edit(&mut change.tx, id, &edited, now).await?;
    rows::want_genre(&mut change.tx, id, genre).await?;
    uploads::show(change, &row, work).await
}

/// Sends a draft or a mended work to the editors.
///
/// # Errors
/// It is not there, somebody else's or in another state; what its kind requires is missing.
pub async fn submit<L>(change: &mut Change<'_, L>, id: CreationId, member: MemberId) -> Result<()> {
    let row = own(change, id, member, &["draft", "returned"], "submitted").await?;
    let kind = change.site.kind(require_section(change.site, &row.section)?);
    check_attributes(kind, &row.attributes).map_err(Error::Invalid)?;
    creation_rows::set_state(&mut change.tx, id, "waiting").await?;
    note(change, id, member, Action::Submitted, "").await
}

/// Takes a work back from the editors.
///
/// # Errors
/// It is not there, somebody else's, or does not wait.
pub async fn withdraw<L>(change: &mut Change<'_, L>, id: CreationId, member: MemberId) -> Result<()> {
    own(change, id, member, &["waiting"], "withdrawn").await?;
    creation_rows::set_state(&mut change.tx, id, "draft").await?;
    note(change, id, member, Action::Withdrawn, "").await
}

/// Throws a work away that was never public, for good.
///
/// # Errors
/// It is not there, somebody else's, waits or was public.
pub async fn discard(change: &mut Change<'_, Alone>, id: CreationId, member: MemberId) -> Result<()> {
    own(change, id, member, &["draft", "returned", "rejected"], "thrown away").await?;
    former_texts::forget_work(&mut change.tx, id).await?;
    creations::delete(change, id).await
}

/// Gives a waiting work back to its author, who mends it and submits it again.
///
/// # Errors
/// It is not there, or does not wait; a note that says nothing.
pub async fn return_with_note<L>(
    change: &mut Change<'_, L>,
    id: CreationId,
    editor: MemberId,
    said: &str,
) -> Result<()> {
    if said.trim().is_empty() {
        return Err(Error::Invalid("a work is returned with a note to its author".to_owned()));
    }
    in_state(change, id, "waiting", "returned").await?;
    creation_rows::set_state(&mut change.tx, id, "returned").await?;
    note(change, id, editor, Action::Returned, said).await
}

/// Refuses a waiting work for good.
///
/// # Errors
/// It is not there, or does not wait.
pub async fn reject<L>(change: &mut Change<'_, L>, id: CreationId, editor: MemberId, said: &str) -> Result<()> {
    in_state(change, id, "waiting", "rejected").await?;
    creation_rows::set_state(&mut change.tx, id, "rejected").await?;
    note(change, id, editor, Action::Rejected, said).await
}

/// Publishes a work within a change that is never made, so that its page can be looked at as it would be.
///
/// # Errors
/// It is not there; what its kind requires is missing.
pub(crate) async fn publish_for_a_look(change: &mut Change<'_, Alone>, id: CreationId) -> Result<Page> {
    let row = creations::require(change, id).await?;
    let kind = change.site.kind(require_section(change.site, &row.section)?);
    check_attributes(kind, &row.attributes).map_err(Error::Invalid)?;
    if row.state != APPROVED {
        let now = change.now;
        creations::publish(change, &row, now).await?;
    }
    Ok(own_page(&row))
}

/// Publishes a waiting work.
///
/// # Errors
/// It is not there, or does not wait.
pub async fn approve(change: &mut Change<'_, Alone>, id: CreationId, editor: MemberId, said: &str) -> Result<()> {
    creations::approve(change, id).await?;
    note(change, id, editor, Action::Approved, said).await
}

async fn note<L>(
    change: &mut Change<'_, L>,
    id: CreationId,
    member: MemberId,
    action: Action,
    said: &str,
) -> Result<()> {
    let now = change.now;
    Ok(rows::note(&mut change.tx, id, member, action, said.trim(), now).await?)
}

/// A member's own work in one of these states, locked. Somebody else's is as good as none.
async fn own<L>(
    change: &mut Change<'_, L>,
    id: CreationId,
    member: MemberId,
    states: &[&str],
    action: &'static str,
) -> Result<Standing> {
    let row = creations::require(change, id).await?;
    if row.member_id != Some(member) {
        return Err(not_found("creation", id));
    }
    if states.contains(&row.state.as_str()) {
        Ok(row)
    } else {
        Err(Error::State { what: "creation", id: id.to_string(), state: row.state, action })
    }
}

/// A genre that the section offers its authors, or that works of it have already.
async fn require_genre<L>(change: &mut Change<'_, L>, section: &str, genre: &str) -> Result<()> {
    let offered = change.site.section(section).is_some_and(|section| section.genres.iter().any(|name| name == genre));
    if genre.is_empty() || offered || rows::genres(&mut change.tx, section).await?.iter().any(|name| name == genre) {
        return Ok(());
    }
    Err(Error::Invalid(format!("the section {section} has no genre `{genre}`")))
}
