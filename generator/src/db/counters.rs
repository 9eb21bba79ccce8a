//! Counters of reads and downloads: gathered by whoever counts, added here in bulk.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::lists::{self, Window};
use super::{Result, Tx, json_array, notices, publishing, select_in, stale};
use crate::model::CreationId;
use crate::page::{Page, Part};
use crate::site::Site;

/// What is to be added to a creation's counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it was opened.
    pub reads: i64,
    /// How often its file was fetched.
    pub downloads: i64,
}

/// Where a counted creation is listed.
#[derive(FromRow)]
struct Listed {
    id: i64,
    section: String,
    genre_id: Option<i64>,
    genre: Option<String>,
}

/// Adds counts to creations, those that are gone left out, and marks the list pages that show the new numbers.
///
/// # Errors
/// Where the database fails; then nothing was added once the transaction is rolled back.
pub async fn add(tx: &mut Tx, site: &Site, counts: &BTreeMap<CreationId, Count>) -> Result<()> {
    let ids: Vec<i64> = counts.keys().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    publishing::lock_shared(tx).await?;
    let listed = listed(tx, &ids).await?;
    update(tx, counts).await?;
    let pages = pages_showing(tx, site, &listed).await?;
    stale::mark(tx, &pages, 0).await?;
    notices::notify(tx).await
}

/// The creations in the order of their rows, locked in it, so that two sidecars that add at once do not wait for
/// each other. On SQLite the transaction holds them anyway.
async fn listed(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Listed>> {
    Ok(if matches!(tx, Tx::Sqlite(_)) {
        select_in!(
            tx,
            Listed,
            "select creation.id, creation.section, genre_id, genre.slug as genre
            from creation left join genre on genre.id = genre_id where creation.id in ",
            ids,
            "order by creation.id"
        )
    } else {
        select_in!(
            tx,
            Listed,
            "select creation.id, creation.section, genre_id, genre.slug as genre
            from creation left join genre on genre.id = genre_id where creation.id in ",
            ids,
            "order by creation.id for update of creation"
        )
    })
}

async fn update(tx: &mut Tx, counts: &BTreeMap<CreationId, Count>) -> Result<()> {
    // Each engine has its own way to take a table as a parameter.
    const SQLITE: &str = "update creation set read_count = read_count + (new.value ->> 1),
            download_count = download_count + (new.value ->> 2)
        from json_each($1) new where creation.id = new.value ->> 0";
    const POSTGRES: &str = "update creation set read_count = read_count + new.reads,
            download_count = download_count + new.downloads
        from unnest($1, $2, $3) as new (id, reads, downloads) where creation.id = new.id";
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

/// The pages of sections and genres that list the creations with their counts: of each list the archive page, and the
/// head where they are among the newest. No other page shows a counter; what changes often must not stand on many.
async fn pages_showing(tx: &mut Tx, site: &Site, listed: &[Listed]) -> Result<Vec<Page>> {
    let mut by_list: BTreeMap<String, (&Listed, Vec<i64>)> = BTreeMap::new();
    let shows_counts = |row: &&Listed| site.section(&row.section).is_some_and(|section| section.list.shows_counts());
    for row in listed.iter().filter(shows_counts) {
        let section = format!("section/{}", row.section);
        by_list.entry(section).or_insert_with(|| (row, Vec::new())).1.push(row.id);
        if let Some(genre) = row.genre_id {
            by_list.entry(format!("genre/{genre}")).or_insert_with(|| (row, Vec::new())).1.push(row.id);
        }
    }
    let mut pages = BTreeSet::new();
    for (list, (row, ids)) in &by_list {
        let Some(size) = site.section(&row.section).map(|section| section.page_size) else { continue };
        let page = |part| match &row.genre {
            Some(genre) if list.starts_with("genre/") => {
                Page::Genre { section: row.section.clone(), genre: genre.clone(), part }
            }
            _ => Page::Section { section: row.section.clone(), part },
        };
        let head = lists::items(tx, &[(list.clone(), Window::Newest(size))]).await?.pop().unwrap_or_default();
        if ids.iter().any(|id| head.ids.contains(id)) {
            pages.insert(page(Part::Head));
        }
        let ordinals = lists::ordinals(tx, list, ids).await?;
        pages.extend(ordinals.into_values().map(|ordinal| page(Part::permanent(ordinal, head.issued, size))));
    }
    Ok(pages.into_iter().collect())
}
