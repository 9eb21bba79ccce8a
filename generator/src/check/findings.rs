//! Findings: sorted, each once, as many as wanted and all of them counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::Rule;

/// A place where a rule is not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the site's folder.
    pub path: String,
    /// The rule.
    pub rule: Rule,
    /// What is wrong. Never what is private itself.
    pub what: String,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    path: &'a str,
    rule: &'a str,
    what: &'a str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.path, self.rule, self.what)
    }
}

impl Finding {
    /// The finding as one line of JSON.
    pub fn json(&self) -> String {
        let line = JsonLine { path: &self.path, rule: self.rule.name(), what: &self.what };
        serde_json::to_string(&line).expect("three texts are JSON")
    }
}

/// The first findings in their order, and how many there are of each rule.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    most: usize,
    allowed: BTreeSet<Rule>,
    first: BTreeSet<Finding>,
    counts: BTreeMap<Rule, u64>,
}

impl Findings {
    /// None yet; `most` of them are kept, so that a site that is broken throughout needs no memory for each page.
    /// What is against a rule in `allowed` is no finding.
    pub fn new(most: usize, allowed: &BTreeSet<Rule>) -> Findings {
        Findings { most, allowed: allowed.clone(), ..Findings::default() }
    }

    /// Adds one.
    pub fn add(&mut self, path: &str, rule: Rule, what: impl Into<String>) {
        if self.allowed.contains(&rule) {
            return;
        }
        *self.counts.entry(rule).or_default() += 1;
        self.keep(Finding { path: path.to_owned(), rule, what: what.into() });
    }

    /// Adds those of another part of the site.
    pub fn merge(&mut self, other: Findings) {
        for (rule, count) in other.counts {
            *self.counts.entry(rule).or_default() += count;
        }
        other.first.into_iter().for_each(|finding| self.keep(finding));
    }

    fn keep(&mut self, finding: Finding) {
        let is_beyond = self.first.len() >= self.most && self.first.last().is_none_or(|last| *last <= finding);
        if is_beyond {
            return;
        }
        self.first.insert(finding);
        if self.first.len() > self.most {
            self.first.pop_last();
        }
    }

    /// The first ones, by path, rule and what.
    pub fn first(&self) -> impl Iterator<Item = &Finding> {
        self.first.iter()
    }

    /// How many there are of each rule that is not kept everywhere.
    pub fn counts(&self) -> &BTreeMap<Rule, u64> {
        &self.counts
    }

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}
