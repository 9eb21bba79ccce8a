//! Who gave a work how many stars. Members see it: as a page, and, for the script of a work's static page, as JSON.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::voters::{self, Voter};
use generator::model::CreationId;
use generator::page::Page;
use generator::site::Site;
use generator::site::sidecar_paths::{API, SidecarPaths};
use generator::text::order;
use generator::text::slug::slug_or;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::{Number, Query};
use crate::me::json;
use crate::routes::{Route, get};
use crate::screen;
use crate::visitor::Member;
use crate::writing::places::{self, Link};

/// Votes that are shown of one work: more than any has had in twenty years.
const SHOWN: i64 = 1_000;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    vec![get(format!("{}{{id}}/", paths.url(&paths.votes)), show), get(format!("/{API}/voters"), list)]
}

/// Which work.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct About {
    creation: i64,
}

#[derive(Serialize)]
struct VotersView {
    work: Link,
    groups: Vec<Group>,
}

/// Those who gave the same.
#[derive(Serialize)]
struct Group {
    stars: i64,
    /// The word for so many stars.
    word: String,
    voters: Vec<VoterView>,
}

#[derive(Serialize)]
struct VoterView {
    nick: String,
    url: String,
}

/// The page.
pub async fn show(State(app): State<Arc<App>>, _: Member, Number(id): Number) -> Result<Response> {
    let site = app.site();
    let view = of(&app, &site, CreationId(id)).await?;
    let paths = &site.config.sidecar;
    let title = site.locale.text("voters-title", &[]);
    Ok(screen::page(&app, "voters", StatusCode::OK, &format!("{}{id}/", paths.url(&paths.votes)), &title, view))
}

/// The same for scripts.
pub async fn list(State(app): State<Arc<App>>, _: Member, Query(about): Query<About>) -> Result<Response> {
    Ok(json(&of(&app, &app.site(), CreationId(about.creation)).await?))
}

/// The votes on a work that is public and rated.
async fn of(app: &App, site: &Site, id: CreationId) -> Result<VotersView> {
    let mut tx = app.snapshot().await?;
    let (page, work) = places::creation(&mut tx, site, id).await?.ok_or(Fault::NotFound)?;
    let Page::Creation { section, .. } = page else { return Err(Fault::NotFound.into()) };
    if !site.section(&section).is_some_and(|section| site.kind(section).rated) {
        return Err(Fault::NotFound.into());
    }
    let voters = voters::of_creation(&mut tx, id, SHOWN).await?;
    drop(tx);
    let mut groups: Vec<Group> = Vec::new();
    for voter in voters {
        if groups.last().is_none_or(|group| group.stars != voter.stars) {
            let word = site.locale.text("rating-word", &[("stars", voter.stars.into())]);
            groups.push(Group { stars: voter.stars, word, voters: Vec::new() });
        }
        groups.last_mut().expect("one was just added").voters.push(shown(site, voter));
    }
    for group in &mut groups {
        group.voters.sort_by_cached_key(|voter| order::sort_key(&voter.nick, &site.config.language));
    }
    Ok(VotersView { work, groups })
}

fn shown(site: &Site, voter: Voter) -> VoterView {
    let slug = slug_or(&voter.nick, &site.config.paths.person_without_slug);
    VoterView { url: site.path(&Page::Member(voter.member_id), &slug), nick: voter.nick }
}
