//! content/pages/: pages in Markdown under TOML between lines of `+++`, named by their slug.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Error, named};
use crate::files::{File, Files};
use crate::text::slug::slug;

/// A page written in Markdown.
#[derive(Clone, Debug)]
pub struct ContentPage {
    /// Its title.
    pub title: String,
    /// A sentence for search engines; may be empty.
    pub description: String,
    /// Markdown.
    pub body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    #[serde(default)]
    description: String,
}

/// All pages by slug.
pub(super) fn load(content: &Files) -> Result<BTreeMap<String, ContentPage>, Error> {
    let mut pages = BTreeMap::new();
    for (name, file) in named(content, "pages", ".md") {
        if slug(name) != name {
            let fault = "the file's name stands in its address: only a-z, 0-9 and dashes".to_owned();
            return Err(Error::Invalid { path: file.origin.clone(), fault });
        }
        pages.insert(name.to_owned(), read(file)?);
    }
    Ok(pages)
}

/// Reads one page from its file.
pub(crate) fn read(file: &File) -> Result<ContentPage, Error> {
    let invalid = |fault: &str| Error::Invalid { path: file.origin.clone(), fault: fault.to_owned() };
    let text = file.text()?.replace("\r\n", "\n");
    let (front, body) = text
        .strip_prefix("+++\n")
        .and_then(|rest| rest.split_once("\n+++\n"))
        .ok_or_else(|| invalid("a page begins with its title in TOML between two lines of `+++`"))?;
    // One line stands before the front matter: keep the line numbers of errors true.
    let front: FrontMatter = toml::from_str(&format!("\n{front}"))
        .map_err(|source| Error::Toml { path: file.origin.clone(), source: Box::new(source) })?;
    Ok(ContentPage { title: front.title, description: front.description, body: body.to_owned() })
}
