//! What every test of the import stands on: a source database of its own on the server of the tests, a site on
//! either engine, and the command itself in between.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use generator::db::Tx;
use generator::files;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::harness::{Engine, TestSite, fresh_database};
use crate::postgres;

/// The fixture's tables with all rows in them, copied for each test: loading them takes longer than copying.
static FIXTURE: OnceCell<Source> = OnceCell::const_new();
/// A closed site with what an import of the fixture leaves, on each engine, copied likewise.
static IMPORTED: [OnceCell<(TestSite, Outcome)>; 2] = [OnceCell::const_new(), OnceCell::const_new()];

/// A Graveyard database to import from.
pub struct Source {
    pub url: String,
    /// The database lasts as long.
    _folder: TempDir,
}

/// What a run of the command said and left.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The lines of `--report`.
    pub report: Vec<serde_json::Value>,
}

fn fixture_sql(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/graveyard");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

impl Source {
    /// The fixture.
    pub async fn fixture() -> Source {
        let template = FIXTURE.get_or_init(async || {
            let source = Source::empty().await;
            source.execute(&fixture_sql("schema.sql")).await;
            source.execute(&fixture_sql("rows.sql")).await;
            source
        });
        let folder = TempDir::new().unwrap();
        Source { url: postgres::copy(&template.await.url, folder.path()).await, _folder: folder }
    }

    /// A database without tables.
    async fn empty() -> Source {
        let folder = TempDir::new().unwrap();
        Source { url: postgres::fresh(folder.path()).await, _folder: folder }
    }

    /// The fixture's tables without rows, in a schema of that name.
    pub async fn empty_in(schema: &str) -> Source {
        let source = Source::empty().await;
        source
            .execute(&format!(
                "create schema if not exists {schema}; set search_path to {schema};
            {}",
                fixture_sql("schema.sql")
            ))
            .await;
        source
    }

    /// The fixture in another schema, as a database that was moved by pgloader has it.
    pub async fn fixture_in(schema: &str) -> Source {
        let source = Source::empty_in(schema).await;
        source.execute(&format!("set search_path to {schema}; {}", fixture_sql("rows.sql"))).await;
        source
    }

    /// Runs statements, one after the other.
    pub async fn execute(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The one number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let number = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        number
    }

    /// Rows of text columns.
    pub async fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
    }
}

/// The command, ready to run over a site's database.
pub fn command(site: &TestSite, source: &str) -> Command {
    let mut command = without_hosts(site, source);
    command.args(["--old-host", "www.dracidoupe.cz", "--old-uploads-host", "uploady.dracidoupe.cz"]);
    command
}

/// As [`command`], with the content of another folder.
pub fn with_site(site: &TestSite, source: &str, folder: &Path) -> Command {
    let mut command = command(site, source);
    command.env("SITE", folder);
    command
}

