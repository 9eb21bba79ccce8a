//! content/site.toml

use std::collections::BTreeMap;

use serde::Deserialize;

use super::alert_rule::{self, Rule};
use super::sidecar_paths::SidecarPaths;
use crate::page::path::Paths;

/// What site.toml says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// A few words beside the name.
    pub tagline: String,
    /// A sentence for search engines.
    pub description: String,
    /// The language of the pages: its locale is `content/locales/<language>.ftl`.
    pub language: String,
    /// IANA name of the zone that times are shown in.
    pub time_zone: String,
    /// A line at the foot of each page.
    #[serde(default)]
    pub copyright: Option<String>,
    /// Markdown at the head of the home page.
    #[serde(default)]
    pub intro: Option<String>,
    /// Words of addresses.
    pub paths: Paths,
    /// Items on a page.
    #[serde(default)]
    pub page_sizes: PageSizes,
    /// Parts that a site may do without.
    #[serde(default)]
    pub features: Features,
    /// The market; a site without this table has none.
    #[serde(default)]
    pub market: Option<BoardConfig>,
    /// The dating board; a site without this table has none.
    #[serde(default)]
    pub dating: Option<BoardConfig>,
    /// The menu.
    #[serde(default)]
    pub menu: Vec<MenuGroup>,
    /// Keys of the pages that the foot of each page links to.
    #[serde(default)]
    pub footer: Vec<String>,
    /// Who made the site.
    #[serde(default)]
    pub credits: Vec<CreditsGroup>,
    /// How the site is built.
    #[serde(default)]
    pub build: BuildConfig,
    /// `[redirects]`: old paths, with both slashes, and the keys of the pages that they lead to.
    #[serde(default)]
    pub redirects: BTreeMap<String, String>,
    /// First words of paths below which everything is gone for good.
    #[serde(default)]
    pub gone: Vec<String>,
    /// Further paths below which the sidecar answers its members and no file ever is, without slashes at their ends.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// Robots, by the names that they go by, that may read nothing.
    #[serde(default)]
    pub robots_barred: Vec<String>,
    /// Who may register.
    #[serde(default)]
    pub registration: RegistrationConfig,
    /// Words of the addresses that the sidecar answers.
    #[serde(default)]
    pub sidecar: SidecarPaths,
    /// What of the log the operators are told.
    #[serde(default)]
    pub alerts: AlertConfig,
}

/// `[alerts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertConfig {
    /// A warning or an error that one of them holds of is told.
    pub rules: Vec<Rule>,
}

impl Default for AlertConfig {
    fn default() -> Self {
        AlertConfig { rules: vec![alert_rule::DEFAULT.parse().expect("a test reads it")] }
    }
}

/// `[registration]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrationConfig {
    /// Nobody younger can register, in years.
    pub age_min: i64,
    /// Who is younger needs a parent's consent, in years.
    pub parent_below: i64,
}

impl Default for RegistrationConfig {
    fn default() -> Self {
        RegistrationConfig { age_min: 13, parent_below: 15 }
    }
}

/// Nobody gets older.
const AGE_MAX: i64 = 130;

impl RegistrationConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        for (name, years) in [("age_min", self.age_min), ("parent_below", self.parent_below)] {
            if !(0..=AGE_MAX).contains(&years) {
                return Err(format!("registration.{name}: {years} is not between 0 and {AGE_MAX}"));
            }
        }
        Ok(())
    }
}

/// `[build]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BuildConfig {
    /// More than this share of all pages may not fall out of the site at once unless the operator says so.
    pub deletions_percent_max: i64,
}

impl Default for BuildConfig {
    fn default() -> Self {
        BuildConfig { deletions_percent_max: 10 }
    }
}

/// `[features]`: what is there unless it is switched off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Features {
    /// The forum and its feed.
    pub forum: bool,
    /// The links.
    pub links: bool,
}

impl Default for Features {
    fn default() -> Self {
        Features { forum: true, links: true }
    }
}

/// A board of ads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardConfig {
    /// Its groups in their order.
    pub groups: Vec<Group>,
    /// How many days after it was posted an ad goes by itself.
    #[serde(default = "default_expire_after_days")]
    pub expire_after_days: i64,
}

fn default_expire_after_days() -> i64 {
    90
}

/// Ten years: more is as good as never.
const EXPIRE_AFTER_DAYS_MAX: i64 = 3_653;

impl BoardConfig {
    pub(super) fn check(&self, name: &str) -> Result<(), String> {
        if (1..=EXPIRE_AFTER_DAYS_MAX).contains(&self.expire_after_days) {
            Ok(())
        } else {
            Err(format!(
                "{name}.expire_after_days: {} is not between 1 and {EXPIRE_AFTER_DAYS_MAX}",
                self.expire_after_days
            ))
        }
    }
}

/// A group of ads: its key is in the database and in the address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// a-z, 0-9, dashes and underscores.
    pub key: String,
    /// What readers see.
    pub label: String,
}

/// A group of the menu.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuGroup {
    /// Its heading.
    pub title: String,
    /// Keys of pages, such as `section/clanky` or `forum`.
    pub pages: Vec<String>,
}

/// A group of people in the credits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditsGroup {
    /// Its heading.
    pub title: String,
    /// Markdown.
    #[serde(default)]
    pub text: Option<String>,
    /// Nicks; those of members become links.
    #[serde(default)]
    pub members: Vec<String>,
}

macro_rules! page_sizes {
    ($($(#[$doc:meta])* $name:ident = $default:literal,)*) => {
        /// `[page_sizes]`: items on a page. A section has its own.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct PageSizes { $($(#[$doc])* pub $name: i64,)* }

        impl Default for PageSizes {
            fn default() -> Self {
                PageSizes { $($name: $default,)* }
            }
        }

        impl PageSizes {
            /// Each size is between 1 and [`PAGE_SIZE_MAX`].
            pub(super) fn check(&self) -> Result<(), String> {
                $(check_page_size(concat!("page_sizes.", stringify!($name)), self.$name)?;)*
                Ok(())
            }

            /// The greatest of them.
            pub fn max(&self) -> i64 {
                [$(self.$name),*].into_iter().max().unwrap_or(0)
            }
        }
    };
}

page_sizes! {
    /// News on a page.
    news = 10,
    /// Forum posts on a page.
    forum = 20,
    /// Ads on a page.
    ads = 10,
    /// Links on a page.
    links = 10,
    /// Members on a page.
    members = 50,
    /// Creations on an author's page.
    author = 50,
    /// Comments with a creation and on an archive page of its discussion.
    discussion = 10,
    /// Creations in what's new.
    newest = 40,
    /// Comments in what's new.
    newest_comments = 10,
    /// News on the home page.
    home_news = 3,
    /// Creations on the home page.
    home_creations = 12,
    /// Works on a member's profile.
    profile = 10,
    /// Items of each sort in the feed of everything.
    feed = 30,
    /// Posts in the forum's feed.
    forum_feed = 50,
}

/// More items would make a page that nobody reads and a batch that is hard to hold.
pub const PAGE_SIZE_MAX: i64 = 200;

impl BuildConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        if (0..=100).contains(&self.deletions_percent_max) {
            Ok(())
        } else {
            Err(format!("build.deletions_percent_max: {} is not between 0 and 100", self.deletions_percent_max))
        }
    }
}

/// Checks one page size.
pub(super) fn check_page_size(name: &str, size: i64) -> Result<(), String> {
    if (1..=PAGE_SIZE_MAX).contains(&size) {
        Ok(())
    } else {
        Err(format!("{name}: {size} is not between 1 and {PAGE_SIZE_MAX}"))
    }
}
