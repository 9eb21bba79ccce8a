//! What an operator sees while a build runs: a bar on a terminal, now and then a line elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anstream::eprintln;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::counted;

/// Plain lines come at each tenth of the work.
const LINES: u64 = 10;

/// The progress of one build.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    plain: Option<Arc<Plain>>,
}

#[derive(Debug, Default)]
struct Plain {
    total: AtomicU64,
    done: AtomicU64,
}

impl Progress {
    /// Nothing is shown.
    pub fn silent() -> Progress {
        Progress { bar: ProgressBar::hidden(), plain: None }
    }

    /// A bar where standard error is a terminal, plain lines elsewhere.
    pub fn on_stderr() -> Progress {
        if std::io::stderr().is_terminal() {
            Progress { bar: ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr()), plain: None }
        } else {
            Progress { bar: ProgressBar::hidden(), plain: Some(Arc::default()) }
        }
    }

    /// So many pages are to be built.
    pub(super) fn begin(&self, pages: u64) {
        self.begin_with(pages, "page");
    }

    /// So many things are to be done; of a thing, its name.
    pub(crate) fn begin_with(&self, pages: u64, thing: &str) {
        let template = format!("{{wide_bar}} {{human_pos}}/{{human_len}} {thing}s {{per_sec}} {{eta}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(pages);
        if let Some(plain) = &self.plain {
            plain.total.store(pages, Ordering::Relaxed);
            eprintln!("{} to do", counted(pages, thing));
        }
    }

    /// Something worth a line, but not in the summary.
    pub(super) fn note(&self, text: &str) {
        if self.plain.is_some() {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    /// So many more pages are done.
    pub(crate) fn advance(&self, pages: u64) {
        self.bar.inc(pages);
        if let Some(plain) = &self.plain {
            let total = plain.total.load(Ordering::Relaxed).max(1);
            let before = plain.done.fetch_add(pages, Ordering::Relaxed);
            let tenth = |done: u64| done.min(total) * LINES / total;
            if tenth(before + pages) > tenth(before) {
                eprintln!("{} of {total}", (before + pages).min(total));
            }
        }
    }

    /// The build is over.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
