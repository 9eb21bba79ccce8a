//! Lists with permanent ordinals.
//!
//! An item gets an ordinal in each list it belongs to when it first becomes public, from a counter in
//! the list's row, and keeps it. Archive page n of a list holds the ordinals (n−1)·k+1 to n·k for ever.
//!
//! Keys of lists: `section/<key>`, `genre/<id>`, `author/<id>`, `discussion/<creation id>`, `creations`,
//! `authors`, `members`, `news`, `forum`, `links`, `market`, `dating`, `market/<group>`, `dating/<group>`. Rows without
//! items count: `number/<section or board>`, `id/creation` and `id/comment` (see [`super::places::next_number`]);
//! `comments` has none either and is what is locked for all discussions at once.

use std::collections::{BTreeMap, HashMap};

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, json_array, on_engine, select_in};

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
    /// Their ordinals, for a window of the newest: elsewhere the page is the one where they will stay.
    pub ordinals: Vec<i64>,
}

/// The lists of the keys that exist.
///
/// # Errors
/// Where the database fails.
pub async fn by_keys(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, List>> {
    let rows = select_in!(tx, List, "select id, key, issued from list where key in ", keys, "");
    Ok(rows.into_iter().map(|list| (list.key.clone(), list)).collect())
}

/// Lists with more than `issued_min` ordinals whose key begins with `prefix`, in no order.
///
/// # Errors
/// Where the database fails.
pub async fn longer_than(tx: &mut Tx, prefix: &str, issued_min: i64) -> Result<Vec<List>> {
    // A range and not `like`, so that both engines use the index and none reads `_` as a wildcard.
    const SQL: &str = "select id, key, issued from list where key >= $1 and key < $2 and issued > $3";
    let end = format!("{prefix}\u{7f}");
    on_engine!(tx, |conn| sqlx::query_as::<_, List>(SQL).bind(prefix).bind(end).bind(issued_min).fetch_all(conn))
}

/// A window's position with its items and their ordinals, the highest first.
type WindowItems = (i64, Vec<i64>, Vec<i64>);

/// The items of windows that are either all between two ordinals or all of the same `newest` number; windows without
/// an item are left out. A window is its position, its list, the lowest and the highest ordinal.
///
/// All windows are one parameter on SQLite and an array for each column on PostgreSQL, so that the text stays
/// prepared; a window's items are one row, since rows are what costs.
async fn items_of_windows(tx: &mut Tx, newest: i64, windows: &[(i64, i64, i64, i64)]) -> Result<Vec<WindowItems>> {
    macro_rules! sql {
        ($wanted:literal, $k:literal, $items:literal, $ordinals:literal, $low:literal) => {
            concat!(
                "with wanted (position, list_id, low, high) as (",
                $wanted,
                "), newest (k) as (select ",
                $k,
                ") select wanted.position, ",
                $items,
                ", ",
                $ordinals,
                " from wanted join list_item on list_item.list_id = wanted.list_id
                    and list_item.ordinal <= wanted.high and list_item.ordinal >= ",
                $low,
                " where list_item.public group by wanted.position"
            )
        };
        ($wanted:literal, $k:literal, $items:literal, $none:literal; $ordinals:literal) => {
            match newest {
                0 => sql!($wanted, $k, $items, $none, "wanted.low"),
                // The lowest of the newest k is the k-th public one from the end, 0 where there are fewer.
                _ => sql!(
                    $wanted,
                    $k,
                    $items,
                    $ordinals,
                    "coalesce((select edge.ordinal from list_item edge
                    where edge.list_id = wanted.list_id and edge.public
                    order by edge.ordinal desc limit 1 offset (select k from newest) - 1), 0)"
                ),
            }
        };
    }
    match tx {
        Tx::Sqlite(tx) => {
            let sql = sql!(
                "select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each($1)",
                "$2",
                "json_group_array(item_id order by ordinal desc)",
                "'[]'";
                "json_group_array(ordinal order by ordinal desc)"
            );
            let rows: Vec<(i64, String, String)> =
                sqlx::query_as(sql).bind(json_array(windows)).bind(newest).fetch_all(&mut **tx).await?;
            let array = |json: &str| serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(error.into()));
            rows.iter().map(|(position, items, ordinals)| Ok((*position, array(items)?, array(ordinals)?))).collect()
        }
        Tx::Postgres(tx) => {
            let column = |of: fn(&(i64, i64, i64, i64)) -> i64| windows.iter().map(of).collect::<Vec<i64>>();
            let sql = sql!(
                "select * from unnest($1, $2, $3, $4)",
                "$5",
                "array_agg(item_id order by ordinal desc)",
                "array[]::bigint[]";
                "array_agg(ordinal order by ordinal desc)"
            );
            sqlx::query_as(sql)
                .bind(column(|window| window.0))
                .bind(column(|window| window.1))
                .bind(column(|window| window.2))
                .bind(column(|window| window.3))
                .bind(newest)
                .fetch_all(&mut **tx)
                .await
        }
    }
}

