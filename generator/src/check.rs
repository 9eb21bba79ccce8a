//! Whether the generated files are what a site should be: `generator check`.
//!
//! The files are read once, in parallel, each for itself ([`html`], [`feeds`], [`stylesheet`]), and a little is gathered
//! of them ([`gather`]) for what only the whole can tell: links, [`sitemaps`], files that nothing leads to ([`reach`]),
//! private things ([`private`]). The site's configuration gives the grammar of addresses. The database, where there is
//! one, gives records and secrets; nothing is written.

mod addresses;
mod complete;
mod feeds;
mod files;
mod findings;
mod gather;
mod html;
mod passages;
mod private;
mod reach;
mod rule;
mod sitemaps;
mod stylesheet;
mod tokens;
mod xml;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;

pub use self::findings::{Finding, Findings};
pub use self::rule::{Rule, Unknown};

use self::addresses::Addresses;
use self::files::{File, Files, fingerprint_fault};
use self::gather::Gathered;
use self::private::Secrets;
use self::reach::Records;
use self::sitemaps::Sitemaps;
use crate::build::target::TARGET_KEY;
use crate::db::{self, Db, Tx};
use crate::files::SiteFiles;
use crate::site::Site;

/// Records that are read at once.
const RECORDS_BATCH: i64 = 10_000;
/// Files that hold pictures, fonts and archives; there is no text in them.
const BINARY: [&str; 11] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "zip", "pdf"];

/// What is to be checked, and against what.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The folder of the generated files.
    pub folder: &'a Path,
    /// The site's configuration; its `url` and `uploads_url` are those that the files were made for.
    pub site: &'a Site,
    /// The files that it came from: what they hold is public.
    pub files: &'a SiteFiles,
    /// The folder of the uploads; where there is none, links to them are not followed.
    pub uploads: &'a Path,
    /// The database.
    pub db: Option<&'a Db>,
    /// Findings that are kept.
    pub most: usize,
    /// Rules that need not be kept.
    pub allowed: &'a BTreeSet<Rule>,
}

/// What a check found.
#[derive(Debug)]
pub struct Report {
    /// What is wrong.
    pub findings: Findings,
    /// Files that were read.
    pub files: usize,
    /// Those of them that are pages.
    pub pages: usize,
    /// Whether the files were compared with the database's records, since the folder is their target.
    pub with_records: bool,
}

/// A check that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be read.
    #[error("cannot read {folder}: {source}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder is another database's.
    #[error(
        "{0} was built from another database than this: set DATABASE_URL to its own, or check without a database \
        by --no-database"
    )]
    Foreign(PathBuf),
    /// The database fails.
    #[error("the database fails while reading what must not be public: {0}")]
    Database(#[from] sqlx::Error),
}

/// What all rules look at.
pub(crate) struct Checker<'a> {
    site: &'a Site,
    addresses: Addresses,
    files: Files,
    uploads: Option<Files>,
    sitemaps: Sitemaps,
    secrets: Secrets,
}

/// Checks a folder. It uses all cores and blocks its thread meanwhile; the database is read in one snapshot.
///
/// # Errors
/// A folder or a database that cannot be read, or that do not belong together. What is wrong with the files is no error.
pub async fn check(subject: Subject<'_>) -> Result<Report, Error> {
    let failed = |source| Error::Folder { folder: subject.folder.to_owned(), source };
    let files = Files::list(subject.folder).map_err(failed)?;
    let mut tx = match subject.db {
        Some(db) => {
            let mut tx = db.snapshot().await?;
            // It is asked again when all files have been read.
            tx.allow_pauses().await?;
            Some(tx)
        }
        None => None,
    };
    let (records, mut secrets) = match &mut tx {
        Some(tx) => (records(tx, subject.folder).await?, Secrets::load(tx).await?),
        None => (None, Secrets::default()),
    };
    if let Some(tx) = &mut tx {
        secrets.load_names(tx, &files, subject.site).await?;
    }
    let mut checker = Checker {
        site: subject.site,
        addresses: Addresses::new(&subject.site.url, &subject.site.uploads_url),
        files,
        uploads: Files::list(subject.uploads).ok(),
        sitemaps: Sitemaps::default(),
        secrets,
    };
    checker.sitemaps = Sitemaps::read(&checker);
    let nothing = || Gathered::new(Findings::new(subject.most, subject.allowed));
    let mut all = (0..checker.files.len())
        .into_par_iter()
        .fold(nothing, |mut out, number| {
            checker.examine(checker.files.file(number as u32), &mut out);
            out
        })
        .reduce(nothing, Gathered::merge);
    for name in &checker.files.unreadable {
        all.findings.add(name, Rule::TemporaryFile, "its name is not UTF-8 text, so no page can be there");
    }
    all.resolve_fragments(&checker);
    checker.sitemaps.check(&checker, &mut all);
    match &records {
        Some(records) => reach::compare(&checker, records, &mut all),
        None => reach::follow(&checker, &mut all),
    }
    if let (Some(tx), Some(records)) = (&mut tx, &records) {
        complete::look_for_hidden(&checker, records, tx, &mut all).await?;
        complete::compare_feeds(&checker, tx, &mut all).await?;
    }
    let mut suspects = std::mem::take(&mut all.private);
    suspects.clear_files(subject.files, subject.site);
    if let Some(tx) = &mut tx {
        suspects.clear_published(tx).await?;
    }
    suspects.report(&checker, tx.as_mut(), &mut all.findings).await?;
    Ok(Report {
        findings: all.findings,
        files: checker.files.len(),
        pages: all.states.len(),
        with_records: records.is_some(),
    })
}

