//! Logging in: by nick, or by an e-mail address that one account alone has. Who was about to post something takes it
//! along, and it is posted when they are in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use generator::db::bans::{self, Ban};
use generator::db::credentials::{self, Login};
use generator::db::{accounts, sessions};
use generator::site::Site;
use generator::view::screen::moment;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tower::ServiceExt;

use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Fault, Result};
use crate::form::{Form, Kept, Query};
use crate::front::is_own_path;
use crate::pace::TooFast;
use crate::password::Verified;
use crate::session::Token;
use crate::visitor::{Member, Visitor};
use crate::{routes, screen, session};

/// The longest name that is looked up: an e-mail address has no more characters.
const NAME_CHARS_MAX: usize = 254;

/// What the page of the login is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    next: String,
    /// `password` for whoever has just chosen one.
    chosen: String,
}

/// What its form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    name: String,
    password: String,
    next: String,
    kept_action: String,
    kept: String,
}

#[derive(Default, Serialize)]
struct LoginView<'a> {
    fault: Option<String>,
    is_chosen: bool,
    name: &'a str,
    next: &'a str,
    kept: Option<KeptView>,
    nick: Option<&'a str>,
    has_old_passwords: bool,
}

#[derive(Serialize)]
struct KeptView {
    action: String,
    encoded: String,
    /// What of it is a text, for the member to see that it is there.
    text: Option<String>,
}

impl KeptView {
    fn new(kept: &Kept) -> KeptView {
        KeptView { action: kept.action.clone(), encoded: kept.encoded(), text: kept.text().map(str::to_owned) }
    }
}

/// The form.
pub async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(way): Query<Way>,
    headers: HeaderMap,
) -> Response {
    let referrer = headers.get(header::REFERER).and_then(|referrer| referrer.to_str().ok());
    let before = || referrer.and_then(|url| app.front.own_path(url)).filter(|path| is_worth_a_return(&app, path));
    let next = Some(way.next.as_str()).filter(|next| is_own_path(next)).or_else(before).unwrap_or_default();
    let nick = visitor.member.as_ref().map(|member| member.nick.as_str());
    page(&app, StatusCode::OK, LoginView { is_chosen: way.chosen == "password", next, nick, ..LoginView::default() })
        .await
}

/// Not where one comes from without an account, nor a link from a mail, which is used up.
fn is_worth_a_return(app: &App, path: &str) -> bool {
    let paths = &app.site().config.sidecar;
    let others = [paths.login.as_str(), &paths.registration, &paths.password_reset].into_iter().chain(paths.links());
    !others.into_iter().any(|other| path.starts_with(&paths.url(other)))
}

/// What the form sends.
pub async fn send(
    State(app): State<Arc<App>>,
    client: Client,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let kept = Some(&fields.kept_action).filter(|action| is_own_path(action));
    let kept = kept.map(|action| Kept::decoded(action, &fields.kept));
    let answered = attempt(&app, client, &headers, &fields, kept.as_ref()).await;
    answered.map_err(|error| match &kept {
        Some(kept) => error.keeping(kept),
        None => error,
    })
}

async fn attempt(
    app: &Arc<App>,
    client: Client,
    headers: &HeaderMap,
    fields: &Fields,
    kept: Option<&Kept>,
) -> Result<Response> {
    let begun = Instant::now();
    let site = app.site();
    let name = fields.name.trim();
    let refused = async |status, fault| {
        let kept = kept.map(KeptView::new);
        let view = LoginView { fault: Some(fault), name, next: &fields.next, kept, ..LoginView::default() };
        page(app, status, view).await
    };
    if let Err(TooFast(seconds)) = within_pace(app, client, name) {
        let fault = site.locale.text("login-too-fast", &[("seconds", seconds.into())]);
        return Ok(refused(StatusCode::TOO_MANY_REQUESTS, fault).await);
    }
    let login = find(app, name).await?;
    let verified = app.passwords.verify(fields.password.clone(), login.as_ref()).await?;
    let entry = match &login {
        Some(_) if verified == Verified::Wrong => Entry::Wrong,
        Some(login) => let_in(app, headers, login, &verified).await?,
        None => Entry::Wrong,
    };
    match entry {
        Entry::Wrong => {
            wait_to_the_full(app, begun).await;
            Ok(refused(StatusCode::UNAUTHORIZED, site.locale.text("login-wrong", &[])).await)
        }
        Entry::Banned(ban) => Ok(refused(StatusCode::UNAUTHORIZED, why_banned(&site, ban)).await),
        Entry::In(token, member) => {
            app.paces.logged_in(name, client, app.now());
            let mut response = match kept {
                Some(kept) => post_on(app, kept, member, client, headers).await,
                None => screen::see(if fields.next.is_empty() { "/" } else { &fields.next }),
            };
            for cookie in token.cookies(&app.front) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
    }
}

fn within_pace(app: &App, client: Client, name: &str) -> std::result::Result<(), TooFast> {
    let now = app.now();
    app.paces.login_by_client.take(client.limit_key(), now)?;
    app.paces.login_under(name, client, now)
}

/// The answer to whoever has to log in first: the way to the form, or, with what was typed, the form itself.
pub async fn detour(app: &App, method: &Method, uri: &Uri, kept: Option<Kept>) -> Response {
    if method.is_safe() {
        let wanted = uri.path_and_query().map_or("/", |path| path.as_str());
        let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
        return screen::see(&format!("{}?{query}", own_url(app)));
    }
    // Where nothing was kept, the form is at the same address.
    let (message, next) = if kept.is_some() { ("login-first-kept", "") } else { ("login-first", uri.path()) };
    let text = app.site().locale.text(message, &[]);
    let kept = kept.as_ref().map(KeptView::new);
    page(app, StatusCode::UNAUTHORIZED, LoginView { fault: Some(text), next, kept, ..LoginView::default() }).await
}

fn own_url(app: &App) -> String {
    let paths = &app.site().config.sidecar;
    paths.url(&paths.login)
}

async fn page(app: &App, status: StatusCode, view: LoginView<'_>) -> Response {
    let view = LoginView { has_old_passwords: has_old_passwords(app).await, ..view };
    let title = app.site().locale.text("login-title", &[]);
    let mut response = screen::page(app, "login", status, &own_url(app), &title, view);
    if status == StatusCode::UNAUTHORIZED {
        // HTTP wants a scheme named; one that browsers do not know lets them show the page.
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Form"));
    }
    response
}

/// Whether anybody still has a password from a site that was imported; nobody knows while the database is away.
async fn has_old_passwords(app: &App) -> bool {
    let Ok(mut tx) = app.snapshot().await else { return false };
    credentials::is_any_old(&mut tx).await.unwrap_or(false)
}

async fn find(app: &App, name: &str) -> Result<Option<Login>> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.contains('\0') {
        return Ok(None);
    }
    let mut tx = app.snapshot().await?;
    Ok(match credentials::by_nick(&mut tx, name).await? {
        Some(login) => Some(login),
        None if name.contains('@') => credentials::by_email(&mut tx, name).await?,
        None => None,
    })
}