/// The items of several windows, in the order asked for.
///
/// # Errors
/// Where the database fails.
pub async fn items(tx: &mut Tx, wanted: &[(String, Window)]) -> Result<Vec<Items>> {
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
        for (position, ids, ordinals) in items_of_windows(tx, newest, &windows).await? {
            let issued = found[position as usize].issued;
            found[position as usize] = Items { issued, ids, ordinals };
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
    let rows = select_in!(
        tx,
        Row,
        "select me.item_id,
            (select item_id from list_item where list_id = me.list_id and ordinal < me.ordinal and public
                order by ordinal desc limit 1) as older,
            (select item_id from list_item where list_id = me.list_id and ordinal > me.ordinal and public
                order by ordinal limit 1) as newer
        from list_item me where me.item_id in ",
        items,
        "and me.list_id = $2",
        list.id
    );
    Ok(rows.into_iter().map(|row| (row.item_id, (row.older, row.newer))).collect())
}

/// The ordinals of items on one list: item → ordinal; of those that are on it and public.
///
/// # Errors
/// Where the database fails.
pub async fn ordinals(tx: &mut Tx, list: &str, items: &[i64]) -> Result<BTreeMap<i64, i64>> {
    let rows = select_in!(
        tx,
        (i64, i64),
        "select item_id, ordinal from list_item where item_id in ",
        items,
        "and public and list_id = (select id from list where key = $2)",
        list
    );
    Ok(rows.into_iter().collect())
}

/// The ordinal of the `rank`-th newest public item of a list, counted from 1, or of the oldest where it has fewer;
/// `None` where it has none.
///
/// # Errors
/// Where the database fails.
pub async fn ordinal_of_rank(tx: &mut Tx, list: &str, rank: i64) -> Result<Option<i64>> {
    const NEWEST: &str = "select ordinal from list_item
        where public and list_id = (select id from list where key = $1) order by ordinal desc limit 1 offset $2";
    const OLDEST: &str = "select ordinal from list_item
        where public and list_id = (select id from list where key = $1) order by ordinal limit 1";
    let offset = rank.saturating_sub(1).max(0);
    let ordinal: Option<i64> =
        on_engine!(tx, |conn| sqlx::query_scalar(NEWEST).bind(list).bind(offset).fetch_optional(conn))?;
    match ordinal {
        Some(ordinal) => Ok(Some(ordinal)),
        None => on_engine!(tx, |conn| sqlx::query_scalar(OLDEST).bind(list).fetch_optional(conn)),
    }
}

/// Gives each item the next ordinal of its list, in the order given; lists are made as needed. The rows
/// of the lists stay locked until the transaction ends. Gives the ordinals, in the order of the items.
///
/// # Errors
/// Where an item is on its list already, or the database fails.
pub async fn append(tx: &mut Tx, items: &[(String, i64)]) -> Result<Vec<i64>> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (key, _) in items {
        *counts.entry(key).or_default() += 1;
    }
    let counts: Vec<(&str, i64)> = counts.into_iter().collect();
    let issued = issue(tx, &counts).await?;
    // Each list with the ordinal before the first of those that were just issued.
    let mut lists: HashMap<&str, (i64, i64)> = HashMap::with_capacity(counts.len());
    for (key, count) in counts {
        let list = issued.get(key).ok_or(sqlx::Error::RowNotFound)?;
        lists.insert(key, (list.id, list.issued - count));
    }
    let mut rows = Vec::with_capacity(items.len());
    for (key, item) in items {
        let (list, last) = lists.get_mut(key.as_str()).ok_or(sqlx::Error::RowNotFound)?;
        *last += 1;
        rows.push((*list, *last, *item));
    }
    let ordinals = rows.iter().map(|(_, ordinal, _)| *ordinal).collect();
    rows.sort_unstable();
    bulk_insert!(tx, "insert into list_item (list_id, ordinal, item_id)", rows, |row| row.0, row.1, row.2; "");
    Ok(ordinals)
}

/// Issues so many ordinals of each list at once; gives the lists as they are then. Keys are given each once and sorted,
/// which is the order in which their rows are locked.
async fn issue(tx: &mut Tx, counts: &[(&str, i64)]) -> Result<HashMap<String, List>> {
    macro_rules! sql {
        ($counts:literal) => {
            concat!(
                "insert into list (key, issued) ",
                $counts,
                " on conflict (key) do update set issued = list.issued + excluded.issued returning id, key, issued"
            )
        };
    }
    let rows: Vec<List> = match tx {
        Tx::Sqlite(tx) => {
            let sql = sql!("select value ->> 0, value ->> 1 from json_each($1) where true");
            sqlx::query_as(sql).bind(json_array(counts)).fetch_all(&mut **tx).await?
        }
        Tx::Postgres(tx) => {
            sqlx::query_as(sql!("select * from unnest($1, $2)"))
                .bind(counts.iter().map(|(key, _)| *key).collect::<Vec<_>>())
                .bind(counts.iter().map(|(_, count)| *count).collect::<Vec<_>>())
                .fetch_all(&mut **tx)
                .await?
        }
    };
    Ok(rows.into_iter().map(|list| (list.key.clone(), list)).collect())
}

/// Locks lists against other writers until the transaction ends, in the order of their keys, and makes those that are
/// not there.
///
/// # Errors
/// Where the database fails.
pub async fn lock(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, List>> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    bulk_insert!(tx, "insert into list (key)", keys, |key| key.clone(); "on conflict (key) do nothing");
    by_keys_locked(tx, &keys).await
}

/// As [`by_keys`], with the rows locked against other writers. On SQLite the transaction holds them anyway.
async fn by_keys_locked(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, List>> {
    let rows = if matches!(tx, Tx::Sqlite(_)) {
        return by_keys(tx, keys).await;
    } else {
        // The order of bytes, whatever the server sorts by; ours is the same.
        select_in!(
            tx,
            List,
            "select id, key, issued from list where key in ",
            keys,
            "order by key collate \"C\" for update"
        )
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
