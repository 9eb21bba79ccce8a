//! What is kept how long. The privacy page says the same in words, row by row; a test compares them.

use chrono::{DateTime, TimeDelta, Utc};
use generator::db::publishing::leaving as rows;
use generator::db::{Tx, account_links, audit, former_texts, guest_ads, mails, registrations, reports, sessions};
use generator::publish::leaving;

use crate::app::{App, begun};
use crate::error::Result;

/// Mails that were sent or refused, to tell whoever asks where theirs is.
pub const MAIL_KEPT: TimeDelta = TimeDelta::days(14);
/// Registrations that were rejected, so that editors know somebody who comes again.
pub const REJECTED_KEPT: TimeDelta = TimeDelta::days(90);
/// What was told to the editors, from the day on which it was settled.
pub const REPORT_KEPT: TimeDelta = TimeDelta::days(365);
/// What editors did, changed e-mail addresses (without the addresses) among it.
pub const ACT_KEPT: TimeDelta = TimeDelta::days(2 * 365);
/// What things were before editors changed them, and works as they were sent to the editors.
pub const FORMER_TEXT_KEPT: TimeDelta = TimeDelta::days(2 * 365);
/// Ads of people without an account that they never confirmed.
pub const UNCONFIRMED_KEPT: TimeDelta = TimeDelta::days(7);
/// Addresses of those whose ads were on the site, and the ads' contacts: for as long nobody has to look at their next one.
pub const ADVERTISERS_KEPT: TimeDelta = TimeDelta::days(365);

/// Texts that go in one change; others write between two of them.
const TEXTS_AT_ONCE: i64 = 50;

/// What is deleted when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Who is logged in where.
    Sessions,
    /// Links in mails.
    Links,
    /// Mails that were sent or refused.
    Mails,
    /// Registrations that were rejected.
    Registrations,
    /// Reports that were settled.
    Reports,
    /// The audit log.
    Acts,
    /// What things were.
    FormerTexts,
    /// Ads of people without an account, and what is left of them.
    GuestAds,
}

impl Kept {
    /// All there are.
    pub const ALL: [Kept; 8] = [
        Kept::Sessions,
        Kept::Links,
        Kept::Mails,
        Kept::Registrations,
        Kept::Reports,
        Kept::Acts,
        Kept::FormerTexts,
        Kept::GuestAds,
    ];

    /// Deletes what is over by now; gives its number.
    async fn forget(self, tx: &mut Tx, now: DateTime<Utc>) -> Result<u64> {
        Ok(match self {
            Kept::Sessions => sessions::forget_expired(tx, now).await?,
            Kept::Links => account_links::forget_expired(tx, now).await?,
            Kept::Mails => mails::forget_settled(tx, now - MAIL_KEPT).await?,
            Kept::Registrations => registrations::forget_rejected(tx, now - REJECTED_KEPT).await?,
            Kept::Reports => reports::forget_settled(tx, now - REPORT_KEPT).await?,
            Kept::Acts => audit::forget_before(tx, now - ACT_KEPT).await?,
            Kept::FormerTexts => former_texts::forget_before(tx, now - FORMER_TEXT_KEPT).await?,
            Kept::GuestAds => {
                let before = guest_ads::Before {
                    links: now,
                    unconfirmed: now - UNCONFIRMED_KEPT,
                    rejected: now - REJECTED_KEPT,
                    ended: now - ADVERTISERS_KEPT,
                };
                guest_ads::forget(tx, before).await?
            }
        })
    }
}

/// Deletes all that is over, if the database is there; what fails is tried again the next time.
pub async fn keep_to_it(app: &App) {
    match forget(app, app.now()).await {
        Ok(forgotten) => tracing::debug!("what was kept long enough is deleted: {forgotten:?}"),
        Err(error) => tracing::warn!("what was kept long enough cannot be deleted now: {}", error.fault),
    }
    take_texts(app).await;
}

async fn forget(app: &App, now: DateTime<Utc>) -> Result<Vec<(Kept, u64)>> {
    let mut tx = app.write_relaxed().await?;
    let mut forgotten = Vec::new();
    for kept in Kept::ALL {
        let count = kept.forget(&mut tx, now).await?;
        if count > 0 {
            forgotten.push((kept, count));
        }
    }
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
