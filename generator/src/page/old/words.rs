//! Graveyard's words, and paths taken apart into words.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::page::path::Paths;

/// Graveyard's words where today's are others. What it had no pages for has words that no address can hold.
pub(super) static GRAVEYARD: LazyLock<Paths> = LazyLock::new(|| {
    let none = || "/".to_owned();
    Paths {
        sections: "rubriky".to_owned(),
        charter: "koncepce".to_owned(),
        genre: none(),
        archive: none(),
        discussion: none(),
        author: "autor".to_owned(),
        member: "uzivatel".to_owned(),
        members: "uzivatele".to_owned(),
        news: "aktuality".to_owned(),
        newest: "novinky".to_owned(),
        forum: "forum".to_owned(),
        market: "inzerce".to_owned(),
        dating: "seznamka".to_owned(),
        links: "linky".to_owned(),
        credits: "tvurci-a-redakce".to_owned(),
        feeds: "rss".to_owned(),
        forum_feed: none(),
        everything_feed: none(),
        section_feed: none(),
        creation_without_slug: "dilo".to_owned(),
        person_without_slug: "neznamy".to_owned(),
    }
});

/// A path in plain letters; `None` where it is no text. Old names of files may hold any letter.
pub(super) fn decoded(path: &str) -> Option<String> {
    percent_encoding::percent_decode_str(path).decode_utf8().ok().map(Cow::into_owned)
}

/// What stands between the slashes.
pub(super) fn words(path: &str) -> Vec<&str> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    match inner.strip_suffix('/') {
        None if inner.is_empty() => Vec::new(),
        inner_path => inner_path.unwrap_or(inner).split('/').collect(),
    }
}

/// Whether a word can stand in a path at all.
pub(super) fn is_word(word: &str) -> bool {
    !matches!(word, "" | "." | "..") && !word.contains(|c: char| c.is_control() || c == '\\')
}

/// The path as pages have it: files without a slash at the end, everything else with one.
pub(super) fn path_of(words: &[&str]) -> String {
    match words.last() {
        None => "/".to_owned(),
        Some(last) if last.contains('.') => format!("/{}", words.join("/")),
        Some(_) => format!("/{}/", words.join("/")),
    }
}
