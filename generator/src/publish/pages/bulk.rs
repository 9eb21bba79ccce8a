//! Pages that nobody waits for, in any number: what an old member has written is on tens of thousands of them.

use crate::db::{self, Tx, staged_marks};
use crate::page::{PRIORITY_BULK, Page};
use crate::site::Site;

use super::Pages;

/// So many pages are held before they are put aside in the database.
const HELD_MAX: usize = 4_000;

/// Pages that are being found.
pub struct Bulk<'a> {
    site: &'a Site,
    /// Found since the last ones were put aside.
    pub(super) held: Pages,
    is_staged: bool,
}

impl<'a> Bulk<'a> {
    /// None yet.
    pub fn new(site: &'a Site) -> Bulk<'a> {
        Bulk { site, held: Pages::new(), is_staged: false }
    }

    /// Puts aside what is held, if that is much.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn spill(&mut self, tx: &mut Tx) -> db::Result<()> {
        if self.held.len() < HELD_MAX {
            return Ok(());
        }
        if !self.is_staged {
            staged_marks::begin(tx).await?;
            self.is_staged = true;
        }
        let pages = std::mem::take(&mut self.held);
        let mark = |page: Page| (page.to_string(), page.priority() + PRIORITY_BULK);
        let marks: Vec<(String, i64)> = pages.into_iter().filter(|page| self.site.offers(page)).map(mark).collect();
        staged_marks::add(tx, &marks).await
    }

    /// What is still held, and whether some are put aside.
    pub(in crate::publish) fn into_rest(self) -> (Pages, bool) {
        (self.held, self.is_staged)
    }
}
