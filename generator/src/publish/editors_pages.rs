//! Editors' pages and the sections' charters.

use crate::db::editors_pages as written;
use crate::db::publishing::editors_pages as rows;
use crate::model::{EditorsPage, Text};
use crate::page::{Page, Sitemap};

use super::pages::bulk::Bulk;
use super::pages::{Pages, of_section};
use super::redirects::{self, Move};
use super::{Alone, Change, Error, Result, not_found};

/// Writes an editors' page, in place of the one of its slug.
///
/// # Errors
/// A slug that no page may have.
pub async fn write(change: &mut Change<'_, Alone>, slug: &str, page: &EditorsPage) -> Result<()> {
    change.site.check_page_slug(slug).map_err(Error::Invalid)?;
    if !rows::exists(&mut change.tx, slug).await? {
        note_existence(change, slug);
    }
    let now = change.now;
    written::put(&mut change.tx, slug, page, now).await?;
    let page = Page::Content(slug.to_owned());
    let path = change.site.path(&page, "");
    redirects::make_room(change, &path).await?;
    change.stale(page);
    Ok(())
}

/// Gives an editors' page another slug; its old address leads to the new one, unless the site's own files have a page
/// there.
///
/// # Errors
/// A page that is not there, a slug that is taken or that no page may have.
pub async fn rename(change: &mut Change<'_, Alone>, slug: &str, new: &str) -> Result<()> {
    change.site.check_page_slug(new).map_err(Error::Invalid)?;
    if !rows::exists(&mut change.tx, slug).await? {
        return Err(not_found("page", slug));
    }
    if rows::exists(&mut change.tx, new).await? {
        return Err(Error::Taken { what: "address", value: new.to_owned() });
    }
    rows::rename(&mut change.tx, slug, new).await?;
    let [old_page, new_page] = [slug, new].map(|slug| Page::Content(slug.to_owned()));
    for slug in [slug, new] {
        note_existence(change, slug);
        change.stale(Page::Content(slug.to_owned()));
    }
    let (old_path, new_path) = (change.site.path(&old_page, ""), change.site.path(&new_page, ""));
    if change.site.pages.contains_key(slug) {
        return redirects::make_room(change, &new_path).await;
    }
    redirects::leave(change, &[Move { old_page, old_path, new_page, new_path }]).await
}

/// Deletes an editors' page. Where the site's own files have one of this slug, that one is shown again.
///
/// # Errors
/// A page that is not there.
pub async fn delete(change: &mut Change<'_, Alone>, slug: &str) -> Result<()> {
    if !rows::delete(&mut change.tx, slug).await? {
        return Err(not_found("page", slug));
    }
    let page = Page::Content(slug.to_owned());
    if !change.site.pages.contains_key(slug) {
        let mut stale = Pages::new();
        super::pages::redirects_to(&mut change.tx, change.site, std::slice::from_ref(&page), &mut stale).await?;
        change.stale_all(stale);
        crate::db::redirects::remove_to(&mut change.tx, &page.to_string()).await?;
    }
    note_existence(change, slug);
    change.stale(page);
    Ok(())
}

/// Writes a section's charter.
///
/// # Errors
/// A section that is not there.
pub async fn write_charter(change: &mut Change<'_, Alone>, section: &str, body: &Text) -> Result<()> {
    if change.site.section(section).is_none() {
        return Err(not_found("section", section));
    }
    if !rows::has_charter(&mut change.tx, section).await? {
        note_section(change, section).await?;
    }
    let now = change.now;
    written::put_charter(&mut change.tx, section, body, now).await?;
    change.stale(Page::Charter(section.to_owned()));
    Ok(())
}

/// Deletes a section's charter.
///
/// # Errors
/// A charter that is not there.
pub async fn delete_charter(change: &mut Change<'_, Alone>, section: &str) -> Result<()> {
    if !rows::delete_charter(&mut change.tx, section).await? {
        return Err(not_found("charter of section", section));
    }
    note_section(change, section).await?;
    change.stale(Page::Charter(section.to_owned()));
    Ok(())
}

/// The sitemap lists what there is; what the site's files have is there anyway.
fn note_existence(change: &mut Change<'_, Alone>, slug: &str) {
    if !change.site.pages.contains_key(slug) {
        change.stale(Page::Sitemap(Sitemap::Pages));
    }
}

/// All lists of a section say whether it has a charter.
async fn note_section(change: &mut Change<'_, Alone>, section: &str) -> Result<()> {
    let mut bulk = Bulk::new(change.site);
    of_section(&mut change.tx, change.site, section, &mut bulk).await?;
    change.stale_bulk(bulk);
    change.stale(Page::Sitemap(Sitemap::Pages));
    Ok(())
}
