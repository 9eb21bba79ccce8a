//! `generator import graveyard postgres://…`

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::{eprintln, println};
use anyhow::Context;
use chrono::Utc;
use generator::import::progress::Progress;
use generator::import::report::Report;
use generator::import::source::Source;
use generator::import::times::Times;
use generator::import::{Options, import};
use generator::open::Opened;
use generator::settings::Settings;
use generator::text::moment;

#[derive(clap::Args)]
pub struct Args {
    /// What ran the site until now
    #[arg(value_enum)]
    from: From,
    /// Address of its PostgreSQL database, such as postgres://user@host/name; nothing is written there
    url: String,
    /// Write each finding and the counts of each table into this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// What the source's times are: `utc` is right for dumps since September 2025, `local` for older ones
    #[arg(long, value_enum, default_value_t = TimesArg::Utc)]
    times: TimesArg,
    /// A name that the old site answered to; addresses in texts with this name lead into the site (may be repeated)
    #[arg(long, value_name = "NAME")]
    old_host: Vec<String>,
    /// A name that its uploads came from; addresses in texts with this name lead to UPLOADS_URL (may be repeated)
    #[arg(long, value_name = "NAME")]
    old_uploads_host: Vec<String>,
    /// Leave old password hashes to a later run: those members cannot log in until then
    #[arg(long)]
    without_passwords: bool,
    /// Import the source though it is older than what was imported before: what has changed since is changed back
    #[arg(long)]
    older_source: bool,
    /// Rows of one transaction: small ones let tests die between two of them
    #[arg(long, hide = true, value_name = "N")]
    batch_rows: Option<usize>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum From {
    Graveyard,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum TimesArg {
    /// Right as they are
    Utc,
    /// Wall time of the site's zone, stored as if it were UTC
    Local,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let From::Graveyard = args.from;
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    // The source first: where it cannot be read, no database is made either.
    let source = Source::open(&args.url).await?;
    let findings = match &args.report {
        None => None,
        Some(path) => Some(Box::new(BufWriter::new(ReportFile::open(path)?)) as _),
    };
    let options = Options {
        times: match args.times {
            TimesArg::Utc => Times::Utc,
            TimesArg::Local => Times::Local,
        },
        site_hosts: args.old_host,
        upload_hosts: args.old_uploads_host,
        findings,
        without_passwords: args.without_passwords,
        older_source: args.older_source,
        batch_rows: args.batch_rows,
    };
    let opened = Opened::open(&settings).await?;
    let (report, outcome) =
        import(source, &opened.db, &opened.site, options, moment::cut(Utc::now()), Progress::on_stderr()).await;
    opened.db.close().await;
    if outcome.is_ok() {
        return Ok(say(&report, begun));
    }
    if !report.tables.is_empty() {
        println!("broken off; until then:");
        print!("{}", report.table());
        say_problems(&report);
    }
    outcome?;
    Ok(ExitCode::FAILURE)
}

/// A report's file. What an earlier run wrote stays in it until this one has something to write.
struct ReportFile {
    file: File,
    is_begun: bool,
}

impl ReportFile {
    fn open(path: &Path) -> anyhow::Result<ReportFile> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.with_context(|| format!("cannot write the report {}", path.display()));
        // On one line.
        let file = file.map_err(|error| anyhow::anyhow!("{error:#}"))?;
        // A pipe or a terminal holds nothing that would have to go.
        let is_begun = !file.metadata()?.is_file();
        Ok(ReportFile { file, is_begun })
    }
}

impl Write for ReportFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_begun {
            self.file.set_len(0)?;
            self.is_begun = true;
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Prints what came of it; faults go to standard error.
fn say(report: &Report, begun: Instant) -> ExitCode {
    print!("{}", report.table());
    if !report.absent.is_empty() {
        println!("not in the source, and not missed: {}", report.absent.join(", "));
    }
    if report.passwords.wrapped > 0 {
        println!("{} old password hashes wrapped", report.passwords.wrapped);
    }
    if report.passwords.chosen_there > 0 {
        println!("{} passwords that were chosen in the source meanwhile", report.passwords.chosen_there);
    }
    if report.passwords.pending > 0 {
        println!("{} old password hashes still to be wrapped: run the import again", report.passwords.pending);
    }
    if report.wrote {
        println!("imported in {:.1} s; `generator build` makes the pages", begun.elapsed().as_secs_f64());
    } else if report.problem_count > 0 {
        println!("nothing was written");
    } else if report.kept() > 0 {
        println!("nothing changed here; {} rows that both sides have changed stay as they are", report.kept());
    } else if report.passwords.wrapped + report.passwords.chosen_there == 0 {
        println!("nothing changed: everything that the source holds is here already");
    }
    say_problems(report);
    if report.problem_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say_problems(report: &Report) {
    for note in &report.notes {
        eprintln!("note: {note}");
    }
    for problem in &report.problems {
        eprintln!("error: {problem}");
    }
    let more = report.problem_count - report.problems.len() as u64;
    if more > 0 {
        eprintln!("error: and {more} more");
    }
}
