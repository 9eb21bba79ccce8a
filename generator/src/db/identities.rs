//! Counters of generated ids, after rows were inserted under ids of their own.

use super::{Result, Tx};

/// Tables whose ids the database generates.
const TABLES: [&str; 9] = ["member", "author", "genre", "creation", "comment", "news", "forum_post", "ad", "link"];

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
