//! `generator sync DIR s3://BUCKET/PREFIX`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anstream::{eprintln, println};
use generator::build::progress::Progress;
use generator::store::address::Address;
use generator::sync::pattern::Pattern;
use generator::sync::{Options, Step, sync};
use generator::text::counted;

#[derive(clap::Args)]
pub struct Args {
    /// The folder
    dir: PathBuf,
    /// The place in a bucket: s3://BUCKET or s3://BUCKET/PREFIX
    to: String,
    /// Remove what is in the bucket and not in the folder
    #[arg(long)]
    delete: bool,
    /// Change nothing; say what would be done
    #[arg(long, alias = "dry-run")]
    dryrun: bool,
    /// Leave out what is called like this, here and there: `*` is anything, `?` one character; may be given more than once
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<Pattern>,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let address = Address::parse(&args.to)?;
    let options = Options { delete: args.delete, dry_run: args.dryrun, exclude: args.exclude };
    let summary = sync(&args.dir, address.clone(), &options, &Progress::on_stderr()).await?;
    for step in &summary.steps {
        match step {
            Step::Upload(key) => println!("(dryrun) upload: {} to {address}{key}", args.dir.join(key).display()),
            Step::Delete(key) => println!("(dryrun) delete: {address}{key}"),
        }
    }
    for (key, error) in &summary.failed {
        eprintln!("error: {key}: {error}");
    }
    println!(
        "{} sent ({:.1} MB), {} unchanged, {} removed, {} failed in {:.2} s",
        counted(summary.uploaded as u64, "file"),
        summary.bytes as f64 / 1e6,
        summary.unchanged,
        summary.deleted,
        summary.failed.len(),
        begun.elapsed().as_secs_f64()
    );
    Ok(if summary.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
