//! What readers told the editors.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::reports::{self, Report};
use generator::publish::{Alone, Change};
use generator::text::excerpt;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Query;

use super::act::{self, Act, Done};
use super::desk::{Desk, Realm, Rights, Sent};
use super::item::state::said;

/// Reports shown of each sort.
const SHOWN: i64 = 50;
/// Characters of what came of a report.
const NOTE_CHARS_MAX: usize = 500;

/// What the page says once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
}

/// What settles a report.
#[derive(Debug, Deserialize)]
pub struct Fields {
    report: i64,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct ReportsView {
    action: String,
    waiting: Vec<ReportView>,
    settled: Vec<ReportView>,
}

#[derive(Serialize)]
struct ReportView {
    id: i64,
    path: String,
    body: String,
    nick: Option<String>,
    reported: Moment,
    settled: Option<Moment>,
    settled_by: String,
    note: String,
}

/// The queue, and what was settled last.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    desk.permit(&Realm::Site)?;
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let waiting = reports::waiting(&mut tx, SHOWN).await?;
    let settled = reports::settled(&mut tx, SHOWN).await?;
    drop(tx);
    let view = |report: Report| ReportView {
        id: report.id,
        path: report.path,
        body: report.body,
        nick: report.nick,
        reported: moment(&site, report.reported_at),
        settled: report.settled_at.map(|at| moment(&site, at)),
        settled_by: report.settled_by,
        note: report.note,
    };
    let url = paths.url(&paths.office_reports);
    let title = site.locale.text("office-reports", &[]);
    let view = ReportsView {
        action: url.clone(),
        waiting: waiting.into_iter().map(view).collect(),
        settled: settled.into_iter().map(view).collect(),
    };
    let said = said(&site, &asked.said);
    Ok(super::page_saying(&app, &desk, "reports", StatusCode::OK, &url, &title, said, view))
}

/// Settles one.
pub async fn send(State(app): State<Arc<App>>, sent: Sent<Fields>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let site = app.site();
    let paths = &site.config.sidecar;
    let settling = Settling {
        id: form.report,
        note: excerpt(&form.note, NOTE_CHARS_MAX),
        nick: &desk.member.nick,
        next: format!("{}?said=settled", paths.url(&paths.office_reports)),
        now: app.now(),
    };
    act::done(&app, &desk.member, &settling).await.map_err(|error| error.keeping(&kept))
}

/// A report about to be settled.
struct Settling<'a> {
    id: i64,
    note: String,
    nick: &'a str,
    next: String,
    now: DateTime<Utc>,
}

impl Act for Settling<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let permit = rights.permit(&Realm::Site)?;
        let settled = reports::settle(change.tx(), self.id, self.nick, &self.note, self.now).await?;
        let path = settled.ok_or(Fault::NotFound)?;
        let summary = format!("{path} {}", self.note);
        let entry = Entry { action: Action::Settled, kind: "report", item: self.id.to_string(), summary };
        Ok(Done { permit, entries: vec![entry], page: None, next: self.next.clone() })
    }
}
