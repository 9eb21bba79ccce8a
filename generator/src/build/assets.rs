//! Fingerprinted files on the target: written before any page names them, kept for a week after the last did.
//!
//! Which ones are wanted is noted before they are written, and which ones are being removed before they are: so whoever
//! wants one again knows that it may go at any moment, and waits until that is over. No transaction is open meanwhile.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db;
use crate::fail_point::FailPoint;
use crate::render::assets::is_at_root;
use crate::store::{self, Expected, Found, Put, Written, key};

use super::{Builder, Error, Lease, hold_current, on_store, while_doing};

/// How long an asset may take to be written. Whoever writes it writes the same.
const WRITE_TIME: Duration = Duration::from_secs(60);

/// A page in a browser or at the edge may name an asset for a while after the site does not.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Longest pause before looking again whether somebody has done with removing what is wanted.
const WAIT_MS_MAX: i64 = 200;

/// Writes the assets that the target lacks; says how many. There are few, so their presence is looked up.
///
/// # Errors
/// One cannot be written, or nobody knows whether it was; another builder has taken over; the database fails.
pub(super) async fn write(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<usize, Error> {
    let doing = while_doing("noting assets");
    let paths: Vec<String> = builder.renderer.assets.iter().map(|asset| asset.path.clone()).collect();
    reference(builder, target, &paths, now).await?;
    FailPoint::AssetsNoted.taken();
    let renderer = Arc::clone(&builder.renderer);
    let written = on_store(&builder.store, move |store| {
        let keys = renderer.assets.iter().map(|asset| (key(&asset.path), None)).collect();
        let mut puts = Vec::new();
        for (asset, found) in renderer.assets.iter().zip(store.find_all(keys)) {
            let object = &asset.object;
            let is_right = match found? {
                Found::Body(body, attributes) => {
                    body == object.body && attributes.is_none_or(|attributes| attributes.are_of(object))
                }
                Found::Missing | Found::Version(_) => false,
            };
            if !is_right {
                puts.push(Put { key: key(&asset.path), object: object.clone(), expected: Expected::Anything });
            }
        }
        let keys: Vec<String> = puts.iter().map(|put| put.key.clone()).collect();
        let written = store.put_all(puts, || Some(WRITE_TIME));
        keys.into_iter().zip(written).try_fold(0, |count, (key, written)| match written? {
            Written::Done(_) => Ok(count + 1),
            Written::TooLate | Written::Uncertain | Written::Overtaken => Err(late(key)),
        })
    });
    let written = written.await?;
    FailPoint::AssetsWritten.taken();
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    let written = written?;
    if written > 0 && builder.site.cdn.hears_of_changes() {
        // Those under their own names are kept at an edge as pages are.
        let named = paths.into_iter().filter(|path| is_at_root(path.trim_start_matches('/'))).collect();
        db::purges::add(&mut tx, named).await.map_err(&doing)?;
    }
    tx.commit().await.map_err(&doing)?;
    Ok(written)
}

/// Whether it stands there nobody knows; no page may name it.
fn late(name: String) -> store::Error {
    let source = std::io::Error::new(std::io::ErrorKind::TimedOut, "it takes too long");
    store::Error { action: "write", name, source }
}

/// Notes which assets are wanted from now on, when nobody is removing any of them any more.
async fn reference(builder: &Builder, target: &str, paths: &[String], now: DateTime<Utc>) -> Result<(), Error> {
    let doing = while_doing("noting assets");
    loop {
        let mut tx = builder.db.write().await.map_err(&doing)?;
        hold_current(&mut tx, target, &builder.generation).await?;
        let removals = db::target::asset_removals(&mut tx).await.map_err(&doing)?;
        let wait = removals.into_iter().filter(|(path, _)| paths.contains(path)).map(|(_, wait_ms)| wait_ms).max();
        let Some(wait_ms) = wait else {
            db::target::reference_assets(&mut tx, paths, now).await.map_err(&doing)?;
            return tx.commit().await.map_err(&doing);
        };
        drop(tx);
        tokio::time::sleep(Duration::from_millis(wait_ms.clamp(1, WAIT_MS_MAX).unsigned_abs())).await;
    }
}

/// Removes assets that have had no reference for seven days. While a page is still to be built, or failed, its file perhaps
/// names those that were in use when it was written; their days begin when no such page is left.
///
/// # Errors
/// One cannot be removed; another builder has taken over; the database fails.
pub(super) async fn remove_unreferenced(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let doing = while_doing("removing old assets");
    let lease = Lease::begin(builder.lease);
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    db::target::keep_unreferenced_assets(&mut tx, now).await.map_err(&doing)?;
    let lease_ms = i64::try_from(builder.lease.as_millis()).unwrap_or(i64::MAX);
    let paths = db::target::begin_removing_assets(&mut tx, now - KEPT, lease_ms).await.map_err(&doing)?;
    tx.commit().await.map_err(&doing)?;
    if paths.is_empty() {
        return Ok(());
    }
    let outcomes = on_store(&builder.store, move |store| {
        let remove = |path: String| (store.remove(&key(&path), || lease.remaining().is_some()), path);
        paths.into_iter().map(remove).collect::<Vec<_>>()
    });
    let outcomes = outcomes.await?;
    FailPoint::AssetsRemoved.taken();
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    let mut failed = None;
    for (outcome, path) in outcomes {
        match outcome {
            Ok(true) => db::target::forget_asset(&mut tx, &path).await.map_err(&doing)?,
            // The next build does it.
            Ok(false) => {}
            Err(error) => failed = Some(error),
        }
    }
    tx.commit().await.map_err(&doing)?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}
