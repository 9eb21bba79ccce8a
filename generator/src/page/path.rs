//! The grammar of addresses, both ways: from a page to its path and from a path to a page.
//!
//! The words come from site.toml; a slug is only decoration, so reading a path gives it back beside
//! the page. Paths begin with a slash; those of HTML pages also end with one.

use serde::Deserialize;

use super::{Page, Part, Sitemap};
use crate::model::{AuthorId, Board, MemberId};
use crate::text::slug::is_slug;

/// The words that a site's addresses are made of: `[paths]` in site.toml.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// Before a section's key: `rubriky` in `/rubriky/clanky/`.
    pub sections: String,
    /// After a section: its charter.
    pub charter: String,
    /// After a section: before a genre's slug.
    pub genre: String,
    /// Before the number of an archive page.
    pub archive: String,
    /// After a creation: before the number of an archive page of its discussion.
    pub discussion: String,
    /// Before an author's number and slug.
    pub author: String,
    /// Before a member's number and slug.
    pub member: String,
    /// The list of members.
    pub members: String,
    /// The news.
    pub news: String,
    /// The latest creations.
    pub newest: String,
    /// The forum.
    pub forum: String,
    /// The market.
    pub market: String,
    /// The dating board.
    pub dating: String,
    /// The links.
    pub links: String,
    /// The credits.
    pub credits: String,
    /// The feeds' folder.
    pub feeds: String,
    /// The forum's feed, a file in `feeds`.
    pub forum_feed: String,
    /// The feed of everything, a file in `feeds`.
    pub everything_feed: String,
    /// A section's feed, a file under the section.
    pub section_feed: String,
    /// The slug of a creation whose title has no letter to make one of.
    pub creation_without_slug: String,
    /// The slug of an author or member whose name has no letter to make one of.
    pub person_without_slug: String,
}

/// A page and, where its path has one, the slug that the path shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Which page.
    pub page: Page,
    /// The slug as given, perhaps an old or a wrong one.
    pub slug: Option<String>,
}

