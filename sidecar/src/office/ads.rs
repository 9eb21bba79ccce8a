//! The queue of ads by people without an account whose first one it is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::guest_ads::{self, GuestAd};
use generator::db::mails::{self, About, NewMail};
use generator::publish::{Alone, Change, ads};
use generator::site::Site;
use generator::text::{excerpt, lines};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::ads::view::AdView;
use crate::ads::{has_group, head};
use crate::app::App;
use crate::error::Result;
use crate::form::Query;
use crate::refusal::Refusal;

use super::act::{self, Act, Done, Verdict};
use super::desk::{Realm, Rights, Sent, SiteDesk};
use super::item::Kind;
use super::said::{self, Said};

/// Ads on the page; the others come when these are decided.
const SHOWN: i64 = 50;
/// The longest note to somebody.
const NOTE_CHARS_MAX: usize = 2_000;
/// Characters of an ad in the audit log.
const SUMMARY_CHARS_MAX: usize = 100;

/// An editor's decision.
#[derive(Debug, Deserialize)]
pub struct Decision {
    ad: i64,
    #[serde(default)]
    note: String,
    r#do: Verdict,
}

#[derive(Serialize)]
struct QueueView {
    action: String,
    ads: Vec<WaitingView>,
    /// How many more wait.
    more: i64,
    note_chars_max: usize,
}

#[derive(Serialize)]
struct WaitingView {
    id: i64,
    board: String,
    address: String,
    sent: Moment,
    #[serde(flatten)]
    ad: AdView,
}

/// What waits, the oldest first.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<said::Asked>) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let waiting = guest_ads::waiting(&mut tx, SHOWN).await?;
    let more = guest_ads::count_waiting(&mut tx).await? - waiting.len() as i64;
    drop(tx);
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_ads);
    let ads = waiting.into_iter().map(|guest| WaitingView::new(&site, guest)).collect();
    let view = QueueView { action: url.clone(), ads, more, note_chars_max: NOTE_CHARS_MAX };
    let title = site.locale.text("office-ads", &[]);
    let said = asked.text(&site);
    Ok(super::page_saying(&app, &desk, "ads", StatusCode::OK, &url, &title, said, view))
}

impl WaitingView {
    fn new(site: &Site, guest: GuestAd) -> WaitingView {
        WaitingView {
            id: guest.id,
            board: site.title(&head(guest.board)).unwrap_or_default(),
            address: guest.address,
            sent: moment(site, guest.sent_at),
            // Below the heading with the name.
            ad: AdView::new(site, guest.board, guest.text, 2, &format!("ad{}", guest.id)),
        }
    }
}

/// Decides; the author hears of it by mail.
pub async fn send(State(app): State<Arc<App>>, sent: Sent<Decision, SiteDesk>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let site = app.site();
    let paths = &site.config.sidecar;
    let deciding = Deciding {
        site: &site,
        note: lines(&form.note).chars().take(NOTE_CHARS_MAX).collect(),
        next: paths.url(&paths.office_ads),
        decision: form,
        now: app.now(),
    };
    let decided = act::done(&app, &desk.member, &deciding).await.map_err(|error| error.keeping(&kept));
    app.mail_waits.notify_one();
    decided
}

/// A decision about to be carried out.
struct Deciding<'a> {
    site: &'a Site,
    decision: Decision,
    note: String,
    next: String,
    now: DateTime<Utc>,
}

impl Act for Deciding<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let permit = rights.permit(&Realm::Site)?;
        let Deciding { decision, note, now, .. } = self;
        // Another editor was quicker, or its author has taken it away.
        let waiting = guest_ads::by_id(change.tx(), decision.ad).await?;
        let waiting = waiting.filter(|guest| guest.state == guest_ads::State::Waiting);
        let waiting = waiting.ok_or_else(|| Refusal::conflict("office-ad-decided"))?;
        let GuestAd { id, board, address, text, .. } = waiting;
        let mail = NewMail { guest_ad: Some(id), nick: &text.name, note, ..NewMail::to(About::AdRejected, &address) };
        let (entry, page, said) = match decision.r#do {
            Verdict::Approve => {
                if !has_group(self.site, board, &text.group) {
                    return Err(Refusal::conflict("office-ad-group-gone").with("group", &text.group).into());
                }
                let ad = ads::add(change, board, None, &text).await?;
                guest_ads::approve(change.tx(), id, ad, *now).await?;
                mails::add(change.tx(), NewMail { about: About::AdApproved, ..mail }, *now).await?;
                let summary = excerpt(&text.body.source, SUMMARY_CHARS_MAX);
                let item = ad.to_string();
                (
                    Entry { action: Action::Published, kind: Kind::Ad.word(), item, summary },
                    Some(head(board)),
                    Said::Published,
                )
            }
            Verdict::Reject => {
                guest_ads::reject(change.tx(), id, *now).await?;
                mails::add(change.tx(), mail, *now).await?;
                // The log is kept for longer than what was rejected.
                let item = id.to_string();
                (
                    Entry { action: Action::Rejected, kind: "waiting-ad", item, summary: String::new() },
                    None,
                    Said::Rejected,
                )
            }
        };
        Ok(Done { permit, entries: vec![entry], page, said, next: self.next.clone() })
    }
}
