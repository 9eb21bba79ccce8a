//! Members: registered, renamed, changed, banned.

use crate::db::bans::{self, Ban};
use crate::db::members::profiles;
use crate::db::publishing::members::{self as rows, Standing};
use crate::db::search::Kind;
use crate::db::{lists, own_profile, places, sessions, uploads};
use crate::model::{AuthorId, LEVELS, MemberId, Text, Time};
use crate::page::Page;
use crate::text::slug::slug_or;

pub use crate::db::publishing::members::Facts;

use super::pages::bulk::Bulk;
use super::pages::member::{MemberFacet, are_named_in_credits, pages_showing};
use super::pages::{Pages, Stands, configured_redirects_to, creation, items};
use super::redirects::{self, Move};
use super::{Alone, Change, Error, Result, not_found};

/// The list of all members.
const LIST: &str = "members";

/// Registers a member with an account; gives the row.
///
/// # Errors
/// A nick that is empty or taken.
pub async fn register<L>(change: &mut Change<'_, L>, nick: &str, email: &str) -> Result<MemberId> {
    check_nick(change, nick).await?;
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    let now = change.now;
    let added = rows::add(&mut change.tx, nick, email, now).await;
    let id = added.map_err(|error| or_taken(error, nick))?;
    places::show(&mut change.tx, &[(LIST.to_owned(), id.0)]).await?;
    change.touch(Kind::Member, id.0);
    let mut pages = Pages::from([Page::Member(id)]);
    items::of_members_line(&mut change.tx, change.site, id, Stands::Newly, &mut pages).await?;
    items::of_members_address(&mut change.tx, id, Stands::Newly, &mut pages).await?;
    configured_redirects_to(change.site, &[Page::Member(id)], &mut pages);
    change.stale_all(pages);
    note_credits(change, nick);
    Ok(id)
}

/// Gives a member another nick: everywhere, and with it another address to the profile and to the author's pages.
///
/// # Errors
/// A member who is not there, a nick that is empty or taken.
pub async fn rename(change: &mut Change<'_, Alone>, id: MemberId, nick: &str) -> Result<()> {
    let before = standing(change, id).await?;
    if before.nick == nick {
        return Ok(());
    }
    check_nick(change, nick).await?;
    // Nothing moves within its list, so what shows the old nick is what shows the new one.
    note(change, &before, MemberFacet::Nick).await?;
    note_credits(change, nick);
    rows::set_nick(&mut change.tx, id, nick).await.map_err(|error| or_taken(error, nick))?;
    change.touch(Kind::Member, id.0);
    let slug = |nick: &str| slug_or(nick, &change.site.config.paths.person_without_slug);
    let (old, new) = (slug(&before.nick), slug(nick));
    if old == new {
        return Ok(());
    }
    let mut moved = vec![Page::Member(id)];
    if let Some(author) = before.author_id {
        moved.extend(author_pages(change, author).await?);
    }
    let moves: Vec<Move> = moved
        .into_iter()
        .map(|page| Move {
            old_path: change.site.path(&page, &old),
            new_path: change.site.path(&page, &new),
            old_page: page.clone(),
            new_page: page,
        })
        .collect();
    redirects::leave(change, &moves).await
}

/// Gives a member an icon, a path under `UPLOADS`, or none. The row of the upload is there already; files that members
/// brought follow, the one before and the one from now on.
///
/// # Errors
/// A member who is not there.
pub async fn set_icon(change: &mut Change<'_, Alone>, id: MemberId, icon: Option<&str>) -> Result<()> {
    let member = standing(change, id).await?;
    if member.icon.as_deref() == icon {
        return Ok(());
    }
    rows::set_icon(&mut change.tx, id, icon).await?;
    let files: Vec<String> = [member.icon.as_deref(), icon].into_iter().flatten().map(str::to_owned).collect();
    uploads::unsettle_files(&mut change.tx, &files).await?;
    note(change, &member, MemberFacet::Badge).await
}

/// Gives a member a level.
///
/// # Errors
/// A member who is not there, a level that there is not.
pub async fn set_level(change: &mut Change<'_, Alone>, id: MemberId, level: &str) -> Result<()> {
    let member = standing(change, id).await?;
    if !LEVELS.contains(&level) {
        return Err(Error::Invalid(format!("`{level}` is no level; there are {}", LEVELS.join(", "))));
    }
    if member.level == level {
        return Ok(());
    }
    rows::set_level(&mut change.tx, id, level).await?;
    note(change, &member, MemberFacet::Badge).await
}

/// Writes what a member says of themselves.
///
/// # Errors
/// A member who is not there.
pub async fn set_description<L>(change: &mut Change<'_, L>, id: MemberId, description: &Text) -> Result<()> {
    let member = standing(change, id).await?;
    if member.description == description.source && member.description_format == description.format {
        return Ok(());
    }
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    rows::set_description(&mut change.tx, id, description).await?;
    change.touch(Kind::Member, id.0);
    note(change, &member, MemberFacet::Description).await
}

/// Writes what a member tells and whom they let read it.
///
/// # Errors
/// A member who is not there, a gender that the database does not know.
pub async fn set_facts<L>(change: &mut Change<'_, L>, id: MemberId, facts: &Facts) -> Result<()> {
    let member = standing(change, id).await?;
    if let Some(gender) = facts.gender.as_deref().filter(|gender| !matches!(*gender, "male" | "female")) {
        return Err(Error::Invalid(format!("`{gender}` is neither male nor female; leave it out instead")));
    }
    let before = profiles(&mut change.tx, &[id.0]).await?;
    rows::set_facts(&mut change.tx, id, facts).await?;
    if profiles(&mut change.tx, &[id.0]).await? == before {
        // Nothing but what nobody may read.
        return Ok(());
    }
    note(change, &member, MemberFacet::Facts).await
}

