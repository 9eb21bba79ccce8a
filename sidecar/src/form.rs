//! What forms send: read within limits, and kept until it has arrived.

pub mod large;
pub mod sent;

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Fault, Result};
use crate::guard::NUL;
use crate::visitor::{Member, Visitor};

use self::large::Limit;

/// The longest comment or post, percent-encoded; forms for longer texts are in [`large`].
const FORM_BYTES_MAX: usize = 512 * 1024;

/// What fields are called that somebody may have sat over for long.
const TEXTS: [&str; 4] = ["text", "body", "note", "reason"];

/// A form that was sent and has to be sent again: where to, and what was typed.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// The path that it was sent to.
    pub action: String,
    /// Names and values.
    pub fields: Vec<(String, String)>,
}

impl Kept {
    fn new(action: &str, body: &[u8]) -> Kept {
        Kept { action: action.to_owned(), fields: serde_urlencoded::from_bytes(body).unwrap_or_default() }
    }

    /// What of it is a text.
    pub fn text(&self) -> Option<&str> {
        let is_text = |(name, value): &&(String, String)| TEXTS.contains(&name.as_str()) && !value.trim().is_empty();
        self.fields.iter().find(is_text).map(|(_, value)| value.as_str())
    }

    /// The form as one text, for a hidden field.
    pub fn encoded(&self) -> String {
        serde_urlencoded::to_string(&self.fields).unwrap_or_default()
    }

    /// The same form from its path and [`Kept::encoded`].
    pub fn decoded(action: &str, encoded: &str) -> Kept {
        Kept::new(action, encoded.as_bytes())
    }
}

/// A form that is a button alone.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// A form that anybody may send.
pub struct Form<F>(pub F);

impl<F: DeserializeOwned> FromRequest<Arc<App>> for Form<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Form<F>> {
        refuse_kept(&request)?;
        parse(&body(request, app).await?).map(Form)
    }
}

/// A form with what anybody has typed. All of it is in the page that says why it must be sent again: never one with a
/// password.
pub struct Filled<F> {
    /// What it says.
    pub form: F,
    /// The same, for the answer that it has to be sent again.
    pub kept: Kept,
}

impl<F: DeserializeOwned> FromRequest<Arc<App>> for Filled<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Filled<F>> {
        refuse_kept(&request)?;
        let action = request.uri().path().to_owned();
        let bytes = body(request, app).await?;
        Ok(Filled { form: parse(&bytes)?, kept: Kept::new(&action, &bytes) })
    }
}

/// A form that members send, with nothing in it that is worth keeping, or that must not be kept, as a password. Who is
/// not logged in logs in first and begins anew.
pub struct Posted<F> {
    /// Who sends it.
    pub member: Member,
    /// Where from.
    pub client: Client,
    /// What it says.
    pub form: F,
}

impl<F: DeserializeOwned> FromRequest<Arc<App>> for Posted<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Posted<F>> {
        refuse_kept(&request)?;
        let (mut parts, body_) = request.into_parts();
        let bytes = body(Request::from_parts(parts.clone(), body_), app).await?;
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let Some(member) = visitor.member else { return Err(Fault::LoginFirst.into()) };
        Ok(Posted { member, client: visitor.client, form: parse(&bytes)? })
    }
}

/// A form with what a member has typed. All of it is in the page that says why it must be sent again, and it may come by
/// the detour of the login: never a form with a password.
pub struct Written<F> {
    /// Who sends it.
    pub member: Member,
    /// What it says.
    pub form: F,
    /// The same, for the answer that it has to be sent again.
    pub kept: Kept,
}

impl<F: DeserializeOwned> FromRequest<Arc<App>> for Written<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Written<F>> {
        let (visitor, bytes, kept) = received(request, app).await?;
        let Some(member) = visitor.member else { return Err(Error::from(Fault::LoginFirst).keeping(&kept)) };
        let form = parse(&bytes).map_err(|error| error.keeping(&kept))?;
        Ok(Written { member, form, kept })
    }
}

/// A form that is [`Written`] by members and that others may send as well; what is asked of whom is the handler's.
pub struct Offered<F> {
    /// Who sends it, if they are logged in.
    pub member: Option<Member>,
    /// Where from.
    pub client: Client,
    /// What it says.
    pub form: F,
    /// The same, for the answer that it has to be sent again.
    pub kept: Kept,
}

