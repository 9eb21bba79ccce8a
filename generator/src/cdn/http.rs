//! Purging by the method PURGE: one request for each path, as Varnish, Fastly and modules of nginx have it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use reqwest::header::{HOST, HeaderValue};
use reqwest::{Method, StatusCode, redirect};

use super::{Refusal, is_everything};
use crate::db::purges::Purge;

/// Requests on their way at the same time.
const IN_FLIGHT: usize = 16;

/// For one request.
const TIME: Duration = Duration::from_secs(5);

/// What an address must not hold as it is.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'?').add(b'#').add(b'{').add(b'}');

pub(super) struct Client {
    http: reqwest::Client,
    method: Method,
    url: String,
    /// The name under which the edge keeps the pages, wherever it is asked.
    host: HeaderValue,
}

impl Client {
    pub(super) fn new(url: &str, site_url: &str) -> Result<Client, String> {
        let host = site_url.split_once("://").map_or(site_url, |(_, host)| host);
        let host = HeaderValue::from_str(host).map_err(|_| format!("`{host}` is no host"))?;
        let http = reqwest::Client::builder()
            .timeout(TIME)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("graveyard/", env!("CARGO_PKG_VERSION")))
            .build();
        let http = http.map_err(|error| format!("no client can be made: {}", causes(&error)))?;
        let method = Method::from_bytes(b"PURGE").expect("it is a word of letters");
        Ok(Client { http, method, url: url.to_owned(), host })
    }

    /// Sends them, many at a time. Where nobody answers, no further one is begun.
    pub(super) async fn purge(&self, purges: &[Purge]) -> Vec<Result<(), Refusal>> {
        let silent = AtomicBool::new(false);
        let each = |purge: Purge| {
            let silent = &silent;
            async move {
                if silent.load(Ordering::Relaxed) {
                    return Err(Refusal { text: format!("{} does not answer", self.url), concerns_all: true });
                }
                let outcome = self.one(&purge).await;
                if outcome.as_ref().is_err_and(|refusal| refusal.concerns_all) {
                    silent.store(true, Ordering::Relaxed);
                }
                outcome
            }
        };
        stream::iter(purges.to_vec()).map(each).buffered(IN_FLIGHT).collect().await
    }

    async fn one(&self, purge: &Purge) -> Result<(), Refusal> {
        if is_everything(purge) {
            return Ok(());
        }
        let address = format!("{}{}", self.url, utf8_percent_encode(&purge.path, UNSAFE));
        let request = self.http.request(self.method.clone(), &address).header(HOST, self.host.clone());
        match request.send().await {
            // It keeps no such page, which is what was asked for.
            Ok(answer) if answer.status() == StatusCode::NOT_FOUND => Ok(()),
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => {
                let status = answer.status();
                let hint = match status {
                    StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED => {
                        "; may this machine purge there? `generator routes` prints rules that let it"
                    }
                    _ => "",
                };
                Err(Refusal { text: format!("PURGE {address} was answered with {status}{hint}"), concerns_all: false })
            }
            Err(error) => Err(Refusal {
                text: format!("PURGE {address} was not answered: {}", causes(&error.without_url())),
                concerns_all: true,
            }),
        }
    }
}

/// An error with its causes, which name what really happened.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
