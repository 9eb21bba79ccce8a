//! Statements of the operations that change public things, one file for each aggregate; [`crate::publish`] composes
//! them into changes.

pub mod ads;
pub mod creations;
pub mod editors_pages;
pub mod leaving;
pub mod links;
pub mod members;
pub mod messages;
pub mod schedule;

use super::{Db, Result, Tx, begin, in_time};

/// What every change of public things locks on PostgreSQL: shared, or alone where it changes what other entities show.
/// On SQLite writers exclude each other anyway.
const CHANGES_LOCK: i64 = 0x6368_616e_6765;

/// Begins a transaction that keeps changes out which must be alone, until it ends; on PostgreSQL that is one round trip.
///
/// # Errors
/// Where the database cannot be reached.
pub async fn begin_shared(db: &Db) -> Result<Tx> {
    const BEGIN: &str = "begin; select pg_advisory_xact_lock_shared(x'6368616e6765'::bigint)";
    match db {
        Db::Sqlite { .. } => db.write().await,
        Db::Postgres(pool) => Ok(Tx::Postgres(begin(pool, BEGIN).await?)),
    }
}

/// As [`begin_shared`], for a change that somebody waits for: see [`Db::write_in_time`].
///
/// # Errors
/// Where the database cannot be reached.
pub async fn begin_shared_in_time(db: &Db) -> Result<Tx> {
    const BEGIN: &str =
        concat!("begin; ", in_time!(), "; select pg_advisory_xact_lock_shared(x'6368616e6765'::bigint)");
    match db {
        Db::Sqlite { .. } => db.write_in_time().await,
        Db::Postgres(pool) => Ok(Tx::Postgres(begin(pool, BEGIN).await?)),
    }
}

/// Waits for all other changes and keeps new ones out, until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn lock_alone(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(CHANGES_LOCK).execute(&mut **tx).await?;
    }
    Ok(())
}
