//! Claims: which builder has which marks, for how long, and how it gives them up.

use std::collections::HashSet;

use sqlx::FromRow;

use super::{Result, Tx, execute, execute_in, on_engine, select_in, with_clock};

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

/// Which marks a builder claims.
#[derive(Clone, Copy, Debug)]
pub struct Claimable {
    /// From this priority on.
    pub priority_min: i64,
    /// Up to this priority.
    pub priority_max: i64,
    /// Pages that failed as well, when their pause is over.
    pub retries: bool,
}

/// What is left when a builder finds nothing to claim.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Rest {
    /// Marks that have not failed.
    pub marks: i64,
    /// Milliseconds until the first of them can be claimed, 0 or less where one can be now.
    pub claimable_in_ms: i64,
}

/// Claims up to `count` marks for `token` and a time, the most urgent first. Empty where nothing is due.
///
/// # Errors
/// Where the database fails.
pub async fn claim(tx: &mut Tx, token: &str, count: i64, lease_ms: i64, claimable: Claimable) -> Result<Vec<Claim>> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "with clock (now) as (select cast(unixepoch('subsec') * 1000 as integer))
            update stale_page set token = $1, claimed_version = version, lease_until = (select now from clock) + $2
            where page in (
                select page from stale_page
                where (lease_until is null or lease_until < (select now from clock))
                    and (retry_at is null or ($4 and retry_at <= (select now from clock))) and priority between $6 and $5
                order by priority, page limit $3)
            returning page"
        }
        // An array is made once. A subselect in its place may be run again for each row, and locks others each time: with
        // statistics that are older than the marks of a whole site it never came to an end.
        Tx::Postgres(_) => {
            "with clock (now) as (select cast(extract(epoch from clock_timestamp()) * 1000 as bigint))
            update stale_page set token = $1, claimed_version = version, lease_until = (select now from clock) + $2
            where page = any(array(
                select page from stale_page
                where (lease_until is null or lease_until < (select now from clock))
                    and (retry_at is null or ($4 and retry_at <= (select now from clock))) and priority between $6 and $5
                order by priority, page limit $3 for update of stale_page skip locked))
            returning page"
        }
    };
    let mut claims: Vec<Claim> = on_engine!(tx, |conn| sqlx::query_as(sql)
        .bind(token)
        .bind(lease_ms)
        .bind(count)
        .bind(claimable.retries)
        .bind(claimable.priority_max)
        .bind(claimable.priority_min)
        .fetch_all(conn))?;
    claims.sort_unstable_by(|a, b| a.page.cmp(&b.page));
    Ok(claims)
}

/// The pages that are still claimed by `token` and by nobody who took them over. Their marks stay locked until the
/// transaction ends, in the order in which writers lock them.
///
/// # Errors
/// Where the database fails.
pub async fn held(tx: &mut Tx, token: &str, pages: &[String]) -> Result<HashSet<String>> {
    let rows = if matches!(tx, Tx::Sqlite(_)) {
        select_in!(tx, (String,), "select page from stale_page where page in ", pages, "and token = $2", token)
    } else {
        select_in!(
            tx,
            (String,),
            "select page from stale_page where page in ",
            pages,
            "and token = $2 order by page for update",
            token
        )
    };
    Ok(rows.into_iter().map(|(page,)| page).collect())
}

/// Takes all claims away from whoever has them.
///
/// # Errors
/// Where the database fails.
pub async fn revoke_claims(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("update stale_page set token = null, lease_until = null where token is not null"))?;
    Ok(())
}

/// Takes the claims on these pages away from whoever has them. The caller has locked the marks.
///
/// # Errors
/// Where the database fails.
pub async fn revoke(tx: &mut Tx, pages: &[String]) -> Result<()> {
    execute_in!(tx, "update stale_page set token = null, lease_until = null where page in ", pages, "");
    Ok(())
}

/// Marks once more what anybody has claimed: whoever is rendering it does so with what was true before.
///
/// # Errors
/// Where the database fails.
pub async fn renew_claimed(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set version = version + 1 where token is not null",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set version = version + 1
            where page in (select page from stale_page where token is not null order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql))?;
    Ok(())
}

