//! What mails say: made when they are sent, of what is true then. Who has an address is looked up here and nowhere
//! before, so that whoever asks for a mail learns nothing, neither by an answer nor by the clock.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use generator::db::account_links::{self, NewLink, Purpose};
use generator::db::accounts::{self, Addressed};
use generator::db::mails::{About, Mail};
use generator::db::{Tx, bans, guest_ads, registrations};
use generator::model::MemberId;
use generator::page::{Page, Part};
use generator::view::screen::moment;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use serde::Serialize;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::session::Token;

/// How long a link in a mail that somebody asked for works.
const ASKED_LASTS: TimeDelta = TimeDelta::hours(1);
/// How long a newcomer has to choose a password.
pub const WELCOME_LASTS: TimeDelta = TimeDelta::days(7);
/// How long somebody has to confirm an address, or an ad.
const CONFIRM_LASTS: TimeDelta = TimeDelta::days(1);
/// How much longer than an ad is on its board the link works by which its author takes it away: an editor may take long.
pub const WITHDRAW_LASTS_ON: TimeDelta = TimeDelta::days(60);

/// A mail ready to go.
pub struct Letter {
    to: String,
    subject: String,
    text: String,
    html: String,
}

/// What the templates know.
#[derive(Default, Serialize)]
struct LetterView<'a> {
    nick: Cow<'a, str>,
    note: Cow<'a, str>,
    /// When a ban ends; empty where it does not.
    until: String,
    /// Where something can be done about it.
    url: String,
    accounts: Vec<Choice>,
    /// How many registrations or ads wait.
    waiting: i64,
    /// Where an ad is taken away again.
    withdraw_url: String,
}

/// An account and, where the mail has one, the link for it.
#[derive(Serialize)]
struct Choice {
    nick: String,
    url: String,
}

/// What a mail says; `None` where there is nobody to say it to.
///
/// # Errors
/// Where the database fails, or a template.
pub async fn letter(app: &App, mail: &Mail, about: About) -> Result<Option<Letter>> {
    let mut tx = app.write().await?;
    let Some((to, view)) = addressed(app, &mut tx, mail, about).await? else { return Ok(None) };
    // Before it is sent, so that its links work when it arrives.
    tx.commit().await?;
    let site = app.site();
    let rendered = app.current().screens.mail(about.word(), view);
    let (text, html) = rendered.map_err(|error| Fault::Internal(error.to_string()))?;
    let subject = site.locale.text(about.subject(), &[("site", site.config.title.as_str().into())]);
    Ok(Some(Letter { to, subject, text, html }))
}

async fn addressed<'a>(
    app: &App,
    tx: &mut Tx,
    mail: &'a Mail,
    about: About,
) -> Result<Option<(String, LetterView<'a>)>> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = |path: &str| site.absolute(&paths.url(path));
    let view = LetterView { nick: Cow::from(&mail.nick), note: Cow::from(&mail.note), ..LetterView::default() };
    let account = match mail.member_id {
        Some(member) => accounts::address(tx, member).await?,
        None => None,
    };
    let named = |account: &Addressed| Choice { nick: account.nick.clone(), url: String::new() };
    Ok(match about {
        About::Received => {
            let known = accounts::of_address(tx, &mail.address).await?;
            let accounts = known.iter().map(named).collect();
            Some((mail.address.clone(), LetterView { accounts, url: url(&paths.password_reset), ..view }))
        }
        About::Registered => {
            let waiting = registrations::count_waiting(tx).await?;
            let url = url(&paths.office_registrations);
            (waiting > 0).then(|| (mail.address.clone(), LetterView { waiting, url, ..view }))
        }
        About::AdWaits => {
            let waiting = guest_ads::count_waiting(tx).await?;
            let url = url(&paths.office_ads);
            (waiting > 0).then(|| (mail.address.clone(), LetterView { waiting, url, ..view }))
        }
        About::AdConfirm | About::AdApproved => about_ad(app, tx, mail, about, view).await?,
        About::Rejected | About::AdRejected | About::Left => Some((mail.address.clone(), view)),
        About::Approved => match account {
            Some(account) => {
                let url = link(app, tx, Purpose::Password, account.member_id, "", WELCOME_LASTS).await?;
                let accounts = vec![Choice { nick: account.nick, url }];
                Some((account.email, LetterView { accounts, ..view }))
            }
            None => None,
        },
        About::Reset => {
            let known = accounts::of_address(tx, &mail.address).await?;
            let to = known.first().map(|account| account.email.clone());
            let mut accounts = Vec::new();
            for account in known {
                let url = link(app, tx, Purpose::Password, account.member_id, "", ASKED_LASTS).await?;
                accounts.push(Choice { nick: account.nick, url });
            }
            to.map(|to| (to, LetterView { accounts, ..view }))
        }
        About::Banned => banned(app, tx, mail, view).await?,
        About::Unbanned => account
            .map(|account| (account.email, LetterView { nick: account.nick.into(), url: url(&paths.login), ..view })),
        About::PasswordChanged => account.map(|account| {
            let accounts = vec![named(&account)];
            (account.email, LetterView { accounts, url: url(&paths.password_reset), ..view })
        }),
        About::EmailConfirm => match account {
            Some(account) => {
                let url = link(app, tx, Purpose::Email, account.member_id, &mail.address, CONFIRM_LASTS).await?;
                let accounts = vec![Choice { nick: account.nick, url }];
                Some((mail.address.clone(), LetterView { accounts, ..view }))
            }
            None => None,
        },
        About::EmailChanged => {
            account.map(|account| (mail.address.clone(), LetterView { accounts: vec![named(&account)], ..view }))
        }
    })
}

