//! The sidecar's command line.

use clap::Parser;

mod cli;

fn main() -> std::process::ExitCode {
    cli::run(cli::Command::parse())
}
