//! Removing the files of paths that no page owns any more.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::db::records::Tombstone;
use crate::db::{self, Db, Tx};
use crate::fail_point::FailPoint;
use crate::page::PRIORITY_LIST;
use crate::store::{self, Store, key};

use super::{Builder, Error, hold_current, on_store, while_doing};

/// Paths removed between two looks into the database.
const REMOVALS_MAX: i64 = 500;

/// What was removed.
#[derive(Default)]
pub(super) struct Removed {
    /// Paths.
    pub(super) count: usize,
    /// Paths that could not be removed, with the reason; they stay buried.
    pub(super) failed: Vec<(String, String)>,
    /// Whether pages were marked since their objects may have been removed with what stood there before.
    pub(super) has_marked: bool,
}

enum Outcome {
    Removed,
    /// A page has come to stand there meanwhile: without a lock, its object may be what was removed.
    Unfounded(String),
    /// A page has come to stand there.
    Owned,
    Failed(String),
}

/// A build is through: what stood on the target before it and has not become a page's again is due to be removed.
///
/// # Errors
/// Where the database fails, or is about another target by now.
pub(super) async fn end_burials_until_built(builder: &Builder, target: &str) -> Result<(), Error> {
    let doing = while_doing("giving up former files");
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    db::records::end_burials_until_built(&mut tx).await.map_err(&doing)?;
    db::purges::end_waiting_until_built(&mut tx).await.map_err(&doing)?;
    FailPoint::EndBurialsBeforeCommit.taken();
    tx.commit().await.map_err(&doing)?;
    FailPoint::EndBurialsAfterCommit.taken();
    Ok(())
}

/// Removes what is buried and due. What cannot be removed holds up nothing else and stays buried.
///
/// # Errors
/// Where the database fails, or is about another target by now.
pub(super) async fn remove_buried(builder: &Builder, target: &str) -> Result<Removed, Error> {
    let doing = while_doing("removing files");
    let mut removed = Removed::default();
    let lease_ms = i64::try_from(builder.lease.as_millis()).unwrap_or(i64::MAX);
    let mut after = String::new();
    loop {
        let mut tx = builder.db.write().await.map_err(&doing)?;
        hold_current(&mut tx, target, &builder.generation).await?;
        if builder.store.has_locks() {
            db::records::forget_owned_tombstones(&mut tx).await.map_err(&doing)?;
        } else {
            let pages = db::records::owners_of_due_tombstones(&mut tx, lease_ms).await.map_err(&doing)?;
            removed.has_marked |= !pages.is_empty();
            write_again(&mut tx, pages).await.map_err(&doing)?;
        }
        let mut tombstones = db::records::due_tombstones(&mut tx, &after, REMOVALS_MAX).await.map_err(&doing)?;
        let paths: Vec<String> = tombstones.iter().map(|tombstone| tombstone.path.clone()).collect();
        let keepers = db::records::keepers(&mut tx, &paths).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        let Some(last) = tombstones.last() else { return Ok(removed) };
        after.clone_from(&last.path);
        tombstones.retain(|tombstone| !keepers.contains_key(&tombstone.path));
        if tombstones.is_empty() {
            continue;
        }
        FailPoint::Removal.taken();
        let outcomes = match builder.store.has_locks() {
            true => remove_locked(builder, tombstones).await?,
            false => remove_unlocked(builder, tombstones).await?,
        };
        FailPoint::RemovalUnnoted.taken();
        let mut tx = builder.db.write().await.map_err(&doing)?;
        hold_current(&mut tx, target, &builder.generation).await?;
        let (mut unfounded, mut gone) = (Vec::new(), Vec::new());
        for (outcome, tombstone) in outcomes {
            match outcome {
                // Its path stays buried, so that it is looked at once more.
                Outcome::Unfounded(page) => unfounded.push(page),
                Outcome::Removed => {
                    removed.count += 1;
                    db::records::unbury(&mut tx, &tombstone, lease_ms).await.map_err(&doing)?;
                    gone.push(tombstone.path);
                }
                Outcome::Owned => {}
                Outcome::Failed(error) => removed.failed.push((tombstone.path, error)),
            }
        }
        removed.has_marked |= !unfounded.is_empty();
        write_again(&mut tx, unfounded).await.map_err(&doing)?;
        if builder.site.cdn.hears_of_removals() {
            db::purges::add(&mut tx, gone).await.map_err(&doing)?;
        }
        tx.commit().await.map_err(&doing)?;
    }
}