impl<F: DeserializeOwned> FromRequest<Arc<App>> for Offered<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Offered<F>> {
        let (visitor, bytes, kept) = received(request, app).await?;
        let form = parse(&bytes).map_err(|error| error.keeping(&kept))?;
        Ok(Offered { member: visitor.member, client: visitor.client, form, kept })
    }
}

/// Sent by the login for whoever has just come in, what was kept goes to [`Written`] and [`Offered`] alone, so that nobody can have the
/// login send forms to itself or to where one's account is changed.
fn refuse_kept(request: &Request) -> Result<()> {
    if request.extensions().get::<Member>().is_some() { Err(Fault::NotFound.into()) } else { Ok(()) }
}

/// The number in the middle of a path; what is no number is the number of nothing.
pub struct Number(pub i64);

impl FromRequestParts<Arc<App>> for Number {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Number> {
        let number = Path::<i64>::from_request_parts(parts, app).await;
        number.map(|Path(number)| Number(number)).map_err(|_| Fault::NotFound.into())
    }
}

/// The secret at the end of a link in a mail; what is no text is the secret of nothing.
pub struct Secret(pub String);

impl FromRequestParts<Arc<App>> for Secret {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Secret> {
        let secret = Path::<String>::from_request_parts(parts, app).await;
        secret.map(|Path(secret)| Secret(secret)).map_err(|_| Fault::LinkOver.into())
    }
}

/// What stands behind the question mark; what makes no sense there is as good as nothing.
pub struct Query<Q>(pub Q);

impl<Q: DeserializeOwned + Default> FromRequestParts<Arc<App>> for Query<Q> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> std::result::Result<Query<Q>, Self::Rejection> {
        Ok(Query(serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default()))
    }
}

/// Who has sent what, which is kept from here on, whatever comes between.
async fn received(request: Request, app: &Arc<App>) -> Result<(Visitor, Bytes, Kept)> {
    let (mut parts, body_) = request.into_parts();
    let action = parts.uri.path().to_owned();
    let bytes = body(Request::from_parts(parts.clone(), body_), app).await?;
    let kept = Kept::new(&action, &bytes);
    let visitor = Visitor::from_request_parts(&mut parts, app).await.map_err(|error| error.keeping(&kept))?;
    Ok((visitor, bytes, kept))
}

/// How long a form says that it is.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn body(request: Request, app: &Arc<App>) -> Result<Bytes> {
    let (parts, body) = request.into_parts();
    let limit = Limit::of(&parts);
    let bytes_max = limit.as_ref().map_or(FORM_BYTES_MAX, Limit::bytes_max);
    if announced(&parts.headers).is_some_and(|bytes| bytes > bytes_max) {
        return Err(Fault::TooLarge.into());
    }
    if !is_form(&parts.headers) {
        return Err(Fault::Malformed("another content type than a form's".to_owned()).into());
    }
    if let Some(limit) = limit {
        limit.wait(&parts, app).await;
    }
    // Either it is too long, or the connection broke, and nobody will read the answer.
    let bytes = to_bytes(body, bytes_max).await.map_err(|_| Error::from(Fault::TooLarge))?;
    Ok(without_nul(bytes))
}

/// A form without NULs, which no text holds and PostgreSQL refuses; a clipboard may bring one along.
fn without_nul(bytes: Bytes) -> Bytes {
    let has_nul = bytes.contains(&0) || bytes.windows(NUL.len()).any(|part| part == NUL.as_bytes());
    if !has_nul {
        return bytes;
    }
    let Ok(mut fields) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(&bytes) else { return bytes };
    for (name, value) in &mut fields {
        name.retain(|letter| letter != '\0');
        value.retain(|letter| letter != '\0');
    }
    serde_urlencoded::to_string(fields).map_or(bytes, Bytes::from)
}

fn parse<F: DeserializeOwned>(bytes: &[u8]) -> Result<F> {
    serde_urlencoded::from_bytes(bytes).map_err(|error| Fault::Malformed(error.to_string()).into())
}
