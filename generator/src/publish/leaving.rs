//! Members who leave. What is theirs alone goes at once. What others see stays under a nick that says nothing of them; or
//! it goes as well, in batches, so that twenty years of one member do not keep all others waiting.

use crate::db::publishing::leaving as rows;
use crate::db::{lists, places, redirects};
use crate::model::{MemberId, Text, TextFormat};
use crate::page::Page;

use super::members::{self, Facts, author_pages, standing};
use super::pages::{self, Pages};
use super::{Alone, Change, Result, ads, comments, creations, forum};

/// The list of all members.
const LIST: &str = "members";
/// The least level.
const LEVEL: &str = "0";

/// Ends a member's account. `name` is what the member is called from now on, with the number behind it; redirects from
/// addresses that hold the nick go. Texts that are to go are gone with [`take_texts`].
///
/// # Errors
/// A member who is not there.
pub async fn leave(change: &mut Change<'_, Alone>, id: MemberId, name: &str, takes_texts: bool) -> Result<()> {
    let name = format!("{name} {id}");
    for ad in rows::ads(&mut change.tx, id).await? {
        ads::delete(change, ad).await?;
    }
    for work in rows::unfinished_works(&mut change.tx, id).await? {
        creations::delete(change, work).await?;
        rows::forget_history(&mut change.tx, work).await?;
    }
    members::set_icon(change, id, None).await?;
    members::set_level(change, id, LEVEL).await?;
    let nothing = Text { source: String::new(), format: TextFormat::Markdown };
    members::set_description(change, id, &nothing).await?;
    members::set_facts(change, id, &Facts::default()).await?;
    members::rename(change, id, &name).await?;
    forget_redirects(change, id).await?;
    lists::lock(&mut change.tx, &[LIST.to_owned()]).await?;
    places::hide(&mut change.tx, &[(LIST.to_owned(), id.0)]).await?;
    let now = change.now;
    Ok(rows::leave(&mut change.tx, id, &name, takes_texts, now).await?)
}

/// An address of before has the nick of before in it.
async fn forget_redirects(change: &mut Change<'_, Alone>, id: MemberId) -> Result<()> {
    let mut own = vec![Page::Member(id)];
    if let Some(author) = standing(change, id).await?.author_id {
        own.extend(author_pages(change, author).await?);
    }
    let mut stale = Pages::new();
    pages::redirects_to(&mut change.tx, change.site, &own, &mut stale).await?;
    for page in &own {
        redirects::remove_to(&mut change.tx, &page.to_string()).await?;
    }
    change.stale_all(stale);
    Ok(())
}

/// Takes a batch of at most `count` texts of somebody who has left; `false` where nobody's are left to go.
///
/// # Errors
/// Where the database fails.
pub async fn take_texts(change: &mut Change<'_, Alone>, count: i64) -> Result<bool> {
    let Some(member) = rows::next(&mut change.tx).await? else { return Ok(false) };
    let works = rows::works(&mut change.tx, member, count).await?;
    for work in &works {
        creations::delete(change, *work).await?;
        rows::forget_history(&mut change.tx, *work).await?;
    }
    // A work takes its discussion along, the member's own comments too.
    let comments = if works.is_empty() { rows::comments(&mut change.tx, member, count).await? } else { Vec::new() };
    for comment in &comments {
        comments::delete(change, *comment).await?;
    }
    let is_rest = works.is_empty() && comments.is_empty();
    let posts = if is_rest { rows::forum_posts(&mut change.tx, member, count).await? } else { Vec::new() };
    for post in &posts {
        forum::delete(change, *post).await?;
    }
    if is_rest && posts.is_empty() {
        rows::forget_texts(&mut change.tx, member).await?;
    }
    Ok(true)
}
