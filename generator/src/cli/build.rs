//! `generator build [--all]`

use std::process::ExitCode;
use std::time::Instant;

use chrono::Utc;
use generator::build::Options;
use generator::build::progress::Progress;
use generator::fail_point;
use generator::open::Opened;
use generator::publish::schedule;
use generator::settings::Settings;
use generator::text::moment;

/// Failed pages that are listed one by one; the database holds all of them.
const FAILURES_SHOWN: usize = 50;

#[derive(clap::Args)]
pub struct Args {
    /// Mark every page first; files that are right are still not written
    #[arg(long)]
    all: bool,
    /// Let more pages fall out of the site at once than site.toml's build.deletions_percent_max
    #[arg(long)]
    allow_deletions: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    let opened = Opened::open(&settings).await?;
    let mut builder = opened.builder(&settings.output)?;
    builder.lease = fail_point::lease().unwrap_or(builder.lease);
    let now = moment::cut(Utc::now());
    // A site that is built by hand or by a timer has nobody else who does it.
    let due = schedule::due(&opened.db, &opened.site, now).await?;
    if due.is_anything() {
        println!("{due}");
    }
    let options = Options { all: args.all, allow_deletions: args.allow_deletions };
    let summary = builder.build(options, now, &Progress::on_stderr()).await;
    opened.db.close().await;
    let summary = summary?;
    println!(
        "{} pages rendered, {} written, {} unchanged, {} deleted, {} failed in {:.2} s",
        summary.rendered,
        summary.written,
        summary.unchanged,
        summary.deleted,
        summary.failed.len(),
        begun.elapsed().as_secs_f64()
    );
    for (page, error) in summary.failed.iter().take(FAILURES_SHOWN) {
        eprintln!("error: {page}: {error}");
    }
    if summary.failed.len() > FAILURES_SHOWN {
        eprintln!("error: and {} more", summary.failed.len() - FAILURES_SHOWN);
    }
    Ok(if summary.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
