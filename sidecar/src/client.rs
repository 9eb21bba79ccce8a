//! Where a request comes from. What a header says of it counts only as far as trusted proxies have written it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;
use crate::options::Network;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// Of a request.
    pub fn of(parts: &Parts, app: &App) -> Client {
        // What the login sends on comes over no connection of its own.
        if let Some(client) = parts.extensions.get::<Client>() {
            return *client;
        }
        // Only a router that is asked without a connection has none.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Client(forwarded(peer, &parts.headers, &app.options.trusted_proxies))
    }

    /// What limits count by: of the newer kind of address everybody has as many as they like, with the same first half.
    pub fn limit_key(self) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Client, Self::Rejection> {
        Ok(Client::of(parts, app))
    }
}

/// Goes back from the peer through what proxies have added, each at the right end, as long as they are trusted.
fn forwarded(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    // A word that is no text is a word all the same: without it an earlier one would be taken for the proxy's.
    let words = headers.get_all(FORWARDED_FOR).into_iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let mut said: Vec<&str> = words.map(|word| str::from_utf8(word).unwrap_or_default().trim()).collect();
    let mut client = peer.to_canonical();
    while trusted.iter().any(|network| network.contains(client)) {
        let Some(before) = said.pop().and_then(address) else { break };
        client = before;
    }
    client
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.parse::<IpAddr>().ok();
    alone.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{Client, FORWARDED_FOR, forwarded};
    use crate::options::Network;

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        let trusted =
            [Network::parse("10.0.0.0/8"), Network::parse("203.0.113.9")].map(|network| network.expect("one"));
        for (peer, lines, expected) in [
            ("198.51.100.1", vec!["1.2.3.4"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4"], "1.2.3.4"),
            ("10.0.0.1", vec!["6.6.6.6, 1.2.3.4"], "1.2.3.4"),
            ("10.0.0.1", vec!["6.6.6.6, 1.2.3.4, 203.0.113.9"], "1.2.3.4"),
            ("10.0.0.1", vec!["6.6.6.6", "1.2.3.4:5555"], "1.2.3.4"),
            ("10.0.0.1", vec!["6.6.6.6, nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec!["6.6.6.6", "ÿ"], "10.0.0.1"),
            ("10.0.0.1", vec!["6.6.6.6", "ÿ, 1.2.3.4"], "1.2.3.4"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("::ffff:10.0.0.1", vec!["2001:db8::1"], "2001:db8::1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                let latin1: Vec<u8> = line.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect();
                headers.append(FORWARDED_FOR, HeaderValue::from_bytes(&latin1).expect("a value"));
            }
            let client = forwarded(peer.parse().expect("an address"), &headers, &trusted);
            assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_network_of_the_newer_kind_is_one_client() {
        let key = |text: &str| Client(text.parse().expect("an address")).limit_key();
        assert_eq!(key("2001:db8:1:2::3"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::3"), key("2001:db8:1:3::3"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