/// Takes a member's icon away and all permissions to show what they tell; they may give them again. Says whether there was
/// anything to hide.
///
/// # Errors
/// A member who is not there.
pub async fn hide(change: &mut Change<'_, Alone>, id: MemberId) -> Result<bool> {
    let had_icon = standing(change, id).await?.icon.is_some();
    set_icon(change, id, None).await?;
    let Some(profile) = own_profile::of(&mut change.tx, id).await? else { return Ok(had_icon) };
    let hidden = Facts {
        shows_given_name: false,
        shows_family_name: false,
        shows_email: false,
        shows_icq: false,
        shows_gender: false,
        shows_age: false,
        shows_region: false,
        ..profile.facts.clone()
    };
    set_facts(change, id, &hidden).await?;
    Ok(had_icon || hidden != profile.facts)
}

/// Bans a member, and ends the sessions, so that letting them back in opens none. What they wrote stays.
///
/// # Errors
/// A member who is not there, or is banned already.
pub async fn ban<L>(change: &mut Change<'_, L>, id: MemberId) -> Result<()> {
    set_banned(change, id, true).await
}

/// As [`ban`], by an editor with a reason and perhaps an end, at which [`super::schedule::due`] lets the member back in.
///
/// # Errors
/// As [`ban`]; an end that has passed.
pub async fn ban_until<L>(
    change: &mut Change<'_, L>,
    id: MemberId,
    by: MemberId,
    reason: &str,
    ends_at: Time,
) -> Result<()> {
    let banned_at = change.now;
    if ends_at.is_some_and(|end| end <= banned_at) {
        return Err(Error::Invalid("a ban must not end before it begins".to_owned()));
    }
    ban(change, id).await?;
    let (reason, banned_by) = (reason.to_owned(), Some(by));
    let ban = Ban { reason, banned_at, ends_at, banned_by, editor: String::new() };
    Ok(bans::put(&mut change.tx, id, &ban).await?)
}

/// Lets a banned member back in.
///
/// # Errors
/// A member who is not there, or is not banned.
pub async fn unban<L>(change: &mut Change<'_, L>, id: MemberId) -> Result<()> {
    set_banned(change, id, false).await
}

async fn set_banned<L>(change: &mut Change<'_, L>, id: MemberId, banned: bool) -> Result<()> {
    let member = standing(change, id).await?;
    if member.banned == banned {
        let (state, action) = if banned { ("banned", "banned again") } else { ("not banned", "let back in") };
        return Err(Error::State { what: "member", id: id.to_string(), state: state.to_owned(), action });
    }
    rows::set_banned(&mut change.tx, id, banned).await?;
    if banned {
        sessions::end_all(&mut change.tx, id).await?;
    } else {
        bans::remove(&mut change.tx, id).await?;
    }
    note(change, &member, MemberFacet::Facts).await
}

/// Makes sure that there is such a member.
pub(super) async fn require<L>(change: &mut Change<'_, L>, id: MemberId) -> Result<()> {
    if rows::exists(&mut change.tx, id).await? { Ok(()) } else { Err(not_found("member", id)) }
}

pub(super) async fn standing<L>(change: &mut Change<'_, L>, id: MemberId) -> Result<Standing> {
    rows::by_id(&mut change.tx, id).await?.ok_or_else(|| not_found("member", id))
}

async fn note<L>(change: &mut Change<'_, L>, member: &Standing, facet: MemberFacet) -> Result<()> {
    let (mut pages, mut bulk) = (Pages::new(), Bulk::new(change.site));
    pages_showing(&mut change.tx, change.site, member, facet, &mut pages, &mut bulk).await?;
    change.stale_all(pages);
    change.stale_bulk(bulk);
    Ok(())
}

/// The credits name people by nick, whether there is such a member or not.
fn note_credits<L>(change: &mut Change<'_, L>, nick: &str) {
    if are_named_in_credits(change.site, nick) {
        change.stale(Page::Credits);
    }
}

pub(super) async fn author_pages<L>(change: &mut Change<'_, L>, author: AuthorId) -> Result<Vec<Page>> {
    Ok(creation::author_pages(&mut change.tx, change.site, author).await?)
}

async fn check_nick<L>(change: &mut Change<'_, L>, nick: &str) -> Result<()> {
    if nick.trim().is_empty() {
        return Err(Error::Invalid("a nick must not be empty".to_owned()));
    }
    // The login takes what has an `@` for an e-mail address as well.
    if let Some(sign) = nick.chars().find(|sign| *sign == '@' || sign.is_control()) {
        return Err(Error::Invalid(format!("a nick must not have {sign:?} in it")));
    }
    if rows::is_nick_taken(&mut change.tx, nick).await? { Err(taken(nick)) } else { Ok(()) }
}

/// Two people may want a nick at the same moment; the database lets one of them have it.
fn or_taken(error: sqlx::Error, nick: &str) -> Error {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => taken(nick),
        _ => error.into(),
    }
}

fn taken(nick: &str) -> Error {
    Error::Taken { what: "nick", value: nick.to_owned() }
}
