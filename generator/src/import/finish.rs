//! What follows from the rows as a whole: their places on lists, counts, and the pages that show them.

use super::Error;
use super::here::{database, snapshot};
use super::progress::Progress;
use crate::build::everything;
use crate::db::{Db, creations, identities, imported, lists_of_rows, publishing, stale};
use crate::page::PRIORITY_BULK;
use crate::site::Site;

/// Whether any row was written in this run or in one that did not get to its end.
pub(super) async fn is_due(db: &Db) -> Result<bool, Error> {
    let mut tx = snapshot(db).await?;
    imported::is_unfinished(&mut tx).await.map_err(database("import_unfinished"))
}

/// Brings lists, counts and marks up to date in one transaction, the last that an import needs of what it has written.
pub(super) async fn finish(db: &Db, site: &Site, progress: &Progress) -> Result<(), Error> {
    let failed = |source| Error::Database { table: "list", source };
    let mut tx = db.write().await.map_err(failed)?;
    publishing::lock_alone(&mut tx).await.map_err(failed)?;
    progress.table("lists", 0);
    lists_of_rows::refresh(&mut tx).await.map_err(failed)?;
    creations::recount_comments(&mut tx).await.map_err(failed)?;
    // Each batch has done so for its tables; for a database that an earlier release filled halfway.
    identities::advance_identities(&mut tx).await.map_err(failed)?;
    everything::mark_present(&mut tx, site).await.map_err(failed)?;
    // Also what fell out: the discussion of a work that has moved to another section.
    stale::mark_recorded(&mut tx, PRIORITY_BULK).await.map_err(failed)?;
    imported::end(&mut tx).await.map_err(failed)?;
    tx.analyze().await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    progress.table_done();
    Ok(())
}
