//! What shapes pages beside the database: the program, the site's files, the settings that show in pages. Each of them
//! is a part with a digest; all of them together name a generation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::files::{SiteFiles, shipped_site};
use crate::render::{Renderer, site_templates};
use crate::site::Site;

/// Digest of this program's own sources.
const BUILD_ID: &str = env!("GRAVEYARD_BUILD_ID");

/// A part that is no file of the site.
const PROGRAM: &str = "the program";
/// What the layout says of the site, the titles in the menu among it, which also come from `content/pages`.
pub(super) const LAYOUT: &str = "the menu or the foot";

/// The parts of a generation: digest by name. A file's name is its path from the site's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(BTreeMap<String, String>);

/// How a part differs from the former generation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It was not there.
    New,
    /// It was another.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A part that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name, see [`Parts`].
    pub part: String,
    /// In what it differs.
    pub difference: Difference,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let difference = match self.difference {
            Difference::New => "is new",
            Difference::Changed => "changed",
            Difference::Gone => "is gone",
        };
        write!(f, "{} {difference}", self.part)
    }
}

impl Parts {
    /// The parts of a site and this program. Left out is what shows in no page: demo data, templates of the sidecar,
    /// texts of other languages.
    pub fn new(files: &SiteFiles, site: &Site, renderer: &Renderer) -> Parts {
        let mut parts = BTreeMap::from([
            (PROGRAM.to_owned(), BUILD_ID.to_owned()),
            ("SITE_URL".to_owned(), site.url.clone()),
            ("UPLOADS_URL".to_owned(), site.uploads_url.clone()),
            ("CDN".to_owned(), site.cdn.page_class().cache_control().to_owned()),
            (LAYOUT.to_owned(), digest(renderer.site.as_bytes())),
        ]);
        let language = format!("locales/{}.ftl", site.config.language);
        let shows = |name: &str| !name.starts_with("demo/") && (!name.starts_with("locales/") || name == language);
        parts.extend(named("content", files.content.iter().filter(|(name, _)| shows(name))));
        parts.extend(named("templates", site_templates(&files.templates)));
        // The shipped texts lie below a site's own.
        let shipped = shipped_site().content;
        parts.extend(named("the program's content", shipped.iter().filter(|(name, _)| **name == language)));
        // Pages know an asset by its address, which holds a digest of what is served.
        let assets = renderer.assets.urls().into_iter();
        parts.extend(assets.map(|(name, path)| (format!("static/{name}"), path)));
        Parts(parts)
    }

    /// The digest that names the generation, hexadecimal.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for text in self.0.iter().flat_map(|(name, digest)| [name, digest]) {
            // Lengths go in as well, so that no two different lists of texts look alike.
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// What differs from a former generation, by name.
    pub fn changes_since(&self, former: &Parts) -> Vec<Change> {
        let names: BTreeSet<&String> = self.0.keys().chain(former.0.keys()).collect();
        let change = |name: &String| {
            let difference = match (former.0.get(name), self.0.get(name)) {
                (None, _) => Difference::New,
                (_, None) => Difference::Gone,
                (before, now) if before != now => Difference::Changed,
                _ => return None,
            };
            Some(Change { part: name.clone(), difference })
        };
        names.into_iter().filter_map(change).collect()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and digests, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, digest)| (name.as_str(), digest.as_str()))
    }
}

impl FromIterator<(String, String)> for Parts {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(parts: I) -> Parts {
        Parts(parts.into_iter().collect())
    }
}

fn named<'a>(
    folder: &'a str,
    files: impl Iterator<Item = (&'a String, &'a crate::files::File)>,
) -> impl Iterator<Item = (String, String)> {
    files.map(move |(name, file)| (format!("{folder}/{name}"), digest(&file.bytes)))
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
