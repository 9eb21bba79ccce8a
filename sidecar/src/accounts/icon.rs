//! A member's icon: brought, replaced, removed. It stands beside all that the member wrote.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::{accounts, own_profile, uploads};
use generator::page::Page;
use generator::publish::{Door, Marked, members};
use serde::{Deserialize, Serialize};

use crate::app::{App, begun, tried};
use crate::error::{Error, Fault, Result};
use crate::form::Query;
use crate::form::sent::Sent;
use crate::screen;
use crate::uploads::picture::{ICON, TYPES};
use crate::uploads::{Purpose, moving, take};
use crate::visitor::Member;
use crate::writing::answer;

/// The field of the file.
const FIELD: &str = "icon";

/// What the page says once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    saved: String,
}

#[derive(Serialize)]
struct IconView<'a> {
    nick: &'a str,
    icon: Option<PictureView>,
    /// An icon's size at most, in pixels; a larger picture is made smaller.
    width_max: u32,
    height_max: u32,
    megabytes: u64,
    accepts: &'static str,
    fault: Option<String>,
    is_saved: bool,
}

#[derive(Serialize)]
struct PictureView {
    url: String,
    width: Option<i64>,
    height: Option<i64>,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>, member: Member, Query(said): Query<Said>) -> Result<Response> {
    page(&app, &member, StatusCode::OK, None, said.saved == "1").await
}

/// What it sends: a picture, or that there shall be none.
pub async fn send(State(app): State<Arc<App>>, mut sent: Sent) -> Result<Response> {
    let member = sent.member.clone();
    if sent.text("do") == "remove" {
        return set(&app, &member, None).await;
    }
    let site = app.site();
    let refused = |fault| page(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, Some(fault), false);
    let Some(at) = sent.files.iter().position(|file| file.field == FIELD) else {
        return refused(site.locale.text("icon-missing", &[])).await;
    };
    app.paces.uploads.take(member.id.0, app.now())?;
    match take(&app, member.id, sent.files.swap_remove(at), Purpose::Icon).await? {
        Ok(kept) => set(&app, &member, Some(&kept.upload.path)).await,
        Err(refusal) => refused(refusal.text(&site.locale)).await,
    }
}

/// Gives the member an icon, or none, and leads back to the form when the profile shows it.
async fn set(app: &App, member: &Member, icon: Option<&str>) -> Result<Response> {
    if let Some(path) = icon {
        // Before any page names it, so that no reader sees a page without it.
        moving::prepare_file(app, path).await?;
    }
    let door = app.open_door()?;
    let marked = tried(|| put(app, &door, member, icon)).await?;
    answer::wait(app, &door, &marked, &Page::Member(member.id)).await;
    // The one before goes now that the profile shows it no more; other pages follow within a moment, as do files.
    if let Err(error) = moving::settle(app).await {
        tracing::debug!("cannot settle the files of an icon yet: {}", error.fault);
    }
    let site = app.site();
    let paths = &site.config.sidecar;
    Ok(screen::see(&format!("{}?saved=1", paths.url(&paths.icon))))
}

async fn put(app: &App, door: &Door, member: &Member, icon: Option<&str>) -> Result<Vec<Marked>> {
    let mut change = begun(door.begin_alone(app.now())).await?;
    if !accounts::may_write(change.tx(), member.id).await? {
        return Err(Fault::LoginFirst.into());
    }
    members::set_icon(&mut change, member.id, icon).await?;
    change.commit().await.map_err(Error::from)
}

async fn page(
    app: &App,
    member: &Member,
    status: StatusCode,
    fault: Option<String>,
    is_saved: bool,
) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let icon = own_profile::icon(&mut tx, member.id).await?;
    let known = match &icon {
        Some(path) => uploads::by_paths(&mut tx, std::slice::from_ref(path)).await?.remove(path),
        None => None,
    };
    drop(tx);
    let view = IconView {
        nick: &member.nick,
        icon: icon.map(|path| PictureView {
            url: site.upload_url(&path),
            width: known.as_ref().and_then(|known| known.width),
            height: known.as_ref().and_then(|known| known.height),
        }),
        width_max: ICON.0,
        height_max: ICON.1,
        megabytes: Purpose::Icon.bytes_max() / 1_000_000,
        accepts: TYPES,
        fault,
        is_saved,
    };
    let paths = &site.config.sidecar;
    let title = site.locale.text("icon-title", &[]);
    Ok(screen::page(app, "icon", status, &paths.url(&paths.icon), &title, view))
}
