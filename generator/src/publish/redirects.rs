//! Redirects from where pages stood.

use crate::db::redirects;
use crate::page::Page;

use super::{Change, Result, pages};

/// A page that was public at one path and belongs to another now, perhaps as another page.
pub(super) struct Move {
    pub(super) old_page: Page,
    pub(super) old_path: String,
    pub(super) new_page: Page,
    pub(super) new_path: String,
}

/// Leaves a redirect at each old path, lets the older ones lead to the new page, and makes room at the new path.
pub(super) async fn leave<L>(change: &mut Change<'_, L>, moves: &[Move]) -> Result<()> {
    for each in moves {
        let new_key = each.new_page.to_string();
        if each.old_page != each.new_page {
            redirects::repoint(&mut change.tx, &each.old_page.to_string(), &new_key).await?;
        }
        if each.old_path != each.new_path {
            redirects::put(&mut change.tx, &each.old_path, &new_key).await?;
        }
        make_room(change, &each.new_path).await?;
    }
    let new_pages: Vec<Page> = moves.iter().map(|each| each.new_page.clone()).collect();
    let mut stale = pages::Pages::new();
    pages::redirects_to(&mut change.tx, change.site, &new_pages, &mut stale).await?;
    change.stale_all(stale);
    Ok(())
}

/// A page comes to stand at a path: a redirect there gives way.
pub(super) async fn make_room<L>(change: &mut Change<'_, L>, path: &str) -> Result<()> {
    if redirects::remove(&mut change.tx, path).await? {
        change.stale(Page::Redirect(path.to_owned()));
    }
    Ok(())
}