impl Paths {
    /// The words that stand first in a path, with their name in site.toml: no two may be alike,
    /// and no content page may have one of them as its slug.
    pub fn first_words(&self) -> [(&'static str, &str); 12] {
        [
            ("sections", &self.sections),
            ("author", &self.author),
            ("member", &self.member),
            ("members", &self.members),
            ("news", &self.news),
            ("newest", &self.newest),
            ("forum", &self.forum),
            ("market", &self.market),
            ("dating", &self.dating),
            ("links", &self.links),
            ("credits", &self.credits),
            ("feeds", &self.feeds),
        ]
    }

    /// Whether each word can stand where it stands and means one thing there.
    ///
    /// # Errors
    /// Which word is wrong, and why.
    pub fn check(&self) -> Result<(), String> {
        let in_section = [("charter", self.charter.as_str()), ("genre", &self.genre), ("archive", &self.archive)];
        let in_feeds = [("forum_feed", self.forum_feed.as_str()), ("everything_feed", &self.everything_feed)];
        let alone = [
            ("discussion", self.discussion.as_str()),
            ("creation_without_slug", &self.creation_without_slug),
            ("person_without_slug", &self.person_without_slug),
        ];
        for (name, word) in self.first_words().into_iter().chain(in_section).chain(alone) {
            if !is_slug(word) {
                return Err(format!("paths.{name}: `{word}` may hold only a-z, 0-9 and dashes"));
            }
        }
        if let Some((name, word)) = in_section.into_iter().find(|(_, word)| numbered(word).is_some()) {
            return Err(format!("paths.{name}: `{word}` begins with a number as creations do"));
        }
        for (name, file) in in_feeds.into_iter().chain([("section_feed", self.section_feed.as_str())]) {
            let parts = file.split_once('.');
            if !parts.is_some_and(|(stem, suffix)| is_slug(stem) && is_slug(suffix)) {
                return Err(format!("paths.{name}: `{file}` is no name of a file such as `news.xml`"));
            }
        }
        for words in [&self.first_words()[..], &in_section, &in_feeds] {
            for (at, (name, word)) in words.iter().enumerate() {
                if words[..at].iter().any(|(_, other)| other == word) {
                    return Err(format!("paths.{name}: `{word}` is used for something else already"));
                }
            }
        }
        Ok(())
    }

    /// The path of a page; `slug` is what creations, authors and members show after the number.
    pub fn path(&self, page: &Page, slug: &str) -> String {
        match page {
            Page::Home => "/".to_owned(),
            Page::News(part) => self.list(folder(&[&self.news]), *part),
            Page::Newest => folder(&[&self.newest]),
            Page::Section { section, part } => self.list(folder(&[&self.sections, section]), *part),
            Page::Genre { section, genre, part } => {
                self.list(folder(&[&self.sections, section, &self.genre, genre]), *part)
            }
            Page::Charter(section) => folder(&[&self.sections, section, &self.charter]),
            Page::Creation { section, number } => folder(&[&self.sections, section, &with_slug(*number, slug)]),
            Page::Discussion { section, number, archive } => {
                let creation = with_slug(*number, slug);
                folder(&[&self.sections, section, &creation, &self.discussion, &archive.to_string()])
            }
            Page::Author { id, part } => self.list(folder(&[&self.author, &with_slug(id.0, slug)]), *part),
            Page::Member(id) => folder(&[&self.member, &with_slug(id.0, slug)]),
            Page::Members(part) => self.list(folder(&[&self.members]), *part),
            Page::Forum(part) => self.list(folder(&[&self.forum]), *part),
            Page::Ads { board, group: None, part } => self.list(folder(&[self.board(*board)]), *part),
            Page::Ads { board, group: Some(group), part } => self.list(folder(&[self.board(*board), group]), *part),
            Page::Links(part) => self.list(folder(&[&self.links]), *part),
            Page::Content(slug) => folder(&[slug]),
            Page::Credits => folder(&[&self.credits]),
            Page::ForumFeed => folder(&[&self.feeds]) + &self.forum_feed,
            Page::EverythingFeed => folder(&[&self.feeds]) + &self.everything_feed,
            Page::SectionFeed(section) => folder(&[&self.sections, section]) + &self.section_feed,
            Page::SitemapIndex => "/sitemap.xml".to_owned(),
            Page::Sitemap(Sitemap::Pages) => "/sitemap-pages.xml".to_owned(),
            Page::Sitemap(Sitemap::Creations(n)) => format!("/sitemap-creations-{n}.xml"),
            Page::Sitemap(Sitemap::Authors(n)) => format!("/sitemap-authors-{n}.xml"),
            Page::Sitemap(Sitemap::Members(n)) => format!("/sitemap-members-{n}.xml"),
            Page::Robots => "/robots.txt".to_owned(),
            Page::NotFound => "/404.html".to_owned(),
            Page::Redirect(path) => path.clone(),
        }
    }

    /// The page that a path names, whether it exists or not; `None` where the grammar has no such path.
    /// Never a redirect: which old paths there are is known to the database alone.
    pub fn parse(&self, path: &str) -> Option<Parsed> {
        let without_slug = |page| Some(Parsed { page, slug: None });
        match path {
            "/" => return without_slug(Page::Home),
            "/robots.txt" => return without_slug(Page::Robots),
            "/404.html" => return without_slug(Page::NotFound),
            "/sitemap.xml" => return without_slug(Page::SitemapIndex),
            _ => {}
        }
        if let Some(sitemap) = path.strip_prefix("/sitemap-").and_then(|rest| rest.strip_suffix(".xml")) {
            return without_slug(Page::Sitemap(parse_sitemap(sitemap)?));
        }
        let Some(inner) = path.strip_prefix('/')?.strip_suffix('/') else {
            return without_slug(self.parse_feed(path)?);
        };
        let words: Vec<&str> = inner.split('/').collect();
        if words.iter().any(|word| word.is_empty()) {
            return None;
        }
        self.parse_words(&words)
    }

    fn parse_feed(&self, path: &str) -> Option<Page> {
        let words: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        match words.as_slice() {
            [feeds, file] if *feeds == self.feeds && *file == self.forum_feed => Some(Page::ForumFeed),
            [feeds, file] if *feeds == self.feeds && *file == self.everything_feed => Some(Page::EverythingFeed),
            [sections, section, file] if *sections == self.sections && *file == self.section_feed => {
                Some(Page::SectionFeed((*section).to_owned()))
            }
            _ => None,
        }
    }

    fn parse_words(&self, words: &[&str]) -> Option<Parsed> {
        let (first, rest) = words.split_first()?;
        let first = *first;
        if first == self.sections {
            let (section, rest) = rest.split_first()?;
            return self.parse_section(section, rest);
        }
        if first == self.author {
            let (name, rest) = rest.split_first()?;
            let (number, slug) = numbered(name)?;
            let page = Page::Author { id: AuthorId(number), part: self.parse_part(rest)? };
            return Some(Parsed { page, slug });
        }
        if first == self.member {
            let [name] = rest else { return None };
            let (number, slug) = numbered(name)?;
            return Some(Parsed { page: Page::Member(MemberId(number)), slug });
        }
        for board in Board::ALL {
            if first == self.board(board) {
                return self.parse_ads(board, rest).map(|page| Parsed { page, slug: None });
            }
        }
        let page = if first == self.news {
            Page::News(self.parse_part(rest)?)
        } else if first == self.members {
            Page::Members(self.parse_part(rest)?)
        } else if first == self.forum {
            Page::Forum(self.parse_part(rest)?)
        } else if first == self.links {
            Page::Links(self.parse_part(rest)?)
        } else if !rest.is_empty() {
            return None;
        } else if first == self.newest {
            Page::Newest
        } else if first == self.credits {
            Page::Credits
        } else {
            Page::Content(first.to_owned())
        };
        Some(Parsed { page, slug: None })
    }

    fn parse_section(&self, section: &str, rest: &[&str]) -> Option<Parsed> {
        let section = section.to_owned();
        let without_slug = |page| Some(Parsed { page, slug: None });
        match rest {
            [charter] if *charter == self.charter => without_slug(Page::Charter(section)),
            [word, genre, part @ ..] if *word == self.genre => {
                let genre = (*genre).to_owned();
                without_slug(Page::Genre { section, genre, part: self.parse_part(part)? })
            }
            [name] if numbered(name).is_some() => {
                let (number, slug) = numbered(name)?;
                Some(Parsed { page: Page::Creation { section, number }, slug })
            }
            [name, word, archive] if *word == self.discussion => {
                let (number, slug) = numbered(name)?;
                let archive = positive(archive)?;
                Some(Parsed { page: Page::Discussion { section, number, archive }, slug })
            }
            part => without_slug(Page::Section { section, part: self.parse_part(part)? }),
        }
    }

    fn parse_ads(&self, board: Board, rest: &[&str]) -> Option<Page> {
        if let Some(part) = self.parse_part(rest) {
            return Some(Page::Ads { board, group: None, part });
        }
        let (group, rest) = rest.split_first()?;
        let part = self.parse_part(rest)?;
        Some(Page::Ads { board, group: Some((*group).to_owned()), part })
    }

    fn parse_part(&self, words: &[&str]) -> Option<Part> {
        match words {
            [] => Some(Part::Head),
            [archive, n] if *archive == self.archive => Some(Part::Archive(positive(n)?)),
            _ => None,
        }
    }

    fn board(&self, board: Board) -> &str {
        match board {
            Board::Market => &self.market,
            Board::Dating => &self.dating,
        }
    }

    fn list(&self, list: String, part: Part) -> String {
        match part {
            Part::Head => list,
            Part::Archive(n) => [list.as_str(), &self.archive, "/", &n.to_string(), "/"].concat(),
        }
    }
}

/// `/a/b/` from its words. A page shows dozens of addresses, so that this is done without the formatter.
fn folder(words: &[&str]) -> String {
    let mut path = String::with_capacity(1 + words.iter().map(|word| word.len() + 1).sum::<usize>());
    path.push('/');
    for word in words {
        path.push_str(word);
        path.push('/');
    }
    path
}

/// `12-drak`, the opposite of [`numbered`].
fn with_slug(number: i64, slug: &str) -> String {
    [&number.to_string(), "-", slug].concat()
}

fn parse_sitemap(name: &str) -> Option<Sitemap> {
    if name == "pages" {
        return Some(Sitemap::Pages);
    }
    let (kind, n) = name.split_once('-')?;
    let n = positive(n)?;
    match kind {
        "creations" => Some(Sitemap::Creations(n)),
        "authors" => Some(Sitemap::Authors(n)),
        "members" => Some(Sitemap::Members(n)),
        _ => None,
    }
}

/// `12-drak` is 12 and `drak`; `12` alone has no slug.
fn numbered(word: &str) -> Option<(i64, Option<String>)> {
    match word.split_once('-') {
        Some((number, slug)) => Some((positive(number)?, Some(slug.to_owned()))),
        None => Some((positive(word)?, None)),
    }
}

fn positive(word: &str) -> Option<i64> {
    let canonical = word.bytes().all(|byte| byte.is_ascii_digit()) && !word.starts_with('0');
    if canonical { word.parse().ok() } else { None }
}