/// Lets nobody tell by the clock what was wrong: each kind of hash takes another time.
async fn wait_to_the_full(app: &App, begun: Instant) {
    let step = app.options.failed_login_time;
    let steps = begun.elapsed().as_millis() / step.as_millis().max(1) + 1;
    tokio::time::sleep_until(begun + step * u32::try_from(steps).unwrap_or(1)).await;
}

/// What somebody is told who knows the password of a banned account.
fn why_banned(site: &Site, ban: Option<Ban>) -> String {
    let mut texts = vec![site.locale.text("login-banned", &[])];
    if let Some(ban) = ban {
        texts.push(site.locale.text("login-banned-reason", &[("reason", ban.reason.into())]));
        if let Some(at) = ban.ends_at {
            texts.push(site.locale.text("login-banned-until", &[("until", moment(site, at).full.into())]));
        }
    }
    let paths = &site.config.sidecar;
    let url = site.absolute(&paths.url(&paths.report));
    texts.push(site.locale.text("login-banned-editors", &[("url", url.into())]));
    texts.join(" ")
}

/// What a name and a password lead to.
enum Entry {
    In(Token, Member),
    Banned(Option<Ban>),
    Wrong,
}

/// Begins a session, unless the member was banned or has chosen another password while this one was verified.
async fn let_in(app: &App, headers: &HeaderMap, login: &Login, verified: &Verified) -> Result<Entry> {
    let now = app.now();
    let member_id = login.member_id;
    let mut tx = app.write().await?;
    if !accounts::may_write(&mut tx, member_id).await? {
        return Ok(Entry::Banned(bans::of_member(&mut tx, member_id).await?));
    }
    if !credentials::is_still(&mut tx, member_id, login.hash.as_deref()).await? {
        return Ok(Entry::Wrong);
    }
    if let Verified::Outdated { old, new } = verified {
        credentials::renew(&mut tx, member_id, old, new).await?;
    }
    let token = session::begin(&mut tx, headers, &app.front, member_id, now).await?;
    accounts::logged_in(&mut tx, member_id, now).await?;
    let Some(session) = sessions::by_token(&mut tx, &token.hash(), now).await? else { return Ok(Entry::Banned(None)) };
    tx.commit().await?;
    let member = Member { id: session.member_id, nick: session.nick, role: session.role, session: session.id };
    Ok(Entry::In(token, member))
}

/// Sends what was typed before the detour to where it was sent first; see [`crate::form::Written`].
async fn post_on(app: &Arc<App>, kept: &Kept, member: Member, client: Client, headers: &HeaderMap) -> Response {
    let mut request = Request::post(&kept.action)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(member)
        .extension(client);
    if let Some(agent) = headers.get(header::USER_AGENT) {
        request = request.header(header::USER_AGENT, agent);
    }
    let nowhere = || Error::from(Fault::NotFound).keeping(kept).into_response();
    let Ok(request) = request.body(Body::from(kept.encoded())) else { return nowhere() };
    let response = match routes::router(app).with_state(Arc::clone(app)).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let is_answered = response.status() != StatusCode::NOT_FOUND || response.extensions().get::<Error>().is_some();
    if is_answered { response } else { nowhere() }
}
