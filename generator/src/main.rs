//! The generator's command line.

use clap::Parser;

mod cli;

/// Rendering makes and drops millions of small strings on all cores, and SQLite hands each value from its thread
/// to ours; the system's allocator takes a fifth of a build for it. It serves SQLite as well. What is free goes back to the
/// system soon (`.cargo/config.toml`).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run(cli::Command::parse())
}
