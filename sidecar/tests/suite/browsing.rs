//! Somebody who asks the sidecar as a browser does: with cookies, forms and the headers that browsers send.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode, header};
use sidecar::app::App;
use tower::ServiceExt;

use crate::kept_pages;

/// What forms are sent as that hold no files.
const FORM: &str = "application/x-www-form-urlencoded";
/// Between the parts of forms with files.
const BOUNDARY: &str = "----between-parts-8f3a";

pub struct Browsing {
    app: Arc<App>,
    /// Name → value, as a browser keeps them.
    pub cookies: BTreeMap<String, String>,
    /// Sent with each request, in place of what a browser would send.
    pub headers: BTreeMap<String, String>,
    /// Whom the connection comes from.
    pub peer: SocketAddr,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
    /// The same, whatever it is.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads, or nothing.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// The values of all fields of its forms, as a browser would send them.
    pub fn fields(&self) -> Vec<(String, String)> {
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            Some(unescaped(rest.split_once('"')?.0))
        };
        let mut fields = Vec::new();
        for tag in self.body.split("<input").skip(1).map(|rest| rest.split_once('>').unwrap().0) {
            if let Some(name) = attribute(tag, "name") {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        }
        for rest in self.body.split("<textarea").skip(1) {
            let (tag, rest) = rest.split_once('>').unwrap();
            let value = unescaped(rest.split_once("</textarea>").unwrap().0);
            // A browser leaves out the first line break.
            let value = value.strip_prefix('\n').unwrap_or(&value).to_owned();
            fields.push((attribute(tag, "name").unwrap(), value));
        }
        fields
    }

    pub fn field(&self, name: &str) -> String {
        let fields = self.fields();
        fields.into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no field {name}")).1
    }

    /// The lines that are there to be copied.
    pub fn codes(&self) -> Vec<String> {
        self.body.split("<code>").skip(1).map(|rest| unescaped(rest.split_once("</code>").unwrap().0)).collect()
    }
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

impl Browsing {
    pub fn new(app: &Arc<App>) -> Browsing {
        let headers = BTreeMap::new();
        let peer = "192.0.2.1:4000".parse().unwrap();
        Browsing { app: Arc::clone(app), cookies: BTreeMap::new(), headers, peer }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send(Method::GET, address, FORM, None).await
    }

    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.post_body(address, body).await
    }

    pub async fn post_body(&mut self, address: &str, body: String) -> Answer {
        self.send(Method::POST, address, FORM, Some(body.into_bytes())).await
    }

    /// Sends a form with files: the name of each one's field, what it is called, its content.
    pub async fn post_files(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        let mut part = |head: String, content: &[u8]| {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        };
        for (name, value) in fields {
            part(format!("name=\"{name}\""), value.as_bytes());
        }
        for (name, called, content) in files {
            let head = format!("name=\"{name}\"; filename=\"{called}\"\r\nContent-Type: application/octet-stream");
            part(head, content);
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, address, &content_type, Some(body)).await
    }

    async fn send(&mut self, method: Method, address: &str, content_type: &str, body: Option<Vec<u8>>) -> Answer {
        let own = self.app.front.url.clone();
        let mut headers = BTreeMap::from([
            ("host".to_owned(), own.split_once("://").unwrap().1.to_owned()),
            (
                "user-agent".to_owned(),
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            ),
        ]);
        if body.is_some() {
            headers.insert("origin".to_owned(), own);
            headers.insert("sec-fetch-site".to_owned(), "same-origin".to_owned());
            headers.insert("content-type".to_owned(), content_type.to_owned());
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert("cookie".to_owned(), cookies.join("; "));
        }
        headers.extend(self.headers.clone());
        let mut request = Request::builder().method(method).uri(address).extension(ConnectInfo(self.peer));
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = sidecar::app::router(&self.app).oneshot(request).await.unwrap();
        self.keep_cookies(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 26).await.unwrap().to_vec();
        kept_pages::keep(address.split('?').next().unwrap(), status, &headers, &bytes);
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    fn keep_cookies(&mut self, response: &Response<Body>) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Logs in and expects to be let in.
    pub async fn log_in(&mut self, name: &str, password: &str) {
        let answer = self.post("/uzivatel/prihlaseni/", &[("name", name), ("password", password)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.body);
    }
}
