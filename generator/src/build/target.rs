//! Which target the database's records are about.
//!
//! The target's id is in the database and in an object on the target. Another or an emptied target
//! starts without records, and what stands on it goes unless a page claims it; one that belongs to another database
//! is not touched.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::db::{self, Db, Tx};
use crate::fail_point::FailPoint;
use crate::page::PRIORITY_BULK;
use crate::render::assets::is_at_root;
use crate::store::{self, CacheClass, Expected, Object, Put, Store, Written};

use super::{Error, on_store, while_doing};

/// How long the object about the target may take to be written; a store gives up earlier, and says why.
const IDENTITY_TIME: Duration = Duration::from_secs(60);

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
pub(crate) struct TargetObject {
    /// The database's id.
    pub(crate) database: String,
    /// The target's own.
    pub(crate) target: String,
}

/// A target that a builder may write to.
pub(super) struct Attached {
    /// Its id.
    pub(super) id: String,
    /// Whether it has to be filled from nothing.
    pub(super) is_new: bool,
}

/// Makes the store the target of the database.
///
/// # Errors
/// A [`Mismatch`], a store or a database that fails.
pub(super) async fn attach(db: &Db, store: &Arc<Store>, now: DateTime<Utc>) -> Result<Attached, Error> {
    let doing = while_doing("looking whose the target is");
    let location = store.location();
    let database = own_id(db).await.map_err(&doing)?;
    let mut remains = None;
    loop {
        // Outside of the transaction first: where the target does not answer, nobody who writes must wait for it.
        let before = read(store).await?;
        let mut tx = db.write().await.map_err(&doing)?;
        db::target::lock_alone(&mut tx).await.map_err(&doing)?;
        let known = db::target::current(&mut tx).await.map_err(&doing)?;
        let is_known = |found: &TargetObject| known.as_ref().is_some_and(|known| known.id == found.target);
        let found = if before.as_ref().is_some_and(is_known) { before } else { read(store).await? };
        match (&found, known) {
            (Some(found), _) if found.database != database => {
                return Err(Mismatch::Foreign { location, owner: found.database.clone() }.into());
            }
            (None, _) if !on_store(store, Store::is_empty).await?? => {
                return Err(Mismatch::Unknown { location }.into());
            }
            (Some(found), Some(known)) if known.id == found.target => {
                let records = db::records::count(&mut tx).await.map_err(&doing)?;
                // The folder may have been emptied but for our own object: whoever clears it sees no dot files.
                if records == 0 || !on_store(store, Store::was_cleared).await?? {
                    sync(&mut tx, store, &known, now).await?;
                    tx.commit().await.map_err(&doing)?;
                    // Without a record nothing was built since it was attached: a builder was killed just then.
                    return Ok(Attached { id: known.id, is_new: records == 0 });
                }
            }
            _ => {}
        }
        let Some(remains) = remains.take() else {
            // The walk through a large target is slow, and nobody could write meanwhile. After it all is asked again.
            drop(tx);
            remains = Some(Remains::on(store).await?);
            continue;
        };
        let id = replace(&mut tx, store, database, found.is_some(), &remains, now).await?;
        tx.commit().await.map_err(&doing)?;
        return Ok(Attached { id, is_new: true });
    }
}

/// Makes the store a new target, without records; gives its id.
async fn replace(
    tx: &mut Tx,
    store: &Arc<Store>,
    database: String,
    has_object: bool,
    remains: &Remains,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let doing = while_doing("making the target another one");
    let target = random_id();
    db::records::forget_all(tx).await.map_err(&doing)?;
    db::claims::revoke_claims(tx).await.map_err(&doing)?;
    db::target::replace(tx, &target, &store.location(), now).await.map_err(&doing)?;
    db::target::begin_unsynced(tx, now, &boot_id()).await.map_err(&doing)?;
    db::records::bury_until_built(tx, &remains.paths).await.map_err(&doing)?;
    db::target::add_unreferenced_assets(tx, &remains.assets, now).await.map_err(&doing)?;
    // The object first: a kill in between leaves an id that the database does not know, and the next build
    // starts from nothing once more.
    let body = serde_json::to_vec_pretty(&TargetObject { database, target: target.clone() }).unwrap_or_default();
    let object = Object { body, content_type: "application/json", class: CacheClass::Revalidate, redirect: None };
    // Two databases may find the same target empty.
    let expected = if has_object { Expected::Anything } else { Expected::Absent };
    let put = Put { key: TARGET_KEY.to_owned(), object, expected };
    let written = on_store(store, move |store| store.put_all(vec![put], || Some(IDENTITY_TIME))).await?;
    match written.into_iter().next().transpose()? {
        Some(Written::Done(_)) => {}
        Some(Written::TooLate | Written::Uncertain | Written::Overtaken) | None => {
            return Err(Mismatch::Unknown { location: store.location() }.into());
        }
    }
    FailPoint::Attach.taken();
    Ok(target)
}

