//! The places of a text that links lead to, and the outline of its headings: what has to be known of the whole text
//! before its first word is written.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;

use super::Whose;
use super::effort::steps;
use super::elements::{Kind, kind};
use super::finding::{FindingKind, Findings};
use super::tree::{NodeId, Tree};
use crate::text::slug::slug_or;

/// A heading as it will be written.
pub(super) struct Heading {
    pub(super) name: &'static str,
    /// None in members' texts, to whose inside nobody links.
    pub(super) id: Option<String>,
}

#[derive(Default)]
pub(super) struct Names {
    /// The ids that elements keep; headings' are in `headings`.
    pub(super) ids: HashMap<NodeId, String>,
    pub(super) headings: HashMap<NodeId, Heading>,
    /// From what a link may say to the id it means.
    targets: HashMap<String, String>,
    /// All ids of the text.
    all: HashSet<String>,
}

const LEVELS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

impl Names {
    pub(super) fn of(tree: &Tree, whose: Whose, findings: &mut Findings) -> Names {
        let mut names = Names::default();
        let mut taken = Taken::default();
        for node in tree.descendants(tree.root) {
            let Some(name) = tree.name(node) else { continue };
            let old = tree.attribute(node, "name").filter(|_| name == "a");
            for said in [tree.attribute(node, "id"), old].into_iter().flatten().map(str::trim) {
                if said.is_empty() {
                    continue;
                }
                if names.targets.contains_key(said) {
                    if names.ids.get(&node).is_none_or(|id| names.targets.get(said) != Some(id)) {
                        findings.note(FindingKind::DuplicateId, said);
                    }
                    continue;
                }
                let id = match names.ids.get(&node) {
                    Some(id) => id.clone(),
                    None => taken.free(&place_id(said)),
                };
                if id != said {
                    findings.note(FindingKind::IdChanged, &format!("{said} as {id}"));
                }
                names.targets.insert(said.to_owned(), id.clone());
                names.ids.insert(node, id);
            }
        }
        names.number_headings(tree, whose, &mut taken, findings);
        names.all = taken.ids;
        names
    }

    /// The text's outline from level 1 down without gaps, whatever level its author began with, as Markdown's is.
    fn number_headings(&mut self, tree: &Tree, whose: Whose, taken: &mut Taken, findings: &mut Findings) {
        let mut open: Vec<usize> = Vec::new();
        for node in tree.descendants(tree.root) {
            let Some(level) = tree.name(node).and_then(|name| LEVELS.iter().position(|known| *known == name)) else {
                continue;
            };
            if !is_heading(tree, node) {
                continue;
            }
            let words = tree.words(node);
            if words.trim_ascii().is_empty() {
                continue;
            }
            while open.last().is_some_and(|last| *last >= level) {
                open.pop();
            }
            open.push(level);
            let name = LEVELS[(open.len() - 1).min(5)];
            // The page's own heading is a level 1, so that a text's first are usually of level 2.
            if level != open.len() {
                findings.note(FindingKind::HeadingDemoted, &format!("<{}> as <h{}>", LEVELS[level], open.len() + 1));
            }
            let named = std::iter::once(node).chain(tree.descendants(node)).find(|node| self.ids.contains_key(node));
            let id = match named.and_then(|node| self.ids.remove(&node)) {
                None if whose == Whose::Editors => Some(taken.free(&slug_or(&words, "heading"))),
                known => known,
            };
            self.headings.insert(node, Heading { name, id });
        }
    }

    /// The id that `#said` means; none where the text has no such place.
    pub(super) fn target(&self, said: &str) -> Option<&str> {
        let decoded = percent_decode_str(said).decode_utf8_lossy();
        let known = self.targets.get(said).or_else(|| self.targets.get(decoded.trim()));
        known.or_else(|| self.all.get(&place_id(&decoded))).map(String::as_str)
    }
}

/// Whether an `<h2>` holds nothing but words: one around a table was meant as large print.
fn is_heading(tree: &Tree, node: NodeId) -> bool {
    tree.descendants(node).filter_map(|node| tree.name(node)).all(|name| {
        matches!(
            kind(name),
            None | Some(Kind::Mark(_) | Kind::Link | Kind::Look | Kind::Break | Kind::Picture | Kind::Embedded)
        )
    })
}

/// The id of the place that a text names so: as it is where it is of letters, digits and few signs, otherwise its slug.
pub fn place_id(said: &str) -> String {
    let said = said.trim();
    let is_plain = said.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    if is_plain && !said.is_empty() { said.to_owned() } else { slug_or(said, "place") }
}

/// The ids that a text has, and how often each was wanted.
#[derive(Default)]
struct Taken {
    ids: HashSet<String>,
    /// By the id that was wanted, the last number that was tried for it.
    last: HashMap<String, usize>,
}

impl Taken {
    /// An id that nothing has yet, with a number from the second on.
    fn free(&mut self, wanted: &str) -> String {
        let last = self.last.entry(wanted.to_owned()).or_insert(0);
        loop {
            steps(1);
            *last += 1;
            let id = if *last == 1 { wanted.to_owned() } else { format!("{wanted}--{last}") };
            if self.ids.insert(id.clone()) {
                return id;
            }
        }
    }
}
