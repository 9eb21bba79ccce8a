//! Files that members bring: read by what they hold, written anew where they are pictures, named by their content, and
//! private until something public shows them.
//!
//! Each is kept under [`PRIVATE`] of `UPLOADS`, which no server shows, for as long as anybody needs it; while something
//! public shows it, a copy stands at its public path as well. What the database says is the truth; [`moving`] has the
//! copies follow it.

pub mod document;
pub mod jobs;
mod jpeg;
pub mod moving;
pub mod picture;
pub mod private;
pub mod public;
mod reading;
mod reduced;

use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use generator::db::uploads;
use generator::model::{MemberId, Upload, copies};
use generator::site::locale::Locale;
use generator::store::address::is_address;
use generator::store::bucket::PRIVATE;
use generator::store::{CacheClass, Object, Store};
use tokio::sync::{OnceCell, Semaphore};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::sent::Incoming;
use crate::memory::Share;

use self::picture::{Picture, Written};

/// The largest picture as it comes.
pub const PICTURE_BYTES_MAX: u64 = 15_000_000;
/// The largest file to download.
pub const DOCUMENT_BYTES_MAX: u64 = 30_000_000;
/// What one member may have here that nothing public shows.
const PRIVATE_BYTES_MAX: i64 = 300_000_000;
/// Taken at once: each is held in memory as it came. What a member has is counted within the turn, so more than one would need a
/// turn for each member as well.
const WORKERS: usize = 1;
/// Where no private file ever is.
const NOTHING: &str = "nothing";
/// The folder of what members bring, apart from what came with an import.
const FOLDER: &str = "u";
/// Letters of the content's hash in a name: 128 bits.
const HASH_CHARS: usize = 32;

/// Where uploads are, and the turn to work on them.
pub struct Uploads {
    place: PathBuf,
    store: OnceCell<Arc<Store>>,
    work: Arc<Semaphore>,
}

/// What a file is brought for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A picture within a text.
    Picture,
    /// A picture that a work consists of, with its small form for lists.
    PictureWithThumbnail,
    /// A file to download.
    Document,
    /// A member's icon.
    Icon,
}

/// A file that is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// It.
    pub upload: Upload,
    /// Its small form.
    pub thumbnail: Option<Upload>,
}

/// Why a file is not kept; its sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefusal {
    /// Larger than its kind may be.
    TooLarge {
        /// In millions of bytes.
        megabytes: u64,
    },
    /// Nothing in it.
    Empty,
    /// No picture of a kind that is shown here.
    NoPicture,
    /// A picture that is broken.
    Broken,
    /// A picture with too many points.
    TooManyPixels,
    /// A picture with too many points for the way it is stored.
    TooMuchMemory {
        /// So many millions it may have.
        megapixels: u64,
    },
    /// No kind of file that is offered for download here.
    NoDocument,
    /// Its member has too much here that nothing shows.
    NoRoom,
}

impl FileRefusal {
    /// What its sender is told.
    pub fn text(self, locale: &Locale) -> String {
        match self {
            FileRefusal::TooLarge { megabytes } => {
                locale.text(self.message(), &[("megabytes", megabytes.cast_signed().into())])
            }
            FileRefusal::TooMuchMemory { megapixels } => {
                locale.text(self.message(), &[("megapixels", megapixels.cast_signed().into())])
            }
            _ => locale.text(self.message(), &[]),
        }
    }

    fn message(self) -> &'static str {
        match self {
            FileRefusal::TooLarge { .. } => "upload-too-large",
            FileRefusal::Empty => "upload-empty",
            FileRefusal::NoPicture => "upload-no-picture",
            FileRefusal::Broken => "upload-broken",
            FileRefusal::TooManyPixels => "upload-too-many-pixels",
            FileRefusal::TooMuchMemory { .. } => "upload-too-much-memory",
            FileRefusal::NoDocument => "upload-no-document",
            FileRefusal::NoRoom => "upload-no-room",
        }
    }
}

impl From<picture::Fault> for FileRefusal {
    fn from(fault: picture::Fault) -> FileRefusal {
        match fault {
            picture::Fault::Unknown => FileRefusal::NoPicture,
            picture::Fault::Broken => FileRefusal::Broken,
            picture::Fault::TooManyPixels => FileRefusal::TooManyPixels,
            picture::Fault::TooMuchMemory { megapixels } => FileRefusal::TooMuchMemory { megapixels },
        }
    }
}

impl Purpose {
    /// The largest file that may come for it, in bytes.
    pub fn bytes_max(self) -> u64 {
        match self {
            Purpose::Document => DOCUMENT_BYTES_MAX,
            Purpose::Picture | Purpose::PictureWithThumbnail | Purpose::Icon => PICTURE_BYTES_MAX,
        }
    }
}

/// An upload with its objects: public path → object.
struct Made {
    upload: Upload,
    content_type: &'static str,
    objects: Vec<(String, Object)>,
}

