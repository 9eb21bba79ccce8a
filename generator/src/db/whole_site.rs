//! Somebody's wish to have the whole site rendered again, until a builder has marked it.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};

/// A wish that is not fulfilled.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Wish {
    /// Since when.
    pub wished_at: DateTime<Utc>,
    /// Where a builder has refused it: how many pages would have fallen out.
    pub falling: Option<i64>,
    /// Of how many.
    pub recorded: Option<i64>,
}

/// Wishes it. A wish that waits stays what it is, one that was refused is tried once more; `false` where one waited
/// already.
///
/// # Errors
/// Where the database fails.
pub async fn wish(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    const SQL: &str = "insert into whole_site_wish (only_row, wished_at) values (1, $1)
        on conflict (only_row) do update set wished_at = excluded.wished_at, falling = null, recorded = null
            where whole_site_wish.falling is not null";
    Ok(execute!(tx, sqlx::query(SQL).bind(now))? > 0)
}

/// The wish, if there is one.
///
/// # Errors
/// Where the database fails.
pub async fn wished(tx: &mut Tx) -> Result<Option<Wish>> {
    const SQL: &str = "select wished_at, falling, recorded from whole_site_wish";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_optional(conn))
}

/// Whether there is a wish that nobody has refused.
///
/// # Errors
/// Where the database fails.
pub async fn is_waiting(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "select count(*) from whole_site_wish where falling is null";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))?;
    Ok(count > 0)
}

/// Ends a wish: the whole site is marked.
///
/// # Errors
/// Where the database fails.
pub async fn fulfil(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("delete from whole_site_wish"))?;
    Ok(())
}

/// Refuses a wish, since `falling` of `recorded` pages would fall out.
///
/// # Errors
/// Where the database fails.
pub async fn refuse(tx: &mut Tx, falling: i64, recorded: i64) -> Result<()> {
    const SQL: &str = "update whole_site_wish set falling = $1, recorded = $2";
    execute!(tx, sqlx::query(SQL).bind(falling).bind(recorded))?;
    Ok(())
}
