//! An editor's act: made alone, with its row in the audit log, and seen on its page.

use std::time::{Duration, Instant};

use axum::response::Response;
use generator::db::audit::{self, Entry};
use generator::db::office;
use generator::page::Page;
use generator::publish::{Alone, Change, Door, Marked};
use serde::Deserialize;

use crate::app::{App, begun, tried};
use crate::error::{Fault, Result};
use crate::screen;
use crate::visitor::Member;

use super::desk::{Permit, Rights};
use super::said::{self, Said, Seen};

/// Longer than the database lets any of its statements take; only a connection that is dead takes longer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How long pages are waited for before it is looked whether they can be made at all.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// What an editor does.
pub trait Act: Sync {
    /// Makes the change; it may be made more than once, each time as if for the first time. The rights are those that the
    /// editor has within this very change.
    fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> impl Future<Output = Result<Done>> + Send;
}

/// An editor's word on what somebody has asked for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They get it.
    Approve,
    /// They do not.
    Reject,
}

/// What was done.
pub struct Done {
    /// That it was allowed.
    pub permit: Permit,
    /// For the audit log; nothing where nothing was changed.
    pub entries: Vec<Entry>,
    /// The page that shows it, to be waited for.
    pub page: Option<Page>,
    /// What the next page says, where something was changed.
    pub said: Said,
    /// Where the editor goes on.
    pub next: String,
}

/// Pages that are waited for together, where an act marks not the thing's own page but where it stands by now.
const AWAITED_MAX: usize = 20;

/// Does it, and leads on when its page shows it.
///
/// # Errors
/// Those of the act; an editor who is none any more; a database that is away. Nothing was changed then, but where its
/// commit was not heard of in time.
pub async fn done(app: &App, member: &Member, act: &impl Act) -> Result<Response> {
    let door = app.open_door()?;
    let in_time = tokio::time::timeout(TIMEOUT, tried(|| once(app, &door, member, act))).await;
    let (done, marked) =
        in_time.map_err(|_| Fault::Unavailable("the database takes too long to make a change".to_owned()))??;
    let seen = match &done.page {
        Some(page) => seen(app, &door, page, marked).await,
        None => Seen::Nowhere,
    };
    let said = if done.entries.is_empty() { Said::Same } else { done.said };
    Ok(screen::see(&said::url(&done.next, said, seen)))
}

/// Whether the pages that show a change have it, as soon as they do. Whatever is seen of them, the change is made.
async fn seen(app: &App, door: &Door, page: &Page, mut marked: Vec<Marked>) -> Seen {
    if marked.iter().any(|mark| mark.page == *page) {
        marked.retain(|mark| mark.page == *page);
    }
    if marked.is_empty() || marked.len() > AWAITED_MAX {
        return if marked.is_empty() { Seen::Nowhere } else { Seen::Waits };
    }
    let until = Instant::now() + app.options.page_patience;
    loop {
        let patience = until.saturating_duration_since(Instant::now()).min(LOOK_AGAIN);
        match tokio::time::timeout(patience, door.rendered(&marked, patience)).await {
            Ok(Ok(true)) => return Seen::Shown,
            Ok(Err(error)) => {
                tracing::warn!("cannot see whether {page} is rendered: {error}");
                return Seen::Waits;
            }
            Ok(Ok(false)) | Err(_) => {}
        }
        // Nobody waits for what will not be.
        if matches!(have_failed(app, &marked).await, Ok(true)) {
            return Seen::Failed;
        }
        if Instant::now() >= until {
            return Seen::Waits;
        }
    }
}

/// Whether any of the pages could not be made.
async fn have_failed(app: &App, marked: &[Marked]) -> Result<bool> {
    let mut tx = app.snapshot().await?;
    for mark in marked {
        let state = office::page_state(&mut tx, &mark.page.to_string()).await?;
        if state.is_some_and(|state| state.error.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn once(app: &App, door: &Door, member: &Member, act: &impl Act) -> Result<(Done, Vec<Marked>)> {
    let now = app.now();
    let mut change = begun(door.begin_alone(now)).await?;
    let rights = Rights::of(change.tx(), &door.site, member.id).await?;
    let done = act.make(&mut change, &rights).await?;
    for entry in &done.entries {
        audit::note(change.tx(), member.id, &member.nick, entry, now).await?;
    }
    let marked = change.commit().await?;
    Ok((done, marked))
}
