//! The tavern: rooms of the members, no page of which is public.

use super::{Result, Tx, on_engine};

/// The rows of all tables, public or not.
///
/// # Errors
/// Where the database fails.
pub async fn table_ids(tx: &mut Tx) -> Result<Vec<i64>> {
    on_engine!(tx, |conn| sqlx::query_scalar("select id from tavern_table order by id").fetch_all(conn))
}
