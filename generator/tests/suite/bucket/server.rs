//! An S3 server with a thread of its own, and in front of it what fails, delays, cuts off and counts.
//!
//! s3s-fs looks at a write's condition before it writes and not while it does: writes come to it one after the other.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use generator::routes::Pages;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpResponse};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};

pub const BUCKET: &str = "club";
pub const ACCESS_KEY: &str = "AKTEST";
pub const SECRET_KEY: &str = "not-so-secret";

/// No object of a test is larger.
const BODY_BYTES_MAX: usize = 16 << 20;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server never hears of it, this is the answer: status, code, the bucket's region.
    Answer(u16, &'static str, Option<&'static str>),
    /// The connection ends before the server hears of it.
    Cut,
    /// The server has done it, and the connection ends before the answer.
    LoseAnswer,
    /// It waits so long.
    Delay(Duration),
    /// It waits until [`Server::let_go`], whether anybody waits for the answer or not.
    Hold,
}

struct Rule {
    method: Method,
    key_part: String,
    times: usize,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// `PUT`, `GET`, `HEAD`, `DELETE`, `LIST`.
    pub action: String,
    /// Within the bucket.
    pub key: String,
}

#[derive(Default)]
struct Shared {
    rules: Mutex<Vec<Rule>>,
    asked: Mutex<Vec<Asked>>,
    writes: tokio::sync::Mutex<()>,
    held: Mutex<usize>,
    go: Notify,
}

pub struct Server {
    pub address: SocketAddr,
    root: PathBuf,
    _folder: Option<TempDir>,
    shared: Arc<Shared>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// A server with an empty bucket.
    pub fn start() -> Server {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut server = Server::over(folder.path());
        server._folder = Some(folder);
        server
    }

    /// A server whose buckets are the folders of a folder.
    pub fn over(root: &Path) -> Server {
        let mut builder = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let services = Services {
            writers: builder.build(),
            readers: S3ServiceBuilder::new(FileSystem::new(root).unwrap()).build(),
            root: root.to_owned(),
        };
        let shared = Arc::new(Shared::default());
        let (end, ends) = oneshot::channel();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
                runtime
                    .block_on(async { serve(TcpListener::from_std(listener).unwrap(), services, shared, ends).await });
                runtime.shutdown_background();
            })
        };
        Server { address, root: root.to_owned(), _folder: None, shared, end: Some(end), thread: Some(thread) }
    }

    /// Where a front finds the pages whose keys begin so, the bucket's name among it.
    pub fn pages(&self, prefix: &str) -> Pages {
        Pages::Server { host: "127.0.0.1".to_owned(), port: self.address.port(), prefix: prefix.to_owned() }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests of this method for keys with this part fail so many times.
    pub fn fail(&self, method: Method, key_part: &str, times: usize, fault: Fault) {
        let rule = Rule { method, key_part: key_part.to_owned(), times, fault };
        self.shared.rules.lock().unwrap().push(rule);
    }

    /// Faults end.
    pub fn heal(&self) {
        self.shared.rules.lock().unwrap().clear();
    }

    /// How many requests are held.
    pub fn held(&self) -> usize {
        *self.shared.held.lock().unwrap()
    }

    /// How many times faults are still to happen.
    pub fn faults_left(&self) -> usize {
        self.shared.rules.lock().unwrap().iter().map(|rule| rule.times).sum()
    }

    /// What is held goes on to the server; returns when that is done.
    pub async fn let_go(&self) {
        self.heal();
        while self.held() > 0 {
            self.shared.go.notify_waiters();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What was asked since the last time.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }

    /// Where the bucket's objects are as files.
    pub fn path(&self) -> PathBuf {
        self.root.join(BUCKET)
    }

    /// All objects with a prefix that readers can get, by the rest of their keys.
    pub fn contents(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path().join(prefix);
        let mut found = BTreeMap::new();
        // Objects have no folders; this server forgets to remove its own.
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let key = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                match path.is_dir() {
                    true if key == ".graveyard" => {}
                    true => folders.push(path),
                    false => drop(found.insert(key, std::fs::read(&path).unwrap())),
                }
            }
        }
        found
    }

    /// A client of the tests' own, behind the builder's back.
    pub fn client(&self) -> aws_sdk_s3::Client {
        use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.url())
            .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
            .force_path_style(true);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // Where it panicked, the test has failed already.
            let _ = thread.join();
        }
    }
}

