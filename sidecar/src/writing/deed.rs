//! A change of public things by a member: made under the locks, once more where another transaction was in the way, and
//! shown.

use std::time::Duration;

use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::accounts;
use generator::db::own_messages::{self, Place};
use generator::model::MemberId;
use generator::page::Page;
use generator::publish::{Change, Door, Marked, Shared};

use crate::app::{App, begun, tried};
use crate::error::{Fault, Result};
use crate::visitor::Member;

use super::{SAME_TEXT_WINDOW, answer};

/// Longer than the database lets any of its statements take; only a connection that is dead takes longer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a member does.
pub trait Deed: Sync {
    /// Makes the change; it may be made more than once, each time as if for the first time.
    fn make(&self, change: &mut Change<'_, Shared>) -> impl Future<Output = Result<Made>> + Send;
}

/// What was done.
pub struct Made {
    /// The page that shows it.
    pub page: Page,
    /// Where on the page: `#c5`, or nothing.
    pub anchor: String,
    /// Whether it is kept; what was there already is not made again.
    pub is_new: bool,
}

impl Made {
    /// A message that was just added; the same text shortly before is the same message, sent twice.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn message(
        change: &mut Change<'_, Shared>,
        place: Place,
        member: MemberId,
        id: i64,
        page: &Page,
        now: DateTime<Utc>,
    ) -> Result<Made> {
        let own = own_messages::by_id(change.tx(), place, member, id).await?.ok_or(Fault::NotFound)?;
        let before = own_messages::same_before(change.tx(), place, member, &own, now - SAME_TEXT_WINDOW).await?;
        let anchor = format!("#c{}", before.unwrap_or(id));
        Ok(Made { page: page.clone(), anchor, is_new: before.is_none() })
    }
}

/// Does it, and answers with the page that shows it.
///
/// # Errors
/// Those of the deed; a member who was banned since the request came; a database that is away. Nothing was changed then,
/// but where its commit was not heard of in time.
pub async fn done(app: &App, member: &Member, deed: &impl Deed) -> Result<Response> {
    let door = app.open_door()?;
    let in_time = tokio::time::timeout(TIMEOUT, tried(|| once(app, &door, member, deed))).await;
    let (made, marked) =
        in_time.map_err(|_| Fault::Unavailable("the database takes too long to make a change".to_owned()))??;
    Ok(answer::shown(app, &door, &marked, &made.page, &made.anchor).await)
}

async fn once(app: &App, door: &Door, member: &Member, deed: &impl Deed) -> Result<(Made, Vec<Marked>)> {
    let mut change = begun(door.begin(app.now())).await?;
    if !accounts::may_write(change.tx(), member.id).await? {
        return Err(Fault::Forbidden.into());
    }
    let made = deed.make(&mut change).await?;
    let marked = if made.is_new { change.commit().await? } else { Vec::new() };
    Ok((made, marked))
}
