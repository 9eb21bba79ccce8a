//! Invalidations of a CloudFront distribution. Each path costs money beyond the first thousand of a month, and one that ends
//! in a star is one path. So `/x/*` stands for the folder, the index document that our function makes of it, and both
//! with any query, which is part of an address there; what is more than some few is sent as `/*`. Either costs a fetch of
//! whatever is asked for next.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::meta::region::RegionProviderChain;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudfront::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Refusal, is_everything};
use crate::db::purges::{EVERYTHING, Purge};

/// More paths than that are sent as [`EVERYTHING`]. CloudFront works on fifteen with stars at a time: these, and the
/// same once more.
const PATHS_MAX: usize = 7;

/// CloudFront is nowhere in particular, and called by this region's name.
const REGION: &str = "us-east-1";

/// For one request with its repetitions.
const TIME: Duration = Duration::from_secs(20);

/// What a path must not hold as it is; a star would stand for anything.
const UNSAFE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'?').add(b'#').add(b'{').add(b'}').add(b'*').add(b'~');

pub(super) struct Client {
    client: aws_sdk_cloudfront::Client,
    distribution: String,
}

impl Client {
    /// A client as the environment has it; nothing is asked yet.
    pub(super) async fn open(distribution: &str) -> Client {
        let region = RegionProviderChain::default_provider().or_else(REGION);
        let timeouts = TimeoutConfig::builder().operation_timeout(TIME).build();
        let config = aws_config::defaults(BehaviorVersion::latest()).region(region).timeout_config(timeouts);
        let client = aws_sdk_cloudfront::Client::new(&config.load().await);
        Client { client, distribution: distribution.to_owned() }
    }

    /// Sends them as one invalidation; all are taken or none.
    pub(super) async fn purge(&self, purges: &[Purge]) -> Vec<Result<(), Refusal>> {
        let outcome = self.invalidate(purges).await;
        purges.iter().map(|_| outcome.clone()).collect()
    }

    async fn invalidate(&self, purges: &[Purge]) -> Result<(), Refusal> {
        let refused = |text: String| Refusal { text, concerns_all: true };
        let items = paths(purges);
        let paths = Paths::builder().quantity(i32::try_from(items.len()).unwrap_or(i32::MAX)).set_items(Some(items));
        let paths = paths.build().map_err(|error| refused(error.to_string()))?;
        let batch = InvalidationBatch::builder().paths(paths).caller_reference(reference(purges)).build();
        let batch = batch.map_err(|error| refused(error.to_string()))?;
        let request = self.client.create_invalidation().distribution_id(&self.distribution).invalidation_batch(batch);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => {
                let hint = match error.code() {
                    Some("NoSuchDistribution") => "; CDN names a distribution that this account does not have",
                    Some("AccessDenied") => "; the credentials need cloudfront:CreateInvalidation",
                    _ => "",
                };
                let causes = DisplayErrorContext(&error).to_string();
                // Behind this comes the whole request as the library sees it.
                let causes = causes.split(" (").next().unwrap_or_default();
                let code = error.code().unwrap_or("no code");
                Err(refused(format!("CloudFront did not take an invalidation: {code}, {causes}{hint}")))
            }
        }
    }
}

/// The paths of an invalidation, each with whatever stands behind it.
fn paths(purges: &[Purge]) -> Vec<String> {
    if purges.len() > PATHS_MAX || purges.iter().any(is_everything) {
        return vec![EVERYTHING.to_owned()];
    }
    purges.iter().map(|purge| format!("{}*", utf8_percent_encode(&purge.path, UNSAFE))).collect()
}

/// Names an invalidation: the same one sent again, since its answer was lost, is taken once.
fn reference(purges: &[Purge]) -> String {
    let mut hasher = blake3::Hasher::new();
    for purge in purges {
        hasher.update(&purge.token.to_le_bytes());
        hasher.update(&[u8::from(purge.again)]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
