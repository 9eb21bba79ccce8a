//! `generator seed --creations N --comments M`

use std::process::ExitCode;
use std::time::Instant;

use anstream::println;
use generator::open::Opened;
use generator::seed::{Options, seed};
use generator::settings::Settings;

#[derive(clap::Args)]
pub struct Args {
    /// How many creations
    #[arg(long)]
    creations: u64,
    /// How many comments on them
    #[arg(long)]
    comments: u64,
    /// How many members; a twentieth of the creations where it is not said
    #[arg(long)]
    members: Option<u64>,
    /// What the content is made from: the same number, the same content
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let settings = Settings::from_env()?;
    let opened = Opened::open(&settings).await?;
    let options = Options {
        creations: args.creations,
        comments: args.comments,
        members: args.members.unwrap_or((args.creations / 20).max(1)),
        seed: args.seed,
    };
    let seeded = seed(&opened.db, &opened.site, &options).await;
    opened.db.close().await;
    let rows = seeded?.rows;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{rows} rows in {seconds:.2} s, {:.0} rows/s", rows as f64 / seconds);
    Ok(ExitCode::SUCCESS)
}
