//! Market and dating ads: written, looked at, posted, deleted. Those of members are public at once; [`guests`] has the way
//! of those without an account.

pub mod fields;
pub mod guests;
pub mod links;
pub mod view;

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_ads;
use generator::model::{Board, MemberId, Text};
use generator::page::{Page, Part};
use generator::publish::ads::{self, AdText};
use generator::publish::{Change, Shared};
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::view::Html;
use generator::view::screen::{self, Moment, moment};
use serde::Serialize;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::{Nothing, Offered, Posted};
use crate::pace::TooFast;
use crate::routes::{Route, get, post};
use crate::visitor::{Member, Visitor};
use crate::writing::SAME_TEXT_WINDOW;
use crate::writing::deed::{self, Deed, Made};

use self::fields::{Fields, TEXT_CHARS_MAX};

/// One's own ads that are listed.
pub const NEWEST: i64 = 30;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let board = format!("{}{{board}}/", paths.url(&paths.ads));
    let delete = format!("{board}{{id}}/{}/", paths.delete);
    let by_link = |path: &str| format!("{}{{secret}}/", paths.url(path));
    vec![
        get(board.clone(), show),
        post(board, create),
        post(delete, remove),
        get(by_link(&paths.ad_confirm), links::ask_to_confirm),
        post(by_link(&paths.ad_confirm), links::confirm),
        get(by_link(&paths.ad_withdraw), links::ask_to_withdraw),
        post(by_link(&paths.ad_withdraw), links::withdraw),
    ]
}

/// A board that the site has, and perhaps an ad on it.
pub struct On {
    board: Board,
    id: i64,
}

impl FromRequestParts<Arc<App>> for On {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<On> {
        let named = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let Ok(Path(named)) = named else { return Err(Fault::NotFound.into()) };
        let of = |wanted: &str| named.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value);
        let board = Board::ALL.into_iter().find(|board| board.key() == of("board"));
        let board = board.filter(|board| app.site().board(*board).is_some()).ok_or(Fault::NotFound)?;
        Ok(On { board, id: of("id").parse().unwrap_or_default() })
    }
}

#[derive(Serialize)]
struct AdsView {
    action: String,
    board_url: String,
    is_dating: bool,
    /// Whether it is written without an account.
    is_guest: bool,
    groups: Vec<GroupView>,
    fields: Fields,
    chars_max: usize,
    days: i64,
    fault: Option<String>,
    preview: Option<Html>,
    own: Vec<OwnView>,
    /// The address that a link has been sent to.
    sent_to: Option<String>,
}

#[derive(Serialize)]
struct GroupView {
    key: String,
    label: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct OwnView {
    url: String,
    delete_url: String,
    posted: Option<Moment>,
    expires: Option<Moment>,
    body: Html,
}

/// What becomes of the form.
struct Answered {
    status: StatusCode,
    fault: Option<String>,
    preview: Option<Html>,
    sent_to: Option<String>,
}

impl Answered {
    /// It is there to be filled in.
    const EMPTY: Answered = Answered { status: StatusCode::OK, fault: None, preview: None, sent_to: None };

    fn refused(status: StatusCode, fault: String) -> Answered {
        Answered { status, fault: Some(fault), ..Answered::EMPTY }
    }
}

/// The form, and what is there of one's own.
async fn show(State(app): State<Arc<App>>, visitor: Visitor, on: On) -> Result<Response> {
    let fields = match &visitor.member {
        Some(member) => Fields::of_member(&member.nick),
        None => Fields::of_guest(),
    };
    form(&app, visitor.member.as_ref(), on.board, fields, Answered::EMPTY).await
}

/// Posts an ad, or shows how it will look.
async fn create(State(app): State<Arc<App>>, on: On, offered: Offered<Fields>) -> Result<Response> {
    let Offered { member, client, form: sent, kept } = offered;
    let (who, board) = (member.as_ref(), on.board);
    if who.is_none() && !sent.is_of_guest() {
        return Err(Error::from(Fault::LoginFirst).keeping(&kept));
    }
    let answered = async {
        let site = app.site();
        let fields = sent.tidy();
        if let Some(fault) = fields.wrong(&site, board) {
            let answered = Answered::refused(StatusCode::UNPROCESSABLE_ENTITY, fault);
            return form(&app, who, board, fields, answered).await;
        }
        let now = app.now();
        let within_pace = match (who, fields.is_preview()) {
            (Some(member), true) => app.paces.preview.take(member.id.0, now),
            (Some(member), false) => app.paces.writing.take(member.id.0, now),
            (None, true) => app.paces.preview_by_client.take(client.limit_key(), now),
            (None, false) => guests::within_pace(&app, client, &fields.email, now),
        };
        if let Err(TooFast(seconds)) = within_pace {
            let fault = site.locale.text("write-too-fast", &[("seconds", seconds.into())]);
            let answered = Answered::refused(StatusCode::TOO_MANY_REQUESTS, fault);
            return form(&app, who, board, fields, answered).await;
        }
        if fields.is_preview() {
            let preview = Some(screen::message(&site, &fields.body(), screen::MESSAGE_HEADING_LEVEL));
            return form(&app, who, board, fields, Answered { preview, ..Answered::EMPTY }).await;
        }
        match who {
            Some(member) => {
                deed::done(&app, member, &Adding { member: member.id, board, text: fields.ad(), now }).await
            }
            None => {
                guests::keep(&app, board, &fields, now).await?;
                let sent_to = Some(fields.email.clone());
                form(&app, None, board, fields, Answered { sent_to, ..Answered::EMPTY }).await
            }
        }
    };
    answered.await.map_err(|error: Error| error.keeping(&kept))
}

/// An ad about to be posted.
struct Adding {
    member: MemberId,
    board: Board,
    text: AdText,
    now: DateTime<Utc>,
}

impl Deed for Adding {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let id = ads::add(change, self.board, Some(self.member), &self.text).await?;
        let own = own_ads::by_id(change.tx(), self.member, self.board, id).await?.ok_or(Fault::NotFound)?;
        let since = self.now - SAME_TEXT_WINDOW;
        let before = own_ads::same_before(change.tx(), self.member, self.board, &own, since).await?;
        let anchor = anchor(before.unwrap_or(own.number));
        Ok(Made { page: head(self.board), anchor, is_new: before.is_none() })
    }
}

