//! What is checked of each page by itself: form, headings, pictures, its own address, its content policy.

pub(super) mod document;
mod policy;

use std::collections::HashSet;

use self::document::{Document, Element};
use self::policy::Policy;
use super::addresses::Target;
use super::files::File;
use super::gather::{Gathered, PageState};
use super::{Checker, Rule};

/// Attributes that name elements of the same page by their ids.
const REFERENCES: [&str; 9] = [
    "for",
    "form",
    "headers",
    "list",
    "popovertarget",
    "aria-controls",
    "aria-describedby",
    "aria-labelledby",
    "aria-owns",
];
/// Attributes with an address that is fetched or followed. Forms are not among them: they go to the sidecar, which is
/// no file, and the content policy says where they may go.
const ADDRESSES: [&str; 5] = ["href", "src", "poster", "data", "cite"];
/// Meta properties whose content is an address.
const ADDRESS_PROPERTIES: [&str; 5] = ["og:url", "og:image", "og:audio", "og:video", "twitter:image"];

/// One page on its way through the rules.
struct Page<'a> {
    checker: &'a Checker<'a>,
    file: File<'a>,
    path: String,
    document: &'a Document,
    out: &'a mut Gathered,
}

/// Checks a page and notes what the rest of the site must know of it.
pub(super) fn check(checker: &Checker<'_>, file: File<'_>, body: &[u8], out: &mut Gathered) {
    let Ok(html) = std::str::from_utf8(body) else {
        out.findings.add(file.key, Rule::MalformedHtml, "it is not UTF-8 text");
        return;
    };
    let document = Document::parse(html);
    let path = file.path();
    let mut page = Page { checker, file, path, document: &document, out };
    for (line, fault) in &document.faults {
        page.add(Rule::MalformedHtml, format!("line {line}: {fault}"));
    }
    if html.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        page.add(Rule::MalformedHtml, "a control character is in it");
    }
    page.outline();
    page.pictures();
    let state = page.state();
    page.own_address(state);
    page.policy();
    let ids = page.ids();
    page.links(&ids);
    page.privacy();
    page.out.states.push((file.number, state));
}

impl<'a> Page<'a> {
    fn add(&mut self, rule: Rule, what: impl Into<String>) {
        self.out.findings.add(self.file.key, rule, what);
    }

    fn elements(&self, name: &'static str) -> impl Iterator<Item = &'a Element> + use<'a> {
        self.document.elements.iter().filter(move |element| element.html_name() == name)
    }

    /// Title, language, headings.
    fn outline(&mut self) {
        let titles: Vec<_> = self.elements("title").collect();
        match titles.as_slice() {
            [] => self.add(Rule::PageTitle, "it has none"),
            [title] if !title.has_text => self.add(Rule::PageTitle, "it is empty"),
            [_] => {}
            more => self.add(Rule::PageTitle, format!("it has {}", more.len())),
        }
        let language = self.elements("html").find_map(|root| root.attribute("lang"));
        if language.is_none_or(|language| language.trim().is_empty()) {
            self.add(Rule::PageLanguage, "its html element has no lang");
        }
        match self.elements("h1").count() {
            1 => {}
            count => self.add(Rule::PageHeading, format!("it has {count} h1")),
        }
        // The menu beside the page has headings of its own; the page's begin with its h1.
        let mut last = None;
        for heading in self.document.elements.iter().filter_map(|element| Some((heading_level(element)?, element))) {
            let (level, element) = heading;
            match last {
                None if level > 1 => continue,
                Some(last) if level > last + 1 => {
                    self.add(Rule::HeadingOrder, format!("line {}: h{level} after h{last}", element.line));
                }
                _ => {}
            }
            last = Some(level);
        }
    }

    fn pictures(&mut self) {
        for image in self.elements("img") {
            let src = image.attribute("src").unwrap_or("");
            if image.attribute("alt").is_none() {
                self.add(Rule::ImageAlt, format!("line {}: {src}", image.line));
            }
            let has_size = image.attribute("width").is_some() && image.attribute("height").is_some();
            if !has_size && let Some((width, height)) = self.checker.picture_size(src, &self.path) {
                let what = format!("line {}: {src} is {width} by {height}, and the page does not say so", image.line);
                self.add(Rule::ImageSize, what);
            }
        }
    }

