//! Posts in the forum: posted from its static page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_messages::Place;
use generator::model::{MemberId, Text};
use generator::page::Page;
use generator::publish::{Change, Shared, forum};
use generator::site::sidecar_paths::SidecarPaths;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Written;
use crate::routes::{Route, post};
use crate::writing::deed::{Deed, Made};
use crate::writing::{Composer, Fields, Verdict, change, deed, judge, places};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let mut routes = vec![post(paths.url(&paths.forum_posts), create)];
    routes.extend(change::routes(paths, Place::Forum));
    routes
}

/// Posts, or shows how it will look.
pub async fn create(State(app): State<Arc<App>>, written: Written<Fields>) -> Result<Response> {
    let Written { member, form, kept } = written;
    let site = app.site();
    if !site.config.features.forum {
        return Err(Fault::NotFound.into());
    }
    let found = async { places::forum(&mut app.snapshot().await?, &site).await };
    let (page, link) = found.await.map_err(|error| error.keeping(&kept))?;
    let text = match judge(&app, &member, &form) {
        Verdict::Post(text) => text,
        Verdict::Again(again) => {
            let composer = Composer {
                title: "write-post",
                action: kept.action,
                place: Some(link),
                hidden: Vec::new(),
                button: "write-post-send",
            };
            return Ok(composer.again(&app, again));
        }
    };
    let adding = Adding { member: member.id, page, text, now: app.now() };
    deed::done(&app, &member, &adding).await.map_err(|error| error.keeping(&kept))
}

/// A post about to be posted.
struct Adding {
    member: MemberId,
    page: Page,
    text: Text,
    now: DateTime<Utc>,
}

impl Deed for Adding {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let id = forum::add(change, self.member, &self.text).await?;
        Made::message(change, Place::Forum, self.member, id, &self.page, self.now).await
    }
}
