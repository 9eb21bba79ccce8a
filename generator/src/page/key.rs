//! A page's key: its text form in the database, `creation/clanky/12`, `members/3`.

use std::fmt;
use std::str::FromStr;

use super::{Page, Part, Sitemap};
use crate::model::{AuthorId, Board, MemberId};

/// A text that is no page's key, perhaps one of a newer release.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not the key of a page, perhaps one of a newer release; `generator build --all` forgets it")]
pub struct InvalidKey(pub String);

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Head => Ok(()),
            Part::Archive(n) => write!(f, "/{n}"),
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Page::Home => f.write_str("home"),
            Page::News(part) => write!(f, "news{part}"),
            Page::Newest => f.write_str("newest"),
            Page::Section { section, part } => write!(f, "section/{section}{part}"),
            Page::Genre { section, genre, part } => write!(f, "genre/{section}/{genre}{part}"),
            Page::Charter(section) => write!(f, "charter/{section}"),
            Page::Creation { section, number } => write!(f, "creation/{section}/{number}"),
            Page::Discussion { section, number, archive } => {
                write!(f, "discussion/{section}/{number}/{archive}")
            }
            Page::Author { id, part } => write!(f, "author/{id}{part}"),
            Page::Member(id) => write!(f, "member/{id}"),
            Page::Members(part) => write!(f, "members{part}"),
            Page::Forum(part) => write!(f, "forum{part}"),
            Page::Ads { board, group: None, part } => write!(f, "{}{part}", board.key()),
            Page::Ads { board, group: Some(group), part } => {
                write!(f, "{}-group/{group}{part}", board.key())
            }
            Page::Links(part) => write!(f, "links{part}"),
            Page::Content(slug) => write!(f, "content/{slug}"),
            Page::Credits => f.write_str("credits"),
            Page::ForumFeed => f.write_str("feed/forum"),
            Page::EverythingFeed => f.write_str("feed/everything"),
            Page::SectionFeed(section) => write!(f, "feed/section/{section}"),
            Page::SitemapIndex => f.write_str("sitemap"),
            Page::Sitemap(Sitemap::Pages) => f.write_str("sitemap/pages"),
            Page::Sitemap(Sitemap::Creations(n)) => write!(f, "sitemap/creations/{n}"),
            Page::Sitemap(Sitemap::Authors(n)) => write!(f, "sitemap/authors/{n}"),
            Page::Sitemap(Sitemap::Members(n)) => write!(f, "sitemap/members/{n}"),
            Page::Robots => f.write_str("robots"),
            Page::NotFound => f.write_str("not-found"),
            Page::Redirect(path) => write!(f, "redirect{path}"),
        }
    }
}

impl FromStr for Page {
    type Err = InvalidKey;

    fn from_str(key: &str) -> Result<Page, InvalidKey> {
        parse(key).ok_or_else(|| InvalidKey(key.to_owned()))
    }
}

fn parse(key: &str) -> Option<Page> {
    if let Some(path) = key.strip_prefix("redirect") {
        return path.starts_with('/').then(|| Page::Redirect(path.to_owned()));
    }
    let words: Vec<&str> = key.split('/').collect();
    if words.iter().any(|word| word.is_empty()) {
        return None;
    }
    Some(match words.as_slice() {
        ["home"] => Page::Home,
        ["news", rest @ ..] => Page::News(part(rest)?),
        ["newest"] => Page::Newest,
        ["section", section, rest @ ..] => Page::Section { section: (*section).to_owned(), part: part(rest)? },
        ["genre", section, genre, rest @ ..] => {
            Page::Genre { section: (*section).to_owned(), genre: (*genre).to_owned(), part: part(rest)? }
        }
        ["charter", section] => Page::Charter((*section).to_owned()),
        ["creation", section, n] => Page::Creation { section: (*section).to_owned(), number: number(n)? },
        ["discussion", section, n, archive] => {
            Page::Discussion { section: (*section).to_owned(), number: number(n)?, archive: number(archive)? }
        }
        ["author", id, rest @ ..] => Page::Author { id: AuthorId(number(id)?), part: part(rest)? },
        ["member", id] => Page::Member(MemberId(number(id)?)),
        ["members", rest @ ..] => Page::Members(part(rest)?),
        ["forum", rest @ ..] => Page::Forum(part(rest)?),
        ["links", rest @ ..] => Page::Links(part(rest)?),
        ["content", slug] => Page::Content((*slug).to_owned()),
        ["credits"] => Page::Credits,
        ["feed", "forum"] => Page::ForumFeed,
        ["feed", "everything"] => Page::EverythingFeed,
        ["feed", "section", section] => Page::SectionFeed((*section).to_owned()),
        ["sitemap"] => Page::SitemapIndex,
        ["sitemap", "pages"] => Page::Sitemap(Sitemap::Pages),
        ["sitemap", "creations", n] => Page::Sitemap(Sitemap::Creations(number(n)?)),
        ["sitemap", "authors", n] => Page::Sitemap(Sitemap::Authors(number(n)?)),
        ["sitemap", "members", n] => Page::Sitemap(Sitemap::Members(number(n)?)),
        ["robots"] => Page::Robots,
        ["not-found"] => Page::NotFound,
        [first, rest @ ..] => ads(first, rest)?,
        [] => return None,
    })
}

fn ads(first: &str, rest: &[&str]) -> Option<Page> {
    let board = Board::ALL.into_iter().find(|board| first.starts_with(board.key()))?;
    match (first.strip_prefix(board.key())?, rest) {
        ("", rest) => Some(Page::Ads { board, group: None, part: part(rest)? }),
        ("-group", [group, rest @ ..]) => {
            Some(Page::Ads { board, group: Some((*group).to_owned()), part: part(rest)? })
        }
        _ => None,
    }
}

fn part(words: &[&str]) -> Option<Part> {
    match words {
        [] => Some(Part::Head),
        [n] => Some(Part::Archive(number(n)?)),
        _ => None,
    }
}

fn number(word: &str) -> Option<i64> {
    word.parse().ok().filter(|n| *n > 0)
}