impl Uploads {
    /// At a place that is opened when the first file comes, or in a store that is there.
    pub fn new(place: PathBuf, store: Option<Arc<Store>>) -> Uploads {
        Uploads { place, store: OnceCell::new_with(store), work: Arc::new(Semaphore::new(WORKERS)) }
    }

    /// Where files wait that are still coming: beside where they will be kept, if that is a disk.
    pub fn waiting_room(&self) -> PathBuf {
        if is_address(&self.place) { std::env::temp_dir() } else { self.place.clone() }
    }

    /// The folder that they are in, unless they are elsewhere.
    pub fn folder(&self) -> Option<&Path> {
        let is_folder = match self.store.get().map(AsRef::as_ref) {
            Some(store) => matches!(store, Store::Directory(_)),
            None => !is_address(&self.place),
        };
        is_folder.then_some(self.place.as_path())
    }

    /// Where they are kept.
    ///
    /// # Errors
    /// A place that cannot be used.
    pub async fn store(&self) -> Result<Arc<Store>> {
        let open = || async {
            let place = self.place.clone();
            let opened = tokio::task::spawn_blocking(move || Store::open_uploads(&place)).await;
            match opened {
                Ok(Ok(store)) => Ok(Arc::new(store)),
                Ok(Err(error)) => Err(Fault::Unavailable(format!("UPLOADS cannot be used: {error}"))),
                Err(error) => Err(Fault::Internal(error.to_string())),
            }
        };
        Ok(Arc::clone(self.store.get_or_try_init(open).await?))
    }
}

impl Uploads {
    /// Looks whether they can be used at all, where that is not plain from a folder's being there.
    ///
    /// # Errors
    /// A place that cannot be used, with the setting to change.
    pub async fn look(&self) -> Result<()> {
        let store = self.store().await?;
        if !matches!(*store, Store::S3(_)) {
            return Ok(());
        }
        let looked = tokio::task::spawn_blocking(move || store.get(&private_key(NOTHING))).await;
        looked.map_err(|error| internal(&error))?.map(drop).map_err(|error| not_kept(&error).into())
    }
}

