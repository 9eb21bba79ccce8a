//! What comes true by itself: scheduled creations and news, ads whose time is over.
//!
//! Being due is a matter of rows and of the caller's `now`; it becomes public by an ordinary change.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::db::Db;
use crate::db::publishing::schedule as rows;
use crate::site::Site;

use super::{Change, Marked, Result, ads, creations, news};

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
    /// The marks made.
    pub marked: Vec<Marked>,
    /// When the next thing comes due.
    pub next: Option<DateTime<Utc>>,
}

impl Due {
    /// Whether anything did.
    pub fn is_anything(&self) -> bool {
        self.creations + self.news + self.ads > 0
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} creations, {} news and {} ads came due", self.creations, self.news, self.ads)
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
        let next = rows::next(&mut change.tx).await?;
        if due_creations.is_empty() && due_news.is_empty() && due_ads.is_empty() {
            done.next = next;
            return Ok(done);
        }
        done.creations += due_creations.len();
        done.news += due_news.len();
        done.ads += due_ads.len();
        done.marked.extend(change.commit().await?);
    }
}
