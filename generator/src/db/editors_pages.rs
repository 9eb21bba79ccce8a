//! Editors' pages and the sections' charters.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine, select_in};
use crate::model::{EditorsPage, Text, TextFormat};

#[derive(FromRow)]
struct Row {
    slug: String,
    title: String,
    description: String,
    body_format: TextFormat,
    body: String,
}

fn by_slug(rows: Vec<Row>) -> HashMap<String, EditorsPage> {
    rows.into_iter()
        .map(|row| {
            let body = Text { source: row.body, format: row.body_format };
            (row.slug, EditorsPage { title: row.title, description: row.description, body })
        })
        .collect()
}

/// Editors' pages by slug.
///
/// # Errors
/// Where the database fails.
pub async fn by_slugs(tx: &mut Tx, slugs: &[String]) -> Result<HashMap<String, EditorsPage>> {
    Ok(by_slug(select_in!(
        tx,
        Row,
        "select slug, title, description, body_format, body from editors_page
        where slug in ",
        slugs,
        ""
    )))
}

/// Charters by the section's key.
///
/// # Errors
/// Where the database fails.
pub async fn charters(tx: &mut Tx, sections: &[String]) -> Result<HashMap<String, EditorsPage>> {
    Ok(by_slug(select_in!(
        tx,
        Row,
        "select section as slug, '' as title, '' as description, body_format, body
        from charter where section in ",
        sections,
        ""
    )))
}

/// Slug and title of every editors' page, by slug.
///
/// # Errors
/// Where the database fails.
pub async fn titles(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    const SQL: &str = "select slug, title from editors_page order by slug";
    on_engine!(tx, |conn| sqlx::query_as::<_, (String, String)>(SQL).fetch_all(conn))
}

/// Sections that have a charter.
///
/// # Errors
/// Where the database fails.
pub async fn charter_sections(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select section from charter order by section";
    on_engine!(tx, |conn| sqlx::query_scalar::<_, String>(SQL).fetch_all(conn))
}

/// Writes an editors' page, in place of one of the same slug.
///
/// # Errors
/// Where the database fails.
pub async fn put(tx: &mut Tx, slug: &str, page: &EditorsPage, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into editors_page (slug, title, description, changed_at, body_format, body)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (slug) do update set title = excluded.title, description = excluded.description,
            changed_at = excluded.changed_at, body_format = excluded.body_format, body = excluded.body";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(slug)
            .bind(&page.title)
            .bind(&page.description)
            .bind(now)
            .bind(page.body.format)
            .bind(&page.body.source)
    )?;
    Ok(())
}

/// Writes a section's charter, in place of the one it had.
///
/// # Errors
/// Where the database fails.
pub async fn put_charter(tx: &mut Tx, section: &str, body: &Text, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into charter (section, changed_at, body_format, body) values ($1, $2, $3, $4)
        on conflict (section) do update set
            changed_at = excluded.changed_at, body_format = excluded.body_format, body = excluded.body";
    execute!(tx, sqlx::query(SQL).bind(section).bind(now).bind(body.format).bind(&body.source))?;
    Ok(())
}
