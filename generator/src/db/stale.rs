//! Marks: the pages whose file no longer tells the truth. The table is the rebuild queue; who works on what is in
//! [`super::claims`].

use std::collections::{HashMap, HashSet};

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, json_array, on_engine, select_in};
use crate::page::{PRIORITY_BULK, Page};

/// Marks of one statement that gives their versions.
const MARKS_MAX: usize = 1_000;

/// Ends every statement that marks: a mark that is there already gets the next version, keeps the smaller priority, and
/// is due at once where its page had failed.
macro_rules! marked_again {
    () => {
        " on conflict (page) do update set version = stale_page.version + 1, retry_at = null,
            priority = case when excluded.priority < stale_page.priority then excluded.priority else stale_page.priority end"
    };
}
pub(super) use marked_again;

/// Marks pages stale; `bulk` is 0, or [`crate::page::PRIORITY_BULK`] where nobody waits for them.
///
/// # Errors
/// Where the database fails.
pub async fn mark(tx: &mut Tx, pages: &[Page], bulk: i64) -> Result<()> {
    mark_keys(tx, pages.iter().map(|page| (page.to_string(), page.priority() + bulk)).collect()).await
}

/// As [`mark`], with keys and priorities. Sorted, so that two writers lock the same rows in the same order.
///
/// # Errors
/// Where the database fails.
pub async fn mark_keys(tx: &mut Tx, mut marks: Vec<(String, i64)>) -> Result<()> {
    marks.sort_unstable();
    marks.dedup_by(|later, earlier| later.0 == earlier.0);
    bulk_insert!(tx, "insert into stale_page (page, priority)", marks, |mark| &mark.0, mark.1;
        marked_again!());
    Ok(())
}

/// As [`mark_keys`]; gives each mark as it is then.
///
/// # Errors
/// Where the database fails.
pub async fn mark_awaited(tx: &mut Tx, mut marks: Vec<(String, i64)>) -> Result<HashMap<String, Progress>> {
    macro_rules! sql {
        ($marks:literal) => {
            concat!(
                "insert into stale_page (page, priority) ",
                $marks,
                marked_again!(),
                " returning page, version, rendered_version, epoch"
            )
        };
    }
    marks.sort_unstable();
    marks.dedup_by(|later, earlier| later.0 == earlier.0);
    let mut made = HashMap::with_capacity(marks.len());
    for marks in marks.chunks(MARKS_MAX) {
        let rows: Vec<Progress> = match tx {
            Tx::Sqlite(tx) => {
                let sql = sql!("select value ->> 0, value ->> 1 from json_each($1) where true");
                sqlx::query_as(sql).bind(json_array(marks)).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_as(sql!("select * from unnest($1, $2)"))
                    .bind(marks.iter().map(|(page, _)| page.as_str()).collect::<Vec<_>>())
                    .bind(marks.iter().map(|(_, priority)| *priority).collect::<Vec<_>>())
                    .fetch_all(&mut **tx)
                    .await?
            }
        };
        made.extend(rows.into_iter().map(|row| (row.page.clone(), row)));
    }
    Ok(made)
}

/// How far a mark has come.
#[derive(Clone, Debug, FromRow)]
pub struct Progress {
    /// The page's key.
    pub page: String,
    /// How often it was marked since it was last clean.
    pub version: i64,
    /// The version that its file shows at least, where it was marked again while it was rendered.
    pub rendered_version: Option<i64>,
    /// Which mark of this page it is: a number that no other one has. The row goes when the page is clean, and the next
    /// one's versions begin with 1 again.
    pub epoch: i64,
}

/// How far the marks have come that there are on these pages.
///
/// # Errors
/// Where the database fails.
pub async fn progress(tx: &mut Tx, pages: &[String]) -> Result<HashMap<String, Progress>> {
    let rows = select_in!(
        tx,
        Progress,
        "select page, version, rendered_version, epoch from stale_page where page in ",
        pages,
        ""
    );
    Ok(rows.into_iter().map(|row| (row.page.clone(), row)).collect())
}

