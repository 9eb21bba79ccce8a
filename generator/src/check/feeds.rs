//! Feeds: RSS 2.0 and Atom (RFC 4287) as far as readers need them, and where their addresses lead.

use std::collections::HashSet;

use chrono::DateTime;

use super::files::File;
use super::gather::Gathered;
use super::xml::Element;
use super::{Checker, Rule};

/// The words of a format.
struct Format {
    entry: &'static str,
    id: &'static str,
    /// Dates of entries, and whether one must be there.
    dates: &'static [(&'static str, bool)],
    is_date: fn(&str) -> bool,
}

/// A date is optional: of what is of unknown age nothing is said.
const RSS: Format = Format {
    entry: "item",
    id: "guid",
    dates: &[("pubDate", false)],
    is_date: |text| DateTime::parse_from_rfc2822(text).is_ok(),
};
const ATOM: Format = Format {
    entry: "entry",
    id: "id",
    dates: &[("updated", true), ("published", false)],
    is_date: |text| DateTime::parse_from_rfc3339(text).is_ok(),
};

/// Whether a document's root is a feed's.
pub(super) fn is_feed(root: &Element) -> bool {
    matches!(root.name.as_str(), "rss" | "feed")
}

/// Checks a feed; `root` is one by [`is_feed`].
pub(super) fn check(checker: &Checker<'_>, file: File<'_>, root: &Element, out: &mut Gathered) {
    let path = file.path();
    let mut missing = Vec::new();
    let (format, feed) = if root.name == "rss" {
        let Some(channel) = root.all("channel").next() else {
            out.findings.add(file.key, Rule::MalformedFeed, "it has no channel");
            return;
        };
        if root.attribute("version") != Some("2.0") {
            missing.push("version 2.0");
        }
        missing.extend(["title", "link", "description"].into_iter().filter(|name| channel.child_text(name).is_none()));
        (&RSS, channel)
    } else {
        missing.extend(["title", "id"].into_iter().filter(|name| root.child_text(name).is_none()));
        if !root.child_text("updated").is_some_and(ATOM.is_date) {
            missing.push("updated");
        }
        (&ATOM, root)
    };
    for name in missing {
        out.findings.add(file.key, Rule::MalformedFeed, format!("it has no {name}"));
    }
    let own = checker.addresses.absolute(&path);
    let self_link = links(feed).find(|link| link.attribute("rel") == Some("self"));
    match self_link.and_then(|link| link.attribute("href")) {
        Some(href) if href == own => {}
        Some(href) => out.findings.add(file.key, Rule::MalformedFeed, format!("it calls itself {href}, not {own}")),
        None => out.findings.add(file.key, Rule::MalformedFeed, format!("it lacks the link to itself, {own}")),
    }
    let mut ids = HashSet::new();
    for (entry, number) in feed.all(format.entry).zip(1..) {
        check_entry(file, format, entry, number, &mut ids, out);
    }
    out.feeds.push((file.number, ids.into_iter().map(str::to_owned).collect()));
    let mut seen = HashSet::new();
    feed.walk(&mut |element| {
        let url = match element.name.as_str() {
            "link" | "atom:link" => element.attribute("href").unwrap_or(element.text.trim()),
            _ => return,
        };
        if !url.is_empty() && seen.insert(url.to_owned()) {
            out.link(checker, file, &path, url, None);
        }
    });
}

fn check_entry<'a>(
    file: File<'_>,
    format: &Format,
    entry: &'a Element,
    number: usize,
    ids: &mut HashSet<&'a str>,
    out: &mut Gathered,
) {
    let mut add =
        |what: String| out.findings.add(file.key, Rule::FeedEntry, format!("{} {number}: {what}", format.entry));
    if entry.child_text("title").is_none() {
        add("it has no title".to_owned());
    }
    if !links(entry).any(|link| link.attribute("href").is_some() || !link.text.trim().is_empty()) {
        add("it has no address".to_owned());
    }
    match entry.child_text(format.id) {
        None => add(format!("it has no {}", format.id)),
        Some(id) if !ids.insert(id) => add(format!("an entry before it has the {} {id} as well", format.id)),
        Some(_) => {}
    }
    for (name, is_needed) in format.dates {
        match entry.child_text(name) {
            None if *is_needed => add(format!("it has no {name}")),
            Some(date) if !(format.is_date)(date) => add(format!("`{date}` is no {name}")),
            _ => {}
        }
    }
}

fn links(element: &Element) -> impl Iterator<Item = &Element> {
    element.all("link").chain(element.all("atom:link"))
}
