//! Asking for another password by mail. The answer is the same whether there is such an account or not, and so is the
//! work: who has the address is looked up when the mail is made.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::mails::{self, About, NewMail};
use generator::text::line;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::form::Filled;
use crate::screen;

use super::address::{self, is_address};

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    email: String,
}

#[derive(Serialize)]
struct ResetView<'a> {
    email: &'a str,
    email_chars_max: usize,
    fault: Option<String>,
    is_sent: bool,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>) -> Response {
    page(&app, StatusCode::OK, "", None, false)
}

/// What it sends.
pub async fn send(State(app): State<Arc<App>>, client: Client, filled: Filled<Fields>) -> Result<Response> {
    let Filled { form, kept } = filled;
    ask(&app, client, &form).await.map_err(|error| error.keeping(&kept))
}

async fn ask(app: &App, client: Client, fields: &Fields) -> Result<Response> {
    let email = line(&fields.email);
    if !is_address(&email) {
        let fault = app.site().locale.text("email-wrong", &[]);
        return Ok(page(app, StatusCode::UNPROCESSABLE_ENTITY, &email, Some(fault), false));
    }
    let now = app.now();
    app.paces.reset_by_client.take(client.limit_key(), now)?;
    app.paces.reset_by_email.take(email.to_lowercase(), now)?;
    let mut tx = app.write().await?;
    mails::add(&mut tx, NewMail::to(About::Reset, &email), now).await?;
    tx.commit().await?;
    app.mail_waits.notify_one();
    Ok(page(app, StatusCode::OK, &email, None, true))
}

fn page(app: &App, status: StatusCode, email: &str, fault: Option<String>, is_sent: bool) -> Response {
    let site = app.site();
    let view = ResetView { email, email_chars_max: address::CHARS_MAX, fault, is_sent };
    let paths = &site.config.sidecar;
    let title = site.locale.text("reset-title", &[]);
    screen::page(app, "reset", status, &paths.url(&paths.password_reset), &title, view)
}
