//! Votes on creations: 0 to 5 stars, changed once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::own_messages;
use generator::model::CreationId;
use generator::publish::votes;
use generator::site::sidecar_paths::SidecarPaths;
use serde::Deserialize;

use crate::app::{App, begun};
use crate::error::{Fault, Result};
use crate::form::Posted;
use crate::routes::{Route, post};
use crate::visitor::Member;
use crate::writing::{answer, places};

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![post(paths.url(&paths.votes), cast)]
}

/// What the form on a creation's page sends.
#[derive(Debug, Deserialize)]
pub struct Ballot {
    creation: i64,
    stars: i64,
}

/// Casts a vote, or changes it.
pub async fn cast(State(app): State<Arc<App>>, posted: Posted<Ballot>) -> Result<Response> {
    let Posted { member, form, kept, .. } = posted;
    app.paces.voting.take(member.id.0, app.now())?;
    write(&app, &member, &form).await.map_err(|error| error.keeping(&kept))
}

async fn write(app: &App, member: &Member, ballot: &Ballot) -> Result<Response> {
    let creation = CreationId(ballot.creation);
    let door = app.open_door()?;
    let mut change = begun(door.begin(app.now())).await?;
    let (page, _) = places::creation(change.tx(), &door.site, creation).await?.ok_or(Fault::NotFound)?;
    votes::lock(&mut change, creation).await?;
    match own_messages::vote(change.tx(), creation, member.id).await? {
        Some((stars, is_changed)) if is_changed && stars != ballot.stars => return Err(Fault::VotedTwice.into()),
        _ => votes::cast(&mut change, creation, member.id, ballot.stars).await?,
    }
    let marked = change.commit().await?;
    answer::shown(app, &door, &marked, &page, "").await
}
