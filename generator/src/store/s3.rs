//! A bucket as a target: any server that speaks S3 and knows conditional writes.
//!
//! No lock is held: what a writer expects to stand at a key goes with its request, and the server refuses where it is not
//! that. The store has threads of its own, so that whoever calls it, from whatever thread, waits for an answer
//! and for nothing else. Memory holds the objects that the caller has given, and no copies.

mod client;
pub(super) mod fault;
mod reading;

pub(super) use self::client::{Patience, from_environment};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use futures_util::{StreamExt, stream};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use crate::fail_point::FailPoint;

use self::fault::{Fault, Reach, is_missing, is_overtaken};
use super::address::Address;
use super::keys::check;
use super::{Attributes, Error, Expected, Found, OWN_FOLDER, Object, Put, Written};

/// Requests on their way at the same time, of all callers together: enough that a page's 30 ms are no matter, few
/// enough for a small server.
const IN_FLIGHT: usize = 32;

/// As many requests one after the other without any answer: it is not this object or that one.
const UNANSWERED_MAX: usize = 16;

/// Threads that wait for answers. They compute checksums and signatures and hardly anything else.
const THREADS: usize = 2;

/// A place in a bucket.
#[derive(Debug)]
pub struct S3 {
    bucket: Arc<Bucket>,
    threads: Threads,
}

/// Threads that whoever drops them does not wait for: it may be a task that must not.
#[derive(Debug)]
struct Threads(Option<Runtime>);

#[derive(Debug)]
struct Bucket {
    client: Client,
    address: Address,
    slots: Semaphore,
    /// Requests since the last answer.
    unanswered: AtomicUsize,
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Threads {
    fn start(address: &Address) -> Result<Threads, Error> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(THREADS).thread_name("bucket").enable_all().build();
        let runtime = runtime.map_err(|source| Error { action: "use", name: address.to_string(), source })?;
        Ok(Threads(Some(runtime)))
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("it is there until the end")
    }

    /// Has them do something and waits for it, which a task of another runtime may do as well.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.runtime().spawn(async move {
            // Whoever asked waits.
            let _ = sender.send(work.await);
        });
        receiver.recv().expect("the task sends before it ends")
    }
}

impl S3 {
    /// A bucket as the environment has it; nothing is asked of it yet.
    ///
    /// # Errors
    /// Where the environment says too little.
    pub fn open(address: Address) -> Result<S3, Error> {
        let threads = Threads::start(&address)?;
        let client = threads.wait(client::from_environment(Patience::Pages));
        let client =
            client.map_err(|fault| Error { action: "use", name: address.to_string(), source: fault.into() })?;
        Ok(S3::over(client, address, threads))
    }

    /// A bucket that a client of the caller's own asks.
    ///
    /// # Errors
    /// Where no threads can be had.
    pub fn asked_by(client: Client, address: Address) -> Result<S3, Error> {
        let threads = Threads::start(&address)?;
        Ok(S3::over(client, address, threads))
    }

    fn over(client: Client, address: Address, threads: Threads) -> S3 {
        let slots = Semaphore::new(IN_FLIGHT);
        let bucket = Bucket { client, address, slots, unanswered: AtomicUsize::new(0) };
        S3 { bucket: Arc::new(bucket), threads }
    }

    pub(super) fn address(&self) -> &Address {
        &self.bucket.address
    }

    pub(super) fn put_all(
        &self,
        puts: Vec<Put>,
        remaining: impl Fn() -> Option<Duration> + Clone + Send + Sync + 'static,
        ends: Arc<AtomicBool>,
    ) -> Vec<Result<Written, Error>> {
        self.each(puts, move |bucket, put| {
            let (remaining, ends) = (remaining.clone(), Arc::clone(&ends));
            async move {
                let written = bucket.put(put, &remaining).await;
                if written.as_ref().is_err_and(Error::concerns_all) {
                    ends.store(true, Ordering::Relaxed);
                }
                written
            }
        })
    }

