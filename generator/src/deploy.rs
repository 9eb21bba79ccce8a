//! A directory that was built and checked elsewhere comes onto a target, without a database: only what differs from the
//! directory that was there before is written, what it has no more is removed, and the CDN is told.
//!
//! The target keeps the manifest of what stands on it. Before anything is written, the entries that are about to change are
//! crossed out there, so that whoever is killed leaves it to the next run to write them again.

pub mod manifest;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::build::target::TARGET_KEY;
use crate::cdn::{self, Cdn};
use crate::render::digest;
use crate::store::{self, CacheClass, Expected, Object, Put, Store, Written, path};

use self::manifest::{MANIFEST_KEY, Manifest, object_of};

/// The manifest of what stands on a target that no database owns.
const PUBLISHED_KEY: &str = ".graveyard/published.json";

/// Files that are held in memory and written together.
const BATCH_FILES: usize = 256;

/// For one batch.
const BATCH_TIME: Duration = Duration::from_secs(300);

/// More of the target's files, in a hundred, are not removed without a word.
const REMOVALS_PERCENT_MAX: usize = 10;

/// Why a directory is not published.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is no built directory.
    #[error("{dir} has no manifest: build it with `generator build --manifest`")]
    NoManifest {
        /// The directory.
        dir: String,
    },
    /// A file is not what was built.
    #[error("{file}: {fault}; build the directory once more with --manifest")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A database's builders write there.
    #[error("{location} belongs to a database, whose builders write there; publish to another place")]
    Owned {
        /// The target.
        location: String,
    },
    /// Something else is there.
    #[error("{location} is not empty and holds no published site; choose an empty place")]
    NotEmpty {
        /// The target.
        location: String,
    },
    /// Too much would go.
    #[error("{removed} of {all} files would be removed from the target; if that is meant, say --allow-deletions")]
    TooManyRemovals {
        /// So many.
        removed: usize,
        /// Of so many.
        all: usize,
    },
    /// The target fails.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The CDN fails.
    #[error("the files are there, but {0}; run it again")]
    Cdn(#[from] cdn::Error),
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files written.
    pub written: usize,
    /// Files that stood there already.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
}

/// Publishes a directory; blocks.
///
/// # Errors
/// Why not; run again it goes on.
pub fn publish(
    dir: &Path,
    store: &Arc<Store>,
    page_class: CacheClass,
    allow_deletions: bool,
    purge: impl FnOnce(Vec<String>) -> Result<(), cdn::Error>,
) -> Result<Summary, Error> {
    let no_manifest = || Error::NoManifest { dir: dir.display().to_string() };
    let manifest = std::fs::read(dir.join(MANIFEST_KEY)).map_err(|_| no_manifest())?;
    let wanted: Manifest = serde_json::from_slice(&manifest).map_err(|_| no_manifest())?;
    let standing = standing(store)?;
    let kept = |key: &String| !wanted.files.contains_key(key);
    let removed: Vec<String> = standing.files.keys().filter(|key| kept(key)).cloned().collect();
    if removed.len() * 100 > standing.files.len() * REMOVALS_PERCENT_MAX && !allow_deletions {
        return Err(Error::TooManyRemovals { removed: removed.len(), all: standing.files.len() });
    }
    // Whether it was written with this class of copies a digest of the manifest does not say.
    let is_same_class = standing.page_class.as_deref() == Some(page_class.cache_control());
    let is_standing = |key: &String, digest: &String| {
        standing.files.get(key) == Some(digest) && (is_same_class || CacheClass::of(key) == CacheClass::Immutable)
    };
    let mut changed: Vec<String> =
        wanted.files.iter().filter(|(key, digest)| !is_standing(key, digest)).map(|(key, _)| key.clone()).collect();
    let mut summary = Summary { written: 0, unchanged: wanted.files.len() - changed.len(), removed: removed.len() };
    if changed.is_empty() && removed.is_empty() {
        return Ok(summary);
    }
    // Whatever is wrong with the directory is found before anything is touched.
    for key in &changed {
        read(dir, key, &wanted, page_class)?;
    }
    cross_out(store, standing, &changed)?;
    // Assets before the pages that name them.
    changed.sort_by_key(|key| (CacheClass::of(key) != CacheClass::Immutable, key.clone()));
    for batch in changed.chunks(BATCH_FILES) {
        let put = |key: &String| {
            read(dir, key, &wanted, page_class).map(|object| Put {
                key: key.clone(),
                object,
                expected: Expected::Anything,
            })
        };
        let puts = batch.iter().map(put).collect::<Result<Vec<_>, Error>>()?;
        let names = puts.iter().map(|put| put.key.clone()).collect::<Vec<_>>();
        for (key, written) in names.into_iter().zip(store.put_all(puts, || Some(BATCH_TIME))) {
            if !matches!(written?, Written::Done(_)) {
                return Err(Error::File { file: key, fault: "its write was not answered in time".to_owned() });
            }
            summary.written += 1;
        }
    }
    match store.has_locks() {
        true => removed.iter().try_for_each(|key| store.remove(key, || true).map(|_| ()))?,
        false => store.remove_all(removed.clone()).into_iter().collect::<Result<(), _>>()?,
    }
    store.sync()?;
    purge(
        changed
            .iter()
            .filter(|key| CacheClass::of(key) != CacheClass::Immutable)
            .chain(&removed)
            .map(|key| path(key))
            .collect(),
    )?;
    let now = Manifest { page_class: Some(page_class.cache_control().to_owned()), ..wanted };
    write_manifest(store, &now)?;
    Ok(summary)
}

