//! What is gathered of all files, in parallel, for what only the site as a whole can tell. Bounded: a few numbers for
//! each page, and texts only of what goes from page to page.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::addresses::Target;
use super::files::File;
use super::findings::Findings;
use super::private::Suspects;
use super::{Checker, Rule};
use crate::store;

/// What a page is to search engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageState {
    /// They may have it.
    Public,
    /// `noindex`
    Hidden,
    /// It only leads to another.
    Redirect,
}

/// Of some of the files, or of all.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) findings: Findings,
    /// Pages by the numbers of their files.
    pub(super) states: Vec<(u32, PageState)>,
    /// Feeds by the numbers of their files, with the ids of their entries.
    pub(super) feeds: Vec<(u32, Vec<String>)>,
    /// Which files name which; what the sitemaps list is left out, since it is reached anyway.
    pub(super) edges: Vec<(u32, u32)>,
    /// Digests of file and id.
    ids: Vec<u64>,
    /// Links to elements of other files.
    fragments: Vec<FragmentLink>,
    /// What might be private.
    pub(super) private: Suspects,
}

#[derive(Debug)]
struct FragmentLink {
    from: u32,
    to: u32,
    line: Option<u64>,
    fragment: Box<str>,
}

impl Gathered {
    /// Nothing yet.
    pub(super) fn new(findings: Findings) -> Gathered {
        Gathered {
            findings,
            states: Vec::new(),
            feeds: Vec::new(),
            edges: Vec::new(),
            ids: Vec::new(),
            fragments: Vec::new(),
            private: Suspects::default(),
        }
    }

    /// Both together.
    pub(super) fn merge(mut self, mut other: Gathered) -> Gathered {
        self.findings.merge(other.findings);
        self.states.append(&mut other.states);
        self.feeds.append(&mut other.feeds);
        self.edges.append(&mut other.edges);
        self.ids.append(&mut other.ids);
        self.fragments.append(&mut other.fragments);
        self.private.merge(other.private);
        self
    }

    /// Notes the ids of a page, for links of others.
    pub(super) fn note_ids(&mut self, file: File<'_>, ids: &HashSet<&str>) {
        self.ids.extend(ids.iter().map(|id| digest(file.number, id)));
    }

    /// Follows an address that a file names; `base` is the file's own path.
    pub(super) fn link(&mut self, checker: &Checker<'_>, file: File<'_>, base: &str, url: &str, line: Option<u64>) {
        let (path, fragment) = match checker.addresses.target(url, base) {
            Target::Elsewhere => return,
            Target::Unsafe(scheme) => {
                self.findings.add(file.key, Rule::UnsafeLink, format!("{}{scheme}:", at(line)));
                return;
            }
            Target::Upload(path) => {
                if checker.uploads.as_ref().is_some_and(|uploads| uploads.get(&path).is_none()) {
                    self.findings.add(
                        file.key,
                        Rule::BrokenLink,
                        format!("{}{url} is not among the uploads", at(line)),
                    );
                }
                return;
            }
            Target::Own { path, fragment } => (path, fragment),
        };
        let key = store::key(&path);
        let Some(target) = checker.files.get(&key) else {
            if checker.site.is_room(&path) {
                return;
            }
            let is_folder = checker.files.get(&format!("{key}/index.html")).is_some();
            let hint = if is_folder { " leads nowhere without a slash at its end" } else { " leads nowhere" };
            self.findings.add(file.key, Rule::BrokenLink, format!("{}{url}{hint}", at(line)));
            return;
        };
        if !checker.is_listed(target.number) {
            self.edges.push((file.number, target.number));
        }
        let fragment = fragment.filter(|fragment| !fragment.is_empty() && target.suffix() == "html");
        if let Some(fragment) = fragment {
            let fragment = fragment.into_boxed_str();
            self.fragments.push(FragmentLink { from: file.number, to: target.number, line, fragment });
        }
    }

    /// Looks for the elements that links from other files want.
    pub(super) fn resolve_fragments(&mut self, checker: &Checker<'_>) {
        self.ids.sort_unstable();
        for link in std::mem::take(&mut self.fragments) {
            if self.ids.binary_search(&digest(link.to, &link.fragment)).is_err() {
                let path = checker.files.file(link.to).path();
                let what = format!("{}{path}#{}", at(link.line), link.fragment);
                self.findings.add(checker.files.file(link.from).key, Rule::BrokenFragment, what);
            }
        }
    }
}

fn at(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

/// The standard library's hash of fixed keys: the same in each run, and wide enough for millions of ids.
fn digest(file: u32, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (file, id).hash(&mut hasher);
    hasher.finish()
}
