//! Files in a bucket that no record knows, such as uploads: listed, sent from the disk, removed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, Length};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::address::Address;
use super::s3::fault::{Fault, is_missing};
use super::s3::{Patience, from_environment};
use super::{CacheClass, Error};

/// The size of a part, of which S3 takes none smaller but the last. What is no larger goes as a whole.
const PART_BYTES_MIN: u64 = 8 << 20;
/// S3 takes no more parts of one object.
const PARTS_MAX: u64 = 10_000;
/// The largest object, by S3's rules: 5 TB.
pub const FILE_BYTES_MAX: u64 = 5 << 40;
/// Parts of one file on their way at the same time.
const PARTS_IN_FLIGHT: usize = 4;

/// The folder of uploads that nothing public shows; no server shows it either.
pub const PRIVATE: &str = ".private";

/// A place in a bucket.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
    address: Address,
}

/// What a list says of an object.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// Its size.
    pub bytes: u64,
    /// When it was put, in seconds since 1970.
    pub changed_seconds: u64,
}

impl Bucket {
    /// A bucket as the environment has it; nothing is asked of it yet.
    ///
    /// # Errors
    /// Where the environment says too little.
    pub async fn open(address: Address) -> Result<Bucket, Error> {
        match from_environment(Patience::Files).await {
            Ok(client) => Ok(Bucket { client, address }),
            Err(fault) => Err(Error { action: "use", name: address.to_string(), source: fault.into() }),
        }
    }

    /// All objects by their keys behind the prefix.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub async fn list_all(&self) -> Result<BTreeMap<String, Listed>, Error> {
        let mut all = BTreeMap::new();
        let mut after = None;
        loop {
            let request = self.client.list_objects_v2().bucket(&self.address.bucket).prefix(&self.address.prefix);
            let listed = request.set_continuation_token(after).send().await;
            let listed = listed.map_err(|error| self.failed("list", "", Fault::of(&error, &self.address).into()))?;
            for object in listed.contents.unwrap_or_default() {
                let key = object.key.as_deref().and_then(|key| key.strip_prefix(&self.address.prefix));
                let Some(key) = key.filter(|key| !key.is_empty() && !key.ends_with('/')) else { continue };
                let bytes = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
                let changed = object.last_modified.and_then(|time| u64::try_from(time.secs()).ok()).unwrap_or(0);
                all.insert(key.to_owned(), Listed { bytes, changed_seconds: changed });
            }
            after = listed.next_continuation_token;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Sends a file of so many bytes as it is read, a large one in parts.
    ///
    /// # Errors
    /// Where it cannot be read or sent.
    pub async fn upload(&self, key: &str, file: &Path, bytes: u64) -> Result<(), Error> {
        if bytes > PART_BYTES_MIN {
            return self.upload_in_parts(key, file, bytes).await;
        }
        let body = ByteStream::from_path(file).await;
        let body = body.map_err(|error| self.failed("read", &file.display().to_string(), io::Error::other(error)))?;
        let request = self.client.put_object().bucket(&self.address.bucket).key(self.address.key(key));
        let request = request.content_type(content_type(key)).cache_control(class(key).cache_control());
        let sent = request.body(body).send().await;
        sent.map_err(|error| self.failed("write", key, Fault::of(&error, &self.address).into()))?;
        Ok(())
    }

    async fn upload_in_parts(&self, key: &str, file: &Path, bytes: u64) -> Result<(), Error> {
        let refused = |fault: Fault| self.failed("write", key, fault.into());
        let (bucket, whole_key) = (&self.address.bucket, self.address.key(key));
        let begun = self.client.create_multipart_upload().bucket(bucket).key(&whole_key);
        let begun = begun.content_type(content_type(key)).cache_control(class(key).cache_control()).send().await;
        let begun = begun.map_err(|error| refused(Fault::of(&error, &self.address)))?;
        let Some(id) = begun.upload_id else {
            return Err(self.failed("write", key, io::Error::other("the server gives the parts no name")));
        };
        let done = match self.send_parts(key, file, bytes, &id).await {
            Ok(parts) => {
                let all = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
                let request = self.client.complete_multipart_upload().bucket(bucket).key(&whole_key).upload_id(&id);
                let done = request.multipart_upload(all).send().await;
                done.map(drop).map_err(|error| refused(Fault::of(&error, &self.address)))
            }
            Err(error) => Err(error),
        };
        if done.is_err() {
            // Otherwise the parts would be kept, and paid for. Where this fails as well, the bucket's own rule removes them.
            let _ = self.client.abort_multipart_upload().bucket(bucket).key(&whole_key).upload_id(&id).send().await;
        }
        done
    }

    /// Sends all parts, some at a time; they come back in their order.
    async fn send_parts(&self, key: &str, file: &Path, bytes: u64, id: &str) -> Result<Vec<CompletedPart>, Error> {
        let size = part_bytes(bytes);
        let send = |number: u64| async move {
            let (offset, length) = (number * size, size.min(bytes - number * size));
            let body = ByteStream::read_from().path(file).offset(offset).length(Length::Exact(length)).build().await;
            let read_failed = |error| self.failed("read", &file.display().to_string(), io::Error::other(error));
            let body = body.map_err(read_failed)?;
            let number = i32::try_from(number + 1).expect("there are at most 10,000 parts");
            let request = self.client.upload_part().bucket(&self.address.bucket).key(self.address.key(key));
            let sent = request.upload_id(id).part_number(number).body(body).send().await;
            let sent = sent.map_err(|error| self.failed("write", key, Fault::of(&error, &self.address).into()))?;
            Ok(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build())
        };
        stream::iter(0..bytes.div_ceil(size)).map(send).buffered(PARTS_IN_FLIGHT).try_collect().await
    }

    /// Removes an object; one that is not there is removed already.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        let request = self.client.delete_object().bucket(&self.address.bucket).key(self.address.key(key));
        match request.send().await {
            Err(error) if !is_missing(&error) => {
                Err(self.failed("remove", key, Fault::of(&error, &self.address).into()))
            }
            _ => Ok(()),
        }
    }

