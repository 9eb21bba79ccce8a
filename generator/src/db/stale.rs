//! Marks: the pages whose file no longer tells the truth. The table is the rebuild queue.

use std::collections::{HashMap, HashSet};

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, json_array, on_engine, select_in, with_clock};
use crate::page::{PRIORITY_BULK, Page};

/// How long a builder may hold a claim before others take it over.
pub const LEASE_MS: i64 = 60_000;
/// First pause before a failed page is tried again; it doubles with each attempt.
const RETRY_MS: i64 = 1_000;
/// Longest pause.
const RETRY_MS_MAX: i64 = 3_600_000;
/// Marks of one statement that gives their versions.
const MARKS_MAX: usize = 1_000;
/// An error's text may hold an excerpt of a template; more is of no use in a list.
const ERROR_CHARS_MAX: usize = 2_000;

/// A mark that this builder has claimed.
#[derive(Clone, Debug, FromRow)]
pub struct Claim {
    /// The page's key; one of a newer release may mean nothing to us.
    pub page: String,
}

/// What is left when a builder finds nothing to claim.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Rest {
    /// Marks that have not failed.
    pub marks: i64,
    /// Milliseconds until the first of them can be claimed, 0 or less where one can be now.
    pub claimable_in_ms: i64,
}

/// Ends every statement that marks: a mark that is there already gets the next version, keeps the smaller priority, and
/// is due at once where its page had failed.
macro_rules! marked_again {
    () => {
        " on conflict (page) do update set version = stale_page.version + 1, retry_at = null,
            priority = case when excluded.priority < stale_page.priority then excluded.priority else stale_page.priority end"
    };
}
pub(super) use marked_again;

/// Marks pages stale; `bulk` is 0, or [`crate::page::PRIORITY_BULK`] where nobody waits for them.
///
/// # Errors
/// Where the database fails.
pub async fn mark(tx: &mut Tx, pages: &[Page], bulk: i64) -> Result<()> {
    mark_keys(tx, pages.iter().map(|page| (page.to_string(), page.priority() + bulk)).collect()).await
}

/// As [`mark`], with keys and priorities. Sorted, so that two writers lock the same rows in the same order.
///
/// # Errors
/// Where the database fails.
pub async fn mark_keys(tx: &mut Tx, mut marks: Vec<(String, i64)>) -> Result<()> {
    marks.sort_unstable();
    marks.dedup_by(|later, earlier| later.0 == earlier.0);
    bulk_insert!(tx, "insert into stale_page (page, priority)", marks, |mark| &mark.0, mark.1;
        marked_again!());
    Ok(())
}

/// As [`mark_keys`]; gives the version of each mark.
///
/// # Errors
/// Where the database fails.
pub async fn mark_awaited(tx: &mut Tx, mut marks: Vec<(String, i64)>) -> Result<HashMap<String, i64>> {
    macro_rules! sql {
        ($marks:literal) => {
            concat!("insert into stale_page (page, priority) ", $marks, marked_again!(), " returning page, version")
        };
    }
    marks.sort_unstable();
    marks.dedup_by(|later, earlier| later.0 == earlier.0);
    let mut versions = HashMap::with_capacity(marks.len());
    for marks in marks.chunks(MARKS_MAX) {
        let rows: Vec<(String, i64)> = match tx {
            Tx::Sqlite(tx) => {
                let sql = sql!("select value ->> 0, value ->> 1 from json_each($1) where true");
                sqlx::query_as(sql).bind(json_array(marks)).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_as(sql!("select * from unnest($1, $2)"))
                    .bind(marks.iter().map(|(page, _)| page.as_str()).collect::<Vec<_>>())
                    .bind(marks.iter().map(|(_, priority)| *priority).collect::<Vec<_>>())
                    .fetch_all(&mut **tx)
                    .await?
            }
        };
        versions.extend(rows);
    }
    Ok(versions)
}

/// How far a mark has come.
#[derive(Clone, Debug, FromRow)]
pub struct Progress {
    /// The page's key.
    pub page: String,
    /// How often it was marked since it was last clean.
    pub version: i64,
    /// The version that its file shows at least, where it was marked again while it was rendered.
    pub rendered_version: Option<i64>,
}

/// How far the marks have come that there are on these pages.
///
/// # Errors
/// Where the database fails.
pub async fn progress(tx: &mut Tx, pages: &[String]) -> Result<HashMap<String, Progress>> {
    let rows =
        select_in!(tx, Progress, "select page, version, rendered_version from stale_page where page in ", pages, "");
    Ok(rows.into_iter().map(|row| (row.page.clone(), row)).collect())
}

