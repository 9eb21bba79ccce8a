//! What somebody looks for, read from what they typed.

use generator::db::search::{Kind, Question};
use generator::site::Site;
use generator::text::printable;
use generator::text::words::{beginning, words};

/// Characters of a question that are read.
const Q_CHARS_MAX: usize = 200;
/// Words of it.
const WORDS_MAX: usize = 8;
/// The farthest page.
const PAGE_MAX: usize = 20;

/// The word for creations of any section.
pub const CREATIONS: &str = "creations";
/// The word for members.
pub const MEMBERS: &str = "members";
/// The word for the forum.
pub const FORUM: &str = "forum";

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As typed.
    pub q: String,
    /// Where to look: a word, a section's key, or nothing.
    pub scope: String,
    /// Which page of the answer, from 1.
    pub page: usize,
    /// For the database.
    pub question: Question,
}

impl Asked {
    /// Reads what was typed. A place that there is not is everywhere.
    pub fn new(site: &Site, q: &str, scope: &str, page: &str) -> Asked {
        let q: String = printable(q).trim().chars().take(Q_CHARS_MAX).collect();
        let is_section = site.section(scope).is_some();
        let kind = match scope {
            _ if is_section => Some(Kind::Creation),
            CREATIONS => Some(Kind::Creation),
            MEMBERS => Some(Kind::Member),
            FORUM => Some(Kind::Forum),
            _ => None,
        };
        let mut beginnings: Vec<String> = Vec::new();
        for word in words(&q).take(WORDS_MAX) {
            let beginning = beginning(&word.folded).to_owned();
            if !beginnings.contains(&beginning) {
                beginnings.push(beginning);
            }
        }
        let section = if is_section { scope.to_owned() } else { String::new() };
        Asked {
            q,
            scope: if kind.is_some() { scope.to_owned() } else { String::new() },
            page: page.parse().unwrap_or(1).clamp(1, PAGE_MAX),
            question: Question { beginnings, kind, section },
        }
    }

    /// The address of a page of the answer.
    pub fn url(&self, path: &str, page: usize) -> String {
        let query = [("q", self.q.as_str()), ("in", &self.scope), ("page", &page.to_string())];
        format!("{path}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    }
}
