//! What one change costs on a site of any size, and how many posts a second the site bears.
//!
//! `cargo bench --bench changes -- [CREATIONS ... | load]` seeds a site of each size with three comments a creation,
//! builds it, and lets a builder live beside it as a sidecar does. Then each change is made again and again on works of
//! different age, each time after a quiet moment. It prints the Markdown tables of README.md. With `TEST_POSTGRES_URL`
//! (`.ci/with-postgres`) both engines are measured.

mod changes;
mod load;
mod measure;
mod running;
mod statements;

use std::process::ExitCode;

use running::{Engine, Running};

/// As in the programs that this stands for.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Sizes where none are asked for.
const CREATIONS: [u64; 3] = [1_000, 10_000, 100_000];
/// The size of the site that bears a load.
const CREATIONS_UNDER_LOAD: u64 = 10_000;

fn main() -> ExitCode {
    // `cargo bench` says `--bench` to whatever it runs.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let sizes = match words.as_slice() {
        [] => CREATIONS.to_vec(),
        [word] if word == "load" => Vec::new(),
        words => match words.iter().map(|word| word.parse()).collect::<Result<Vec<u64>, _>>() {
            Ok(sizes) => sizes,
            Err(_) => {
                eprintln!("error: give numbers of creations, such as 1000 10000, or `load` for the second table alone");
                return ExitCode::from(2);
            }
        },
    };
    statements::watch();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(bench(&sizes))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn bench(sizes: &[u64]) -> anyhow::Result<()> {
    if !sizes.is_empty() {
        println!("\n{}", measure::HEAD);
    }
    for engine in running::engines() {
        for size in sizes {
            let running = Running::start(engine, *size).await?;
            for change in changes::ALL {
                println!("{}", measure::measure(&running, change).await?.row(engine, *size, change));
            }
            running.stop().await?;
        }
    }
    println!("\n{}", load::HEAD);
    let mut faults = Vec::new();
    for engine in running::engines() {
        let running = Running::start(engine, CREATIONS_UNDER_LOAD).await?;
        let borne = load::bear(&running).await?;
        faults.extend(borne.fault().map(|fault| format!("{}: {fault}", engine.name())));
        println!("{}", borne.row(engine));
        running.stop().await?;
    }
    anyhow::ensure!(faults.is_empty(), "{}", faults.join("; "));
    Ok(())
}

impl Engine {
    /// Its name in the tables.
    fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}
