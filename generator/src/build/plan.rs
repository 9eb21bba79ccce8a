//! What the pages of a batch turned out to be, and which of them gets a path that two of them want. No IO.

use std::collections::{HashMap, HashSet};

use crate::db::records::Record;
use crate::page::Page;
use crate::page::path::Paths;
use crate::render::Rendered;

/// What became of one page.
pub(crate) enum Made {
    /// It is to stand at its path.
    Page(Rendered),
    /// There is no such page.
    Gone,
    /// It cannot be made, for this reason.
    Fault(String),
}

/// What is to be done for one page.
pub(super) enum Step {
    Write(Rendered),
    /// What stands there is right.
    Keep,
    Remove,
    Fail(String),
}

impl Step {
    /// Compares what was made with its record. The body of a page that is right goes back to `memory`, for the next
    /// one to be made in; of one that waits to be written it takes no more than it needs.
    pub(super) fn new(made: Made, record: Option<&Record>, memory: &mut Vec<u8>) -> Step {
        match made {
            Made::Fault(fault) => Step::Fail(fault),
            Made::Gone => Step::Remove,
            Made::Page(mut rendered) => {
                if record.is_some_and(|record| record.is_of(&rendered.path, &rendered.digest)) {
                    *memory = rendered.object.body;
                    return Step::Keep;
                }
                let body = rendered.object.body.clone();
                *memory = std::mem::replace(&mut rendered.object.body, body);
                Step::Write(rendered)
            }
        }
    }
}

/// A path that a page leaves.
pub(super) struct Left {
    page: String,
    pub(super) path: String,
    /// Whether what stands there is certain; otherwise somebody may still be about to write there.
    pub(super) certain: bool,
}

/// What is to be done for a batch's pages, which are named by their keys.
#[derive(Default)]
pub(super) struct Plan {
    /// To be written.
    pub(super) write: Vec<(String, Rendered)>,
    /// Right already.
    pub(super) unchanged: Vec<String>,
    /// No longer pages.
    pub(super) gone: Vec<String>,
    /// Paths that the batch's pages leave.
    pub(super) left: Vec<Left>,
    /// Not to be built, with the reason.
    pub(super) failed: Vec<(String, String)>,
}

impl Plan {
    /// Sorts the steps of a batch's pages.
    pub(super) fn new(steps: Vec<(String, Step)>, records: &HashMap<String, Record>) -> Plan {
        let mut plan = Plan::default();
        for (page, step) in steps {
            let record = records.get(&page);
            let leave = |record: &Record| Left {
                page: record.page.clone(),
                path: record.path.clone(),
                certain: record.digest.is_some(),
            };
            match step {
                Step::Fail(fault) => plan.failed.push((page, fault)),
                Step::Remove => {
                    plan.left.extend(record.map(leave));
                    plan.gone.push(page);
                }
                Step::Keep => plan.unchanged.push(page),
                Step::Write(rendered) => {
                    plan.left.extend(record.filter(|record| record.path != rendered.path).map(leave));
                    plan.write.push((page, rendered));
                }
            }
        }
        plan
    }

    /// Whether nothing of it changes what stands on the target.
    pub(super) fn changes_nothing(&self) -> bool {
        self.write.is_empty() && self.left.is_empty() && self.gone.is_empty()
    }

    /// The keys of all its pages.
    pub(super) fn pages(&self) -> Vec<String> {
        let written = self.write.iter().map(|(page, _)| page);
        let failed = self.failed.iter().map(|(page, _)| page);
        written.chain(&self.unchanged).chain(&self.gone).chain(failed).cloned().collect()
    }

    /// The paths that pages come to. A page that stays where its record says is the owner there; if that has changed
    /// since, the announcement meets the other one.
    pub(super) fn new_paths(&self, records: &HashMap<String, Record>) -> Vec<String> {
        let stays = |page: &str, path: &str| records.get(page).is_some_and(|record| record.path == path);
        let coming = self.write.iter().filter(|(page, rendered)| !stays(page, &rendered.path));
        coming.map(|(_, rendered)| rendered.path.clone()).collect()
    }

    /// Drops all but the pages that are held: the others have become somebody else's.
    pub(super) fn keep(&mut self, held: &HashSet<String>) {
        self.write.retain(|(page, _)| held.contains(page));
        self.unchanged.retain(|page| held.contains(page));
        self.gone.retain(|page| held.contains(page));
        self.left.retain(|left| held.contains(&left.page));
        self.failed.retain(|(page, _)| held.contains(page));
    }

    /// Gives each path to one page: the one that the grammar of addresses means, then any other, a redirect last.
    /// The losers fail and leave everything as it is. Gives back the pages whose records must give way, given who
    /// owns the paths now.
    pub(super) fn settle(&mut self, paths: &Paths, owners: &HashMap<String, String>) -> Vec<String> {
        let leaving: HashSet<(String, String)> =
            self.left.iter().map(|left| (left.page.clone(), left.path.clone())).collect();
        let mut winners: HashMap<String, String> = owners
            .iter()
            .filter(|(path, page)| !leaving.contains(&((*page).clone(), (*path).clone())))
            .map(|(path, page)| (path.clone(), page.clone()))
            .collect();
        for (page, rendered) in &self.write {
            let winner = winners.entry(rendered.path.clone()).or_insert_with(|| page.clone());
            if claim_to(paths, page, &rendered.path) < claim_to(paths, winner, &rendered.path) {
                winner.clone_from(page);
            }
        }
        let mut lost = HashSet::new();
        self.write.retain(|(page, rendered)| {
            let winner = &winners[&rendered.path];
            if winner != page {
                self.failed
                    .push((page.clone(), format!("its address {} is taken by the page {winner}", rendered.path)));
                lost.insert(page.clone());
            }
            winner == page
        });
        self.left.retain(|left| !lost.contains(&left.page));
        let writers: HashMap<&str, &str> =
            self.write.iter().map(|(page, rendered)| (rendered.path.as_str(), page.as_str())).collect();
        let mut displaced = Vec::new();
        for (path, owner) in owners {
            let Some(writer) = writers.get(path.as_str()).filter(|writer| *writer != owner) else { continue };
            // One that would stay as it is, in this very batch, has lost as well.
            if let Some(at) = self.unchanged.iter().position(|page| page == owner) {
                let reason = format!("its address {path} is taken by the page {writer}");
                self.failed.push((self.unchanged.swap_remove(at), reason));
            }
            displaced.push(owner.clone());
        }
        displaced
    }
}

/// How good a page's claim to a path is, the best first; between equals the key decides.
fn claim_to<'a>(paths: &Paths, key: &'a str, path: &str) -> (u8, &'a str) {
    let rank = match key.parse::<Page>() {
        Ok(Page::Redirect(_)) | Err(_) => 2,
        Ok(page) if paths.parse(path).is_some_and(|parsed| parsed.page == page) => 0,
        Ok(_) => 1,
    };
    (rank, key)
}
