//! Which target the database's records are about.
//!
//! The target's id is in the database and in an object on the target. Another or an emptied target
//! starts without records; one that belongs to another database is not touched.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::db::{self, Db};
use crate::store::{CacheClass, Object, Store};

use super::{Error, while_doing};

/// The object that says whose the target is.
pub const TARGET_KEY: &str = ".graveyard/target.json";

/// A target that this database must not write into.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// Another database's.
    #[error(
        "{location} belongs to another database ({owner}): it would be overwritten; give another OUTPUT, or, if that \
        database is gone for good, empty the target first"
    )]
    Foreign {
        /// The target.
        location: String,
        /// The other database's id.
        owner: String,
    },
    /// Nobody's, but not empty.
    #[error("{location} is not empty and holds no site of this program: give an empty or new OUTPUT")]
    Unknown {
        /// The target.
        location: String,
    },
    /// Its object is broken.
    #[error("{location}/{TARGET_KEY} cannot be understood ({fault}): empty the target, or give another OUTPUT")]
    Broken {
        /// The target.
        location: String,
        /// What is wrong.
        fault: String,
    },
}

#[derive(Deserialize, Serialize)]
struct TargetObject {
    database: String,
    target: String,
}

/// Makes the store the target of the database. `true` where it has to be filled from nothing.
///
/// # Errors
/// A [`Mismatch`], a store or a database that fails.
pub async fn attach(db: &Db, store: &Store, now: DateTime<Utc>) -> Result<bool, Error> {
    let doing = while_doing("looking whose the target is");
    let location = store.location();
    let mut tx = db.write().await.map_err(&doing)?;
    let database = db::target::database_id(&mut tx, &random_id()).await.map_err(&doing)?;
    let known = db::target::current(&mut tx).await.map_err(&doing)?;
    let found = read(store, &location)?;
    match &found {
        Some(found) if found.database != database => {
            return Err(Mismatch::Foreign { location, owner: found.database.clone() }.into());
        }
        Some(found) if known.as_ref().is_some_and(|known| known.id == found.target) => {
            tx.commit().await.map_err(&doing)?;
            return Ok(false);
        }
        None if !store.is_empty()? => return Err(Mismatch::Unknown { location }.into()),
        _ => {}
    }
    let target = random_id();
    db::records::forget_all(&mut tx).await.map_err(&doing)?;
    db::target::replace(&mut tx, &target, &location, now).await.map_err(&doing)?;
    // The object first: a kill in between leaves an id that the database does not know, and the next build
    // starts from nothing once more.
    let body = serde_json::to_vec_pretty(&TargetObject { database, target }).unwrap_or_default();
    let object = Object { body, content_type: "application/json", class: CacheClass::Revalidate, redirect: None };
    store.put(TARGET_KEY, &object, || true)?;
    tx.commit().await.map_err(&doing)?;
    Ok(true)
}

fn read(store: &Store, location: &str) -> Result<Option<TargetObject>, Error> {
    let Some(body) = store.get(TARGET_KEY)? else { return Ok(None) };
    let object = serde_json::from_slice(&body);
    object
        .map(Some)
        .map_err(|error| Mismatch::Broken { location: location.to_owned(), fault: error.to_string() }.into())
}

/// A random id of 128 bits, hexadecimal.
pub(crate) fn random_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
