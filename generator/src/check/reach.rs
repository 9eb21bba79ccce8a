//! Files that no page belongs to: by the database's records where the folder is their target, otherwise by what leads
//! there from the sitemaps.

use std::collections::{BTreeSet, HashSet};

use super::gather::{Gathered, PageState};
use super::{Checker, Rule};
use crate::page::Page;
use crate::render::assets::is_at_root;
use crate::store;

/// What the database knows of the folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    /// Paths of pages.
    pub(super) pages: BTreeSet<String>,
    /// Paths of assets.
    pub(super) assets: HashSet<String>,
}

/// Compares the files with the records.
pub(super) fn compare(checker: &Checker<'_>, records: &Records, out: &mut Gathered) {
    for file in checker.files.iter().filter(|file| !file.is_temporary()) {
        let path = file.path();
        match (file.is_asset(), records.pages.contains(&path), records.assets.contains(&path)) {
            (_, true, _) | (_, _, true) => {}
            (true, ..) => out.findings.add(file.key, Rule::OrphanFile, "the database knows of no such asset"),
            (false, ..) => {
                out.findings.add(file.key, Rule::OrphanFile, "the database knows of no page that stands here")
            }
        }
    }
    for path in &records.pages {
        let key = store::key(path);
        if checker.files.get(&key).is_none() {
            out.findings.add(&key, Rule::MissingFile, "the database has a page that stands here");
        }
    }
}

/// Follows the links from the sitemaps and the names that everybody knows.
pub(super) fn follow(checker: &Checker<'_>, out: &mut Gathered) {
    let known = [Page::Home, Page::NotFound, Page::Robots, Page::SitemapIndex].map(|page| checker.site.path(&page, ""));
    let mut reached: HashSet<u32> =
        known.iter().filter_map(|path| Some(checker.files.get(&store::key(path))?.number)).collect();
    reached.extend(checker.listed());
    out.edges.sort_unstable();
    out.edges.dedup();
    let mut next: Vec<u32> = reached.iter().copied().collect();
    while let Some(from) = next.pop() {
        let first = out.edges.partition_point(|(start, _)| *start < from);
        for (_, to) in out.edges[first..].iter().take_while(|(start, _)| *start == from) {
            if reached.insert(*to) {
                next.push(*to);
            }
        }
    }
    // Old addresses are for those who still know them, as pages are of members who have left and wrote nothing that is left;
    // nothing on the site leads there.
    let is_known = |number: u32, state: PageState| match state {
        PageState::Redirect => true,
        PageState::Hidden => {
            let parsed = checker.site.config.paths.parse(&checker.files.file(number).path());
            parsed.is_some_and(|parsed| matches!(parsed.page, Page::Member(_)))
        }
        PageState::Public => false,
    };
    reached.extend(out.states.iter().filter(|(number, state)| is_known(*number, *state)).map(|(number, _)| *number));
    for file in checker.files.iter() {
        if is_at_root(file.key) {
            continue;
        }
        if !file.is_asset() && !file.is_temporary() && !checker.is_sitemap(file.key) && !reached.contains(&file.number)
        {
            out.findings.add(file.key, Rule::OrphanFile, "nothing leads here");
        }
    }
}
