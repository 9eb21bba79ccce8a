//! What a sidecar bears, asked over the network as browsers ask it: comments answered with their page rendered, pages read,
//! and the memory that it takes.
//!
//! `cargo bench --bench posts -- [CREATIONS]` seeds a site with three comments a creation, lets `sidecar serve` build it, and
//! has members post as fast as limits of each member allow. It prints the Markdown table of README.md, its row for each
//! engine; with `TEST_POSTGRES_URL` (`.ci/with-postgres`) both are measured. The load comes from the same machine.

mod asking;
mod load;
mod serving;

use std::process::ExitCode;

use load::Load;
use serving::{Engine, Serving};

/// The size of the site where none is asked for.
const CREATIONS: u64 = 100_000;

const HEAD: &str = "| database | creations | comments at 300/s: answered after | as fast as 20 clients can: comments/s | \
    answered after | pages/s | memory after a start, after the load |\n|---|---:|---:|---:|---:|---:|---:|";

fn main() -> ExitCode {
    // `cargo bench` says `--bench` to whatever it runs.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let creations = match words.as_slice() {
        [] => Some(CREATIONS),
        [word] => word.parse().ok(),
        _ => None,
    };
    let Some(creations) = creations else {
        eprintln!("error: give a number of creations, such as 1000");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(bench(creations))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn bench(creations: u64) -> anyhow::Result<()> {
    println!("\n{HEAD}");
    for engine in serving::engines() {
        let serving = Serving::start(engine, creations).await?;
        let at_first = serving.memory_mb()?;
        let load = Load::new(&serving);
        let paced = load.paced().await?;
        let fast = load.as_fast_as_possible().await?;
        let pages = load.pages().await?;
        let at_last = serving.memory_mb()?;
        serving.all_is_true(paced.answered + fast.answered).await?;
        println!(
            "| {} | {creations} | {} | {:.0} | {} | {pages:.0} | {at_first}, {at_last} MB |",
            engine.name(),
            paced.times(),
            fast.a_second(),
            fast.times(),
        );
        serving.stop().await?;
    }
    Ok(())
}

impl Engine {
    /// Its name in the table.
    fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}
