//! Sitemaps: which pages they list, and whether those are all that search engines may have.
//!
//! A list's later parts, its archive pages and those of discussions, are not in them: they are ways to what is.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate};

use super::addresses::Target;
use super::files::File;
use super::gather::{Gathered, PageState};
use super::xml::{self, Element};
use super::{Checker, Rule};
use crate::page::{Page, Part, SITEMAP_URLS_MAX};
use crate::store;

/// What the sitemaps say, read before all other files.
#[derive(Debug, Default)]
pub(super) struct Sitemaps {
    /// Sitemap files by key, with the addresses that they list.
    listed: BTreeMap<String, Vec<String>>,
    /// The addresses in indexes.
    indexed: Vec<(String, String)>,
    /// The numbers of all files that they list.
    pub(super) numbers: HashSet<u32>,
    faults: Vec<(String, String)>,
}

impl Sitemaps {
    /// Reads the files that are sitemaps by their names; what is none has faults.
    pub(super) fn read(checker: &Checker<'_>) -> Sitemaps {
        let mut sitemaps = Sitemaps::default();
        for file in checker.files.iter().filter(|file| is_sitemap(file.key)) {
            let root = checker.files.read(file).map_err(|error| error.to_string()).and_then(|body| xml::parse(&body));
            match root {
                Ok(root) => sitemaps.add(file, &root),
                Err(fault) => sitemaps.faults.push((file.key.to_owned(), fault)),
            }
        }
        let urls = sitemaps.listed.values().flatten();
        sitemaps.numbers = urls.filter_map(|url| Some(file_of(checker, url)?.number)).collect();
        sitemaps
    }

    fn add(&mut self, file: File<'_>, root: &Element) {
        let (entry, is_index) = match root.name.as_str() {
            "urlset" => ("url", false),
            "sitemapindex" => ("sitemap", true),
            other => return self.faults.push((file.key.to_owned(), format!("its root is {other}"))),
        };
        let mut urls = Vec::new();
        for (child, number) in root.all(entry).zip(1..) {
            let mut add = |fault| self.faults.push((file.key.to_owned(), format!("{entry} {number}: {fault}")));
            match child.child_text("loc") {
                Some(url) => urls.push(url.to_owned()),
                None => add("it has no loc".to_owned()),
            }
            if let Some(date) = child.child_text("lastmod").filter(|date| !is_date(date)) {
                add(format!("`{date}` is no lastmod"));
            }
        }
        if urls.len() > SITEMAP_URLS_MAX.unsigned_abs() as usize {
            self.faults.push((
                file.key.to_owned(),
                format!("it lists {} addresses, not {SITEMAP_URLS_MAX} at most", urls.len()),
            ));
        }
        if is_index {
            self.indexed.extend(urls.into_iter().map(|url| (file.key.to_owned(), url)));
        } else {
            self.listed.insert(file.key.to_owned(), urls);
        }
    }

    /// Compares what they list with the pages that there are.
    pub(super) fn check(&self, checker: &Checker<'_>, out: &mut Gathered) {
        for (key, fault) in &self.faults {
            out.findings.add(key, Rule::MalformedSitemap, fault.clone());
        }
        let states: HashMap<u32, PageState> = out.states.iter().copied().collect();
        let mut listed: HashMap<&str, &str> = HashMap::new();
        for (key, url) in self.listed.iter().flat_map(|(key, urls)| urls.iter().map(move |url| (key, url))) {
            let what = match file_of(checker, url).map(|file| (file, states.get(&file.number))) {
                _ if listed.contains_key(url.as_str()) => format!("{url} is also in {}", listed[url.as_str()]),
                None => format!("{url} leads nowhere"),
                Some((_, None)) => format!("{url} is no page"),
                Some((_, Some(PageState::Hidden))) => format!("{url} is not for search engines"),
                Some((_, Some(PageState::Redirect))) => format!("{url} only leads to another page"),
                Some((file, _)) if checker.addresses.absolute(&file.path()) != *url => {
                    format!("{url} is not the page's own address, {}", checker.addresses.absolute(&file.path()))
                }
                Some((file, _)) if is_later_part(checker, file) => format!("{url} is a later part of a list"),
                Some(_) => String::new(),
            };
            listed.entry(url).or_insert(key);
            if !what.is_empty() {
                out.findings.add(key, Rule::SitemapEntry, what);
            }
        }
        let public = out.states.iter().filter(|(_, state)| *state == PageState::Public);
        let unlisted: Vec<u32> =
            public.map(|(number, _)| *number).filter(|number| !self.numbers.contains(number)).collect();
        for file in unlisted.into_iter().map(|number| checker.files.file(number)) {
            if !is_later_part(checker, file) {
                out.findings.add(file.key, Rule::SitemapMissing, "no sitemap lists it");
            }
        }
        self.check_index(checker, out);
    }

    fn check_index(&self, checker: &Checker<'_>, out: &mut Gathered) {
        let mut indexed = HashSet::new();
        for (key, url) in &self.indexed {
            match file_of(checker, url).filter(|file| self.listed.contains_key(file.key)) {
                Some(file) if indexed.insert(file.number) => {}
                Some(_) => out.findings.add(key, Rule::SitemapEntry, format!("{url} is in it twice")),
                None => out.findings.add(key, Rule::SitemapEntry, format!("{url} is no sitemap")),
            }
        }
        for key in self.listed.keys() {
            if checker.files.get(key).is_some_and(|file| !indexed.contains(&file.number)) {
                out.findings.add(key, Rule::SitemapMissing, "no index lists it");
            }
        }
        let index = checker.addresses.absolute(&checker.site.path(&Page::SitemapIndex, ""));
        let robots = checker.files.get("robots.txt").and_then(|file| checker.files.read(file).ok()).unwrap_or_default();
        let robots = String::from_utf8_lossy(&robots);
        if !robots.lines().any(|line| line.strip_prefix("Sitemap:").is_some_and(|url| url.trim() == index)) {
            out.findings.add("robots.txt", Rule::SitemapMissing, format!("it does not say `Sitemap: {index}`"));
        }
    }

    /// The files that are sitemaps.
    pub(super) fn is_one(&self, key: &str) -> bool {
        is_sitemap(key)
    }
}

fn is_sitemap(key: &str) -> bool {
    key == "sitemap.xml" || (key.starts_with("sitemap-") && key.ends_with(".xml"))
}

/// The file that an absolute address of the site means.
fn file_of<'a>(checker: &'a Checker<'_>, url: &str) -> Option<File<'a>> {
    match checker.addresses.target(url, "/") {
        Target::Own { path, fragment: None } => {
            let number = checker.files.get(&store::key(&path))?.number;
            Some(checker.files.file(number))
        }
        _ => None,
    }
}

pub(super) fn is_later_part(checker: &Checker<'_>, file: File<'_>) -> bool {
    let parsed = checker.site.config.paths.parse(&file.path());
    parsed.is_some_and(|parsed| match parsed.page {
        Page::Discussion { .. } => true,
        Page::News(part)
        | Page::Members(part)
        | Page::Forum(part)
        | Page::Links(part)
        | Page::Section { part, .. }
        | Page::Genre { part, .. }
        | Page::Author { part, .. }
        | Page::Ads { part, .. } => part != Part::Head,
        _ => false,
    })
}

/// W3C's profile of ISO 8601: a day, or a moment.
fn is_date(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok() || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}
