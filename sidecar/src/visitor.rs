//! Who asks. What a handler's signature takes is what its caller must be: [`Member`], [`Editor`], and in the
//! editors' rooms [`Desk`](crate::office::desk::Desk) and [`SiteDesk`](crate::office::desk::SiteDesk).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use generator::db::sessions;
use generator::model::{MemberId, Role};

use crate::app::App;
use crate::client::Client;
use crate::error::{Error, Fault, Result};
use crate::session::{SEEN_PAUSE, Token};

/// How long it may take to note that a session is in use.
const SEEN_TIMEOUT: Duration = Duration::from_millis(200);

/// Anybody.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Where from.
    pub client: Client,
    /// Who, if they are logged in and not banned.
    pub member: Option<Member>,
}

/// Somebody who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member.
    pub id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// What they may do.
    pub role: Role,
    /// The session that they ask in.
    pub session: i64,
}

/// Somebody who decides what is published.
#[derive(Clone, Debug)]
pub struct Editor(pub Member);

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Visitor> {
        Visitor::of(parts, app).await
    }
}

impl Visitor {
    /// Who sends a request.
    ///
    /// # Errors
    /// A database that is away.
    pub async fn of(parts: &Parts, app: &Arc<App>) -> Result<Visitor> {
        let client = Client::of(parts, app);
        // Who has just logged in has no cookie yet.
        if let Some(member) = parts.extensions.get::<Member>() {
            return Ok(Visitor { client, member: Some(member.clone()) });
        }
        let member = match Token::of(&parts.headers, &app.front) {
            Some(token) => of_token(app, &token).await?,
            None => None,
        };
        Ok(Visitor { client, member })
    }
}

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Member> {
        Visitor::from_request_parts(parts, app).await?.member.ok_or_else(|| Fault::LoginFirst.into())
    }
}

impl FromRequestParts<Arc<App>> for Editor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Editor> {
        let member = Member::from_request_parts(parts, app).await?;
        if member.role < Role::Editor { Err(Fault::Forbidden.into()) } else { Ok(Editor(member)) }
    }
}

async fn of_token(app: &App, token: &Token) -> Result<Option<Member>> {
    let now = app.now();
    let mut tx = app.snapshot().await?;
    let Some(session) = sessions::by_token(&mut tx, &token.hash(), now).await? else { return Ok(None) };
    drop(tx);
    if now - session.seen_at >= SEEN_PAUSE {
        // A note alone: whoever reads a page of their own does not wait for whoever writes.
        if let Err(error) = note_seen(app, session.id, now).await {
            tracing::debug!("cannot note that a session is in use: {error}");
        }
    }
    Ok(Some(Member { id: session.member_id, nick: session.nick, role: session.role, session: session.id }))
}

async fn note_seen(app: &App, session: i64, now: DateTime<Utc>) -> std::result::Result<(), Fault> {
    let noted = async {
        let mut tx = app.write_relaxed().await?;
        sessions::seen(&mut tx, session, now, now - SEEN_PAUSE).await?;
        Ok(tx.commit().await?)
    };
    match tokio::time::timeout(SEEN_TIMEOUT, noted).await {
        Ok(noted) => noted.map_err(|error: Error| error.fault),
        Err(_) => Err(Fault::Unavailable("it takes too long".to_owned())),
    }
}
