//! An edge with a thread of its own: it notes what is purged and can be told to fail, to dawdle, to be dead.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Good,
    /// Answers with this status.
    Answers(u16),
    /// Takes the purge, and its answer comes so late that nobody waits for it.
    Slow(Duration),
}

/// What it was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    pub method: String,
    pub host: String,
    pub path: String,
    pub body: String,
}

struct Shared {
    mood: Mutex<Mood>,
    asked: Mutex<Vec<Asked>>,
}

pub struct Edge {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Edge {
    pub fn start() -> Edge {
        Edge::listen("127.0.0.1:0".parse().unwrap())
    }

    /// An edge where one was before.
    pub fn listen(address: SocketAddr) -> Edge {
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { mood: Mutex::new(Mood::Good), asked: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let (end, ends) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, router) => served.unwrap(),
                    _ = ends => {}
                }
            });
            runtime.shutdown_background();
        });
        Edge { address, shared, end: Some(end), thread: Some(thread) }
    }

    pub fn setting(&self) -> String {
        format!("purge:http://{}", self.address)
    }

    pub fn be(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// What was asked since the last time, in the order of paths.
    pub fn take_asked(&self) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut *self.shared.asked.lock().unwrap());
        asked.sort();
        asked
    }

    /// The paths of what was asked since the last time, each once.
    pub fn take_paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.take_asked().into_iter().map(|asked| asked.path).collect();
        paths.dedup();
        paths
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // Where it panicked, the test has failed already.
            let _ = thread.join();
        }
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers.get(header::HOST).map(|host| host.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let asked = Asked { method: method.to_string(), host, path: uri.path().to_owned(), body };
    shared.asked.lock().unwrap().push(asked);
    let mood = *shared.mood.lock().unwrap();
    match mood {
        Mood::Good if method == Method::POST => (StatusCode::CREATED, INVALIDATION).into_response(),
        Mood::Good => StatusCode::OK.into_response(),
        Mood::Answers(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mood::Slow(time) => {
            tokio::time::sleep(time).await;
            StatusCode::OK.into_response()
        }
    }
}

/// What CloudFront answers to a wish.
const INVALIDATION: &str = r#"<?xml version="1.0"?><Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
<Id>I1</Id><Status>InProgress</Status><CreateTime>2026-03-01T12:00:00Z</CreateTime><InvalidationBatch>
<CallerReference>x</CallerReference><Paths><Quantity>1</Quantity><Items><Path>/</Path></Items></Paths>
</InvalidationBatch></Invalidation>"#;
