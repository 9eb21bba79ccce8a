//! What must hold of an import from any source: tried on the fixture, and on the dump that `GRAVEYARD_DUMP` names.

mod works;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::source::{Counts, Outcome, Source, all_tables, import, imported, site_rows};
use crate::check::lines;
use crate::harness::{ENGINES, Engine, TestSite};

/// The tables of creations, with the section of all but the first.
const CREATIONS: [(&str, &str); 11] = [
    ("prispevky_dlouhe", ""),
    ("bestiar", "bestiar"),
    ("galerie", "galerie"),
    ("fotogalerie", "fotogalerie"),
    ("dovednosti", "dovednosti"),
    ("alchpredmety", "alchpredmety"),
    ("hranicarkouzla", "hranicarkouzla"),
    ("kouzla", "kouzla"),
    ("predmety", "predmety"),
    ("downloady", "downloady"),
    ("dobrodruzstvi", "dobrodruzstvi"),
];

/// Section, number and whether it is approved, of every creation of the source.
async fn works(source: &Source) -> Vec<(String, i64, bool)> {
    let mut works = Vec::new();
    for (table, section) in CREATIONS {
        let section = if section.is_empty() { "rubrika".to_owned() } else { format!("'{section}'") };
        let sql = format!("select {section}, id::text, schvaleno::text from {table} order by id");
        for row in source.rows(&sql).await {
            works.push((
                row[0].clone().unwrap(),
                row[1].as_ref().unwrap().parse().unwrap(),
                row[2].as_deref() == Some("a"),
            ));
        }
    }
    works
}

/// Every approved work has one page, no other has any; what was read adds up with what the source has.
async fn everything_is_accounted_for(source: &Source, site: &TestSite, outcome: &Outcome) {
    let files = site.files();
    let prefix = |section: &str, number: i64| format!("rubriky/{section}/{number}-");
    let mut pages: BTreeMap<String, usize> = BTreeMap::new();
    for key in files.keys().filter(|key| key.starts_with("rubriky/") && key.ends_with("/index.html")) {
        let parts: Vec<&str> = key.split('/').collect();
        if let Some((number, _)) = parts[2].split_once('-')
            && parts.len() == 4
            && number.parse::<i64>().is_ok()
        {
            *pages.entry(format!("rubriky/{}/{number}-", parts[1])).or_default() += 1;
        }
    }
    let works = works(source).await;
    assert!(works.iter().filter(|work| work.2).count() > 30);
    for (section, number, approved) in &works {
        let found = pages.remove(&prefix(section, *number)).unwrap_or_default();
        assert_eq!(found, usize::from(*approved), "{section}/{number}");
    }
    assert!(pages.is_empty(), "pages of works that the source has not: {pages:?}");

    let counts = outcome.counts();
    assert!(counts.len() > 30, "a line for each table: {}", outcome.stdout);
    // Authors whom works name and no row is of, and genres, are no tables of the source.
    for line in counts.iter().filter(|line| !["autor", "skupina"].contains(&line.table.as_str())) {
        let there = source.number(&format!("select count(*) from {}", line.table)).await;
        assert_eq!(line.read, there, "{line:?}");
        let Counts { new, changed, unchanged, kept, failed, skipped, .. } = *line;
        assert_eq!(new + changed + unchanged + kept + failed + skipped, there, "{line:?}");
        assert_eq!((changed, unchanged, kept, failed), (0, 0, 0, 0), "a first import: {line:?}");
    }
    let imported =
        site_rows(site, "select source_table, cast(count(*) as text) from imported_row group by source_table").await;
    for row in imported {
        let (table, remembered) = (row[0].as_deref().unwrap(), row[1].as_deref().unwrap().parse::<i64>().unwrap());
        let Some(line) = counts.iter().find(|line| line.table == table) else { continue };
        assert!(remembered >= line.new, "{table}: {remembered} remembered, {line:?}");
    }
}

/// No control character of the mis-read code page is left in any page.
fn letters_are_repaired(site: &TestSite) {
    for (key, body) in site.files().iter().filter(|(key, _)| key.ends_with(".html")) {
        let text = std::str::from_utf8(body).unwrap();
        if let Some(at) = text.find(|c| ('\u{80}'..'\u{a0}').contains(&c)) {
            let from = text.floor_char_boundary(at.saturating_sub(60));
            panic!("{key}: {:?}", &text[from..text.ceil_char_boundary(at + 20)]);
        }
    }
}

/// The site in a folder, as `generator check` sees it: links, HTML, feeds, sitemaps, nothing private.
async fn the_check_finds_nothing(site: &TestSite) {
    site.build_folder().await;
    assert_eq!(lines(&site.check().await), Vec::<String>::new());
}

