//! The one door for changes of public things.
//!
//! A [`Change`] is a transaction under the locks of the protocol. An operation (a function of one of the modules here)
//! changes rows, list items and counters and notes the pages that showed the thing before and that show it after;
//! [`Change::commit`] marks them stale, last and in the order of their keys, and commits. Which page shows what is in
//! [`pages`] alone. Nothing here renders, asks the clock or decides who may do what.
//!
//! Why the locks suffice, under read committed: what is stale is computed from committed rows and the change's own. A
//! change that alters what *other* entities show (a nick, a title, who is on a list of creations) runs [`Alone`], so
//! nobody adds a page that it should have seen. The others run [`Shared`] and lock the rows of the lists that they
//! compute with.

pub mod ads;
pub mod again;
pub mod comments;
pub mod counters;
pub mod creations;
pub mod editors_pages;
pub mod forum;
pub mod leaving;
pub mod links;
pub(crate) mod looks;
pub mod members;
pub mod news;
pub mod pages;
mod redirects;
pub mod schedule;
pub mod searchable;
pub mod submissions;
mod uploads;
pub mod votes;

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::build::live::Signals;
use crate::db::search::Kind;
use crate::db::{Db, Tx, generations, notices, publishing, staged_marks, stale};
use crate::page::{PRIORITY_BULK, Page};
use crate::site::Site;
use crate::text::moment;

use self::pages::bulk::Bulk;

/// A change that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database fails.
    #[error("the database fails: {0}")]
    Database(#[from] sqlx::Error),
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its row or name.
        id: String,
    },
    /// It is in a state that forbids it.
    #[error("{what} {id} is {state}: it cannot be {action}")]
    State {
        /// What it is.
        what: &'static str,
        /// Its row.
        id: String,
        /// The state it is in.
        state: String,
        /// What was wanted.
        action: &'static str,
    },
    /// Somebody or something else has it.
    #[error("the {what} `{value}` is taken")]
    Taken {
        /// What is wanted.
        what: &'static str,
        /// The value that is taken.
        value: String,
    },
    /// It would make no sense.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// Whether the database undid the change only because another transaction was in its way: the whole change may be
    /// made again.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Database(error) if crate::db::error::is_transient(error))
    }
}

/// What an operation gives.
pub type Result<T> = std::result::Result<T, Error>;

fn not_found(what: &'static str, id: impl ToString) -> Error {
    Error::NotFound { what, id: id.to_string() }
}

/// Beside others: for changes of one item and of the lists that it locks.
#[derive(Debug)]
pub enum Shared {}

/// Alone: for changes of what other entities show.
#[derive(Debug)]
pub enum Alone {}

/// A change that is being made. Dropped without [`Change::commit`], it never was.
pub struct Change<'a, Lock> {
    tx: Tx,
    site: &'a Site,
    now: DateTime<Utc>,
    /// Page → 0, or [`PRIORITY_BULK`] where nobody waits for it.
    stale: BTreeMap<Page, i64>,
    /// Whether there are more than these, which are put aside in the database.
    is_staged: bool,
    /// Whether a builder is to look around at once, though no page is marked.
    wakes: bool,
    /// What the search has to read again.
    touched: searchable::Touched,
    /// What knows which page shows what, where that is a generation of the site.
    generation: Option<&'a str>,
    /// Who is told of the marks in this process.
    signals: Option<&'a Signals>,
    lock: PhantomData<Lock>,
}

/// A page with the version of its mark: a file rendered from this version on shows the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The page.
    pub page: Page,
    /// The mark's version.
    pub version: i64,
    /// Which mark of this page it is, see [`stale::Progress`].
    pub epoch: i64,
}

impl<'a> Change<'a, Shared> {
    /// Begins a change beside others. `now` is cut to microseconds, which is what both engines keep.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin(db: &Db, site: &'a Site, now: DateTime<Utc>) -> Result<Self> {
        Ok(Change::new(publishing::begin_shared(db).await?, site, now))
    }
}

impl<'a> Change<'a, Alone> {
    /// Begins a change that waits for all others and keeps them out.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin_alone(db: &Db, site: &'a Site, now: DateTime<Utc>) -> Result<Self> {
        let mut tx = db.write().await?;
        publishing::lock_alone(&mut tx).await?;
        Ok(Change::new(tx, site, now))
    }
}

impl<'a, Lock> Change<'a, Lock> {
    fn new(tx: Tx, site: &'a Site, now: DateTime<Utc>) -> Self {
        Change {
            tx,
            site,
            now: moment::cut(now),
            stale: BTreeMap::new(),
            is_staged: false,
            wakes: false,
            touched: searchable::Touched::new(),
            generation: None,
            signals: None,
            lock: PhantomData,
        }
    }