impl Checker<'_> {
    /// Checks one file by itself.
    fn examine(&self, file: File<'_>, out: &mut Gathered) {
        if file.is_temporary() {
            out.findings.add(file.key, Rule::TemporaryFile, "it is no part of a site");
            return;
        }
        let body = match self.files.read(file) {
            Ok(body) => body,
            Err(error) => {
                out.findings.add(file.key, Rule::BrokenLink, format!("it cannot be read: {error}"));
                return;
            }
        };
        if file.is_asset()
            && let Some(fault) = fingerprint_fault(file.key, &body)
        {
            out.findings.add(file.key, Rule::AssetFingerprint, fault);
        }
        match file.suffix() {
            "html" => html::check(self, file, &body, out),
            "xml" => self.examine_xml(file, &body, out),
            suffix if BINARY.contains(&suffix) => {}
            suffix => {
                let text = String::from_utf8_lossy(&body);
                if suffix == "css" {
                    stylesheet::check(self, file, &text, out);
                }
                out.private.text(&self.secrets, file.number, &text);
            }
        }
    }

    fn examine_xml(&self, file: File<'_>, body: &[u8], out: &mut Gathered) {
        match xml::parse(body) {
            Ok(root) => {
                if feeds::is_feed(&root) {
                    feeds::check(self, file, &root, out);
                }
                root.walk(&mut |element| {
                    out.private.text(&self.secrets, file.number, &element.text);
                    for (name, value) in &element.attributes {
                        out.private.attribute(&self.secrets, file.number, name, value);
                    }
                });
            }
            // Those of sitemaps are told by themselves.
            Err(_) if self.is_sitemap(file.key) => {}
            Err(fault) => out.findings.add(file.key, Rule::MalformedFeed, fault),
        }
    }

    /// Whether a sitemap lists a file.
    fn is_listed(&self, number: u32) -> bool {
        self.sitemaps.numbers.contains(&number)
    }

    /// The numbers of all files that sitemaps list.
    fn listed(&self) -> &HashSet<u32> {
        &self.sitemaps.numbers
    }

    /// Whether a file is a part of a list behind its head.
    fn is_later_part(&self, file: File<'_>) -> bool {
        sitemaps::is_later_part(self, file)
    }

    fn is_sitemap(&self, key: &str) -> bool {
        self.sitemaps.is_one(key)
    }

    /// The size of a picture that is at hand.
    fn picture_size(&self, url: &str, base: &str) -> Option<(usize, usize)> {
        let (files, key) = match self.addresses.target(url, base) {
            addresses::Target::Own { path, .. } => (&self.files, crate::store::key(&path)),
            addresses::Target::Upload(path) => (self.uploads.as_ref()?, path),
            _ => return None,
        };
        let file = files.get(&key)?;
        let size = imagesize::size(files.path(file.key)).ok()?;
        Some((size.width, size.height))
    }
}

#[derive(Deserialize)]
struct TargetObject {
    database: String,
    target: String,
}

/// The records, where they are about this folder: a copy of a site, or one that was built before another, has none.
async fn records(tx: &mut Tx, folder: &Path) -> Result<Option<Records>, Error> {
    let Ok(body) = std::fs::read(folder.join(TARGET_KEY)) else { return Ok(None) };
    let Ok(object) = serde_json::from_slice::<TargetObject>(&body) else { return Ok(None) };
    if db::target::known_database_id(tx).await?.as_deref() != Some(&object.database) {
        return Err(Error::Foreign(folder.to_owned()));
    }
    if db::target::current(tx).await?.is_none_or(|current| current.id != object.target) {
        return Ok(None);
    }
    let mut records = Records::default();
    let mut after = String::new();
    loop {
        let paths = db::records::paths_after(tx, &after, RECORDS_BATCH).await?;
        let Some(last) = paths.last() else { break };
        after.clone_from(last);
        records.pages.extend(paths);
    }
    records.assets = db::target::assets(tx).await?.into_iter().collect();
    Ok(Some(records))
}

/// The address that a built site says it was made for: `robots.txt` names its sitemap.
pub fn built_for(folder: &Path) -> Option<String> {
    let robots = std::fs::read_to_string(folder.join("robots.txt")).ok()?;
    let sitemap = robots.lines().find_map(|line| line.strip_prefix("Sitemap:"))?;
    Some(sitemap.trim().strip_suffix("/sitemap.xml")?.to_owned())
}
