//! What comes true by itself: scheduled creations and news, ads and bans whose time is over.
//!
//! Being due is a matter of rows and of the caller's `now`; it becomes public by an ordinary change. What cannot become
//! public, since the configuration has changed, say, holds up nothing else: it is put off, for longer each time.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::publishing::schedule as rows;
use crate::db::{Db, Tx, bans, error};
use crate::model::{CreationId, MemberId};
use crate::site::Site;

use super::{Alone, Change, Error, Marked, Result, ads, creations, members, news};

/// Things of a sort that become true in one transaction: few enough that others wait for moments.
const BATCH: i64 = 50;
/// First pause before something is tried again that could not become public; it doubles each time.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// After so many it does not grow any more: that is seventeen hours.
const DOUBLINGS_MAX: i64 = 10;

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
    /// What could not come true this time, as [`put_off`] has it.
    pub failed: Vec<(String, String)>,
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

    fn add(&mut self, item: Item) {
        match item {
            Item::Creation(..) => self.creations += 1,
            Item::News(..) => self.news += 1,
            Item::Ad(_) => self.ads += 1,
            Item::Ban(_) => self.bans += 1,
        }
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Due { creations, news, ads, bans, .. } = self;
        write!(f, "{creations} creations, {news} news, {ads} ads and the end of {bans} bans came due")
    }
}

/// Something that is due, and since when where that will be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Creation(CreationId, DateTime<Utc>),
    News(i64, DateTime<Utc>),
    Ad(i64),
    Ban(MemberId),
}

impl Item {
    /// All that is due, up to [`BATCH`] of each sort.
    async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        items.extend(rows::creations(tx, now, BATCH).await?.into_iter().map(|(id, at)| Item::Creation(id, at)));
        items.extend(rows::news(tx, now, BATCH).await?.into_iter().map(|(id, at)| Item::News(id, at)));
        items.extend(rows::ads(tx, now, BATCH).await?.into_iter().map(Item::Ad));
        items.extend(bans::over(tx, now, BATCH).await?.into_iter().map(Item::Ban));
        Ok(items)
    }

    /// Its sort and row, as `put_off` has them.
    fn key(self) -> (&'static str, i64) {
        match self {
            Item::Creation(id, _) => ("creation", id.0),
            Item::News(id, _) => ("news", id),
            Item::Ad(id) => ("ad", id),
            Item::Ban(id) => ("ban", id.0),
        }
    }

    async fn come_true(self, change: &mut Change<'_, Alone>) -> Result<()> {
        match self {
            Item::Creation(id, at) => creations::approve_at(change, id, at).await,
            Item::News(id, at) => news::publish(change, id, at).await,
            Item::Ad(id) => ads::expire(change, id).await,
            Item::Ban(id) => match members::unban(change, id).await {
                // Somebody was quicker, and the row was left behind.
                Err(Error::State { .. }) => Ok(bans::remove(&mut change.tx, id).await?),
                outcome => outcome,
            },
        }
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

/// What has come due and could not come true, such as `creation 5`, with the reason, whenever it is tried again.
///
/// # Errors
/// Where the database fails.
pub async fn put_off(db: &Db) -> Result<Vec<(String, String)>> {
    let rows = rows::all_put_off(&mut db.snapshot().await?).await?;
    Ok(rows.into_iter().map(|(kind, item, reason)| (format!("{kind} {item}"), reason)).collect())
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
        let items = Item::due(&mut change.tx, now).await?;
        if items.is_empty() {
            rows::forget_put_off(&mut change.tx, now).await?;
            done.next = rows::next(&mut change.tx).await?;
            change.commit().await?;
            return Ok(done);
        }
        match together(change, &items).await {
            Ok(marked) => {
                items.into_iter().for_each(|item| done.add(item));
                done.marked.extend(marked);
            }
            Err(error) if concerns_all(&error) => return Err(error),
            // One of them; the others do not wait for it.
            Err(_) => one_by_one(db, site, generation, now, items, &mut done).await?,
        }
    }
}

/// Has all of them come true, or none.
async fn together(mut change: Change<'_, Alone>, items: &[Item]) -> Result<Vec<Marked>> {
    for item in items {
        item.come_true(&mut change).await?;
    }
    change.commit().await
}

/// Has each come true by a change of its own, and puts off those that cannot.
async fn one_by_one(
    db: &Db,
    site: &Site,
    generation: Option<&str>,
    now: DateTime<Utc>,
    items: Vec<Item>,
    done: &mut Due,
) -> Result<()> {
    for item in items {
        let mut change = Change { generation, ..Change::begin_alone(db, site, now).await? };
        if !Item::due(&mut change.tx, now).await?.contains(&item) {
            // Somebody was quicker.
            continue;
        }
        match together(change, &[item]).await {
            Ok(marked) => {
                done.add(item);
                done.marked.extend(marked);
            }
            Err(error) if concerns_all(&error) => return Err(error),
            Err(error) => {
                let ((kind, id), reason) = (item.key(), error.to_string());
                let mut tx = db.write().await?;
                let doublings = rows::attempts(&mut tx, kind, id).await?.clamp(0, DOUBLINGS_MAX);
                let until = now + PAUSE * (1 << doublings);
                rows::put_off(&mut tx, kind, id, until, &reason).await?;
                tx.commit().await?;
                done.failed.push((format!("{kind} {id}"), reason));
            }
        }
    }
    Ok(())
}

/// Whether nothing else would fare better: the database fails, not a row.
fn concerns_all(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error::is_outage(error) || error::is_transient(error))
}
