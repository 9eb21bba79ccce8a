//! An editor's act: made alone, with its row in the audit log, and seen on its page.

use std::time::Duration;

use axum::response::Response;
use generator::db::audit::{self, Entry};
use generator::page::Page;
use generator::publish::{Alone, Change, Door, Marked};

use crate::app::{App, begun};
use crate::error::{Fault, Result};
use crate::screen;
use crate::visitor::Member;

use super::desk::{Permit, Rights};

/// How often an act is tried that the database undoes since another transaction is in its way.
const TRIES_MAX: usize = 3;
/// Longer than the database lets any of its statements take; only a connection that is dead takes longer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What an editor does.
pub trait Act: Sync {
    /// Makes the change; it may be made more than once, each time as if for the first time. The rights are those that the
    /// editor has within this very change.
    fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> impl Future<Output = Result<Done>> + Send;
}

/// What was done.
pub struct Done {
    /// That it was allowed.
    pub permit: Permit,
    /// For the audit log; nothing where nothing was changed.
    pub entries: Vec<Entry>,
    /// The page that shows it, to be waited for.
    pub page: Option<Page>,
    /// Where the editor goes on.
    pub next: String,
}

/// Does it, and leads on when its page shows it.
///
/// # Errors
/// Those of the act; an editor who is none any more; a database that is away. Nothing was changed then, but where its
/// commit was not heard of in time.
pub async fn done(app: &App, member: &Member, act: &impl Act) -> Result<Response> {
    let door = app.open_door()?;
    let tried = tokio::time::timeout(TIMEOUT, tries(app, &door, member, act)).await;
    let (done, marked) =
        tried.map_err(|_| Fault::Unavailable("the database takes too long to make a change".to_owned()))??;
    if let Some(page) = &done.page {
        let own: Vec<Marked> = marked.into_iter().filter(|mark| mark.page == *page).collect();
        // Whatever is seen of the page, the change is made.
        match tokio::time::timeout(app.options.page_patience, door.rendered(&own, app.options.page_patience)).await {
            Ok(Ok(true)) => {}
            Ok(Err(error)) => tracing::warn!("cannot see whether {page} is rendered: {error}"),
            Ok(Ok(false)) | Err(_) => tracing::debug!("{page} is not rendered yet"),
        }
    }
    Ok(screen::see(&done.next))
}

async fn tries(app: &App, door: &Door, member: &Member, act: &impl Act) -> Result<(Done, Vec<Marked>)> {
    let mut tries = 1;
    loop {
        match once(app, door, member, act).await {
            Err(error) if matches!(error.fault, Fault::InTheWay(_)) && tries < TRIES_MAX => tries += 1,
            outcome => return outcome,
        }
    }
}

async fn once(app: &App, door: &Door, member: &Member, act: &impl Act) -> Result<(Done, Vec<Marked>)> {
    let now = app.now();
    let mut change = begun(door.begin_alone(now)).await?;
    let rights = Rights::of(change.tx(), member.id).await?;
    let done = act.make(&mut change, &rights).await?;
    for entry in &done.entries {
        audit::note(change.tx(), member.id, &member.nick, entry, now).await?;
    }
    let marked = change.commit().await?;
    Ok((done, marked))
}
