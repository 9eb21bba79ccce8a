//! The identity of the database, the one target its records are about, and asset files.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Db, Result, Tx, begin, bulk_insert, execute, on_engine, with_clock};

/// The target that records and marks belong to.
#[derive(Clone, Debug, FromRow)]
pub struct Target {
    /// Also in an object on the target itself.
    pub id: String,
    /// Since when files may have been written that are not on the disk yet.
    pub unsynced_since: Option<DateTime<Utc>>,
    /// In which run of the machine.
    pub boot_id: String,
}

/// What builders lock on PostgreSQL: shared to claim, alone to change target or generation, so that nobody claims
/// for a target or generation that is being replaced. On SQLite writers exclude each other anyway.
const BUILDERS_LOCK: i64 = 0x0062_7569_6c64;

/// Waits until no other builder changes target or generation, and keeps them from it until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn lock_shared(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("select pg_advisory_xact_lock_shared($1)").bind(BUILDERS_LOCK).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Begins a transaction as [`Db::write_relaxed`] does and goes on as [`lock_shared`]; on PostgreSQL that is one round
/// trip.
///
/// # Errors
/// Where the database cannot be reached.
pub async fn begin_relaxed_shared(db: &Db) -> Result<Tx> {
    const BEGIN: &str = "begin; set local synchronous_commit to off;
        select pg_advisory_xact_lock_shared(x'006275696c64'::bigint)";
    match db {
        Db::Sqlite { .. } => db.write_relaxed().await,
        Db::Postgres(pool) => Ok(Tx::Postgres(begin(pool, BEGIN).await?)),
    }
}

/// Waits until no other builder claims anything, and keeps them from it until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn lock_alone(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(BUILDERS_LOCK).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The database's own id, made at the first asking from `random`. The caller has locked alone.
///
/// # Errors
/// Where the database fails.
pub async fn database_id(tx: &mut Tx, random: &str) -> Result<String> {
    const SQL: &str = "insert into database_identity (only_row, id) values (1, $1) on conflict (only_row) do nothing";
    execute!(tx, sqlx::query(SQL).bind(random))?;
    on_engine!(tx, |conn| sqlx::query_scalar("select id from database_identity").fetch_one(conn))
}

/// The database's own id, where it has one yet.
///
/// # Errors
/// Where the database fails.
pub async fn known_database_id(tx: &mut Tx) -> Result<Option<String>> {
    on_engine!(tx, |conn| sqlx::query_scalar("select id from database_identity").fetch_optional(conn))
}

/// The target of the records, if there was one yet.
///
/// # Errors
/// Where the database fails.
pub async fn current(tx: &mut Tx) -> Result<Option<Target>> {
    on_engine!(tx, |conn| sqlx::query_as("select id, unsynced_since, boot_id from target").fetch_optional(conn))
}

/// Makes a target the one that records are about; the caller forgets the records of the former.
///
/// # Errors
/// Where the database fails.
pub async fn replace(tx: &mut Tx, id: &str, location: &str, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into target (only_row, id, location, created_at) values (1, $1, $2, $3)
        on conflict (only_row) do update set id = excluded.id, location = excluded.location,
            created_at = excluded.created_at, unsynced_since = null";
    execute!(tx, sqlx::query(SQL).bind(id).bind(location).bind(now))?;
    Ok(())
}

/// Notes that what is written from now on, in this run of the machine, may not be on the disk yet.
///
/// # Errors
/// Where the database fails.
pub async fn begin_unsynced(tx: &mut Tx, now: DateTime<Utc>, boot_id: &str) -> Result<()> {
    execute!(tx, sqlx::query("update target set unsynced_since = $1, boot_id = $2").bind(now).bind(boot_id))?;
    Ok(())
}

/// Whether target and generation are still those that a builder began with.
///
/// # Errors
/// Where the database fails.
pub async fn is_current(tx: &mut Tx, target: &str, generation: &str) -> Result<bool> {
    const SQL: &str = "select count(*) from target
        where id = $1 and (select digest from generation order by id desc limit 1) = $2";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(target).bind(generation).fetch_one(conn))?;
    Ok(count == 1)
}

/// Notes the asset files of this generation; others that were noted before have no reference from `now` on.
///
/// # Errors
/// Where the database fails.
pub async fn reference_assets(tx: &mut Tx, paths: &[String], now: DateTime<Utc>) -> Result<()> {
    const UNREFERENCE: &str = "update asset_file set unreferenced_at = $1 where unreferenced_at is null";
    const REFERENCE: &str = "insert into asset_file (path) values ($1)
        on conflict (path) do update set unreferenced_at = null, kept_from = null, removed_until = null";
    execute!(tx, sqlx::query(UNREFERENCE).bind(now))?;
    for path in paths {
        execute!(tx, sqlx::query(REFERENCE).bind(path))?;
    }
    Ok(())
}

/// Notes asset files that are there though nobody knows since when: without a reference from `now` on.
///
/// # Errors
/// Where the database fails.
pub async fn add_unreferenced_assets(tx: &mut Tx, paths: &[String], now: DateTime<Utc>) -> Result<()> {
    bulk_insert!(tx, "insert into asset_file (path, unreferenced_at)", paths, |path| path, now;
        "on conflict (path) do nothing");
    Ok(())
}

/// Asset files that somebody is removing, each with the milliseconds that may take.
///
/// # Errors
/// Where the database fails.
pub async fn asset_removals(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql = with_clock!(
        tx,
        "select path, removed_until - ",
        now,
        " from asset_file where removed_until > ",
        now,
        " order by path"
    );
    on_engine!(tx, |conn| sqlx::query_as(sql).fetch_all(conn))
}

/// Asset files without a reference that a page's file may name all the same: a page that is stale and was written before
/// they lost it, or of which nobody knows what was written, keeps them as if they had one until now. When they lost it stays
/// as it is, or pages that were written after that would count as well.
///
/// # Errors
/// Where the database fails.
pub async fn keep_unreferenced_assets(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update asset_file set kept_from = $1 where unreferenced_at is not null and exists (
        select 1 from stale_page join output_page on output_page.page = stale_page.page
        where output_page.digest is null or output_page.written_at <= asset_file.unreferenced_at)";
    execute!(tx, sqlx::query(SQL).bind(now))?;
    Ok(())
}

/// Asset files that no page's file has named since before `before` and nobody else is removing; says that the caller is, for so
/// long at the most.
///
/// # Errors
/// Where the database fails.
pub async fn begin_removing_assets(tx: &mut Tx, before: DateTime<Utc>, lease_ms: i64) -> Result<Vec<String>> {
    let sql = with_clock!(
        tx,
        "update asset_file set removed_until = $2 + ",
        now,
        " where unreferenced_at is not null and coalesce(kept_from, unreferenced_at) < $1
            and (removed_until is null or removed_until <= ",
        now,
        ") returning path"
    );
    on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(before).bind(lease_ms).fetch_all(conn))
}

/// The paths of all asset files that are kept, in order.
///
/// # Errors
/// Where the database fails.
pub async fn assets(tx: &mut Tx) -> Result<Vec<String>> {
    on_engine!(tx, |conn| sqlx::query_scalar("select path from asset_file order by path").fetch_all(conn))
}

/// Forgets an asset file that was removed, unless somebody wants it again.
///
/// # Errors
/// Where the database fails.
pub async fn forget_asset(tx: &mut Tx, path: &str) -> Result<()> {
    execute!(tx, sqlx::query("delete from asset_file where path = $1 and removed_until is not null").bind(path))?;
    Ok(())
}
