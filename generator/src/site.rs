//! A site's configuration: everything under `content/`, read once, checked as a whole, without a database.
//!
//! Nothing of a particular community is in the code; it is here that sections, kinds, words in
//! addresses, menus and languages come from.

pub mod alert_rule;
mod checks;
pub mod config;
pub mod content_page;
pub mod kind;
pub mod locale;
pub mod section;
pub mod sidecar_paths;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use self::config::Config;
use self::content_page::ContentPage;
use self::kind::{AttributeType, Kind};
use self::locale::Locale;
use self::section::{ListStyle, Section};
use self::sidecar_paths::API;
use crate::cdn::Cdn;
use crate::files::{self, Files, SiteFiles};
use crate::model::Board;
use crate::page::{Page, Part};
use crate::text::slug::is_slug;

/// A site as its files describe it.
pub struct Site {
    /// content/site.toml
    pub config: Config,
    /// The zone that times are shown in.
    pub zone: Tz,
    /// Sections by their order.
    pub sections: Vec<Section>,
    /// Kinds of creations by key.
    pub kinds: BTreeMap<String, Kind>,
    /// Pages written in Markdown, by slug.
    pub pages: BTreeMap<String, ContentPage>,
    /// Texts of the pages around what people wrote.
    pub locale: Arc<Locale>,
    /// Where the site will be, without a slash at the end.
    pub url: String,
    /// Where uploads are, with a slash at the end.
    pub uploads_url: String,
    /// What stands between readers and the target.
    pub cdn: Cdn,
    /// Days as readers see them: an archive shows the same few thousand again and again.
    days: RwLock<HashMap<NaiveDate, String>>,
}

/// A fault in the files of a site.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// A file is missing.
    #[error("{0} is missing; a site is a folder with content/site.toml, see the README")]
    Missing(&'static str),
    /// Not TOML, or not the TOML that belongs here.
    #[error("{path}: {source}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Line, column and excerpt.
        source: Box<toml::de::Error>,
    },
    /// Right as TOML, wrong as configuration.
    #[error("{path}: {fault}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would be right.
        fault: String,
    },
}

impl Site {
    /// Reads and checks a site's configuration.
    ///
    /// # Errors
    /// The first fault found, with file and, where there is one, line.
    pub fn load(files: &SiteFiles, url: &str, uploads_url: &str) -> Result<Site, Error> {
        let config_file = files.content.get("site.toml").ok_or(Error::Missing("content/site.toml"))?;
        let config: Config = parse_toml(config_file)?;
        let invalid = |fault| Error::Invalid { path: config_file.origin.clone(), fault };
        let zone = config.time_zone.parse().map_err(|_| {
            invalid(format!("time_zone: `{}` is no IANA time zone such as Europe/Prague", config.time_zone))
        })?;
        let kinds = kind::load(&files.content)?;
        let sections = section::load(&files.content)?;
        let pages = content_page::load(&files.content)?;
        let locale = Arc::new(Locale::load(&files.content, &config.language)?);
        let site = Site {
            config,
            zone,
            sections,
            kinds,
            pages,
            locale,
            url: url.trim_end_matches('/').to_owned(),
            uploads_url: format!("{}/", uploads_url.trim_end_matches('/')),
            cdn: Cdn::None,
            days: RwLock::default(),
        };
        site.check_sections(&files.content)?;
        site.check_config().map_err(invalid)?;
        Ok(site)
    }

    /// The same site behind a CDN.
    #[must_use]
    pub fn behind(self, cdn: &Cdn) -> Site {
        Site { cdn: cdn.clone(), ..self }
    }

    /// The section of a key.
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// The kind of a section's creations.
    pub fn kind(&self, section: &Section) -> &Kind {
        self.kinds.get(&section.kind).expect("Site::load checked each section's kind")
    }

    /// The groups of a board; `None` where the site has no such board.
    pub fn groups(&self, board: Board) -> Option<&[config::Group]> {
        self.board(board).map(|board| board.groups.as_slice())
    }

    /// A board's settings; `None` where the site has no such board.
    pub fn board(&self, board: Board) -> Option<&config::BoardConfig> {
        match board {
            Board::Market => self.config.market.as_ref(),
            Board::Dating => self.config.dating.as_ref(),
        }
    }

    /// A time's day in the site's zone and language.
    pub fn day(&self, time: DateTime<Utc>) -> String {
        let local = time.with_timezone(&self.zone);
        let day = local.date_naive();
        if let Some(text) = self.days.read().unwrap_or_else(PoisonError::into_inner).get(&day) {
            return text.clone();
        }
        let args = [("day", day.day().into()), ("month", day.month().into()), ("year", day.year().into())];
        let text = self.locale.text("moment-date", &args);
        self.days.write().unwrap_or_else(PoisonError::into_inner).insert(day, text.clone());
        text
    }

    /// The path of a page, see [`crate::page::path::Paths::path`].
    pub fn path(&self, page: &Page, slug: &str) -> String {
        self.config.paths.path(page, slug)
    }

    /// The absolute address of a path.
    pub fn absolute(&self, path: &str) -> String {
        [self.url.as_str(), path].concat()
    }

