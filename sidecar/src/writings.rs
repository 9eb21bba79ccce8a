//! What a member wrote last, with the ways to edit and delete it: for those whose browser runs no scripts, and for
//! whoever does not remember where it was.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::own_messages::{self, Place};
use generator::model::Text;
use generator::site::sidecar_paths::SidecarPaths;
use generator::view::Html;
use generator::view::screen::{self, Moment};
use serde::Serialize;

use crate::app::App;
use crate::error::Result;
use crate::routes::{Route, get};
use crate::visitor::Member;
use crate::writing::{change, places};

/// Messages of each kind.
const NEWEST: i64 = 15;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![get(paths.url(&paths.writings), show)]
}

#[derive(Serialize)]
struct WritingsView {
    writings: Vec<WritingView>,
}

#[derive(Serialize)]
struct WritingView {
    url: String,
    title: String,
    posted: Option<Moment>,
    body: Html,
    edit_url: Option<String>,
    delete_url: String,
}

/// The list, the newest first.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let now = app.now();
    // Each text is rendered, as for a preview.
    app.paces.preview.take(member.id.0, now)?;
    let mut tx = app.snapshot().await?;
    let mut found = Vec::new();
    for place in [Place::Discussion, Place::Forum] {
        for own in own_messages::newest(&mut tx, place, member.id, NEWEST).await? {
            // What is on no page any more has nothing to link to, and nobody sees it.
            if let Some((_, link)) = places::of_message(&mut tx, &site, place, &own).await? {
                found.push((place, own, link));
            }
        }
    }
    drop(tx);
    found.sort_by_key(|(_, own, _)| std::cmp::Reverse((own.posted_at, own.id)));
    let writings = found
        .into_iter()
        .enumerate()
        .map(|(number, (place, own, link))| WritingView {
            url: format!("{}#c{}", link.url, own.id),
            title: link.title,
            posted: own.posted_at.map(|at| screen::moment(&site, at)),
            edit_url: change::is_editable(&own, now).then(|| change::of(&app, place, own.id, &paths.edit)),
            delete_url: change::of(&app, place, own.id, &paths.delete),
            body: {
                let text = Text { source: own.body, format: own.body_format };
                screen::message_among(&site, &text, 2, &format!("own{number}"))
            },
        })
        .collect();
    let title = site.locale.text("writings-title", &[]);
    let url = paths.url(&paths.writings);
    Ok(crate::screen::page(&app, "writings", StatusCode::OK, &url, &title, WritingsView { writings }))
}
