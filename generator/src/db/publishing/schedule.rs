//! What comes due by itself.

use chrono::{DateTime, Utc};

use crate::db::{Result, Tx, on_engine};
use crate::model::{CreationId, Time};

/// Waiting creations whose time has come, the earliest first, up to `count`, each with that time.
///
/// # Errors
/// Where the database fails.
pub async fn creations(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<(CreationId, DateTime<Utc>)>> {
    const SQL: &str = "select id, publish_at from creation
        where publish_at is not null and publish_at <= $1 and state = 'waiting'
        order by publish_at, id limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(now).bind(count).fetch_all(conn))
}

/// Drafts of news whose time has come, the earliest first, up to `count`, each with that time.
///
/// # Errors
/// Where the database fails.
pub async fn news(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<(i64, DateTime<Utc>)>> {
    const SQL: &str = "select id, publish_at from news
        where publish_at is not null and publish_at <= $1 and state = 'draft'
        order by publish_at, id limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(now).bind(count).fetch_all(conn))
}

/// Public ads whose time is over, the earliest first, up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn ads(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<i64>> {
    const SQL: &str = "select id from ad
        where expires_at is not null and expires_at <= $1 and state = 'public'
        order by expires_at, id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(now).bind(count).fetch_all(conn))
}

/// When the next thing comes due, if anything will.
///
/// # Errors
/// Where the database fails.
pub async fn next(tx: &mut Tx) -> Result<Time> {
    const SQL: &str = "select min(due) from (
            select min(publish_at) as due from creation where publish_at is not null and state = 'waiting'
            union all select min(publish_at) from news where publish_at is not null and state = 'draft'
            union all select min(expires_at) from ad where expires_at is not null and state = 'public'
            union all select min(ends_at) from ban where ends_at is not null) as coming";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}
