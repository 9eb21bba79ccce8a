//! Records: what was last written where; and tombstones, paths whose files are still to be removed.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, json_array, on_engine, select_in, with_clock};

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

impl Record {
    /// Whether this very content is certain to stand at this very path.
    pub fn is_of(&self, path: &str, digest: &[u8; 32]) -> bool {
        self.path == path && self.digest.as_deref() == Some(digest)
    }
}

/// The records of the pages that have one.
///
/// # Errors
/// Where the database fails.
pub async fn by_pages(tx: &mut Tx, pages: &[String]) -> Result<HashMap<String, Record>> {
    let rows = select_in!(tx, Record, "select page, path, digest, etag from output_page where page in ", pages, "");
    Ok(rows.into_iter().map(|record| (record.page.clone(), record)).collect())
}

/// The keys of up to `count` records behind `after`, in their order.
///
/// # Errors
/// Where the database fails.
pub async fn keys_after(tx: &mut Tx, after: &str, count: i64) -> Result<Vec<String>> {
    const SQL: &str = "select page from output_page where page > $1 order by page limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(after).bind(count).fetch_all(conn))
}

/// Those of the paths that are buried: their files are about to be removed.
///
/// # Errors
/// Where the database fails.
pub async fn buried(tx: &mut Tx, paths: &[String]) -> Result<HashSet<String>> {
    let rows = select_in!(tx, (String,), "select path from tombstone where path in ", paths, "");
    Ok(rows.into_iter().map(|(path,)| path).collect())
}

/// Up to `count` paths of records behind `after`, in the database's order.
///
/// # Errors
/// Where the database fails.
pub async fn paths_after(tx: &mut Tx, after: &str, count: i64) -> Result<Vec<String>> {
    const SQL: &str = "select path from output_page where path > $1 order by path limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(after).bind(count).fetch_all(conn))
}

