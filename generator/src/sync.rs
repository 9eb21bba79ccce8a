//! A folder's files come into a bucket as `aws s3 sync` has it: what is missing there, has another size or is older than
//! the file is sent; with `--delete`, what the folder does not have is removed. Nothing is remembered between runs, so one
//! that was ended goes on where it was.

pub mod pattern;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};

use crate::build::progress::Progress;
use crate::store::address::Address;
use crate::store::bucket::{self, FILE_BYTES_MAX, Listed};

use self::pattern::Pattern;

/// Files on their way at the same time. They are read as they are sent.
const IN_FLIGHT: usize = 16;

/// Folders within folders; more is a link that leads in a circle.
const DEPTH_MAX: usize = 64;

/// What the caller decides.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Remove what the folder does not have.
    pub delete: bool,
    /// Change nothing, say what would be.
    pub dry_run: bool,
    /// Left out, here and there.
    pub exclude: Vec<Pattern>,
}

/// What is to be done with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is sent.
    Upload(String),
    /// It is removed.
    Delete(String),
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files sent.
    pub uploaded: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Objects removed.
    pub deleted: usize,
    /// Files that were there already.
    pub unchanged: usize,
    /// What failed, with the reason.
    pub failed: Vec<(String, String)>,
    /// What would be done, where nothing was.
    pub steps: Vec<Step>,
}

/// A file of the folder.
#[derive(Clone, Debug)]
struct File {
    path: PathBuf,
    bytes: u64,
    changed: SystemTime,
}

/// Why nothing was synchronised.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Folder {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The bucket cannot be used.
    #[error(transparent)]
    Bucket(#[from] crate::store::Error),
}

/// Brings a folder's files into a bucket.
///
/// # Errors
/// Where the folder or the bucket cannot be looked through; single files that fail are in the summary.
pub async fn sync(dir: &Path, address: Address, options: &Options, progress: &Progress) -> Result<Summary, Error> {
    let is_wanted = |key: &str| !options.exclude.iter().any(|pattern| pattern.matches(key));
    let mut files = BTreeMap::new();
    walk(dir, "", 0, &mut files)?;
    files.retain(|key, _| is_wanted(key));
    let bucket = Arc::new(bucket::Bucket::open(address).await?);
    let mut there = bucket.list_all().await?;
    there.retain(|key, _| is_wanted(key));
    let mut summary = Summary::default();
    let differs = |key: &str, file: &File| there.get(key).is_none_or(|object| is_other(file, object));
    let all = files.len();
    let uploads: Vec<(String, File)> =
        files.iter().filter(|(key, file)| differs(key, file)).map(|(key, file)| (key.clone(), file.clone())).collect();
    summary.unchanged = all - uploads.len();
    let deletions: Vec<String> = match options.delete {
        true => there.keys().filter(|key| !files.contains_key(*key)).cloned().collect(),
        false => Vec::new(),
    };
    if options.dry_run {
        summary.steps = uploads
            .into_iter()
            .map(|(key, _)| Step::Upload(key))
            .chain(deletions.into_iter().map(Step::Delete))
            .collect();
        return Ok(summary);
    }
    progress.begin_with((uploads.len() + deletions.len()) as u64, "file");
    let upload = |(key, file): (String, File)| {
        let bucket = Arc::clone(&bucket);
        async move {
            let outcome = match file.bytes > FILE_BYTES_MAX {
                true => Err("it is larger than 5 TB, and no object may be".to_owned()),
                false => bucket.upload(&key, &file.path, file.bytes).await.map_err(|error| error.to_string()),
            };
            (key, file.bytes, outcome)
        }
    };
    let mut uploading = stream::iter(uploads).map(upload).buffer_unordered(IN_FLIGHT);
    while let Some((key, bytes, outcome)) = uploading.next().await {
        match outcome {
            Ok(()) => {
                summary.uploaded += 1;
                summary.bytes += bytes;
            }
            Err(error) => summary.failed.push((key, error)),
        }
        progress.advance(1);
    }
    let delete = |key: String| {
        let bucket = Arc::clone(&bucket);
        async move { (bucket.delete(&key).await, key) }
    };
    let mut deleting = stream::iter(deletions).map(delete).buffer_unordered(IN_FLIGHT);
    while let Some((outcome, key)) = deleting.next().await {
        match outcome {
            Ok(()) => summary.deleted += 1,
            Err(error) => summary.failed.push((key, error.to_string())),
        }
        progress.advance(1);
    }
    progress.end();
    summary.failed.sort();
    Ok(summary)
}

/// Whether a file is to be sent though an object of its key is there.
fn is_other(file: &File, object: &Listed) -> bool {
    // S3 tells whole seconds.
    let second = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    file.bytes != object.bytes || second(file.changed) > object.changed_seconds
}

/// All files of a folder by their keys; links are followed, as `aws s3 sync` does.
fn walk(dir: &Path, prefix: &str, depth: usize, files: &mut BTreeMap<String, File>) -> Result<(), Error> {
    let failed = |path: &Path, source| Error::Folder { path: path.display().to_string(), source };
    if depth > DEPTH_MAX {
        return Err(failed(
            dir,
            io::Error::other("folders within folders without an end: is there a link in a circle?"),
        ));
    }
    for entry in std::fs::read_dir(dir).map_err(|error| failed(dir, error))? {
        let path = entry.map_err(|error| failed(dir, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(failed(&path, io::Error::other("its name is no UTF-8, and keys are")));
        };
        let key = format!("{prefix}{name}");
        let data = match std::fs::metadata(&path) {
            Ok(data) => data,
            // A link to nothing, as aws has it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&path, error)),
        };
        if data.is_dir() {
            walk(&path, &format!("{key}/"), depth + 1, files)?;
        } else if data.is_file() {
            let changed = data.modified().map_err(|error| failed(&path, error))?;
            files.insert(key, File { path, bytes: data.len(), changed });
        }
    }
    Ok(())
}
