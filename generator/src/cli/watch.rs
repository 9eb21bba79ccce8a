//! `generator watch [--listen A]`

use std::net::SocketAddr;
use std::process::ExitCode;

use anstream::println;
use anyhow::{anyhow, bail};
use generator::settings::Settings;
use generator::watch::Watch;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub struct Args {
    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, default_value = "127.0.0.1:8001")]
    listen: SocketAddr,
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    // A faulty file shows as a page and can be mended meanwhile; a folder of another name cannot.
    if !settings.site.is_dir() {
        bail!("SITE: there is no folder {}", settings.site.display());
    }
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.map_err(|error| {
        anyhow!("cannot listen on {}: {error}; is another program there? Choose with --listen", args.listen)
    })?;
    let address = listener.local_addr()?;
    let watch = Watch::open(&settings, listener).await?;
    println!("http://{address}/ shows {} as it is now (Ctrl-C ends it)", settings.site.display());
    let until = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    watch.serve(until).await?;
    Ok(ExitCode::SUCCESS)
}