/// As [`command`], by somebody who does not know what the old site was called.
pub fn without_hosts(site: &TestSite, source: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
    command.args(["import", "graveyard", source, "--report"]).arg(report_file(site));
    command.env_clear();
    for name in ["PATH", "HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
        .env("SITE", Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .env("SITE_URL", &site.settings.site_url)
        .env("UPLOADS_URL", &site.settings.uploads_url)
        .env("DATABASE_URL", &site.settings.database_url)
        .env("OUTPUT", &site.settings.output)
        .env("UPLOADS", &site.settings.uploads)
        .stdin(Stdio::null());
    command
}

/// Where [`command`] writes the report.
pub fn report_file(site: &TestSite) -> PathBuf {
    site.settings.output.with_file_name("report.jsonl")
}

/// Runs the command to its end.
pub fn import(site: &TestSite, source: &str) -> Outcome {
    run(&mut command(site, source), site)
}

/// Runs one of the commands above to its end.
pub fn run(command: &mut Command, site: &TestSite) -> Outcome {
    let _ = std::fs::remove_file(report_file(site));
    let output = command.output().unwrap();
    outcome(output, site)
}

/// What a command that has ended said and left.
pub fn outcome(output: Output, site: &TestSite) -> Outcome {
    let report = std::fs::read_to_string(report_file(site)).unwrap_or_default();
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        report: report.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    }
}

/// What became of a table's rows, as the report says.
#[derive(Debug, serde::Deserialize)]
pub struct Counts {
    pub table: String,
    pub read: i64,
    pub new: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub repaired: i64,
    pub kept: i64,
    pub failed: i64,
    pub skipped: i64,
}

impl Outcome {
    /// The report's line of each table.
    pub fn counts(&self) -> Vec<Counts> {
        let tables = self.report.iter().filter(|line| line["read"].is_u64());
        tables.map(|line| serde_json::from_value(line.clone()).unwrap()).collect()
    }

    /// Expects exit 0, and gives the outcome on.
    pub fn good(self) -> Outcome {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Everything that the command let out.
    pub fn said(&self) -> String {
        let report: Vec<String> = self.report.iter().map(ToString::to_string).collect();
        format!("{}\n{}\n{}", self.stdout, self.stderr, report.join("\n"))
    }
}

/// A site with the fixture in it, and what its import said; the source is another copy of the same rows.
pub async fn imported(engine: Engine) -> (TestSite, Outcome) {
    let imported = IMPORTED[usize::from(engine == Engine::Postgres)].get_or_init(async || {
        let source = Source::fixture().await;
        let site = TestSite::empty(engine).await;
        let outcome = import(&site, &source.url).good();
        site.opened.db.close().await;
        (site, outcome)
    });
    let (site, outcome) = imported.await;
    let folder = TempDir::new().unwrap();
    let url = match engine {
        Engine::Sqlite => {
            let url = fresh_database(engine, folder.path()).await;
            let file = |url: &str| url.strip_prefix("sqlite://").unwrap().to_owned();
            std::fs::copy(file(&site.settings.database_url), file(&url)).unwrap();
            url
        }
        Engine::Postgres => postgres::copy(&site.settings.database_url, folder.path()).await,
    };
    (TestSite::over(folder, url, files::shipped_site()).await, outcome.clone())
}

/// Rows of a site's own database, every value as text.
pub async fn site_rows(site: &TestSite, sql: &str) -> Vec<Vec<Option<String>>> {
    let sql = AssertSqlSafe(sql.to_owned());
    match &mut site.opened.db.snapshot().await.unwrap() {
        Tx::Sqlite(tx) => {
            let rows = sqlx::query(sql).fetch_all(&mut **tx).await.unwrap();
            rows.iter().map(|row| (0..row.len()).map(|column| row.get_unchecked(column)).collect()).collect()
        }
        Tx::Postgres(tx) => {
            let rows = sqlx::query(sql).fetch_all(&mut **tx).await.unwrap();
            rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
        }
    }
}

/// The one value that a query of a text gives; `None` for null or no row.
pub async fn site_value(site: &TestSite, sql: &str) -> Option<String> {
    site_rows(site, sql).await.into_iter().next().and_then(|row| row.into_iter().next().flatten())
}

/// Every row of every table of a site's database, sorted, by table.
pub async fn all_tables(site: &TestSite) -> BTreeMap<String, Vec<String>> {
    let names = match &site.opened.db {
        generator::db::Db::Sqlite { .. } => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        }
        generator::db::Db::Postgres(_) => {
            "select table_name::text from information_schema.tables where table_schema = 'public'"
        }
    };
    let mut tables = BTreeMap::new();
    for row in site_rows(site, names).await {
        let table = row[0].clone().unwrap();
        let sql = match &site.opened.db {
            generator::db::Db::Sqlite { .. } => {
                let columns = site_rows(site, &format!("select name from pragma_table_info('{table}')")).await;
                let columns: Vec<String> =
                    columns.iter().map(|row| format!("quote(\"{}\")", row[0].as_deref().unwrap())).collect();
                format!("select {} from \"{table}\"", columns.join(" || ',' || "))
            }
            generator::db::Db::Postgres(_) => format!("select \"{table}\"::text from \"{table}\""),
        };
        let mut rows: Vec<String> =
            site_rows(site, &sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        rows.sort();
        tables.insert(table, rows);
    }
    tables
}
