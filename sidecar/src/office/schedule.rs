//! What will be published by itself.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::editing;
use serde::Serialize;

use crate::app::App;
use crate::error::Result;

use super::desk::{Desk, Realm, keys};
use super::item::Kind;
use super::lists::{LineView, creation_line, message_line};

/// Things of each kind that are shown, the next ones first.
const NEXT: i64 = 200;

#[derive(Serialize)]
struct ScheduleView {
    lines: Vec<LineView>,
}

/// The list, the next one first.
pub async fn show(State(app): State<Arc<App>>, desk: Desk) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let sections = keys(&desk.sections(&mut tx, &site).await?);
    let creations = editing::scheduled_creations(&mut tx, &sections, NEXT).await?;
    let news = match desk.permit(&Realm::Site) {
        Ok(_) => editing::scheduled_news(&mut tx, NEXT).await?,
        Err(_) => Vec::new(),
    };
    drop(tx);
    let mut lines: Vec<_> =
        creations.into_iter().map(|line| (line.publish_at, line.id.0, creation_line(&site, line))).collect();
    lines.extend(news.into_iter().map(|row| (row.publish_at, row.id, message_line(&site, Kind::News, row))));
    lines.sort_by_key(|(at, id, _)| (*at, *id));
    let lines = lines.into_iter().map(|(_, _, line)| line).collect();
    let title = site.locale.text("office-schedule", &[]);
    Ok(super::page(&app, &desk, "schedule", &paths.url(&paths.office_schedule), &title, ScheduleView { lines }))
}
