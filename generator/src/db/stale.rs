//! Marks: the pages whose file no longer tells the truth. The table is the rebuild queue.

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, select_in};
use crate::page::Page;

/// How long a builder may hold a claim before others take it over.
pub const LEASE_MS: i64 = 60_000;
/// First pause before a failed page is tried again; it doubles with each attempt.
const RETRY_MS: i64 = 1_000;
/// Longest pause.
const RETRY_MS_MAX: i64 = 3_600_000;
/// An error's text may hold an excerpt of a template; more is of no use in a list.
const ERROR_CHARS_MAX: usize = 2_000;

/// A mark that this builder has claimed.
#[derive(Clone, Debug, FromRow)]
pub struct Claim {
    /// The page's key; one of a newer release may mean nothing to us.
    pub page: String,
}

/// A page that failed last time.
#[derive(Clone, Debug, FromRow)]
pub struct Failure {
    /// The page's key.
    pub page: String,
    /// Why.
    pub error: String,
}

/// Leases are in the database's own clock, in milliseconds, so that builders on machines with different
/// clocks agree; each engine has its own word for it.
macro_rules! with_now {
    ($tx:expr, $before:literal, $between:literal, $after:literal) => {
        match $tx {
            Tx::Sqlite(_) => concat!(
                $before,
                "cast(unixepoch('subsec') * 1000 as integer)",
                $between,
                "cast(unixepoch('subsec') * 1000 as integer)",
                $after
            ),
            Tx::Postgres(_) => concat!(
                $before,
                "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
                $between,
                "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
                $after
            ),
        }
    };
}

/// Marks pages stale; `bulk` is 0, or [`crate::page::PRIORITY_BULK`] where nobody waits for them.
/// Sorted, so that two writers lock the same rows in the same order.
///
/// # Errors
/// Where the database fails.
pub async fn mark(tx: &mut Tx, pages: &[Page], bulk: i64) -> Result<()> {
    let mut marks: Vec<(String, i64)> = pages.iter().map(|page| (page.to_string(), page.priority() + bulk)).collect();
    marks.sort_unstable();
    marks.dedup();
    bulk_insert!(tx, "insert into stale_page (page, priority)", marks, |mark| mark.0.clone(), mark.1;
        "on conflict (page) do update set version = stale_page.version + 1, retry_at = null,
            priority = case when excluded.priority < stale_page.priority then excluded.priority else stale_page.priority end");
    Ok(())
}

/// Marks every page that has a record: what fell out of the site since is found and removed by it.
///
/// # Errors
/// Where the database fails.
pub async fn mark_recorded(tx: &mut Tx, priority: i64) -> Result<()> {
    const SQL: &str =
        "insert into stale_page (page, priority) select page, $1 from output_page where true order by page
        on conflict (page) do update set version = stale_page.version + 1, retry_at = null";
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// Makes every failed page due at once.
///
/// # Errors
/// Where the database fails.
pub async fn retry_now(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("update stale_page set retry_at = null where retry_at is not null"))?;
    Ok(())
}

/// Claims up to `count` marks for `token`, the most urgent first. Empty where nothing is due.
///
/// # Errors
/// Where the database fails.
pub async fn claim(tx: &mut Tx, token: &str, count: i64) -> Result<Vec<Claim>> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "with clock (now) as (select cast(unixepoch('subsec') * 1000 as integer))
            update stale_page set token = $1, claimed_version = version, lease_until = (select now from clock) + $2
            where page in (
                select page from stale_page
                where (lease_until is null or lease_until < (select now from clock))
                    and (retry_at is null or retry_at <= (select now from clock))
                order by priority, page limit $3)
            returning page"
        }
        Tx::Postgres(_) => {
            "with clock (now) as (select cast(extract(epoch from clock_timestamp()) * 1000 as bigint))
            update stale_page set token = $1, claimed_version = version, lease_until = (select now from clock) + $2
            where page in (
                select page from stale_page
                where (lease_until is null or lease_until < (select now from clock))
                    and (retry_at is null or retry_at <= (select now from clock))
                order by priority, page limit $3 for update of stale_page skip locked)
            returning page"
        }
    };
    let mut claims: Vec<Claim> =
        on_engine!(tx, |conn| sqlx::query_as(sql).bind(token).bind(LEASE_MS).bind(count).fetch_all(conn))?;
    claims.sort_unstable_by(|a, b| a.page.cmp(&b.page));
    Ok(claims)
}

/// How many of the pages are still claimed by `token` and not by somebody who took them over.
///
/// # Errors
/// Where the database fails.
pub async fn still_claimed(tx: &mut Tx, token: &str, pages: &[String]) -> Result<Vec<String>> {
    let held = select_in!(tx, (String,), "select page from stale_page where page in ", pages, "and token = $2", token);
    Ok(held.into_iter().map(|(page,)| page).collect())
}

/// Clears the marks of pages that are true now. One that was marked again meanwhile, or was claimed by
/// somebody else, stays; our claim on it ends.
///
/// # Errors
/// Where the database fails.
pub async fn clear(tx: &mut Tx, token: &str, pages: &[String]) -> Result<()> {
    let cleared = execute_in!(
        tx,
        "delete from stale_page where page in ",
        pages,
        "and token = $2 and version = claimed_version",
        token
    );
    if cleared < pages.len() as u64 {
        release(tx, token, pages).await?;
    }
    Ok(())
}

/// Gives claims back, so that another builder or the next batch may take them.
///
/// # Errors
/// Where the database fails.
pub async fn release(tx: &mut Tx, token: &str, pages: &[String]) -> Result<()> {
    execute_in!(
        tx,
        "update stale_page set token = null, lease_until = null where page in ",
        pages,
        "and token = $2",
        token
    );
    Ok(())
}

/// Notes why a page could not be built; it is due again after a pause that grows with each attempt.
///
/// # Errors
/// Where the database fails.
pub async fn fail(tx: &mut Tx, token: &str, page: &str, error: &str) -> Result<()> {
    let sql = with_now!(
        tx,
        "update stale_page set token = null, lease_until = null, attempts = attempts + 1, error = $3,
            retry_at = case when attempts > 11 then ",
        " + $5 else ",
        " + $4 * (1 << cast(attempts as integer)) end
        where token = $1 and page = $2"
    );
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    execute!(tx, sqlx::query(sql).bind(token).bind(page).bind(&error).bind(RETRY_MS).bind(RETRY_MS_MAX))?;
    Ok(())
}

/// How many marks there are.
///
/// # Errors
/// Where the database fails.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    on_engine!(tx, |conn| sqlx::query_scalar("select count(*) from stale_page").fetch_one(conn))
}
