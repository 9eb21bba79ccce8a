//! What links in mails about ads do: let one onto its board, drop it, take it away. Looking changes nothing, since mail
//! programs look at links as well.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use generator::db::guest_ads::{self, GuestAd, Purpose};
use generator::db::mails::{self, About, NewMail};
use generator::db::{Tx, accounts, ads as ad_rows};
use generator::model::{Ad, Text};
use generator::publish::ads::AdText;
use generator::publish::{Door, Marked, ads};
use generator::view::screen::MESSAGE_HEADING_LEVEL;
use serde::{Deserialize, Serialize};

use crate::app::{App, begun, tried};
use crate::client::Client;
use crate::error::{Fault, Result};
use crate::form::{Form, Nothing, Secret};
use crate::screen;
use crate::session::Token;
use crate::writing::answer;

use super::view::AdView;
use super::{anchor, has_group, head, url};

/// Between two mails to one editor that tell of the queue.
const TELL_PAUSE: TimeDelta = TimeDelta::hours(1);
/// Longer than the database lets any of its statements take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What is done with an ad that waits for its author.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// It is to be an ad.
    Confirm,
    /// It is to be forgotten.
    Cancel,
}

/// What the form behind the link of the confirmation sends.
#[derive(Debug, Deserialize)]
pub struct Confirming {
    r#do: Wish,
}

#[derive(Serialize)]
struct LinkView {
    action: String,
    /// Whether it is about letting the ad onto its board.
    is_confirmation: bool,
    /// What was done; nothing while it is only asked.
    done: Option<&'static str>,
    board_url: String,
    new_url: String,
    /// The ad, while it is there.
    ad: Option<AdView>,
}

/// The question whether an ad is to be published.
pub async fn ask_to_confirm(State(app): State<Arc<App>>, client: Client, Secret(secret): Secret) -> Result<Response> {
    ask(&app, client, &secret, Purpose::Confirm).await
}

/// The question whether it is to be taken away.
pub async fn ask_to_withdraw(State(app): State<Arc<App>>, client: Client, Secret(secret): Secret) -> Result<Response> {
    ask(&app, client, &secret, Purpose::Withdraw).await
}