/// What stands on the target.
fn standing(store: &Store) -> Result<Manifest, Error> {
    if store.get(TARGET_KEY)?.is_some() {
        return Err(Error::Owned { location: store.location() });
    }
    match store.get(PUBLISHED_KEY)?.map(|body| serde_json::from_slice(&body)) {
        Some(Ok(manifest)) => Ok(manifest),
        Some(Err(_)) => Err(Error::NotEmpty { location: store.location() }),
        None if store.is_empty()? => Ok(Manifest::default()),
        None => Err(Error::NotEmpty { location: store.location() }),
    }
}

/// Crosses out what is about to change, and notes what is about to come, so that it is removed if it never gets so far.
fn cross_out(store: &Store, mut standing: Manifest, changed: &[String]) -> Result<(), Error> {
    for key in changed {
        standing.files.insert(key.clone(), String::new());
    }
    write_manifest(store, &standing)
}

fn write_manifest(store: &Store, manifest: &Manifest) -> Result<(), Error> {
    let body = serde_json::to_vec(manifest).expect("texts are JSON");
    let object = Object { body, content_type: "application/json", class: CacheClass::Revalidate, redirect: None };
    store.put(PUBLISHED_KEY, &object, || true)?;
    Ok(())
}

/// A file as an object; it has to be the one that was built.
fn read(dir: &Path, key: &str, manifest: &Manifest, page_class: CacheClass) -> Result<Object, Error> {
    let file = dir.join(key);
    let fault = |fault: String| Error::File { file: file.display().to_string(), fault };
    let body = std::fs::read(&file).map_err(|error| fault(error.to_string()))?;
    let expected = manifest.files.get(key).map(String::as_str).unwrap_or_default();
    object_of(key, body, expected, page_class).ok_or_else(|| fault("it is not what was built".to_owned()))
}

/// Tells the CDN at once, without a database to remember what it does not take, and once more after a pause, as a queue
/// does: an edge may have fetched a page just before it was written. `waits` is told of the pause.
///
/// # Errors
/// What it does not take.
pub async fn purge(
    cdn: &Cdn,
    site_url: &str,
    paths: Vec<String>,
    again: Duration,
    waits: impl FnOnce(),
) -> Result<(), cdn::Error> {
    if *cdn == Cdn::None || paths.is_empty() {
        return Ok(());
    }
    cdn::purge_at_once(cdn, site_url, paths.clone()).await?;
    waits();
    tokio::time::sleep(again).await;
    cdn::purge_at_once(cdn, site_url, paths).await
}

/// Writes the manifest of a folder that was just built.
///
/// # Errors
/// Where it cannot be written.
pub fn write(dir: &Path, files: BTreeMap<String, String>) -> io::Result<()> {
    let file = dir.join(MANIFEST_KEY);
    let temporary = file.with_extension("new");
    std::fs::write(&temporary, serde_json::to_vec(&Manifest { files, page_class: None })?)?;
    std::fs::rename(temporary, file)
}

/// The digest of an asset as a manifest names it.
pub fn asset_digest(object: &Object) -> String {
    hex(&digest(object))
}

/// A digest as a manifest names it.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
