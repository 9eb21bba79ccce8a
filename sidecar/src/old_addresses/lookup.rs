//! Where the target of an old address is today. A page is where its record says that it was last written: what is
//! not public has no record, and a redirect never leads to a page that is not there.

use generator::db::{Result, Tx, creations, lists, members, records};
use generator::model::{CreationId, Summary};
use generator::page::old::{DOWNLOADS, QUESTS, Target};
use generator::page::{Page, Part};
use generator::publish::counters::Count;
use generator::site::Site;
use generator::site::kind::AttributeType;

use crate::search;

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A path of the site, perhaps with a fragment.
    Path(String),
    /// A file under `UPLOADS`.
    Upload(String),
    /// A file under `UPLOADS` that counts for a creation.
    Counted { path: String, creation: CreationId, count: Count },
}

/// What is known without asking the database; `None` where it must be asked.
pub(super) fn without_database(site: &Site, target: &Target) -> Option<Place> {
    match target {
        Target::Upload(path) => Some(Place::Upload(path.clone())),
        Target::Room(path) => Some(Place::Path(path.clone())),
        Target::Page(page) if site.configured_pages().contains(page) => Some(Place::Path(site.path(page, ""))),
        _ => None,
    }
}

/// Where a target is; `None` where there is no such thing, or none that is public.
pub(super) async fn find(tx: &mut Tx, site: &Site, target: &Target) -> Result<Option<Place>> {
    match target {
        Target::Page(page) => path(tx, page).await,
        Target::ListPage { head, n, size } => list_page(tx, site, head, *n, *size).await,
        Target::ForumPost(id) => forum_post(tx, site, *id).await,
        Target::MemberByNick(nick) => member(tx, site, nick).await,
        Target::Download(number) => {
            let count = Count { downloads: 1, ..Count::default() };
            Ok(file(tx, site, DOWNLOADS, *number).await?.map(|(creation, path)| Place::Counted {
                path,
                creation,
                count,
            }))
        }
        Target::Quest(number) => {
            let count = Count { reads: 1, ..Count::default() };
            Ok(file(tx, site, QUESTS, *number).await?.map(|(creation, path)| Place::Counted { path, creation, count }))
        }
        Target::QuestFile(number, rest) => {
            let Some((_, entry)) = file(tx, site, QUESTS, *number).await? else { return Ok(None) };
            let folder = entry.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
            Ok(Some(Place::Upload(format!("{folder}{rest}"))))
        }
        Target::Upload(_) | Target::Room(_) => Ok(without_database(site, target)),
    }
}

/// The path of a page that is there.
async fn path(tx: &mut Tx, page: &Page) -> Result<Option<Place>> {
    let key = page.to_string();
    let record = records::by_pages(tx, std::slice::from_ref(&key)).await?.remove(&key);
    Ok(record.map(|record| Place::Path(record.path)))
}

/// The archive page that holds the first item of page `n` of a list of `size` items a page, the newest first; beyond
/// its end the oldest one.
async fn list_page(tx: &mut Tx, site: &Site, head: &Page, n: i64, size: i64) -> Result<Option<Place>> {
    let Some((list, today)) = list(tx, site, head).await? else { return Ok(None) };
    let rank = (n - 1).saturating_mul(size).saturating_add(1);
    let part = match lists::ordinal_of_rank(tx, &list, rank).await? {
        None => Part::Head,
        Some(ordinal) => Part::permanent(ordinal, issued(tx, &list).await?, today),
    };
    if let Some(place) = path(tx, &part_of(head, part)).await? {
        return Ok(Some(place));
    }
    path(tx, head).await
}

