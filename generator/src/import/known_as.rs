//! What members and authors are called here, which the addresses of their pages are made of. Nicks that are empty or taken
//! become others, members change theirs here, and an author who is a member is called like the member.

use std::collections::HashMap;

use super::Error;
use super::body::plain_text;
use super::encoding::{Stored, repair};
use super::people::nick_here;
use super::prepare::{database, snapshot};
use super::run::Run;
use super::tables::AUTHORS;
use crate::db::{creations, members};

/// What they will be called, before they are here: their own descriptions may link to each other.
pub(super) async fn expected(run: &mut Run<'_>) -> Result<(), Error> {
    let cx = &mut run.cx;
    for (id, nick) in &mut cx.addresses.members {
        *nick = nick_here(nick, *id, &cx.nicks, &cx.nicks_here).0;
    }
    if run.source.lacks(&AUTHORS).is_some() {
        return Ok(());
    }
    let columns = ["id", "author_type", "user_id", "website", "anonymous_user_nick", "user_nick"];
    for values in run.source.columns_of(&AUTHORS, &columns).await? {
        let number = |at: usize| values[at].as_ref().and_then(|number| number.parse::<i64>().ok());
        let name =
            |at: usize| values[at].as_ref().map_or(String::new(), |name| plain_text(&repair(name, Stored::Plain).0));
        let Some(id) = number(0) else { continue };
        let addresses = &mut run.cx.addresses;
        let name = match values[1].as_deref() {
            Some("w") => name(3),
            Some("u") => {
                let member = number(2).and_then(|member| addresses.members.get(&member));
                let nick = name(5);
                let member = member.or_else(|| addresses.members.get(&run.cx.nicks.find(&nick)?));
                member.cloned().unwrap_or(nick)
            }
            _ => name(4),
        };
        addresses.authors.insert(id, name);
    }
    Ok(())
}

/// What those are called who came over, once they are here.
pub(super) async fn settled(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let nicks = members::nicks(&mut tx).await.map_err(database("member"))?;
    let nicks: HashMap<i64, String> = nicks.into_iter().map(|(id, nick)| (id.0, nick)).collect();
    let authors = creations::all_authors(&mut tx).await.map_err(database("author"))?;
    let cx = &mut run.cx;
    cx.addresses.authors = authors
        .into_iter()
        .filter(|(id, ..)| cx.authors.contains(id))
        .map(|(id, member, name)| (id, member.and_then(|member| nicks.get(&member).cloned()).unwrap_or(name)))
        .collect();
    cx.addresses.members = nicks.into_iter().filter(|(id, _)| cx.members.contains(id)).collect();
    Ok(())
}
