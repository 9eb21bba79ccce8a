//! What stands between readers and the target: how long it may keep pages, and how it is told that they have changed.
//!
//! Builders note what is to be purged in the transaction that finishes a batch (`db::purges`); a [`Purger`] sends it until
//! the CDN has taken it, and once more after a while, since an edge may have fetched a page just before it was written.
//! So a kill at any moment costs a purge that is sent twice. Any number of purgers may run.

mod cloudfront;
mod http;

use std::fmt;
use std::time::Duration;

use crate::db::purges::{self, EVERYTHING, Purge, Waiting};
use crate::db::{self, Db};
use crate::fail_point::FailPoint;
use crate::store::CacheClass;

/// `CDN`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cdn {
    /// Nobody is told; an edge that there may be keeps pages for a minute.
    #[default]
    None,
    /// Told each path by the method PURGE: Varnish, Fastly, nginx with a module.
    Purge {
        /// Where it is asked, without a slash at the end.
        url: String,
    },
    /// A distribution of CloudFront, where each path costs money: told what is gone, and after a deploy that all has
    /// changed; everything else lives there for a minute.
    CloudFront {
        /// Its id.
        distribution: String,
    },
}

impl Cdn {
    /// Reads `none`, `purge:URL` or `cloudfront:DISTRIBUTION`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Cdn, String> {
        match text.split_once(':') {
            None if text == "none" => Ok(Cdn::None),
            Some(("purge", url)) => match url::Url::parse(url) {
                Ok(read)
                    if matches!(read.scheme(), "http" | "https") && read.path() == "/" && read.query().is_none() =>
                {
                    Ok(Cdn::Purge { url: url.trim_end_matches('/').to_owned() })
                }
                _ => Err(format!("`{url}` is no address such as http://127.0.0.1:6081")),
            },
            Some(("cloudfront", id)) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Ok(Cdn::CloudFront { distribution: id.to_owned() })
            }
            Some(("cloudfront", id)) => Err(format!("`{id}` is no id of a distribution such as E2QWRUHAPOMQZL")),
            _ => Err(format!("`{text}` is none of none, purge:http://…, cloudfront:…")),
        }
    }

    /// How long copies of pages are good.
    pub fn page_class(&self) -> CacheClass {
        match self {
            Cdn::Purge { .. } => CacheClass::Purged,
            Cdn::None | Cdn::CloudFront { .. } => CacheClass::Revalidate,
        }
    }

    /// Whether it is told of each page that changes.
    pub fn hears_of_changes(&self) -> bool {
        matches!(self, Cdn::Purge { .. })
    }

    /// Whether it is told what is gone.
    pub fn hears_of_removals(&self) -> bool {
        !matches!(self, Cdn::None)
    }
}

/// Why the CDN has not taken something.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    text: String,
    /// Whether others will fare no better.
    concerns_all: bool,
}

/// Why purges were not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database fails.
    #[error("cannot read or note what is to be purged: {0}")]
    Database(#[from] sqlx::Error),
    /// The CDN cannot be asked at all; says which setting to change.
    #[error("CDN: {0}")]
    Client(String),
}

/// How purges are sent.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// When it is told once more.
    pub again: Duration,
    /// The first pause after a refusal; it doubles each time.
    pub trouble: Duration,
    /// The longest of them.
    pub trouble_max: Duration,
    /// After that time others try what one has begun.
    pub lease: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            again: Duration::from_secs(30),
            trouble: Duration::from_millis(500),
            trouble_max: Duration::from_secs(60),
            lease: Duration::from_secs(60),
        }
    }
}

/// What came of sending.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Paths that were taken.
    pub taken: usize,
    /// Paths that were not, and are tried again.
    pub failed: usize,
    /// Why the first of them was not.
    pub error: Option<String>,
}

/// Sends what is to be purged.
pub struct Purger {
    db: Db,
    client: Client,
    pace: Pace,
}

enum Client {
    None,
    Http(http::Client),
    CloudFront(cloudfront::Client),
}

/// Paths that are sent together.
const BATCH_PATHS: i64 = 256;