/// The same buckets for those who sign and, with less rights, for everybody.
#[derive(Clone)]
struct Services {
    writers: S3Service,
    readers: S3Service,
    root: PathBuf,
}

async fn serve(listener: TcpListener, services: Services, shared: Arc<Shared>, mut ends: oneshot::Receiver<()>) {
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.unwrap().0,
            _ = &mut ends => return,
        };
        let (services, shared) = (services.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let answer = service_fn(|request| answer(request, services.clone(), Arc::clone(&shared)));
            // It may be we who have ended it.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

/// Why a connection ends without an answer.
#[derive(Debug)]
struct CutOff;

impl std::fmt::Display for CutOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off")
    }
}

impl std::error::Error for CutOff {}

async fn answer(request: Request<Incoming>, services: Services, shared: Arc<Shared>) -> Result<HttpResponse, CutOff> {
    let path = request.uri().path().trim_start_matches('/');
    let key = path.split_once('/').map_or("", |(_, key)| key).to_owned();
    let is_list = request.method() == Method::GET && key.is_empty();
    let action = if is_list { "LIST".to_owned() } else { request.method().to_string() };
    shared.asked.lock().unwrap().push(Asked { action, key: key.clone() });
    let fault = shared.fault(request.method(), &key);
    match fault {
        Some(Fault::Answer(status, code, region)) => return Ok(error(status, code, region)),
        Some(Fault::Cut) => return Err(CutOff),
        _ => {}
    }
    let is_reader = !request.headers().contains_key("authorization");
    // A reader may not list, so that what is missing cannot be told from what is forbidden.
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD) && !key.is_empty() && !key.ends_with('/');
    if is_reader && !is_read {
        return Ok(error(403, "AccessDenied", None));
    }
    let is_folder = services.root.join(path).is_dir();
    let service = if is_reader { services.readers } else { services.writers };
    let (parts, body) = request.into_parts();
    // What is read whole goes on to the server, even where nobody waits for it any more.
    let body = Body::from(body).store_all_limited(BODY_BYTES_MAX).await.map_err(|_| CutOff)?;
    let request = Request::from_parts(parts, Body::from(body));
    let done = tokio::spawn(async move {
        match fault {
            Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
            Some(Fault::Hold) => shared.hold().await,
            _ => {}
        }
        let response = {
            let _one = shared.writes.lock().await;
            service.call(request).await
        };
        if fault == Some(Fault::Hold) {
            *shared.held.lock().unwrap() -= 1;
        }
        response
    });
    let response = done.await.map_err(|_| CutOff)?.map_err(|_| CutOff)?;
    // What is a folder on its disk this server takes for an object, and fails.
    let is_missing = response.status() == 404 || is_folder && response.status() == 500;
    if is_reader && is_missing {
        return Ok(error(403, "AccessDenied", None));
    }
    if fault == Some(Fault::LoseAnswer) { Err(CutOff) } else { Ok(response) }
}

impl Shared {
    fn fault(&self, method: &Method, key: &str) -> Option<Fault> {
        let mut rules = self.rules.lock().unwrap();
        let is_due = |rule: &&mut Rule| rule.times > 0 && rule.method == method && key.contains(&rule.key_part);
        let rule = rules.iter_mut().find(is_due)?;
        rule.times -= 1;
        Some(rule.fault)
    }

    async fn hold(&self) {
        let go = self.go.notified();
        *self.held.lock().unwrap() += 1;
        go.await;
    }
}

fn error(status: u16, code: &str, region: Option<&str>) -> HttpResponse {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as told</Message></Error>");
    let mut response = Response::builder().status(status).header("content-type", "application/xml");
    if let Some(region) = region {
        response = response.header("x-amz-bucket-region", region);
    }
    response.body(Body::from(body)).unwrap()
}
