//! What is here already, as far as conversions have to know it, read between the source's tables.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::Error;
use super::context::{Nicks, Placed};
use super::kinds::KINDS;
use super::people::{ACCOUNT, MEMBER, nick_here};
use super::run::Run;
use super::tables::{self, AUTHORS, MEMBERS, TAVERN_TABLES};
use super::write::as_written;
use crate::db::{self, Db, ads, creations, imported, members};

/// Which nicks are taken here, whose are to be others, and who has left.
pub(super) async fn nicks(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let left = members::left(&mut tx).await.map_err(database("member"))?;
    run.cx.learn().left = left.into_iter().map(|(id, nick)| (id.0, nick)).collect();
    let here: HashMap<i64, String> =
        members::nicks(&mut tx).await.map_err(database("member"))?.into_iter().map(|(id, nick)| (id.0, nick)).collect();
    let there = &run.cx.addresses.members;
    let is_another = |(id, nick): &(&i64, &String)| there.get(id).is_some_and(|name| !name.is_empty() && name != *nick);
    let others: Vec<String> = here.iter().filter(is_another).map(|(id, _)| id.to_string()).collect();
    let others = imported::by_keys(&mut tx, MEMBERS.name, &others).await.map_err(database("imported_row"))?;
    // Who has changed something here stays as they are.
    let mut leaving = as_written(&mut tx, &[&MEMBER, &ACCOUNT], others.values()).await.map_err(database("member"))?;
    let taken = taken(&here, there, &run.cx.nicks, &mut leaving);
    let left: HashSet<&String> = leaving.iter().filter_map(|id| here.get(id)).collect();
    let comes = |(id, nick): &(&i64, &String)| leaving.contains(id) || left.contains(nick);
    let renaming = there.iter().filter(comes);
    let renaming =
        exchanges(renaming.map(|(id, nick)| (*id, [here.get(id).filter(|_| leaving.contains(id)), Some(nick)])));
    let here = run.cx.taken();
    (here.nicks, here.renaming) = (taken, renaming);
    Ok(())
}

/// Nicks that are taken. Whoever would get the nick that they have here, since the right one is another's, does not leave.
fn taken(
    here: &HashMap<i64, String>,
    there: &HashMap<i64, String>,
    nicks: &Nicks,
    leaving: &mut HashSet<i64>,
) -> HashMap<String, i64> {
    let stay = here.iter().filter(|(id, _)| !leaving.contains(id));
    let mut taken: HashMap<String, i64> = stay.map(|(id, nick)| (nick.clone(), *id)).collect();
    loop {
        let before = leaving.len();
        leaving.retain(|id| {
            let nick = &here[id];
            taken.insert(nick.clone(), *id);
            let leaves = nick_here(&there[id], *id, nicks, &taken).0 != *nick;
            if leaves {
                taken.remove(nick);
            }
            leaves
        });
        // One who stays may keep others from the right nick, who stay as well then.
        if leaving.len() == before {
            return taken;
        }
    }
}

/// Keys of members with the number of their exchange: that is the same where one gets a nick that another leaves.
fn exchanges<'a>(members: impl Iterator<Item = (i64, [Option<&'a String>; 2])>) -> HashMap<String, usize> {
    let members: BTreeMap<i64, [Option<&String>; 2]> = members.collect();
    let mut by_nick: HashMap<&String, Vec<i64>> = HashMap::new();
    for (id, nicks) in &members {
        nicks.iter().flatten().for_each(|nick| by_nick.entry(nick).or_default().push(*id));
    }
    let mut exchanges = HashMap::new();
    for (number, id) in members.keys().enumerate() {
        let mut reached = vec![*id];
        while let Some(id) = reached.pop() {
            if let Entry::Vacant(entry) = exchanges.entry(id) {
                entry.insert(number);
                reached.extend(members[&id].iter().flatten().flat_map(|nick| &by_nick[nick]));
            }
        }
    }
    exchanges.into_iter().map(|(id, number)| (id.to_string(), number)).collect()
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
    let placed = &mut run.cx.taken().creations;
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
    run.cx.taken().creation_numbers =
        here.iter().map(|(id, section, number)| ((section.clone(), *number), *id)).collect();
    Ok(())
}

/// Which ads came over, and which numbers are taken.
pub(super) async fn ads(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    run.cx.taken().ad_numbers = ads::numbers(&mut tx).await.map_err(database("ad"))?.into_iter().collect();
    for table in [tables::MARKET.name, tables::DATING.name] {
        let keys = imported::row_keys(&mut tx, table).await.map_err(database("imported_row"))?;
        run.cx.taken().ads.extend(keys.into_keys().map(|key| (table, key)));
    }
    Ok(())
}

/// The source's tavern tables that are here.
pub(super) async fn tavern_tables(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let keys = imported::row_keys(&mut tx, TAVERN_TABLES.name).await.map_err(database("imported_row"))?;
    let here: HashSet<i64> =
        db::tavern::table_ids(&mut tx).await.map_err(database("tavern_table"))?.into_iter().collect();
    run.cx.taken().tavern_tables =
        keys.values().filter_map(|key| key.parse().ok()).filter(|id| here.contains(id)).collect();
    Ok(())
}

pub(super) async fn snapshot(db: &Db) -> Result<db::Tx, Error> {
    db.snapshot().await.map_err(database("imported_row"))
}

pub(super) fn database(table: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| Error::Database { table, source }
}
