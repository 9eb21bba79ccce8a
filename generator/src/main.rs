//! The generator's command line.

use clap::Parser;

mod cli;

/// Rendering makes and drops millions of small strings on all cores; the system's allocator takes a tenth of a
/// build for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run(cli::Command::parse())
}
