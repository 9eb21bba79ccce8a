//! Where items stand on lists, and their coming and going. What a list is: [`super::lists`].

use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, json_array, lists, on_engine};

/// Where an item stands on a list.
#[derive(Clone, Debug, FromRow)]
pub struct Place {
    /// The list's key.
    pub list: String,
    /// The item's row.
    pub item: i64,
    /// Its ordinal, for ever.
    pub ordinal: i64,
    /// The newest ordinal of the list.
    pub issued: i64,
    /// Whether it is shown.
    pub public: bool,
    /// How many public items are newer; counted no further than the caller wanted.
    pub newer: i64,
}

/// Where the items stand: `(list's key, item)` each. Those that are on no such list are left out; in no order.
/// Newer items are counted up to `newer_max`, so that the cost does not follow the list's length.
///
/// # Errors
/// Where the database fails.
pub async fn places(tx: &mut Tx, wanted: &[(String, i64)], newer_max: i64) -> Result<Vec<Place>> {
    macro_rules! sql {
        ($wanted:literal, $me:literal, $max:literal) => {
            concat!(
                "with wanted (key, item) as (",
                $wanted,
                ") select list.key as list, me.item_id as item, me.ordinal, list.issued, me.public,
                    (select count(*) from (select 1 from list_item newer
                        where newer.list_id = me.list_id and newer.public and newer.ordinal > me.ordinal
                        order by newer.ordinal limit ",
                $max,
                ") as counted) as newer
                from wanted join list on list.key = wanted.key join ",
                $me
            )
        };
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let sql = sql!(
                "select value ->> 0, value ->> 1 from json_each($1)",
                "list_item me on me.list_id = list.id and me.item_id = wanted.item",
                "$2"
            );
            sqlx::query_as(sql).bind(json_array(wanted)).bind(newer_max).fetch_all(&mut **tx).await
        }
        Tx::Postgres(tx) => {
            // As a plain join PostgreSQL reads a list from its beginning: most lists are short, and it does not know
            // which one is meant. With a limit it looks the one item up.
            let sql = sql!(
                "select * from unnest($1, $2)",
                "lateral (select * from list_item at where at.list_id = list.id and at.item_id = wanted.item limit 1) me
                    on true",
                "$3"
            );
            sqlx::query_as(sql)
                .bind(wanted.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>())
                .bind(wanted.iter().map(|(_, item)| *item).collect::<Vec<_>>())
                .bind(newer_max)
                .fetch_all(&mut **tx)
                .await
        }
    }
}

/// Shows items on lists: those that were there before where they were, the others at the next ordinal, in the order
/// given. Gives the keys of the lists that have the item since now.
///
/// # Errors
/// Where the database fails.
pub async fn show(tx: &mut Tx, items: &[(String, i64)]) -> Result<Vec<String>> {
    let keys: Vec<String> = items.iter().map(|(key, _)| key.clone()).collect();
    lists::lock(tx, &keys).await?;
    let there = places(tx, items, 0).await?;
    let mut new = Vec::new();
    for (key, item) in items {
        match there.iter().find(|place| place.list == *key && place.item == *item) {
            None => new.push((key.clone(), *item)),
            Some(place) if !place.public => lists::set_public(tx, key, *item, true).await?,
            Some(_) => {}
        }
    }
    if !new.is_empty() {
        lists::append(tx, &new).await?;
    }
    Ok(new.into_iter().map(|(key, _)| key).collect())
}

/// Hides items of lists; their ordinals stay theirs.
///
/// # Errors
/// Where the database fails.
pub async fn hide(tx: &mut Tx, items: &[(String, i64)]) -> Result<()> {
    for (key, item) in items {
        lists::set_public(tx, key, *item, false).await?;
    }
    Ok(())
}

/// Takes an item off a list; its ordinal is given up for good.
///
/// # Errors
/// Where the database fails.
pub async fn leave(tx: &mut Tx, list: &str, item: i64) -> Result<()> {
    const SQL: &str = "delete from list_item where item_id = $2 and list_id = (select id from list where key = $1)";
    execute!(tx, sqlx::query(SQL).bind(list).bind(item))?;
    Ok(())
}

/// Removes a list with all its items.
///
/// # Errors
/// Where the database fails.
pub async fn remove_list(tx: &mut Tx, list: &str) -> Result<()> {
    const ITEMS: &str = "delete from list_item where list_id = (select id from list where key = $1)";
    execute!(tx, sqlx::query(ITEMS).bind(list))?;
    execute!(tx, sqlx::query("delete from list where key = $1").bind(list))?;
    Ok(())
}

/// The next number of a sequence that never gives one twice, not even when what bore the last one is gone. `taken` is
/// the greatest that is in use. Sequences are rows of `list` without items.
///
/// # Errors
/// Where the database fails.
pub async fn next_number(tx: &mut Tx, sequence: &str, taken: i64) -> Result<i64> {
    const SQL: &str = "insert into list (key, issued) values ($1, $2)
        on conflict (key) do update set
            issued = case when excluded.issued > list.issued then excluded.issued else list.issued + 1 end
        returning issued";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(sequence).bind(taken + 1).fetch_one(conn))
}

/// Remembers that a number was in use, before what bears it goes.
///
/// # Errors
/// Where the database fails.
pub async fn keep_number(tx: &mut Tx, sequence: &str, number: i64) -> Result<()> {
    bulk_insert!(tx, "insert into list (key, issued)", [(sequence, number)], |row| row.0, row.1;
        "on conflict (key) do update set
            issued = case when excluded.issued > list.issued then excluded.issued else list.issued end");
    Ok(())
}