    pub(super) fn versions(&self, keys: Vec<String>) -> Vec<Result<Option<String>, Error>> {
        self.each(keys, |bucket, key| async move { Ok(bucket.head(&key).await?.and_then(|head| head.e_tag)) })
    }

    pub(super) fn find_all(&self, wanted: Vec<(String, Option<String>)>) -> Vec<Result<Found, Error>> {
        self.each(wanted, |bucket, (key, version)| async move { bucket.find(&key, version.as_deref()).await })
    }

    pub(super) fn remove_all(&self, keys: Vec<String>) -> Vec<Result<(), Error>> {
        self.each(keys, |bucket, key| async move { bucket.remove(&key).await })
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let (bucket, key) = (Arc::clone(&self.bucket), key.to_owned());
        self.threads.wait(async move {
            let _slot = bucket.slot().await;
            Ok(bucket.get(&key).await?.map(|(body, _)| body))
        })
    }

    pub(super) fn each_key(&self, each: &mut dyn FnMut(String)) -> Result<(), Error> {
        let mut after = None;
        loop {
            let bucket = Arc::clone(&self.bucket);
            let page = self.threads.wait(async move { bucket.list(after, None).await })?;
            page.keys.into_iter().filter(|key| !key.starts_with(OWN_FOLDER)).for_each(&mut *each);
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) fn is_empty(&self) -> Result<bool, Error> {
        let bucket = Arc::clone(&self.bucket);
        // Of our own there is one.
        let page = self.threads.wait(async move { bucket.list(None, Some(2)).await })?;
        Ok(page.keys.iter().all(|key| key.starts_with(OWN_FOLDER)))
    }

    /// Does something with each item, many at a time; the answers are in the items' order.
    fn each<T, R, F>(&self, items: Vec<T>, action: impl Fn(Arc<Bucket>, T) -> F + Send + Sync + 'static) -> Vec<R>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Future<Output = R> + Send + 'static,
    {
        let (bucket, action) = (Arc::clone(&self.bucket), Arc::new(action));
        self.threads.wait(async move {
            let each = move |item: T| {
                let (action, bucket) = (Arc::clone(&action), Arc::clone(&bucket));
                async move {
                    let _slot = bucket.slot().await;
                    action(Arc::clone(&bucket), item).await
                }
            };
            stream::iter(items).map(each).buffered(IN_FLIGHT).collect().await
        })
    }
}

/// Some of the keys, in their order.
struct Listed {
    keys: Vec<String>,
    /// Where the next ones begin.
    next: Option<String>,
}

impl Bucket {
    async fn slot(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.slots.acquire().await.expect("nobody closes it")
    }

    async fn put(&self, put: Put, remaining: &impl Fn() -> Option<Duration>) -> Result<Written, Error> {
        check("write", &put.key)?;
        let Some(time) = remaining() else { return Ok(Written::TooLate) };
        FailPoint::WriteBeforeRename.taken();
        let Put { key, object, expected } = put;
        let disposition = object.disposition();
        let Object { body, content_type, class, redirect } = object;
        let request = self
            .client
            .put_object()
            .bucket(&self.address.bucket)
            .key(self.address.key(&key))
            .content_type(content_type)
            .cache_control(class.cache_control())
            .set_content_disposition(disposition.map(str::to_owned))
            .set_website_redirect_location(redirect)
            .body(body.into());
        let request = match &expected {
            Expected::Anything => request,
            Expected::Absent => request.if_none_match("*"),
            Expected::Version(version) => request.if_match(version),
        };
        let answer = tokio::select! {
            // First: whoever was stopped until its time was over must not send anything then.
            biased;
            () = tokio::time::sleep(time) => return Ok(Written::Uncertain),
            answer = request.send() => answer,
        };
        match answer {
            Ok(written) => {
                self.answered();
                FailPoint::WriteAfterRename.taken();
                Ok(Written::Done(written.e_tag))
            }
            Err(error) if expected != Expected::Anything && is_overtaken(&error) => {
                self.answered();
                Ok(Written::Overtaken)
            }
            Err(error) => Err(self.refused("write", &key, &error)),
        }
    }

    async fn head(&self, key: &str) -> Result<Option<HeadObjectOutput>, Error> {
        let request = self.client.head_object().bucket(&self.address.bucket).key(self.address.key(key));
        match request.send().await {
            Ok(head) => {
                self.answered();
                Ok(Some(head))
            }
            Err(error) if is_missing(&error) => {
                self.answered();
                Ok(None)
            }
            Err(error) => Err(self.refused("read", key, &error)),
        }
    }

    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, Attributes)>, Error> {
        let request = self.client.get_object().bucket(&self.address.bucket).key(self.address.key(key));
        let found = match request.send().await {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(self.refused("read", key, &error)),
        };
        let attributes = Attributes {
            content_type: found.content_type,
            cache_control: found.cache_control,
            redirect: found.website_redirect_location,
        };
        match found.body.collect().await {
            Ok(body) => {
                self.answered();
                Ok(Some((body.to_vec(), attributes)))
            }
            Err(_) => Err(self.failed("read", key, Fault::late())),
        }
    }

    async fn find(&self, key: &str, version: Option<&str>) -> Result<Found, Error> {
        if let Some(version) = version {
            let Some(head) = self.head(key).await? else { return Ok(Found::Missing) };
            if head.e_tag.as_deref() == Some(version) {
                return Ok(Found::Version(Attributes {
                    content_type: head.content_type,
                    cache_control: head.cache_control,
                    redirect: head.website_redirect_location,
                }));
            }
        }
        Ok(match self.get(key).await? {
            Some((body, attributes)) => Found::Body(body, Some(attributes)),
            None => Found::Missing,
        })
    }

    async fn remove(&self, key: &str) -> Result<(), Error> {
        check("remove", key)?;
        FailPoint::RemovalBefore.taken();
        let request = self.client.delete_object().bucket(&self.address.bucket).key(self.address.key(key));
        match request.send().await {
            Ok(_) => self.answered(),
            Err(error) if is_missing(&error) => self.answered(),
            Err(error) => return Err(self.refused("remove", key, &error)),
        }
        FailPoint::RemovalAfter.taken();
        Ok(())
    }

    /// Up to a server's own number of keys from where a former list ended.
    async fn list(&self, after: Option<String>, count_max: Option<i32>) -> Result<Listed, Error> {
        let _slot = self.slot().await;
        let request = self.client.list_objects_v2().bucket(&self.address.bucket).prefix(&self.address.prefix);
        let request = request.set_continuation_token(after).set_max_keys(count_max);
        let listed = request.send().await.map_err(|error| self.refused("list", "", &error))?;
        self.answered();
        let keys = listed.contents.unwrap_or_default().into_iter().filter_map(|object| object.key);
        let keys = keys.filter_map(|key| key.strip_prefix(&self.address.prefix).map(str::to_owned)).collect();
        Ok(Listed { keys, next: listed.next_continuation_token })
    }

    fn refused<E>(&self, action: &'static str, key: &str, error: &SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.failed(action, key, Fault::of(error, &self.address))
    }

    fn failed(&self, action: &'static str, key: &str, fault: Fault) -> Error {
        let fault = match fault.reach {
            Reach::Unanswered if self.unanswered.fetch_add(1, Ordering::Relaxed) >= UNANSWERED_MAX => fault.silence(),
            Reach::Unanswered | Reach::Object | Reach::Target => fault,
        };
        Error { action, name: format!("{}{key}", self.address), source: fault.into() }
    }

    fn answered(&self) {
        self.unanswered.store(0, Ordering::Relaxed);
    }
}
