//! Fingerprinted files on the target: written before any page names them, kept for a week after the last did.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db;
use crate::render::assets::is_at_root;
use crate::store::{self, Expected, Found, Put, key};

use super::{Builder, Error, hold_current, on_store, while_doing};

/// How long an asset may take to be written. Whoever writes it writes the same.
const WRITE_TIME: Duration = Duration::from_secs(60);

/// A page in a browser or at the edge may name an asset for a while after the site does not.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Writes the assets that the target lacks; says how many. There are few, so their presence is looked up.
pub(super) async fn write(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<usize, Error> {
    let doing = while_doing("noting assets");
    let assets = builder.renderer.assets.iter();
    let paths: Vec<String> = assets.map(|asset| asset.path.clone()).collect();
    // in between; what is noted afterwards is what counts otherwise.
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
        let written = store.put_all(puts, || Some(WRITE_TIME));
        written.into_iter().try_fold(0, |count, written| written.map(|_| count + 1))
    });
    let written = written.await?.map_err(|error: store::Error| Error::from(error))?;
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    db::target::reference_assets(&mut tx, &paths, now).await.map_err(&doing)?;
    if written > 0 && builder.site.cdn.hears_of_changes() {
        // Those under their own names are kept at an edge as pages are.
        // Those under their own names are kept at an edge as pages are.
        let named = paths.into_iter().filter(|path| is_at_root(path.trim_start_matches('/'))).collect();
        db::purges::add(&mut tx, named).await.map_err(&doing)?;
    }
    tx.commit().await.map_err(&doing)?;
    Ok(written)
}

/// Removes assets that have had no reference for seven days.
pub(super) async fn remove_unreferenced(builder: &Builder, target: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let doing = while_doing("removing old assets");
    let mut tx = builder.db.write().await.map_err(&doing)?;
    hold_current(&mut tx, target, &builder.generation).await?;
    for path in db::target::unreferenced_assets(&mut tx, now - KEPT).await.map_err(&doing)? {
        let key = key(&path);
        on_store(&builder.store, move |store| store.remove(&key, || true)).await??;
        db::target::forget_asset(&mut tx, &path).await.map_err(&doing)?;
    }
    tx.commit().await.map_err(&doing)
}
