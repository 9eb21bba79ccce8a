//! Telling the editors about a page: for anybody, with a form that needs no account.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use generator::db::reports;
use generator::site::sidecar_paths::SidecarPaths;
use generator::text::printable;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::form::{Filled, Query};
use crate::front::is_own_path;
use crate::pace::TooFast;
use crate::routes::{Route, get, post};
use crate::screen;
use crate::visitor::Visitor;

/// Characters of a report.
const TEXT_CHARS_MAX: usize = 5_000;
/// Characters of the path of a page.
const PATH_CHARS_MAX: usize = 500;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![get(paths.url(&paths.report), show), post(paths.url(&paths.report), send)]
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    page: String,
    text: String,
    /// Filled in by machines alone.
    homepage: String,
}

/// Which page it is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
    sent: String,
}

#[derive(Serialize)]
struct ReportView<'a> {
    page: &'a str,
    text: &'a str,
    chars_max: usize,
    fault: Option<String>,
    is_sent: bool,
}

/// The form. The page is the one that somebody comes from.
pub async fn show(State(app): State<Arc<App>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()).unwrap_or_default();
    let named = if asked.page.is_empty() { from } else { &asked.page };
    let page = path_of(&app, named);
    form(&app, StatusCode::OK, &page, "", None, asked.sent == "1")
}

/// What it sends.
pub async fn send(
    State(app): State<Arc<App>>,
    client: Client,
    mut parts: Parts,
    filled: Filled<Fields>,
) -> Result<Response> {
    let Filled { form: fields, kept } = filled;
    let locale = &app.site().locale;
    let page = path_of(&app, fields.page.trim());
    let text = printable(&fields.text.replace("\r\n", "\n")).trim().to_owned();
    let refuse = |status, fault| Ok(form(&app, status, &page, &text, Some(fault), false));
    if text.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-empty", &[]));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        let args = [("chars", (TEXT_CHARS_MAX as i64).into())];
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-long", &args));
    }
    if !fields.homepage.is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-trapped", &[]));
    }
    let now = app.now();
    if let Err(TooFast(seconds)) = app.paces.reports.take(client.limit_key(), now) {
        let fault = locale.text("error-too-fast", &[("seconds", seconds.into())]);
        return refuse(StatusCode::TOO_MANY_REQUESTS, fault);
    }
    let written = async {
        // Not before: where the database is away, the text is kept.
        let member = Visitor::from_request_parts(&mut parts, &app).await?.member.map(|member| member.id);
        let mut tx = app.write().await?;
        reports::add(&mut tx, &page, &text, member, now).await?;
        Result::Ok(tx.commit().await?)
    };
    written.await.map_err(|error: Error| error.keeping(&kept))?;
    let paths = &app.site().config.sidecar;
    let query = serde_urlencoded::to_string([("sent", "1"), ("page", &page)]).unwrap_or_default();
    Ok(screen::see(&format!("{}?{query}", paths.url(&paths.report))))
}

fn form(app: &App, status: StatusCode, page: &str, text: &str, fault: Option<String>, is_sent: bool) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let title = site.locale.text("report-title", &[]);
    let view = ReportView { page, text, chars_max: TEXT_CHARS_MAX, fault, is_sent };
    screen::page(app, "report", status, &paths.url(&paths.report), &title, view)
}

/// The path of a page of this site; of anything else the home page's.
fn path_of(app: &App, named: &str) -> String {
    let path = named.strip_prefix(app.front.url.as_str()).unwrap_or(named);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_short = path.chars().count() <= PATH_CHARS_MAX;
    if is_own_path(path) && is_short { path.to_owned() } else { "/".to_owned() }
}
