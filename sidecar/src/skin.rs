//! The look of the pages, chosen in the settings: a cookie without any secret that the sidecar's own pages follow without
//! scripts. Files know nobody: on static pages the script reads the same cookie (`static/js/site.js`).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Result, without_secrets};
use crate::form::Posted;
use crate::front::Front;
use crate::{screen, session};

/// The cookie's name, which browsers know with a prefix where there is TLS.
const SKIN: &str = "skin";
/// How long a browser remembers it.
const LASTS: TimeDelta = TimeDelta::days(365);
/// No page of the sidecar's own is longer.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// Where the page says which skin it has.
const ROOT: &[u8] = b"<html";

/// A look that somebody chose.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Skin {
    /// Light or dark, as the system is.
    System,
    /// Ink on paper.
    Light,
    /// The same at night.
    Dark,
    /// Parchment and serifs.
    Historic,
}

impl Skin {
    /// All of them, as they are offered.
    pub const ALL: [Skin; 4] = [Skin::System, Skin::Light, Skin::Dark, Skin::Historic];

    /// The word in the cookie, in forms and, but for the system's, in site.css.
    pub fn word(self) -> &'static str {
        match self {
            Skin::System => "system",
            Skin::Light => "light",
            Skin::Dark => "dark",
            Skin::Historic => "historic",
        }
    }

    /// The message with what it is called.
    pub fn message(self) -> &'static str {
        match self {
            Skin::System => "skin-system",
            Skin::Light => "skin-light",
            Skin::Dark => "skin-dark",
            Skin::Historic => "skin-historic",
        }
    }

    /// The one that a request brings; the system's where it brings none.
    pub fn of(headers: &HeaderMap, front: &Front) -> Skin {
        let word = session::value_of(headers, SKIN, front);
        Skin::ALL.into_iter().find(|skin| Some(skin.word()) == word).unwrap_or(Skin::System)
    }
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Fields {
    skin: Skin,
}

/// Another look, from now on and in this browser.
pub async fn send(State(app): State<Arc<App>>, posted: Posted<Fields>) -> Result<Response> {
    let paths = &app.site().config.sidecar;
    let mut response = screen::see(&format!("{}?changed=skin#skin", paths.url(&paths.settings)));
    let cookie = session::cookie(SKIN, posted.form.skin.word(), LASTS, &app.front);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Gives a page the look that whoever asks has chosen.
pub async fn dress(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let skin = Skin::of(request.headers(), &app.front);
    let uri = request.uri().clone();
    let response = next.run(request).await;
    if skin == Skin::System || !is_page(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, PAGE_BYTES_MAX).await else {
        let path = without_secrets(&app.site().config.sidecar, uri.path());
        tracing::error!(path, "cannot answer {path}: a page is longer than {PAGE_BYTES_MAX} bytes");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut page = bytes.to_vec();
    if let Some(at) = page.windows(ROOT.len()).position(|bytes| bytes == ROOT) {
        let attribute = format!(" data-skin=\"{}\"", skin.word());
        page.splice(at + ROOT.len()..at + ROOT.len(), attribute.into_bytes());
    }
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(page))
}

fn is_page(headers: &HeaderMap) -> bool {
    let html = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
    headers.get(header::CONTENT_TYPE).is_some_and(html)
}
