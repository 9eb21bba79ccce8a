//! Votes on creations: 0 to 5 stars, changed once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::own_messages;
use generator::model::{CreationId, MemberId};
use generator::publish::{Change, Shared, votes};
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Written;
use crate::routes::{Route, post};
use crate::writing::deed::{Deed, Made};
use crate::writing::{deed, places};

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
pub async fn cast(State(app): State<Arc<App>>, written: Written<Ballot>) -> Result<Response> {
    let Written { member, form, kept } = written;
    let within_pace = app.paces.voting.take(member.id.0, app.now());
    within_pace.map_err(|too_fast| Error::from(too_fast).keeping(&kept))?;
    let casting = Casting { member: member.id, ballot: form, site: app.site() };
    deed::done(&app, &member, &casting).await.map_err(|error| error.keeping(&kept))
}

/// A ballot about to be cast.
struct Casting {
    member: MemberId,
    ballot: Ballot,
    site: Arc<Site>,
}

impl Deed for Casting {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let (creation, stars) = (CreationId(self.ballot.creation), self.ballot.stars);
        let (page, _) = places::creation(change.tx(), &self.site, creation).await?.ok_or(Fault::NotFound)?;
        votes::lock(change, creation).await?;
        match own_messages::vote(change.tx(), creation, self.member).await? {
            Some((before, is_changed)) if is_changed && before != stars => return Err(Fault::VotedTwice.into()),
            _ => votes::cast(change, creation, self.member, stars).await?,
        }
        Ok(Made { page, anchor: String::new(), is_new: true })
    }
}