/// A mail about a ban, of what is true when it is sent: an editor may have thought better of it.
async fn banned<'a>(
    app: &App,
    tx: &mut Tx,
    mail: &Mail,
    view: LetterView<'a>,
) -> Result<Option<(String, LetterView<'a>)>> {
    let Some(member) = mail.member_id else { return Ok(None) };
    let Some(account) = accounts::address_of_banned(tx, member).await? else { return Ok(None) };
    let Some(ban) = bans::of_member(tx, member).await? else { return Ok(None) };
    let site = app.site();
    let paths = &site.config.sidecar;
    let until = ban.ends_at.map(|at| moment(&site, at).full).unwrap_or_default();
    let url = site.absolute(&paths.url(&paths.report));
    let view = LetterView { nick: account.nick.into(), note: ban.reason.into(), until, url, ..view };
    Ok(Some((account.email, view)))
}

/// A mail about an ad of somebody without an account; nothing where nothing can be done about it any more.
async fn about_ad<'a>(
    app: &App,
    tx: &mut Tx,
    mail: &'a Mail,
    about: About,
    view: LetterView<'a>,
) -> Result<Option<(String, LetterView<'a>)>> {
    let guest = match mail.guest_ad_id {
        Some(id) => guest_ads::by_id(tx, id).await?,
        None => None,
    };
    let expected = if about == About::AdConfirm { guest_ads::State::Unconfirmed } else { guest_ads::State::Approved };
    let Some(guest) = guest.filter(|guest| guest.state == expected) else { return Ok(None) };
    let site = app.site();
    let shown_days = site.board(guest.board).map_or(0, |board| board.expire_after_days);
    let withdraw_lasts = TimeDelta::days(shown_days) + WITHDRAW_LASTS_ON;
    let url = match about {
        About::AdConfirm => ad_link(app, tx, guest.id, guest_ads::Purpose::Confirm, CONFIRM_LASTS).await?,
        _ => site.absolute(&site.path(&Page::Ads { board: guest.board, group: None, part: Part::Head }, "")),
    };
    let withdraw_url = ad_link(app, tx, guest.id, guest_ads::Purpose::Withdraw, withdraw_lasts).await?;
    Ok(Some((guest.address, LetterView { url, withdraw_url, ..view })))
}

async fn ad_link(
    app: &App,
    tx: &mut Tx,
    guest_ad: i64,
    purpose: guest_ads::Purpose,
    lasts: TimeDelta,
) -> Result<String> {
    let token = Token::new()?;
    guest_ads::add_link(tx, guest_ad, purpose, &token.hash(), app.now() + lasts).await?;
    let site = app.site();
    let paths = &site.config.sidecar;
    let path = match purpose {
        guest_ads::Purpose::Confirm => &paths.ad_confirm,
        guest_ads::Purpose::Withdraw => &paths.ad_withdraw,
    };
    Ok(site.absolute(&format!("{}{}/", paths.url(path), token.secret())))
}

/// A new link; its address is made of `SITE_URL`, whatever host was asked.
async fn link(
    app: &App,
    tx: &mut Tx,
    purpose: Purpose,
    member: MemberId,
    address: &str,
    lasts: TimeDelta,
) -> Result<String> {
    let token = Token::new()?;
    let expires_at: DateTime<Utc> = app.now() + lasts;
    let token_hash = token.hash();
    account_links::add(tx, NewLink { token_hash: &token_hash, purpose, member, address, expires_at }).await?;
    let site = app.site();
    let paths = &site.config.sidecar;
    let path = match purpose {
        Purpose::Password => &paths.new_password,
        Purpose::Email => &paths.new_email,
    };
    Ok(site.absolute(&format!("{}{}/", paths.url(path), token.secret())))
}

impl Letter {
    /// The mail with its head; the same for every attempt at it, so that one that arrives twice is known as one.
    ///
    /// # Errors
    /// An address that mail cannot go to, without the address.
    pub fn message(self, from: &Mailbox, mail: &Mail) -> std::result::Result<Message, String> {
        let to: Mailbox = self.to.parse().map_err(|_| "the address is none".to_owned())?;
        let id = format!("<{}.{}@{}>", mail.id, mail.created_at.timestamp_micros(), from.email.domain());
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(from.clone())
            .to(to)
            .subject(self.subject)
            .message_id(Some(id))
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(self.text, self.html))
            .map_err(|error| format!("it is no mail: {error}"))
    }
}
