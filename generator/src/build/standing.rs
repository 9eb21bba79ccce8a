//! Which version of its object each page of a batch is going to replace.
//!
//! A store without locks refuses a write where something else stands than the writer expects. What may be expected is
//! known before the rows are read: whoever writes after that moment has read newer rows, and must not be undone by us.

use std::collections::HashMap;
use std::sync::Arc;

use crate::db::records::Record;
use crate::fail_point::FailPoint;
use crate::store::{self, Expected, Store, key};

use super::Error;

/// What stood at the paths of a batch's records.
#[derive(Default)]
pub(super) struct Standing {
    /// The store's locks do all that.
    has_locks: bool,
    by_page: HashMap<String, Stood>,
}

struct Stood {
    path: String,
    /// The version, `None` for nothing.
    version: Result<Option<String>, store::Error>,
    /// Whether the store was asked, just before the rows were read.
    is_looked_up: bool,
}

impl Standing {
    /// Takes the versions from the records, and asks the store where a record does not know. An error that concerns
    /// all ends it.
    pub(super) async fn look(store: &Arc<Store>, records: &HashMap<String, Record>) -> Result<Standing, Error> {
        if store.has_locks() {
            return Ok(Standing { has_locks: true, ..Standing::default() });
        }
        let mut standing = Standing::default();
        let mut unknown = Vec::new();
        for record in records.values() {
            match (&record.digest, &record.etag) {
                (Some(_), Some(etag)) => standing.add(record, Ok(Some(etag.clone())), false),
                _ => unknown.push(record),
            }
        }
        if unknown.is_empty() {
            return Ok(standing);
        }
        let keys = unknown.iter().map(|record| key(&record.path)).collect();
        let versions = super::on_store(store, move |store| store.versions(keys)).await?;
        FailPoint::Look.taken();
        for (record, version) in unknown.into_iter().zip(versions) {
            match version {
                Err(error) if error.concerns_all() => return Err(error.into()),
                version => standing.add(record, version, true),
            }
        }
        Ok(standing)
    }

    fn add(&mut self, record: &Record, version: Result<Option<String>, store::Error>, is_looked_up: bool) {
        let stood = Stood { path: record.path.clone(), version, is_looked_up };
        self.by_page.insert(record.page.clone(), stood);
    }

    /// What a page replaces at its path. One without a record, or with one of another path, stands nowhere yet.
    ///
    /// # Errors
    /// Why that could not be found out.
    pub(super) fn expected(&self, page: &str, path: &str) -> Result<Expected, String> {
        if self.has_locks {
            return Ok(Expected::Anything);
        }
        match self.by_page.get(page).filter(|stood| stood.path == path).map(|stood| &stood.version) {
            None | Some(Ok(None)) => Ok(Expected::Absent),
            Some(Ok(Some(version))) => Ok(Expected::Version(version.clone())),
            Some(Err(error)) => Err(error.to_string()),
        }
    }

    /// Whether somebody must have written the page's object within the last moments, if it is not what was expected. Otherwise
    /// that may be long ago, and with a look all is well.
    pub(super) fn was_looked_up(&self, page: &str) -> bool {
        self.by_page.get(page).is_some_and(|stood| stood.is_looked_up)
    }
}
