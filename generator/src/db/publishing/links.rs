//! Links: their coming, changing and going. A deleted one keeps its row.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::db::{Result, Tx, execute, on_engine};
use crate::model::{Text, TextFormat};

/// A link as it stands.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
    /// The row.
    pub id: i64,
    /// A word of the column's check.
    pub state: String,
    /// Its name.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How the description is written.
    pub description_format: TextFormat,
    /// What is there.
    pub description: String,
}

/// A link by its row, locked against other writers until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Standing>> {
    let sql = match tx {
        Tx::Sqlite(_) => "select id, state, title, url, description_format, description from link where id = $1",
        Tx::Postgres(_) => {
            "select id, state, title, url, description_format, description from link where id = $1 for no key update"
        }
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// Adds a link; gives its row.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, title: &str, url: &str, description: &Text, now: DateTime<Utc>) -> Result<i64> {
    const SQL: &str = "insert into link (title, url, added_at, description_format, description)
        values ($1, $2, $3, $4, $5) returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL)
        .bind(title)
        .bind(url)
        .bind(now)
        .bind(description.format)
        .bind(&description.source)
        .fetch_one(conn))
}

/// Writes another link in its place.
///
/// # Errors
/// Where the database fails.
pub async fn edit(tx: &mut Tx, id: i64, title: &str, url: &str, description: &Text) -> Result<()> {
    const SQL: &str = "update link set title = $2, url = $3, description_format = $4, description = $5 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(title).bind(url).bind(description.format).bind(&description.source))?;
    Ok(())
}

/// Marks a link as deleted.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &mut Tx, id: i64) -> Result<()> {
    execute!(tx, sqlx::query("update link set state = 'deleted' where id = $1").bind(id))?;
    Ok(())
}
