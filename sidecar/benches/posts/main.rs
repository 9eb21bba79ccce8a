//! What a sidecar bears, asked over the network as browsers ask it: comments answered with their page rendered, alone and
//! beside uploads and logins, pages read, and the memory that it takes. Where it is too slow or too large, it ends with an
//! error.
//!
//! `cargo bench --bench posts -- [CREATIONS]` seeds a site with three comments a creation, lets `sidecar serve` build it, and
//! has members post as fast as limits of each member allow. It prints the Markdown table of README.md, its row for each
//! engine; with `TEST_POSTGRES_URL` (`.ci/with-postgres`) both are measured. The load comes from the same machine.

mod asking;
mod beside;
mod load;
mod serving;

use std::process::ExitCode;

use beside::Beside;
use load::{Answered, Load};
use serving::{Engine, Serving};

/// The size of the site where none is asked for.
const CREATIONS: u64 = 100_000;

const HEAD: &str = "| database | creations | comments at 300/s: answered after | the same beside uploads and logins | \
    as fast as 20 clients can: comments/s | answered after | pages/s | memory after a start, at most |\n\
    |---|---:|---:|---:|---:|---:|---:|---:|";

/// What SQLite has to reach: comments within a median and for 99 of 100, in milliseconds; comments and pages a second; megabytes
/// at most. PostgreSQL has its own processes, and is there to be compared.
const MEDIAN_MS_MAX: f64 = 15.0;
const P99_MS_MAX: f64 = 100.0;
const COMMENTS_A_SECOND_MIN: f64 = 300.0;
const PAGES_A_SECOND_MIN: f64 = 10_000.0;
const MEMORY_MB_MAX: u64 = 200;

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
    let mut faults = Vec::new();
    for engine in serving::engines() {
        let serving = Serving::start(engine, creations).await?;
        let at_first = serving.memory_mb()?;
        let load = Load::new(&serving);
        let paced = load.paced().await?;
        let beside = Beside::start(&serving).await?;
        let disturbed = load.paced().await?;
        let (uploads, logins) = beside.end().await?;
        let fast = load.as_fast_as_possible().await?;
        let pages = load.pages().await?;
        let at_most = serving.memory_mb_at_most()?;
        serving.all_is_true(paced.answered + disturbed.answered + fast.answered).await?;
        println!(
            "| {} | {creations} | {} | {} ({uploads} uploads, {logins} logins) | {:.0} | {} | {pages:.0} | {at_first}, {at_most} MB |",
            engine.name(),
            paced.times(),
            disturbed.times(),
            fast.a_second(),
            fast.times(),
        );
        serving.stop().await?;
        if engine == Engine::Sqlite {
            faults = missed(&paced, &fast, pages, at_most);
        }
    }
    anyhow::ensure!(faults.is_empty(), "sqlite: {}", faults.join("; "));
    Ok(())
}

/// The limits that were missed.
fn missed(paced: &Answered, fast: &Answered, pages: f64, memory_mb: u64) -> Vec<String> {
    let (median, p99, comments) = (paced.within(500), paced.within(990), fast.a_second());
    let limits = [
        (median < MEDIAN_MS_MAX, format!("a median of {median:.1} ms, {MEDIAN_MS_MAX} are allowed")),
        (p99 < P99_MS_MAX, format!("99 of 100 within {p99:.1} ms, {P99_MS_MAX} are allowed")),
        (comments >= COMMENTS_A_SECOND_MIN, format!("{comments:.0} comments/s of {COMMENTS_A_SECOND_MIN}")),
        (pages >= PAGES_A_SECOND_MIN, format!("{pages:.0} pages/s of {PAGES_A_SECOND_MIN}")),
        (memory_mb < MEMORY_MB_MAX, format!("{memory_mb} MB, {MEMORY_MB_MAX} are allowed")),
    ];
    limits.into_iter().filter(|(is_kept, _)| !is_kept).map(|(_, text)| text).collect()
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
