//! Where a server listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::Context;
use tokio::net::TcpListener;

/// Where it listens unless told otherwise; the port is the one in [`generator::settings::SITE_URL_DEFAULT`].
const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

#[derive(clap::Args)]
pub struct Listen {
    /// Address and port to listen on, or LISTEN; port 0 takes any that is free
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Port to listen on, on all addresses, or PORT; an address goes before it
    #[arg(long)]
    port: Option<u16>,
}

impl Listen {
    /// Begins to listen, so that a port that is taken is found before anything else is done.
    pub async fn bind(&self) -> anyhow::Result<TcpListener> {
        let on_all = |port| SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port);
        let address = match (self.listen, self.port) {
            (Some(address), _) => address,
            (None, Some(port)) => on_all(port),
            (None, None) => match (variable::<SocketAddr>("LISTEN")?, variable("PORT")?) {
                (Some(address), _) => address,
                (None, port) => port.map_or(DEFAULT, on_all),
            },
        };
        let listener = TcpListener::bind(address).await;
        listener.with_context(|| {
            format!("cannot listen on {address}; is another program there? Choose with LISTEN or PORT")
        })
    }
}

/// A variable's value; an empty one counts as unset.
fn variable<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str) -> anyhow::Result<Option<T>> {
    match std::env::var(name).ok().filter(|value| !value.trim().is_empty()) {
        None => Ok(None),
        Some(value) => match value.trim().parse() {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(anyhow::anyhow!("{name}: `{value}`: {error}")),
        },
    }
}
