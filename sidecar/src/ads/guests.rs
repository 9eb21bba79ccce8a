//! Ads of people without an account: kept until their address is confirmed. The answer and the work are the same whoever
//! has the address; what is known of it is asked behind the link that was sent there.

use chrono::{DateTime, Utc};
use generator::db::guest_ads;
use generator::db::mails::{self, About, NewMail};
use generator::model::Board;

use crate::app::App;
use crate::client::Client;
use crate::error::Result;
use crate::pace::TooFast;
use crate::writing::SAME_TEXT_WINDOW;

use super::fields::Fields;

/// Counts an ad from where it comes, and the mail to its address.
///
/// # Errors
/// It would be too many.
pub fn within_pace(app: &App, client: Client, address: &str, now: DateTime<Utc>) -> std::result::Result<(), TooFast> {
    app.paces.ad_by_client.take(client.limit_key(), now)?;
    app.paces.ad_by_email.take(address.to_lowercase(), now)
}

/// Keeps an ad and has a link sent by which it is confirmed. The same one shortly before is the button pressed twice.
///
/// # Errors
/// A database that is away.
pub async fn keep(app: &App, board: Board, fields: &Fields, now: DateTime<Utc>) -> Result<()> {
    let (address, text) = (&fields.email, fields.ad());
    let mut tx = app.write().await?;
    if !guest_ads::is_sent_twice(&mut tx, board, address, &text, now - SAME_TEXT_WINDOW).await? {
        let id = guest_ads::add(&mut tx, board, address, &text, now).await?;
        // Nothing of what was typed: a mail that nobody asked for must not carry a stranger's words.
        let mail = NewMail { guest_ad: Some(id), ..NewMail::to(About::AdConfirm, address) };
        mails::add(&mut tx, mail, now).await?;
    }
    tx.commit().await?;
    app.mail_waits.notify_one();
    Ok(())
}
