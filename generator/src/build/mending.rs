//! Mending what `verify` has found: what differs is marked and distrusted, what belongs to no page is buried.

use chrono::{DateTime, Utc};

use crate::db;
use crate::db::records::Burial;
use crate::fail_point::FailPoint;
use crate::page;

use super::{Builder, Error, assets, hold_current, removal, target, while_doing};

/// Pages that are marked, and files that are buried, in one transaction of [`Builder::mend`].
const MENDED_AT_ONCE: usize = 1_000;

impl Builder {
    /// For `verify`: marks pages whose file is not what it should be, writes the assets that are not, removes files
    /// that belong to no page. Says how many assets were written and how many files removed.
    ///
    /// # Errors
    /// Where the database or the target fails, or another builder has taken over.
    pub(crate) async fn mend(
        &self,
        pages: &[String],
        surplus: &[(String, bool)],
        now: DateTime<Utc>,
    ) -> Result<(usize, usize), Error> {
        let target = target::attach(&self.db, &self.store, now).await?;
        for pages in pages.chunks(MENDED_AT_ONCE) {
            self.mend_some(&target.id, pages, &[]).await?;
        }
        for surplus in surplus.chunks(MENDED_AT_ONCE) {
            self.mend_some(&target.id, &[], surplus).await?;
        }
        FailPoint::Mend.taken();
        let assets = assets::write(self, &target.id, now).await?;
        let removed = removal::remove_buried(self, &target.id).await?;
        match removed.failed.into_iter().next() {
            Some((path, reason)) => Err(Error::Removal { path, reason }),
            None => Ok((assets, removed.count)),
        }
    }

    async fn mend_some(&self, target: &str, pages: &[String], surplus: &[(String, bool)]) -> Result<(), Error> {
        let doing = while_doing("marking what differs");
        let mut tx = self.db.write().await.map_err(&doing)?;
        hold_current(&mut tx, target, &self.generation).await?;
        // Marks before records, as a batch locks them.
        let marks = pages.iter().map(|page| (page.clone(), page::PRIORITY_LIST + page::PRIORITY_BULK)).collect();
        db::stale::mark_keys(&mut tx, marks).await.map_err(&doing)?;
        db::records::distrust(&mut tx, pages).await.map_err(&doing)?;
        let burial = |(path, again): &(String, bool)| Burial { path: path.clone(), again: *again, page: None };
        let burials: Vec<Burial> = surplus.iter().map(burial).collect();
        db::records::bury(&mut tx, &burials).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }
}
