//! What the pages of a batch turned out to be, and which of them gets a path that two of them want. No IO.

use std::collections::{HashMap, HashSet};

use crate::db::records::{Burial, Record};
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
    path: String,
    /// Whether what stands there is certain; otherwise somebody may still be about to write there.
    certain: bool,
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
    /// Pages that others may wait for: they come from another path, or perhaps did so some time ago.
    pub(super) arriving: Vec<String>,
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
                    if record.is_some_and(|record| record.path != rendered.path || record.digest.is_none()) {
                        plan.arriving.push(page.clone());
                    }
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

    /// What is to be buried for the paths that pages leave.
    pub(super) fn burials(&self) -> Vec<Burial> {
        let stands = |page: &String| self.write.iter().any(|(written, _)| written == page);
        let burial = |left: &Left| Burial {
            path: left.path.clone(),
            again: !left.certain,
            page: Some(&left.page).filter(|page| stands(page)).cloned(),
        };
        self.left.iter().map(burial).collect()
    }

    /// Takes out the pages that come to a path while the page that has left it is still to be written elsewhere: until
    /// that is done, what stands there is its last good file. `holders` have left their paths in former batches. Where all
    /// wait for each other, nobody does.
    pub(super) fn put_off(&mut self, holders: &HashMap<String, String>) -> Option<Plan> {
        let (write, left) = (std::mem::take(&mut self.write), std::mem::take(&mut self.left));
        let written: HashSet<&str> = write.iter().map(|(page, _)| page.as_str()).collect();
        let leaving: HashMap<&str, &str> = left
            .iter()
            .map(|left| (left.path.as_str(), left.page.as_str()))
            .chain(holders.iter().map(|(path, page)| (path.as_str(), page.as_str())))
            .filter(|(_, page)| written.contains(page))
            .collect();
        let waits = |page: &str, path: &str| leaving.get(path).is_some_and(|leaving| *leaving != page);
        let waiting: HashSet<String> =
            write.iter().filter(|(page, rendered)| waits(page, &rendered.path)).map(|(page, _)| page.clone()).collect();
        if waiting.is_empty() || waiting.len() == write.len() {
            (self.write, self.left) = (write, left);
            return None;
        }
        let mut later = Plan { arriving: self.arriving.clone(), ..Plan::default() };
        (later.write, self.write) = write.into_iter().partition(|(page, _)| waiting.contains(page));
        (later.left, self.left) = left.into_iter().partition(|left| waiting.contains(&left.page));
        Some(later)
    }

    /// Gives each path to one page: the one that the grammar of addresses means, then any other, a redirect last.
    /// The losers fail and leave everything as it is. Gives back the pages whose records must give way, given who
    /// owns the paths now, and who has left them and stands nowhere else yet.
    pub(super) fn settle(
        &mut self,
        paths: &Paths,
        owners: &HashMap<String, String>,
        holders: &HashMap<String, String>,
    ) -> Vec<String> {
        let leaving: HashSet<(String, String)> =
            self.left.iter().map(|left| (left.page.clone(), left.path.clone())).collect();
        let mut winners: HashMap<String, String> = owners
            .iter()
            .filter(|(path, page)| !leaving.contains(&((*page).clone(), (*path).clone())))
            .map(|(path, page)| (path.clone(), page.clone()))
            .collect();
        let is_here = |page: &String| self.gone.contains(page) || self.write.iter().any(|(written, _)| written == page);
        for (path, page) in holders.iter().filter(|(path, page)| !owners.contains_key(*path) && !is_here(page)) {
            winners.insert(path.clone(), page.clone());
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{CacheClass, Object};

    /// A plan that writes pages, each given with the path that it has and the one that it comes to.
    fn plan(moves: &[(&str, &str, &str)]) -> Plan {
        let records = moves.iter().filter(|(_, from, _)| !from.is_empty()).map(|(page, from, _)| {
            let (page, path) = ((*page).to_owned(), (*from).to_owned());
            (page.clone(), Record { page, path, digest: Some(vec![1]), etag: None })
        });
        let steps = moves.iter().map(|(page, _, to)| {
            let object =
                Object { body: Vec::new(), content_type: "text/html", class: CacheClass::Revalidate, redirect: None };
            let rendered = Rendered { path: (*to).to_owned(), object, digest: [2; 32] };
            ((*page).to_owned(), Step::Write(rendered))
        });
        Plan::new(steps.collect(), &records.collect())
    }

    /// The pages of a plan in the order in which they are written; those of one wave are one text.
    fn waves(plan: Plan, holders: &[(&str, &str)]) -> Vec<String> {
        let holders = holders.iter().map(|(path, page)| ((*path).to_owned(), (*page).to_owned())).collect();
        let mut waves = Vec::new();
        let mut waiting = Some(plan);
        while let Some(mut plan) = waiting {
            waiting = plan.put_off(&holders);
            let pages: Vec<&str> = plan.write.iter().map(|(page, _)| page.as_str()).collect();
            waves.push(pages.join(" "));
        }
        waves
    }

    #[test]
    fn who_comes_to_a_path_waits_until_it_is_left() {
        assert_eq!(waves(plan(&[("a", "/1/", "/1/"), ("b", "", "/2/")]), &[]), ["a b"]);
        assert_eq!(waves(plan(&[("redirect/1/", "", "/1/"), ("a", "/1/", "/2/")]), &[]), ["a", "redirect/1/"]);
        let chain = [("redirect/1/", "", "/1/"), ("a", "/1/", "/2/"), ("b", "/2/", "/3/"), ("c", "", "/9/")];
        assert_eq!(waves(plan(&chain), &[]), ["b c", "a", "redirect/1/"]);
        // It left in a former batch, and was not written since.
        let later = [("redirect/1/", "", "/1/"), ("a", "/2/", "/2/")];
        assert_eq!(waves(plan(&later), &[("/1/", "a")]), ["a", "redirect/1/"]);
        // Back again.
        assert_eq!(waves(plan(&[("a", "/2/", "/1/")]), &[("/1/", "a")]), ["a"]);
    }

    #[test]
    fn pages_that_change_their_places_do_not_wait_for_ever() {
        let circle = [("a", "/1/", "/2/"), ("b", "/2/", "/1/"), ("c", "", "/9/")];
        assert_eq!(waves(plan(&circle), &[]), ["c", "a b"]);
        assert_eq!(waves(plan(&circle[..2]), &[]), ["a b"]);
    }

    #[test]
    fn a_path_that_was_left_is_held_until_its_page_stands_elsewhere() {
        let words = include_str!("../../tests/fixtures/small/content/site.toml");
        let config: crate::site::config::Config = toml::from_str(words).expect("the fixture's configuration");
        let holders = HashMap::from([("/1/".to_owned(), "a".to_owned())]);
        let mut plan = plan(&[("redirect/1/", "", "/1/")]);
        assert_eq!(plan.settle(&config.paths, &HashMap::new(), &holders), [""; 0]);
        assert_eq!(plan.failed, [("redirect/1/".to_owned(), "its address /1/ is taken by the page a".to_owned())]);
        assert!(plan.write.is_empty());
    }
}
