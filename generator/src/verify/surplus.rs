//! Files of the target that belong to no page, and assets that are missing or forged.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::build::{self, Builder};
use crate::db::{records, target};
use crate::store::{key, path};

use super::{Difference, Error, Findings};

/// Files that are looked up at once.
const FILES: usize = 1_000;

/// Finds the files whose path no page owns and that are no asset, those that are about to be removed left out.
pub(super) async fn find(builder: &Builder, findings: &mut Findings) -> Result<(), Error> {
    for asset in builder.renderer.assets.iter() {
        let found = builder.store.get(&key(&asset.path)).map_err(build::Error::from)?;
        match found {
            None => findings.add(asset.path.clone(), None, Difference::Missing),
            Some(body) if body != asset.object.body => findings.add(asset.path.clone(), None, Difference::Different),
            Some(_) => {}
        }
    }
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
        for path in unowned(builder, &paths).await? {
            // A builder may have removed it between the walk and the look into the database.
            if builder.store.get(&key(&path)).map_err(build::Error::from)?.is_some() {
                findings.add(path, None, Difference::Surplus);
            }
        }
        paths.clear();
    }
    walk.await.map_err(build::Error::from)?.map_err(build::Error::from)?;
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
