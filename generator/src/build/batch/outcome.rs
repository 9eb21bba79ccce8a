//! What a batch asks of the store, and what became of it.

use std::sync::atomic::Ordering;

use crate::build::counts::Counts;
use crate::build::plan::Plan;
use crate::build::standing::Standing;
use crate::db::records::Record;
use crate::store::{self, Object, Put, Written, key};

/// Why a page fails that somebody else was writing at the same time.
const OVERTAKEN: &str = "somebody else has just written its object; it is tried again";

/// What became of the pages that were to be written.
#[derive(Default)]
pub(super) struct Done {
    /// What stands there now.
    pub(super) written: Vec<Record>,
    /// Pages that may have been written or not.
    pub(super) uncertain: Vec<String>,
    /// An error that concerns all.
    pub(super) fatal: Option<store::Error>,
}

impl Done {
    /// Sorts the store's answers, one for each page that the plan writes; those that failed are noted in the plan.
    pub(super) fn of(
        plan: &mut Plan,
        standing: &Standing,
        outcomes: Vec<Result<Written, store::Error>>,
        counts: &Counts,
    ) -> Done {
        let mut done = Done::default();
        for ((page, rendered), outcome) in plan.write.iter().zip(outcomes) {
            match outcome {
                Ok(Written::Done(etag)) => done.written.push(Record {
                    page: page.clone(),
                    path: rendered.path.clone(),
                    digest: Some(rendered.digest.to_vec()),
                    etag,
                }),
                Ok(Written::TooLate) => {}
                Ok(Written::Uncertain) => done.uncertain.push(page.clone()),
                Ok(Written::Overtaken) if standing.was_looked_up(page) => {
                    counts.contested.store(true, Ordering::Relaxed);
                    plan.failed.push((page.clone(), OVERTAKEN.to_owned()));
                }
                // The next batch has it at once, with a look at what stands there.
                Ok(Written::Overtaken) => {}
                Err(error) => {
                    done.uncertain.push(page.clone());
                    plan.failed.push((page.clone(), error.to_string()));
                    if error.concerns_all() {
                        counts.stop.store(true, Ordering::Relaxed);
                        done.fatal = Some(error);
                    }
                }
            }
        }
        done
    }
}

/// What the plan writes, taken out of it; a page whose place could not be looked at is to fail.
pub(super) fn puts(plan: &mut Plan, standing: &Standing) -> Vec<Put> {
    let mut puts = Vec::with_capacity(plan.write.len());
    let failed = &mut plan.failed;
    plan.write.retain_mut(|(page, rendered)| match standing.expected(page, &rendered.path) {
        Ok(expected) => {
            let body = std::mem::take(&mut rendered.object.body);
            let object = Object { body, ..rendered.object.clone() };
            puts.push(Put { key: key(&rendered.path), object, expected });
            true
        }
        Err(reason) => {
            failed.push((page.clone(), reason));
            false
        }
    });
    puts
}
