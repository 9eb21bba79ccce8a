//! `generator verify [--mend]`

use std::process::ExitCode;
use std::time::Instant;

use anstream::println;
use anyhow::bail;
use chrono::Utc;
use generator::open::Opened;
use generator::settings::Settings;
use generator::store::address::is_address;
use generator::text::{counted, moment};
use generator::verify;

#[derive(clap::Args)]
pub struct Args {
    /// Mark the pages that differ, so that the next build writes them, and remove files that belong to no page
    #[arg(long)]
    mend: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    if !is_address(&settings.output) && !settings.output.is_dir() {
        bail!("{} is no folder; `generator build` makes it", settings.output.display());
    }
    let opened = Opened::open_as_it_is(&settings).await?;
    let builder = opened.builder(&settings.output)?;
    let findings = verify::verify(&builder).await?;
    // What differs is the answer and goes to standard output; so does the summary, last.
    for (path, found) in &findings.differences {
        println!("{path}: {}", found.difference);
    }
    let more = findings.more + findings.more_faults;
    if more > 0 {
        println!("… and {more} more");
    }
    println!(
        "{} compared, {}, {} marked for the next build, in {:.2} s",
        counted(findings.pages, "page"),
        counted(findings.differences.len() as u64 + more, "difference"),
        findings.waiting,
        begun.elapsed().as_secs_f64()
    );
    if args.mend && !findings.differences.is_empty() {
        let mended = verify::mend(&builder, &findings, moment::cut(Utc::now())).await?;
        println!(
            "{} removed, {} written, {} marked",
            counted(mended.removed as u64, "file"),
            counted(mended.assets as u64, "asset"),
            counted(mended.marked as u64, "page")
        );
        if findings.more > 0 {
            println!("{} left: run it again", counted(findings.more, "difference"));
        }
        if mended.marked > 0 {
            println!("`generator build`, or a running sidecar, writes them");
        }
    }
    opened.db.close().await;
    Ok(if findings.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
