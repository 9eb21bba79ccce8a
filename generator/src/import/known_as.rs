//! What members and authors are called here, which the addresses of their pages are made of. Nicks that are empty or taken
//! become others, members change theirs here, and an author who is a member is called like the member.

use std::collections::HashMap;

use super::Error;
use super::addresses::AuthorNamed;
use super::body::plain_text;
use super::context::author_named;
use super::encoding::{Stored, repair};
use super::here::{database, snapshot};
use super::people::nick_here;
use super::run::Run;
use super::tables::AUTHORS;
use crate::db::{creations, members};

/// What they will be called, before they are here: their own descriptions may link to each other.
pub(super) async fn expected(run: &mut Run<'_>) -> Result<(), Error> {
    let columns = ["id", "author_type", "user_id", "website", "anonymous_user_nick", "user_nick"];
    let rows = match run.source.lacks(&AUTHORS) {
        None => run.source.columns_of(&AUTHORS, &columns).await?,
        Some(_) => Vec::new(),
    };
    let cx = run.cx.learn();
    for (id, nick) in &mut cx.addresses.members {
        *nick = match cx.left.get(id) {
            Some(name) => name.clone(),
            None => nick_here(nick, *id, &cx.nicks, &cx.taken.nicks).0,
        };
    }
    let mut of_member = HashMap::new();
    let mut of_name = HashMap::new();
    for values in rows {
        let number = |at: usize| values[at].as_ref().and_then(|number| number.parse::<i64>().ok());
        let name =
            |at: usize| values[at].as_ref().map_or(String::new(), |name| plain_text(&repair(name, Stored::Plain).0));
        let Some(id) = number(0) else { continue };
        let is_here = |member: &i64| cx.addresses.members.contains_key(member);
        let (member, name) = match values[1].as_deref() {
            Some("w") => (None, name(3)),
            Some("u") => (number(2).filter(is_here).or_else(|| cx.nicks.find(&name(5))), name(5)),
            _ => (None, name(4)),
        };
        let nick = member.and_then(|member| cx.addresses.members.get(&member));
        cx.addresses.authors.insert(id, nick.cloned().unwrap_or_else(|| name.clone()));
        match member {
            Some(member) => drop(of_member.entry(member).or_insert(id)),
            None => drop(of_name.entry(name.to_lowercase()).or_insert(id)),
        }
    }
    let named = |byline: &AuthorNamed| {
        let of_nick = |nick: &str| of_member.get(&cx.nicks.find(nick)?).copied();
        let number = byline.number.filter(|number| cx.addresses.authors.contains_key(number));
        number.or_else(|| author_named(&byline.nick, &byline.website, of_nick, &of_name))
    };
    cx.addresses.published_authors = cx.addresses.bylines.iter().filter_map(named).collect();
    Ok(())
}

/// What those are called who came over, and whose works are public, once they are here.
pub(super) async fn settled(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let nicks = members::nicks(&mut tx).await.map_err(database("member"))?;
    let nicks: HashMap<i64, String> = nicks.into_iter().map(|(id, nick)| (id.0, nick)).collect();
    let authors = creations::all_authors(&mut tx).await.map_err(database("author"))?;
    let cx = run.cx.learn();
    cx.addresses.authors = authors
        .into_iter()
        .filter(|(id, ..)| cx.authors.contains(id))
        .map(|(id, member, name)| (id, member.and_then(|member| nicks.get(&member).cloned()).unwrap_or(name)))
        .collect();
    cx.addresses.members = nicks.into_iter().filter(|(id, _)| cx.members.contains(id)).collect();
    let named = |byline: &AuthorNamed| {
        let number = byline.number.filter(|number| cx.authors.contains(number));
        number.or_else(|| cx.author_named(&byline.nick, &byline.website))
    };
    cx.addresses.published_authors = cx.addresses.bylines.iter().filter_map(named).collect();
    Ok(())
}