/// Marks every page that has a record and no mark that nobody has claimed: what fell out of the site is found and
/// removed by it.
///
/// # Errors
/// Where the database fails.
pub async fn mark_recorded(tx: &mut Tx, priority: i64) -> Result<()> {
    const SQL: &str = "insert into stale_page (page, priority) select page, $1 from output_page
        where not exists (select 1 from stale_page where stale_page.page = output_page.page and token is null)
        order by page
        on conflict (page) do update set version = stale_page.version + 1, retry_at = null";
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// Those of the pages that are marked.
///
/// # Errors
/// Where the database fails.
pub async fn marked(tx: &mut Tx, pages: &[String]) -> Result<HashSet<String>> {
    let rows = select_in!(tx, (String,), "select page from stale_page where page in ", pages, "");
    Ok(rows.into_iter().map(|(page,)| page).collect())
}

/// Pages that could not be built, with the reason, by key.
///
/// # Errors
/// Where the database fails.
pub async fn failed(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    const SQL: &str = "select page, error from stale_page where error is not null order by page";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Makes every failed page due at once.
///
/// # Errors
/// Where the database fails.
pub async fn retry_now(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set retry_at = null where retry_at is not null",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set retry_at = null
            where page in (select page from stale_page where retry_at is not null order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql))?;
    Ok(())
}

/// Forgets marks that nobody has claimed.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, pages: &[String]) -> Result<()> {
    execute_in!(tx, "delete from stale_page where page in ", pages, "and token is null");
    Ok(())
}

/// Added to the priority of a mark while it is set aside; more than any priority.
const ASIDE: i64 = 1_000;

/// Sets the marks aside that were made with the whole site, until [`put_back`]. One that is made again meanwhile is
/// where it was; so afterwards it is known which of them nothing has marked again.
///
/// # Errors
/// Where the database fails.
pub async fn set_bulk_aside(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set priority = priority + $1 where priority >= $2",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set priority = priority + $1
            where page in (select page from stale_page where priority >= $2 order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql).bind(ASIDE).bind(PRIORITY_BULK))?;
    Ok(())
}

/// Ends [`set_bulk_aside`].
///
/// # Errors
/// Where the database fails.
pub async fn put_back(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => "update stale_page set priority = priority - $1 where priority >= $1",
        // In the order of other writers.
        Tx::Postgres(_) => {
            "update stale_page set priority = priority - $1
            where page in (select page from stale_page where priority >= $1 order by page for update)"
        }
    };
    execute!(tx, sqlx::query(sql).bind(ASIDE))?;
    Ok(())
}

/// How many pages have a record and no mark, those that are set aside not counted.
///
/// # Errors
/// Where the database fails.
pub async fn unmarked_records(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from output_page
        where not exists (select 1 from stale_page where stale_page.page = output_page.page and priority < $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(ASIDE).fetch_one(conn))
}

/// How many marks there are.
///
/// # Errors
/// Where the database fails.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    on_engine!(tx, |conn| sqlx::query_scalar("select count(*) from stale_page").fetch_one(conn))
}

/// What is stale.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Pages.
    pub count: i64,
    /// Those of them that could not be built.
    pub failed: i64,
    /// Some of them, those that are built first, by key and [`Progress::epoch`].
    pub pages: Vec<(String, i64)>,
}

/// What is stale, with up to `most` of the pages.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx, most: i64) -> Result<Waiting> {
    const COUNT: &str = "select count(*), count(error) from stale_page";
    const PAGES: &str = "select page, epoch from stale_page order by priority, page limit $1";
    let (count, failed): (i64, i64) = on_engine!(&mut *tx, |conn| sqlx::query_as(COUNT).fetch_one(conn))?;
    let pages = on_engine!(tx, |conn| sqlx::query_as(PAGES).bind(most).fetch_all(conn))?;
    Ok(Waiting { count, failed, pages })
}

/// Has PostgreSQL look how many marks there are. It plans by what it saw last, which may be the empty table before the
/// whole site was marked. SQLite needs no such look, nor is one needed beside another.
///
/// # Errors
/// Where the database fails.
pub async fn analyze(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("analyze (skip_locked) stale_page").execute(&mut **tx).await?;
    }
    Ok(())
}
