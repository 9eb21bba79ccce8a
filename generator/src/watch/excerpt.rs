//! The place in a file that an error names.

use serde::Serialize;

use crate::files::{Files, SiteFiles};

/// Lines shown before and after the one that is wrong.
const AROUND: usize = 4;

/// A few lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Excerpt {
    /// The file, as the error calls it.
    name: String,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Line {
    /// From 1.
    number: usize,
    text: String,
    is_wrong: bool,
}

/// Finds the first place in an error's text that is in a file of the site: `name:12: …` as templates' errors have it,
/// or `name: … at line 12, …` as TOML's have.
pub(super) fn find(files: &SiteFiles, error: &str) -> Option<Excerpt> {
    let folders = [("content", &files.content), ("templates", &files.templates), ("static", &files.statics)];
    let named = folders.iter().flat_map(|(folder, files)| names(folder, files));
    let found = named.filter_map(|(name, text)| {
        let (before, after) = error.split_once(&format!("{name}:"))?;
        let line = number_at(after).or_else(|| number_at(after.lines().next()?.split_once("at line ")?.1))?;
        Some((before.len(), std::cmp::Reverse(name.len()), name, text, line))
    });
    let (_, _, name, text, line) = found.min_by_key(|(position, length, ..)| (*position, *length))?;
    let first = line.saturating_sub(AROUND).max(1);
    let lines =
        text.lines().zip(1..).map(|(text, number)| Line { number, text: text.to_owned(), is_wrong: number == line });
    let lines = lines.skip(first - 1).take(line + AROUND + 1 - first).collect();
    Some(Excerpt { name, lines })
}

/// The number that a text begins with.
fn number_at(text: &str) -> Option<usize> {
    text.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// Both names that an error may call a file by: where it came from, and its name within the site.
fn names<'a>(folder: &'a str, files: &'a Files) -> impl Iterator<Item = (String, &'a str)> {
    files.iter().filter_map(|(name, file)| Some((name, file, file.text().ok()?))).flat_map(move |(name, file, text)| {
        [(file.origin.display().to_string(), text), (format!("{folder}/{name}"), text)]
    })
}
