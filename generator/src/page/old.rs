//! The addresses of Graveyard, which ran the first site before: what each means today.
//!
//! Graveyard's own words (`rub=`, `z_s`, `/download/`) are here; today's come from [`super::path::Paths`] and the
//! site's configuration. A path that means the same thing today needs no other words: it is read by
//! today's grammar first. Whether what an address names exists is the database's business, and which
//! status and header an answer has is the sidecar's.

mod php;
mod query;
mod words;

use super::path::Parsed;
use super::{Page, Part};
use crate::model::Board;
use crate::site::Site;
use crate::site::section::ListStyle;

use self::query::Query;
use self::words::{GRAVEYARD, decoded, is_word, path_of, words};

/// Key of the section whose files `/download/<number>/` fetched.
pub const DOWNLOADS: &str = "downloady";
/// Key of the section whose adventures `/dobrodruzstvi/<number>-<slug>/` opened.
pub const QUESTS: &str = "dobrodruzstvi";

/// Keys of queries that mean something on an address whose path may be a file, see [`by_query`].
pub const QUERY_KEYS: [&str; 3] = ["z_s", "nick", "sekce"];

/// What an old address means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Old {
    /// It leads somewhere, if that exists.
    Leads(Target, Moved),
    /// What was there is gone for good: status 410.
    Gone,
    /// A number that is none: status 400, as ever.
    Malformed,
}

/// Whether an old address will always lead to the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// Status 301.
    Permanently,
    /// Status 302.
    Temporarily,
}

/// Where an old address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page under its path of today, whatever slug the old address had.
    Page(Page),
    /// The archive page that holds the first item of page `n` ≥ 2 of the old list, which showed `size` items a
    /// page, the newest first. For a creation it is its discussion.
    ListPage {
        /// The list's own address, or the creation.
        head: Page,
        /// The old page.
        n: i64,
        /// Items on an old page.
        size: i64,
    },
    /// The permanent place of a post in the forum.
    ForumPost(i64),
    /// The member whom a search for this nick finds, or the list of members.
    MemberByNick(String),
    /// A file under `UPLOADS`.
    Upload(String),
    /// The file of a creation in [`DOWNLOADS`], by its number; fetching it is counted.
    Download(i64),
    /// The adventure of a creation in [`QUESTS`], by its number; opening it is counted.
    Quest(i64),
    /// A file beside an adventure's own: a page or picture of it, relative to its entry.
    QuestFile(i64, String),
    /// A path of the members' rooms, perhaps with a query: it is the sidecar's, and no page.
    Room(String),
}

/// Where a page with that slug stood on Graveyard.
pub fn graveyards_path(page: &Page, slug: &str) -> String {
    GRAVEYARD.path(page, slug)
}

/// What an address means: [`by_query`], else [`by_path`]. The path may be percent-encoded and lack its last slash.
pub fn parse(site: &Site, path: &str, query: Option<&str>) -> Option<Old> {
    by_query(site, path, query).or_else(|| by_path(site, path, query))
}

/// What an address means whose path may be a file and whose query asks for something else: a page of a list
/// (`?z_s=3`), a group of ads (`?sekce=`), a member (`?nick=`). `None` for any other query.
pub fn by_query(site: &Site, path: &str, query: Option<&str>) -> Option<Old> {
    let query = Query::parse(query?);
    let page = page(site, &words(&decoded(path)?))?;
    let (head, narrowed) = match (page, query.get("nick"), query.get("sekce")) {
        (Page::Members(Part::Head), Some(nick), _) if !nick.trim().is_empty() => {
            return Some(Old::Leads(Target::MemberByNick(nick.trim().to_owned()), Moved::Temporarily));
        }
        (page @ Page::Members(Part::Head), Some(_), _) => (page, true),
        (Page::Ads { board, group: None, part: Part::Head }, _, Some(group)) => {
            let group = Some(group.to_owned()).filter(|group| !group.is_empty());
            (Page::Ads { board, group, part: Part::Head }, true)
        }
        (page, ..) => (page, false),
    };
    match (query.get("z_s"), page_size(site, &head)) {
        (Some(n), Some(size)) => Some(match n.trim().parse() {
            Ok(n) if n > 1 => Old::Leads(Target::ListPage { head, n, size }, Moved::Temporarily),
            _ => permanently(head),
        }),
        _ => narrowed.then(|| permanently(head)),
    }
}

