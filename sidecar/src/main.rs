//! The sidecar's command line.

use clap::Parser;

mod cli;

/// As the generator's: a sidecar renders the same pages, and what pictures take for a moment has to go back at once.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run(cli::Command::parse())
}
