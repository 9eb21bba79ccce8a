//! Whether what the files leave out is left out rightly: feeds have the newest of what they are about, and nothing is kept
//! from search engines but what was emptied. The database says what there is; pages that are marked are about to follow it.

use std::collections::{HashMap, HashSet};

use super::gather::{Gathered, PageState};
use super::reach::Records;
use super::{Checker, Rule};
use crate::db::lists::{self, Items, Window, items};
use crate::db::{self, Tx, ads, creations, messages, stale};
use crate::model::Board;
use crate::page::{Page, Part};
use crate::site::Site;

/// Compares the feeds with the lists that they are about.
///
/// # Errors
/// Where the database fails.
pub(super) async fn compare_feeds(checker: &Checker<'_>, tx: &mut Tx, out: &mut Gathered) -> db::Result<()> {
    let site = checker.site;
    let paths = &site.config.paths;
    let page_of = |number: u32| paths.parse(&checker.files.file(number).path()).map(|parsed| parsed.page);
    let feeds: Vec<(u32, Page, HashSet<String>)> = std::mem::take(&mut out.feeds)
        .into_iter()
        .filter_map(|(number, ids)| Some((number, page_of(number)?, ids.into_iter().collect())))
        .collect();
    let keys: Vec<String> = feeds.iter().map(|(_, page, _)| page.to_string()).collect();
    let marked = stale::marked(tx, &keys).await?;
    for (number, page, ids) in feeds.iter().filter(|(_, page, _)| !marked.contains(&page.to_string())) {
        for expected in newest(site, tx, page).await?.into_iter().filter(|id| !ids.contains(id)) {
            let key = checker.files.file(*number).key;
            out.findings.add(key, Rule::FeedComplete, format!("it lacks {expected}, which is one of the newest"));
        }
    }
    Ok(())
}

/// The ids of the entries that a feed must have.
async fn newest(site: &Site, tx: &mut Tx, page: &Page) -> db::Result<Vec<String>> {
    let sizes = &site.config.page_sizes;
    match page {
        Page::ForumFeed => forum(tx, sizes.forum_feed).await,
        Page::SectionFeed(section) => {
            let list = of_list(tx, &format!("section/{section}"), sizes.feed).await?;
            let head = site.absolute(&site.path(&Page::Section { section: section.clone(), part: Part::Head }, ""));
            let works = creations::summaries(tx, &list.ids).await?;
            Ok(works.iter().map(|work| format!("{head}#{}", work.number)).collect())
        }
        Page::EverythingFeed => {
            let list = of_list(tx, "news", sizes.feed).await?;
            let mut ids: Vec<String> =
                messages::news(tx, &list.ids).await?.into_keys().map(|id| format!("news:{id}")).collect();
            let list = of_list(tx, "creations", sizes.feed).await?;
            let works = creations::summaries(tx, &list.ids).await?;
            let works = works.iter().filter(|work| site.section(&work.section).is_some());
            ids.extend(works.map(|work| format!("creation:{}/{}", work.section, work.number)));
            ids.extend(forum(tx, sizes.feed).await?);
            for board in Board::ALL {
                let list = of_list(tx, board.key(), sizes.feed).await?;
                let groups: HashSet<&str> =
                    site.groups(board).unwrap_or_default().iter().map(|group| group.key.as_str()).collect();
                let shown = ads::by_ids(tx, &list.ids).await?.into_values();
                let shown = shown.filter(|ad| groups.contains(ad.group_key.as_str()));
                ids.extend(shown.map(|ad| format!("{}:{}", board.key(), ad.number)));
            }
            let comments = messages::newest_comments(tx, sizes.newest_comments).await?;
            let on: Vec<i64> = comments.iter().map(|on| on.creation_id.0).collect();
            let works: HashMap<i64, String> =
                creations::summaries(tx, &on).await?.into_iter().map(|work| (work.id.0, work.section)).collect();
            let is_shown = |work: &i64| works.get(work).is_some_and(|section| site.section(section).is_some());
            let shown = comments.iter().filter(|on| is_shown(&on.creation_id.0));
            ids.extend(shown.map(|on| format!("comment:{}", on.comment.id)));
            ids.sort_unstable();
            Ok(ids)
        }
        _ => Ok(Vec::new()),
    }
}

async fn forum(tx: &mut Tx, count: i64) -> db::Result<Vec<String>> {
    let list = of_list(tx, "forum", count).await?;
    Ok(messages::forum_posts(tx, &list.ids).await?.into_keys().map(|id| format!("forum:{id}")).collect())
}

async fn of_list(tx: &mut Tx, key: &str, count: i64) -> db::Result<Items> {
    Ok(items(tx, &[(key.to_owned(), Window::Newest(count))]).await?.pop().unwrap_or_default())
}

/// Looks for pages that search engines may not have though nothing speaks against it. One that a sitemap lists is found
/// there.
///
/// # Errors
/// Where the database fails.
pub(super) async fn look_for_hidden(
    checker: &Checker<'_>,
    records: &Records,
    tx: &mut Tx,
    out: &mut Gathered,
) -> db::Result<()> {
    let hidden = out.states.iter().filter(|(_, state)| *state == PageState::Hidden);
    let hidden = hidden.map(|(number, _)| checker.files.file(*number));
    let hidden = hidden.filter(|file| records.pages.contains(&file.path()) && !checker.is_listed(file.number));
    // Later parts of lists may have been emptied.
    let hidden: Vec<(&str, Page)> = hidden
        .filter(|file| !checker.is_later_part(*file))
        .filter_map(|file| Some((file.key, checker.site.config.paths.parse(&file.path())?.page)))
        .filter(|(_, page)| *page != Page::NotFound)
        .collect();
    let keys: Vec<String> = hidden.iter().map(|(_, page)| page.to_string()).collect();
    let marked = stale::marked(tx, &keys).await?;
    let of = |number: fn(&Page) -> Option<i64>| hidden.iter().filter_map(|(_, page)| number(page)).collect::<Vec<_>>();
    let authors = of(|page| if let Page::Author { id, .. } = page { Some(id.0) } else { None });
    let authors = lists::ordinals(tx, "authors", &authors).await?;
    let members = of(|page| if let Page::Member(id) = page { Some(id.0) } else { None });
    let members = lists::ordinals(tx, "members", &members).await?;
    // Authors of whom nothing is public are on no list, nor are members who have left.
    let is_listed = |page: &Page| match page {
        Page::Author { id, .. } => authors.contains_key(&id.0),
        Page::Member(id) => members.contains_key(&id.0),
        _ => true,
    };
    for (key, page) in &hidden {
        if is_listed(page) && !marked.contains(&page.to_string()) {
            out.findings.add(key, Rule::SitemapMissing, "it is kept from search engines, and nothing speaks for that");
        }
    }
    Ok(())
}
