//! Files follow what shows them: a copy at the public path while something public does, none otherwise.
//!
//! What may have changed that was counted in the same transaction, so a process that ends in between leaves the count, and
//! the next look goes on. A copy too many is made without any lock; a copy is removed only while the row is locked, so that
//! nobody begins to show the file meanwhile.

use std::sync::Arc;

use chrono::TimeDelta;
use generator::db::uploads::{self, File, Unsettled};
use generator::model::CreationId;
use generator::store::bucket::content_type as upload_type;
use generator::store::{CacheClass, Store};

use crate::app::App;
use crate::error::Result;

use super::{FOLDER, internal, not_kept, paths, private_key, static_type};

/// Files looked at in one go.
const BATCH: i64 = 50;

/// How long a copy may still be on its way to a bucket whose sender was killed. All tries of a request take less.
pub const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(60);

/// Puts the files of a work in their public places before it is published, so that no reader sees its page without
/// them. If it is not published then, they are removed by [`settle`].
///
/// # Errors
/// A database or store that is away.
pub async fn prepare(app: &App, creation: CreationId) -> Result<()> {
    let mut tx = app.write().await?;
    uploads::unsettle(&mut tx, creation).await?;
    let files = uploads::unsettled_of(&mut tx, creation).await?;
    tx.commit().await?;
    if files.is_empty() {
        return Ok(());
    }
    let store = app.uploads.store().await?;
    for file in files {
        publish(&store, &file).await?;
    }
    Ok(())
}

/// As [`prepare`], before a work that is public already gets these texts, of the files that they name. Gives whether there are
/// any that were private.
///
/// # Errors
/// A database or store that is away.
pub async fn prepare_named(app: &App, creation: CreationId, texts: &[&str]) -> Result<bool> {
    let attached = uploads::of_creation(&mut app.snapshot().await?, creation).await?;
    let is_named = |path: &str| texts.iter().any(|text| text.contains(path));
    let mut named = attached.into_iter().filter(|file| !file.is_public && is_named(&file.upload.path)).peekable();
    let has_any = named.peek().is_some();
    for file in named {
        prepare_file(app, &file.upload.path).await?;
    }
    Ok(has_any)
}

/// As [`prepare`], for a file that something else than a work is about to show.
///
/// # Errors
/// A database or store that is away.
pub async fn prepare_file(app: &App, path: &str) -> Result<()> {
    let mut tx = app.write().await?;
    uploads::unsettle_files(&mut tx, &[path.to_owned()]).await?;
    let file = uploads::unsettled_file(&mut tx, path).await?;
    tx.commit().await?;
    match file {
        Some(file) => publish(&app.uploads.store().await?, &file).await,
        None => Ok(()),
    }
}

/// As [`settle`], after something was prepared; what fails now is looked at again within a moment.
pub async fn settle_soon(app: &App) {
    if let Err(error) = settle(app).await {
        tracing::debug!("cannot settle files yet: {}", error.fault);
    }
}

/// Moves all files that may stand in a wrong place; says how many there were.
///
/// # Errors
/// A database or store that is away. What was moved by then stays moved.
pub async fn settle(app: &App) -> Result<usize> {
    let mut moved = 0;
    loop {
        let files = uploads::unsettled(&mut app.snapshot().await?, BATCH).await?;
        if files.is_empty() {
            withdraw_again(app).await?;
            return Ok(moved);
        }
        let store = app.uploads.store().await?;
        for file in &files {
            settle_one(app, &store, file).await?;
        }
        moved += files.len();
    }
}

async fn settle_one(app: &App, store: &Arc<Store>, seen: &Unsettled) -> Result<()> {
    if seen.is_wanted {
        publish(store, seen).await?;
    }
    let mut tx = app.write().await?;
    let Some(now) = uploads::lock_unsettled(&mut tx, &seen.path).await? else { return Ok(()) };
    // Counted once more meanwhile: the next look knows.
    if now.unsettled != seen.unsettled || now.is_wanted != seen.is_wanted {
        return Ok(());
    }
    let mut again_at = None;
    if !now.is_wanted {
        keep(store, &now).await?;
        remove(store, public_keys(&now.path, &now.content_type, &now.widths)).await?;
        // Where there are locks, who was killed has nothing on its way.
        again_at = (!store.has_locks()).then(|| app.now() + ON_ITS_WAY);
    }
    uploads::settled(&mut tx, &now.path, now.is_wanted, again_at).await?;
    Ok(tx.commit().await?)
}