    /// The transaction, for rows that are nobody's page and must be there or not together with the change.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Marks the pages stale and makes the change last. Gives the marks; those made in bulk, which nobody waits for,
    /// are left out.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn commit(mut self) -> Result<Vec<Marked>> {
        searchable::index(&mut self.tx, &self.touched).await?;
        let offered = self.stale.iter().filter(|(page, _)| self.site.offers(page));
        let marks: Vec<(String, i64)> =
            offered.clone().map(|(page, bulk)| (page.to_string(), page.priority() + bulk)).collect();
        let mut awaited: BTreeMap<String, &Page> = BTreeMap::new();
        awaited.extend(offered.filter(|(_, bulk)| **bulk == 0).map(|(page, _)| (page.to_string(), page)));
        let marks_any = !marks.is_empty() || self.is_staged;
        // Others need not be told where a builder of this process hears of it: on PostgreSQL commits with a notice wait
        // for each other.
        if marks_any && !self.signals.is_some_and(Signals::have_builder) {
            notices::notify(&mut self.tx).await?;
        }
        // Also where this generation offers none of the pages.
        if let Some(generation) = self.generation.filter(|_| !self.stale.is_empty() || self.is_staged) {
            generations::note_change(&mut self.tx, generation).await?;
        }
        let marks = if self.is_staged {
            staged_marks::add(&mut self.tx, &marks).await?;
            staged_marks::mark(&mut self.tx).await?;
            let keys: Vec<String> = awaited.keys().cloned().collect();
            stale::progress(&mut self.tx, &keys).await?
        } else {
            stale::mark_awaited(&mut self.tx, marks).await?
        };
        let marked = awaited
            .into_iter()
            .filter_map(|(key, page)| {
                let stale::Progress { version, epoch, .. } = *marks.get(&key)?;
                Some(Marked { page: page.clone(), version, epoch })
            })
            .collect();
        let committed = self.tx.commit().await;
        // Also after an error: it may have been made, and the builder looks itself.
        if let Some(signals) = self.signals.filter(|_| marks_any) {
            signals.mark();
        }
        if let Some(signals) = self.signals.filter(|_| self.wakes) {
            signals.look_around();
        }
        committed?;
        Ok(marked)
    }

    /// Notes a thing whose words may be others now, or that came or went.
    fn touch(&mut self, kind: Kind, id: i64) {
        self.touched.insert((kind, id));
    }

    /// Notes a page as stale.
    fn stale(&mut self, page: Page) {
        self.stale.insert(page, 0);
    }

    /// Notes pages as stale.
    fn stale_all(&mut self, pages: impl IntoIterator<Item = Page>) {
        self.stale.extend(pages.into_iter().map(|page| (page, 0)));
    }

    /// Notes pages as stale that nobody waits for.
    fn stale_bulk(&mut self, bulk: Bulk<'_>) {
        let (rest, is_staged) = bulk.into_rest();
        for page in rest {
            self.stale.entry(page).or_insert(PRIORITY_BULK);
        }
        self.is_staged |= is_staged;
    }
}

/// A process's door: its changes wake the builder that runs in it ([`crate::build::live`]).
#[derive(Clone)]
pub struct Door {
    /// Where changes are made.
    pub db: Db,
    /// What they are changes of.
    pub site: Arc<Site>,
    /// The generation that the site's files make, where the process builds with them: a change by one that is not the
    /// newest any more is noted, and whoever builds marks more for it.
    pub generation: Option<String>,
    /// Shared with the builder.
    pub signals: Arc<Signals>,
}

/// How long the files of another process's builder are waited for between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl Door {
    /// As [`Change::begin`], for somebody who waits for it: on PostgreSQL a lock that others keep fails it after seconds.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin(&self, now: DateTime<Utc>) -> Result<Change<'_, Shared>> {
        let change = Change::new(publishing::begin_shared_in_time(&self.db).await?, &self.site, now);
        Ok(Change { signals: Some(&self.signals), generation: self.generation.as_deref(), ..change })
    }

    /// As [`Change::begin_alone`].
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin_alone(&self, now: DateTime<Utc>) -> Result<Change<'_, Alone>> {
        let change = Change::begin_alone(&self.db, &self.site, now).await?;
        Ok(Change { signals: Some(&self.signals), generation: self.generation.as_deref(), ..change })
    }

    /// Waits until the files show a change; `false` where that takes longer than `patience`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn rendered(&self, marked: &[Marked], patience: Duration) -> Result<bool> {
        let until = tokio::time::Instant::now() + patience;
        let keys = keys(marked);
        loop {
            // Before the look, so that what happens in between is not missed.
            let rendered = self.signals.rendered.notified();
            tokio::pin!(rendered);
            rendered.as_mut().enable();
            let seen = self.signals.looks.look(&self.db, &keys).await?;
            if are_rendered(marked, &keys, &seen) {
                return Ok(true);
            }
            if tokio::time::Instant::now() >= until {
                return Ok(false);
            }
            let _ = tokio::time::timeout(LOOK_AGAIN, rendered).await;
        }
    }
}

fn keys(marked: &[Marked]) -> Vec<String> {
    marked.iter().map(|mark| mark.page.to_string()).collect()
}

/// Whether the files of all these marks show the change, as of now.
///
/// # Errors
/// Where the database fails.
pub async fn is_rendered(db: &Db, marked: &[Marked]) -> Result<bool> {
    let keys = keys(marked);
    let mut tx = db.snapshot().await?;
    Ok(are_rendered(marked, &keys, &stale::progress(&mut tx, &keys).await?))
}

/// Whether the files of all these marks show the change. Others may have marked the pages again since.
fn are_rendered(marked: &[Marked], keys: &[String], seen: &HashMap<String, stale::Progress>) -> bool {
    marked.iter().zip(keys).all(|(mark, key)| {
        // A mark that was cleaned is gone; one made after that is another, and somebody else's to wait for.
        seen.get(key).is_none_or(|now| {
            now.epoch != mark.epoch || now.rendered_version.is_some_and(|rendered| rendered >= mark.version)
        })
    })
}
