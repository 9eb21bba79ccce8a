//! Objects of a bucket for readers, and copies that the server makes without our having the content.

use std::sync::Arc;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::DateTimeFormat;
use aws_sdk_s3::types::MetadataDirective;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::task::JoinHandle;

use super::super::reading::{Opened, Reading};
use super::super::{CacheClass, Error, keys, object};
use super::fault::{Fault, is_missing};
use super::{Bucket, S3};

/// What a key's letters are in a header.
const IN_HEADER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request whose asker may go away: then it is given up, and its slot is free.
struct GivenUp<T>(JoinHandle<T>);

impl<T> Drop for GivenUp<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl S3 {
    /// Begins to read an object, or a part of it as HTTP's `Range` says.
    pub(in crate::store) async fn read(&self, key: &str, part: Option<String>) -> Result<Opened, Error> {
        let (bucket, key) = (Arc::clone(&self.bucket), key.to_owned());
        let name = format!("{}{key}", bucket.address);
        let work = async move {
            let _slot = bucket.slot().await;
            bucket.read(&key, part).await
        };
        let mut asked = GivenUp(self.threads.runtime().spawn(work));
        let source = |error| std::io::Error::other(error);
        (&mut asked.0).await.unwrap_or_else(|error| Err(Error { action: "read", name, source: source(error) }))
    }

    /// Whether an object is there.
    pub(in crate::store) fn exists(&self, key: &str) -> Result<bool, Error> {
        let (bucket, key) = (Arc::clone(&self.bucket), key.to_owned());
        self.threads.wait(async move {
            let _slot = bucket.slot().await;
            Ok(bucket.head(&key).await?.is_some())
        })
    }

    /// Has the server copy an object; `false` where there is none.
    pub(in crate::store) fn copy(
        &self,
        from: &str,
        to: &str,
        content_type: &'static str,
        class: CacheClass,
    ) -> Result<bool, Error> {
        keys::check("write", to)?;
        let (bucket, from, to) = (Arc::clone(&self.bucket), from.to_owned(), to.to_owned());
        self.threads.wait(async move {
            let _slot = bucket.slot().await;
            bucket.copy(&from, &to, content_type, class).await
        })
    }
}

impl Bucket {
    async fn read(&self, key: &str, part: Option<String>) -> Result<Opened, Error> {
        let request = self.client.get_object().bucket(&self.address.bucket).key(self.address.key(key));
        let found = match request.set_range(part).send().await {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(Opened::Missing),
            Err(error) if has_no_such_part(&error) => return Ok(Opened::NoSuchPart),
            Err(error) => return Err(self.refused("read", key, &error)),
        };
        self.answered();
        Ok(Opened::Reading(Box::new(Reading {
            content_type: found.content_type,
            version: found.e_tag,
            changed: found.last_modified.and_then(|time| time.fmt(DateTimeFormat::HttpDate).ok()),
            bytes: found.content_length.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
            part: found.content_range,
            content: found.body,
        })))
    }

    async fn copy(&self, from: &str, to: &str, content_type: &'static str, class: CacheClass) -> Result<bool, Error> {
        let source = format!("{}/{}", self.address.bucket, self.address.key(from));
        let request = self
            .client
            .copy_object()
            .copy_source(utf8_percent_encode(&source, IN_HEADER).to_string())
            .bucket(&self.address.bucket)
            .key(self.address.key(to))
            .metadata_directive(MetadataDirective::Replace)
            .content_type(content_type)
            .cache_control(class.cache_control())
            .set_content_disposition(object::disposition(content_type).map(str::to_owned));
        match request.send().await {
            Ok(_) => {
                self.answered();
                Ok(true)
            }
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(self.failed("write", to, Fault::of(&error, &self.address))),
        }
    }
}

fn has_no_such_part<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.raw_response().is_some_and(|response| response.status().as_u16() == 416)
}
