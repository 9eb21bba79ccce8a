//! What is kept how long. The privacy page says the same in words; whoever changes a number here changes it there.

use chrono::{DateTime, TimeDelta, Utc};
use generator::db::publishing::leaving as rows;
use generator::db::{account_links, guest_ads, mails, registrations, sessions};
use generator::publish::leaving;

use crate::app::{App, begun};
use crate::error::Result;

/// Mails that were sent or refused, to tell whoever asks where theirs is.
pub const MAIL_KEPT: TimeDelta = TimeDelta::days(14);
/// Registrations that were rejected, so that editors know somebody who comes again.
pub const REJECTED_KEPT: TimeDelta = TimeDelta::days(90);

/// Ads of people without an account that they never confirmed.
pub const UNCONFIRMED_KEPT: TimeDelta = TimeDelta::days(7);
/// Addresses of those whose ads were on the site, and the ads' contacts: for as long nobody has to look at their next one.
pub const ADVERTISERS_KEPT: TimeDelta = TimeDelta::days(365);

/// Texts that go in one change; others write between two of them.
const TEXTS_AT_ONCE: i64 = 50;

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Sessions that are over.
    pub sessions: u64,
    /// Links in mails that are over.
    pub links: u64,
    /// Mails that were sent or refused long ago.
    pub mails: u64,
    /// Registrations that were rejected long ago.
    pub registrations: u64,
    /// Ads of people without an account, and what is left of them.
    pub guest_ads: u64,
}

/// Deletes all that is over, if the database is there; what fails is tried again the next time.
pub async fn keep_to_it(app: &App) {
    match forget(app, app.now()).await {
        Ok(Forgotten { sessions, links, mails, registrations, guest_ads }) => {
            tracing::debug!(sessions, links, mails, registrations, guest_ads, "what was kept long enough is deleted");
        }
        Err(error) => tracing::warn!("what was kept long enough cannot be deleted now: {}", error.fault),
    }
    take_texts(app).await;
}

async fn forget(app: &App, now: DateTime<Utc>) -> Result<Forgotten> {
    let mut tx = app.write_relaxed().await?;
    let forgotten = Forgotten {
        sessions: sessions::forget_expired(&mut tx, now).await?,
        links: account_links::forget_expired(&mut tx, now).await?,
        mails: mails::forget_settled(&mut tx, now - MAIL_KEPT).await?,
        registrations: registrations::forget_rejected(&mut tx, now - REJECTED_KEPT).await?,
        guest_ads: guest_ads::forget(
            &mut tx,
            guest_ads::Before {
                links: now,
                unconfirmed: now - UNCONFIRMED_KEPT,
                rejected: now - REJECTED_KEPT,
                ended: now - ADVERTISERS_KEPT,
            },
        )
        .await?,
    };
    tx.commit().await?;
    Ok(forgotten)
}

/// Takes the texts of those who have left and wished so.
pub async fn take_texts(app: &App) {
    loop {
        match take_some(app).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!("texts of somebody who has left cannot be deleted now: {}", error.fault);
                return;
            }
        }
    }
}

async fn take_some(app: &App) -> Result<bool> {
    // A change of this sort keeps all others out: not without need.
    if rows::next(&mut app.snapshot().await?).await?.is_none() {
        return Ok(false);
    }
    let door = app.open_door()?;
    let mut change = begun(door.begin_alone(app.now())).await?;
    let is_some = leaving::take_texts(&mut change, TEXTS_AT_ONCE).await?;
    change.commit().await?;
    Ok(is_some)
}