    /// Whether search engines may have the page, or it only leads to another.
    fn state(&self) -> PageState {
        let is_noindex = |meta: &Element| {
            let name = meta.attribute("name").unwrap_or("");
            name.eq_ignore_ascii_case("robots") && meta.attribute("content").is_some_and(|c| c.contains("noindex"))
        };
        if self.refresh().is_some() {
            PageState::Redirect
        } else if self.elements("meta").any(is_noindex) {
            PageState::Hidden
        } else {
            PageState::Public
        }
    }

    /// Where the page leads by itself.
    fn refresh(&self) -> Option<&'a str> {
        let meta = self.elements("meta").find(|meta| is_equiv(meta, "refresh"))?;
        let (_, url) = meta.attribute("content")?.split_once("url=")?;
        Some(url.trim())
    }

    fn own_address(&mut self, state: PageState) {
        let canonicals: Vec<&str> = self
            .elements("link")
            .filter(|l| l.has_rel("canonical"))
            .map(|l| l.attribute("href").unwrap_or(""))
            .collect();
        let own = self.checker.addresses.absolute(&self.path);
        let expected = match (state, self.refresh()) {
            (PageState::Redirect, Some(target)) => {
                Some(self.checker.addresses.resolved(target, &self.path).into_owned())
            }
            (PageState::Public, _) => Some(own.clone()),
            _ => None,
        };
        match (expected, canonicals.as_slice()) {
            (Some(expected), [found]) if *found == expected => {}
            (Some(expected), [found]) => {
                self.add(Rule::Canonical, format!("it says {found} in place of {expected}"));
            }
            (Some(expected), []) => self.add(Rule::Canonical, format!("it lacks the link to {expected}")),
            (None, [found]) if *found != own => self.add(Rule::Canonical, format!("it says {found} in place of {own}")),
            (None, [] | [_]) => {}
            (_, more) => self.add(Rule::Canonical, format!("it has {}", more.len())),
        }
        let og_urls = self.elements("meta").filter(|meta| meta.attribute("property") == Some("og:url"));
        for url in og_urls.filter_map(|meta| meta.attribute("content")).filter(|url| *url != own) {
            self.add(Rule::Canonical, format!("its og:url says {url} in place of {own}"));
        }
    }

    fn policy(&mut self) {
        let is_policy = |element: &&Element| is_equiv(element, "content-security-policy");
        let elements = &self.document.elements;
        let Some(at) = elements.iter().position(|element| is_policy(&element)) else {
            self.add(Rule::ContentPolicy, "it has none");
            return;
        };
        let policy = Policy::parse(elements[at].attribute("content").unwrap_or(""));
        if let Some(early) = elements[..at].iter().find(|element| fetched(element).is_some()) {
            let what = format!("line {}: {} comes before it and is not governed", early.line, early.name());
            self.add(Rule::ContentPolicy, what);
        }
        for element in elements {
            for what in self.violations(element, &policy) {
                self.add(Rule::ContentPolicy, format!("line {}: {what}", element.line));
            }
        }
    }

    /// What of an element the browser will not do.
    fn violations(&self, element: &Element, policy: &Policy<'_>) -> Vec<String> {
        let mut found = Vec::new();
        let name = element.name();
        // A script of another type, such as data, is never run.
        let is_data = element.attribute("type").is_some_and(|kind| kind.contains("json"));
        if name == "script" && element.attribute("src").is_none() && !is_data && !policy.allows_inline("script-src") {
            found.push("a script within the page".to_owned());
        }
        if name == "style" && !policy.allows_inline("style-src") {
            found.push("a style sheet within the page".to_owned());
        }
        for (attribute, _) in element.attributes() {
            if attribute == "style" && !policy.allows_inline("style-src") {
                found.push(format!("a style attribute of {name}"));
            }
            if attribute.starts_with("on") && !policy.allows_inline("script-src") {
                found.push(format!("the script of {name}'s {attribute}"));
            }
        }
        if let Some((directive, url)) = fetched(element) {
            let absolute = self.checker.addresses.resolved(url, &self.path);
            if !policy.allows(directive, &absolute, &self.checker.addresses) {
                found.push(format!("{directive} does not let in {url}"));
            }
        }
        found
    }

    /// The page's ids, for its own references and for links of others.
    fn ids(&mut self) -> HashSet<&'a str> {
        let mut ids = HashSet::new();
        for element in &self.document.elements {
            if let Some(id) = element.attribute("id") {
                if id.is_empty() || id.contains(|c: char| c.is_ascii_whitespace()) {
                    self.add(Rule::DuplicateId, format!("line {}: `{id}` is no id", element.line));
                } else if !ids.insert(id) {
                    self.add(Rule::DuplicateId, format!("line {}: {id}", element.line));
                }
            }
            // Old texts have anchors by name.
            if element.html_name() == "a"
                && let Some(name) = element.attribute("name")
            {
                ids.insert(name);
            }
        }
        self.out.note_ids(self.file, &ids);
        ids
    }

    fn links(&mut self, ids: &HashSet<&'a str>) {
        let mut seen = HashSet::new();
        for element in &self.document.elements {
            for url in addresses(element) {
                if seen.insert(url) {
                    self.link(url, ids, element.line);
                }
            }
            for (attribute, value) in element.attributes().filter(|(name, _)| REFERENCES.contains(name)) {
                for id in value.split_ascii_whitespace().filter(|id| !ids.contains(id)) {
                    let what = format!("line {}: {attribute}=\"{id}\" names no element", element.line);
                    self.add(Rule::BrokenFragment, what);
                }
            }
        }
    }

    fn link(&mut self, url: &str, ids: &HashSet<&str>, line: u64) {
        // It is shown at any depth, so what is relative leads elsewhere each time.
        let is_relative = || !url.starts_with(['/', '#', '?']) && !url.contains(':');
        if self.file.key == "404.html" && is_relative() {
            self.add(Rule::BrokenLink, format!("line {line}: {url} is relative, and this page is shown at any path"));
            return;
        }
        if let Target::Own { path, fragment: Some(fragment) } = self.checker.addresses.target(url, &self.path)
            && path == self.path
        {
            // What the standard calls the top of the document needs no element.
            let is_top = fragment.is_empty() || fragment.eq_ignore_ascii_case("top");
            if !is_top && !ids.contains(fragment.as_str()) {
                self.add(Rule::BrokenFragment, format!("line {line}: {url}"));
            }
            return;
        }
        self.out.link(self.checker, self.file, &self.path, url, Some(line));
    }

    fn privacy(&mut self) {
        let secrets = &self.checker.secrets;
        self.out.private.text(secrets, self.file.number, &self.document.text);
        self.out.private.text(secrets, self.file.number, &self.document.comments);
        for element in &self.document.elements {
            for (name, value) in element.attributes() {
                self.out.private.attribute(secrets, self.file.number, name, value);
            }
        }
    }
}

