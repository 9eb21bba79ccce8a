//! A connection to the sidecar that is kept, as a browser's is.

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The host that the site is called by; see `SITE_URL` in `serving.rs`.
pub const HOST: &str = "localhost:8000";

pub struct Asking {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub bytes: usize,
    /// The answer itself, where it is no page that was asked for.
    pub text: String,
}

impl Asking {
    pub async fn connect(address: &str) -> anyhow::Result<Asking> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Asking { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
        self.send(request.as_bytes()).await
    }

    /// Sends a form of somebody's whose session has this token.
    pub async fn post(&mut self, path: &str, token: &str, form: &str) -> anyhow::Result<Answer> {
        let headers = format!("Cookie: session={token}\r\nContent-Type: application/x-www-form-urlencoded");
        self.send_form(path, &headers, form.as_bytes()).await
    }

    /// Sends a form with other headers, among them the one that says what it is.
    pub async fn send_form(&mut self, path: &str, headers: &str, form: &[u8]) -> anyhow::Result<Answer> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\nOrigin: http://{HOST}\r\nSec-Fetch-Site: same-origin\r\n\
            {headers}\r\nContent-Length: {}\r\n\r\n",
            form.len()
        );
        self.send(&[head.as_bytes(), form].concat()).await
    }

    async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|end| end == b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.split(' ').nth(1).context("no status")?.parse()?;
        let length = text
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let length: usize = length.with_context(|| format!("an answer without its length: {text}"))?.1.parse()?;
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        let text = if status == 200 { String::new() } else { String::from_utf8_lossy(&self.buffer).into_owned() };
        Ok(Answer { status, bytes: length, text })
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        let bytes = self.stream.read_buf(&mut self.buffer).await?;
        anyhow::ensure!(bytes > 0, "the connection was closed");
        Ok(())
    }
}
