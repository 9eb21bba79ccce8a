//! The generator's command line.

use clap::Parser;

mod cli;

/// Rendering makes and drops millions of small strings on all cores, and SQLite hands each value from its thread
/// to ours; the system's allocator takes a fifth of a build for it. It serves SQLite as well (`override`), and
/// without huge pages (`no_thp`), which would have most of the memory cleared for nothing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run(cli::Command::parse())
}
