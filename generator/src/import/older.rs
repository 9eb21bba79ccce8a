//! Whether the source is an older copy of one that came over already: last week's dump after this evening's. Its rows
//! would take back what came since, so it is not imported at all.

use futures_util::StreamExt;

use super::here::{database, snapshot};
use super::run::Run;
use super::tables::{LETTERS, MEMBERS};
use super::times::meant;
use super::{Error, source};
use crate::db::imported;

/// Refuses a source whose newest letter and whose members' newest visit both lie behind what came over. One alone may
/// have been tidied up; a site that lives gets on with both within hours.
///
/// # Errors
/// [`Error::Older`] for such a source; where the source or the database fails.
pub(super) async fn refuse(run: &mut Run<'_>) -> Result<(), Error> {
    if [&LETTERS, &MEMBERS].into_iter().any(|table| run.source.lacks(table).is_some()) {
        return Ok(());
    }
    let mut tx = snapshot(run.db).await?;
    let known = imported::newest_number(&mut tx, LETTERS.name).await.map_err(database("imported_row"))?;
    let Some(known) = known else { return Ok(()) };
    let newest = run.source.newest_number(&LETTERS).await?;
    if newest.is_none_or(|newest| newest >= known) {
        return Ok(());
    }
    let known = imported::counters(&mut tx, MEMBERS.name).await.map_err(database("imported_row"))?;
    drop(tx);
    // A member's only counter is the last visit, in microseconds.
    let known = known.iter().filter_map(|json| serde_json::from_str::<Vec<Option<i64>>>(json).ok());
    let known = known.flatten().flatten().max();
    let visits = newest_visit(run).await?;
    match known.is_some_and(|known| visits.is_some_and(|visit| visit < known)) {
        true => Err(Error::Older),
        false => Ok(()),
    }
}

/// When the source's members were there last, in microseconds.
async fn newest_visit(run: &mut Run<'_>) -> Result<Option<i64>, source::Error> {
    let (times, zone) = (run.cx.times, run.cx.site.zone);
    let mut rows = run.source.rows(&MEMBERS);
    let mut newest = None;
    while let Some(row) = rows.next().await {
        let row = row?;
        let visit = row.stored_time("pospristup").and_then(|stored| meant(MEMBERS.name, stored, times, zone));
        newest = newest.max(visit).max(row.stored_time("auth_user.last_login"));
    }
    Ok(newest.map(|visit| visit.timestamp_micros()))
}