fn heading_level(element: &Element) -> Option<u8> {
    match element.html_name().as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn is_equiv(element: &Element, name: &str) -> bool {
    element.html_name() == "meta"
        && element.attribute("http-equiv").is_some_and(|equiv| equiv.eq_ignore_ascii_case(name))
}

/// What a browser fetches for an element, with the directive that governs it.
fn fetched(element: &Element) -> Option<(&'static str, &str)> {
    let by = |directive, attribute| Some((directive, element.attribute(attribute)?));
    match element.name() {
        "script" => by("script-src", "src"),
        "img" | "image" => by("img-src", "src"),
        "iframe" | "frame" => by("frame-src", "src"),
        "audio" | "video" | "source" | "track" => by("media-src", "src"),
        "embed" => by("object-src", "src"),
        "object" => by("object-src", "data"),
        "form" => by("form-action", "action"),
        "base" => by("base-uri", "href"),
        "link" if element.has_rel("stylesheet") => by("style-src", "href"),
        "link" if element.has_rel("icon") || element.has_rel("apple-touch-icon") => by("img-src", "href"),
        "link" if element.has_rel("manifest") => by("manifest-src", "href"),
        _ => None,
    }
}

/// All addresses that an element names.
fn addresses(element: &Element) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for (name, value) in element.attributes() {
        match name {
            "srcset" | "imagesrcset" => {
                found.extend(value.split(',').filter_map(|candidate| candidate.split_ascii_whitespace().next()));
            }
            "content" if element.attribute("property").is_some_and(|name| ADDRESS_PROPERTIES.contains(&name)) => {
                found.push(value);
            }
            "content" if is_equiv(element, "refresh") => {
                found.extend(value.split_once("url=").map(|(_, url)| url.trim()));
            }
            name if ADDRESSES.contains(&name) => found.push(value),
            _ => {}
        }
    }
    found
}
