//! The editors' index: what waits for them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::{office, registrations, reports};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;

use super::desk::{Desk, Realm};

#[derive(Serialize)]
struct IndexView {
    queues: Vec<QueueView>,
    sections: Vec<SectionView>,
}

/// Something that waits.
#[derive(Serialize)]
struct QueueView {
    title: String,
    url: String,
    count: i64,
}

/// A section that the editor cares for.
#[derive(Serialize)]
struct SectionView {
    title: String,
    url: String,
    waiting: i64,
}

/// The index.
pub async fn show(State(app): State<Arc<App>>, desk: Desk) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let waiting = office::waiting_creations(&mut tx).await?;
    let mut queues = Vec::new();
    let mut queue = |message, url: String, count| {
        queues.push(QueueView { title: site.locale.text(message, &[]), url, count });
    };
    let own: Vec<&(String, i64)> = waiting.iter().filter(|(section, _)| desk.rights.has_section(section)).collect();
    let count = own.iter().map(|(_, count)| count).sum();
    queue("office-queue-creations", paths.url(&paths.office_queue), count);
    if desk.permit(&Realm::Site).is_ok() {
        let registering = registrations::count_waiting(&mut tx).await?;
        queue("registrations-title", paths.url(&paths.office_registrations), registering);
        queue("office-queue-reports", paths.url(&paths.office_reports), reports::count_waiting(&mut tx).await?);
        queue("office-queue-scheduled", paths.url(&paths.office_schedule), office::scheduled(&mut tx).await?);
        let (_, failed) = office::stale_pages(&mut tx).await?;
        queue("office-queue-failed", paths.url(&paths.office_state), failed);
    }
    let sections = desk.sections(&mut tx, &site).await?;
    drop(tx);
    let sections = sections
        .into_iter()
        .map(|section| SectionView {
            url: format!("{}?section={}", paths.url(&paths.office_creations), section.key),
            waiting: own.iter().find(|(key, _)| *key == section.key).map_or(0, |(_, count)| *count),
            title: section.name,
        })
        .collect();
    let title = site.locale.text("office-title", &[]);
    Ok(super::page(&app, &desk, "index", &paths.url(&paths.office), &title, IndexView { queues, sections }))
}
