//! From the page that a report is about to where editors mend what stands there.

use generator::db::{Tx, editing, records};
use generator::page::Page;
use generator::site::Site;
use serde::Serialize;

use crate::error::Result;
use crate::office::item::loaded::load;
use crate::office::item::{Item, Kind};

/// Where something is mended.
#[derive(Debug, Serialize)]
pub struct Way {
    /// What it is.
    pub label: String,
    /// The form, or a list that leads to it.
    pub url: String,
    /// The thing itself, where a page shows one.
    #[serde(skip)]
    pub item: Option<Item>,
}

/// The way from a path; `None` where nothing of it is written by people. The form leads back to the report.
///
/// # Errors
/// Where the database fails.
pub async fn of(tx: &mut Tx, site: &Site, path: &str, report: i64) -> Result<Option<Way>> {
    let Some(page) = page_at(tx, site, path).await? else { return Ok(None) };
    let paths = &site.config.sidecar;
    let messages = |kind: Kind| format!("{}?kind={}", paths.url(&paths.office_messages), kind.word());
    let list = |kind: Kind, url: String| {
        let label = site.locale.text(kind.message(), &[]);
        Way { label, url, item: None }
    };
    let thing = |item: Item| {
        let label = site.locale.text(item.kind.message(), &[]);
        Way { label, url: item.url_from(site, Some(report)), item: Some(item) }
    };
    Ok(Some(match page {
        Page::Creation { section, number } | Page::Discussion { section, number, .. } => {
            let Some(id) = editing::creation_at(tx, &section, number).await? else { return Ok(None) };
            thing(Item::new(Kind::Creation, id))
        }
        Page::Content(slug) => {
            let item = Item::page(&slug);
            // The site's own files are nobody's here.
            if load(tx, site, &item).await?.is_none() {
                return Ok(None);
            }
            thing(item)
        }
        Page::Charter(section) => thing(Item::new(Kind::Charter, section)),
        Page::Member(id) => thing(Item::new(Kind::Description, id)),
        Page::Forum(_) => list(Kind::ForumPost, messages(Kind::ForumPost)),
        Page::Ads { .. } => list(Kind::Ad, messages(Kind::Ad)),
        Page::News(_) => list(Kind::News, paths.url(&paths.office_news)),
        Page::Links(_) => list(Kind::Link, paths.url(&paths.office_links)),
        Page::Section { section, .. } | Page::Genre { section, .. } => {
            list(Kind::Creation, format!("{}?section={section}", paths.url(&paths.office_creations)))
        }
        _ => return Ok(None),
    }))
}

/// The page that stands at a path, or would by the grammar of addresses.
async fn page_at(tx: &mut Tx, site: &Site, path: &str) -> Result<Option<Page>> {
    let owners = records::owners(tx, &[path.to_owned()]).await?;
    let owner: Option<Page> = owners.get(path).and_then(|key| key.parse().ok());
    // Of an address of before, the grammar says what stood there.
    let owner = owner.filter(|page| !matches!(page, Page::Redirect(_)));
    Ok(owner.or_else(|| site.config.paths.parse(path).map(|parsed| parsed.page)))
}
