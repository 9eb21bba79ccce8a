//! Commands: each reads the environment, does its work through the library and says what came of it.
//! Exit 0 is good, 1 means that the work failed or found faults, 2 (from clap) wrong usage.

mod build;
mod check;
mod import;
mod publish;
mod routes;
mod seed;
mod sync;
mod verify;
mod watch;

use std::process::ExitCode;

use anstream::eprintln;
use generator::reporting;

/// Renders a community's archive from its database into static files.
///
/// Where things are comes from the environment: DATABASE_URL, OUTPUT, UPLOADS, SITE, SITE_URL, UPLOADS_URL.
/// Unset, everything is embedded and lies under output/. The README has the table.
#[derive(clap::Parser)]
#[command(name = "generator", version)]
pub enum Command {
    /// Renders the pages whose file no longer tells the truth
    Build(build::Args),
    /// Brings another site's database over; run again, it brings over what has changed since
    Import(import::Args),
    /// Checks the generated files: links, HTML, feeds, sitemaps, stray files, nothing private; `--help` lists the rules
    Check(check::Args),
    /// Puts a built and checked folder onto OUTPUT, without a database
    Publish(publish::Args),
    /// Prints the rules of the server before the site: what is a file, what goes to the sidecar
    Routes(routes::Args),
    /// Fills an empty database with made-up content in Czech, the same for the same seed
    Seed(seed::Args),
    /// Copies a folder of uploads into a bucket: what is missing there, has another size or is older
    Sync(sync::Args),
    /// Renders everything and compares it with the records and with what the target really holds; writes nothing
    Verify(verify::Args),
    /// Renders pages as they are asked for, and loads the open one again when a file of the site changes
    Watch(watch::Args),
}

/// Runs a command to its exit code.
pub fn run(command: Command) -> ExitCode {
    // What is reported goes out when it is dropped.
    let _reporting = match reporting::begin() {
        Ok(reporting) => reporting,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Build(args) => build::run(args).await,
            Command::Import(args) => import::run(args).await,
            Command::Check(args) => check::run(args).await,
            Command::Publish(args) => publish::run(args).await,
            Command::Sync(args) => sync::run(args).await,
            Command::Routes(args) => routes::run(&args),
            Command::Seed(args) => seed::run(args).await,
            Command::Verify(args) => verify::run(args).await,
            Command::Watch(args) => watch::run(args).await,
        }
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            // Errors of the library name their causes themselves.
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