/// The pages that own the paths, by path.
///
/// # Errors
/// Where the database fails.
pub async fn owners(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, String>> {
    let rows = select_in!(tx, (String, String), "select path, page from output_page where path in ", paths, "");
    Ok(rows.into_iter().collect())
}

/// Says, before anything is written, which page is going to stand at which path: the digests become unknown, so
/// that a kill at any later moment is healed by the next build.
///
/// # Errors
/// A path that another page owns; see [`owners`] and [`remove`].
pub async fn intend(tx: &mut Tx, pages: &[(String, String)], now: DateTime<Utc>) -> Result<()> {
    bulk_insert!(tx, "insert into output_page (page, path, written_at)", pages, |row| &row.0, &row.1, now;
        "on conflict (page) do update set path = excluded.path, digest = null, etag = null, written_at = excluded.written_at");
    Ok(())
}

/// Notes what was written where a page still is to stand there; the record of one that had to give way stays away.
///
/// # Errors
/// Where the database fails.
pub async fn finish(tx: &mut Tx, written: &[Record]) -> Result<()> {
    if written.is_empty() {
        return Ok(());
    }
    // Each engine has its own way to take a table as a parameter.
    const SQLITE: &str = "update output_page set digest = unhex(new.value ->> 2), etag = new.value ->> 3
        from json_each($1) new where output_page.page = new.value ->> 0 and output_page.path = new.value ->> 1";
    const POSTGRES: &str = "update output_page set digest = new.digest, etag = new.etag
        from unnest($1, $2, $3, $4) as new (page, path, digest, etag)
        where output_page.page = new.page and output_page.path = new.path";
    match tx {
        Tx::Sqlite(tx) => {
            let hex = |record: &Record| {
                record.digest.as_ref().map(|digest| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            };
            let rows: Vec<_> =
                written.iter().map(|record| (&record.page, &record.path, hex(record), &record.etag)).collect();
            sqlx::query(SQLITE).bind(json_array(&rows)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(POSTGRES)
                .bind(written.iter().map(|record| record.page.as_str()).collect::<Vec<_>>())
                .bind(written.iter().map(|record| record.path.as_str()).collect::<Vec<_>>())
                .bind(written.iter().map(|record| record.digest.clone()).collect::<Vec<_>>())
                .bind(written.iter().map(|record| record.etag.clone()).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// What stands at these pages' paths is not certain any more.
///
/// # Errors
/// Where the database fails.
pub async fn distrust(tx: &mut Tx, pages: &[String]) -> Result<()> {
    execute_in!(tx, "update output_page set digest = null, etag = null where page in ", pages, "");
    Ok(())
}

/// As [`distrust`], for all that was written since a moment; the pages are marked stale.
///
/// # Errors
/// Where the database fails.
pub async fn distrust_since(tx: &mut Tx, since: DateTime<Utc>, priority: i64) -> Result<()> {
    const DISTRUST: &str = "update output_page set digest = null, etag = null where written_at >= $1";
    const MARK: &str = "insert into stale_page (page, priority) select page, $1 from output_page where written_at >= $2
        order by page on conflict (page) do update set version = stale_page.version + 1, retry_at = null";
    // Marks before records, as a batch locks them.
    execute!(tx, sqlx::query(MARK).bind(priority).bind(since))?;
    execute!(tx, sqlx::query(DISTRUST).bind(since))?;
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

/// Path and digest of everything that is known to stand on the target.
///
/// # Errors
/// Where the database fails.
pub async fn digests(tx: &mut Tx) -> Result<Vec<(String, Vec<u8>)>> {
    const SQL: &str = "select path, digest from output_page where digest is not null order by path";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
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

/// A path whose file is to be removed.
#[derive(Clone, Debug, FromRow)]
pub struct Tombstone {
    /// The path.
    pub path: String,
    /// Whether it is to be removed once more after a lease time: a builder that lost its claim may write late.
    pub again: bool,
    /// Which burial of this path it is: a number that no other one has, since the row comes and goes.
    pub version: i64,
}

/// A path that is to be buried.
#[derive(Clone, Debug)]
pub struct Burial {
    /// The path.
    pub path: String,
    /// Whether it is to be removed once more later, see [`Tombstone`].
    pub again: bool,
    /// The page that leaves it and is to stand elsewhere: until it does, its file stays.
    pub page: Option<String>,
}

/// Buries paths: their files are to be removed as soon as the pages that leave them stand elsewhere.
///
/// # Errors
/// Where the database fails.
pub async fn bury(tx: &mut Tx, burials: &[Burial]) -> Result<()> {
    let version: i64 = rand::random();
    bulk_insert!(tx, "insert into tombstone (path, again, page, version)", burials,
        |burial| &burial.path, burial.again, burial.page.as_deref(), version;
        "on conflict (path) do update set remove_after = 0, again = tombstone.again or excluded.again,
            page = excluded.page, version = excluded.version");
    Ok(())
}

/// The pages that have left these paths and stand nowhere else yet, by path.
///
/// # Errors
/// Where the database fails.
pub async fn holders(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, String>> {
    let rows = select_in!(
        tx,
        (String, String),
        "select path, page from tombstone where path in ",
        paths,
        "and exists (select 1 from output_page as leaving where leaving.page = tombstone.page
            and leaving.path <> tombstone.path and leaving.digest is null)"
    );
    Ok(rows.into_iter().collect())
}

/// The pages for which the files at these paths have to stay, by path: they own it; they left it and stand nowhere else yet;
/// or they do, and their redirect is about to replace the file.
///
/// # Errors
/// Where the database fails.
pub async fn keepers(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, String>> {
    let rows = select_in!(
        tx,
        (String, String),
        "select path, page from tombstone where path in ",
        paths,
        "and exists (select 1 from output_page as leaving where leaving.page = tombstone.page
            and leaving.path <> tombstone.path and (leaving.digest is null or exists (
                select 1 from stale_page where stale_page.page = 'redirect' || tombstone.path and retry_at is null)))"
    );
    let mut keepers: HashMap<String, String> = rows.into_iter().collect();
    keepers.extend(owners(tx, paths).await?);
    Ok(keepers)
}

/// Redirects that waited for these pages to leave their paths are due at once.
///
/// # Errors
/// Where the database fails.
pub async fn end_waiting_for(tx: &mut Tx, pages: &[String]) -> Result<()> {
    if matches!(tx, Tx::Sqlite(_)) {
        execute_in!(
            tx,
            "update stale_page set retry_at = null where retry_at is not null
                and page in (select 'redirect' || path from tombstone where tombstone.page in ",
            pages,
            ")"
        );
    } else {
        // Marks of other pages than those that the batch has locked: whoever has one of them looks by itself.
        execute_in!(
            tx,
            "update stale_page set retry_at = null where page in (
                select stale_page.page from stale_page
                    join tombstone on stale_page.page = 'redirect' || tombstone.path
                where retry_at is not null and tombstone.page in ",
            pages,
            "for update of stale_page skip locked)"
        );
    }
    Ok(())
}

/// The moment of a path that waits for the end of a build, see [`bury_until_built`].
const WHEN_BUILT: i64 = i64::MAX;

/// Buries paths whose files stay until a build is through: a page may come to stand there again.
///
/// # Errors
/// Where the database fails.
pub async fn bury_until_built(tx: &mut Tx, paths: &[String]) -> Result<()> {
    bulk_insert!(tx, "insert into tombstone (path, remove_after)", paths, |path| path, WHEN_BUILT;
        "on conflict (path) do nothing");
    Ok(())
}

/// A build is through: what was buried until then is due, unless a page has come to stand there.
///
/// # Errors
/// Where the database fails.
pub async fn end_burials_until_built(tx: &mut Tx) -> Result<()> {
    const OWNED: &str = "delete from tombstone where remove_after = $1
        and exists (select 1 from output_page where output_page.path = tombstone.path)";
    execute!(tx, sqlx::query(OWNED).bind(WHEN_BUILT))?;
    execute!(tx, sqlx::query("update tombstone set remove_after = 0 where remove_after = $1").bind(WHEN_BUILT))?;
    Ok(())
}

/// A path that a page owns again is no grave any more and is forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn forget_owned_tombstones(tx: &mut Tx) -> Result<()> {
    const SQL: &str =
        "delete from tombstone where exists (select 1 from output_page where output_page.path = tombstone.path)";
    execute!(tx, sqlx::query(SQL))?;
    Ok(())
}

/// The pages that own paths whose removal is due: without a lock it may have been begun before they came to stand there,
/// by somebody who was killed then, and may even be on its way still. So each is given twice, for the second time after
/// a while, and its burial is forgotten then.
///
/// # Errors
/// Where the database fails.
pub async fn owners_of_due_tombstones(tx: &mut Tx, again_after_ms: i64) -> Result<Vec<String>> {
    let forget = with_clock!(
        tx,
        "delete from tombstone where remove_after <> 0 and remove_after <= ",
        now,
        " and exists (select 1 from output_page where output_page.path = tombstone.path) returning path"
    );
    let put_off = with_clock!(
        tx,
        "update tombstone set remove_after = $1 + ",
        now,
        " where remove_after = 0 and exists (select 1 from output_page where output_page.path = tombstone.path)
        returning path"
    );
    let mut paths: Vec<String> = on_engine!(tx, |conn| sqlx::query_scalar(forget).fetch_all(conn))?;
    paths.extend(on_engine!(tx, |conn| sqlx::query_scalar::<_, String>(put_off).bind(again_after_ms).fetch_all(conn))?);
    Ok(owners(tx, &paths).await?.into_values().collect())
}

/// Buried paths that are due, up to `count`, behind `after`; some may have to stay, see [`keepers`].
///
/// # Errors
/// Where the database fails.
pub async fn due_tombstones(tx: &mut Tx, after: &str, count: i64) -> Result<Vec<Tombstone>> {
    let sql = with_clock!(
        tx,
        "select path, again, version from tombstone where remove_after <= ",
        now,
        " and path > $1 order by path limit $2"
    );
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(after).bind(count).fetch_all(conn))
}

/// Forgets a burial whose file is gone, or puts it off where it is to be removed once more. One that was renewed
/// meanwhile stays.
///
/// # Errors
/// Where the database fails.
pub async fn unbury(tx: &mut Tx, tombstone: &Tombstone, again_after_ms: i64) -> Result<()> {
    let sql = match (tombstone.again, &tx) {
        (false, _) => "delete from tombstone where path = $1 and version = $2 and $3 > 0",
        (true, Tx::Sqlite(_)) => {
            "update tombstone set again = false,
                remove_after = cast(unixepoch('subsec') * 1000 as integer) + $3
            where path = $1 and version = $2"
        }
        (true, Tx::Postgres(_)) => {
            "update tombstone set again = false,
                remove_after = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $3
            where path = $1 and version = $2"
        }
    };
    execute!(tx, sqlx::query(sql).bind(&tombstone.path).bind(tombstone.version).bind(again_after_ms))?;
    Ok(())
}