/// Has pages written again whatever their records say. Whoever is writing one of them has written perhaps before the
/// removal: the claim is taken away, so that what is noted of that is not believed.
async fn write_again(tx: &mut Tx, mut pages: Vec<String>) -> db::Result<()> {
    pages.sort_unstable();
    db::stale::mark_keys(tx, pages.iter().map(|page| (page.clone(), PRIORITY_LIST)).collect()).await?;
    db::claims::revoke(tx, &pages).await?;
    db::records::distrust(tx, &pages).await
}

/// Removes what nobody owns, each under its lock.
async fn remove_locked(builder: &Builder, tombstones: Vec<Tombstone>) -> Result<Vec<(Outcome, Tombstone)>, Error> {
    let (db, handle) = (builder.db.clone(), tokio::runtime::Handle::current());
    let outcomes = on_store(&builder.store, move |store| {
        let remove = |tombstone: Tombstone| (remove(store, &db, &handle, &tombstone), tombstone);
        settle(store, tombstones.into_iter().map(remove).collect())
    });
    Ok(outcomes.await?)
}

/// Removes what nobody owned just before, and looks afterwards whether a page has come to stand there meanwhile.
async fn remove_unlocked(builder: &Builder, tombstones: Vec<Tombstone>) -> Result<Vec<(Outcome, Tombstone)>, Error> {
    let paths: Vec<String> = tombstones.iter().map(|tombstone| tombstone.path.clone()).collect();
    let kept = keepers(&builder.db, &paths).await.map_err(while_doing("looking up whose paths are"))?;
    let (owned, unowned): (Vec<_>, Vec<_>) =
        tombstones.into_iter().partition(|tombstone| kept.contains_key(&tombstone.path));
    let keys = unowned.iter().map(|tombstone| key(&tombstone.path)).collect();
    let removed = on_store(&builder.store, move |store| store.remove_all(keys)).await?;
    let mut owners = self::owners(&builder.db, &paths).await?;
    let outcome = |(tombstone, removed): (Tombstone, Result<(), store::Error>)| {
        let outcome = match (owners.remove(&tombstone.path), removed) {
            // Whether the removal has failed or only its answer is lost.
            (Some(page), _) => Outcome::Unfounded(page),
            (None, Ok(())) => Outcome::Removed,
            (None, Err(error)) => Outcome::Failed(error.to_string()),
        };
        (outcome, tombstone)
    };
    let owned = owned.into_iter().map(|tombstone| (Outcome::Owned, tombstone));
    Ok(unowned.into_iter().zip(removed).map(outcome).chain(owned).collect())
}

async fn owners(db: &Db, paths: &[String]) -> Result<HashMap<String, String>, Error> {
    let doing = while_doing("looking up whose paths are");
    let mut tx = db.snapshot().await.map_err(&doing)?;
    db::records::owners(&mut tx, paths).await.map_err(&doing)
}

/// What was removed may be forgotten only when it is gone for good: no row would know it if it came back.
fn settle(store: &Store, mut outcomes: Vec<(Outcome, Tombstone)>) -> Vec<(Outcome, Tombstone)> {
    let is_removed = |outcome: &Outcome| matches!(outcome, Outcome::Removed);
    let removed = outcomes.iter().filter(|(outcome, _)| is_removed(outcome));
    let keys: Vec<String> = removed.map(|(_, tombstone)| key(&tombstone.path)).collect();
    if let Err(error) = store.sync_removals(&keys) {
        for (outcome, _) in outcomes.iter_mut().filter(|(outcome, _)| is_removed(outcome)) {
            *outcome = Outcome::Failed(error.to_string());
        }
    }
    outcomes
}

/// Removes one file. Whose it is is asked under the lock of the key: a page may have come to stand there meanwhile.
fn remove(store: &Store, db: &Db, handle: &tokio::runtime::Handle, tombstone: &Tombstone) -> Outcome {
    let kept = RefCell::new(Outcome::Owned);
    let is_unowned = || match handle.block_on(keepers(db, std::slice::from_ref(&tombstone.path))) {
        Ok(keepers) => keepers.is_empty(),
        Err(error) => {
            kept.replace(Outcome::Failed(format!("cannot look up whose the path is: {error}")));
            false
        }
    };
    match store.remove(&key(&tombstone.path), is_unowned) {
        Ok(true) => Outcome::Removed,
        Ok(false) => kept.into_inner(),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn keepers(db: &Db, paths: &[String]) -> db::Result<HashMap<String, String>> {
    let mut tx = db.snapshot().await?;
    db::records::keepers(&mut tx, paths).await
}