/// The answer to the first question.
pub async fn confirm(
    State(app): State<Arc<App>>,
    client: Client,
    Secret(secret): Secret,
    Form(Confirming { r#do }): Form<Confirming>,
) -> Result<Response> {
    let token = token(&app, client, &secret)?;
    let door = app.open_door()?;
    match in_time(tried(|| confirmed(&app, &door, &token, r#do))).await? {
        (guest, Outcome::Said(done)) => {
            app.mail_waits.notify_one();
            page(&app, &token, Purpose::Confirm, &guest, Some(done)).await
        }
        (guest, Outcome::Public { number, marked }) => {
            Ok(answer::shown(&app, &door, &marked, &head(guest.board), &anchor(number)).await)
        }
    }
}

/// Does what the author wishes. What goes past the editors goes to a group that is there: of another they decide.
async fn confirmed(app: &App, door: &Door, token: &Token, wish: Wish) -> Result<(GuestAd, Outcome)> {
    let now = app.now();
    let mut change = begun(door.begin(now)).await?;
    let guest = linked(change.tx(), token, Purpose::Confirm, app).await?;
    if wish == Wish::Cancel {
        dropped(change.tx(), &guest).await?;
        change.commit().await?;
        return Ok((guest, Outcome::Said("cancelled")));
    }
    if !guest_ads::confirm(change.tx(), guest.id).await? {
        return Err(Fault::LinkOver.into());
    }
    let has_group = has_group(&door.site, guest.board, &guest.text.group);
    if !has_group || !guest_ads::is_trusted(change.tx(), &guest.address).await? {
        for address in accounts::editors_addresses(change.tx()).await? {
            mails::add_gathered(change.tx(), NewMail::to(About::AdWaits, &address), now, TELL_PAUSE).await?;
        }
        change.commit().await?;
        return Ok((guest, Outcome::Said("waits")));
    }
    let ad = ads::add(&mut change, guest.board, None, &guest.text).await?;
    guest_ads::approve(change.tx(), guest.id, ad, now).await?;
    let number = ad_rows::number(change.tx(), ad).await?;
    Ok((guest, Outcome::Public { number, marked: change.commit().await? }))
}

/// What becomes of an ad that was confirmed.
enum Outcome {
    /// Its author is told.
    Said(&'static str),
    /// It is seen.
    Public { number: i64, marked: Vec<Marked> },
}

/// The answer to the second one.
pub async fn withdraw(
    State(app): State<Arc<App>>,
    client: Client,
    Secret(secret): Secret,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let token = token(&app, client, &secret)?;
    let door = app.open_door()?;
    let (guest, marked) = in_time(tried(|| withdrawn(&app, &door, &token))).await?;
    // Whoever is told that it is gone sees that it is.
    answer::wait(&app, &door, &marked, &head(guest.board)).await;
    page(&app, &token, Purpose::Withdraw, &guest, Some("withdrawn")).await
}

async fn withdrawn(app: &App, door: &Door, token: &Token) -> Result<(GuestAd, Vec<Marked>)> {
    let mut change = begun(door.begin(app.now())).await?;
    let guest = linked(change.tx(), token, Purpose::Withdraw, app).await?;
    match guest.ad_id {
        Some(ad) => {
            if !guest_ads::withdraw(change.tx(), guest.id).await? {
                return Err(Fault::LinkOver.into());
            }
            ads::delete(&mut change, ad).await?;
        }
        None => dropped(change.tx(), &guest).await?,
    }
    Ok((guest, change.commit().await?))
}

async fn in_time<T>(making: impl Future<Output = Result<T>>) -> Result<T> {
    let made = tokio::time::timeout(TIMEOUT, making).await;
    made.map_err(|_| Fault::Unavailable("the database takes too long to make a change".to_owned()))?
}

fn token(app: &App, client: Client, secret: &str) -> Result<Token> {
    app.paces.link_by_client.take(client.limit_key(), app.now())?;
    Ok(Token::from_secret(secret).ok_or(Fault::LinkOver)?)
}

async fn linked(tx: &mut Tx, token: &Token, purpose: Purpose, app: &App) -> Result<GuestAd> {
    let found = guest_ads::by_link(tx, &token.hash(), purpose, app.now()).await?;
    Ok(found.ok_or(Fault::LinkOver)?)
}

async fn dropped(tx: &mut Tx, guest: &GuestAd) -> Result<()> {
    if guest_ads::drop_unpublished(tx, guest.id).await? { Ok(()) } else { Err(Fault::LinkOver.into()) }
}

async fn ask(app: &App, client: Client, secret: &str, purpose: Purpose) -> Result<Response> {
    let token = token(app, client, secret)?;
    let guest = linked(&mut app.snapshot().await?, &token, purpose, app).await?;
    page(app, &token, purpose, &guest, None).await
}

async fn page(
    app: &App,
    token: &Token,
    purpose: Purpose,
    guest: &GuestAd,
    done: Option<&'static str>,
) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let (path, title) = match purpose {
        Purpose::Confirm => (&paths.ad_confirm, "ad-confirm-title"),
        Purpose::Withdraw => (&paths.ad_withdraw, "ad-withdraw-title"),
    };
    let ad = match (done, guest.ad_id) {
        (Some(_), _) => None,
        (None, None) => Some(AdView::new(&site, guest.board, guest.text.clone(), MESSAGE_HEADING_LEVEL, "ad")),
        (None, Some(id)) => {
            let public = ad_rows::by_ids(&mut app.snapshot().await?, &[id]).await?.remove(&id);
            public.map(|ad| AdView::new(&site, guest.board, text_of(ad), MESSAGE_HEADING_LEVEL, "ad"))
        }
    };
    let view = LinkView {
        action: format!("{}{}/", paths.url(path), token.secret()),
        is_confirmation: purpose == Purpose::Confirm,
        done,
        board_url: site.path(&head(guest.board), ""),
        new_url: url(&site, guest.board),
        ad,
    };
    Ok(screen::page(app, "ad-link", StatusCode::OK, &paths.url(path), &site.locale.text(title, &[]), view))
}

fn text_of(ad: Ad) -> AdText {
    AdText {
        group: ad.group_key,
        name: ad.name,
        email: ad.email,
        phone: ad.phone,
        mobile: ad.mobile,
        area: ad.area,
        age: ad.age,
        experience: ad.experience,
        body: Text { source: ad.body, format: ad.body_format },
    }
}
