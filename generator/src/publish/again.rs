//! Rendering again what no change has touched: an operator has mended what kept a page from being made, or distrusts
//! what stands on the target.

use crate::build::everything;
use crate::db::{records, staged_marks, stale};
use crate::page::Page;

use super::{Alone, Change, Error, Result};

/// Has a page rendered again, and written whatever stands there.
///
/// # Errors
/// Where the database fails.
pub async fn page(change: &mut Change<'_, Alone>, page: Page) -> Result<()> {
    let key = page.to_string();
    // Marks before records, as a batch locks them.
    stale::mark(&mut change.tx, std::slice::from_ref(&page), 0).await?;
    records::distrust(&mut change.tx, &[key]).await?;
    change.stale(page);
    Ok(())
}

/// Has every page rendered again; those that come out the same are not written. What failed is tried at once.
///
/// # Errors
/// More pages would fall out than the site allows at once; where the database fails.
pub async fn everything(change: &mut Change<'_, Alone>) -> Result<()> {
    everything::mark(&mut change.tx, change.site, false).await.map_err(|error| match error {
        crate::build::Error::Database { source, .. } => Error::Database(source),
        other => Error::Invalid(other.to_string()),
    })?;
    stale::retry_now(&mut change.tx).await?;
    // The marks are made; the builder is told of them as of marks put aside.
    staged_marks::begin(&mut change.tx).await?;
    change.is_staged = true;
    Ok(())
}