/// Whether any builder holds a claim.
///
/// # Errors
/// Where the database fails.
pub async fn is_anything_claimed(tx: &mut Tx) -> Result<bool> {
    let sql = with_clock!(tx, "select count(*) from stale_page where token is not null and lease_until >= ", now);
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
    Ok(count > 0)
}

/// What is left to do, claimed by others or not.
///
/// # Errors
/// Where the database fails.
pub async fn rest(tx: &mut Tx) -> Result<Rest> {
    let sql = with_clock!(
        tx,
        "select count(*) as marks, coalesce(min(coalesce(lease_until, 0)), 0) - ",
        now,
        " as claimable_in_ms from stale_page where retry_at is null"
    );
    on_engine!(tx, |conn| sqlx::query_as(sql).fetch_one(conn))
}

/// How many marks nobody has claimed and none of which has failed, counted up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn claimable(tx: &mut Tx, count: i64) -> Result<i64> {
    let sql = with_clock!(
        tx,
        "select count(*) from (select 1 from stale_page where retry_at is null
            and (lease_until is null or lease_until < ",
        now,
        ") limit $1) as claimable"
    );
    on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(count).fetch_one(conn))
}

/// Locks the marks of `pages` as [`held`] does, and says which of the pages that were `asked` about are held. Clears the
/// held marks of the pages that are `done`: true now. One that was marked again meanwhile stays; our claim on it ends,
/// and it is noted how far its file has come.
///
/// # Errors
/// Where the database fails.
pub async fn clear(
    tx: &mut Tx,
    token: &str,
    pages: &[String],
    done: &[String],
    asked: &[String],
) -> Result<HashSet<String>> {
    // One round trip to a server where a statement may change rows on its way.
    const POSTGRES: &str = "with held as (
            select page from stale_page where page in (select unnest($1)) and token = $3 order by page for update),
        cleared as (
            delete from stale_page using held where stale_page.page = held.page
                and held.page in (select unnest($2)) and version = claimed_version
            returning stale_page.page)
        select held.page, cleared.page is not null from held left join cleared on cleared.page = held.page";
    let (held, stays) = match tx {
        Tx::Sqlite(_) => {
            let held = held(tx, token, asked).await?;
            let cleared = execute_in!(
                tx,
                "delete from stale_page where page in ",
                done,
                "and token = $2 and version = claimed_version",
                token
            );
            (held, cleared < done.len() as u64)
        }
        Tx::Postgres(tx) => {
            let query = sqlx::query_as(POSTGRES).bind(pages).bind(done).bind(token);
            let rows: Vec<(String, bool)> = query.fetch_all(&mut **tx).await?;
            let cleared = rows.iter().filter(|(_, cleared)| *cleared).count();
            let held: HashSet<String> = rows.into_iter().map(|(page, _)| page).collect();
            let done_of_held = done.iter().filter(|page| held.contains(*page)).count();
            (held, cleared < done_of_held)
        }
    };
    if stays {
        execute_in!(
            tx,
            "update stale_page set token = null, lease_until = null, rendered_version = claimed_version where page in ",
            done,
            "and token = $2",
            token
        );
    }
    Ok(held)
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

/// Gives back all claims of `token`.
///
/// # Errors
/// Where the database fails.
pub async fn release_all(tx: &mut Tx, token: &str) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set token = null, lease_until = null where token = $1",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set token = null, lease_until = null
            where page in (select page from stale_page where token = $1 order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql).bind(token))?;
    Ok(())
}

/// Notes why a page could not be built; it is due again after a pause that grows with each attempt.
///
/// # Errors
/// Where the database fails.
pub async fn fail(tx: &mut Tx, token: &str, page: &str, error: &str) -> Result<()> {
    let sql = with_clock!(
        tx,
        "update stale_page set token = null, lease_until = null, attempts = attempts + 1, error = $3,
            retry_at = case when attempts > 11 then ",
        now,
        " + $5 else ",
        now,
        " + $4 * (1 << cast(attempts as integer)) end
        where token = $1 and page = $2"
    );
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    execute!(tx, sqlx::query(sql).bind(token).bind(page).bind(&error).bind(RETRY_MS).bind(RETRY_MS_MAX))?;
    Ok(())
}
