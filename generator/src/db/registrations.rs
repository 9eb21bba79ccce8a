//! People who ask to become members and wait for an editor.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::Time;

/// What somebody tells of themselves.
#[derive(Clone, Copy, Debug)]
pub struct NewRegistration<'a> {
    /// What they want to be called.
    pub nick: &'a str,
    /// Where mail reaches them.
    pub email: &'a str,
    /// In years.
    pub age: i64,
    /// Whether a parent agrees.
    pub parent_agrees: bool,
    /// Why they come.
    pub about: &'a str,
}

/// A registration that waits.
#[derive(Clone, Debug, FromRow)]
pub struct Registration {
    /// The row.
    pub id: i64,
    /// What they want to be called.
    pub nick: String,
    /// Where mail reaches them.
    pub email: String,
    /// May be empty.
    pub given_name: String,
    /// May be empty.
    pub family_name: String,
    /// In years.
    pub age: Option<i64>,
    /// Whether a parent agrees.
    pub parent_agrees: bool,
    /// Why they come.
    pub about: String,
    /// When they asked.
    pub requested_at: Time,
    /// How many accounts have the same address.
    pub accounts: i64,
    /// How often the same address was rejected lately.
    pub rejections: i64,
}

/// Notes somebody who wants to become a member.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, registration: NewRegistration<'_>, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into registration (nick, email, age, parent_agrees, about, requested_at)
        values ($1, $2, $3, $4, $5, $6)";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(registration.nick)
            .bind(registration.email)
            .bind(registration.age)
            .bind(registration.parent_agrees)
            .bind(registration.about)
            .bind(now)
    )?;
    Ok(())
}

macro_rules! waiting {
    ($tail:literal) => {
        concat!(
            "select id, nick, email, given_name, family_name, age, parent_agrees, about, requested_at,
                (select count(*) from account where lower(account.email) = lower(registration.email)) as accounts,
                (select count(*) from registration other where other.state = 'rejected'
                    and lower(other.email) = lower(registration.email)) as rejections
            from registration where state = 'waiting' ",
            $tail
        )
    };
}

/// Who waits, the first ones first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx, count: i64) -> Result<Vec<Registration>> {
    const SQL: &str = waiting!("order by id limit $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// How many wait.
///
/// # Errors
/// Where the database fails.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from registration where state = 'waiting'";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// One who waits.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Registration>> {
    const SQL: &str = waiting!("and id = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// The nicks of those who wait; as [`super::members::nicks`], to be compared in Rust.
///
/// # Errors
/// Where the database fails.
pub async fn nicks_waiting(tx: &mut Tx) -> Result<Vec<String>> {
    on_engine!(tx, |conn| sqlx::query_scalar("select nick from registration where state = 'waiting' order by id")
        .fetch_all(conn))
}

/// Ends somebody's waiting, who is a member now; `false` where another editor was faster.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<bool> {
    const SQL: &str = "delete from registration where id = $1 and state = 'waiting'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id))? > 0)
}

/// Ends somebody's waiting, who does not become a member; `false` where another editor was faster.
///
/// # Errors
/// Where the database fails.
pub async fn reject(tx: &mut Tx, id: i64, now: DateTime<Utc>) -> Result<bool> {
    const SQL: &str = "update registration set state = 'rejected', settled_at = $2 where id = $1 and state = 'waiting'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id).bind(now))? > 0)
}

/// Forgets registrations that were rejected before a moment; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_rejected(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    const SQL: &str = "delete from registration where state = 'rejected' and settled_at <= $1";
    execute!(tx, sqlx::query(SQL).bind(before))
}
