//! The table of SECURITY.md: no requirement is missing, and what it names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The requirements of ASVS 5.0.0 at levels 1 and 2 in the chapters of the table: `V1.1` and the levels of its requirements in
/// their order; those of level 3 come behind them.
const REQUIREMENTS: [(&str, &str); 35] = [
    ("V1.1", "22"),
    ("V1.2", "111112222"),
    ("V1.3", "11222222222"),
    ("V1.4", "222"),
    ("V1.5", "12"),
    ("V2.1", "122"),
    ("V2.2", "112"),
    ("V2.3", "1222"),
    ("V2.4", "2"),
    ("V3.2", "11"),
    ("V3.3", "1222"),
    ("V3.4", "112222"),
    ("V3.5", "11122"),
    ("V3.7", "22"),
    ("V5.1", "2"),
    ("V5.2", "112"),
    ("V5.3", "11"),
    ("V5.4", "222"),
    ("V6.1", "122"),
    ("V6.2", "111111112222"),
    ("V6.3", "1122"),
    ("V6.4", "1122"),
    ("V6.5", "22222"),
    ("V6.6", "222"),
    ("V6.8", "2222"),
    ("V7.1", "222"),
    ("V7.2", "1111"),
    ("V7.3", "22"),
    ("V7.4", "11222"),
    ("V7.5", "22"),
    ("V7.6", "22"),
    ("V8.1", "12"),
    ("V8.2", "112"),
    ("V8.3", "1"),
    ("V8.4", "2"),
];

struct Row {
    number: String,
    level: char,
    answer: String,
    shown_by: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(folder().join("SECURITY.md")).unwrap()
}

fn rows(page: &str) -> Vec<Row> {
    let rows = page.lines().filter(|line| line.starts_with("| V"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [number, level, asks, answer, shown_by] = cells[..] else { panic!("five cells: {line}") };
        assert!(!asks.is_empty(), "{line}");
        Row {
            number: number.to_owned(),
            level: level.chars().next().unwrap(),
            answer: answer.to_owned(),
            shown_by: shown_by.to_owned(),
        }
    })
    .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn no_requirement_is_missing() {
    let mut expected = BTreeMap::new();
    for (section, levels) in REQUIREMENTS {
        expected.extend(levels.chars().enumerate().map(|(nth, level)| (format!("{section}.{}", nth + 1), level)));
    }
    let page = page();
    let found: BTreeMap<String, char> = rows(&page).into_iter().map(|row| (row.number, row.level)).collect();
    assert_eq!(found, expected);
    assert_eq!(rows(&page).len(), expected.len(), "each once");
}

#[test]
fn what_the_table_names_is_there() {
    let tests = functions(&[
        folder().join("tests"),
        folder().join("src"),
        folder().join("../generator/tests"),
        folder().join("../generator/src"),
    ]);
    assert!(tests.contains("what_the_table_names_is_there"));
    let page = page();
    for row in rows(&page) {
        let number = &row.number;
        let is_met = row.answer.starts_with("Met");
        let says_why = ["Not met: ", "Does not apply: "].iter().any(|answer| row.answer.starts_with(answer));
        assert!(is_met || says_why, "{number}: {}", row.answer);
        let named = quoted(&row.shown_by);
        assert!(!is_met || !named.is_empty() || row.shown_by == "this page", "{number} is met, and nothing shows it");
        for test in named {
            assert!(tests.contains(test), "{number}: there is no test {test}");
        }
    }
    let is_file = |word: &&str| {
        let is_path =
            word.split('.').next_back().is_some_and(|end| ["rs", "md", "txt", "js", "html", "toml"].contains(&end));
        is_path && word.contains('/')
    };
    for file in page.lines().flat_map(|line| quoted(line)).filter(is_file) {
        assert!(folder().join(file).is_file(), "there is no file {file}");
    }
}

/// The names of all functions that are tests.
fn functions(folders: &[PathBuf]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders: Vec<PathBuf> = folders.to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                names.extend(tests_in(&path));
            }
        }
    }
    names
}

/// Functions below an attribute that makes them tests.
fn tests_in(path: &Path) -> Vec<String> {
    let source = std::fs::read_to_string(path).unwrap();
    let mut is_test = false;
    let mut names = Vec::new();
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_test {
                names.push(rest.split(['(', '<']).next().unwrap().to_owned());
            }
            is_test = false;
        }
    }
    names
}
