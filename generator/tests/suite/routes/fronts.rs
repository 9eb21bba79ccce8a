//! Those who ask a front, and a sidecar that says what it was asked.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Method, Uri};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// A question as a browser of the site asks it; gives the whole answer.
pub async fn ask(port: u16, question: &str) -> String {
    ask_as(port, question, "www.example.org").await
}

/// As [`ask`], by another name of the site.
pub async fn ask_as(port: u16, question: &str, name: &str) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let length = if question.starts_with("POST") { "Content-Length: 3\r\n" } else { "" };
        let body = if question.starts_with("POST") { "a=b" } else { "" };
        let request = format!(
            "{question} HTTP/1.1\r\nHost: {name}\r\nOrigin: https://www.example.org\r\n\
             Sec-Fetch-Site: same-origin\r\nCookie: a=b\r\n{length}Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::time::timeout(Duration::from_secs(60), exchange).await.unwrap_or_else(|_| panic!("{question}: no answer"))
}

/// Says what it was asked, until it is dropped.
pub struct Sidecar {
    pub port: u16,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // Where it panicked, the test has failed already.
            let _ = thread.join();
        }
    }
}

impl Sidecar {
    pub fn start() -> Sidecar {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (end, ends) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, Router::new().fallback(answer)) => served.unwrap(),
                    _ = ends => {}
                }
            });
            runtime.shutdown_background();
        });
        Sidecar { port, end: Some(end), thread: Some(thread) }
    }
}

async fn answer(method: Method, uri: Uri, headers: HeaderMap) -> String {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default().to_owned();
    assert_eq!(text("host"), "www.example.org");
    format!("sidecar: {method} {uri} from={} {}", text("origin"), text("sec-fetch-site"))
}
