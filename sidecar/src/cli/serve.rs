//! `sidecar serve`

use std::net::SocketAddr;

use anyhow::bail;
use generator::settings::Settings;

use super::{listen, serve_until_asked};

#[derive(clap::Args)]
pub struct Args {
    /// Address and port to listen on
    #[arg(long, env = "LISTEN")]
    listen: Option<SocketAddr>,
    /// Port to listen on, on all addresses; LISTEN goes before it
    #[arg(long, env = "PORT")]
    port: Option<u16>,
}

/// Where it listens unless told otherwise; the port is the one in [`generator::settings::SITE_URL_DEFAULT`].
const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8000);

pub async fn run(args: Args) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    if !settings.output.join("index.html").exists() {
        bail!("{} holds no built site; run `generator build` first", settings.output.display());
    }
    let address = match (args.listen, args.port) {
        (Some(address), _) => address,
        (None, Some(port)) => SocketAddr::new(std::net::Ipv4Addr::UNSPECIFIED.into(), port),
        (None, None) => LISTEN_DEFAULT,
    };
    let listener = listen(address).await?;
    tracing::info!("serving {} on http://{}", settings.output.display(), listener.local_addr()?);
    serve_until_asked(listener, sidecar::files::router(&settings.output, &settings.uploads)).await
}
