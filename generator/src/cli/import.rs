//! `generator import graveyard postgres://…`

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

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
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write the report {}", path.display()));
            Some(Box::new(BufWriter::new(file.map_err(|error| anyhow::anyhow!("{error:#}"))?)) as _)
        }
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
    };
    let opened = Opened::open(&settings).await?;
    let outcome =
        import(source, &opened.db, &opened.site, options, moment::cut(Utc::now()), Progress::on_stderr()).await;
    opened.db.close().await;
    Ok(say(&outcome?, begun))
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
    if report.passwords.pending > 0 {
        println!("{} old password hashes still to be wrapped: run the import again", report.passwords.pending);
    }
    if report.wrote() {
        println!("imported in {:.1} s; `generator build` makes the pages", begun.elapsed().as_secs_f64());
    } else if report.problem_count > 0 {
        println!("nothing was written");
    } else if report.kept() > 0 {
        println!("nothing changed here; {} rows that both sides have changed stay as they are", report.kept());
    } else if report.passwords.wrapped == 0 {
        println!("nothing changed: everything that the source holds is here already");
    }
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
    if report.problem_count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
