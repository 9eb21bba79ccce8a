//! Every page that has a record: rendered, compared with the record, compared with the file.

use std::sync::Arc;

use rayon::prelude::*;

use crate::build::{self, BATCH_PAGES, Builder, Made};
use crate::db::records::{self, Record};
use crate::db::stale;
use crate::load;
use crate::page::Page;
use crate::render::digest;
use crate::store::{self, Object, Store, key};

use super::{Difference, Error, Findings};

/// What was seen of one page.
enum Seen {
    Right,
    /// Marked: the next build writes it.
    Waiting,
    Wrong(Record, Difference),
}

/// Compares all recorded pages, in the order of their keys.
pub(super) async fn compare(builder: &Builder, findings: &mut Findings) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let keys = next_keys(builder, &after).await?;
        let Some(last) = keys.last() else { return Ok(()) };
        after.clone_from(last);
        findings.pages += keys.len() as u64;
        let mut wrong = Vec::new();
        for seen in look_at(builder, &keys).await? {
            match seen {
                Seen::Right => {}
                Seen::Waiting => findings.waiting += 1,
                Seen::Wrong(record, difference) => wrong.push((record, difference)),
            }
        }
        let found = wrong.len();
        let confirmed = confirm(builder, wrong).await?;
        findings.waiting += (found - confirmed.len()) as u64;
        for (record, difference) in confirmed {
            findings.add(record.path, Some(record.page), difference);
        }
    }
}

/// The differences whose page nobody has touched since: on a live site a builder may have been writing it just while
/// its file was read, and then its record has changed or it is marked.
async fn confirm(builder: &Builder, wrong: Vec<(Record, Difference)>) -> Result<Vec<(Record, Difference)>, Error> {
    if wrong.is_empty() {
        return Ok(wrong);
    }
    let doing = build::while_doing("reading records again");
    let keys: Vec<String> = wrong.iter().map(|(record, _)| record.page.clone()).collect();
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    let records = records::by_pages(&mut tx, &keys).await.map_err(&doing)?;
    let marked = stale::marked(&mut tx, &keys).await.map_err(&doing)?;
    let is_untouched = |record: &Record| {
        let now = records.get(&record.page);
        !marked.contains(&record.page) && now.is_some_and(|now| now.path == record.path && now.digest == record.digest)
    };
    Ok(wrong.into_iter().filter(|(record, _)| is_untouched(record)).collect())
}

async fn next_keys(builder: &Builder, after: &str) -> Result<Vec<String>, Error> {
    let doing = build::while_doing("reading records");
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    Ok(records::keys_after(&mut tx, after, BATCH_PAGES).await.map_err(&doing)?)
}

/// Looks at pages by their keys; those whose record has gone meanwhile are left out.
async fn look_at(builder: &Builder, keys: &[String]) -> Result<Vec<Seen>, Error> {
    let doing = build::while_doing("reading what pages show");
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    let mut records = records::by_pages(&mut tx, keys).await.map_err(&doing)?;
    let marked = stale::marked(&mut tx, keys).await.map_err(&doing)?;
    let mut seen = Vec::with_capacity(keys.len());
    let mut pages = Vec::new();
    for key in keys {
        if marked.contains(key) {
            seen.push(Seen::Waiting);
        } else if let Ok(page) = key.parse::<Page>() {
            pages.push(page);
        } else if let Some(record) = records.remove(key) {
            seen.push(Seen::Wrong(record, Difference::NoPage));
        }
    }
    let records = Arc::new(records);
    for portion in build::portions(pages) {
        let batch = load::load(&mut tx, &builder.site, portion).await.map_err(&doing)?;
        let (site, renderer) = (Arc::clone(&builder.site), Arc::clone(&builder.renderer));
        let (store, records) = (Arc::clone(&builder.store), Arc::clone(&records));
        let compared = tokio::task::spawn_blocking(move || {
            let look = |index: usize| {
                let page: &Page = &batch.pages[index].0;
                let record = records.get(&page.to_string())?;
                Some(compare_page(build::make(&site, &renderer, &batch, index, Vec::new()), record, &store))
            };
            (0..batch.pages.len()).into_par_iter().filter_map(look).collect::<Result<Vec<_>, store::Error>>()
        });
        seen.extend(compared.await.map_err(build::Error::from)?.map_err(build::Error::from)?);
    }
    Ok(seen)
}

fn compare_page(made: Made, record: &Record, store: &Store) -> Result<Seen, store::Error> {
    let wrong = |difference| Ok(Seen::Wrong(record.clone(), difference));
    let rendered = match made {
        Made::Fault(reason) => return wrong(Difference::Fault(reason)),
        Made::Gone => return wrong(Difference::NoPage),
        Made::Page(rendered) if rendered.path != record.path => return wrong(Difference::Moved),
        Made::Page(rendered) => rendered,
    };
    let Some(body) = store.get(&key(&record.path))? else { return wrong(Difference::Missing) };
    let Object { content_type, class, redirect, .. } = rendered.object;
    let found = digest(&Object { body, content_type, class, redirect });
    let recorded = record.digest.as_deref();
    match (found == rendered.digest, recorded == Some(&found)) {
        (true, true) => Ok(Seen::Right),
        // As it was recorded, or right by chance: the page has changed, and nobody has said so.
        (false, true) | (true, false) => wrong(Difference::Outdated),
        (false, false) => wrong(Difference::Different),
    }
}
