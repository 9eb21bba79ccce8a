//! Every page that has a record: rendered, compared with the record, compared with the file.

use std::sync::Arc;

use rayon::prelude::*;

use crate::build::{self, BATCH_PAGES, Builder, Made};
use crate::db::records::{self, Record};
use crate::db::stale;
use crate::load;
use crate::page::Page;
use crate::render::{Rendered, digest};
use crate::store::{self, Found, Object, Store, key};

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
        let records = Arc::clone(&records);
        let compared = build::on_store(&builder.store, move |store| {
            let render = |index: usize| {
                let page: &Page = &batch.pages[index].0;
                let record = records.get(&page.to_string())?;
                Some((record, build::make(&site, &renderer, &batch, index, Vec::new())))
            };
            let made = (0..batch.pages.len()).into_par_iter().filter_map(render).collect();
            compare_pages(made, store)
        });
        seen.extend(compared.await.map_err(build::Error::from)?.map_err(build::Error::from)?);
    }
    Ok(seen)
}

fn compare_pages(made: Vec<(&Record, Made)>, store: &Store) -> Result<Vec<Seen>, store::Error> {
    let mut seen = Vec::with_capacity(made.len());
    let mut rendered = Vec::with_capacity(made.len());
    for (record, made) in made {
        let difference = match made {
            Made::Fault(reason) => Difference::Fault(reason),
            Made::Gone => Difference::NoPage,
            Made::Page(page) if page.path != record.path => Difference::Moved,
            Made::Page(page) => {
                rendered.push((record, page));
                continue;
            }
        };
        seen.push(Seen::Wrong(record.clone(), difference));
    }
    let wanted = rendered.iter().map(|(record, _)| {
        // What is uncertain is looked at itself.
        let version = record.digest.as_ref().and(record.etag.clone());
        (key(&record.path), version)
    });
    for ((record, page), found) in rendered.iter().zip(store.find_all(wanted.collect())) {
        seen.push(match compare_page(page, record, found?) {
            None => Seen::Right,
            Some(difference) => Seen::Wrong((*record).clone(), difference),
        });
    }
    Ok(seen)
}

/// How a page differs from what stands at its path, if it does.
fn compare_page(page: &Rendered, record: &Record, found: Found) -> Option<Difference> {
    let recorded = record.digest.as_deref();
    let (is_right, is_recorded) = match found {
        Found::Missing => return Some(Difference::Missing),
        // The content is what was recorded; what stands beside it may have been changed by somebody.
        Found::Version(attributes) if recorded == Some(&page.digest) => {
            return (!attributes.are_of(&page.object)).then_some(Difference::Different);
        }
        Found::Version(_) => return Some(Difference::Outdated),
        Found::Body(body, attributes) => {
            let has_attributes = attributes.is_none_or(|attributes| attributes.are_of(&page.object));
            let found = digest(&Object { body, ..page.object.clone() });
            (found == page.digest && has_attributes, recorded == Some(&found) && has_attributes)
        }
    };
    match (is_right, is_recorded) {
        (true, true) => None,
        // As it was recorded, or right by chance: the page has changed, and nobody has said so.
        (false, true) | (true, false) => Some(Difference::Outdated),
        (false, false) => Some(Difference::Different),
    }
}