/// Removes once more what was removed while others may have had a copy on its way.
async fn withdraw_again(app: &App) -> Result<()> {
    loop {
        let files = uploads::withdrawn_again(&mut app.snapshot().await?, app.now(), BATCH).await?;
        if files.is_empty() {
            return Ok(());
        }
        let store = app.uploads.store().await?;
        for File { path, content_type, widths } in files {
            let mut tx = app.write().await?;
            if uploads::withdraw_again(&mut tx, &path).await? {
                remove(&store, public_keys(&path, &content_type, &widths)).await?;
            }
            tx.commit().await?;
        }
    }
}

async fn publish(store: &Arc<Store>, file: &Unsettled) -> Result<()> {
    let paths = paths(&file.path, &file.content_type, &file.widths);
    on_store(store, move |store| {
        for (path, content_type) in paths {
            // Those that came with an import are of more types than members may bring.
            let content_type = if is_of_members(&path) { static_type(&content_type) } else { upload_type(&path) };
            // What is not there, somebody has forgotten meanwhile.
            store.copy_lasting(&private_key(&path), &path, content_type, CacheClass::Revalidate)?;
        }
        Ok(())
    })
    .await
}

/// Keeps files that have no private copy: what came with an import was copied to the public place alone.
async fn keep(store: &Arc<Store>, file: &Unsettled) -> Result<()> {
    if is_of_members(&file.path) {
        return Ok(());
    }
    let path = file.path.clone();
    on_store(store, move |store| {
        store.copy_lasting(&path, &private_key(&path), upload_type(&path), CacheClass::Private).map(drop)
    })
    .await
}

/// Looks once more at imported files that nobody is to get: whoever copies the old uploads puts them back.
///
/// # Errors
/// A database that is away.
pub async fn look_again(app: &App) -> Result<()> {
    let mut tx = app.write_relaxed().await?;
    uploads::imported::look_again(&mut tx, &format!("{FOLDER}/")).await?;
    Ok(tx.commit().await?)
}

/// Whether members brought a file of that path here, so that it has a private copy.
fn is_of_members(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

fn public_keys(path: &str, content_type: &str, widths: &str) -> Vec<String> {
    paths(path, content_type, widths).into_iter().map(|(path, _)| path).collect()
}

/// Removes what nothing has shown and nobody works on since a moment; says how many files.
///
/// # Errors
/// A database or store that is away.
pub async fn forget(app: &App, before: chrono::DateTime<chrono::Utc>) -> Result<usize> {
    let mut forgotten = 0;
    loop {
        let files = uploads::forgettable(&mut app.snapshot().await?, before, BATCH).await?;
        if files.is_empty() {
            return Ok(forgotten);
        }
        let store = app.uploads.store().await?;
        for File { path, content_type, widths } in files {
            let mut tx = app.write().await?;
            if !uploads::forget(&mut tx, &path, before).await? {
                continue;
            }
            let paths = paths(&path, &content_type, &widths).into_iter().map(|(path, _)| path);
            let keys = paths.flat_map(|path| [private_key(&path), path]).collect();
            // Within the transaction: where it is not made, the row is there to be looked at again.
            remove(&store, keys).await?;
            tx.commit().await?;
            forgotten += 1;
        }
    }
}

async fn remove(store: &Arc<Store>, keys: Vec<String>) -> Result<()> {
    on_store(store, move |store| {
        for key in &keys {
            store.remove(key, || true)?;
        }
        store.sync_removals(&keys)
    })
    .await
}

async fn on_store(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> std::result::Result<(), generator::store::Error> + Send + 'static,
) -> Result<()> {
    let store = Arc::clone(store);
    let done = tokio::task::spawn_blocking(move || work(&store)).await.map_err(|error| internal(&error))?;
    done.map_err(|error| not_kept(&error).into())
}
