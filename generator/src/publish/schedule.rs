//! What comes true by itself: scheduled creations and news, ads and bans whose time is over.
//!
//! Being due is a matter of rows and of the caller's `now`; it becomes public by an ordinary change.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::db::publishing::schedule as rows;
use crate::db::{Db, bans};
use crate::site::Site;

use super::{Change, Error, Marked, Result, ads, creations, members, news};

/// Things that become true in one transaction: few enough that others wait for moments.
const BATCH: i64 = 50;

/// What came due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Creations published.
    pub creations: usize,
    /// News published.
    pub news: usize,
    /// Ads ended.
    pub ads: usize,
    /// Bans ended.
    pub bans: usize,
    /// The marks made.
    pub marked: Vec<Marked>,
    /// When the next thing comes due.
    pub next: Option<DateTime<Utc>>,
}

impl Due {
    /// Whether anything did.
    pub fn is_anything(&self) -> bool {
        self.creations + self.news + self.ads + self.bans > 0
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Due { creations, news, ads, bans, .. } = self;
        write!(f, "{creations} creations, {news} news, {ads} ads and the end of {bans} bans came due")
    }
}

/// Whether there is anything to do for [`due`]; changes nothing and waits for nobody.
///
/// # Errors
/// Where the database fails.
pub async fn is_anything_due(db: &Db, now: DateTime<Utc>) -> Result<bool> {
    let mut tx = db.snapshot().await?;
    Ok(rows::next(&mut tx).await?.is_some_and(|next| next <= now))
}

/// Turns everything that has come due by `now` into changes, in batches.
///
/// # Errors
/// Where the database fails; the batches before that stay.
pub async fn due(db: &Db, site: &Site, now: DateTime<Utc>) -> Result<Due> {
    due_as(db, site, None, now).await
}

/// As [`due`], by a process of this generation.
///
/// # Errors
/// As [`due`].
pub async fn due_as(db: &Db, site: &Site, generation: Option<&str>, now: DateTime<Utc>) -> Result<Due> {
    let mut done = Due::default();
    loop {
        let mut change = Change { generation, ..Change::begin_alone(db, site, now).await? };
        let now = change.now;
        let due_creations = rows::creations(&mut change.tx, now, BATCH).await?;
        for (id, at) in &due_creations {
            creations::approve_at(&mut change, *id, *at).await?;
        }
        let due_news = rows::news(&mut change.tx, now, BATCH).await?;
        for (id, at) in &due_news {
            news::publish(&mut change, *id, *at).await?;
        }
        let due_ads = rows::ads(&mut change.tx, now, BATCH).await?;
        for id in &due_ads {
            ads::expire(&mut change, *id).await?;
        }
        let due_bans = bans::over(&mut change.tx, now, BATCH).await?;
        for id in &due_bans {
            match members::unban(&mut change, *id).await {
                // Somebody was quicker, and the row was left behind.
                Err(Error::State { .. }) => bans::remove(&mut change.tx, *id).await?,
                outcome => outcome?,
            }
        }
        let next = rows::next(&mut change.tx).await?;
        if due_creations.is_empty() && due_news.is_empty() && due_ads.is_empty() && due_bans.is_empty() {
            done.next = next;
            return Ok(done);
        }
        done.creations += due_creations.len();
        done.news += due_news.len();
        done.ads += due_ads.len();
        done.bans += due_bans.len();
        done.marked.extend(change.commit().await?);
    }
}
