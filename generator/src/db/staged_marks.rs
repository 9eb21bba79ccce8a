//! Marks put aside in the database: a change that makes more of them than memory should hold finds them batch by batch,
//! and marks are made at its end, in the order of their keys. The table lives as long as the transaction.

use super::stale::marked_again;
use super::{Result, Tx, bulk_insert, execute};

/// Begins to put marks aside, if this transaction has not yet.
///
/// # Errors
/// Where the database fails.
pub async fn begin(tx: &mut Tx) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "create temporary table if not exists staged_mark (page text primary key, priority bigint not null)
            without rowid"
        }
        Tx::Postgres(_) => {
            r#"create temporary table if not exists staged_mark (
                page text collate "C" primary key, priority bigint not null) on commit drop"#
        }
    };
    execute!(tx, sqlx::query(sql))?;
    Ok(())
}

/// Puts marks aside: keys with priorities, each key once. The caller has begun to.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, marks: &[(String, i64)]) -> Result<()> {
    bulk_insert!(tx, "insert into staged_mark (page, priority)", marks, |mark| &mark.0, mark.1;
        "on conflict (page) do update set priority = case when excluded.priority < staged_mark.priority
            then excluded.priority else staged_mark.priority end");
    Ok(())
}

/// Makes the marks that were put aside, as [`super::stale::mark_keys`] does, and forgets them here.
///
/// # Errors
/// Where the database fails.
pub async fn mark(tx: &mut Tx) -> Result<()> {
    const MARK: &str = concat!(
        "insert into stale_page (page, priority) select page, priority from staged_mark where true order by page",
        marked_again!()
    );
    execute!(tx, sqlx::query(MARK))?;
    execute!(tx, sqlx::query("drop table staged_mark"))?;
    Ok(())
}
