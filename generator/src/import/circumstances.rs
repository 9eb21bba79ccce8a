//! What a row becomes depends on more than the row: on the import's options, on the site's sections and words, and on
//! other rows that it refers to. A digest of that is remembered with each row, so that it is converted again when the
//! circumstances are other ones, though the row is as it was.
//!
//! Of other rows only those count that were looked for in vain ([`Wanted`]): whoever comes later is found then, and a row
//! that lacked nothing is left in peace.

use super::context::Context;
use super::row::DIGEST_BYTES;

/// To be raised where conversions come to give something else for the same row, so that all are made again.
const CONVERSION_VERSION: u8 = 3;

/// What a row refers to and did not find. The numbers are those of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What an address in a text leads to, or whether there is such a place on the page.
    Links = 1,
    /// A member.
    Members = 2,
    /// An author.
    Authors = 4,
    /// A genre.
    Genres = 8,
}

/// The circumstances that the rows of a table are converted in.
pub struct Circumstances {
    always: blake3::Hash,
    of: [(Wanted, blake3::Hash); 4],
}

impl Circumstances {
    /// As they are now.
    pub fn new(cx: &Context) -> Circumstances {
        Circumstances {
            always: of_options(cx),
            of: [
                (Wanted::Links, of_links(cx)),
                (Wanted::Members, of_members(cx)),
                (Wanted::Authors, of_authors(cx)),
                (Wanted::Genres, of_genres(cx)),
            ],
        }
    }

    /// A digest of what concerns a row that looked in vain for these, the bits of [`Wanted`].
    pub fn digest(&self, wanted: i64) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.always.as_bytes());
        for (what, digest) in &self.of {
            if wanted & *what as i64 != 0 {
                hasher.update(digest.as_bytes());
            }
        }
        hasher.finalize().as_bytes()[..DIGEST_BYTES].to_vec()
    }
}

/// A digest of words in any order.
fn digest(words: impl Iterator<Item = String>) -> blake3::Hash {
    let mut words: Vec<String> = words.collect();
    words.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
    }
    hasher.finalize()
}

fn of_options(cx: &Context) -> blake3::Hash {
    let site = &cx.site;
    let mut words = vec![
        format!("version {CONVERSION_VERSION}"),
        format!("times {:?} {}", cx.times, site.zone),
        format!("site {}", site.url),
        format!("words {:?}", site.config.paths),
        format!("features {:?}", site.config.features),
        format!("rooms {:?}", site.rooms().collect::<Vec<_>>()),
        format!("redirects {:?} {:?}", site.config.redirects, site.config.gone),
    ];
    words.extend(cx.hosts.site.iter().map(|host| format!("host {host}")));
    words.extend(cx.hosts.uploads.iter().map(|host| format!("uploads host {host}")));
    words.extend(site.sections.iter().map(|section| format!("section {} {}", section.key, section.kind)));
    words.extend(site.kinds.iter().map(|(key, kind)| format!("kind {key} {:?}", kind.attributes)));
    words.extend(site.pages.keys().map(|slug| format!("page {slug}")));
    digest(words.into_iter())
}

fn of_links(cx: &Context) -> blake3::Hash {
    let there = &cx.addresses;
    let creations = there.creations.iter().map(|((section, number), title)| format!("{section}/{number} {title}"));
    let files = there.files.iter().map(|((section, number), path)| format!("file {section}/{number} {path}"));
    let members = there.members.iter().map(|(id, nick)| format!("member {id} {nick}"));
    let authors = there.published_authors.iter().map(|id| format!("author {id} {:?}", there.authors.get(id)));
    let pages = there.editors_pages.iter().map(|slug| format!("page {slug}"));
    let charters = there.charters.iter().map(|section| format!("charter {section}"));
    let places = there.places.iter().flat_map(|(page, ids)| ids.iter().map(move |id| format!("place {page} {id}")));
    digest(creations.chain(files).chain(members).chain(authors).chain(pages).chain(charters).chain(places))
}

fn of_members(cx: &Context) -> blake3::Hash {
    let nicks = cx.nicks.each().map(|(nick, id)| format!("nick {id} {nick}"));
    digest(cx.members.iter().map(|id| format!("member {id}")).chain(nicks))
}

fn of_authors(cx: &Context) -> blake3::Hash {
    let rows = cx.authors.iter().map(|id| format!("row {id}"));
    let members = cx.author_of_member.iter().map(|(member, id)| format!("member {member} {id}"));
    let names = cx.author_of_name.iter().map(|(name, id)| format!("name {id} {name}"));
    digest(rows.chain(members).chain(names))
}

fn of_genres(cx: &Context) -> blake3::Hash {
    digest(cx.genres.iter().map(|((section, slug), id)| format!("{section}/{slug} {id}")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::addresses::Addresses;
    use super::super::context::{Context, Known};
    use super::*;
    use crate::files::shipped_site;
    use crate::site::Site;

    #[test]
    fn they_are_computed_once_for_what_is_known() {
        let site = Site::load(&shipped_site(), "https://example.org", "/uploads").expect("a sound site");
        let site = Arc::new(site);
        let addresses = Addresses::new(Arc::clone(&site), &[], &[]);
        let mut known = Known::new(Context::new(site, Default::default(), Default::default(), addresses));
        let before = known.circumstances().digest(Wanted::Members as i64);
        known.taken().tavern_tables.insert(1);
        assert!(known.is_computed(), "where a table stands is no circumstance");
        known.learn().members.insert(1);
        assert!(!known.is_computed());
        assert_ne!(known.circumstances().digest(Wanted::Members as i64), before);
        assert_eq!(known.circumstances().digest(Wanted::Genres as i64), {
            known.learn().members.clear();
            known.circumstances().digest(Wanted::Genres as i64)
        });
    }
}
