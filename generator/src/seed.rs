//! Made-up content for trying a site of any size: the same for the same number, on both engines.
//!
//! Everything comes from a generator of random numbers whose sequence is fixed; no clock is asked. Rows are
//! made and inserted in batches, so memory does not grow with the site.

mod community;
mod creations;
mod names;
mod people;
mod text;
mod words;

use crate::db::{Db, identities, lists, search};
use crate::publish::searchable::{self, Beside};
use crate::site::Site;

use self::people::People;
use self::text::Writer;

/// How much is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Creations, spread over the site's sections.
    pub creations: u64,
    /// Comments on them, most on a few.
    pub comments: u64,
    /// Members.
    pub members: u64,
    /// What everything is made from.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Copy, Debug)]
pub struct Seeded {
    /// Rows inserted into all tables.
    pub rows: u64,
}

/// A database that cannot be seeded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is something in it.
    #[error("the database is not empty; seed fills only an empty one: give another DATABASE_URL")]
    NotEmpty,
    /// There is nothing to put creations into.
    #[error("the site has no sections: add one to content/sections/")]
    NoSections,
    /// The database fails.
    #[error("the database fails while it is seeded: {0}")]
    Database(#[from] sqlx::Error),
}

/// Creations of one transaction.
const BATCH: u64 = 2_000;

/// Fills an empty database.
///
/// # Errors
/// A database that is not empty or fails, a site without sections.
pub async fn seed(db: &Db, site: &Site, options: &Options) -> Result<Seeded, Error> {
    if site.sections.is_empty() {
        return Err(Error::NoSections);
    }
    let mut tx = db.write().await?;
    let lists = lists::by_keys(&mut tx, &["members".to_owned(), "creations".to_owned()]).await?;
    if !lists.is_empty() {
        return Err(Error::NotEmpty);
    }
    search::distrust(&mut tx).await?;
    let writer = Writer::new(options.seed);
    let people = People::new(options);
    let mut rows = people.insert(&mut tx, &writer).await?;
    tx.commit().await?;

    let mut maker = creations::Maker::new(site, options, &people);
    let mut tx = db.write().await?;
    rows += maker.insert_genres(&mut tx).await?;
    tx.commit().await?;
    let mut from = 0;
    while from < options.creations {
        let to = (from + BATCH).min(options.creations);
        let mut tx = db.write().await?;
        rows += maker.insert(&mut tx, &writer, from..to).await?;
        tx.commit().await?;
        from = to;
    }

    let mut tx = db.write().await?;
    rows += community::insert(&mut tx, site, &writer, &people, options).await?;
    identities::advance_identities(&mut tx).await?;
    tx.analyze().await?;
    tx.commit().await?;
    searchable::catch_up(db, Beside::Nobody).await?;
    Ok(Seeded { rows })
}
