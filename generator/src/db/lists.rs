//! Lists with permanent ordinals.
//!
//! An item gets an ordinal in each list it belongs to when it first becomes public, from a counter in
//! the list's row, and keeps it. Archive page n of a list holds the ordinals (n−1)·k+1 to n·k for ever.
//!
//! Keys of lists: `section/<key>`, `genre/<id>`, `author/<id>`, `discussion/<creation id>`, `creations`,
//! `authors`, `members`, `news`, `forum`, `links`, `market`, `dating`, `market/<group>`, `dating/<group>`.

use std::collections::{BTreeMap, HashMap};

use sqlx::FromRow;

use super::{BULK_ROWS_MAX, Result, Tx, bulk_insert, execute, on_engine, select_in};

/// A list's row.
#[derive(Clone, Debug, FromRow)]
pub struct List {
    /// The row.
    pub id: i64,
    /// Which list it is.
    pub key: String,
    /// The newest ordinal.
    pub issued: i64,
}

/// Which items of a list are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest public ones, at most so many.
    Newest(i64),
    /// The public ones between two ordinals, both included.
    Between(i64, i64),
}

/// The items of one list in a window, newest first.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// How many ordinals the list has issued; 0 for a list that does not exist.
    pub issued: i64,
    /// The rows of the items.
    pub ids: Vec<i64>,
}