#[tokio::test]
async fn the_fixture_is_accounted_for() {
    let source = Source::fixture().await;
    let mut built = Vec::new();
    for engine in ENGINES {
        let (site, outcome) = imported(engine).await;
        site.build().await;
        everything_is_accounted_for(&source, &site, &outcome).await;
        for table in ["uzivatele", "prispevky_dlouhe", "hlasovani_prispevky", "diskuze", "posta"] {
            let rows = source.number(&format!("select count(*) from {table}")).await;
            let line = format!("{table}: {rows} rows");
            assert!(outcome.stderr.lines().any(|said| said == line), "{line}: {}", outcome.stderr);
        }
        let values = works::are_as_in_the_source(&source, &site).await;
        let comments = works::comments_are_as_in_the_source(&source, &site).await;
        assert!(values > 120 && comments > 30, "{values} values and {comments} comments are not all that there are");
        letters_are_repaired(&site);
        a_second_run_changes_nothing(&source, &site).await;
        built.push(site.files());
        the_check_finds_nothing(&site).await;
        for (table, repaired) in
            [("prispevky_dlouhe", 10), ("uzivatele", 8), ("posta", 3), ("ddcz_author", 1), ("level_parametry_2", 0)]
        {
            let found = outcome.counts().iter().find(|line| line.table == table).map_or(0, |line| line.repaired);
            assert!(found >= repaired, "{table}: {found} rows repaired");
        }
    }
    are_identical(&built);
}

/// Neither a row nor a file is another after one more run over the same source.
async fn a_second_run_changes_nothing(source: &Source, site: &TestSite) {
    let (rows, files) = (all_tables(site).await, site.files());
    let again = import(site, &source.url).good();
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
    assert_eq!(rows, all_tables(site).await, "a second run changes nothing");
    site.build().await;
    are_identical(&[files, site.files()]);
}

/// The same files with the same bytes, whichever engine or run they are of.
fn are_identical(sites: &[BTreeMap<String, Vec<u8>>]) {
    let [first, others @ ..] = sites else { panic!("no site was built") };
    assert!(!others.is_empty() && first.len() > 100, "{} files of {} sites", first.len(), sites.len());
    for other in others {
        assert_eq!(first.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (key, body) in first {
            assert!(body == &other[key], "{key} differs");
        }
    }
}

/// Loads a dump into a database of its own: SQL, plain or gzipped, or what pg_dump writes in its custom or directory format.
/// Queries find its tables in whichever schema they are.
async fn load(dump: &Path) -> Source {
    let source = Source::empty_in("public").await;
    source.execute("drop schema public cascade; create schema public").await;
    let mut start = Vec::new();
    if dump.is_file() {
        File::open(dump).unwrap().take(5).read_to_end(&mut start).unwrap();
    }
    let load = if dump.is_dir() || start == b"PGDMP" {
        r#"pg_restore --no-owner --no-privileges --exit-on-error -d "$2" "$1""#
    } else if start.starts_with(b"\x1f\x8b") {
        r#"gunzip -c "$1" | psql -q -v ON_ERROR_STOP=1 "$2""#
    } else {
        r#"psql -q -v ON_ERROR_STOP=1 -f "$1" "$2""#
    };
    let mut command = Command::new("sh");
    command.args(["-c", load, "sh"]).arg(dump).arg(&source.url).stdout(Stdio::null());
    assert!(command.status().unwrap().success(), "{} cannot be loaded", dump.display());
    let schema = "select schemaname::text from pg_tables where tablename = 'uzivatele'";
    let schema = source.rows(schema).await.remove(0).remove(0).unwrap();
    let (_, database) = source.url.rsplit_once('/').unwrap();
    source.execute(&format!("alter database {database} set search_path to {schema}")).await;
    source
}

#[tokio::test]
async fn dumps_are_loaded_in_any_form_and_schema() {
    for schema in ["public", "dracidoupe_cz"] {
        let source = Source::fixture_in(schema).await;
        let folder = TempDir::new().unwrap();
        for format in ["plain", "custom", "directory"] {
            let dump = folder.path().join(format);
            let mut command = Command::new("pg_dump");
            command.args(["--no-owner", "--format", format, "--file"]).arg(&dump).arg(&source.url);
            assert!(command.status().unwrap().success(), "{schema} {format}");
            let loaded = load(&dump).await;
            for table in ["uzivatele", "prispevky_dlouhe", "diskuze"] {
                let sql = format!("select count(*) from {table}");
                let there = source.number(&format!("select count(*) from {schema}.{table}")).await;
                assert_eq!(loaded.number(&sql).await, there, "{schema} {format}: {table}");
            }
        }
    }
}

#[tokio::test]
async fn a_real_dump_is_accounted_for() {
    let Some(dump) = std::env::var_os("GRAVEYARD_DUMP") else {
        // Written past the test harness's capture, so that it is seen.
        use std::io::Write as _;
        let _ = writeln!(
            std::io::stderr(),
            "skipped: import::dump::a_real_dump_is_accounted_for, GRAVEYARD_DUMP is not set"
        );
        return;
    };
    let source = load(Path::new(&dump)).await;
    let mut built = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        site.build().await;
        everything_is_accounted_for(&source, &site, &outcome).await;
        works::are_as_in_the_source(&source, &site).await;
        works::comments_are_as_in_the_source(&source, &site).await;
        letters_are_repaired(&site);
        a_second_run_changes_nothing(&source, &site).await;
        built.push(site.files());
        the_check_finds_nothing(&site).await;
    }
    are_identical(&built);
}