    /// The address of an upload. Words of its path that would lead out of the uploads are left out.
    pub fn upload_url(&self, path: &str) -> String {
        const ENCODED: &AsciiSet =
            &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'#').add(b'?').add(b'%').add(b'\\');
        let mut url = self.uploads_url.trim_end_matches('/').to_owned();
        for word in path.split('/').filter(|word| !matches!(*word, "" | "." | "..")) {
            url.push('/');
            url.extend(utf8_percent_encode(word, ENCODED));
        }
        url
    }

    /// Whether the site has such a page at all; whether the database has its entity is another question.
    pub fn offers(&self, page: &Page) -> bool {
        match page {
            Page::Section { section, .. }
            | Page::Genre { section, .. }
            | Page::Charter(section)
            | Page::Creation { section, .. }
            | Page::Discussion { section, .. }
            | Page::SectionFeed(section) => self.section(section).is_some(),
            Page::Forum(_) | Page::ForumFeed => self.config.features.forum,
            Page::Links(_) => self.config.features.links,
            Page::Ads { board, group, .. } => match (self.groups(*board), group) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(groups), Some(key)) => groups.iter().any(|group| group.key == *key),
            },
            _ => true,
        }
    }

    /// The title of a page that has one without any row of the database.
    pub fn title(&self, page: &Page) -> Option<String> {
        let message = match page {
            Page::Home => "home-title",
            Page::News(_) => "news-title",
            Page::Newest => "newest-title",
            Page::Members(_) => "members-title",
            Page::Forum(_) => "forum-title",
            Page::Ads { board: Board::Market, .. } => "market-title",
            Page::Ads { board: Board::Dating, .. } => "dating-title",
            Page::Links(_) => "links-title",
            Page::Credits => "credits-title",
            Page::Section { section, .. } => return self.section(section).map(|section| section.name.clone()),
            Page::Content(slug) => return self.pages.get(slug).map(|page| page.title.clone()),
            _ => return None,
        };
        Some(self.locale.text(message, &[]))
    }

    /// The members' rooms: paths without slashes at their ends.
    pub fn rooms(&self) -> impl Iterator<Item = &str> {
        let of_sidecar = self.config.sidecar.paths().into_iter().map(|(_, path)| path);
        self.config.rooms.iter().map(String::as_str).chain(of_sidecar).chain([API])
    }

    /// Whether a path with a slash in front is one of the members' rooms, or within one: the sidecar's, and no file.
    pub fn is_room(&self, path: &str) -> bool {
        self.rooms().any(|room| is_within(path, room))
    }

    /// Whether a path with a slash in front is a room that members were promised and that nobody answers yet, or within
    /// one; what the sidecar has of its own is open, and what is not there is nowhere.
    pub fn is_promised_room(&self, path: &str) -> bool {
        self.config.rooms.iter().any(|room| is_within(path, room))
    }

    /// All pages that exist by configuration alone, whatever the database holds.
    pub fn configured_pages(&self) -> Vec<Page> {
        let mut pages = vec![
            Page::Home,
            Page::News(Part::Head),
            Page::Newest,
            Page::Members(Part::Head),
            Page::Forum(Part::Head),
            Page::Links(Part::Head),
            Page::Credits,
            Page::ForumFeed,
            Page::EverythingFeed,
            Page::SitemapIndex,
            Page::Sitemap(crate::page::Sitemap::Pages),
            Page::Robots,
            Page::NotFound,
        ];
        for section in &self.sections {
            pages.push(Page::Section { section: section.key.clone(), part: Part::Head });
            pages.push(Page::SectionFeed(section.key.clone()));
        }
        for board in Board::ALL {
            pages.push(Page::Ads { board, group: None, part: Part::Head });
            let groups = self.groups(board).unwrap_or_default();
            pages.extend(groups.iter().map(|group| Page::Ads {
                board,
                group: Some(group.key.clone()),
                part: Part::Head,
            }));
        }
        pages.extend(self.pages.keys().map(|slug| Page::Content(slug.clone())));
        pages.extend(self.config.redirects.keys().map(|path| Page::Redirect(path.clone())));
        pages.retain(|page| self.offers(page));
        pages
    }
}

/// Whether a path with a slash in front is that of a room, or below it.
fn is_within(path: &str, room: &str) -> bool {
    let rest = path.strip_prefix('/').and_then(|inner| inner.strip_prefix(room));
    rest.is_some_and(|rest| matches!(rest.bytes().next(), None | Some(b'/')))
}

/// A file read as TOML into a typed value.
pub(crate) fn parse_toml<T: serde::de::DeserializeOwned>(file: &files::File) -> Result<T, Error> {
    toml::from_str(file.text()?).map_err(|source| Error::Toml { path: file.origin.clone(), source: Box::new(source) })
}

/// The files of one folder and suffix with the name between: `kinds/monster.toml` gives `monster`.
pub(crate) fn named<'a>(
    files: &'a Files,
    folder: &'a str,
    suffix: &'a str,
) -> impl Iterator<Item = (&'a str, &'a files::File)> {
    files.iter().filter_map(move |(path, file)| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(suffix)?;
        (!name.contains('/')).then_some((name, file))
    })
}
