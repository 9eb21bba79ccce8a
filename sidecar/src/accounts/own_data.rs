//! All that is kept of a member, as a file for them: one JSON document, sent while it is read.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use generator::db::own_data::{SOURCES, batch};
use generator::model::MemberId;
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::form::{Nothing, Posted};
use crate::screen;
use crate::visitor::Member;

#[derive(Serialize)]
struct OwnDataView {}

/// The question.
pub async fn show(State(app): State<Arc<App>>, _: Member) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let title = site.locale.text("own-data-title", &[]);
    screen::page(&app, "own-data", StatusCode::OK, &paths.url(&paths.own_data), &title, OwnDataView {})
}

/// The file.
pub async fn download(State(app): State<Arc<App>>, posted: Posted<Nothing>) -> Result<Response> {
    let now = app.now();
    app.paces.own_data.take(posted.member.id.0, now)?;
    let name = format!("attachment; filename=\"graveyard-{}-{}.json\"", posted.member.id, now.format("%Y-%m-%d"));
    let disposition = HeaderValue::from_str(&name).expect("numbers and a date are visible ASCII");
    let document =
        Document { app: Arc::clone(&app), member: posted.member.id, source: 0, after: i64::MIN, is_begun: false };
    let body = Body::from_stream(stream::try_unfold(Some(document), piece));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body).into_response())
}

/// How far a document is.
struct Document {
    app: Arc<App>,
    member: MemberId,
    source: usize,
    after: i64,
    is_begun: bool,
}

/// The next piece, of one batch of rows. Each is read by itself, so that a slow reader keeps no connection to the
/// database; where that fails the file breaks off and is no JSON.
async fn piece(document: Option<Document>) -> std::io::Result<Option<(Bytes, Option<Document>)>> {
    let Some(mut document) = document else { return Ok(None) };
    loop {
        let Some(source) = SOURCES.get(document.source) else {
            return Ok(Some((Bytes::from_static(b"\n]\n"), None)));
        };
        let rows = rows(&document, source).await.map_err(|error| std::io::Error::other(error.fault.to_string()))?;
        let Some((last, _)) = rows.last() else {
            (document.source, document.after) = (document.source + 1, i64::MIN);
            continue;
        };
        document.after = *last;
        let mut text = String::new();
        for (_, row) in &rows {
            text.push_str(if document.is_begun { ",\n" } else { "[\n" });
            text.push_str(row);
            document.is_begun = true;
        }
        return Ok(Some((Bytes::from(text), Some(document))));
    }
}

async fn rows(document: &Document, source: &generator::db::own_data::Source) -> Result<Vec<(i64, String)>> {
    let mut tx = document.app.snapshot().await?;
    Ok(batch(&mut tx, source, document.member, document.after).await?)
}
