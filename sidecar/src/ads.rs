//! Market and dating ads of members: written, looked at, posted, deleted.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::own_ads;
use generator::model::{Board, MemberId, Text, TextFormat};
use generator::page::{Page, Part};
use generator::publish::ads::{self, AdText};
use generator::publish::{Change, Shared};
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;
use generator::text::printable;
use generator::view::Html;
use generator::view::screen::{self, Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::{Nothing, Posted, Written};
use crate::pace::TooFast;
use crate::routes::{Route, get, post};
use crate::visitor::Member;
use crate::writing::SAME_TEXT_WINDOW;
use crate::writing::deed::{self, Deed, Made};

/// Characters of an ad.
const TEXT_CHARS_MAX: usize = 5_000;
/// Characters of each other field.
const LINE_CHARS_MAX: usize = 100;
/// One's own ads that are listed.
const NEWEST: i64 = 30;

/// The addresses of this area.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let board = format!("{}{{board}}/", paths.url(&paths.ads));
    let delete = format!("{board}{{id}}/{}/", paths.delete);
    vec![get(board.clone(), show), post(board, create), post(delete, remove)]
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

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Fields {
    group: String,
    name: String,
    email: String,
    phone: String,
    mobile: String,
    area: String,
    age: String,
    experience: String,
    text: String,
    /// Filled in by machines alone.
    homepage: String,
    /// `post` or `preview`.
    r#do: String,
}

#[derive(Serialize)]
struct AdsView {
    action: String,
    board_url: String,
    is_dating: bool,
    groups: Vec<GroupView>,
    fields: Fields,
    chars_max: usize,
    days: i64,
    fault: Option<String>,
    preview: Option<Html>,
    own: Vec<OwnView>,
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

/// The form, and what is there of one's own.
async fn show(State(app): State<Arc<App>>, member: Member, on: On) -> Result<Response> {
    let fields = Fields { name: member.nick.clone(), ..Fields::default() };
    form(&app, &member, on.board, fields, StatusCode::OK, None, None).await
}

/// Posts an ad, or shows how it will look.
async fn create(State(app): State<Arc<App>>, on: On, written: Written<Fields>) -> Result<Response> {
    let Written { member, form: sent, kept } = written;
    let site = app.site();
    let fields = tidy(sent);
    let keeping = |error: Error| error.keeping(&kept);
    if let Some(fault) = wrong(&site, on.board, &fields) {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return form(&app, &member, on.board, fields, status, Some(fault), None).await.map_err(keeping);
    }
    let body = Text { source: fields.text.clone(), format: TextFormat::Markdown };
    let is_preview = fields.r#do == "preview";
    let pace = if is_preview { &app.paces.preview } else { &app.paces.writing };
    if let Err(TooFast(seconds)) = pace.take(member.id.0, app.now()) {
        let fault = Some(site.locale.text("write-too-fast", &[("seconds", seconds.into())]));
        return form(&app, &member, on.board, fields, StatusCode::TOO_MANY_REQUESTS, fault, None).await.map_err(keeping);
    }
    if is_preview {
        let preview = Some(screen::message(&site, &body, screen::MESSAGE_HEADING_LEVEL));
        return form(&app, &member, on.board, fields, StatusCode::OK, None, preview).await.map_err(keeping);
    }
    let text = AdText {
        group: fields.group,
        name: fields.name,
        email: fields.email,
        phone: fields.phone,
        mobile: fields.mobile,
        area: fields.area,
        age: fields.age,
        experience: fields.experience,
        body,
    };
    let adding = Adding { member: member.id, board: on.board, text, now: app.now() };
    deed::done(&app, &member, &adding).await.map_err(keeping)
}

/// Fields as they are kept: lines in one line, no control character, nothing around them.
fn tidy(sent: Fields) -> Fields {
    let line = |value: String| printable(&value.replace(['\r', '\n'], " ")).trim().to_owned();
    Fields {
        group: line(sent.group),
        name: line(sent.name),
        email: line(sent.email),
        phone: line(sent.phone),
        mobile: line(sent.mobile),
        area: line(sent.area),
        age: line(sent.age),
        experience: line(sent.experience),
        text: printable(&sent.text.replace("\r\n", "\n")).trim_end().to_owned(),
        ..sent
    }
}

/// What is wrong with an ad.
fn wrong(site: &Site, board: Board, fields: &Fields) -> Option<String> {
    let say = |message: &'static str| Some(site.locale.text(message, &[]));
    let Fields { name, email, phone, mobile, area, age, experience, .. } = fields;
    if fields.text.trim().is_empty() {
        return say("write-empty");
    }
    if fields.text.chars().count() > TEXT_CHARS_MAX {
        return Some(site.locale.text("write-long", &[("chars", (TEXT_CHARS_MAX as i64).into())]));
    }
    if !fields.homepage.is_empty() {
        return say("write-trapped");
    }
    if !site.groups(board).unwrap_or_default().iter().any(|group| group.key == fields.group) {
        return say("ad-group-missing");
    }
    if name.is_empty() {
        return say("ad-name-missing");
    }
    let lines = [name, email, phone, mobile, area, age, experience];
    if lines.iter().any(|line| line.chars().count() > LINE_CHARS_MAX) {
        return say("ad-line-long");
    }
    if !email.is_empty() && !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return say("ad-email-wrong");
    }
    if email.is_empty() && phone.is_empty() && mobile.is_empty() {
        return say("ad-contact-missing");
    }
    None
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
        let anchor = format!("#i{}", before.unwrap_or(own.number));
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

fn head(board: Board) -> Page {
    Page::Ads { board, group: None, part: Part::Head }
}

async fn form(
    app: &App,
    member: &Member,
    board: Board,
    fields: Fields,
    status: StatusCode,
    fault: Option<String>,
    preview: Option<Html>,
) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let own = own_ads::newest(&mut app.snapshot().await?, member.id, board, NEWEST).await?;
    let action = format!("{}{}/", paths.url(&paths.ads), board.key());
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
                url: format!("{board_url}#i{}", ad.number),
                delete_url: format!("{action}{}/{}/", ad.id, paths.delete),
                posted: ad.posted_at.map(|at| moment(&site, at)),
                expires: ad.expires_at.map(|at| moment(&site, at)),
                body: screen::message(&site, &Text { source: ad.body, format: ad.body_format }, 3),
            })
            .collect(),
        is_dating: board == Board::Dating,
        chars_max: TEXT_CHARS_MAX,
        days: site.board(board).map_or(0, |board| board.expire_after_days),
        action: action.clone(),
        board_url,
        fields,
        fault,
        preview,
    };
    let title = site.locale.text(if board == Board::Dating { "ad-new-dating" } else { "ad-new-market" }, &[]);
    Ok(crate::screen::page(app, "ads", status, &action, &title, view))
}
