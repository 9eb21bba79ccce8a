//! The system as operators run it, in processes: started where the disk is nobody's, restarted while people use it, with
//! every plug pulled, and behind the front by its printed rules.

mod image;
mod plugs;
mod restart;
mod withdrawn;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bucket_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};
use crate::harness::{Engine, PASSWORD};
use crate::serve::{Host, PATIENCE, Serving};

/// Pages and uploads in the server's bucket.
pub fn into_bucket(command: &mut Command, server: &Server) {
    command
        .env("OUTPUT", format!("s3://{BUCKET}/site"))
        .env("UPLOADS", format!("s3://{BUCKET}/uploads"))
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_EC2_METADATA_DISABLED", "true");
}

/// Lets somebody in, as an operator does.
pub fn add_member(host: &Host, nick: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidecar"))
        .args(["member", "add", nick, "--email", "clen@example.org"])
        .env("DATABASE_URL", &host.database_url)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// Somebody who asks over connections of their own, as a browser does.
#[derive(Clone)]
pub struct Visitor {
    /// Where the connection goes.
    pub port: u16,
    /// What the site is called.
    pub name: String,
    pub cookie: String,
}

impl Visitor {
    pub fn new(port: u16, name_port: u16) -> Visitor {
        Visitor { port, name: format!("localhost:{name_port}"), cookie: String::new() }
    }

    /// The whole answer; an error where the connection breaks without one.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let Visitor { name, cookie, .. } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {name}\r\nOrigin: http://{name}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        match answer.is_empty() {
            true => Err(std::io::ErrorKind::UnexpectedEof.into()),
            false => Ok(String::from_utf8_lossy(&answer).into_owned()),
        }
    }

    pub fn get(&self, path: &str) -> String {
        self.ask("GET", path, "").unwrap()
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.ask("POST", path, &serde_urlencoded::to_string(fields).unwrap()).unwrap()
    }

    pub fn log_in(&mut self, nick: &str) {
        let answer = self.post("/uzivatel/prihlaseni/", &[("name", nick), ("password", PASSWORD)]);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        let cookies =
            answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ").or(line.strip_prefix("Set-Cookie: ")));
        let cookies: Vec<&str> = cookies.map(|cookie| cookie.split(';').next().unwrap()).collect();
        assert!(!cookies.is_empty(), "{answer}");
        self.cookie = cookies.join("; ");
    }
}

/// The number that answers begin with.
pub fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// Waits for what another process does, or another task.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("in vain waited until {what}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dyno_with_everything_elsewhere_starts_and_leaves_its_disk_alone() {
    let server = Server::start();
    let host = Host::new(Engine::Postgres).await;
    let site = host.release("one", &[]);
    let disk = host.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let mut command = host.command(&site);
    into_bucket(&mut command, &server);
    // The tests' server has no TLS, which a dyno would want otherwise.
    command.env("DYNO", "web.1").env("DATABASE_URL", format!("{}?sslmode=disable", host.database_url));
    command.current_dir(&disk);
    let mut serving = Serving::start(&mut command, " on http://");
    serving.until_said(" 0 failed");
    assert!(server.contents("site").contains_key("index.html"));
    assert!(serving.get("/uploads/nothing.png").starts_with("HTTP/1.0 404"));
    // It has no file for what is not there, and says so on a page all the same.
    for (path, status) in [("/no/such/page/", "404"), ("/rubriky/clanky/99999-nic/", "404"), ("/chat/", "410")] {
        let answer = serving.get(path);
        assert!(answer.starts_with(&format!("HTTP/1.0 {status}")), "{path}: {answer}");
        assert!(answer.contains("<html") && answer.contains("Stránka se zatoulala"), "{path}: {answer}");
        assert!(answer.contains("no-store"), "{path}: {answer}");
    }
    serving.end();
    let left: Vec<_> = std::fs::read_dir(&disk).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
    for folder in ["output", "uploads"] {
        assert!(!Path::new(&host.path(folder)).exists(), "{folder}");
    }
}
