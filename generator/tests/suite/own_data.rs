//! The download of one's own data and leaving know every column that names a member.

use std::collections::BTreeSet;

use generator::db::own_data::{LEFT_OUT, SOURCES};
use generator::db::publishing::leaving;
use generator::db::{Db, Tx};

use crate::harness::{ENGINES, TestSite};

/// Every column with a foreign key to `member`, as `table.column`.
async fn naming_members(db: &Db) -> BTreeSet<String> {
    const SQLITE: &str = "select found.name || '.' || key.\"from\" from sqlite_schema found
        join pragma_foreign_key_list(found.name) key where found.type = 'table' and key.\"table\" = 'member'";
    const POSTGRES: &str = "select cast(conrelid as regclass) || '.' || attname
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
        where contype = 'f' and confrelid = cast('member' as regclass)";
    let rows: Vec<String> = match db.snapshot().await.unwrap() {
        Tx::Sqlite(mut tx) => sqlx::query_scalar(SQLITE).fetch_all(&mut *tx).await.unwrap(),
        Tx::Postgres(mut tx) => sqlx::query_scalar(POSTGRES).fetch_all(&mut *tx).await.unwrap(),
    };
    rows.into_iter().collect()
}

fn set<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.map(str::to_owned).collect()
}

/// Whether a statement names a table and a column of it.
pub fn is_about(statement: &str, name: &str) -> bool {
    let (table, column) = name.split_once('.').unwrap();
    let words: BTreeSet<&str> = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    words.contains(table) && words.contains(column)
}

#[tokio::test]
async fn every_column_that_names_a_member_is_downloaded_or_said_why_not() {
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        let columns = naming_members(&site.opened.db).await;
        assert!(columns.len() > 30, "{columns:?}");
        let downloaded = set(SOURCES.iter().flat_map(|source| source.columns).copied());
        let left_out = set(LEFT_OUT.iter().map(|(column, _)| *column));
        assert_eq!(downloaded.intersection(&left_out).collect::<Vec<_>>(), Vec::<&String>::new());
        let known: BTreeSet<String> = downloaded.union(&left_out).cloned().collect();
        assert_eq!(columns, known, "{engine:?}");
        assert!(LEFT_OUT.iter().all(|(_, why)| !why.is_empty()));
    }
}

#[tokio::test]
async fn every_column_that_names_a_member_is_seen_to_when_they_leave_or_said_why_not() {
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        let kept = set(leaving::KEPT.iter().map(|(column, _)| *column));
        let columns = naming_members(&site.opened.db).await;
        assert!(kept.is_subset(&columns), "{engine:?}: {kept:?}");
        for column in &columns {
            let is_seen_to = leaving::statements().any(|statement| is_about(statement, column));
            assert!(is_seen_to || kept.contains(column), "{engine:?}: nobody sees to {column}");
        }
        assert!(leaving::KEPT.iter().all(|(_, why)| !why.is_empty()));
    }
}
