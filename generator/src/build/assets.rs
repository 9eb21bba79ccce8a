//! Fingerprinted files on the target: written before any page names them, kept for a week after the last did.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db;
use crate::store::key;

use super::{Builder, Error, hold_current, while_doing};

/// A page in a browser or at the edge may name an asset for a while after the site does not.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Writes the assets that the target lacks; says how many. There are few, so their presence is looked up.
pub(super) async fn write(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<usize, Error> {
    let doing = while_doing("noting assets");
    let mut written = 0;
    let mut paths = Vec::new();
    for asset in builder.renderer.assets.iter() {
        let key = key(&asset.path);
        if builder.store.get(&key)?.as_deref() != Some(&asset.object.body) {
            builder.store.put(&key, &asset.object, || true)?;
            written += 1;
        }
        paths.push(asset.path.clone());
    }
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    db::target::reference_assets(&mut tx, &paths, now).await.map_err(&doing)?;
    tx.commit().await.map_err(&doing)?;
    Ok(written)
}

/// Removes assets that have had no reference for seven days.
pub(super) async fn remove_unreferenced(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let doing = while_doing("removing old assets");
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    for path in db::target::unreferenced_assets(&mut tx, now - KEPT).await.map_err(&doing)? {
        builder.store.remove(&key(&path), || true)?;
        db::target::forget_asset(&mut tx, &path).await.map_err(&doing)?;
    }
    tx.commit().await.map_err(&doing)
}
