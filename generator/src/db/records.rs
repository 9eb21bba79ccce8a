//! Records: what was last written where; and tombstones, paths whose files are still to be removed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, select_in};

/// What was last written for a page.
#[derive(Clone, Debug, FromRow)]
pub struct Record {
    /// The page's key.
    pub page: String,
    /// Where it stands.
    pub path: String,
    /// Digest of what stands there; `None` where that is not certain.
    pub digest: Option<Vec<u8>>,
    /// The store's own name for the content, where it has one.
    pub etag: Option<String>,
}

/// The records of the pages that have one.
///
/// # Errors
/// Where the database fails.
pub async fn by_pages(tx: &mut Tx, pages: &[String]) -> Result<HashMap<String, Record>> {
    let rows = select_in!(tx, Record, "select page, path, digest, etag from output_page where page in ", pages, "");
    Ok(rows.into_iter().map(|record| (record.page.clone(), record)).collect())
}

/// Says, before anything is written, what is going to be: the digests become unknown, so that a kill at
/// any later moment is healed by the next build. A record of another page at one of the paths gives way;
/// that page has lost its address and is stale itself.
///
/// # Errors
/// Where the database fails.
pub async fn intend(tx: &mut Tx, pages: &[(String, String)], now: DateTime<Utc>) -> Result<()> {
    let owner_to_be: HashMap<&str, &str> = pages.iter().map(|(page, path)| (path.as_str(), page.as_str())).collect();
    let paths: Vec<&str> = pages.iter().map(|(_, path)| path.as_str()).collect();
    let owners = select_in!(tx, (String, String), "select page, path from output_page where path in ", paths, "");
    let others: Vec<String> = owners
        .into_iter()
        .filter(|(page, path)| owner_to_be.get(path.as_str()) != Some(&page.as_str()))
        .map(|(page, _)| page)
        .collect();
    remove(tx, &others).await?;
    bulk_insert!(tx, "insert into output_page (page, path, written_at)", pages, |row| &row.0, &row.1, now;
        "on conflict (page) do update set path = excluded.path, digest = null, etag = null, written_at = excluded.written_at");
    Ok(())
}

/// Notes what was written.
///
/// # Errors
/// Where the database fails.
pub async fn finish(tx: &mut Tx, written: &[Record], now: DateTime<Utc>) -> Result<()> {
    bulk_insert!(tx, "insert into output_page (page, path, digest, etag, written_at)", written,
        |record| &record.page, &record.path, &record.digest, &record.etag, now;
        "on conflict (page) do update set digest = excluded.digest, etag = excluded.etag");
    Ok(())
}

/// Forgets the records of pages that are gone.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &mut Tx, pages: &[String]) -> Result<()> {
    execute_in!(tx, "delete from output_page where page in ", pages, "");
    Ok(())
}

/// Forgets all records and tombstones: the target is another one.
///
/// # Errors
/// Where the database fails.
pub async fn forget_all(tx: &mut Tx) -> Result<()> {
    for sql in ["delete from output_page", "delete from tombstone", "delete from asset_file"] {
        execute!(tx, sqlx::query(sql))?;
    }
    Ok(())
}

/// How many pages have a record.
///
/// # Errors
/// Where the database fails.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    on_engine!(tx, |conn| sqlx::query_scalar("select count(*) from output_page").fetch_one(conn))
}

/// Buries paths: their files are to be removed, at once or, with `after_ms`, once more after that time.
///
/// # Errors
/// Where the database fails.
pub async fn bury(tx: &mut Tx, paths: &[String], after_ms: i64) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "insert into tombstone (path, remove_after)
            select $1, cast(unixepoch('subsec') * 1000 as integer) + $2 where true
            on conflict (path) do update set remove_after = excluded.remove_after"
        }
        Tx::Postgres(_) => {
            "insert into tombstone (path, remove_after)
            select $1, cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $2 where true
            on conflict (path) do update set remove_after = excluded.remove_after"
        }
    };
    for path in paths {
        execute!(tx, sqlx::query(sql).bind(path).bind(after_ms))?;
    }
    Ok(())
}

/// Buried paths that are due and that no page owns now, up to `count`. A path that a page owns again is
/// no grave any more and is forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn due_tombstones(tx: &mut Tx, count: i64) -> Result<Vec<String>> {
    const OWNED: &str =
        "delete from tombstone where exists (select 1 from output_page where output_page.path = tombstone.path)";
    execute!(tx, sqlx::query(OWNED))?;
    let sql = match tx {
        Tx::Sqlite(_) => {
            "select path from tombstone where remove_after <= cast(unixepoch('subsec') * 1000 as integer)
            order by path limit $1"
        }
        Tx::Postgres(_) => {
            "select path from tombstone where remove_after <= cast(extract(epoch from clock_timestamp()) * 1000 as bigint)
            order by path limit $1"
        }
    };
    on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(count).fetch_all(conn))
}

/// Forgets buried paths whose files are gone.
///
/// # Errors
/// Where the database fails.
pub async fn unbury(tx: &mut Tx, paths: &[String]) -> Result<()> {
    for path in paths {
        execute!(tx, sqlx::query("delete from tombstone where path = $1").bind(path))?;
    }
    Ok(())
}

/// The page that owns a path.
///
/// # Errors
/// Where the database fails.
pub async fn owner(tx: &mut Tx, path: &str) -> Result<Option<String>> {
    on_engine!(tx, |conn| sqlx::query_scalar("select page from output_page where path = $1")
        .bind(path)
        .fetch_optional(conn))
}