/// Deletes an ad of one's own.
async fn remove(State(app): State<Arc<App>>, on: On, posted: Posted<Nothing>) -> Result<Response> {
    deed::done(&app, &posted.member, &Removing { member: posted.member.id, on }).await
}

/// An ad about to go.
struct Removing {
    member: MemberId,
    on: On,
}

impl Deed for Removing {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let On { board, id } = self.on;
        own_ads::by_id(change.tx(), self.member, board, id).await?.ok_or(Fault::NotFound)?;
        ads::delete(change, id).await?;
        Ok(Made { page: head(board), anchor: String::new(), is_new: true })
    }
}

/// The first page of a board.
pub fn head(board: Board) -> Page {
    Page::Ads { board, group: None, part: Part::Head }
}

/// Whether the site has a board with such a group; either may be gone since an ad was written.
pub fn has_group(site: &Site, board: Board, group: &str) -> bool {
    site.board(board).is_some() && site.groups(board).unwrap_or_default().iter().any(|known| known.key == group)
}

/// Where an ad stands on its page.
fn anchor(number: i64) -> String {
    format!("#i{number}")
}

/// Where an ad is written.
pub fn url(site: &Site, board: Board) -> String {
    let paths = &site.config.sidecar;
    format!("{}{}/", paths.url(&paths.ads), board.key())
}

fn title(site: &Site, board: Board) -> String {
    site.locale.text(if board == Board::Dating { "ad-new-dating" } else { "ad-new-market" }, &[])
}

async fn form(
    app: &App,
    member: Option<&Member>,
    board: Board,
    fields: Fields,
    answered: Answered,
) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let own = match member {
        Some(member) => own_ads::newest(&mut app.snapshot().await?, member.id, board, NEWEST).await?,
        None => Vec::new(),
    };
    let action = url(&site, board);
    let board_url = site.path(&head(board), "");
    let groups = site.groups(board).unwrap_or_default();
    let view = AdsView {
        groups: groups
            .iter()
            .map(|group| GroupView {
                key: group.key.clone(),
                label: group.label.clone(),
                is_chosen: group.key == fields.group,
            })
            .collect(),
        own: own
            .into_iter()
            .map(|ad| OwnView {
                url: format!("{board_url}{}", anchor(ad.number)),
                delete_url: format!("{action}{}/{}/", ad.id, paths.delete),
                posted: ad.posted_at.map(|at| moment(&site, at)),
                expires: ad.expires_at.map(|at| moment(&site, at)),
                body: screen::message_among(
                    &site,
                    &Text { source: ad.body, format: ad.body_format },
                    3,
                    &format!("ad{}", ad.id),
                ),
            })
            .collect(),
        is_dating: board == Board::Dating,
        is_guest: member.is_none(),
        chars_max: TEXT_CHARS_MAX,
        days: site.board(board).map_or(0, |board| board.expire_after_days),
        action: action.clone(),
        board_url,
        fields,
        fault: answered.fault,
        preview: answered.preview,
        sent_to: answered.sent_to,
    };
    Ok(crate::screen::page(app, "ads", answered.status, &action, &title(&site, board), view))
}
