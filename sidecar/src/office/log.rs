//! The audit log: what editors did, the newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::audit::{self, Action, Noted};
use generator::site::Site;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::Query;

use super::desk::SiteDesk;

/// Acts on a page.
const PAGE: i64 = 50;
/// Stands for all pages of the site, where an act is done to a page.
pub const EVERYTHING: &str = "*";

/// Which acts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Those before this row.
    before: Option<i64>,
}

#[derive(Serialize)]
struct LogView {
    entries: Vec<EntryView>,
    older: Option<String>,
}

/// An act as pages show it.
#[derive(Serialize)]
pub struct EntryView {
    done: Moment,
    nick: String,
    action: String,
    thing: String,
    summary: String,
    url: Option<String>,
}

/// A page of it.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let before = asked.before.unwrap_or(i64::MAX);
    let mut noted = audit::before(&mut app.snapshot().await?, before, PAGE + 1).await?;
    let has_more = noted.len() > PAGE as usize;
    noted.truncate(PAGE as usize);
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_log);
    let older = noted.last().filter(|_| has_more).map(|last| format!("{url}?before={}", last.id));
    let entries = noted.into_iter().map(|noted| entry(&site, noted)).collect();
    let title = site.locale.text("office-log", &[]);
    Ok(super::page(&app, &desk, "log", &url, &title, LogView { entries, older }))
}

/// An act as pages show it.
pub fn entry(site: &Site, noted: Noted) -> EntryView {
    let paths = &site.config.sidecar;
    let url = match noted.kind.as_str() {
        "member" => Some(format!("{}{}/", paths.url(&paths.office_members), noted.item)),
        kind if super::item::Kind::of_word(kind).is_some() => {
            Some(format!("{}{kind}/{}/", paths.url(&paths.office_item), noted.item))
        }
        _ => None,
    };
    let is_everything = noted.kind == "output" && noted.item == EVERYTHING;
    EntryView {
        done: moment(site, noted.done_at),
        nick: noted.nick,
        action: Action::of_word(&noted.action)
            .map_or(noted.action.clone(), |action| site.locale.text(message(action), &[])),
        thing: match is_everything {
            true => site.locale.text("office-everything", &[]),
            false => thing(site, &noted.kind),
        },
        summary: if is_everything { String::new() } else { noted.summary },
        url,
    }
}

/// What a kind of thing is called.
fn thing(site: &Site, kind: &str) -> String {
    match super::item::Kind::of_word(kind) {
        Some(kind) => site.locale.text(kind.message(), &[]),
        None if kind == "member" => site.locale.text("office-thing-member", &[]),
        None if kind == "registration" => site.locale.text("office-thing-registration", &[]),
        None if kind == "waiting-ad" => site.locale.text("office-thing-ad", &[]),
        None if kind == "report" => site.locale.text("office-thing-report", &[]),
        None => site.locale.text("office-thing-page", &[]),
    }
}

fn message(action: Action) -> &'static str {
    match action {
        Action::Added => "office-did-added",
        Action::Edited => "office-did-edited",
        Action::Deleted => "office-did-deleted",
        Action::Unpublished => "office-did-unpublished",
        Action::Published => "office-did-published",
        Action::Scheduled => "office-did-scheduled",
        Action::Moved => "office-did-moved",
        Action::Assigned => "office-did-assigned",
        Action::Returned => "office-did-returned",
        Action::Rejected => "office-did-rejected",
        Action::Banned => "office-did-banned",
        Action::Unbanned => "office-did-unbanned",
        Action::RoleChanged => "office-did-role-changed",
        Action::AddressChanged => "office-did-address-changed",
        Action::Hidden => "office-did-hidden",
        Action::RenderedAgain => "office-did-rendered-again",
        Action::Settled => "office-did-settled",
    }
}
