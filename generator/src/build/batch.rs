//! One loop of the builder and one batch of it: claim, load, render, intend, write, finish.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::db::records::Record;
use crate::db::{self, Db};
use crate::load::{self, Batch};
use crate::page::Page;
use crate::render::{Rendered, Renderer};
use crate::site::Site;
use crate::store::{self, Store, key};
use crate::view::{self, Composed};

use super::progress::Progress;
use super::{Builder, Counts, Error, Lease, while_doing};

/// Pages of a batch: enough that a bulk statement and a commit cost little for each, few enough that a
/// batch is done well within a second and the rendered pages of all loops fit in some ten megabytes.
const BATCH_PAGES: i64 = 320;

/// Rows that the pages of one part show, roughly; see [`parts`].
const ROWS_MAX: usize = 6_000;

/// What one loop works with.
pub(super) struct Loop {
    db: Db,
    site: Arc<Site>,
    renderer: Arc<Renderer>,
    store: Arc<Store>,
    counts: Arc<Counts>,
    progress: Progress,
    now: DateTime<Utc>,
}

/// What a batch's pages turned out to be.
#[derive(Default)]
struct Plan {
    /// To be written, with the page's key.
    write: Vec<(String, Rendered)>,
    /// Right already.
    unchanged: Vec<String>,
    /// No longer pages.
    gone: Vec<String>,
    /// Paths that the batch's pages leave, and whether what stands there is certain.
    left: Vec<(String, bool)>,
    /// Not to be built, with the reason.
    failed: Vec<(String, String)>,
}

enum Made {
    Page(Rendered),
    Gone,
    Fault(String),
}

impl Loop {
    pub(super) fn new(builder: &Builder, counts: &Arc<Counts>, progress: &Progress, now: DateTime<Utc>) -> Loop {
        Loop {
            db: builder.db.clone(),
            site: Arc::clone(&builder.site),
            renderer: Arc::clone(&builder.renderer),
            store: Arc::clone(&builder.store),
            counts: Arc::clone(counts),
            progress: progress.clone(),
            now,
        }
    }

