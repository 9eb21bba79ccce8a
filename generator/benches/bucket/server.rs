//! An S3 server as a process of its own, so that nothing of it is counted as the builder's; it counts what it is asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

pub const BUCKET: &str = "bench";
pub const ACCESS_KEY: &str = "AKBENCH";
pub const SECRET_KEY: &str = "not-so-secret";

/// The word that makes this program a server, and no bench.
pub const WORD: &str = "server";

/// A server that runs; it ends with the bench.
pub struct Server {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub url: String,
}

impl Server {
    pub fn start(folder: &Path) -> anyhow::Result<Server> {
        std::fs::create_dir_all(folder.join(BUCKET))?;
        let mut command = Command::new(std::env::current_exe()?);
        let mut child =
            command.arg(WORD).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("the server")?;
        let to = child.stdin.take().context("its input")?;
        let from = BufReader::new(child.stdout.take().context("its output")?);
        let mut server = Server { child, to, from, url: String::new() };
        server.url = server.line()?;
        Ok(server)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// What it was asked since the last time, such as `12 PUT, 1 GET`.
    pub fn asked(&mut self) -> anyhow::Result<String> {
        self.to.write_all(b"\n")?;
        let line = self.line()?;
        Ok(if line.is_empty() { "nothing".to_owned() } else { line })
    }

    /// What programs have to know to ask it.
    pub fn environment(&self) -> [(&'static str, String); 6] {
        [
            ("AWS_ENDPOINT_URL", self.url.clone()),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

/// The server's side: says its address, then its counts whenever a line comes, until none does any more.
pub fn serve(folder: &Path) -> anyhow::Result<()> {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(folder).map_err(|error| anyhow::anyhow!("{error:?}"))?);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service = builder.build();
    let counts = Counts::default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let counted = Arc::clone(&counts);
    runtime.spawn(async move {
        if let Err(error) = accept(listener, service, counted).await {
            eprintln!("error: the server ended: {error}");
        }
    });
    for _ in std::io::stdin().lines().map_while(Result::ok) {
        let counts = std::mem::take(&mut *counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        let words: Vec<String> = counts.iter().map(|(action, count)| format!("{count} {action}")).collect();
        println!("{}", words.join(", "));
    }
    Ok(())
}

async fn accept(listener: std::net::TcpListener, service: S3Service, counts: Counts) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (service, counts) = (service.clone(), Arc::clone(&counts));
        tokio::spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| {
                let is_list = *request.method() == Method::GET && request.uri().query().is_some_and(is_list);
                let action = if is_list { "LIST".to_owned() } else { request.method().to_string() };
                *counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(action).or_default() += 1;
                let service = service.clone();
                async move { service.call(request.map(Body::from)).await }
            });
            // Whoever asked may have gone.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn is_list(query: &str) -> bool {
    query.split('&').any(|part| part == "list-type=2")
}
