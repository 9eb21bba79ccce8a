//! One loop of the builder and one batch of it: claim, load, render, intend, write, finish.

mod outcome;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use rayon::prelude::*;

use crate::db::claims::Claimable;
use crate::db::records::{Burial, Record};
use crate::db::{self, Db};
use crate::fail_point::FailPoint;
use crate::load::{self, Batch};
use crate::page::{PRIORITY_LIST, Page};
use crate::render::Renderer;
use crate::site::Site;
use crate::store::{self, Store};
use crate::text::moment;
use crate::view::template::template;
use crate::view::{self, Composed};

use self::outcome::Done;
use super::plan::{Made, Plan, Step};
use super::progress::Progress;
use super::standing::Standing;
use super::{Builder, Counts, Error, Lease, check_current, while_doing};

/// How often a loop begins a batch anew where the database asks for that: two transactions were in each other's way.
const ATTEMPTS_MAX: u32 = 5;

/// Pages of a batch: enough that a bulk statement and a commit cost little for each, few enough that a
/// batch is done well within a second and the rendered pages of all loops fit in some ten megabytes.
pub(crate) const BATCH_PAGES: i64 = 320;

/// Giving a batch back is tried again after these: a connection that was dropped took others with it.
const RELEASE_PAUSES: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(100), Duration::from_millis(500)];

/// Rows that the pages of one portion show, roughly; see [`portions`].
const ROWS_MAX: usize = 3_000;

/// What one loop works with.
pub(super) struct Loop {
    db: Db,
    site: Arc<Site>,
    renderer: Arc<Renderer>,
    store: Arc<Store>,
    target: String,
    generation: String,
    lease: Duration,
    batch_pages: i64,
    counts: Arc<Counts>,
    progress: Progress,
    now: DateTime<Utc>,
    /// When it was `now`.
    begun: Instant,
    claimable: Claimable,
    until: Option<Instant>,
}

impl Loop {
    pub(super) fn new(
        builder: &Builder,
        target: &str,
        counts: &Arc<Counts>,
        progress: &Progress,
        now: DateTime<Utc>,
        claimable: Claimable,
    ) -> Loop {
        Loop {
            db: builder.db.clone(),
            site: Arc::clone(&builder.site),
            renderer: Arc::clone(&builder.renderer),
            store: Arc::clone(&builder.store),
            target: target.to_owned(),
            generation: builder.generation.clone(),
            lease: builder.lease,
            batch_pages: builder.batch_pages,
            counts: Arc::clone(counts),
            progress: progress.clone(),
            now,
            begun: Instant::now(),
            claimable,
            until: None,
        }
    }

