//! `generator check [DIR]`

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anstream::eprintln;
use generator::check::{self, Report, Rule, Subject};
use generator::db;
use generator::files;
use generator::settings::Settings;
use generator::site::Site;
use generator::store::address::is_address;
use generator::text::counted;

/// Findings that are printed unless told otherwise: more than anybody reads at once, few enough for a log.
const MOST: usize = 1_000;
/// Wrong usage, as clap has it.
const USAGE: u8 = 2;

#[derive(clap::Args)]
#[command(after_long_help = rules())]
pub struct Args {
    /// The folder of the generated files; OUTPUT where it is not said
    dir: Option<PathBuf>,
    /// How findings are printed: a line of text each, or a line of JSON
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Findings that are printed; all are counted
    #[arg(long, default_value_t = MOST)]
    most: usize,
    /// A rule that need not be kept; may be given more than once
    #[arg(long, value_name = "RULE")]
    allow: Vec<Rule>,
    /// Look at the files alone, though there is a database
    #[arg(long)]
    no_database: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

fn rules() -> String {
    let widest = Rule::ALL.iter().map(|rule| rule.name().len()).max().unwrap_or(0);
    let lines = Rule::ALL.iter().map(|rule| format!("  {:widest$}  {}\n", rule.name(), rule.meaning()));
    format!("Rules:\n{}", lines.collect::<String>())
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let mut settings = Settings::from_env()?;
    let folder = args.dir.unwrap_or_else(|| settings.output.clone());
    if is_address(&folder) {
        eprintln!("error: {} is no folder; give one that was built from the same database", folder.display());
        return Ok(ExitCode::from(USAGE));
    }
    if !folder.join("index.html").is_file() {
        eprintln!("error: {} holds no built site: it has no index.html; run `generator build` first", folder.display());
        return Ok(ExitCode::from(USAGE));
    }
    // A site that was built for another address is checked for that one, unless told otherwise.
    if !is_set("SITE_URL")
        && let Some(url) = check::built_for(&folder)
    {
        settings.site_url = url;
    }
    let files = files::read_site(&settings.site)?;
    let site = Site::load(&files, &settings.site_url, &settings.uploads_url)?;
    let is_chosen = is_set("DATABASE_URL") || is_set("DB_HOST");
    let db = match args.no_database || !(is_chosen || db::connect::is_there(&settings.database_url)) {
        true => None,
        false => Some(db::connect::open_as_it_is(&settings.database_url).await?),
    };
    let allowed: BTreeSet<Rule> = args.allow.into_iter().collect();
    let subject = Subject {
        folder: &folder,
        site: &site,
        files: &files,
        uploads: &settings.uploads,
        db: db.as_ref(),
        most: args.most,
        allowed: &allowed,
    };
    let report = check::check(subject).await;
    if let Some(db) = &db {
        db.close().await;
    }
    let report = report?;
    print(&report, args.format)?;
    summarise(&report, db.is_some(), begun);
    Ok(if report.findings.total() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn is_set(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| !value.trim().is_empty())
}

fn print(report: &Report, format: Format) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for finding in report.findings.first() {
        match format {
            Format::Text => writeln!(out, "{finding}")?,
            Format::Json => writeln!(out, "{}", finding.json())?,
        }
    }
    Ok(out.flush()?)
}

fn summarise(report: &Report, with_database: bool, begun: Instant) {
    for (rule, count) in report.findings.counts() {
        eprintln!("{count:>7} {rule}");
    }
    let against = match (with_database, report.with_records) {
        (false, _) => "without a database",
        (true, false) => "against the database, whose records are about another folder",
        (true, true) => "against the database",
    };
    eprintln!(
        "{} in {}, {} of them pages, {against}, in {:.2} s",
        counted(report.findings.total(), "finding"),
        counted(report.files as u64, "file"),
        report.pages,
        begun.elapsed().as_secs_f64()
    );
    let printed = report.findings.first().count() as u64;
    if printed < report.findings.total() {
        eprintln!("{printed} of them are printed; --most N prints more");
    }
}
