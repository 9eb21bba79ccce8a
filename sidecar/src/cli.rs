//! Commands. Exit 0 is good, 1 means that the work failed, 2 (from clap) wrong usage.

mod backup;
mod demo;
mod listen;
mod member;
mod serve;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anstream::eprintln;
use anyhow::Context;
use axum::serve::ListenerExt;
use generator::build::live::Pace;
use generator::open::Edition;
use generator::{cdn, reporting};
use sidecar::alerts::Alerting;
use sidecar::app::App;
use sidecar::builder::Building;
use sidecar::counters::FLUSH_PAUSE;
use sidecar::mail::Mailing;
use sidecar::purging::Purging;
use sidecar::uploads::jobs::Jobs;
use sidecar::{logging, retention};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// How long threads are waited for at the end that nobody needs any more: one may talk to a mail server that takes no
/// end.
const THREADS_TIMEOUT: Duration = Duration::from_secs(2);

/// How long connections are given back before nobody is let in any more.
const LEAVING_TIME: Duration = Duration::from_secs(1);

/// The small server beside the static site.
#[derive(clap::Parser)]
#[command(name = "sidecar", version)]
pub enum Command {
    /// Serves the site and the uploads, and builds what changes
    Serve(serve::Args),
    /// Makes a fresh site with sample content, builds it and serves it
    Demo(demo::Args),
    /// Lets people in
    Member(member::Args),
    /// Copies the whole database into a file, while everything goes on
    Backup(backup::Args),
}

/// Runs a command to its exit code.
pub fn run(command: Command) -> ExitCode {
    let _reporting = match reporting::begin().and_then(|reporting| logging::begin().map(|()| reporting)) {
        Ok(reporting) => reporting,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start").and_then(|runtime| {
            let outcome = runtime.block_on(async {
                match command {
                    Command::Serve(args) => serve::run(args).await,
                    Command::Demo(args) => demo::run(args).await,
                    Command::Member(args) => member::run(args).await,
                    Command::Backup(args) => backup::run(args).await,
                }
            });
            runtime.shutdown_timeout(THREADS_TIMEOUT);
            outcome
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", describe(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, where it does not name them itself.
fn describe(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Serves and builds until the process is asked to end; requests that have begun are finished, what was counted is
/// written, and pages that are being built are finished as well.
async fn serve_until_asked(listener: TcpListener, app: &Arc<App>, edition: Edition) -> anyhow::Result<()> {
    let building = Building::start(app, edition, Pace::default());
    let alerting = Alerting::start(app);
    let purging = Purging::start(app, cdn::Pace::default());
    tokio::spawn(sidecar::search::catch_up(app.database.clone()));
    let uploads = Jobs::start(app);
    let mailing = Mailing::start(app);
    let ending = Arc::new(Notify::new());
    let flushing = tokio::spawn(flush_hourly(Arc::clone(app), Arc::clone(&ending)));
    let service = sidecar::app::router(app).into_make_service_with_connect_info::<SocketAddr>();
    // Head and body of a file are two writes: the second one would wait for the reader to acknowledge the first.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!("a connection waits for acknowledgements: {error}");
        }
    });
    let served = axum::serve(listener, service).with_graceful_shutdown(leaving(Arc::clone(app))).await;
    ending.notify_one();
    // One that has begun is finished: what it has taken is nowhere else.
    let _ = flushing.await;
    app.flush().await;
    uploads.stop().await;
    building.stop().await;
    mailing.stop().await;
    purging.stop().await;
    alerting.stop().await;
    app.database.close().await;
    served.context("the server failed")
}

async fn flush_hourly(app: Arc<App>, ending: Arc<Notify>) {
    loop {
        tokio::select! {
            () = ending.notified() => return,
            () = tokio::time::sleep(FLUSH_PAUSE) => {
                app.flush().await;
                retention::keep_to_it(&app).await;
            }
        }
    }
}

/// Returns when nobody is to be let in any more. Whoever has a front that starts others in our stead sends SIGTERM: then
/// its connections are given back first, each with an answer, so that it does not send a request on one that is just
/// being closed.
async fn leaving(app: Arc<App>) {
    if asked_to_end().await == Asked::ToLeave {
        app.is_leaving.store(true, Ordering::Relaxed);
        tokio::time::sleep(LEAVING_TIME).await;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// By somebody at a terminal.
    ToEnd,
    /// By what supervises processes.
    ToLeave,
}

async fn asked_to_end() -> Asked {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminate) = terminate else {
            let _ = interrupt.await;
            return Asked::ToEnd;
        };
        tokio::select! {
            _ = interrupt => Asked::ToEnd,
            _ = terminate.recv() => Asked::ToLeave,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
        Asked::ToEnd
    }
}
