//! Logging in: by nick, or by an e-mail address that one account alone has. Who was about to post something takes it
//! along, and it is posted when they are in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use generator::db::credentials::{self, Login};
use generator::db::{accounts, sessions};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tower::ServiceExt;

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::form::{Form, Kept, Query};
use crate::front::is_own_path;
use crate::password::{CHARS_MAX, Verified};
use crate::session::{AGENT_CHARS_MAX, LASTS, MEMBER_SESSIONS_MAX, Token};
use crate::visitor::{Member, Visitor};
use crate::{routes, screen};

/// The longest name that is looked up: an e-mail address has no more characters.
const NAME_CHARS_MAX: usize = 254;

/// What the page of the login is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Way {
    next: String,
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

#[derive(Serialize)]
struct LoginView<'a> {
    fault: Option<String>,
    name: &'a str,
    next: &'a str,
    kept: Option<KeptView>,
    nick: Option<&'a str>,
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
        let text = kept.fields.iter().find(|(name, value)| name == "text" && !value.trim().is_empty());
        KeptView { action: kept.action.clone(), encoded: kept.encoded(), text: text.map(|(_, value)| value.clone()) }
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
    let before = || referrer.and_then(|url| app.front.own_path(url)).filter(|path| !path.starts_with(&*own_url(&app)));
    let next = Some(way.next.as_str()).filter(|next| is_own_path(next)).or_else(before).unwrap_or_default();
    let nick = visitor.member.as_ref().map(|member| member.nick.as_str());
    page(&app, StatusCode::OK, LoginView { fault: None, name: "", next, kept: None, nick })
}

/// What the form sends.
pub async fn send(
    State(app): State<Arc<App>>,
    client: Client,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let begun = Instant::now();
    let kept = Some(&fields.kept_action).filter(|action| is_own_path(action));
    let kept = kept.map(|action| Kept::decoded(action, &fields.kept));
    let name = fields.name.trim();
    let now = app.now();
    let within_pace = app
        .paces
        .login_by_client
        .take(client.limit_key(), now)
        .and_then(|()| app.paces.login_by_name.take(name.to_lowercase(), now));
    let fault = match within_pace {
        Err(too_fast) => app.site().locale.text("login-too-fast", &[("seconds", too_fast.0.into())]),
        Ok(()) => {
            let login = find(&app, name).await?;
            // A longer one is hashed as none: it is nobody's.
            let is_too_long = fields.password.chars().count() > CHARS_MAX;
            let password = if is_too_long { String::new() } else { fields.password.clone() };
            let verified = app.passwords.verify(password, login.as_ref()).await?;
            match login.filter(|_| verified != Verified::Wrong) {
                Some(login) if !login.banned => {
                    app.paces.login_by_name.forgive(name.to_lowercase());
                    return let_in(&app, &headers, login, verified, &fields.next, kept).await;
                }
                Some(_) => app.site().locale.text("login-banned", &[]),
                None => {
                    wait_to_the_full(&app, begun).await;
                    app.site().locale.text("login-wrong", &[])
                }
            }
        }
    };
    let view =
        LoginView { fault: Some(fault), name, next: &fields.next, kept: kept.as_ref().map(KeptView::new), nick: None };
    let status = if within_pace.is_err() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
    Ok(page(&app, status, view))
}

/// The answer to whoever has to log in first: the way to the form, or, with what was typed, the form itself.
pub fn detour(app: &App, method: &Method, uri: &Uri, kept: Option<Kept>) -> Response {
    if method.is_safe() {
        let wanted = uri.path_and_query().map_or("/", |path| path.as_str());
        let query = serde_urlencoded::to_string([("next", wanted)]).unwrap_or_default();
        return screen::see(&format!("{}?{query}", own_url(app)));
    }
    let text = app.site().locale.text("login-first", &[]);
    let kept = kept.as_ref().map(KeptView::new);
    page(app, StatusCode::UNAUTHORIZED, LoginView { fault: Some(text), name: "", next: "", kept, nick: None })
}

fn own_url(app: &App) -> String {
    let paths = &app.site().config.sidecar;
    paths.url(&paths.login)
}

fn page(app: &App, status: StatusCode, view: LoginView<'_>) -> Response {
    let title = app.site().locale.text("login-title", &[]);
    let mut response = screen::page(app, "login", status, &own_url(app), &title, view);
    if status == StatusCode::UNAUTHORIZED {
        // HTTP wants a scheme named; one that browsers do not know lets them show the page.
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Form"));
    }
    response
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

/// A new session, under a token that nobody knew before; a former one of the same browser ends.
async fn let_in(
    app: &Arc<App>,
    headers: &HeaderMap,
    login: Login,
    verified: Verified,
    next: &str,
    kept: Option<Kept>,
) -> Result<Response> {
    let now = app.now();
    let token = Token::new().map_err(|error| crate::error::Fault::Internal(error.to_string()))?;
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT_CHARS_MAX).collect();
    let member_id = login.member_id;
    let mut tx = app.write().await?;
    if let Some(former) = Token::of(headers, &app.front) {
        sessions::end(&mut tx, &former.hash()).await?;
    }
    if let Verified::Outdated { old, new } = &verified {
        credentials::renew(&mut tx, member_id, old, new).await?;
    }
    let token_hash = token.hash();
    let session =
        sessions::NewSession { member: member_id, token_hash: &token_hash, agent: &agent, expires_at: now + LASTS };
    sessions::begin(&mut tx, &session, now).await?;
    sessions::end_oldest(&mut tx, member_id, MEMBER_SESSIONS_MAX).await?;
    sessions::forget_expired(&mut tx, now).await?;
    accounts::logged_in(&mut tx, member_id, now).await?;
    let session = sessions::by_token(&mut tx, &token_hash, now).await?;
    tx.commit().await?;
    let member = session.map(|session| Member {
        id: session.member_id,
        nick: session.nick,
        role: session.role,
        session: session.id,
    });
    let mut response = match (kept, member) {
        (Some(kept), Some(member)) => post_on(app, kept, member).await,
        _ => screen::see(if next.is_empty() { "/" } else { next }),
    };
    for cookie in token.cookies(&app.front) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Sends what was typed before the detour to where it was sent first.
async fn post_on(app: &Arc<App>, kept: Kept, member: Member) -> Response {
    let request = Request::post(&kept.action)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(member)
        .body(Body::from(kept.encoded()));
    match request {
        Ok(request) if kept.action != own_url(app) => {
            match routes::router(app).with_state(Arc::clone(app)).oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}
