//! What an operator sees while rows move in: a bar on a terminal, a line for each table elsewhere.

use std::io::IsTerminal;

use anstream::eprintln;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The progress of one import.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    lines: bool,
}

impl Progress {
    /// Nothing is shown.
    pub fn silent() -> Progress {
        Progress { bar: ProgressBar::hidden(), lines: false }
    }

    /// A bar where standard error is a terminal, plain lines elsewhere.
    pub fn on_stderr() -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { bar: ProgressBar::hidden(), lines: true };
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}") {
            bar.set_style(style);
        }
        Progress { bar, lines: false }
    }

    /// A piece of work of so many rows begins.
    pub(super) fn table(&self, name: &'static str, rows: u64) {
        self.bar.reset();
        self.bar.set_length(rows);
        self.bar.set_message(name);
        if self.lines && rows > 0 {
            eprintln!("{name}: {rows} rows");
        }
    }

    /// So many more rows are done.
    pub(super) fn advance(&self, rows: u64) {
        self.bar.inc(rows);
    }

    /// The piece of work is over.
    pub(super) fn table_done(&self) {
        self.bar.finish_and_clear();
    }
}
