//! The site's files as they are now, and the watch over them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anstream::eprintln;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use serde::Serialize;
use tokio::sync::{mpsc, watch};

use crate::files::{self, File, Files, SiteFiles};
use crate::render::Renderer;
use crate::settings::Settings;
use crate::site::Site;

use super::Error;

/// The folders of a site that shape its pages.
const FOLDERS: [&str; 3] = ["content", "templates", "static"];

/// An editor writes a file in several steps: so long after the first of them it is read.
const SETTLE: Duration = Duration::from_millis(30);

/// The site's files at one moment, read and compiled, or what is wrong with them.
pub(super) struct Edition {
    /// Larger than that of any earlier edition, also of a server before this one.
    pub(super) number: u64,
    /// The number of the one before, which `change` is about.
    former: Option<u64>,
    /// The files, as far as they could be read.
    pub(super) files: Option<SiteFiles>,
    pub(super) state: Result<Ready, String>,
    change: Change,
}

/// Files that pages can be made of.
pub(super) struct Ready {
    pub(super) site: Arc<Site>,
    pub(super) renderer: Arc<Renderer>,
}

/// What an open page has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    /// Load again.
    Page,
    /// Take the new stylesheets.
    Style,
}

impl Edition {
    /// Reads the files of a site that is served at `url`.
    pub(super) fn read(settings: &Settings, url: &str, former: Option<&Edition>) -> Edition {
        let number = next_number();
        let before = former.map(|former| former.number);
        let files = match files::read_site(&settings.site) {
            Ok(files) => files,
            Err(error) => {
                let state = Err(error.to_string());
                return Edition { number, former: before, files: None, state, change: Change::Page };
            }
        };
        let state = compile(&files, settings, url);
        let only_styles = |former: &Edition| {
            former.state.is_ok() && former.files.as_ref().is_some_and(|before| differ_in_styles_alone(before, &files))
        };
        let change = if state.is_ok() && former.is_some_and(only_styles) { Change::Style } else { Change::Page };
        Edition { number, former: before, files: Some(files), state, change }
    }

    /// What an open page is told: JSON with `number`, `former`, `change` and the `styles`' addresses.
    pub(super) fn announcement(&self) -> String {
        #[derive(Serialize)]
        struct Announcement {
            number: u64,
            former: Option<u64>,
            change: Change,
            styles: Vec<String>,
        }
        let assets = self.state.as_ref().map(|ready| ready.renderer.assets.urls()).unwrap_or_default();
        let styles = assets.into_values().filter(|url| url.ends_with(".css")).collect();
        let announcement = Announcement { number: self.number, former: self.former, change: self.change, styles };
        serde_json::to_string(&announcement).expect("numbers and texts are JSON")
    }
}

/// The time in milliseconds, or one more than the last number where the clock stands or was set back: only open pages
/// ever see it.
fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    let last = LAST.fetch_max(now, Ordering::Relaxed);
    if now > last { now } else { LAST.fetch_add(1, Ordering::Relaxed) + 1 }
}

fn compile(files: &SiteFiles, settings: &Settings, url: &str) -> Result<Ready, String> {
    let site = Site::load(files, url, &settings.uploads_url).map_err(|error| error.to_string())?;
    let renderer = Renderer::new(&site, files).map_err(|error| error.to_string())?;
    Ok(Ready { site: Arc::new(site), renderer: Arc::new(renderer) })
}

fn differ_in_styles_alone(before: &SiteFiles, after: &SiteFiles) -> bool {
    fn without_styles(files: &Files) -> impl Iterator<Item = (&String, &File)> {
        files.iter().filter(|(name, _)| !name.ends_with(".css"))
    }
    before.content == after.content
        && before.templates == after.templates
        && before.statics.keys().eq(after.statics.keys())
        && without_styles(&before.statics).eq(without_styles(&after.statics))
}

/// Sends a new edition after each change, until nobody is left to receive one.
pub(super) fn watch(settings: Settings, url: String, editions: watch::Sender<Arc<Edition>>) -> Result<(), Error> {
    let (changes, receiver) = mpsc::unbounded_channel();
    let handler = move |event: notify::Result<notify::Event>| {
        // Reading files is an event as well, and we read them all.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = changes.send(());
        }
    };
    let watcher = notify::recommended_watcher(handler).map_err(|source| failed(&settings.site, source))?;
    let mut folders = Folders { watcher, watched: BTreeSet::new() };
    // Not what is below it: that may be a whole development tree. But a folder of ours may appear there.
    folders.add(settings.site.clone(), RecursiveMode::NonRecursive)?;
    folders.add_those_of(&settings.site)?;
    tokio::spawn(follow(settings, url, folders, receiver, editions));
    Ok(())
}

/// The folders that are watched.
struct Folders {
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl Folders {
    /// Those of [`FOLDERS`] that are there by now.
    fn add_those_of(&mut self, site: &Path) -> Result<(), Error> {
        for folder in FOLDERS.map(|name| site.join(name)) {
            if folder.is_dir() {
                self.add(folder, RecursiveMode::Recursive)?;
            } else {
                self.watched.remove(&folder);
            }
        }
        Ok(())
    }

    fn add(&mut self, folder: PathBuf, mode: RecursiveMode) -> Result<(), Error> {
        if !self.watched.contains(&folder) {
            self.watcher.watch(&folder, mode).map_err(|source| failed(&folder, source))?;
            self.watched.insert(folder);
        }
        Ok(())
    }
}

fn failed(folder: &Path, source: notify::Error) -> Error {
    Error::Watch { folder: folder.display().to_string(), source }
}

async fn follow(
    settings: Settings,
    url: String,
    mut folders: Folders,
    mut changes: mpsc::UnboundedReceiver<()>,
    editions: watch::Sender<Arc<Edition>>,
) {
    loop {
        tokio::select! {
            () = editions.closed() => return,
            change = changes.recv() => if change.is_none() { return },
        }
        tokio::time::sleep(SETTLE).await;
        while changes.try_recv().is_ok() {}
        if let Err(error) = folders.add_those_of(&settings.site) {
            eprintln!("error: {error}");
        }
        let former = Arc::clone(&editions.borrow());
        let (settings, url) = (settings.clone(), url.clone());
        let read = tokio::task::spawn_blocking(move || Edition::read(&settings, &url, Some(&former)));
        let Ok(edition) = read.await else { continue };
        // Something else beside our folders, or a file written anew with what it held.
        if edition.files.is_some() && edition.files == editions.borrow().files {
            continue;
        }
        match &edition.state {
            Ok(_) => eprintln!("changed"),
            Err(fault) => eprintln!("error: {fault}"),
        }
        editions.send_replace(Arc::new(edition));
    }
}
