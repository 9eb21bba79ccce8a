//! Generations: which program and which files the pages are made with, the parts of the newest, who has it.

use chrono::{DateTime, Utc};

use super::{Result, Tx, bulk_insert, execute, on_engine, with_clock};

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

/// Whether a generation was ever the newest.
///
/// # Errors
/// Where the database fails.
pub async fn is_noted(tx: &mut Tx, digest: &str) -> Result<bool> {
    const SQL: &str = "select count(*) from generation where digest = $1";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(digest).fetch_one(conn))?;
    Ok(count > 0)
}

/// Whether a builder of the newest generation has given a sign of life that still holds.
///
/// # Errors
/// Where the database fails.
pub async fn is_held(tx: &mut Tx) -> Result<bool> {
    let sql = with_clock!(
        tx,
        "select count(*) from generation where id = (select max(id) from generation) and lease_until >= ",
        now
    );
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
    Ok(count > 0)
}

/// Notes a sign of life of a builder of this generation, which holds for so long. It changes nothing where another
/// generation is the newest.
///
/// # Errors
/// Where the database fails.
pub async fn hold(tx: &mut Tx, digest: &str, lease_ms: i64) -> Result<()> {
    let sql = with_clock!(
        tx,
        "update generation set lease_until = ",
        now,
        " + $2 where id = (select max(id) from generation) and digest = $1"
    );
    execute!(tx, sqlx::query(sql).bind(digest).bind(lease_ms))?;
    Ok(())
}

/// Leaves a note that a process of this generation has changed something, unless that is the newest: it knows what pages
/// show by its own configuration, and may not have marked what the newest one has.
///
/// # Errors
/// Where the database fails.
pub async fn note_change(tx: &mut Tx, digest: &str) -> Result<()> {
    const SQL: &str = "insert into foreign_change (generation) select digest from (
            select $1 as digest, (select digest from generation order by id desc limit 1) as newest) as change
        where newest <> digest";
    execute!(tx, sqlx::query(SQL).bind(digest))?;
    Ok(())
}

/// Whether there is a note of [`note_change`].
///
/// # Errors
/// Where the database fails.
pub async fn is_change_noted(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "select count(*) from (select 1 from foreign_change limit 1) as note";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))?;
    Ok(count > 0)
}

/// Forgets the notes of [`note_change`]; says whether there were any.
///
/// # Errors
/// Where the database fails.
pub async fn take_noted_changes(tx: &mut Tx) -> Result<bool> {
    let taken = execute!(tx, sqlx::query("delete from foreign_change"))?;
    Ok(taken > 0)
}
