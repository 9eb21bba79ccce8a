//! nginx and Varnish as processes of a test, and a sidecar that says what it was asked.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Method, Uri};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::interrupted::child::until;

/// A port that nobody has at this moment.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

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

/// A front that runs; it does not outlive the test.
pub struct Running {
    child: Child,
    _folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ =
            rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

impl Running {
    /// nginx with these rules within `http`.
    pub async fn nginx(rules: &str, port: u16) -> Running {
        let folder = TempDir::new().unwrap();
        let at = folder.path().display();
        let config = format!(
            "daemon off; master_process off; pid {at}/pid; error_log {at}/error.log;\nevents {{}}\nhttp {{\n\
             include /etc/nginx/mime.types; access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
             fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n{rules}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, config).unwrap();
        Running::start(Command::new(program("nginx")).arg("-p").arg(folder.path()).arg("-c").arg(&file), folder, port)
            .await
    }

    /// Varnish with these rules.
    pub async fn varnish(rules: &str, port: u16) -> Running {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("rules.vcl");
        std::fs::write(&file, rules).unwrap();
        let mut command = Command::new(program("varnishd"));
        command.args(["-F", "-j", "none", "-s", "malloc,32m", "-a", &format!("127.0.0.1:{port}"), "-n"]);
        command.arg(folder.path().join("work")).arg("-f").arg(&file);
        Running::start(&mut command, folder, port).await
    }

    async fn start(command: &mut Command, folder: TempDir, port: u16) -> Running {
        let log = std::fs::File::create(folder.path().join("said")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut running = Running { child, _folder: folder };
        until("the front listens", async || {
            if let Some(status) = running.child.try_wait().unwrap() {
                let said = std::fs::read_to_string(running._folder.path().join("said")).unwrap();
                panic!("it ended with {status}: {said}");
            }
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        running
    }
}

/// Where a program is; `make setup` installs it.
fn program(name: &str) -> String {
    for folder in ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"] {
        let path = format!("{folder}/{name}");
        if Path::new(&path).exists() {
            return path;
        }
    }
    panic!("{name} is missing on this machine: `make setup` installs it")
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}
