//! What readers told the editors.

pub mod ways;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::Tx;
use generator::db::audit::{self, Action, Entry};
use generator::db::reports::{self, Report};
use generator::publish::{Alone, Change};
use generator::site::Site;
use generator::text::{excerpt, printable};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Query;
use crate::refusal::Refusal;

use super::act::{self, Act, Done};
use super::desk::{Realm, Rights, Sent, SiteDesk};
use super::item::fields::digest;
use super::log::{EntryView, entry};
use super::said::{self, Said};

use self::ways::Way;

/// Reports shown of each sort.
const SHOWN: i64 = 50;
/// Characters of what came of a report.
const NOTE_CHARS_MAX: usize = 500;

/// Acts on a thing that are shown beside a report on it.
const ACTS: i64 = 5;

/// What settles a report.
#[derive(Debug, Deserialize)]
pub struct Fields {
    report: i64,
    /// What the editor has seen of it.
    #[serde(default)]
    version: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct ReportsView {
    action: String,
    waiting: Vec<ReportView>,
    settled: Vec<ReportView>,
    fault: Option<String>,
    /// What was typed to a report that cannot be settled any more.
    kept_note: Option<String>,
}

#[derive(Serialize)]
struct ReportView {
    id: i64,
    anchor: String,
    version: String,
    path: String,
    /// Where it is mended.
    way: Option<Way>,
    body: String,
    nick: Option<String>,
    reported: Moment,
    settled: Option<Moment>,
    settled_by: String,
    note: String,
    /// What editors did with the thing from the report on until it was settled.
    log: Vec<EntryView>,
}

/// Where a report stands on the page.
pub fn url_of(site: &Site, report: i64) -> String {
    let paths = &site.config.sidecar;
    format!("{}#{}", paths.url(&paths.office_reports), anchor(report))
}

fn anchor(report: i64) -> String {
    format!("report-{report}")
}

/// Names what an editor sees of a report.
fn version(report: &Report) -> String {
    digest(&[report.path.as_str(), report.body.as_str(), &report.reported_at.to_rfc3339()])
}

/// The queue, and what was settled last.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<said::Asked>) -> Result<Response> {
    let said = asked.text(&app.site());
    page(&app, &desk, StatusCode::OK, said, None, None).await
}

async fn page(
    app: &App,
    desk: &SiteDesk,
    status: StatusCode,
    said: Option<String>,
    fault: Option<String>,
    kept_note: Option<String>,
) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let (mut waiting, mut settled) = (Vec::new(), Vec::new());
    for report in reports::waiting(&mut tx, SHOWN).await? {
        waiting.push(view(&mut tx, &site, report).await?);
    }
    for report in reports::settled(&mut tx, SHOWN).await? {
        settled.push(view(&mut tx, &site, report).await?);
    }
    drop(tx);
    let url = paths.url(&paths.office_reports);
    let title = site.locale.text("office-reports", &[]);
    let view = ReportsView { action: url.clone(), waiting, settled, fault, kept_note };
    Ok(super::page_saying(app, desk, "reports", status, &url, &title, said, view))
}

async fn view(tx: &mut Tx, site: &Site, report: Report) -> Result<ReportView> {
    let way = ways::of(tx, site, &report.path, report.id).await?;
    let log = match (way.as_ref().and_then(|way| way.item.as_ref()), report.settled_at) {
        (Some(item), Some(settled)) => {
            let named = (item.kind.word(), item.key.as_str());
            audit::of_item_between(tx, named, (report.reported_at, settled), ACTS).await?
        }
        _ => Vec::new(),
    };
    Ok(ReportView {
        id: report.id,
        anchor: anchor(report.id),
        version: version(&report),
        way,
        nick: report.nick,
        reported: moment(site, report.reported_at),
        settled: report.settled_at.map(|at| moment(site, at)),
        log: log.into_iter().map(|noted| entry(site, noted)).collect(),
        path: report.path,
        body: report.body,
        settled_by: report.settled_by,
        note: report.note,
    })
}

/// Settles one.
pub async fn send(State(app): State<Arc<App>>, sent: Sent<Fields, SiteDesk>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let site = app.site();
    let paths = &site.config.sidecar;
    let note = printable(&form.note).trim().to_owned();
    let settling = Settling {
        id: form.report,
        version: form.version,
        note: excerpt(&note, NOTE_CHARS_MAX),
        nick: &desk.member.nick,
        next: paths.url(&paths.office_reports),
        now: app.now(),
    };
    match act::done(&app, &desk.member, &settling).await {
        Err(Error { fault: Fault::Refused(refusal), .. }) => {
            let fault = Some(refusal.text(&site));
            let kept_note = Some(note).filter(|note| !note.is_empty());
            page(&app, &desk, refusal.status(), None, fault, kept_note).await
        }
        done => done,
    }
    .map_err(|error| error.keeping(&kept))
}

/// A report about to be settled.
struct Settling<'a> {
    id: i64,
    version: String,
    note: String,
    nick: &'a str,
    next: String,
    now: DateTime<Utc>,
}

impl Act for Settling<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let permit = rights.permit(&Realm::Site)?;
        let report = reports::by_id(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
        if report.settled_at.is_some() {
            return Err(Refusal::conflict("office-report-settled").with("nick", report.settled_by).into());
        }
        // A number may be another report's by now.
        if version(&report) != self.version {
            return Err(Refusal::conflict("office-report-other").into());
        }
        reports::settle(change.tx(), self.id, self.nick, &self.note, self.now).await?;
        let summary = format!("{} {}", report.path, self.note);
        let entry = Entry { action: Action::Settled, kind: "report", item: self.id.to_string(), summary };
        Ok(Done { permit, entries: vec![entry], page: None, said: Said::Settled, next: self.next.clone() })
    }
}
