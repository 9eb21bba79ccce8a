//! Genres: the source has them as words of its creations only; here each is a row of its section.

use std::collections::HashSet;

use super::Error;
use super::creations::is_approved;
use super::encoding::Stored;
use super::here::{database, snapshot};
use super::kinds::KINDS;
use super::prepare::line;
use super::reader::{Made, Reader};
use super::row::Row;
use super::run::{Job, Keys, Run};
use super::tables::{ARTICLES, DOWNLOADS, Table};
use crate::db::shape::{shape, values};
use crate::db::{creations, imported};
use crate::text::slug::slug;

/// Columns of the rows that [`GENRES_JOB`] reads. The name is a word of the report, and the column's that creations have
/// theirs in: the source has no such table.
static GENRES: Table = Table {
    name: "skupina",
    key: &[],
    order: &[],
    columns: &["section", "slug", "name"],
    joined: None,
    optional: false,
    private: false,
    secret: &[],
};
/// Genres.
pub(super) const GENRES_JOB: Job = Job { keys: Keys::Given, ..Job::new(&GENRES, genre) };

shape!(GENRE = "genre", once: false, {
    id Key Integer, section Content Text, slug Content Text, name Content Text,
});

/// A row for [`GENRES_JOB`]. Its key is the address that it had at first, whatever becomes of it here.
fn genre_row(section: &str, slug: &str, name: &str) -> Row {
    let values = [section, slug, name].map(|text| Some(text.to_owned()));
    Row::with_key(&GENRES, format!("{section}/{slug}"), values.to_vec())
}

fn genre(row: &mut Reader<'_>) -> Made {
    let [section, slug, name] = ["section", "slug", "name"].map(|column| row.line(column, Stored::Plain));
    Ok(vec![(&GENRE, values![0, section, slug, name])])
}

/// The genres of the source's approved creations, whose names stand on public pages, in the order in which creations
/// have them; those that are here without having come from the source are left out.
pub(super) async fn rows(run: &mut Run<'_>) -> Result<Vec<Row>, Error> {
    look(run).await?;
    let mut tx = snapshot(run.db).await?;
    let remembered = imported::row_keys(&mut tx, GENRES.name).await.map_err(database("imported_row"))?;
    drop(tx);
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for of in &KINDS {
        let (Some(column), None) = (of.genre, run.source.lacks(of.table)) else { continue };
        let is_articles = of.table.name == ARTICLES.name;
        let columns = if is_articles { vec![column, "schvaleno", "rubrika"] } else { vec![column, "schvaleno"] };
        let stored = if of.table.name == DOWNLOADS.name { Stored::Plain } else { Stored::MisDecoded };
        let word = run.cx.sections.iter().find(|(_, table)| table.name == of.table.name).map(|(word, _)| word.clone());
        for values in run.source.columns_of(of.table, &columns).await? {
            if !is_approved(values[1].as_deref()) {
                continue;
            }
            let name = line(values[0].as_ref(), stored);
            let section = match is_articles {
                true => line(values[2].as_ref(), Stored::MisDecoded),
                false => word.clone().unwrap_or_default(),
            };
            let key = (section, slug(&name));
            let row = genre_row(&key.0, &key.1, &name);
            let is_ours = run.cx.genres.contains_key(&key) && !remembered.contains_key(&row.key);
            if key.1.is_empty() || run.cx.site.section(&key.0).is_none() || is_ours || !seen.insert(key) {
                continue;
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Which genres are here, and which of the source's were deleted here.
pub(super) async fn look(run: &mut Run<'_>) -> Result<(), Error> {
    let mut tx = snapshot(run.db).await?;
    let here = creations::genres(&mut tx).await.map_err(database("genre"))?;
    let remembered = imported::row_keys(&mut tx, GENRES.name).await.map_err(database("imported_row"))?;
    let ids: HashSet<i64> = here.iter().map(|genre| genre.id.0).collect();
    let cx = run.cx.learn();
    cx.genres = here.into_iter().map(|genre| ((genre.section, genre.slug), genre.id.0)).collect();
    cx.genres_deleted.clear();
    for (key, id) in remembered {
        let (Some((section, slug)), Ok(id)) = (key.split_once('/'), id.parse::<i64>()) else { continue };
        let key = (section.to_owned(), slug.to_owned());
        if ids.contains(&id) {
            cx.genres.insert(key, id);
        } else if !cx.genres.contains_key(&key) {
            cx.genres_deleted.insert(key);
        }
    }
    Ok(())
}
