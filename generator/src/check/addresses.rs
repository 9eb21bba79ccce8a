//! Addresses in files: which are the site's own, and which file they mean. Pure.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Where the site and its uploads are.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// Without a slash at the end.
    site: String,
    /// With a slash at the end.
    uploads: String,
}

/// What an address means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A path of the site, decoded, and the fragment, decoded, where there is one.
    Own { path: String, fragment: Option<String> },
    /// A file of the uploads, decoded.
    Upload(String),
    /// Another site, mail, a telephone.
    Elsewhere,
    /// A script or a document of its own, by its scheme.
    Unsafe(String),
}

/// Schemes that run what they hold in the page's name.
const UNSAFE_SCHEMES: [&str; 5] = ["javascript", "vbscript", "data", "file", "blob"];

impl Addresses {
    /// `site` without, `uploads` with a slash at the end.
    pub(super) fn new(site: &str, uploads: &str) -> Addresses {
        Addresses { site: site.to_owned(), uploads: uploads.to_owned() }
    }

    /// The absolute address of a path of the site.
    pub(super) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// An address as it stands on the page at `base`, made absolute; other sites' as they are.
    pub(super) fn resolved<'a>(&self, url: &'a str, base: &str) -> Cow<'a, str> {
        match (scheme(url), url.strip_prefix("//")) {
            (Some(_), _) => Cow::Borrowed(url),
            (None, Some(_)) => Cow::Owned(format!("{}:{url}", self.site.split(':').next().unwrap_or("https"))),
            (None, None) => Cow::Owned(self.absolute(&joined(base, url))),
        }
    }

    /// What an address means that stands on the page at `base`.
    pub(super) fn target(&self, url: &str, base: &str) -> Target {
        let url = url.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
        // Browsers drop these from any place of an address before they look for the scheme.
        let without_breaks: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
        let scheme = scheme(&without_breaks).map(str::to_ascii_lowercase);
        if let Some(scheme) = scheme.filter(|scheme| UNSAFE_SCHEMES.contains(&scheme.as_str())) {
            return Target::Unsafe(scheme);
        }
        let absolute = self.resolved(url, base);
        if let Some(upload) = self.upload(&absolute) {
            return Target::Upload(decoded(upload));
        }
        let Some(rest) = absolute.strip_prefix(&self.site) else { return Target::Elsewhere };
        if !rest.is_empty() && !rest.starts_with(['/', '?', '#']) {
            return Target::Elsewhere;
        }
        let (rest, fragment) = split_off(rest, '#');
        let (path, _) = split_off(rest, '?');
        let path = if path.is_empty() { "/" } else { path };
        Target::Own { path: decoded(path), fragment: fragment.map(decoded) }
    }

    fn upload<'a>(&self, absolute: &'a str) -> Option<&'a str> {
        let rest = match self.uploads.starts_with('/') {
            true => absolute.strip_prefix(&self.site)?.strip_prefix(&self.uploads)?,
            false => absolute.strip_prefix(&self.uploads)?,
        };
        Some(split_off(split_off(rest, '#').0, '?').0)
    }
}

/// The scheme of an absolute address.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let mut chars = scheme.chars();
    let is_one = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_one.then_some(scheme)
}

fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A reference without scheme and host, on the page at `base`, as a path with what follows it.
fn joined(base: &str, reference: &str) -> String {
    let end = reference.find(['?', '#']).unwrap_or(reference.len());
    let (path, rest) = reference.split_at(end);
    if path.is_empty() {
        return format!("{base}{rest}");
    }
    let folder = base.rfind('/').map_or("/", |at| &base[..=at]);
    let full = if path.starts_with('/') { path.to_owned() } else { format!("{folder}{path}") };
    if !full.contains("/.") {
        return format!("{full}{rest}");
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut ends_in_folder = false;
    for part in full.split('/').skip(1) {
        ends_in_folder = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if ends_in_folder && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}{rest}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Addresses, Target};

    #[track_caller]
    fn own(url: &str, path: &str, fragment: Option<&str>) {
        let addresses = Addresses::new("https://www.example.org", "https://uploads.example.org/");
        let expected = Target::Own { path: path.to_owned(), fragment: fragment.map(str::to_owned) };
        assert_eq!(addresses.target(url, "/a/b/"), expected, "{url}");
    }

    #[test]
    fn an_address_of_the_site_is_a_path() {
        own("/x/", "/x/", None);
        own("c/#d", "/a/b/c/", Some("d"));
        own("../c/", "/a/c/", None);
        own("..", "/a/", None);
        own("../../../c", "/c", None);
        own("./", "/a/b/", None);
        own("#e", "/a/b/", Some("e"));
        own("?q=1#e", "/a/b/", Some("e"));
        own("https://www.example.org", "/", None);
        own("https://www.example.org/x/?q#f", "/x/", Some("f"));
        own("//www.example.org/x/", "/x/", None);
        own(" /d%C3%ADlo/ ", "/dílo/", None);
    }

    #[test]
    fn others_are_elsewhere_or_unsafe() {
        let addresses = Addresses::new("https://www.example.org", "/uploads/");
        for url in ["https://www.example.org.evil.test/", "http://www.example.org/", "mailto:a@b.cz", "//other.test/x"]
        {
            assert_eq!(addresses.target(url, "/"), Target::Elsewhere, "{url}");
        }
        for url in ["javascript:alert(1)", " JaVa\tScRiPt:alert(1)", "data:text/html,x"] {
            assert!(matches!(addresses.target(url, "/"), Target::Unsafe(_)), "{url}");
        }
        let upload = Target::Upload("a b.png".to_owned());
        assert_eq!(addresses.target("/uploads/a%20b.png?v=1", "/"), upload);
        assert_eq!(addresses.target("https://www.example.org/uploads/a%20b.png", "/"), upload);
    }
}