/// A list's key and its items on a page today.
async fn list(tx: &mut Tx, site: &Site, head: &Page) -> Result<Option<(String, i64)>> {
    let sizes = &site.config.page_sizes;
    Ok(match head {
        Page::Section { section, .. } => {
            site.section(section).map(|config| (format!("section/{section}"), config.page_size))
        }
        Page::News(_) => Some(("news".to_owned(), sizes.news)),
        Page::Forum(_) => Some(("forum".to_owned(), sizes.forum)),
        Page::Links(_) => Some(("links".to_owned(), sizes.links)),
        Page::Members(_) => Some(("members".to_owned(), sizes.members)),
        Page::Ads { board, group: None, .. } => Some((board.key().to_owned(), sizes.ads)),
        Page::Ads { board, group: Some(group), .. } => Some((format!("{}/{group}", board.key()), sizes.ads)),
        Page::Creation { section, number } => {
            let found = summary(tx, section, *number).await?;
            found.map(|summary| (format!("discussion/{}", summary.id), sizes.discussion))
        }
        _ => None,
    })
}

/// A part of the list that `head` is the head of.
fn part_of(head: &Page, part: Part) -> Page {
    match (head, part) {
        (Page::Section { section, .. }, part) => Page::Section { section: section.clone(), part },
        (Page::News(_), part) => Page::News(part),
        (Page::Forum(_), part) => Page::Forum(part),
        (Page::Links(_), part) => Page::Links(part),
        (Page::Members(_), part) => Page::Members(part),
        (Page::Ads { board, group, .. }, part) => Page::Ads { board: *board, group: group.clone(), part },
        (Page::Creation { section, number }, Part::Archive(archive)) => {
            Page::Discussion { section: section.clone(), number: *number, archive }
        }
        (head, _) => head.clone(),
    }
}

async fn issued(tx: &mut Tx, list: &str) -> Result<i64> {
    Ok(lists::by_keys(tx, &[list.to_owned()]).await?.get(list).map_or(0, |list| list.issued))
}

/// The post's permanent place; of one that is not there, the forum.
async fn forum_post(tx: &mut Tx, site: &Site, id: i64) -> Result<Option<Place>> {
    if let Some(ordinal) = lists::ordinals(tx, "forum", &[id]).await?.remove(&id) {
        let part = Part::permanent(ordinal, issued(tx, "forum").await?, site.config.page_sizes.forum);
        if let Some(Place::Path(page)) = path(tx, &Page::Forum(part)).await? {
            return Ok(Some(Place::Path(format!("{page}#c{id}"))));
        }
    }
    path(tx, &Page::Forum(Part::Head)).await
}

/// The member of a nick; otherwise what the search finds for it among members, as Graveyard showed a list of those whose
/// nicks held it. So no stranger has every nick read.
async fn member(tx: &mut Tx, site: &Site, nick: &str) -> Result<Option<Place>> {
    let exact = members::bylines(tx, &[nick.to_owned()]).await?;
    if let Some(id) = exact.get(nick).and_then(|byline| byline.member_id)
        && let Some(place) = path(tx, &Page::Member(id)).await?
    {
        return Ok(Some(place));
    }
    Ok(Some(Place::Path(search::members_url(site, nick))))
}

/// A public creation and the path of the file that it consists of.
async fn file(tx: &mut Tx, site: &Site, section: &str, number: i64) -> Result<Option<(CreationId, String)>> {
    let Some(config) = site.section(section) else { return Ok(None) };
    let Some(attribute) = site.kind(config).first(AttributeType::File) else { return Ok(None) };
    let Some(summary) = summary(tx, section, number).await? else { return Ok(None) };
    let attributes: serde_json::Value = serde_json::from_str(&summary.attributes).unwrap_or_default();
    let path = attributes.get(&attribute.key).and_then(serde_json::Value::as_str);
    Ok(path.map(|path| (summary.id, path.to_owned())))
}

async fn summary(tx: &mut Tx, section: &str, number: i64) -> Result<Option<Summary>> {
    let key = (section.to_owned(), number);
    let Some(id) = creations::ids(tx, std::slice::from_ref(&key)).await?.remove(&key) else { return Ok(None) };
    Ok(creations::summaries(tx, &[id]).await?.pop())
}