    /// Builds batches until nothing is due or another loop has met an error that concerns all.
    pub(super) async fn run(self) -> Result<(), Error> {
        let this = Arc::new(self);
        loop {
            if this.counts.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            match Arc::clone(&this).batch().await {
                Ok(0) => return Ok(()),
                Ok(pages) => this.progress.advance(pages as u64),
                Err(error) => {
                    this.counts.stop.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    }

    /// One batch; says how many pages were claimed.
    async fn batch(self: Arc<Self>) -> Result<usize, Error> {
        // The token is the claim's own: a loop that lost a batch cannot mistake a later one for it.
        let token = super::target::random_id();
        let lease = Lease::begin();
        let (keys, records) = self.claim(&token).await?;
        if keys.is_empty() {
            return Ok(0);
        }
        let (pages, failed) = parse(&keys);
        let records = Arc::new(records);
        for part in parts(pages) {
            let plan = self.plan(part, &records).await?;
            self.intend(&plan).await?;
            let this = Arc::clone(&self);
            let (plan, written, fatal) = tokio::task::spawn_blocking(move || this.write(plan, lease)).await?;
            self.finish(&token, lease, plan, written).await?;
            if let Some(error) = fatal {
                return Err(error.into());
            }
        }
        if !failed.is_empty() {
            let plan = Plan { failed, ..Plan::default() };
            self.finish(&token, lease, plan, Vec::new()).await?;
        }
        Ok(keys.len())
    }

    /// Loads and renders a part of a batch.
    async fn plan(self: &Arc<Self>, pages: Vec<Page>, records: &Arc<HashMap<String, Record>>) -> Result<Plan, Error> {
        let batch = self.load(pages).await?;
        let (this, records) = (Arc::clone(self), Arc::clone(records));
        let plan = tokio::task::spawn_blocking(move || this.render(batch, &records)).await?;
        Counts::add(&self.counts.rendered, plan.write.len() + plan.unchanged.len());
        Ok(plan)
    }

    async fn claim(&self, token: &str) -> Result<(Vec<String>, HashMap<String, Record>), Error> {
        let doing = while_doing("claiming stale pages");
        let mut tx = self.db.write_relaxed().await.map_err(&doing)?;
        let claims = db::stale::claim(&mut tx, token, BATCH_PAGES).await.map_err(&doing)?;
        let keys: Vec<String> = claims.into_iter().map(|claim| claim.page).collect();
        let records = db::records::by_pages(&mut tx, &keys).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        Ok((keys, records))
    }

    async fn load(&self, pages: Vec<Page>) -> Result<Batch, Error> {
        let doing = while_doing("reading what pages show");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        load::load(&mut tx, &self.site, pages).await.map_err(&doing)
    }

    /// Renders all pages and compares them with their records.
    fn render(&self, batch: Batch, records: &HashMap<String, Record>) -> Plan {
        let made: Vec<Made> = (0..batch.pages.len()).into_par_iter().map(|index| self.make(&batch, index)).collect();
        let mut plan = Plan::default();
        for ((page, _), made) in batch.pages.iter().zip(made) {
            let page = page.to_string();
            let record = records.get(&page);
            match made {
                Made::Fault(fault) => plan.failed.push((page, fault)),
                Made::Gone => {
                    plan.left.extend(record.map(|record| (record.path.clone(), record.digest.is_some())));
                    plan.gone.push(page);
                }
                Made::Page(rendered) => {
                    let moved = record.filter(|record| record.path != rendered.path);
                    plan.left.extend(moved.map(|record| (record.path.clone(), record.digest.is_some())));
                    let digest = record.filter(|_| moved.is_none()).and_then(|record| record.digest.as_deref());
                    if digest == Some(&rendered.digest) {
                        plan.unchanged.push(page);
                    } else {
                        plan.write.push((page, rendered));
                    }
                }
            }
        }
        plan
    }

    /// Makes one page. A defect of ours in one of them must not take the others with it.
    fn make(&self, batch: &Batch, index: usize) -> Made {
        let made = catch_unwind(AssertUnwindSafe(|| match view::compose(&self.site, batch, index) {
            Ok(Composed::Gone) => Made::Gone,
            Ok(Composed::View(view)) => match self.renderer.render(view) {
                Ok(rendered) => Made::Page(rendered),
                Err(error) => Made::Fault(error.to_string()),
            },
            Err(fault) => Made::Fault(fault.to_string()),
        }));
        made.unwrap_or_else(|_| Made::Fault("a defect in the program: it panicked on this page".to_owned()))
    }

    /// Announces what is about to change.
    async fn intend(&self, plan: &Plan) -> Result<(), Error> {
        if plan.write.is_empty() && plan.left.is_empty() && plan.gone.is_empty() {
            return Ok(());
        }
        let doing = while_doing("announcing a batch");
        let pages: Vec<(String, String)> =
            plan.write.iter().map(|(page, rendered)| (page.clone(), rendered.path.clone())).collect();
        let (certain, uncertain): (Vec<_>, Vec<_>) = plan.left.iter().cloned().partition(|(_, certain)| *certain);
        let paths = |left: Vec<(String, bool)>| left.into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        let mut tx = self.db.write().await.map_err(&doing)?;
        db::records::remove(&mut tx, &plan.gone).await.map_err(&doing)?;
        db::records::intend(&mut tx, &pages, self.now).await.map_err(&doing)?;
        db::records::bury(&mut tx, &paths(certain), 0).await.map_err(&doing)?;
        // Another builder may still be about to write there: look again when its lease is over.
        db::records::bury(&mut tx, &paths(uncertain), db::stale::LEASE_MS).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }

    /// Writes the pages that changed; gives back what stands there now, and an error that concerns all.
    fn write(&self, mut plan: Plan, lease: Lease) -> (Plan, Vec<Record>, Option<store::Error>) {
        let fatal = std::sync::Mutex::new(None);
        let outcomes: Vec<Result<Option<Record>, (String, String)>> = plan
            .write
            .par_iter()
            .map(|(page, rendered)| {
                if self.counts.stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                let put = self.store.put(&key(&rendered.path), &rendered.object, || lease.holds());
                match put {
                    Ok(true) => Ok(Some(Record {
                        page: page.clone(),
                        path: rendered.path.clone(),
                        digest: Some(rendered.digest.to_vec()),
                        etag: None,
                    })),
                    Ok(false) => Ok(None),
                    Err(error) => {
                        let text = error.to_string();
                        if error.concerns_all() {
                            self.counts.stop.store(true, Ordering::Relaxed);
                            *fatal.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                        }
                        Err((page.clone(), text))
                    }
                }
            })
            .collect();
        let mut written = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                Ok(record) => written.extend(record),
                Err(failed) => plan.failed.push(failed),
            }
        }
        (plan, written, fatal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Notes what was written and clears the marks of pages that are true now.
    async fn finish(&self, token: &str, lease: Lease, plan: Plan, mut written: Vec<Record>) -> Result<(), Error> {
        let doing = while_doing("finishing a batch");
        let mut tx = self.db.write_relaxed().await.map_err(&doing)?;
        if !lease.holds() {
            // Whoever took a page over will write it again and note what it wrote: ours may be older.
            let pages: Vec<String> = written.iter().map(|record| record.page.clone()).collect();
            let held = db::stale::still_claimed(&mut tx, token, &pages).await.map_err(&doing)?;
            written.retain(|record| held.contains(&record.page));
        }
        db::records::finish(&mut tx, &written, self.now).await.map_err(&doing)?;
        let mut done: Vec<String> = written.iter().map(|record| record.page.clone()).collect();
        Counts::add(&self.counts.written, done.len());
        Counts::add(&self.counts.unchanged, plan.unchanged.len());
        let not_written: Vec<String> = {
            let done: std::collections::HashSet<&String> = done.iter().collect();
            let failed: std::collections::HashSet<&String> = plan.failed.iter().map(|(page, _)| page).collect();
            plan.write
                .into_iter()
                .map(|(page, _)| page)
                .filter(|page| !done.contains(page) && !failed.contains(page))
                .collect()
        };
        done.extend(plan.unchanged);
        done.extend(plan.gone);
        done.sort_unstable();
        db::stale::clear(&mut tx, token, &done).await.map_err(&doing)?;
        db::stale::release(&mut tx, token, &not_written).await.map_err(&doing)?;
        for (page, error) in &plan.failed {
            db::stale::fail(&mut tx, token, page, error).await.map_err(&doing)?;
        }
        tx.commit().await.map_err(&doing)?;
        self.counts.failed().extend(plan.failed);
        Ok(())
    }
}

/// A batch in parts that show at most [`ROWS_MAX`] rows each, so that memory does not follow what the pages
/// happen to be: a sitemap shows a thousand.
fn parts(pages: Vec<Page>) -> Vec<Vec<Page>> {
    let mut parts: Vec<Vec<Page>> = Vec::new();
    let mut rows = ROWS_MAX;
    for page in pages {
        let shown = page.rows_shown();
        if rows + shown > ROWS_MAX || parts.is_empty() {
            parts.push(Vec::new());
            rows = 0;
        }
        rows += shown;
        if let Some(part) = parts.last_mut() {
            part.push(page);
        }
    }
    parts
}

/// Keys as pages; one that means nothing to this release is a failure to be shown, not to be lost.
fn parse(keys: &[String]) -> (Vec<Page>, Vec<(String, String)>) {
    let mut pages = Vec::with_capacity(keys.len());
    let mut failed = Vec::new();
    for key in keys {
        match key.parse::<Page>() {
            Ok(page) => pages.push(page),
            Err(error) => failed.push((key.clone(), error.to_string())),
        }
    }
    (pages, failed)
}
