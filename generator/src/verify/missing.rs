//! Pages that configuration or database have and that have neither a record nor a mark; and those that failed.

use crate::build::{self, Builder, Made, everything};
use crate::db::{Tx, creations, members, records, redirects, stale};
use crate::load;
use crate::page::Page;

use super::{Difference, Error, Findings};

/// Pages that are looked up at once.
const PAGES: usize = 1_000;

/// Finds the pages that nobody has ever written and nobody is about to, or that nobody can.
pub(super) async fn find(builder: &Builder, findings: &mut Findings) -> Result<(), Error> {
    let doing = build::while_doing("looking for pages without a file");
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    for (key, reason) in stale::failed(&mut tx).await.map_err(&doing)? {
        findings.add(key.clone(), Some(key), Difference::Fault(reason));
    }
    let mut keys = creations::unrecorded(&mut tx).await.map_err(&doing)?;
    keys.extend(members::unrecorded(&mut tx).await.map_err(&doing)?);
    keys.extend(redirects::unrecorded(&mut tx).await.map_err(&doing)?);
    let listed = everything::listed_pages(&mut tx, &builder.site).await.map_err(&doing)?;
    for pages in listed.chunks(PAGES) {
        let chunk: Vec<String> = pages.iter().map(ToString::to_string).collect();
        let recorded = records::by_pages(&mut tx, &chunk).await.map_err(&doing)?;
        let marked = stale::marked(&mut tx, &chunk).await.map_err(&doing)?;
        keys.extend(chunk.into_iter().filter(|key| !recorded.contains_key(key) && !marked.contains(key)));
    }
    let pages: Vec<Page> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    for portion in build::portions(pages) {
        add_existing(&mut tx, builder, portion, findings).await?;
    }
    Ok(())
}

/// Adds those of the pages that there are: a list may have pages that its items' states leave empty.
async fn add_existing(tx: &mut Tx, builder: &Builder, pages: Vec<Page>, findings: &mut Findings) -> Result<(), Error> {
    let doing = build::while_doing("reading what pages show");
    let batch = load::load(tx, &builder.site, pages).await.map_err(&doing)?;
    for (index, (page, _)) in batch.pages.iter().enumerate() {
        let difference = match build::make(&builder.site, &builder.renderer, &batch, index, Vec::new()) {
            Made::Gone => continue,
            Made::Page(_) => Difference::Unrecorded,
            Made::Fault(reason) => Difference::Fault(reason),
        };
        // It has no path yet: the key stands for it.
        findings.add(page.to_string(), Some(page.to_string()), difference);
    }
    Ok(())
}
