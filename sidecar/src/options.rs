//! What the environment says to the sidecar alone, and what only tests set otherwise.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use generator::settings::Settings;
use generator::store::Store;

use crate::mail::settings::MailSettings;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How the sidecar answers.
#[derive(Clone)]
pub struct Options {
    /// `TRUSTED_PROXIES`: whose word on a client's address counts.
    pub trusted_proxies: Vec<Network>,
    /// `SMTP_URL`, `MAIL_FROM`: where mail goes.
    pub mail: MailSettings,
    /// The time of requests.
    pub clock: Clock,
    /// How long an answer waits for the page that shows what was posted.
    pub page_patience: Duration,
    /// A failed login takes a multiple of this time, whatever was wrong.
    pub failed_login_time: Duration,
    /// Where uploads are, in place of what `UPLOADS` names.
    pub uploads: Option<Arc<Store>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            trusted_proxies: Vec::new(),
            mail: MailSettings::default(),
            clock: Arc::new(Utc::now),
            page_patience: Duration::from_secs(4),
            failed_login_time: Duration::from_millis(1_000),
            uploads: None,
        }
    }
}

impl Options {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// A value that cannot be meant, with the variable's name.
    pub fn from_env(settings: &Settings) -> anyhow::Result<Options> {
        let mail = MailSettings::from_variables(|name| std::env::var(name).ok(), settings)?;
        let mut options = Options { mail, ..Options::default() };
        let proxies = std::env::var("TRUSTED_PROXIES").unwrap_or_default();
        for word in proxies.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let network = Network::parse(word).ok_or_else(|| {
                anyhow::anyhow!("TRUSTED_PROXIES: `{word}` is no address or network such as 10.0.0.0/8")
            })?;
            options.trusted_proxies.push(network);
        }
        Ok(options)
    }
}

/// An address, or all that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `192.0.2.1` or `10.0.0.0/8`, of either kind of address.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most)?,
            None => most,
        };
        Some(Network { address, bits })
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn networks_are_their_first_bits() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe00::1", false),
        ] {
            let contains = Network::parse(network).expect(network).contains(address.parse().expect(address));
            assert_eq!(contains, expected, "{network} {address}");
        }
        for wrong in ["10.0.0.0/33", "ten", "10.0.0.0/", "fd00::/129", ""] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