/// Takes a file from a member: reads it, keeps it and notes whose it is.
///
/// # Errors
/// A store or database that is away. That the file is none that can be kept is no error but a [`FileRefusal`].
pub async fn take(
    app: &App,
    member: MemberId,
    incoming: Incoming,
    purpose: Purpose,
) -> Result<std::result::Result<Kept, FileRefusal>> {
    if incoming.bytes > purpose.bytes_max() {
        return Ok(Err(FileRefusal::TooLarge { megabytes: purpose.bytes_max() / 1_000_000 }));
    }
    if incoming.bytes == 0 {
        return Ok(Err(FileRefusal::Empty));
    }
    let now = app.now();
    let store = app.uploads.store().await?;
    // From here to the commit nobody else's file comes between in this process: forms that are sent side by side find each
    // other's files counted. Through several sidecars at once a member may get in one file more for each.
    let turn = Arc::clone(&app.uploads.work).acquire_owned().await.map_err(|error| internal(&error))?;
    let has = uploads::private_bytes(&mut app.snapshot().await?, member).await?;
    if has.saturating_add_unsigned(incoming.bytes) > PRIVATE_BYTES_MAX {
        return Ok(Err(FileRefusal::NoRoom));
    }
    let name = incoming.name.clone();
    let reading = tokio::task::spawn_blocking(move || -> Result<_> {
        let bytes = whole(incoming)?;
        Ok((needed_mib(&bytes, purpose), bytes))
    });
    let (needed, bytes) = reading.await.map_err(|error| internal(&error))??;
    let mut share = match needed {
        Ok(mib) => app.memory.take(mib).await?,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let keeper = Arc::clone(&store);
    let working = tokio::task::spawn_blocking(move || -> Result<std::result::Result<_, FileRefusal>> {
        let made = match make(&name, bytes, purpose, &mut share) {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for (path, object) in made.iter().flat_map(|made| &made.objects) {
            keeper.put_lasting(&private_key(path), object).map_err(|error| not_kept(&error))?;
        }
        // Whoever sent it may be gone: the turn lasts for as long as it is worked on.
        Ok(Ok((made, turn)))
    });
    let (made, turn) = match working.await {
        Ok(worked) => match worked? {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        },
        Err(error) => {
            tracing::error!("a defect in a decoder of pictures, the file is refused: {error}");
            return Ok(Err(FileRefusal::Broken));
        }
    };
    let mut tx = app.write().await?;
    for made in &made {
        uploads::bring(&mut tx, &made.upload, made.content_type, member, now).await?;
    }
    tx.commit().await?;
    drop(turn);
    let (made, objects): (Vec<Upload>, Vec<_>) = made.into_iter().map(|made| (made.upload, made.objects)).unzip();
    again(store, objects.into_iter().flatten().collect()).await?;
    let mut made = made.into_iter();
    let upload = made.next().ok_or_else(|| Fault::Internal("a file that nothing was made of".to_owned()))?;
    Ok(Ok(Kept { upload, thumbnail: made.next() }))
}

/// Writes once more what somebody has removed who forgot the same file just before it was noted again.
async fn again(store: Arc<Store>, objects: Vec<(String, Object)>) -> Result<()> {
    let written = tokio::task::spawn_blocking(move || {
        for (path, object) in objects {
            let key = private_key(&path);
            if !store.exists(&key)? {
                store.put_lasting(&key, &object)?;
            }
        }
        Ok(())
    });
    written.await.map_err(|error| internal(&error))?.map_err(|error| not_kept(&error).into())
}

/// A file that has come, as a whole: it is bounded, and few are worked on at once.
fn whole(mut incoming: Incoming) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = incoming.file.rewind().and_then(|()| incoming.file.read_to_end(&mut bytes));
    read.map_err(|error| Fault::Unavailable(format!("cannot read a file that has come: {error}")))?;
    Ok(bytes)
}

/// What is needed to read a file, by its head, in MiB.
fn needed_mib(bytes: &[u8], purpose: Purpose) -> std::result::Result<u32, FileRefusal> {
    match purpose {
        Purpose::Document => Ok(0),
        _ => Ok(picture::declared(bytes)?.mib().0),
    }
}

/// What is kept of a file. Of its share of the memory it gives back what it no longer needs.
fn make(
    name: &str,
    bytes: Vec<u8>,
    purpose: Purpose,
    share: &mut Share,
) -> std::result::Result<Vec<Made>, FileRefusal> {
    if purpose == Purpose::Document {
        let kind = document::kind(&bytes).ok_or(FileRefusal::NoDocument)?;
        let path = format!("{}/{}", folder(&bytes), document::name(name, kind));
        let upload = Upload { path: path.clone(), size_bytes: bytes.len() as i64, ..Upload::default() };
        let objects = vec![(path, object(bytes, kind.content_type))];
        return Ok(vec![Made { upload, content_type: kind.content_type, objects }]);
    }
    let declared = picture::declared(&bytes)?;
    let (_, writing) = declared.mib();
    let picture = declared.decode()?;
    drop(bytes);
    share.shrink(writing);
    Ok(written(&picture, purpose)?)
}

fn written(picture: &Picture, purpose: Purpose) -> std::result::Result<Vec<Made>, picture::Fault> {
    let written = match purpose {
        Purpose::Icon => vec![picture.icon()?],
        Purpose::PictureWithThumbnail => vec![picture.write()?, picture.thumbnail()?],
        Purpose::Picture | Purpose::Document => vec![picture.write()?],
    };
    Ok(written.into_iter().map(picture_made).collect())
}

fn picture_made(written: Written) -> Made {
    let widths: Vec<String> = written.copies.iter().map(|(width, _)| width.to_string()).collect();
    let upload = Upload {
        path: format!("{}.{}", folder(&written.bytes), written.extension),
        size_bytes: written.bytes.len() as i64,
        width: Some(written.width.into()),
        height: Some(written.height.into()),
        widths: widths.join(" "),
    };
    let paths: Vec<String> = upload.copies().map(|(_, path)| path).collect();
    let copies = paths.into_iter().zip(written.copies).map(|(path, (_, bytes))| (path, object(bytes, "image/webp")));
    let mut objects: Vec<(String, Object)> = copies.collect();
    objects.push((upload.path.clone(), object(written.bytes, written.content_type)));
    Made { upload, content_type: written.content_type, objects }
}

/// Where a file of this content belongs: two letters of its hash to keep folders small, then the hash.
fn folder(bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    format!("{FOLDER}/{}/{}", &hash[..2], &hash[2..HASH_CHARS])
}

/// As it is kept in private; what becomes public gets another class.
fn object(body: Vec<u8>, content_type: &'static str) -> Object {
    Object { body, content_type, class: CacheClass::Private, redirect: None }
}

/// Where the private copy of a public path is.
fn private_key(path: &str) -> String {
    format!("{PRIVATE}/{path}")
}

/// The paths of a file and its copies, each with its type.
fn paths(path: &str, content_type: &str, widths: &str) -> Vec<(String, String)> {
    let copies = copies(path, widths).map(|(_, path)| (path, "image/webp".to_owned()));
    copies.chain([(path.to_owned(), content_type.to_owned())]).collect()
}

/// The type of an object by its name in the database, which came from one of these.
fn static_type(content_type: &str) -> &'static str {
    const PICTURES: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];
    let picture = PICTURES.into_iter().find(|known| *known == content_type);
    picture.or_else(|| generator::store::download_type(content_type)).unwrap_or("application/octet-stream")
}

fn not_kept(error: &generator::store::Error) -> Fault {
    Fault::Unavailable(format!("UPLOADS fails: {error}"))
}

fn internal(error: &dyn std::error::Error) -> Fault {
    Fault::Internal(error.to_string())
}
