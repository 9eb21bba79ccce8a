//! Logging out, here or everywhere.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use generator::db::sessions;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::form::Form;
use crate::screen;
use crate::session::{Token, no_cookies};
use crate::visitor::Visitor;

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    everywhere: String,
}

#[derive(Serialize)]
struct LogoutView {
    nick: Option<String>,
}

/// The question, for those whose browser runs no scripts.
pub async fn show(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let view = LogoutView { nick: visitor.member.map(|member| member.nick) };
    let title = site.locale.text("logout-title", &[]);
    screen::page(&app, "logout", StatusCode::OK, &paths.url(&paths.logout), &title, view)
}

/// Ends this session, or all of the member's. Whoever is not logged in is logged out as well: cookies may outlive theirs.
pub async fn send(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    if let Some(token) = Token::of(&headers, &app.front) {
        let mut tx = app.write().await?;
        sessions::end(&mut tx, &token.hash()).await?;
        if let Some(member) = visitor.member.filter(|_| !fields.everywhere.is_empty()) {
            sessions::end_all(&mut tx, member.id).await?;
        }
        tx.commit().await?;
    }
    let mut response = screen::see("/");
    for cookie in no_cookies(&app.front) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