/// Marks every page that has a record and no mark that nobody has claimed: what fell out of the site is found and
/// removed by it.
///
/// # Errors
/// Where the database fails.
pub async fn mark_recorded(tx: &mut Tx, priority: i64) -> Result<()> {
    const SQL: &str = "insert into stale_page (page, priority) select page, $1 from output_page
        where not exists (select 1 from stale_page where stale_page.page = output_page.page and token is null)
        order by page
        on conflict (page) do update set version = stale_page.version + 1, retry_at = null";
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// Those of the pages that are marked.
///
/// # Errors
/// Where the database fails.
pub async fn marked(tx: &mut Tx, pages: &[String]) -> Result<HashSet<String>> {
    let rows = select_in!(tx, (String,), "select page from stale_page where page in ", pages, "");
    Ok(rows.into_iter().map(|(page,)| page).collect())
}

/// Pages that could not be built, with the reason, by key.
///
/// # Errors
/// Where the database fails.
pub async fn failed(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    const SQL: &str = "select page, error from stale_page where error is not null order by page";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Makes every failed page due at once.
///
/// # Errors
/// Where the database fails.
pub async fn retry_now(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set retry_at = null where retry_at is not null",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set retry_at = null
            where page in (select page from stale_page where retry_at is not null order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql))?;
    Ok(())
}

/// Forgets marks that nobody has claimed.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, pages: &[String]) -> Result<()> {
    execute_in!(tx, "delete from stale_page where page in ", pages, "and token is null");
    Ok(())
}

/// Added to the priority of a mark while it is set aside; more than any priority.
const ASIDE: i64 = 1_000;

/// Sets the marks aside that were made with the whole site, until [`put_back`]. One that is made again meanwhile is
/// where it was; so afterwards it is known which of them nothing has marked again.
///
/// # Errors
/// Where the database fails.
pub async fn set_bulk_aside(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set priority = priority + $1 where priority >= $2",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set priority = priority + $1
            where page in (select page from stale_page where priority >= $2 order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql).bind(ASIDE).bind(PRIORITY_BULK))?;
    Ok(())
}

/// Ends [`set_bulk_aside`].
///
/// # Errors
/// Where the database fails.
pub async fn put_back(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set priority = priority - $1 where priority >= $1",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set priority = priority - $1
            where page in (select page from stale_page where priority >= $1 order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql).bind(ASIDE))?;
    Ok(())
}

/// How many pages have a record and no mark, those that are set aside not counted.
///
/// # Errors
/// Where the database fails.
pub async fn unmarked_records(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from output_page
        where not exists (select 1 from stale_page where stale_page.page = output_page.page and priority < $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(ASIDE).fetch_one(conn))
}

/// Takes all claims away from whoever has them.
///
/// # Errors
/// Where the database fails.
pub async fn revoke_claims(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("update stale_page set token = null, lease_until = null where token is not null"))?;
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
        Tx::Postgres(_) => {
            "with clock (now) as (select cast(extract(epoch from clock_timestamp()) * 1000 as bigint))
            update stale_page set token = $1, claimed_version = version, lease_until = (select now from clock) + $2
            where page in (
                select page from stale_page
                where (lease_until is null or lease_until < (select now from clock))
                    and (retry_at is null or ($4 and retry_at <= (select now from clock))) and priority between $6 and $5
                order by priority, page limit $3 for update of stale_page skip locked)
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

/// Whether any builder holds a claim.
///
/// # Errors
/// Where the database fails.
pub async fn is_anything_claimed(tx: &mut Tx) -> Result<bool> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "select count(*) from stale_page
            where token is not null and lease_until >= cast(unixepoch('subsec') * 1000 as integer)"
        }
        Tx::Postgres(_) => {
            "select count(*) from stale_page
            where token is not null and lease_until >= cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
        }
    };
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
    Ok(count > 0)
}

/// What is left to do, claimed by others or not.
///
/// # Errors
/// Where the database fails.
pub async fn rest(tx: &mut Tx) -> Result<Rest> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "select count(*) as marks, coalesce(min(coalesce(lease_until, 0)), 0)
                - cast(unixepoch('subsec') * 1000 as integer) as claimable_in_ms
            from stale_page where retry_at is null"
        }
        Tx::Postgres(_) => {
            "select count(*) as marks, coalesce(min(coalesce(lease_until, 0)), 0)
                - cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as claimable_in_ms
            from stale_page where retry_at is null"
        }
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).fetch_one(conn))
}

/// How many marks nobody has claimed and none of which has failed, counted up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn claimable(tx: &mut Tx, count: i64) -> Result<i64> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "select count(*) from (select 1 from stale_page where retry_at is null
                and (lease_until is null or lease_until < cast(unixepoch('subsec') * 1000 as integer))
                limit $1) as claimable"
        }
        Tx::Postgres(_) => {
            "select count(*) from (select 1 from stale_page where retry_at is null
                and (lease_until is null or lease_until < cast(extract(epoch from clock_timestamp()) * 1000 as bigint))
                limit $1) as claimable"
        }
    };
    on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(count).fetch_one(conn))
}

/// Clears the marks of pages that are true now. One that was marked again meanwhile, or was claimed by
/// somebody else, stays; our claim on it ends, and it is noted how far its file has come. The caller has locked them.
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
        execute_in!(
            tx,
            "update stale_page set token = null, lease_until = null, rendered_version = claimed_version where page in ",
            pages,
            "and token = $2",
            token
        );
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

/// How many marks there are.
///
/// # Errors
/// Where the database fails.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    on_engine!(tx, |conn| sqlx::query_scalar("select count(*) from stale_page").fetch_one(conn))
}
