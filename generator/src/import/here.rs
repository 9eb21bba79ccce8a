//! What is here already, as far as conversions have to know it, read between the source's tables.

use std::collections::{HashMap, HashSet};

use super::Error;
use super::context::Placed;
use super::kinds::KINDS;
use super::people::{ACCOUNT, MEMBER};
use super::run::Run;
use super::tables::{self, AUTHORS, MEMBERS, TAVERN_TABLES};
use super::write::as_written;
use crate::db::{self, Db, ads, creations, imported, members};

/// Which nicks are taken here, and whose are to be others.
pub(super) async fn nicks(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let here: HashMap<i64, String> =
        members::nicks(&mut tx).await.map_err(database("member"))?.into_iter().map(|(id, nick)| (id.0, nick)).collect();
    let there = &run.cx.addresses.members;
    let is_another = |(id, nick): &(&i64, &String)| there.get(id).is_some_and(|name| !name.is_empty() && name != *nick);
    let others: Vec<String> = here.iter().filter(is_another).map(|(id, _)| id.to_string()).collect();
    let others = imported::by_keys(&mut tx, MEMBERS.name, &others).await.map_err(database("imported_row"))?;
    // Who has changed something here stays as they are.
    let leaving = as_written(&mut tx, &[&MEMBER, &ACCOUNT], others.values()).await.map_err(database("member"))?;
    let left: HashSet<&String> = leaving.iter().filter_map(|id| here.get(id)).collect();
    let comes = |(id, nick): &(&i64, &String)| leaving.contains(id) || left.contains(nick);
    let renaming = there.iter().filter(comes).map(|(id, _)| id.to_string()).collect();
    let taken = here.into_iter().filter(|(id, _)| !leaving.contains(id)).map(|(id, nick)| (nick, id)).collect();
    let here = run.cx.here();
    (here.nicks, here.renaming) = (taken, renaming);
    Ok(())
}

/// Members who came from the source and are here.
pub(super) async fn members(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let keys = imported::row_keys(&mut tx, MEMBERS.name).await.map_err(database("imported_row"))?;
    let nicks = members::nicks(&mut tx).await.map_err(database("member"))?;
    let here: HashSet<i64> = nicks.into_iter().map(|(id, _)| id.0).collect();
    run.cx.learn().members = keys.values().filter_map(|key| key.parse().ok()).filter(|id| here.contains(id)).collect();
    Ok(())
}

/// The source's authors that are here, and all authors by member and by name.
pub(super) async fn authors(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let keys = imported::row_keys(&mut tx, AUTHORS.name).await.map_err(database("imported_row"))?;
    let here = creations::all_authors(&mut tx).await.map_err(database("author"))?;
    let ids: HashSet<i64> = here.iter().map(|(id, ..)| *id).collect();
    let cx = run.cx.learn();
    cx.authors = keys.values().filter_map(|key| key.parse().ok()).filter(|id| ids.contains(id)).collect();
    cx.author_of_member = here.iter().filter_map(|(id, member, _)| Some(((*member)?, *id))).collect();
    cx.author_of_name = here
        .into_iter()
        .rev()
        .filter(|(_, member, name)| member.is_none() && !name.is_empty())
        .map(|(id, _, name)| (name.to_lowercase(), id))
        .collect();
    Ok(())
}

/// Where the source's creations are here, and which numbers are taken.
pub(super) async fn creations(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let here = creations::all_addresses(&mut tx).await.map_err(database("creation"))?;
    let sections: HashMap<i64, &String> = here.iter().map(|(id, section, _)| (*id, section)).collect();
    let placed = &mut run.cx.here().creations;
    placed.clear();
    for of in &KINDS {
        let keys = imported::row_keys(&mut tx, of.table.name).await.map_err(database("imported_row"))?;
        for (number, id) in keys {
            let (Ok(number), Ok(id)) = (number.parse(), id.parse::<i64>()) else { continue };
            if let Some(section) = sections.get(&id) {
                placed.insert((of.table.name, number), Placed { id, section: (*section).clone() });
            }
        }
    }
    run.cx.here().creation_numbers =
        here.iter().map(|(id, section, number)| ((section.clone(), *number), *id)).collect();
    Ok(())
}

/// Which ads came over, and which numbers are taken.
pub(super) async fn ads(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    run.cx.here().ad_numbers = ads::numbers(&mut tx).await.map_err(database("ad"))?.into_iter().collect();
    for table in [tables::MARKET.name, tables::DATING.name] {
        let keys = imported::row_keys(&mut tx, table).await.map_err(database("imported_row"))?;
        run.cx.here().ads.extend(keys.into_keys().map(|key| (table, key)));
    }
    Ok(())
}

/// The source's tavern tables that are here.
pub(super) async fn tavern_tables(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let keys = imported::row_keys(&mut tx, TAVERN_TABLES.name).await.map_err(database("imported_row"))?;
    let here: HashSet<i64> =
        db::tavern::table_ids(&mut tx).await.map_err(database("tavern_table"))?.into_iter().collect();
    run.cx.here().tavern_tables =
        keys.values().filter_map(|key| key.parse().ok()).filter(|id| here.contains(id)).collect();
    Ok(())
}

pub(super) async fn snapshot(db: &Db) -> Result<db::Tx, Error> {
    db.snapshot().await.map_err(database("imported_row"))
}

pub(super) fn database(table: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| Error::Database { table, source }
}
