//! The editors' index: what waits for them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::{Tx, guest_ads, office, registrations, reports};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::visitor::Member;

use super::desk::{Desk, Realm, Rights};

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

/// How much waits for an editor to decide: creations of their sections and, where they care for the whole site, people,
/// ads and reports.
///
/// # Errors
/// A database that is away.
pub async fn count_waiting(tx: &mut Tx, member: &Member) -> Result<i64> {
    let Some(rights) = Rights::seen(tx, member.id).await? else { return Ok(0) };
    let creations = office::waiting_creations(tx).await?.into_iter();
    let mut count = creations.filter(|(section, _)| rights.has_section(section)).map(|(_, count)| count).sum();
    if rights.permit(&Realm::Site).is_ok() {
        count += registrations::count_waiting(tx).await?;
        count += guest_ads::count_waiting(tx).await?;
        count += reports::count_waiting(tx).await?;
    }
    Ok(count)
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
        queue("office-ads", paths.url(&paths.office_ads), guest_ads::count_waiting(&mut tx).await?);
        queue("office-queue-reports", paths.url(&paths.office_reports), reports::count_waiting(&mut tx).await?);
        queue("office-queue-scheduled", paths.url(&paths.office_schedule), office::scheduled(&mut tx).await?);
        let (_, failed) = office::stale_pages(&mut tx).await?;
        queue("office-queue-failed", paths.url(&paths.office_state), failed);
    }
    drop(tx);
    let sections = site
        .sections
        .iter()
        .filter(|section| desk.rights.has_section(&section.key))
        .map(|section| SectionView {
            title: section.name.clone(),
            url: format!("{}?section={}", paths.url(&paths.office_creations), section.key),
            waiting: own.iter().find(|(key, _)| *key == section.key).map_or(0, |(_, count)| *count),
        })
        .collect();
    let title = site.locale.text("office-title", &[]);
    Ok(super::page(&app, &desk, "index", &paths.url(&paths.office), &title, IndexView { queues, sections }))
}
