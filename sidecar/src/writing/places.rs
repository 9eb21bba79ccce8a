//! Where what somebody wrote stands on the site, as of the records: only what was built can be linked to.

use generator::db::own_messages::{Own, Place};
use generator::db::places::places;
use generator::db::{Tx, creations, records};
use generator::model::CreationId;
use generator::page::{Page, Part};
use generator::site::Site;
use serde::Serialize;

use crate::error::Result;

/// A title that leads somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What it is called.
    pub title: String,
    /// Its path.
    pub url: String,
}

/// A public creation: its page, and the link to it once that is built.
pub async fn creation(tx: &mut Tx, site: &Site, id: CreationId) -> Result<Option<(Page, Link)>> {
    let Some(summary) = creations::summaries(tx, &[id.0]).await?.pop() else { return Ok(None) };
    let page = Page::Creation { section: summary.section.clone(), number: summary.number };
    let url = path(tx, &page).await?.unwrap_or_else(|| site.path(&page, &summary.slug));
    let title = match summary.title.trim() {
        "" => format!("#{}", summary.number),
        title => title.to_owned(),
    };
    Ok(Some((page, Link { title, url })))
}

/// The forum.
pub async fn forum(tx: &mut Tx, site: &Site) -> Result<(Page, Link)> {
    let page = Page::Forum(Part::Head);
    let url = path(tx, &page).await?.unwrap_or_else(|| site.path(&page, ""));
    Ok((page.clone(), Link { title: site.title(&page).unwrap_or_default(), url }))
}

/// The page that shows a message now: the head of its list while it is among the newest, else the page where it will
/// always be; and what it belongs to.
pub async fn of_message(tx: &mut Tx, site: &Site, place: Place, own: &Own) -> Result<Option<(Page, Link)>> {
    let sizes = &site.config.page_sizes;
    let ((head, mut link), list, size) = match (place, own.creation_id) {
        (Place::Forum, _) => (forum(tx, site).await?, "forum".to_owned(), sizes.forum),
        (Place::Discussion, Some(id)) => match creation(tx, site, id).await? {
            Some(found) => (found, format!("discussion/{id}"), sizes.discussion),
            None => return Ok(None),
        },
        (Place::Discussion, None) => return Ok(None),
    };
    let Some(at) = places(tx, &[(list, own.id)], size).await?.pop().filter(|at| at.public) else { return Ok(None) };
    let part = if at.newer < size { Part::Head } else { Part::permanent(at.ordinal, at.issued, size) };
    let page = match (part, head) {
        (Part::Archive(archive), Page::Creation { section, number }) => Page::Discussion { section, number, archive },
        (part @ Part::Archive(_), Page::Forum(_)) => Page::Forum(part),
        (_, head) => head,
    };
    if let Some(url) = path(tx, &page).await? {
        link.url = url;
    }
    Ok(Some((page, link)))
}

/// Where a page was last written.
pub async fn path(tx: &mut Tx, page: &Page) -> Result<Option<String>> {
    let key = page.to_string();
    Ok(records::by_pages(tx, std::slice::from_ref(&key)).await?.remove(&key).map(|record| record.path))
}
