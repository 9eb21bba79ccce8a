//! The steps of a work that its author makes, each a transaction.

use chrono::{DateTime, Utc};
use generator::db::{accounts, uploads};
use generator::model::{CreationId, MemberId};
use generator::publish::creations::Work;
use generator::publish::{Change, Door, Shared, submissions};
use generator::site::Site;

use crate::app::{App, begun, tried};
use crate::error::{Fault, Result};
use crate::office::item::former;
use crate::visitor::Member;

/// What an author does.
pub enum Step<'a> {
    /// Keeps what was written, and perhaps sends it to the editors.
    Write(Writing<'a>),
    /// Takes it back from them.
    Withdraw(CreationId),
    /// Throws it away.
    Discard(CreationId),
}

/// A text to be kept.
pub struct Writing<'a> {
    /// Which work, or the section of a new one.
    pub target: Target<'a>,
    /// The genre's name, or nothing.
    pub genre: &'a str,
    /// What was written.
    pub work: &'a Work,
    /// Files that belong to it from now on.
    pub files: &'a [String],
    /// Whether the editors get it.
    pub submits: bool,
}

/// Where a text belongs.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// A new work in this section.
    New(&'a str),
    /// This one.
    Work(CreationId),
}

/// Makes a step; gives the work's row.
///
/// # Errors
/// The work is not there, somebody else's, or in a state that the step does not lead from; a member who was banned since
/// the request came; a database that is away.
pub async fn make(app: &App, member: &Member, step: &Step<'_>) -> Result<CreationId> {
    let door = app.open_door()?;
    tried(|| once(app, &door, member, step)).await
}

async fn once(app: &App, door: &Door, member: &Member, step: &Step<'_>) -> Result<CreationId> {
    if let Step::Discard(id) = step {
        let mut change = begun(door.begin_alone(app.now())).await?;
        may_write(&mut change, member.id).await?;
        submissions::discard(&mut change, *id, member.id).await?;
        change.commit().await?;
        return Ok(*id);
    }
    let mut change = begun(door.begin(app.now())).await?;
    may_write(&mut change, member.id).await?;
    let id = match step {
        Step::Write(writing) => write(&mut change, &door.site, member, writing, app.now()).await?,
        Step::Withdraw(id) | Step::Discard(id) => {
            submissions::withdraw(&mut change, *id, member.id).await?;
            *id
        }
    };
    change.commit().await?;
    Ok(id)
}

async fn write(
    change: &mut Change<'_, Shared>,
    site: &Site,
    member: &Member,
    writing: &Writing<'_>,
    now: DateTime<Utc>,
) -> Result<CreationId> {
    let Writing { target, genre, work, files, submits } = writing;
    let id = match target {
        Target::New(section) => submissions::begin(change, section, member.id, genre, work).await?,
        Target::Work(id) => {
            submissions::save(change, *id, member.id, genre, work).await?;
            *id
        }
    };
    for path in *files {
        uploads::attach(change.tx(), id, path).await?;
    }
    if *submits {
        submissions::submit(change, id, member.id).await?;
        former::keep_submitted(change.tx(), site, id, (member.id, &member.nick), now).await?;
    }
    Ok(id)
}

async fn may_write<L>(change: &mut Change<'_, L>, member: MemberId) -> Result<()> {
    if accounts::may_write(change.tx(), member).await? { Ok(()) } else { Err(Fault::Forbidden.into()) }
}
