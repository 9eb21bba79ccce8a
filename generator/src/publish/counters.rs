//! Counters of reads and downloads: gathered by whoever counts, added here in bulk.

use std::collections::BTreeMap;

use crate::db::counters as rows;
use crate::model::CreationId;

use super::pages::Pages;
use super::pages::creation::{CreationFacet, pages_showing};
use super::{Change, Result};

pub use crate::db::counters::Count;

/// Adds counts to creations, those that are gone left out.
///
/// # Errors
/// Where the database fails; then nothing was added once the change is dropped.
pub async fn add<L>(change: &mut Change<'_, L>, counts: &BTreeMap<CreationId, Count>) -> Result<()> {
    let ids: Vec<i64> = counts.keys().map(|id| id.0).collect();
    let creations = crate::db::publishing::creations::by_ids(&mut change.tx, &ids).await?;
    rows::add(&mut change.tx, counts).await?;
    let mut pages = Pages::new();
    pages_showing(&mut change.tx, change.site, &creations, CreationFacet::Counts, &[], &mut pages).await?;
    change.stale_all(pages);
    Ok(())
}
