//! OPERATIONS.md says of each warning and error of both programs what it means.

use std::path::{Path, PathBuf};

/// A message has to say so much by itself that somebody can look it up.
const FIXED_CHARS_MIN: usize = 10;

/// What stands for a value in a row, and in a message here.
const VALUE: char = '…';

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The text of the first string behind the beginning of a macro, with [`VALUE`] for each value; none for what alerts never
/// tell.
fn message(arguments: &str) -> Option<String> {
    let (before, literal) = arguments.split_once('"')?;
    if before.contains("target: UNTOLD") {
        return None;
    }
    let (mut text, mut chars) = (String::new(), literal.chars());
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                '\n' => chars = chars.as_str().trim_start().chars(),
                escaped => text.push(escaped),
            },
            '{' => {
                chars.by_ref().find(|c| *c == '}')?;
                text.push(VALUE);
            }
            other => text.push(other),
        }
    }
}

/// What the jobs of uploads say of whatever of theirs fails.
const JOB: &str = "cannot …, trying again: …";

/// The messages of all warnings and errors that alerts may tell.
fn messages() -> Vec<String> {
    let mut files = Vec::new();
    for folder in ["src", "../generator/src"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for (at, name) in text.match_indices("warn!(").chain(text.match_indices("error!(")) {
            found.extend(message(&text[at + name.len()..]).filter(|message| message != JOB));
        }
        let jobs = text.split("log.told(\"").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(jobs.map(|doing| JOB.replacen(VALUE, doing, 1)));
    }
    found.sort();
    found.dedup();
    found
}

/// What the table's first column says, each code by itself.
fn rows() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../OPERATIONS.md");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, table) = text.split_once("| it says | it means | do |\n|---|---|---|\n").expect("the table of messages");
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    let cells = lines.map(|line| line.split('|').nth(1).unwrap());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// How many characters of a message's own a row has in their order, if it may be one: a row may leave the end out.
fn likeness(row: &str, message: &str) -> Option<usize> {
    let row = row.trim_end_matches(VALUE);
    let mut own = message.split(VALUE);
    let first = own.next().unwrap_or_default();
    let Some(mut rest) = row.strip_prefix(first) else {
        return first.starts_with(row.trim_end()).then_some(row.len());
    };
    let mut like = first.len();
    for part in own.filter(|part| !part.is_empty()) {
        let Some((_, behind)) = rest.split_once(part) else { break };
        rest = behind;
        like += part.len();
    }
    Some(like).filter(|like| *like > 0)
}

#[test]
fn each_warning_and_error_has_a_row_and_each_row_one() {
    let (messages, rows) = (messages(), rows());
    assert!(messages.len() > 30 && rows.len() > 20, "{messages:#?} {rows:#?}");
    let mut without: Vec<&String> = messages.iter().collect();
    for row in &rows {
        let best = messages.iter().filter_map(|message| likeness(row, message)).max();
        assert!(best.is_some_and(|best| best >= FIXED_CHARS_MIN), "no line of the log can be `{row}`");
        without.retain(|message| likeness(row, message) != best);
    }
    assert!(without.is_empty(), "OPERATIONS.md does not say what these mean: {without:#?}");
    for message in messages {
        let own: usize = message.split(VALUE).map(str::len).sum();
        assert!(own >= FIXED_CHARS_MIN, "nobody can look `{message}` up");
    }
}
