//! content/sections/: one file a section, named by the section's key.

use serde::Deserialize;

use super::config::check_page_size;
use super::{Error, named, parse_toml};
use crate::files::Files;
use crate::text::slug::slug;

/// How a section lists its creations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListStyle {
    /// A table of titles, ratings, authors.
    Table,
    /// Pictures.
    Thumbnails,
    /// Files to fetch.
    Downloads,
    /// Adventures with their abstracts.
    Quests,
}

impl ListStyle {
    /// The word in TOML and in templates.
    pub fn word(self) -> &'static str {
        match self {
            ListStyle::Table => "table",
            ListStyle::Thumbnails => "thumbnails",
            ListStyle::Downloads => "downloads",
            ListStyle::Quests => "quests",
        }
    }

    /// Whether it shows what a creation is about: its synopsis, its picture or file, its attributes.
    pub fn shows_contents(self) -> bool {
        self != ListStyle::Table
    }

    /// Whether it shows the beginning of a creation's text where there is no synopsis: who brings a file describes it in
    /// the text, and imported ones have no other description.
    pub fn shows_excerpts(self) -> bool {
        self == ListStyle::Downloads
    }

    /// Whether it shows how often each was read, fetched and commented on.
    pub fn shows_counts(self) -> bool {
        matches!(self, ListStyle::Downloads | ListStyle::Quests)
    }
}

/// A section of creations.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its key in the database and in addresses: the file's name.
    pub key: String,
    /// What readers see.
    pub name: String,
    /// Key of its creations' kind.
    pub kind: String,
    /// How it lists them.
    pub list: ListStyle,
    /// Creations on a page.
    pub page_size: i64,
    /// A sentence or two for readers and search engines.
    pub description: String,
    /// The genres that are offered to authors.
    pub genres: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    name: String,
    order: i64,
    kind: String,
    list: ListStyle,
    page_size: i64,
    #[serde(default)]
    description: String,
    #[serde(default)]
    genres: Vec<String>,
}

impl Section {
    /// The name of its file under content/.
    pub fn file(&self) -> String {
        format!("sections/{}.toml", self.key)
    }
}

/// All sections, by their `order`, then by key.
pub(super) fn load(content: &Files) -> Result<Vec<Section>, Error> {
    let mut sections = Vec::new();
    for (key, file) in named(content, "sections", ".toml") {
        let invalid = |fault| Error::Invalid { path: file.origin.clone(), fault };
        if slug(key) != key {
            return Err(invalid("the file's name stands in addresses: only a-z, 0-9 and dashes".to_owned()));
        }
        let section: SectionFile = parse_toml(file)?;
        check_page_size("page_size", section.page_size).map_err(invalid)?;
        sections.push((
            section.order,
            Section {
                key: key.to_owned(),
                name: section.name,
                kind: section.kind,
                list: section.list,
                page_size: section.page_size,
                description: section.description,
                genres: section.genres,
            },
        ));
    }
    sections.sort_by(|(a, left), (b, right)| (a, &left.key).cmp(&(b, &right.key)));
    Ok(sections.into_iter().map(|(_, section)| section).collect())
}
