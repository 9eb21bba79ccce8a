//! `generator build [--all]`

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use anstream::{eprintln, println};
use anyhow::bail;
use chrono::Utc;
use generator::build::progress::Progress;
use generator::build::{Builder, Options};
use generator::cdn::{self, Cdn, Purger};
use generator::db::records;
use generator::deploy;
use generator::fail_point;
use generator::open::Opened;
use generator::publish::schedule;
use generator::reporting;
use generator::settings::Settings;
use generator::store::address::is_address;
use generator::store::key;
use generator::text::{counted, moment};

/// Reasons of failed pages that are listed; the database holds all of them.
const FAILURES_SHOWN: usize = 50;

#[derive(clap::Args)]
pub struct Args {
    /// Mark every page first; files that are right are still not written
    #[arg(long)]
    all: bool,
    /// Let more pages fall out of the site at once than site.toml's build.deletions_percent_max
    #[arg(long)]
    allow_deletions: bool,
    /// Write the manifest that `generator publish` needs; OUTPUT must be a folder
    #[arg(long)]
    manifest: bool,
}

/// Tells the CDN what has changed. What it does not take waits in the database for a sidecar or the next build.
async fn purge(settings: &Settings, opened: &Opened) -> Result<(), cdn::Error> {
    if settings.cdn == Cdn::None {
        return Ok(());
    }
    let purger = Purger::open(&settings.cdn, &settings.site_url, opened.db.clone(), cdn::Pace::default()).await?;
    let sent = purger.send_due().await?;
    let waiting = purger.waiting().await?;
    println!("{sent}; {} to be sent once more in {} s", waiting.again, cdn::Pace::default().again.as_secs());
    if let Some(error) = sent.error {
        eprintln!("error: {error}; {} paths wait for a running sidecar or the next build", waiting.unsent);
        reporting::error(format!("cannot purge: {error}"), &[]);
    }
    Ok(())
}

/// Notes what was built, from the records.
async fn write_manifest(settings: &Settings, opened: &Opened, builder: &Builder) -> anyhow::Result<()> {
    let mut tx = opened.db.snapshot().await?;
    let records = records::digests(&mut tx).await?;
    let mut files: BTreeMap<String, String> =
        records.into_iter().map(|(path, digest)| (key(&path), deploy::hex(&digest))).collect();
    files.extend(builder.renderer.assets.iter().map(|asset| (key(&asset.path), deploy::asset_digest(&asset.object))));
    deploy::write(&settings.output, files)?;
    Ok(())
}

/// Builds; a build that fails is reported to Sentry as well, since a release phase or a timer has nobody who looks.
pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let outcome = build(args).await;
    if let Err(error) = &outcome {
        reporting::error(format!("cannot build: {error}"), &[]);
    }
    outcome
}

async fn build(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    if args.manifest && is_address(&settings.output) {
        bail!("--manifest: {} is no folder", settings.output.display());
    }
    let opened = Opened::open(&settings).await?;
    let mut builder = opened.builder(&settings.output)?;
    builder.lease = fail_point::lease().unwrap_or(builder.lease);
    let now = moment::cut(Utc::now());
    // A site that is built by hand or by a timer has nobody else who does it. Should this build be refused, whoever builds
    // knows that this generation has changed something.
    let due = schedule::due_as(&opened.db, &opened.site, Some(&builder.generation), now).await?;
    if due.is_anything() {
        println!("{due}");
    }
    // Also what this build did not try again, since its pause is not over: it waits all the same.
    let put_off = schedule::put_off(&opened.db).await?;
    for (what, reason) in &put_off {
        eprintln!("error: {what} has come due and waits: {reason}");
        reporting::error(format!("{what} has come due and waits: {reason}"), &[]);
    }
    for file in builder.renderer.useless_templates(&opened.site, &opened.files) {
        eprintln!("warning: {file}: no page is made with it, and no template names it; is its name right?");
    }
    let options = Options { all: args.all, allow_deletions: args.allow_deletions };
    let summary = builder.build(options, now, &Progress::on_stderr()).await;
    let noted = match (&summary, args.manifest) {
        (Ok(summary), true) if summary.failed.is_empty() => write_manifest(&settings, &opened, &builder).await,
        _ => Ok(()),
    };
    let purged = match summary {
        Ok(_) => purge(&settings, &opened).await,
        Err(_) => Ok(()),
    };
    opened.db.close().await;
    let summary = summary?;
    noted?;
    if let Err(error) = purged {
        eprintln!("error: {error}");
        reporting::error(format!("cannot purge: {error}"), &[]);
    }
    println!(
        "{} rendered, {} written, {} unchanged, {} deleted, {} failed in {:.2} s",
        counted(summary.rendered, "page"),
        summary.written,
        summary.unchanged,
        summary.deleted,
        summary.failed.len(),
        begun.elapsed().as_secs_f64()
    );
    tell_failures(&summary.failed);
    let is_good = summary.failed.is_empty() && put_off.is_empty();
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Pages that failed for the same reason are one line: a fault in a layout is every page's.
fn tell_failures(failed: &[(String, String)]) {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (page, error) in failed {
        reasons.entry(error).or_default().push(page);
    }
    for (error, pages) in reasons.iter().take(FAILURES_SHOWN) {
        match pages[..] {
            [page] => eprintln!("error: {page}: {error}"),
            _ => eprintln!("error: {} and {}: {error}", pages[0], counted(pages.len() as u64 - 1, "more page")),
        }
        reporting::error(format!("cannot build {}: {error}", pages[0]), &[("page", pages[0])]);
    }
    if reasons.len() > FAILURES_SHOWN {
        eprintln!("error: and {}", counted((reasons.len() - FAILURES_SHOWN) as u64, "more reason"));
    }
}
