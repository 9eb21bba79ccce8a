//! What the editors' rooms count and list: queues, and the state of the pages.

use sqlx::FromRow;

use super::{Result, Tx, on_engine};
use crate::model::Time;

/// Creations that wait for an editor and have no time set, with the number of each section.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_creations(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "select section, count(*) from creation where state = 'waiting' and publish_at is null
        group by section order by section";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// How many things will be published by themselves.
///
/// # Errors
/// Where the database fails.
pub async fn scheduled(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select (select count(*) from creation where publish_at is not null and state = 'waiting')
        + (select count(*) from news where publish_at is not null and state = 'draft')";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// How many pages are marked, and how many of them could not be rendered.
///
/// # Errors
/// Where the database fails.
pub async fn stale_pages(tx: &mut Tx) -> Result<(i64, i64)> {
    const SQL: &str = "select count(*), count(error) from stale_page";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_one(conn))
}

/// What is known of a page.
#[derive(Clone, Debug, FromRow)]
pub struct PageState {
    /// Its key.
    pub page: String,
    /// Where it was written last.
    pub path: Option<String>,
    /// When, where it was.
    pub written_at: Time,
    /// Whether it is certain what stands there.
    pub is_certain: bool,
    /// Whether it waits to be rendered.
    pub is_marked: bool,
    /// Whether somebody is rendering it.
    pub is_claimed: bool,
    /// How often that failed.
    pub attempts: i64,
    /// Why.
    pub error: Option<String>,
}

macro_rules! page_states {
    ($tail:literal) => {
        concat!(
            "select keys.page, path, written_at, digest is not null as is_certain,
                stale_page.page is not null as is_marked, token is not null as is_claimed,
                coalesce(attempts, 0) as attempts, error from ",
            $tail
        )
    };
}

/// A page's state; `None` of what was neither written nor marked.
///
/// # Errors
/// Where the database fails.
pub async fn page_state(tx: &mut Tx, page: &str) -> Result<Option<PageState>> {
    const SQL: &str = page_states!(
        "(select page from output_page where page = $1 union select page from stale_page where page = $1) keys
            left join output_page on output_page.page = keys.page left join stale_page on stale_page.page = keys.page"
    );
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(page).fetch_optional(conn))
}

/// Pages that could not be rendered, by key, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn failed_pages(tx: &mut Tx, count: i64) -> Result<Vec<PageState>> {
    const SQL: &str = page_states!(
        "(select page from stale_page where error is not null order by page limit $1) keys
            left join output_page on output_page.page = keys.page join stale_page on stale_page.page = keys.page
        order by keys.page"
    );
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// Pages that wait, those that come first first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_pages(tx: &mut Tx, count: i64) -> Result<Vec<PageState>> {
    const SQL: &str = page_states!(
        "(select page from stale_page where error is null order by priority, page limit $1) keys
            left join output_page on output_page.page = keys.page join stale_page on stale_page.page = keys.page
        order by priority, keys.page"
    );
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}
