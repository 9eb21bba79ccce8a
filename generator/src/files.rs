//! The files that make a site: the shipped ones, embedded in the program, and a site's own over them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../content");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../templates");
static STATIC: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../static");

/// Files by their path within the folder, with slashes.
pub type Files = BTreeMap<String, File>;

/// A file's bytes and the name that errors call it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The content.
    pub bytes: Vec<u8>,
    /// Where it is: a path on disk, or the path in the program's own files.
    pub origin: PathBuf,
}

impl File {
    /// The content as text.
    ///
    /// # Errors
    /// Where it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.bytes).map_err(|source| Error::Utf8 { path: self.origin.clone(), source })
    }
}

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system says no.
    #[error("cannot read {path}: {source}")]
    Read {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder that is no site.
    #[error("{path} is missing: SITE must be a folder with a content/ of its own, see the README")]
    NoSite {
        /// The file that makes a folder a site.
        path: PathBuf,
    },
    /// Not text.
    #[error("{path} is not UTF-8 text: {source}")]
    Utf8 {
        /// The file.
        path: PathBuf,
        /// Where it stops being text.
        source: std::str::Utf8Error,
    },
}

/// The three folders of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFiles {
    /// `content/`: the site's own or, where it has none, the shipped one; never a mixture.
    pub content: Files,
    /// `templates/`: the shipped ones and the site's own laid over them.
    pub templates: Files,
    /// `static/`: likewise.
    pub statics: Files,
}

/// Reads the site in `folder`; the current folder, `.`, may be none where it has no content/ at all, and then the
/// shipped site is read.
///
/// # Errors
/// Where a file cannot be read.
pub fn read_site(folder: &Path) -> Result<SiteFiles, Error> {
    let content = folder.join("content");
    let content = if content.join("site.toml").exists() {
        read_folder(&content)?
    } else if folder == Path::new(".") && !content.exists() {
        embedded(&CONTENT, "content")
    } else {
        return Err(Error::NoSite { path: content.join("site.toml") });
    };
    Ok(SiteFiles {
        content,
        templates: layered(&TEMPLATES, "templates", folder)?,
        statics: layered(&STATIC, "static", folder)?,
    })
}

/// The shipped files alone.
pub fn shipped_site() -> SiteFiles {
    SiteFiles {
        content: embedded(&CONTENT, "content"),
        templates: embedded(&TEMPLATES, "templates"),
        statics: embedded(&STATIC, "static"),
    }
}

/// Whether the program brings a template of this name.
pub fn is_shipped_template(name: &str) -> bool {
    TEMPLATES.get_file(name).is_some()
}

fn layered(shipped: &Dir<'_>, name: &str, folder: &Path) -> Result<Files, Error> {
    let mut files = embedded(shipped, name);
    let own = folder.join(name);
    if own.is_dir() {
        files.extend(read_folder(&own)?);
    }
    Ok(files)
}

fn embedded(dir: &Dir<'_>, name: &str) -> Files {
    let mut files = Files::new();
    let mut folders = vec![dir];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            let origin = Path::new(name).join(file.path());
            files.insert(path, File { bytes: file.contents().to_vec(), origin });
        }
    }
    files
}

/// All files under a folder, dot files left out but for `.well-known/`, which others look for.
///
/// # Errors
/// Where one cannot be read.
pub fn read_folder(root: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |source| Error::Read { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
            let hidden = name.starts_with('.') && !(name == ".well-known" && folder == root);
            if hidden {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, File { bytes, origin: path });
        }
    }
    Ok(files)
}
