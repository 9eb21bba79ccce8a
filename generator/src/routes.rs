//! The rules of whatever stands before the site: which requests go to the sidecar, which are files, what is passed on.
//!
//! They come from the same table as the sidecar's own addresses ([`Site::rooms`]) and from the queries that mean something
//! on old addresses ([`crate::page::old::QUERY_KEYS`]). Pure: texts of configuration.

mod cloudfront;
mod nginx;
mod varnish;

use std::path::PathBuf;

use crate::page::Page;
use crate::page::old::QUERY_KEYS;
use crate::site::Site;

/// Whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A `server` and what it needs, to be included within `http`.
    Nginx,
    /// A VCL of its own.
    Varnish,
    /// JSON: what its API takes, the distribution's configuration and what that refers to.
    CloudFront,
}

/// Where the pages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pages {
    /// In a folder of the front's own machine.
    Folder(PathBuf),
    /// Behind a server: host, port, what keys begin with (empty, or with a slash in front and none at the end).
    Server {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
        /// Before each path.
        prefix: String,
    },
}

/// What the rules are made from.
pub struct Front<'a> {
    /// The site.
    pub site: &'a Site,
    /// Where the pages are.
    pub pages: Pages,
    /// Hosts and ports of the sidecars, at least one; only nginx chooses among several.
    pub sidecars: Vec<(String, u16)>,
    /// Where the front listens.
    pub listen: String,
}

/// Paths that only operators ask, and not through the front.
const INTERNAL: [&str; 2] = ["health", "metrics"];

/// Headers of every file; the sidecar puts them on what it answers by itself. Pages carry their own content policy; who
/// may frame them only a header can say.
const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    (CONTENT_POLICY, "frame-ancestors 'none'"),
];

/// Where the sidecar answers for a file, it may say more by it.
const CONTENT_POLICY: &str = "Content-Security-Policy";

/// A year.
const HSTS_SECONDS: u32 = 31_536_000;

/// The rules as text.
///
/// # Errors
/// What the format cannot do.
pub fn rules(format: Format, front: &Front<'_>) -> Result<String, String> {
    match format {
        Format::Nginx => Ok(nginx::rules(front)),
        Format::Varnish => varnish::rules(front),
        Format::CloudFront => cloudfront::rules(front),
    }
}

impl Front<'_> {
    /// The only sidecar.
    fn sidecar(&self) -> Result<&(String, u16), String> {
        match self.sidecars.as_slice() {
            [sidecar] => Ok(sidecar),
            _ => Err("these rules know one sidecar: say with --sidecar what leads to all of them".to_owned()),
        }
    }

    /// The name that readers call the site by.
    fn host(&self) -> &str {
        self.site.url.split_once("://").map_or(self.site.url.as_str(), |(_, host)| host)
    }

    /// The sidecar's paths without slashes at their ends; those within others are left out.
    fn rooms(&self) -> Vec<&str> {
        let mut rooms: Vec<&str> = self.site.rooms().collect();
        rooms.sort_unstable();
        let all = rooms.clone();
        let is_within =
            |room: &str| all.iter().any(|other| room.strip_prefix(other).is_some_and(|rest| rest.starts_with('/')));
        rooms.retain(|room| !is_within(room));
        rooms.dedup();
        rooms
    }

    /// Rooms and the site's own uploads as a regular expression's alternatives. Paths hold a-z, 0-9, dashes, slashes.
    fn rooms_pattern(&self) -> String {
        let mut all: Vec<&str> = self.rooms();
        let uploads = self.site.uploads_url.strip_prefix('/').map(|path| path.trim_end_matches('/'));
        all.extend(uploads.filter(|path| !path.is_empty()));
        all.join("|")
    }

    /// Old paths and the addresses that they lead to, where that is known without a database: a front that has these
    /// answers as the sidecar does, with a redirect that programs follow as well, and not with the page that refreshes.
    fn redirects(&self) -> Vec<(&str, String)> {
        let pages = self.site.configured_pages();
        let all = self.site.config.redirects.iter();
        let known = all.filter_map(|(path, key)| Some((path.as_str(), key.parse::<Page>().ok()?)));
        known.filter(|(_, page)| pages.contains(page)).map(|(path, page)| (path, self.site.path(&page, ""))).collect()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let hsts = || ("Strict-Transport-Security", format!("max-age={HSTS_SECONDS}; includeSubDomains"));
        let secure = self.site.url.starts_with("https://").then(hsts);
        SECURITY_HEADERS.into_iter().map(|(name, value)| (name, value.to_owned())).chain(secure).collect()
    }
}

/// The keys of queries as a regular expression's alternatives.
fn query_pattern() -> String {
    QUERY_KEYS.join("|")
}
