//! Where a member is logged in, and how to end it there.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::sessions;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Posted;
use crate::screen;
use crate::visitor::Member;

/// What a form of the list sends.
#[derive(Debug, Deserialize)]
pub struct Fields {
    session: i64,
}

#[derive(Serialize)]
struct SessionsView {
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    id: i64,
    agent: String,
    begun: Moment,
    seen: Moment,
    is_this: bool,
}

/// The list.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Result<Response> {
    let site = app.site();
    let listed = sessions::of_member(&mut app.snapshot().await?, member.id, app.now()).await?;
    let sessions = listed
        .into_iter()
        .map(|session| SessionView {
            id: session.id,
            agent: browser(&session.agent),
            begun: moment(&site, session.begun_at),
            seen: moment(&site, session.seen_at),
            is_this: session.id == member.session,
        })
        .collect();
    let paths = &site.config.sidecar;
    let title = site.locale.text("sessions-title", &[]);
    Ok(screen::page(&app, "sessions", StatusCode::OK, &paths.url(&paths.sessions), &title, SessionsView { sessions }))
}

/// Ends one of them.
pub async fn revoke(State(app): State<Arc<App>>, posted: Posted<Fields>) -> Result<Response> {
    let mut tx = app.write().await?;
    let ended = sessions::end_one(&mut tx, posted.member.id, posted.form.session).await?;
    tx.commit().await?;
    if !ended {
        return Err(Fault::NotFound.into());
    }
    let paths = &app.site().config.sidecar;
    Ok(screen::see(&paths.url(&paths.sessions)))
}

/// What people call a browser, of the long text that it calls itself.
fn browser(agent: &str) -> String {
    // The more special ones first: each also claims to be those behind it.
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_have_short_names() {
        for (agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1", "Safari, iPhone"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", ""),
        ] {
            assert_eq!(browser(agent), expected);
        }
    }
}
