//! Generations: which program and which files the pages are made with, and the parts of the newest.

use chrono::{DateTime, Utc};

use super::{Result, Tx, bulk_insert, execute, on_engine};

/// The digest of the newest generation.
///
/// # Errors
/// Where the database fails.
pub async fn newest(tx: &mut Tx) -> Result<Option<String>> {
    const SQL: &str = "select digest from generation order by id desc limit 1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_optional(conn))
}

/// Name and digest of each part of the newest generation; none where a release noted it that knew no parts.
///
/// # Errors
/// Where the database fails.
pub async fn parts_of_newest(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    const SQL: &str = "select name, digest from generation_part
        where generation_id = (select max(id) from generation) order by name";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Begins a generation. Its parts take the place of the former one's.
///
/// # Errors
/// Where the database fails.
pub async fn begin(tx: &mut Tx, digest: &str, parts: &[(&str, &str)], now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into generation (digest, created_at) values ($1, $2) returning id";
    let id: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(digest).bind(now).fetch_one(conn))?;
    execute!(tx, sqlx::query("delete from generation_part"))?;
    bulk_insert!(tx, "insert into generation_part (generation_id, name, digest)", parts, |part| id, part.0, part.1; "");
    Ok(())
}
