//! Files of the target that belong to no page, and assets that are missing or forged.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::build::{self, Builder};
use crate::db::{records, target};
use crate::store::{Found, key, path};

use super::{Difference, Error, Findings};

/// Files that are looked up at once.
const FILES: usize = 1_000;

/// Finds the files whose path no page owns and that are no asset, those that are about to be removed left out.
pub(super) async fn find(builder: &Builder, findings: &mut Findings) -> Result<(), Error> {
    compare_assets(builder, findings).await?;
    let assets = noted_assets(builder).await?;
    let (sender, mut receiver) = mpsc::channel(FILES);
    let store = Arc::clone(&builder.store);
    // The walk through a large folder is slow and blocks; its keys come as they are found.
    let walk = tokio::task::spawn_blocking(move || {
        store.each_key(&mut |key| {
            // Where nobody listens any more, the search has ended with an error.
            let _ = sender.blocking_send(path(&key));
        })
    });
    let mut paths = Vec::with_capacity(FILES);
    while receiver.recv_many(&mut paths, FILES).await > 0 {
        paths.retain(|path| !assets.contains(path));
        // A builder may have removed one between the walk and the look into the database.
        let left = unowned(builder, &paths).await?;
        let keys: Vec<_> = left.iter().map(|path| (key(path), None)).collect();
        let found = build::on_store(&builder.store, move |store| store.find_all(keys)).await;
        for (path, found) in left.into_iter().zip(found.map_err(build::Error::from)?) {
            if found.map_err(build::Error::from)? != Found::Missing {
                findings.add(path, None, Difference::Surplus);
            }
        }
        paths.clear();
    }
    walk.await.map_err(build::Error::from)?.map_err(build::Error::from)?;
    Ok(())
}

/// Finds the assets that are missing or forged. There are few, and they are read.
async fn compare_assets(builder: &Builder, findings: &mut Findings) -> Result<(), Error> {
    let keys: Vec<_> = builder.renderer.assets.iter().map(|asset| (key(&asset.path), None)).collect();
    let found = build::on_store(&builder.store, move |store| store.find_all(keys)).await.map_err(build::Error::from)?;
    for (asset, found) in builder.renderer.assets.iter().zip(found) {
        let difference = match found.map_err(build::Error::from)? {
            Found::Missing => Difference::Missing,
            Found::Body(body, attributes)
                if body == asset.object.body
                    && attributes.as_ref().is_none_or(|attributes| attributes.are_of(&asset.object)) =>
            {
                continue;
            }
            Found::Body(..) | Found::Version(_) => Difference::Different,
        };
        findings.add(asset.path.clone(), None, difference);
    }
    Ok(())
}

async fn noted_assets(builder: &Builder) -> Result<HashSet<String>, Error> {
    let doing = build::while_doing("reading which assets are kept");
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    Ok(target::assets(&mut tx).await.map_err(&doing)?.into_iter().collect())
}

async fn unowned(builder: &Builder, paths: &[String]) -> Result<Vec<String>, Error> {
    let doing = build::while_doing("looking up whose files are");
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    let owners = records::owners(&mut tx, paths).await.map_err(&doing)?;
    let buried = records::buried(&mut tx, paths).await.map_err(&doing)?;
    let belongs = |path: &&String| owners.contains_key(*path) || buried.contains(*path);
    Ok(paths.iter().filter(|path| !belongs(path)).cloned().collect())
}
