//! The client: where the server is, who we are there, how often and how long a request is tried.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::meta::region::RegionProviderChain;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::interceptors::InterceptorContext;
use aws_sdk_s3::config::retry::{ClassifyRetry, RetryAction, RetryPartition, TokenBucket};
use aws_sdk_s3::config::{Builder, ProvideCredentials};

use super::fault::Fault;
use crate::fail_point;

/// Tries of one request. With the pauses between them a server may fail for some five seconds.
const ATTEMPTS: u32 = 7;
/// The first pause at most; the client takes a random part of it.
const BACKOFF: Duration = Duration::from_millis(200);
/// The longest pause at most.
const BACKOFF_MAX: Duration = Duration::from_secs(4);
/// For a connection.
const CONNECT_TIME: Duration = Duration::from_secs(4);

/// How long a request may take: one try of it, and all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Patience {
    /// A page is some kilobytes; a large asset on a slow line needs more than a moment. All tries take less than a claim
    /// lasts, so that nothing is on its way when it is over.
    Pages,
    /// Files of any size on a slow line. One that stands still is given up by the client earlier.
    Files,
}

impl Patience {
    fn times(self) -> (Duration, Duration) {
        match self {
            Patience::Pages => (Duration::from_secs(12), Duration::from_secs(45)),
            Patience::Files => (Duration::from_secs(600), Duration::from_secs(1_800)),
        }
    }
}

/// Where a server of one's own is.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

/// Servers of one's own seldom have regions, and all of them take this one.
const REGION_OF_OWN_SERVER: &str = "us-east-1";

/// A client as the environment wants it, by the variables that all programs for S3 know.
///
/// # Errors
/// No credentials, no region.
pub(in crate::store) async fn from_environment(patience: Patience) -> Result<Client, Fault> {
    let (attempt_time, request_time) = patience.times();
    // Tests do not wait as long as a slow line may take.
    let attempt_time = fail_point::attempt_time().unwrap_or(attempt_time);
    let has_own_server = ENDPOINTS.iter().any(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()));
    let region = match has_own_server {
        true => RegionProviderChain::default_provider().or_else(REGION_OF_OWN_SERVER),
        false => RegionProviderChain::default_provider(),
    };
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIME)
        .operation_attempt_timeout(attempt_time)
        .operation_timeout(request_time)
        .build();
    let retries =
        RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF).with_max_backoff(BACKOFF_MAX);
    let loader = aws_config::defaults(BehaviorVersion::latest());
    let shared = loader.region(region).timeout_config(timeouts).retry_config(retries).load().await;
    if shared.region().is_none() {
        return Err(Fault::of_target("no region is set: set AWS_REGION to the bucket's".to_owned()));
    }
    let Some(credentials) = shared.credentials_provider() else { return Err(no_credentials("")) };
    if let Err(error) = credentials.provide_credentials().await {
        return Err(no_credentials(&format!(" ({error})")));
    }
    // The client's own budget for retries is for programs that answer others: when it is spent, requests fail at the
    // first fault. Here the number of requests at a time bounds what a server in trouble is asked.
    let budget = RetryPartition::custom("graveyard").token_bucket(TokenBucket::unlimited()).build();
    // Buckets of one's own server rarely have host names.
    let config = Builder::from(&shared).force_path_style(has_own_server).retry_partition(budget);
    let config = config.retry_classifier(TooManyRequests);
    Ok(Client::from_conf(config.build()))
}

/// 429 is not Amazon's word for "slower", but others'.
#[derive(Debug)]
struct TooManyRequests;

impl ClassifyRetry for TooManyRequests {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "429"
    }
}

fn no_credentials(cause: &str) -> Fault {
    Fault::of_target(format!(
        "no credentials are set: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE{cause}"
    ))
}
