//! What comes due by itself.

use chrono::{DateTime, Utc};

use crate::db::{Result, Tx, execute, on_engine};
use crate::model::{CreationId, Time};

/// Waiting creations whose time has come, the earliest first, up to `count`, each with that time.
///
/// # Errors
/// Where the database fails.
pub async fn creations(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<(CreationId, DateTime<Utc>)>> {
    const SQL: &str = "select id, publish_at from creation
        where publish_at is not null and publish_at <= $1 and state = 'waiting'
            and not exists (select 1 from put_off where kind = 'creation' and item = creation.id and until > $1)
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
            and not exists (select 1 from put_off where kind = 'news' and item = news.id and until > $1)
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
            and not exists (select 1 from put_off where kind = 'ad' and item = ad.id and until > $1)
        order by expires_at, id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(now).bind(count).fetch_all(conn))
}

/// When the next thing comes due or is to be tried again, if anything will.
///
/// # Errors
/// Where the database fails.
pub async fn next(tx: &mut Tx) -> Result<Time> {
    // Each sort by its index: a minimum over what is not put off would read all that ever will come due.
    const SQL: &str = "select min(due) from (
            select * from (select publish_at as due from creation where publish_at is not null and state = 'waiting'
                and not exists (select 1 from put_off where kind = 'creation' and item = creation.id)
                order by publish_at limit 1) as creations
            union all select * from (select publish_at from news where publish_at is not null and state = 'draft'
                and not exists (select 1 from put_off where kind = 'news' and item = news.id)
                order by publish_at limit 1) as pieces
            union all select * from (select expires_at from ad where expires_at is not null and state = 'public'
                and not exists (select 1 from put_off where kind = 'ad' and item = ad.id)
                order by expires_at limit 1) as ads
            union all select * from (select ends_at from ban where ends_at is not null
                and not exists (select 1 from put_off where kind = 'ban' and item = ban.member_id)
                order by ends_at limit 1) as bans
            union all select min(until) from put_off) as coming";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// How often something that is due has failed so far.
///
/// # Errors
/// Where the database fails.
pub async fn attempts(tx: &mut Tx, kind: &str, item: i64) -> Result<i64> {
    const SQL: &str = "select coalesce(max(attempts), 0) from put_off where kind = $1 and item = $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(kind).bind(item).fetch_one(conn))
}

/// What has come due and was put off, as (sort, row, reason), in this order.
///
/// # Errors
/// Where the database fails.
pub async fn all_put_off(tx: &mut Tx) -> Result<Vec<(String, i64, String)>> {
    const SQL: &str = "select kind, item, error from put_off where
            kind = 'creation' and item in (select id from creation where state = 'waiting' and publish_at is not null)
            or kind = 'news' and item in (select id from news where state = 'draft' and publish_at is not null)
            or kind = 'ad' and item in (select id from ad where state = 'public')
            or kind = 'ban' and item in (select member_id from ban)
        order by kind, item";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Forgets that something was put off: it comes due at another time, perhaps mended.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, kind: &str, item: i64) -> Result<()> {
    execute!(tx, sqlx::query("delete from put_off where kind = $1 and item = $2").bind(kind).bind(item))?;
    Ok(())
}

/// Puts off something that is due and has failed.
///
/// # Errors
/// Where the database fails.
pub async fn put_off(tx: &mut Tx, kind: &str, item: i64, until: DateTime<Utc>, error: &str) -> Result<()> {
    const SQL: &str = "insert into put_off (kind, item, until, error) values ($1, $2, $3, $4)
        on conflict (kind, item) do update set attempts = put_off.attempts + 1, until = excluded.until,
            error = excluded.error";
    execute!(tx, sqlx::query(SQL).bind(kind).bind(item).bind(until).bind(error))?;
    Ok(())
}

/// Forgets what was put off until now: it has come true since, or is not due any more.
///
/// # Errors
/// Where the database fails.
pub async fn forget_put_off(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    execute!(tx, sqlx::query("delete from put_off where until <= $1").bind(now))?;
    Ok(())
}
