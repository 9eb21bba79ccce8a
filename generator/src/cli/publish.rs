//! `generator publish DIR`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anstream::{eprintln, println};
use generator::cdn::Pace;
use generator::settings::Settings;
use generator::store::Store;
use generator::text::counted;
use generator::{deploy, fail_point};

#[derive(clap::Args)]
pub struct Args {
    /// The folder: one that `generator build --manifest` has made
    dir: PathBuf,
    /// Remove more than a tenth of the target's files at once
    #[arg(long)]
    allow_deletions: bool,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    let handle = tokio::runtime::Handle::current();
    let publishing = tokio::task::spawn_blocking(move || {
        let store = Arc::new(Store::open(&settings.output)?);
        // Tests do not wait as long as edges may fetch.
        let again = fail_point::purge_again().unwrap_or(Pace::default().again);
        let waits = || {
            let seconds = again.as_secs_f64();
            eprintln!(
                "the files are there; the CDN is told once more in {seconds:.0} s, since it may have fetched old ones \
                just before"
            );
        };
        let purge = |paths| handle.block_on(deploy::purge(&settings.cdn, &settings.site_url, paths, again, waits));
        deploy::publish(&args.dir, &store, settings.cdn.page_class(), args.allow_deletions, purge)
    });
    let summary = publishing.await??;
    println!(
        "{} written, {} unchanged, {} removed in {:.2} s",
        counted(summary.written as u64, "file"),
        summary.unchanged,
        summary.removed,
        begun.elapsed().as_secs_f64()
    );
    Ok(ExitCode::SUCCESS)
}
