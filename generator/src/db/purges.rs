//! What the CDN has to be told: paths whose copies at the edge are to go, until it has taken them twice.

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, with_clock};

/// All there is.
pub const EVERYTHING: &str = "/*";

/// The moment of a wish that waits for the end of a build, see [`add_when_built`].
const WHEN_BUILT: i64 = i64::MAX;

/// A path that is to be sent.
#[derive(Clone, Debug, FromRow)]
pub struct Purge {
    /// The path, or [`EVERYTHING`].
    pub path: String,
    /// Names the wish.
    pub token: i64,
    /// Whether it is sent for the first time.
    pub again: bool,
    /// How often it was tried, this time counted.
    pub attempts: i64,
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Paths that were never taken.
    pub unsent: i64,
    /// Paths that are to be sent once more.
    pub again: i64,
    /// For how long the oldest unsent one waits, in milliseconds.
    pub oldest_ms: i64,
}

/// Notes paths to be purged at once and once more later, whatever was noted of them before.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, mut paths: Vec<String>) -> Result<()> {
    // In one order, so that builders don't wait for each other in circles.
    paths.sort_unstable();
    paths.dedup();
    bulk_insert!(tx, "insert into purge (path, token)", paths, |path| path, rand::random::<i64>();
        "on conflict (path) do update set token = excluded.token, due_at = 0, again = true, attempts = 0, error = null,
            added_at = case when purge.again then purge.added_at else excluded.added_at end");
    Ok(())
}

/// Notes that everything is to be purged when a build is through.
///
/// # Errors
/// Where the database fails.
pub async fn add_when_built(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "insert into purge (path, token, due_at) values ($1, $2, $3)
        on conflict (path) do update set token = excluded.token, due_at = excluded.due_at, again = true, attempts = 0";
    execute!(tx, sqlx::query(SQL).bind(EVERYTHING).bind(rand::random::<i64>()).bind(WHEN_BUILT))?;
    Ok(())
}

/// A build is through: what was to wait for it is due.
///
/// # Errors
/// Where the database fails.
pub async fn end_waiting_until_built(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("update purge set due_at = 0 where due_at = $1").bind(WHEN_BUILT))?;
    Ok(())
}

/// Forgets all wishes: there is no CDN any more.
///
/// # Errors
/// Where the database fails.
pub async fn forget_all(tx: &mut Tx) -> Result<()> {
    execute!(tx, sqlx::query("delete from purge"))?;
    Ok(())
}

/// Up to `count` paths that are due, the longest waiting first. Nobody else gets them for `lease_ms`.
///
/// # Errors
/// Where the database fails.
pub async fn claim(tx: &mut Tx, count: i64, lease_ms: i64) -> Result<Vec<Purge>> {
    // Only PostgreSQL has several writers at a time, who would wait for each other.
    const POSTGRES: &str = "update purge set attempts = attempts + 1,
            due_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $1
        where path in (select path from purge where due_at <= extract(epoch from clock_timestamp()) * 1000
            order by due_at, path limit $2 for update skip locked)
        returning path, token, again, attempts";
    const SQLITE: &str = "update purge set attempts = attempts + 1,
            due_at = cast(unixepoch('subsec') * 1000 as integer) + $1
        where path in (select path from purge where due_at <= unixepoch('subsec') * 1000
            order by due_at, path limit $2)
        returning path, token, again, attempts";
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(_) => POSTGRES,
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(lease_ms).bind(count).fetch_all(conn))
}

/// Locks these in the order in which builders lock theirs. SQLite has one writer at a time.
///
/// # Errors
/// Where the database fails.
pub async fn lock(tx: &mut Tx, purges: &[Purge]) -> Result<()> {
    const SQL: &str = "select path from purge where token = any($1) order by path for update";
    if let Tx::Postgres(tx) = tx {
        let tokens: Vec<i64> = purges.iter().map(|purge| purge.token).collect();
        sqlx::query(SQL).bind(tokens).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The CDN has taken these: those that it was told twice are forgotten, others are due once more after a while. A wish
/// that was renewed meanwhile has another token and stays as it is.
///
/// # Errors
/// Where the database fails.
pub async fn taken(tx: &mut Tx, purges: &[Purge], again_after_ms: i64) -> Result<()> {
    let tokens = |again: bool| -> Vec<i64> {
        purges.iter().filter(|purge| purge.again == again).map(|purge| purge.token).collect()
    };
    let (first, second) = (tokens(true), tokens(false));
    execute_in!(tx, "delete from purge where token in ", second, "");
    let due = due_after(tx);
    put_off(tx, due, &first, again_after_ms).await?;
    execute_in!(tx, "update purge set again = false, attempts = 0, error = null where token in ", first, "");
    Ok(())
}

/// The CDN has not taken these, for this reason: they are due after a while.
///
/// # Errors
/// Where the database fails.
pub async fn failed(tx: &mut Tx, tokens: &[i64], error: &str, after_ms: i64) -> Result<()> {
    let due = due_after(tx);
    put_off(tx, due, tokens, after_ms).await?;
    execute_in!(tx, "update purge set error = $2 where token in ", tokens, "", error);
    Ok(())
}

fn due_after(tx: &Tx) -> &'static str {
    with_clock!(tx, "select ", now, " + $1")
}

async fn put_off(tx: &mut Tx, due: &'static str, tokens: &[i64], after_ms: i64) -> Result<()> {
    let due: i64 = on_engine!(&mut *tx, |conn| sqlx::query_scalar(due).bind(after_ms).fetch_one(conn))?;
    execute_in!(tx, "update purge set due_at = $2 where token in ", tokens, "", due);
    Ok(())
}

/// How much waits.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<Waiting> {
    let sql = with_clock!(
        tx,
        "select coalesce(sum(case when again then 1 else 0 end), 0) as unsent,
            coalesce(sum(case when again then 0 else 1 end), 0) as again,
            coalesce(max(case when again then ",
        now,
        " - added_at end), 0) as oldest_ms from purge"
    );
    on_engine!(tx, |conn| sqlx::query_as(sql).fetch_one(conn))
}
