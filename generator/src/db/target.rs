//! The identity of the database, the one target its records are about, generations and asset files.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};

/// The target that records and marks belong to.
#[derive(Clone, Debug, FromRow)]
pub struct Target {
    /// Also in an object on the target itself.
    pub id: String,
    /// Where it was last seen.
    pub location: String,
}

/// The database's own id, made at the first asking from `random`.
///
/// # Errors
/// Where the database fails.
pub async fn database_id(tx: &mut Tx, random: &str) -> Result<String> {
    const SQL: &str = "insert into database_identity (id) select $1 where not exists (select 1 from database_identity)";
    execute!(tx, sqlx::query(SQL).bind(random))?;
    on_engine!(tx, |conn| sqlx::query_scalar("select id from database_identity").fetch_one(conn))
}

/// The target of the records, if there was one yet.
///
/// # Errors
/// Where the database fails.
pub async fn current(tx: &mut Tx) -> Result<Option<Target>> {
    on_engine!(tx, |conn| sqlx::query_as("select id, location from target").fetch_optional(conn))
}

/// Makes a target the one that records are about; the caller forgets the records of the former.
///
/// # Errors
/// Where the database fails.
pub async fn replace(tx: &mut Tx, id: &str, location: &str, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into target (id, location, created_at) values ($1, $2, $3)";
    execute!(tx, sqlx::query("delete from target"))?;
    execute!(tx, sqlx::query(SQL).bind(id).bind(location).bind(now))?;
    Ok(())
}

/// The digest of the newest generation.
///
/// # Errors
/// Where the database fails.
pub async fn generation(tx: &mut Tx) -> Result<Option<String>> {
    const SQL: &str = "select digest from generation order by id desc limit 1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_optional(conn))
}

/// Begins a generation.
///
/// # Errors
/// Where the database fails.
pub async fn begin_generation(tx: &mut Tx, digest: &str, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into generation (digest, created_at) values ($1, $2)";
    execute!(tx, sqlx::query(SQL).bind(digest).bind(now))?;
    Ok(())
}

/// Notes the asset files of this generation; others that were noted before have no reference from `now` on.
///
/// # Errors
/// Where the database fails.
pub async fn reference_assets(tx: &mut Tx, paths: &[String], now: DateTime<Utc>) -> Result<()> {
    const UNREFERENCE: &str = "update asset_file set unreferenced_at = $1 where unreferenced_at is null";
    const REFERENCE: &str = "insert into asset_file (path) values ($1)
        on conflict (path) do update set unreferenced_at = null";
    execute!(tx, sqlx::query(UNREFERENCE).bind(now))?;
    for path in paths {
        execute!(tx, sqlx::query(REFERENCE).bind(path))?;
    }
    Ok(())
}

/// Asset files without a reference since before `before`.
///
/// # Errors
/// Where the database fails.
pub async fn unreferenced_assets(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<String>> {
    const SQL: &str = "select path from asset_file where unreferenced_at < $1 order by path";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(before).fetch_all(conn))
}

/// Forgets an asset file that was removed.
///
/// # Errors
/// Where the database fails.
pub async fn forget_asset(tx: &mut Tx, path: &str) -> Result<()> {
    execute!(tx, sqlx::query("delete from asset_file where path = $1").bind(path))?;
    Ok(())
}
