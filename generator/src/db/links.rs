//! Recommended pages elsewhere.

use std::collections::HashMap;

use super::{Result, Tx, bulk_insert, select_in};
use crate::model::{Time, WebLink};

/// Inserts links with the time when each was added.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &mut Tx, links: &[(WebLink, Time)]) -> Result<()> {
    bulk_insert!(tx, "insert into link (id, title, url, imported_rating_sum, imported_rating_count, added_at,
        description_format, description)", links, |row|
        row.0.id, &row.0.title, &row.0.url, row.0.rating_sum, row.0.rating_count, row.1, row.0.description_format,
        &row.0.description; "");
    Ok(())
}

/// Links by row.
///
/// # Errors
/// Where the database fails.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, WebLink>> {
    let rows = select_in!(
        tx,
        WebLink,
        "select id, title, url, imported_rating_sum as rating_sum,
        imported_rating_count as rating_count, description_format, description from link where id in ",
        ids,
        "and state = 'public'"
    );
    Ok(rows.into_iter().map(|link| (link.id, link)).collect())
}
