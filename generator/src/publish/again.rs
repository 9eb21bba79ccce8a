//! Rendering again what no change has touched: an operator has mended what kept a page from being made, or distrusts
//! what stands on the target.

use crate::db::{records, stale, whole_site};
use crate::page::Page;

use super::{Alone, Change, Result};

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

/// Wishes every page rendered again; those that come out the same are not written. It is one row: a builder marks the
/// site as with `build --all`, with the guard against deletions, at its next look. `false` where it is wished already.
///
/// # Errors
/// Where the database fails.
pub async fn everything(change: &mut Change<'_, Alone>) -> Result<bool> {
    let now = change.now;
    let is_new = whole_site::wish(&mut change.tx, now).await?;
    // Nobody's page, but a builder is to look at once.
    change.wakes |= is_new;
    Ok(is_new)
}