/// The lists of the keys that exist.
///
/// # Errors
/// Where the database fails.
pub async fn by_keys(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, List>> {
    let rows = select_in!(tx, List, "select id, key, issued from list where key in ", keys, "");
    Ok(rows.into_iter().map(|list| (list.key.clone(), list)).collect())
}

/// Lists with more than `issued_min` ordinals whose key begins with `prefix`, by key, behind `after`.
///
/// # Errors
/// Where the database fails.
pub async fn longer_than(tx: &mut Tx, prefix: &str, issued_min: i64) -> Result<Vec<List>> {
    // A range and not `like`, so that both engines use the index and none reads `_` as a wildcard.
    const SQL: &str = "select id, key, issued from list where key >= $1 and key < $2 and issued > $3";
    let end = format!("{prefix}\u{7f}");
    on_engine!(tx, |conn| sqlx::query_as::<_, List>(SQL).bind(prefix).bind(end).bind(issued_min).fetch_all(conn))
}

/// The items of several windows, in the order asked for.
///
/// # Errors
/// Where the database fails.
pub async fn items(tx: &mut Tx, wanted: &[(String, Window)]) -> Result<Vec<Items>> {
    #[derive(FromRow)]
    struct Row {
        position: i64,
        item_id: i64,
    }

    let mut keys: Vec<String> = wanted.iter().map(|(key, _)| key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let lists = by_keys(tx, &keys).await?;
    let mut found = vec![Items::default(); wanted.len()];
    // By the count of newest items: a limit cannot be a column, so each count is a statement of its own.
    let mut windows: BTreeMap<i64, Vec<(i64, i64, i64, i64)>> = BTreeMap::new();
    for (position, (key, window)) in wanted.iter().enumerate() {
        if let Some(list) = lists.get(key) {
            found[position].issued = list.issued;
            let (newest, low, high) = match *window {
                Window::Newest(count) => (count, 0, list.issued),
                Window::Between(low, high) => (0, low, high),
            };
            windows.entry(newest).or_default().push((position as i64, list.id, low, high));
        }
    }
    for (newest, windows) in windows {
        for chunk in windows.chunks(BULK_ROWS_MAX) {
            let rows: Vec<Row> = on_engine!(tx, |conn| async {
                let mut query = sqlx::QueryBuilder::<Engine>::new("with wanted (position, list_id, low, high) as (");
                query.push_values(chunk, |mut values, (position, list, low, high)| {
                    for number in [position, list, low, high] {
                        values.push("cast(").push_bind_unseparated(*number).push_unseparated(" as bigint)");
                    }
                });
                query.push(
                    ") select wanted.position, list_item.item_id
                    from wanted join list_item on list_item.list_id = wanted.list_id
                        and list_item.ordinal <= wanted.high and list_item.ordinal >= ",
                );
                if newest == 0 {
                    query.push("wanted.low");
                } else {
                    // The lowest of the newest k is the k-th public one from the end, 0 where there are fewer.
                    query.push(
                        "coalesce((select edge.ordinal from list_item edge
                        where edge.list_id = wanted.list_id and edge.public
                        order by edge.ordinal desc limit 1 offset ",
                    );
                    query.push_bind(newest - 1).push("), 0)");
                }
                query.push(" where list_item.public order by wanted.position, list_item.ordinal desc");
                query.build_query_as::<Row>().persistent(false).fetch_all(conn).await
            })?;
            for row in rows {
                found[row.position as usize].ids.push(row.item_id);
            }
        }
    }
    Ok(found)
}

/// The nearest public items before and after items of one list: item → (older, newer).
///
/// # Errors
/// Where the database fails.
pub async fn neighbours(tx: &mut Tx, list: &str, items: &[i64]) -> Result<HashMap<i64, (Option<i64>, Option<i64>)>> {
    #[derive(FromRow)]
    struct Row {
        item_id: i64,
        older: Option<i64>,
        newer: Option<i64>,
    }

    let Some(list) = by_keys(tx, &[list.to_owned()]).await?.remove(list) else { return Ok(HashMap::new()) };
    let mut rows: Vec<Row> = Vec::with_capacity(items.len());
    for chunk in items.chunks(BULK_ROWS_MAX) {
        rows.extend(on_engine!(tx, |conn| async {
            let mut query = sqlx::QueryBuilder::<Engine>::new(
                "select me.item_id,
                    (select item_id from list_item where list_id = me.list_id and ordinal < me.ordinal and public
                        order by ordinal desc limit 1) as older,
                    (select item_id from list_item where list_id = me.list_id and ordinal > me.ordinal and public
                        order by ordinal limit 1) as newer
                from list_item me where me.list_id = ",
            );
            query.push_bind(list.id).push(" and me.item_id in (");
            let mut ids = query.separated(", ");
            for item in chunk {
                ids.push_bind(*item);
            }
            query.push(")");
            query.build_query_as::<Row>().persistent(chunk.len() == BULK_ROWS_MAX).fetch_all(conn).await
        })?);
    }
    Ok(rows.into_iter().map(|row| (row.item_id, (row.older, row.newer))).collect())
}

/// Gives each item the next ordinal of its list, in the order given; lists are made as needed. The rows
/// of the lists stay locked until the transaction ends.
///
/// # Errors
/// Where an item is on its list already, or the database fails.
pub async fn append(tx: &mut Tx, items: &[(String, i64)]) -> Result<()> {
    let mut keys: Vec<String> = items.iter().map(|(key, _)| key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    bulk_insert!(tx, "insert into list (key)", keys, |key| key.clone(); "on conflict (key) do nothing");
    let mut lists = by_keys_locked(tx, &keys).await?;
    let mut rows = Vec::with_capacity(items.len());
    for (key, item) in items {
        let list = lists.get_mut(key).ok_or(sqlx::Error::RowNotFound)?;
        list.issued += 1;
        rows.push((list.id, list.issued, *item));
    }
    rows.sort_unstable();
    bulk_insert!(tx, "insert into list_item (list_id, ordinal, item_id)", rows, |row| row.0, row.1, row.2; "");
    let mut counters: Vec<List> = lists.into_values().collect();
    counters.sort_unstable_by_key(|list| list.id);
    bulk_insert!(tx, "insert into list (id, key, issued)", counters, |list| list.id, list.key.clone(), list.issued;
        "on conflict (key) do update set issued = excluded.issued");
    Ok(())
}

/// As [`by_keys`], with the rows locked against other writers. On SQLite the transaction holds them anyway.
async fn by_keys_locked(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, List>> {
    let rows = if matches!(tx, Tx::Sqlite(_)) {
        return by_keys(tx, keys).await;
    } else {
        select_in!(tx, List, "select id, key, issued from list where key in ", keys, "order by id for update")
    };
    Ok(rows.into_iter().map(|list| (list.key.clone(), list)).collect())
}

/// Hides an item of a list or shows it again; its ordinal stays.
///
/// # Errors
/// Where the database fails.
pub async fn set_public(tx: &mut Tx, list: &str, item: i64, public: bool) -> Result<()> {
    const SQL: &str = "update list_item set public = $3
        where item_id = $2 and list_id = (select id from list where key = $1)";
    execute!(tx, sqlx::query(SQL).bind(list).bind(item).bind(public))?;
    Ok(())
}
