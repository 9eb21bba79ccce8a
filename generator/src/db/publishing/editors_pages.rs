//! Editors' pages and charters: their going; they are written by [`crate::db::editors_pages`].

use crate::db::{Result, Tx, execute, on_engine};

/// Deletes an editors' page; says whether there was one.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &mut Tx, slug: &str) -> Result<bool> {
    Ok(execute!(tx, sqlx::query("delete from editors_page where slug = $1").bind(slug))? > 0)
}

/// Gives an editors' page another slug.
///
/// # Errors
/// A slug that is taken.
pub async fn rename(tx: &mut Tx, slug: &str, new: &str) -> Result<()> {
    execute!(tx, sqlx::query("update editors_page set slug = $2 where slug = $1").bind(slug).bind(new))?;
    Ok(())
}

/// Deletes a section's charter; says whether there was one.
///
/// # Errors
/// Where the database fails.
pub async fn delete_charter(tx: &mut Tx, section: &str) -> Result<bool> {
    Ok(execute!(tx, sqlx::query("delete from charter where section = $1").bind(section))? > 0)
}

/// Whether there is an editors' page of this slug.
///
/// # Errors
/// Where the database fails.
pub async fn exists(tx: &mut Tx, slug: &str) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from editors_page where slug = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(slug).fetch_one(conn))
}

/// Whether a section has a charter.
///
/// # Errors
/// Where the database fails.
pub async fn has_charter(tx: &mut Tx, section: &str) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from charter where section = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).fetch_one(conn))
}
