//! Old paths and the pages that they stood for.

use std::collections::HashMap;

use super::stale::marked_again;
use super::{Result, Tx, execute, on_engine, select_in};

/// The keys of the pages that old paths lead to.
///
/// # Errors
/// Where the database fails.
pub async fn by_paths(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, String>> {
    let rows = select_in!(tx, (String, String), "select path, page from redirect where path in ", paths, "");
    Ok(rows.into_iter().collect())
}

/// Leaves a redirect at an old path.
///
/// # Errors
/// Where the database fails.
pub async fn put(tx: &mut Tx, path: &str, page: &str) -> Result<()> {
    const SQL: &str = "insert into redirect (path, page) values ($1, $2)
        on conflict (path) do update set page = excluded.page";
    execute!(tx, sqlx::query(SQL).bind(path).bind(page))?;
    Ok(())
}

/// Makes the redirects that lead to one page lead to another.
///
/// # Errors
/// Where the database fails.
pub async fn repoint(tx: &mut Tx, from: &str, to: &str) -> Result<()> {
    execute!(tx, sqlx::query("update redirect set page = $2 where page = $1").bind(from).bind(to))?;
    Ok(())
}

/// Removes the redirect at a path; says whether there was one.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &mut Tx, path: &str) -> Result<bool> {
    Ok(execute!(tx, sqlx::query("delete from redirect where path = $1").bind(path))? > 0)
}

/// Removes the redirects at these paths; gives the paths of those that there were.
///
/// # Errors
/// Where the database fails.
pub async fn remove_all(tx: &mut Tx, paths: &[String]) -> Result<Vec<String>> {
    let rows = select_in!(tx, (String,), "delete from redirect where path in ", paths, "returning path");
    Ok(rows.into_iter().map(|(path,)| path).collect())
}

/// Removes the redirects that lead to a page.
///
/// # Errors
/// Where the database fails.
pub async fn remove_to(tx: &mut Tx, page: &str) -> Result<()> {
    execute!(tx, sqlx::query("delete from redirect where page = $1").bind(page))?;
    Ok(())
}

/// Marks every redirect's page stale; see [`super::stale::mark`].
///
/// # Errors
/// Where the database fails.
pub async fn mark_all(tx: &mut Tx, priority: i64) -> Result<()> {
    const SQL: &str = concat!(
        "insert into stale_page (page, priority) select 'redirect' || path, $1 from redirect order by 1",
        marked_again!()
    );
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// The keys of redirects that have neither a record nor a mark, in order.
///
/// # Errors
/// Where the database fails.
pub async fn unrecorded(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select key from (select 'redirect' || path as key from redirect) expected
        where not exists (select 1 from output_page where page = key)
            and not exists (select 1 from stale_page where page = key)
        order by key";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}
