//! Counts the statements of the whole process as sqlx logs them; `begin` and `commit` are not among them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber, level_filters::LevelFilter};

/// Where sqlx logs statements.
const TARGET: &str = "sqlx::query";

static COUNTS: AtomicBool = AtomicBool::new(false);
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
static ROWS: AtomicU64 = AtomicU64::new(0);

/// Begins to watch, for as long as the process lives. Nothing is seen before [`count`].
pub fn watch() {
    tracing::subscriber::set_global_default(Watch).expect("nobody else watches");
}

/// Forgets what was seen and sees from now on.
pub fn count() {
    seen().clear();
    ROWS.store(0, Ordering::SeqCst);
    COUNTS.store(true, Ordering::SeqCst);
}

/// Sees no more; gives the beginnings of the statements since [`count`], sorted.
pub fn counted() -> Vec<String> {
    COUNTS.store(false, Ordering::SeqCst);
    let mut statements = std::mem::take(&mut *seen());
    statements.sort_unstable();
    statements
}

/// How many rows the statements since [`count`] have given.
#[allow(dead_code, reason = "the test of statements asks for it")]
pub fn rows() -> u64 {
    ROWS.load(Ordering::SeqCst)
}

fn seen() -> MutexGuard<'static, Vec<String>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Watch;

impl Subscriber for Watch {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == TARGET { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(Level::DEBUG))
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && COUNTS.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        let mut beginning = Beginning::default();
        event.record(&mut beginning);
        // Ours are written in small letters; sqlx's own, `COMMIT` and questions about types, are not. A connection that
        // is opened meanwhile sets how it plans.
        let is_setting = beginning.0.starts_with("set ") || beginning.0.starts_with("select set_config(");
        if beginning.0.starts_with(|first: char| first.is_ascii_lowercase()) && !is_setting {
            seen().push(beginning.0);
            ROWS.fetch_add(beginning.1, Ordering::SeqCst);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The first words of a statement, and how many rows it has given.
#[derive(Default)]
struct Beginning(String, u64);

impl Visit for Beginning {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            self.0 = value.to_owned();
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "rows_returned" {
            self.1 = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
