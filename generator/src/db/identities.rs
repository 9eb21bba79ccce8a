//! Counters of generated ids, where rows are inserted under ids of their own.

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

/// Lets the next generated id of each table follow its greatest one; no counter goes back, so that the id of a row that
/// was deleted is not given again. SQLite follows by itself.
///
/// # Errors
/// Where the database fails.
pub async fn advance_identities(tx: &mut Tx) -> Result<()> {
    for table in TABLES {
        advance(tx, table).await?;
    }
    Ok(())
}

/// As [`advance_identities`], of one table; nothing where the database generates none of its ids.
///
/// # Errors
/// Where the database fails.
pub async fn advance(tx: &mut Tx, table: &'static str) -> Result<()> {
    if let Tx::Postgres(tx) = tx
        && TABLES.contains(&table)
    {
        let sql = format!(
            "select setval(issued, newest)
            from (select pg_get_serial_sequence('{table}', 'id')::regclass as issued, max(id) as newest from {table}) ids
            where newest > coalesce(pg_sequence_last_value(issued), 0)"
        );
        // The name is ours, from the list above.
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await?;
    }
    Ok(())
}

/// An id from which on none was ever given in a table whose ids the database generates. It stays free as long as the
/// transaction keeps others from inserting.
///
/// # Errors
/// Where the database fails.
pub async fn next(tx: &mut Tx, table: &'static str) -> Result<i64> {
    debug_assert!(TABLES.contains(&table));
    let sql = match tx {
        // Deleted rows of tables that count theirs have left their number in a list's row.
        Tx::Sqlite(_) => format!(
            "select max(coalesce((select max(id) from {table}), 0),
                coalesce((select issued from list where key = 'id/{table}'), 0)) + 1"
        ),
        Tx::Postgres(_) => format!(
            "select greatest(max(id), pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass), 0) + 1
            from {table}"
        ),
    };
    // The name is ours, from the list above.
    on_engine!(tx, |conn| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(conn))
}
