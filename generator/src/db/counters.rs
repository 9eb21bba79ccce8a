//! Counters of reads and downloads.

use std::collections::BTreeMap;

use super::{Result, Tx, json_array};
use crate::model::CreationId;

/// What is to be added to a creation's counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it was opened.
    pub reads: i64,
    /// How often its file was fetched.
    pub downloads: i64,
}

/// Adds counts to creations, those that are gone left out.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, counts: &BTreeMap<CreationId, Count>) -> Result<()> {
    // Each engine has its own way to take a table as a parameter.
    const SQLITE: &str = "update creation set read_count = read_count + (new.value ->> 1),
            download_count = download_count + (new.value ->> 2)
        from json_each($1) new where creation.id = new.value ->> 0";
    const POSTGRES: &str = "update creation set read_count = read_count + new.reads,
            download_count = download_count + new.downloads
        from unnest($1, $2, $3) as new (id, reads, downloads) where creation.id = new.id";
    if counts.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let rows: Vec<_> = counts.iter().map(|(id, count)| (id.0, count.reads, count.downloads)).collect();
            sqlx::query(SQLITE).bind(json_array(&rows)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            sqlx::query(POSTGRES)
                .bind(counts.keys().map(|id| id.0).collect::<Vec<_>>())
                .bind(counts.values().map(|count| count.reads).collect::<Vec<_>>())
                .bind(counts.values().map(|count| count.downloads).collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}
