//! Counters of generated ids, after rows were inserted under ids of their own.

use super::{Result, Tx, on_engine};

/// Tables whose ids the database generates.
const TABLES: [&str; 17] = [
    "member",
    "author",
    "genre",
    "creation",
    "comment",
    "news",
    "forum_post",
    "ad",
    "link",
    "registration",
    "rune",
    "reputation_gift",
    "reputation_award",
    "member_rating",
    "letter",
    "tavern_table",
    "tavern_post",
];

/// Lets the next generated id of each table follow its greatest one. SQLite does so by itself.
///
/// # Errors
/// Where the database fails.
pub async fn advance_identities(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        for table in TABLES {
            let sql = format!(
                "select setval(pg_get_serial_sequence('{table}', 'id'), greatest((select max(id) from {table}), 1))"
            );
            // The names are ours, from the list above.
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// The greatest id of a table whose ids the database generates, 0 for an empty one.
///
/// # Errors
/// Where the database fails.
pub async fn greatest(tx: &mut Tx, table: &'static str) -> Result<i64> {
    debug_assert!(TABLES.contains(&table));
    let sql = format!("select coalesce(max(id), 0) from {table}");
    // The name is ours, from the list above.
    on_engine!(tx, |conn| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(conn))
}
