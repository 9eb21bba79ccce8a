//! Files in a bucket that no record knows, such as uploads: listed, sent from the disk, removed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;

use super::Error;
use super::address::Address;
use super::s3::fault::{Fault, is_missing};
use super::s3::from_environment;

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
        match from_environment().await {
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

    /// Sends a file as it is read.
    ///
    /// # Errors
    /// Where it cannot be read or sent.
    pub async fn upload(&self, key: &str, file: &Path) -> Result<(), Error> {
        let body = ByteStream::from_path(file).await;
        let body = body.map_err(|error| self.failed("read", &file.display().to_string(), io::Error::other(error)))?;
        let request = self.client.put_object().bucket(&self.address.bucket).key(self.address.key(key));
        let sent = request.content_type(content_type(key)).body(body).send().await;
        sent.map_err(|error| self.failed("write", key, Fault::of(&error, &self.address).into()))?;
        Ok(())
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