/// What an address means whose path is no file: another path of old, a wrong or missing slug, a missing slash.
pub fn by_path(site: &Site, path: &str, query: Option<&str>) -> Option<Old> {
    let path = decoded(path)?;
    let words = words(&path);
    if !words.iter().all(|word| is_word(word)) {
        return None;
    }
    let upload = |words: &[&str]| Target::Upload(words.join("/"));
    Some(match words.as_slice() {
        ["index.php"] => match php::index(&Query::parse(query.unwrap_or(""))) {
            // A site without such a room: what Graveyard did with words that it did not know.
            Old::Leads(Target::Room(path), _) if !site.is_room(&path) => {
                Old::Leads(Target::Page(Page::News(Part::Head)), Moved::Temporarily)
            }
            old => old,
        },
        ["code", category, script] if script.ends_with("_tisk.php") => {
            php::print(category, script, &Query::parse(query.unwrap_or("")))
        }
        [first, ..] if site.config.gone.iter().any(|gone| gone == first) => Old::Gone,
        ["ikonky" | "galerie" | "fotogalerie" | "soub", _, ..] => Old::Leads(upload(&words), Moved::Temporarily),
        ["download", number] => Old::Leads(Target::Download(positive(number)?), Moved::Temporarily),
        ["dobrodruzstvi", quest] => Old::Leads(Target::Quest(numbered(quest)?), Moved::Temporarily),
        ["dobrodruzstvi", quest, rest @ ..] => {
            let quest = numbered(quest)?;
            Old::Leads(Target::QuestFile(quest, rest.join("/")), Moved::Temporarily)
        }
        ["nastaveni", "zmena-skinu"] => Old::Leads(after_another_skin(site, query), Moved::Temporarily),
        // A link of a mail that a day has made worthless; another one is asked for there.
        ["uzivatel", "zmena-hesla", _, _] | ["uzivatel", "reset-hesla", "hotovo"] => {
            Old::Leads(Target::Room(path_of(&[&site.config.sidecar.password_reset])), Moved::Temporarily)
        }
        ["staticfiles", "robots.txt"] => Old::Leads(Target::Page(Page::Robots), Moved::Temporarily),
        _ if words.iter().all(|word| is_room_word(word)) && site.is_room(&path_of(&words)) => {
            let query = query.map_or(String::new(), |query| format!("?{query}"));
            Old::Leads(Target::Room(path_of(&words) + &query), Moved::Permanently)
        }
        _ => {
            if let Some(at) = words.iter().position(|word| *word == "obr_pris").filter(|at| at + 1 < words.len()) {
                return Some(Old::Leads(upload(&words[at..]), Moved::Permanently));
            }
            page_or_part(site, &words)?
        }
    })
}

/// Graveyard's smaller addresses around pages that are there today, then every page.
fn page_or_part(site: &Site, words: &[&str]) -> Option<Old> {
    let board = |board| Target::Page(Page::Ads { board, group: None, part: Part::Head });
    Some(match *words {
        ["forum", post] if positive(post).is_some() => {
            Old::Leads(Target::ForumPost(positive(post)?), Moved::Temporarily)
        }
        ["seznamka", "pridat"] => Old::Leads(board(Board::Dating), Moved::Temporarily),
        ["inzerce", "pridej"] => Old::Leads(board(Board::Market), Moved::Temporarily),
        ["rubriky", section, "kontrola-html"] => Old::Leads(
            Target::Page(Page::Section { section: section.to_owned(), part: Part::Head }),
            Moved::Temporarily,
        ),
        ["rss", "forum" | "forum.xml"] => permanently(Page::ForumFeed),
        ["rss", "novinky" | "novinky.xml"] => permanently(Page::EverythingFeed),
        _ => permanently(page(site, words)?),
    })
}

/// Skins are no more: the page that somebody was on who chose one.
fn after_another_skin(site: &Site, query: Option<&str>) -> Target {
    let query = Query::parse(query.unwrap_or_default());
    let (path, query) = query.get("redirect").map_or(("", None), |address| match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    });
    let is_itself = decoded(path).is_none_or(|path| words(&path) == ["nastaveni", "zmena-skinu"]);
    let is_within = path.starts_with('/') && !path.starts_with("//") && !is_itself;
    match is_within.then(|| parse(site, path, query)).flatten() {
        Some(Old::Leads(target @ (Target::Page(_) | Target::ListPage { .. } | Target::Room(_)), _)) => target,
        _ => Target::Page(Page::Home),
    }
}

fn permanently(page: Page) -> Old {
    Old::Leads(Target::Page(page), Moved::Permanently)
}

/// The page that a path names: by site.toml's redirects, in today's words, in Graveyard's.
fn page(site: &Site, words: &[&str]) -> Option<Page> {
    let path = path_of(words);
    if let Some(key) = site.config.redirects.get(&path) {
        return key.parse().ok();
    }
    let today = site.config.paths.parse(&path).map(|Parsed { page, .. }| page);
    match today {
        Some(Page::Content(slug)) if !site.pages.contains_key(&slug) => {
            GRAVEYARD.parse(&path).map(|parsed| parsed.page).or(Some(Page::Content(slug)))
        }
        Some(page) => Some(page),
        None => GRAVEYARD.parse(&path).map(|parsed| parsed.page),
    }
}

/// Items on a page of the old list; `None` where the old site had one page.
fn page_size(site: &Site, page: &Page) -> Option<i64> {
    match page {
        Page::Section { section, part: Part::Head } => match site.section(section)?.list {
            ListStyle::Thumbnails => Some(16),
            ListStyle::Table | ListStyle::Downloads | ListStyle::Quests => Some(25),
        },
        Page::News(Part::Head)
        | Page::Links(Part::Head)
        | Page::Ads { part: Part::Head, .. }
        | Page::Creation { .. } => Some(10),
        Page::Forum(Part::Head) => Some(20),
        Page::Members(Part::Head) => Some(50),
        _ => None,
    }
}

/// Whether a word of a room's path is written as it is read, so that nothing in it changes the address's meaning.
fn is_room_word(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The number in `12` or `12-slug`.
fn numbered(word: &str) -> Option<i64> {
    positive(word.split('-').next().unwrap_or(word))
}

fn positive(word: &str) -> Option<i64> {
    word.parse().ok().filter(|number| *number > 0 && word.bytes().all(|byte| byte.is_ascii_digit()))
}