    /// Builds batches until nothing is due or another loop has met an error that concerns all.
    pub(super) async fn run(self) -> Result<(), Error> {
        let this = Arc::new(self);
        let mut attempts = 0;
        loop {
            if this.counts.stops() || this.until.is_some_and(|until| Instant::now() >= until) {
                return Ok(());
            }
            match Arc::clone(&this).batch().await {
                Ok(0) => return Ok(()),
                Ok(pages) => {
                    attempts = 0;
                    this.progress.advance(pages as u64);
                }
                Err(error) if error.is_transient() && attempts < ATTEMPTS_MAX => attempts += 1,
                Err(error) => {
                    this.counts.stop.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    }

    /// As [`Loop::run`], beginning no batch after a moment.
    pub(super) async fn run_until(self, until: Instant) -> Result<(), Error> {
        Loop { until: Some(until), ..self }.run().await
    }

    /// Builds one batch; says how many pages were claimed.
    pub(super) async fn run_once(self) -> Result<usize, Error> {
        let this = Arc::new(self);
        let mut attempts = 0;
        loop {
            match Arc::clone(&this).batch().await {
                Err(error) if error.is_transient() && attempts < ATTEMPTS_MAX => attempts += 1,
                outcome => return outcome,
            }
        }
    }

    /// One batch; says how many pages were claimed. Whatever goes wrong, the claims do not outlive it.
    async fn batch(self: Arc<Self>) -> Result<usize, Error> {
        // The token is the claim's own: a loop that lost a batch cannot mistake a later one for it.
        let token = super::target::random_id();
        let outcome = Arc::clone(&self).claimed_batch(&token).await;
        if outcome.is_err() {
            // Where the database goes on failing, the lease ends the claims.
            let mut pauses = RELEASE_PAUSES.into_iter();
            while self.release(&token).await.is_err()
                && let Some(pause) = pauses.next()
            {
                tokio::time::sleep(pause).await;
            }
        }
        outcome
    }

    async fn claimed_batch(self: Arc<Self>, token: &str) -> Result<usize, Error> {
        let lease = Lease::begin(self.lease);
        let (keys, records) = self.claim(token).await?;
        if keys.is_empty() {
            return Ok(0);
        }
        let (pages, failed) = parse(&keys);
        FailPoint::Claim.taken();
        let standing = Standing::look(&self.store, &records).await?;
        let records = Arc::new(records);
        for portion in portions(pages) {
            let mut waiting = Some(self.plan(portion, &records).await?);
            while let Some(mut plan) = waiting {
                waiting = self.intend(token, &mut plan, &records).await?;
                let puts = outcome::puts(&mut plan, &standing);
                let counts = Arc::clone(&self.counts);
                let remaining = move || if counts.stops() { None } else { lease.remaining() };
                let outcomes = super::on_store(&self.store, move |store| store.put_all(puts, remaining)).await?;
                let mut done = Done::of(&mut plan, &standing, outcomes, &self.counts);
                let fatal = done.fatal.take();
                self.finish(token, plan, done).await?;
                if let Some(error) = fatal {
                    return Err(error.into());
                }
            }
        }
        if !failed.is_empty() {
            let plan = Plan { failed, ..Plan::default() };
            self.finish(token, plan, Done::default()).await?;
        }
        Ok(keys.len())
    }

    async fn release(&self, token: &str) -> db::Result<()> {
        let mut tx = self.db.write_relaxed().await?;
        db::claims::release_all(&mut tx, token).await?;
        tx.commit().await
    }

    /// Loads and renders a portion of a batch.
    async fn plan(self: &Arc<Self>, pages: Vec<Page>, records: &Arc<HashMap<String, Record>>) -> Result<Plan, Error> {
        let batch = self.load(pages).await?;
        FailPoint::Load.taken();
        let (this, records) = (Arc::clone(self), Arc::clone(records));
        let plan = tokio::task::spawn_blocking(move || this.render(batch, &records)).await?;
        FailPoint::Render.taken();
        Counts::add(&self.counts.rendered, plan.write.len() + plan.unchanged.len());
        Ok(plan)
    }

    async fn claim(&self, token: &str) -> Result<(Vec<String>, HashMap<String, Record>), Error> {
        let doing = while_doing("claiming stale pages");
        let mut tx = db::target::begin_relaxed_shared(&self.db).await.map_err(&doing)?;
        check_current(&mut tx, &self.target, &self.generation).await?;
        let lease_ms = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let claims =
            db::claims::claim(&mut tx, token, self.batch_pages, lease_ms, self.claimable).await.map_err(&doing)?;
        let keys: Vec<String> = claims.into_iter().map(|claim| claim.page).collect();
        let records = db::records::by_pages(&mut tx, &keys).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        let is_full = i64::try_from(keys.len()).is_ok_and(|count| count >= self.batch_pages);
        if is_full && !self.counts.analyzed.swap(true, Ordering::Relaxed) {
            let mut tx = self.db.write_relaxed().await.map_err(&doing)?;
            db::stale::analyze(&mut tx).await.map_err(&doing)?;
            tx.commit().await.map_err(&doing)?;
        }
        Ok((keys, records))
    }

    async fn load(&self, pages: Vec<Page>) -> Result<Batch, Error> {
        let doing = while_doing("reading what pages show");
        let mut tx = self.db.snapshot().await.map_err(&doing)?;
        load::load(&mut tx, &self.site, pages).await.map_err(&doing)
    }

    /// Renders all pages and compares them with their records.
    fn render(&self, batch: Batch, records: &HashMap<String, Record>) -> Plan {
        let steps: Vec<(String, Step)> = (0..batch.pages.len())
            .into_par_iter()
            .map_init(Vec::new, |memory, index| {
                let page = batch.pages[index].0.to_string();
                let made = make(&self.site, &self.renderer, &batch, index, std::mem::take(memory));
                let step = Step::new(made, records.get(&page), memory);
                (page, step)
            })
            .collect();
        Plan::new(steps, records)
    }

    /// Announces what is about to change. Pages that were taken over since the claim, by a builder that thought this
    /// one dead, are dropped from the plan. Those that come to a path which another page leaves are given back: they are
    /// for later, when that one stands elsewhere.
    async fn intend(
        &self,
        token: &str,
        plan: &mut Plan,
        records: &HashMap<String, Record>,
    ) -> Result<Option<Plan>, Error> {
        if plan.changes_nothing() {
            return Ok(None);
        }
        let doing = while_doing("announcing a batch");
        let mut tx = self.db.write().await.map_err(&doing)?;
        let held = db::claims::held(&mut tx, token, &plan.pages()).await.map_err(&doing)?;
        plan.keep(&held);
        let coming = plan.new_paths(records);
        let owners = db::records::owners(&mut tx, &coming).await.map_err(&doing)?;
        let holders = db::records::holders(&mut tx, &coming).await.map_err(&doing)?;
        let later = plan.put_off(&holders);
        let failed = plan.failed.len();
        let displaced = plan.settle(&self.site.config.paths, &owners, &holders);
        if plan.failed.len() > failed {
            self.counts.contested.store(true, Ordering::Relaxed);
        }
        db::records::remove(&mut tx, &plan.gone).await.map_err(&doing)?;
        db::records::remove(&mut tx, &displaced).await.map_err(&doing)?;
        let pages: Vec<(String, String)> =
            plan.write.iter().map(|(page, rendered)| (page.clone(), rendered.path.clone())).collect();
        // Of a long build the time of this batch: what was written after a sync must not look older than that.
        let now = moment::cut(self.now + self.begun.elapsed());
        db::records::intend(&mut tx, &pages, now).await.map_err(&doing)?;
        let burials = plan.burials();
        db::records::bury(&mut tx, &burials).await.map_err(&doing)?;
        if !burials.is_empty() {
            self.counts.buried.store(true, Ordering::Relaxed);
        }
        // What had to give way is looked at once more: it has another address now, or it fails and says why.
        let displaced = displaced.into_iter().filter(|page| !held.contains(page)).map(|page| (page, PRIORITY_LIST));
        db::stale::mark_keys(&mut tx, displaced.collect()).await.map_err(&doing)?;
        FailPoint::IntendBeforeCommit.taken();
        tx.commit().await.map_err(&doing)?;
        FailPoint::IntendAfterCommit.taken();
        Ok(later)
    }

    /// Notes what was written and clears the marks of pages that are true now.
    async fn finish(&self, token: &str, plan: Plan, outcome: Done) -> Result<(), Error> {
        let doing = while_doing("finishing a batch");
        let mut tx = self.db.write_relaxed().await.map_err(&doing)?;
        // All of them are locked, in the order of other writers; those that may be done are cleared by the way.
        let written_keys: Vec<String> = outcome.written.iter().map(|record| record.page.clone()).collect();
        let done: Vec<String> = written_keys.iter().chain(&plan.unchanged).chain(&plan.gone).cloned().collect();
        let asked = [written_keys, outcome.uncertain.clone()].concat();
        let held = db::claims::clear(&mut tx, token, &plan.pages(), &done, &asked).await.map_err(&doing)?;
        let (written, lost): (Vec<Record>, Vec<Record>) =
            outcome.written.into_iter().partition(|record| held.contains(&record.page));
        // Somebody took these over while we wrote: whose bytes stand there now is not certain.
        let uncertain = outcome.uncertain.into_iter().filter(|page| !held.contains(page));
        let lost: Vec<String> = lost.into_iter().map(|record| record.page).chain(uncertain).collect();
        db::records::distrust(&mut tx, &lost).await.map_err(&doing)?;
        let marks = lost.iter().map(|page| (page.clone(), PRIORITY_LIST)).collect();
        db::stale::mark_keys(&mut tx, marks).await.map_err(&doing)?;
        if !lost.is_empty() && !self.store.has_locks() {
            // Nor whether a page has its place there still: what we have sent may arrive after a removal.
            let sent = plan.write.iter().filter(|(page, _)| lost.contains(page));
            let burial = |path: &String| Burial { path: path.clone(), again: true, page: None };
            let burials: Vec<Burial> = sent.map(|(_, rendered)| burial(&rendered.path)).collect();
            db::records::bury(&mut tx, &burials).await.map_err(&doing)?;
            self.counts.buried.store(true, Ordering::Relaxed);
        }
        db::records::finish(&mut tx, &written).await.map_err(&doing)?;
        Counts::add(&self.counts.written, written.len());
        Counts::add(&self.counts.unchanged, plan.unchanged.len());
        let mut done: HashSet<String> = written.into_iter().map(|record| record.page).collect();
        let arrived: Vec<String> = plan.arriving.into_iter().filter(|page| done.contains(page)).collect();
        if !arrived.is_empty() {
            db::records::end_waiting_for(&mut tx, &arrived).await.map_err(&doing)?;
            // Their former files may go now.
            self.counts.buried.store(true, Ordering::Relaxed);
        }
        done.extend(plan.unchanged);
        done.extend(plan.gone);
        let failed: BTreeMap<String, String> = plan.failed.into_iter().collect();
        let not_written = plan.write.into_iter().map(|(page, _)| page);
        let not_written: Vec<String> =
            not_written.filter(|page| !done.contains(page) && !failed.contains_key(page)).collect();
        let done: Vec<String> = done.into_iter().collect();
        db::claims::release(&mut tx, token, &not_written).await.map_err(&doing)?;
        for (page, error) in &failed {
            db::claims::fail(&mut tx, token, page, error).await.map_err(&doing)?;
        }
        if self.site.cdn.hears_of_changes() {
            db::purges::add(&mut tx, outcome.touched).await.map_err(&doing)?;
        }
        FailPoint::FinishBeforeCommit.taken();
        tx.commit().await.map_err(&doing)?;
        FailPoint::FinishAfterCommit.taken();
        let mut failures = self.counts.failed();
        for page in done {
            failures.remove(&page);
        }
        failures.extend(failed);
        Ok(())
    }
}

/// Makes one page of a batch, its body in `memory`. A defect of ours in one of them must not take the others with it.
pub(crate) fn make(site: &Site, renderer: &Renderer, batch: &Batch, index: usize, memory: Vec<u8>) -> Made {
    let made = catch_unwind(AssertUnwindSafe(|| match view::compose(site, batch, index) {
        Ok(Composed::Gone) => Made::Gone,
        Ok(Composed::View(view)) => match renderer.render(template(site, &batch.pages[index].0), view, memory) {
            Ok(rendered) if !store::is_page_path(&rendered.path) => {
                Made::Fault(format!("no page may stand at its address {}", rendered.path))
            }
            Ok(rendered) => Made::Page(rendered),
            Err(error) => Made::Fault(error.to_string()),
        },
        Err(fault) => Made::Fault(fault.to_string()),
    }));
    made.unwrap_or_else(|_| Made::Fault("a defect in the program: it panicked on this page".to_owned()))
}

/// A batch in portions that show at most [`ROWS_MAX`] rows each, so that memory does not follow what the pages
/// happen to be: a sitemap shows a thousand.
pub(crate) fn portions(pages: Vec<Page>) -> Vec<Vec<Page>> {
    let mut portions: Vec<Vec<Page>> = Vec::new();
    let mut rows = ROWS_MAX;
    for page in pages {
        let shown = page.rows_shown();
        if rows + shown > ROWS_MAX || portions.is_empty() {
            portions.push(Vec::new());
            rows = 0;
        }
        rows += shown;
        if let Some(portion) = portions.last_mut() {
            portion.push(page);
        }
    }
    portions
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