/// The database's id. A new one lasts before it is written anywhere else: a target that bears one that a kill has undone
/// would be nobody's for ever.
async fn own_id(db: &Db) -> db::Result<String> {
    if let Some(id) = db::target::known_database_id(&mut db.snapshot().await?).await? {
        return Ok(id);
    }
    let mut tx = db.write().await?;
    db::target::lock_alone(&mut tx).await?;
    let id = db::target::database_id(&mut tx, &random_id()).await?;
    tx.commit().await?;
    Ok(id)
}

/// What is on a target of this database that its records know nothing of, since they were about another one meanwhile:
/// it goes unless a page comes to stand there again, and assets after their time.
#[derive(Default)]
struct Remains {
    paths: Vec<String>,
    assets: Vec<String>,
}

impl Remains {
    async fn on(store: &Arc<Store>) -> Result<Remains, Error> {
        let walk = |store: &Store| {
            let mut remains = Remains::default();
            store.each_key(&mut |key| match CacheClass::of(&key) {
                _ if is_at_root(&key) => remains.assets.push(format!("/{key}")),
                CacheClass::Immutable => remains.assets.push(format!("/{key}")),
                CacheClass::Revalidate | CacheClass::Purged | CacheClass::Private => {
                    remains.paths.push(store::path(&key))
                }
            })?;
            Ok(remains)
        };
        on_store(store, walk).await?
    }
}

/// So long after it was written, a file is on the disk already, and making sure of it costs nothing.
const SYNC_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Makes sure that what records say was written has reached the disk. Waiting for that after each batch would make
/// a build as slow as the disk; instead the database knows since when files may be unsynced, and in which run of the
/// machine: after a loss of power what was written since is written again.
async fn sync(tx: &mut Tx, store: &Arc<Store>, known: &db::target::Target, now: DateTime<Utc>) -> Result<(), Error> {
    let doing = while_doing("making sure of former files");
    if !store.has_unsynced() {
        return Ok(());
    }
    let boot_id = boot_id();
    match known.unsynced_since {
        Some(since) if known.boot_id != boot_id => {
            db::records::distrust_since(tx, since, PRIORITY_BULK).await.map_err(&doing)?;
        }
        // Others are still writing, or it was just now: the older moment stays.
        Some(_) if db::claims::is_anything_claimed(tx).await.map_err(&doing)? => return Ok(()),
        Some(since) if now - since < SYNC_AFTER => return Ok(()),
        Some(_) => {
            tx.allow_pauses().await.map_err(&doing)?;
            on_store(store, Store::sync).await??;
        }
        None => {}
    }
    db::target::begin_unsynced(tx, now, &boot_id).await.map_err(&doing)
}

/// What names the run of the machine, from its start to its end; empty where the system does not tell.
fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

/// What the target says of itself; `None` where it says nothing.
///
/// # Errors
/// Where it cannot be read or understood.
pub(crate) async fn read(store: &Arc<Store>) -> Result<Option<TargetObject>, Error> {
    let Some(body) = on_store(store, |store| store.get(TARGET_KEY)).await?? else { return Ok(None) };
    let object = serde_json::from_slice(&body);
    object.map(Some).map_err(|error| Mismatch::Broken { location: store.location(), fault: error.to_string() }.into())
}

/// A random id of 128 bits, hexadecimal.
pub(crate) fn random_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
