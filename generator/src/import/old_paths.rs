//! Redirects from the addresses that Graveyard gave to pages, where today's are others: a static host has files alone.
//!
//! The words of a site may be its own, and Graveyard made slugs of names as they were stored, `tom-amp-jerry` of
//! `Tom &amp; Jerry`. There are as many such addresses as rows; whatever else stood in the place of a slug is the sidecar's
//! matter, since it led to the same page.

use std::collections::{BTreeMap, HashSet};

use super::Error;
use super::creations::is_approved;
use super::encoding::{Stored, repair};
use super::here::{database, snapshot};
use super::kinds::KINDS;
use super::prepare::line;
use super::run::Run;
use super::tables::{AUTHORS, MEMBERS};
use crate::db::{creations, publishing, redirects, stale};
use crate::model::{AuthorId, MemberId};
use crate::page::old::graveyards_path;
use crate::page::{Page, Part};
use crate::text::slug::slug;

/// Leaves a redirect at each old address that leads nowhere yet.
pub(super) async fn leave(run: &mut Run<'_>) -> Result<(), Error> {
    let mut wanted = BTreeMap::new();
    of_creations(run, &mut wanted).await?;
    of_people(run, &mut wanted).await?;
    let failed = database("redirect");
    let paths: Vec<String> = wanted.keys().cloned().collect();
    let there = redirects::by_paths(&mut snapshot(run.db).await?, &paths).await.map_err(&failed)?;
    wanted.retain(|path, _| !there.contains_key(path));
    if wanted.is_empty() {
        return Ok(());
    }
    let mut tx = run.db.write().await.map_err(&failed)?;
    publishing::lock_alone(&mut tx).await.map_err(&failed)?;
    for (path, page) in &wanted {
        redirects::put(&mut tx, path, &page.to_string()).await.map_err(&failed)?;
    }
    let pages: Vec<Page> = wanted.into_keys().map(Page::Redirect).collect();
    stale::mark(&mut tx, &pages, 0).await.map_err(&failed)?;
    tx.commit().await.map_err(&failed)?;
    run.report.wrote = true;
    Ok(())
}

async fn of_creations(run: &mut Run<'_>, wanted: &mut BTreeMap<String, Page>) -> Result<(), Error> {
    for of in &KINDS {
        if run.source.lacks(of.table).is_some() {
            continue;
        }
        for values in run.source.columns_of(of.table, &["id", "jmeno", "schvaleno"]).await? {
            let number = values[0].as_ref().and_then(|number| number.parse().ok());
            let Some(number) = number.filter(|_| is_approved(values[2].as_deref())) else { continue };
            let Some(here) = run.cx.taken.creations.get(&(of.table.name, number)) else { continue };
            let page = Page::Creation { section: here.section.clone(), number };
            let Some(title) = run.cx.addresses.creations.get(&(here.section.clone(), number)) else { continue };
            let words = &run.cx.site.config.paths;
            want(run, wanted, page, &values[1], Stored::MisDecoded, (title, "dilo", &words.creation_without_slug));
        }
    }
    Ok(())
}

async fn of_people(run: &mut Run<'_>, wanted: &mut BTreeMap<String, Page>) -> Result<(), Error> {
    let words = &run.cx.site.config.paths.person_without_slug.clone();
    if run.source.lacks(&MEMBERS).is_none() {
        for values in run.source.columns_of(&MEMBERS, &["id", "nick_uzivatele"]).await? {
            let id = values[0].as_ref().and_then(|id| id.parse().ok()).filter(|id| !run.cx.left.contains_key(id));
            let Some((id, nick)) = id.and_then(|id| Some((id, run.cx.addresses.members.get(&id)?))) else { continue };
            let page = Page::Member(MemberId(id));
            want(run, wanted, page, &values[1], Stored::MisDecoded, (nick, "neznamy", words));
        }
    }
    if run.source.lacks(&AUTHORS).is_none() {
        let mut tx = snapshot(run.db).await?;
        let published = creations::published_authors(&mut tx).await.map_err(database("author"))?;
        drop(tx);
        // The address of before would be the nick of before.
        let of_left = run.cx.left.keys().filter_map(|member| run.cx.author_of_member.get(member));
        let of_left: HashSet<i64> = of_left.copied().collect();
        let columns = ["id", "author_type", "website", "anonymous_user_nick", "user_nick", "user_id"];
        for values in run.source.columns_of(&AUTHORS, &columns).await? {
            let id = values[0]
                .as_ref()
                .and_then(|id| id.parse().ok())
                .filter(|id| published.contains(id) && !of_left.contains(id));
            let Some((id, name)) = id.and_then(|id| Some((id, run.cx.addresses.authors.get(&id)?))) else { continue };
            // A member's second author has no member here.
            let member = run.cx.member(values[5].as_ref().and_then(|member| member.parse().ok()));
            let member = member.or_else(|| run.cx.member_of_nick(&line(values[4].as_ref(), Stored::Plain)));
            if values[1].as_deref() == Some("u") && member.is_some_and(|member| run.cx.left.contains_key(&member)) {
                continue;
            }
            let said = match values[1].as_deref() {
                Some("w") => &values[2],
                Some("u") => &values[4],
                _ => &values[3],
            };
            let page = Page::Author { id: AuthorId(id), part: Part::Head };
            // Without a slug Graveyard had no address for an author.
            want(run, wanted, page, said, Stored::Plain, (name, "", words));
        }
    }
    Ok(())
}

/// Notes where a page was whose name Graveyard stored so, unless it is still there. `here` is its name here, Graveyard's
/// slug of a name that gives none, and ours.
fn want(
    run: &Run<'_>,
    wanted: &mut BTreeMap<String, Page>,
    page: Page,
    said: &Option<String>,
    stored: Stored,
    here: (&str, &str, &str),
) {
    let (name, graveyards, ours) = here;
    let or = |slug: String, otherwise: &str| if slug.is_empty() { otherwise.to_owned() } else { slug };
    let old_slug = or(slug(&repair(said.as_deref().unwrap_or_default(), stored).0), graveyards);
    if old_slug.is_empty() {
        return;
    }
    let old = graveyards_path(&page, &old_slug);
    if old != run.cx.site.path(&page, &or(slug(name), ours)) {
        wanted.insert(old, page);
    }
}