impl Purger {
    /// A purger that tells the site's CDN; `site_url` is what readers call it.
    ///
    /// # Errors
    /// No credentials; an address that no client is made for.
    pub async fn open(cdn: &Cdn, site_url: &str, db: Db, pace: Pace) -> Result<Purger, Error> {
        let client = match cdn {
            Cdn::None => Client::None,
            Cdn::Purge { url } => Client::Http(http::Client::new(url, site_url).map_err(Error::Client)?),
            Cdn::CloudFront { distribution } => Client::CloudFront(cloudfront::Client::open(distribution).await),
        };
        Ok(Purger { db, client, pace })
    }

    /// Sends everything that is due.
    ///
    /// # Errors
    /// Where the database fails. What the CDN refuses is told in [`Sent`] and tried again when it is due.
    pub async fn send_due(&self) -> Result<Sent, Error> {
        let mut sent = Sent::default();
        if matches!(self.client, Client::None) {
            return Ok(sent);
        }
        loop {
            let mut tx = self.db.write_relaxed().await?;
            let purges = purges::claim(&mut tx, BATCH_PATHS, milliseconds(self.pace.lease)).await?;
            tx.commit().await?;
            if purges.is_empty() {
                return Ok(sent);
            }
            let outcomes = match &self.client {
                Client::None => Vec::new(),
                Client::Http(client) => client.purge(&purges).await,
                Client::CloudFront(client) => client.purge(&purges).await,
            };
            FailPoint::PurgeSent.taken();
            self.note(purges, outcomes, &mut sent).await?;
        }
    }

    /// Notes what was taken. The outcomes are in the order of the purges.
    async fn note(&self, purges: Vec<Purge>, outcomes: Vec<Result<(), Refusal>>, sent: &mut Sent) -> db::Result<()> {
        let mut taken = Vec::with_capacity(purges.len());
        let mut tx = self.db.write_relaxed().await?;
        purges::lock(&mut tx, &purges).await?;
        for (purge, outcome) in purges.into_iter().zip(outcomes) {
            match outcome {
                Ok(()) => taken.push(purge),
                Err(refusal) => {
                    let pause = self.pause(purge.attempts);
                    purges::failed(&mut tx, &[purge.token], &refusal.text, milliseconds(pause)).await?;
                    sent.failed += 1;
                    sent.error.get_or_insert(refusal.text);
                }
            }
        }
        purges::taken(&mut tx, &taken, milliseconds(self.pace.again)).await?;
        sent.taken += taken.len();
        tx.commit().await
    }

    fn pause(&self, attempts: i64) -> Duration {
        let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
        (self.pace.trouble * 2_u32.pow(doublings)).min(self.pace.trouble_max)
    }

    /// How much waits.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn waiting(&self) -> db::Result<Waiting> {
        purges::waiting(&mut self.db.snapshot().await?).await
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} paths purged, {} to be tried again", self.taken, self.failed)
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Whether all there is is meant.
fn is_everything(purge: &Purge) -> bool {
    purge.path == EVERYTHING
}

/// How often a CDN is told that is not to be told by anybody else.
const ATTEMPTS: u32 = 6;

/// Tells a CDN what to purge, without a database that remembers it.
///
/// # Errors
/// Where it goes on refusing.
pub async fn purge_at_once(cdn: &Cdn, site_url: &str, paths: Vec<String>) -> Result<(), Error> {
    let purge = |path: String| Purge { path, token: rand::random(), again: true, attempts: 1 };
    let mut purges: Vec<Purge> = paths.into_iter().map(purge).collect();
    let mut pause = Pace::default().trouble;
    let (http, cloudfront) = match cdn {
        Cdn::None => return Ok(()),
        Cdn::Purge { url } => (Some(http::Client::new(url, site_url).map_err(Error::Client)?), None),
        Cdn::CloudFront { distribution } => (None, Some(cloudfront::Client::open(distribution).await)),
    };
    let mut error = String::new();
    for _ in 0..ATTEMPTS {
        let outcomes = match (&http, &cloudfront) {
            (Some(client), _) => client.purge(&purges).await,
            (None, Some(client)) => client.purge(&purges).await,
            (None, None) => Vec::new(),
        };
        let mut left = Vec::new();
        for (purge, outcome) in purges.into_iter().zip(outcomes) {
            if let Err(refusal) = outcome {
                error = refusal.text;
                left.push(purge);
            }
        }
        purges = left;
        if purges.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err(Error::Client(format!("{} paths are not purged: {error}", purges.len())))
}
