//! What is checked: one table of names and meanings, from which the help, the README's table and all findings come.

use std::fmt;
use std::str::FromStr;

macro_rules! rules {
    ($($variant:ident $name:literal $meaning:literal;)+) => {
        /// A rule that the files of a site keep.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $meaning] $variant,)+
        }

        impl Rule {
            /// All rules, in the order of the documentation.
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),+];

            /// The stable name: what findings, `--allow` and the documentation call it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Rule::$variant => $name,)+
                }
            }

            /// What holds where the rule is kept.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Rule::$variant => $meaning,)+
                }
            }
        }
    };
}

rules! {
    MalformedHtml "malformed-html" "a page is UTF-8, each tag closed and nested as the HTML standard allows";
    DuplicateId "duplicate-id" "no two elements of a page have the same id";
    PageTitle "page-title" "a page has one title, and it is not empty";
    PageLanguage "page-language" "a page names its language";
    PageHeading "page-heading" "a page has exactly one h1";
    HeadingOrder "heading-order" "no level of headings is skipped on the way down";
    ImageAlt "image-alt" "every picture has an alt, be it empty";
    ImageSize "image-size" "a picture whose size is known has width and height";
    Canonical "canonical" "a page's canonical address and og:url are its own; a redirect's are its target";
    ContentPolicy "content-policy" "a page has a content policy, ahead of what it governs, and keeps it";
    BrokenLink "broken-link" "every address of the site that a file names leads to a file, uploads included, or to a room of the members";
    BrokenFragment "broken-fragment" "every #fragment and every reference to an id has its element";
    UnsafeLink "unsafe-link" "no link runs a script or holds its document in itself";
    MalformedStylesheet "malformed-stylesheet" "a stylesheet is one";
    MalformedFeed "malformed-feed" "a feed is well-formed RSS 2.0 or Atom, with its title, address and date";
    FeedEntry "feed-entry" "a feed's entries have titles, addresses, ids of their own and sound dates";
    FeedComplete "feed-complete" "a feed has the newest of what the database has for it";
    MalformedSitemap "malformed-sitemap" "a sitemap is well-formed, of bounded size, and its dates are sound";
    SitemapEntry "sitemap-entry" "a sitemap lists pages for search engines, each once, and nothing else";
    SitemapMissing "sitemap-missing" "every page for search engines that is no later part of a list is in a sitemap, every sitemap in the index, the index in robots.txt; by the database's records, no page but emptied parts of lists, authors of whom nothing is public and members who have left is kept from search engines";
    OrphanFile "orphan-file" "every file belongs to a page or is an asset";
    MissingFile "missing-file" "every page of the database's records has its file";
    TemporaryFile "temporary-file" "no temporary or hidden file lies about";
    AssetFingerprint "asset-fingerprint" "an asset's name tells its content, since copies of it are kept for a year";
    PasswordHash "password-hash" "no password's hash or other secret of an account is in any file";
    EmailAddress "email-address" "no e-mail address but those that the site's files or public texts hold";
    IpAddress "ip-address" "no IPv4 address but those that the site's files or public texts hold";
    IcqNumber "icq-number" "no account's ICQ number but where a public text holds it";
    PhoneNumber "phone-number" "no telephone number of an ad that is not public";
    PersonalName "personal-name" "no name and no region on a profile whose owner does not show it";
    PrivateText "private-text" "no passage of a letter, a tavern post, a draft or anything else that is not public";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no rule has.
#[derive(Debug, thiserror::Error)]
#[error("there is no rule `{0}`; `generator check --help` lists them")]
pub struct Unknown(String);

impl FromStr for Rule {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Rule, Unknown> {
        Rule::ALL.iter().copied().find(|rule| rule.name() == name).ok_or_else(|| Unknown(name.to_owned()))
    }
}
