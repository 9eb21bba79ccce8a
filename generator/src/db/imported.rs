//! What an import remembers: each row's source and digests, and whether it was interrupted before its end.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, search, select_in};

/// A row that came from a source.
#[derive(Clone, Debug, FromRow)]
pub struct Remembered {
    /// Key of the row in the source's table.
    pub source_key: String,
    /// What it was there.
    pub source_digest: Vec<u8>,
    /// What was written here.
    pub written_digest: Vec<u8>,
    /// Key of the row here.
    pub row_key: String,
    /// Version of the sanitiser that its texts went through; 0 where it has none.
    pub cleaned_by: i64,
    /// Kinds of other rows that were looked for in vain, a bit each.
    pub depends_on: i64,
    /// What else it depended on.
    pub circumstances: Vec<u8>,
    /// Counters and times of the source that go on by themselves, as JSON; empty where they are not known.
    pub counters: String,
}

/// What is remembered of rows of a source's table, by their keys there.
///
/// # Errors
/// Where the database fails.
pub async fn by_keys(tx: &mut Tx, table: &str, keys: &[String]) -> Result<HashMap<String, Remembered>> {
    let rows = select_in!(
        tx,
        Remembered,
        "select source_key, source_digest, written_digest, row_key, cleaned_by, depends_on, circumstances, counters
        from imported_row where source_key in ",
        keys,
        "and source_table = $2",
        table
    );
    Ok(rows.into_iter().map(|row| (row.source_key.clone(), row)).collect())
}

/// Up to `count` of the rows that are remembered of a source's table, those behind the key `after`, in the order of
/// their keys there.
///
/// # Errors
/// Where the database fails.
pub async fn behind(tx: &mut Tx, table: &str, after: &str, count: i64) -> Result<Vec<Remembered>> {
    const SQL: &str =
        "select source_key, source_digest, written_digest, row_key, cleaned_by, depends_on, circumstances,
            counters
        from imported_row where source_table = $1 and source_key > $2 order by source_key limit $3";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(table).bind(after).bind(count).fetch_all(conn))
}

/// The digest of a row that the source has no more and that was hidden here for that: whatever comes back is a change.
pub const ABSENT: &[u8] = &[];

/// How many rows are remembered of a source's table, those apart that were hidden since it has them no more.
///
/// # Errors
/// Where the database fails.
pub async fn count(tx: &mut Tx, table: &str) -> Result<u64> {
    const SQL: &str = "select count(*) from imported_row where source_table = $1 and source_digest <> $2";
    let count: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(table).bind(ABSENT).fetch_one(conn))?;
    Ok(count.unsigned_abs())
}

/// Key there → key here of all rows of a source's table.
///
/// # Errors
/// Where the database fails.
pub async fn row_keys(tx: &mut Tx, table: &str) -> Result<HashMap<String, String>> {
    const SQL: &str = "select source_key, row_key from imported_row where source_table = $1";
    let rows: Vec<(String, String)> = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(table).fetch_all(conn))?;
    Ok(rows.into_iter().collect())
}

/// Key here → key there of the rows of a source's table that have one of these keys here.
///
/// # Errors
/// Where the database fails.
pub async fn by_row_keys(tx: &mut Tx, table: &str, row_keys: &[String]) -> Result<HashMap<String, String>> {
    let rows = select_in!(
        tx,
        (String, String),
        "select row_key, source_key from imported_row where row_key in ",
        row_keys,
        "and source_table = $2",
        table
    );
    Ok(rows.into_iter().collect())
}

/// The greatest key of a source's table whose keys are numbers; `None` where nothing of it is remembered.
///
/// # Errors
/// Where the database fails.
pub async fn newest_number(tx: &mut Tx, table: &str) -> Result<Option<i64>> {
    const SQL: &str = "select max(cast(source_key as bigint)) from imported_row where source_table = $1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(table).fetch_one(conn))
}

/// The counters that are remembered of the rows of a source's table.
///
/// # Errors
/// Where the database fails.
pub async fn counters(tx: &mut Tx, table: &str) -> Result<Vec<String>> {
    const SQL: &str = "select counters from imported_row where source_table = $1 and counters <> ''";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(table).fetch_all(conn))
}

/// Remembers a row of a source's table under another key there, which no other row has.
///
/// # Errors
/// Where the database fails.
pub async fn rename(tx: &mut Tx, table: &str, key: &str, new: &str) -> Result<()> {
    const SQL: &str = "update imported_row set source_key = $3 where source_table = $1 and source_key = $2";
    execute!(tx, sqlx::query(SQL).bind(table).bind(key).bind(new))?;
    Ok(())
}

/// Remembers rows of a source's table, in place of what was remembered of them.
///
/// # Errors
/// Where the database fails.
pub async fn remember(tx: &mut Tx, table: &str, rows: &[Remembered]) -> Result<()> {
    bulk_insert!(tx, "insert into imported_row (source_table, source_key, source_digest, written_digest, row_key,
        cleaned_by, depends_on, circumstances, counters)", rows, |row|
        table, &row.source_key, &row.source_digest, &row.written_digest, &row.row_key, row.cleaned_by, row.depends_on,
        &row.circumstances, &row.counters;
        "on conflict (source_table, source_key) do update set source_digest = excluded.source_digest,
            written_digest = excluded.written_digest, row_key = excluded.row_key, cleaned_by = excluded.cleaned_by,
            depends_on = excluded.depends_on, circumstances = excluded.circumstances, counters = excluded.counters");
    Ok(())
}

/// Forgets rows of a source's table, so that they are new if they come again.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, table: &str, keys: &[String]) -> Result<()> {
    execute_in!(tx, "delete from imported_row where source_key in ", keys, "and source_table = $2", table);
    Ok(())
}

/// Notes that rows were written whose files, lists, marks and entries of the search are still to come.
///
/// # Errors
/// Where the database fails.
pub async fn begin(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "insert into import_unfinished (only_row) values (1) on conflict (only_row) do nothing";
    execute!(tx, sqlx::query(SQL))?;
    search::distrust(tx).await
}

/// Whether an import wrote rows and did not come to its end.
///
/// # Errors
/// Where the database fails.
pub async fn is_unfinished(tx: &mut Tx) -> Result<bool> {
    let count: i64 =
        on_engine!(tx, |conn| sqlx::query_scalar("select count(*) from import_unfinished").fetch_one(conn))?;
    Ok(count > 0)
}

/// Notes that all files are noted and all lists and marks are there.
///
/// # Errors
/// Where the database fails.
pub async fn end(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("delete from import_unfinished"))?;
    Ok(())
}
