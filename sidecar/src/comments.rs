//! Comments on creations: posted from the creation's static page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_messages::Place;
use generator::model::{CreationId, MemberId, Text};
use generator::page::Page;
use generator::publish::{Change, Shared, comments};
use generator::site::sidecar_paths::SidecarPaths;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Written;
use crate::routes::{Route, post};
use crate::writing::deed::{Deed, Made};
use crate::writing::{Composer, Fields, Verdict, change, deed, judge, places};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let mut routes = vec![post(paths.url(&paths.comments), create)];
    routes.extend(change::routes(paths, Place::Discussion));
    routes
}

/// What the form on a creation's page sends.
#[derive(Debug, Deserialize)]
pub struct NewComment {
    creation: i64,
    #[serde(flatten)]
    fields: Fields,
}

/// Posts a comment, or shows how it will look.
pub async fn create(State(app): State<Arc<App>>, written: Written<NewComment>) -> Result<Response> {
    let Written { member, form, kept } = written;
    let creation = CreationId(form.creation);
    let site = app.site();
    let found = async { places::creation(&mut app.snapshot().await?, &site, creation).await };
    let found = found.await.and_then(|found| found.ok_or_else(|| Fault::NotFound.into()));
    let (page, link) = found.map_err(|error| error.keeping(&kept))?;
    let text = match judge(&app, &member, &form.fields) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => {
            let composer = Composer {
                title: "write-comment",
                action: kept.action,
                place: Some(link),
                hidden: vec![("creation", creation.to_string())],
                button: "write-comment-send",
            };
            return Ok(composer.again(&app, again));
        }
    };
    let adding = Adding { member: member.id, creation, page, text, now: app.now() };
    deed::done(&app, &member, &adding).await.map_err(|error| error.keeping(&kept))
}

/// A comment about to be posted.
struct Adding {
    member: MemberId,
    creation: CreationId,
    page: Page,
    text: Text,
    now: DateTime<Utc>,
}

impl Deed for Adding {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let id = comments::add(change, self.creation, self.member, &self.text).await?;
        Made::message(change, Place::Discussion, self.member, id, &self.page, self.now).await
    }
}