    fn failed(&self, action: &'static str, key: &str, source: io::Error) -> Error {
        Error { action, name: format!("{}{key}", self.address), source }
    }
}

/// How large the parts of a file are: so that there are not too many.
fn part_bytes(bytes: u64) -> u64 {
    bytes.div_ceil(PARTS_MAX).max(PART_BYTES_MIN)
}

/// How long copies of an upload are good: as of those that the sidecar puts there.
fn class(key: &str) -> CacheClass {
    let is_private = key.strip_prefix(PRIVATE).is_some_and(|below| below.starts_with('/'));
    if is_private { CacheClass::Private } else { CacheClass::Revalidate }
}

/// The type of an upload by its name, as browsers are to be told.
pub fn content_type(key: &str) -> &'static str {
    let suffix = key.rsplit_once('.').map_or("", |(_, suffix)| suffix).to_ascii_lowercase();
    match suffix.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "htm" | "html" => "text/html",
        "css" => "text/css",
        "txt" => "text/plain",
        "js" => "text/javascript",
        "rtf" => "application/rtf",
        "doc" => "application/msword",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE_BYTES_MAX, PART_BYTES_MIN, PARTS_MAX, part_bytes};

    #[test]
    fn no_file_has_too_many_parts_or_too_large_ones() {
        for bytes in [PART_BYTES_MIN + 1, 5 << 30, (5 << 30) + 1, FILE_BYTES_MAX - 1, FILE_BYTES_MAX] {
            let part = part_bytes(bytes);
            assert!(bytes.div_ceil(part) <= PARTS_MAX, "{bytes}");
            assert!((PART_BYTES_MIN..=5 << 30).contains(&part), "{bytes}: S3 takes no such part");
        }
    }
}
