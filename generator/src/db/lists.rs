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

use sqlx::{FromRow, PgConnection};

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

/// A window of a list: its position among those asked for, the list's key, the number of newest items or 0, the lowest
/// and the highest ordinal where it is between two.
type Asked<'a> = (i64, &'a str, i64, i64, i64);

/// The items of several windows, in the order asked for.
///
/// # Errors
/// Where the database fails.
pub async fn items(tx: &mut Tx, wanted: &[(String, Window)]) -> Result<Vec<Items>> {
    let asked = wanted.iter().zip(0..).map(|((key, window), position)| match *window {
        Window::Newest(count) => (position, key.as_str(), count, 0, 0),
        Window::Between(low, high) => (position, key.as_str(), 0, low, high),
    });
    let asked: Vec<Asked<'_>> = asked.collect();
    let found = match tx {
        _ if asked.is_empty() => Vec::new(),
        Tx::Sqlite(_) => on_sqlite(tx, &asked).await?,
        Tx::Postgres(tx) => on_postgres(tx, &asked).await?,
    };
    let mut all = vec![Items::default(); wanted.len()];
    for (position, items) in found {
        all[position as usize] = items;
    }
    Ok(all)
}

/// All windows in one statement, since each is a round trip; a window's items are one row, since rows are what costs.
/// The lowest of the newest k is the k-th public one from the end, 0 where there are fewer.
async fn on_postgres(tx: &mut PgConnection, asked: &[Asked<'_>]) -> Result<Vec<(i64, Items)>> {
    const SQL: &str = "with wanted (position, key, newest, low, high) as (select * from unnest($1, $2, $3, $4, $5))
        select wanted.position, list.issued, coalesce(found.items, array[]::bigint[]),
            case when wanted.newest > 0 then coalesce(found.ordinals, array[]::bigint[]) else array[]::bigint[] end
        from wanted join list on list.key = wanted.key cross join lateral (
            select array_agg(item_id order by ordinal desc) as items, array_agg(ordinal order by ordinal desc) as ordinals
            from list_item where list_item.list_id = list.id and list_item.public
                and list_item.ordinal <= case when wanted.newest > 0 then list.issued else wanted.high end
                and list_item.ordinal >= case when wanted.newest > 0 then coalesce((
                        select edge.ordinal from list_item edge where edge.list_id = list.id and edge.public
                        order by edge.ordinal desc limit 1 offset wanted.newest - 1), 0)
                    else wanted.low end) found";
    let column = |of: fn(&Asked<'_>) -> i64| asked.iter().map(of).collect::<Vec<i64>>();
    let rows: Vec<(i64, i64, Vec<i64>, Vec<i64>)> = sqlx::query_as(SQL)
        .bind(column(|asked| asked.0))
        .bind(asked.iter().map(|asked| asked.1).collect::<Vec<_>>())
        .bind(column(|asked| asked.2))
        .bind(column(|asked| asked.3))
        .bind(column(|asked| asked.4))
        .fetch_all(tx)
        .await?;
    let items = |(position, issued, ids, ordinals)| (position, Items { issued, ids, ordinals });
    Ok(rows.into_iter().map(items).collect())
}

/// A statement for each number of newest items, since a limit cannot be a column here. All windows are one parameter, so
/// that the text stays prepared; a window's items are one row.
async fn on_sqlite(tx: &mut Tx, asked: &[Asked<'_>]) -> Result<Vec<(i64, Items)>> {
    macro_rules! sql {
        ($ordinals:literal, $low:literal) => {
            concat!(
                "with wanted (position, list_id, low, high) as (
                    select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each($1)),
                newest (k) as (select $2)
                select wanted.position, json_group_array(item_id order by ordinal desc), ",
                $ordinals,
                " from wanted join list_item on list_item.list_id = wanted.list_id
                    and list_item.ordinal <= wanted.high and list_item.ordinal >= ",
                $low,
                " where list_item.public group by wanted.position"
            )
        };
    }
    const BETWEEN: &str = sql!("'[]'", "wanted.low");
    // The lowest of the newest k is the k-th public one from the end, 0 where there are fewer.
    const NEWEST: &str = sql!(
        "json_group_array(ordinal order by ordinal desc)",
        "coalesce((select edge.ordinal from list_item edge
            where edge.list_id = wanted.list_id and edge.public
            order by edge.ordinal desc limit 1 offset (select k from newest) - 1), 0)"
    );
    let mut keys: Vec<String> = asked.iter().map(|asked| asked.1.to_owned()).collect();
    keys.sort_unstable();
    keys.dedup();
    let lists = by_keys(tx, &keys).await?;
    let mut found = BTreeMap::new();
    let mut windows: BTreeMap<i64, Vec<(i64, i64, i64, i64)>> = BTreeMap::new();
    for (position, key, newest, low, high) in asked {
        if let Some(list) = lists.get(*key) {
            found.insert(*position, Items { issued: list.issued, ..Items::default() });
            let high = if *newest > 0 { list.issued } else { *high };
            windows.entry(*newest).or_default().push((*position, list.id, *low, high));
        }
    }
    let Tx::Sqlite(tx) = tx else { return Ok(Vec::new()) };
    for (newest, windows) in windows {
        let sql = if newest > 0 { NEWEST } else { BETWEEN };
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as(sql).bind(json_array(&windows)).bind(newest).fetch_all(&mut **tx).await?;
        let array = |json: &str| serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(error.into()));
        for (position, ids, ordinals) in rows {
            if let Some(items) = found.get_mut(&position) {
                (items.ids, items.ordinals) = (array(&ids)?, array(&ordinals)?);
            }
        }
    }
    Ok(found.into_iter().collect())
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
        "and me.list_id = (select id from list where key = $2)",
        list
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
    if let (Tx::Postgres(tx), [(key, item)]) = (&mut *tx, items) {
        // What people do comes one by one, and each statement is a round trip to the server.
        const SQL: &str = "with issued as (
                insert into list (key, issued) values ($1, 1)
                on conflict (key) do update set issued = list.issued + 1 returning id, issued)
            insert into list_item (list_id, ordinal, item_id) select id, issued, $2 from issued returning ordinal";
        return sqlx::query_scalar(SQL).bind(key).bind(item).fetch_all(&mut **tx).await;
    }
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
