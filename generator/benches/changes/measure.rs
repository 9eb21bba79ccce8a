//! One change, made again and again.

use std::time::{Duration, Instant};

use super::changes::Change;
use super::running::{Engine, Running};
use super::statements;

/// How often each change is made first: a new connection has yet to hear each statement, and the database to read its pages.
const BEFORE: u64 = 5;
/// How often each change is timed.
const TIMES: u64 = 30;
/// How often its statements are counted, after that. Nobody waits for a page then, since who waits asks.
const COUNTS: u64 = 3;
/// A change comes after a quiet moment longer than the builder puts shared pages off.
const QUIET: Duration = Duration::from_millis(150);
/// Longer than any change takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub const HEAD: &str = "| database | creations | change | own page | last file | statements | files |\n\
    |---|---:|---|---:|---:|---:|---:|";

/// What the repetitions took.
#[derive(Default)]
pub struct Measured {
    own: Vec<Duration>,
    last: Vec<Duration>,
    statements: Vec<usize>,
    files: Vec<u64>,
}

pub async fn measure(running: &Running, change: Change) -> anyhow::Result<Measured> {
    let mut measured = Measured::default();
    for nth in 0..BEFORE + TIMES + COUNTS {
        let subject = change.prepare(running, nth, BEFORE + TIMES + COUNTS).await?;
        tokio::time::sleep(QUIET).await;
        if nth < BEFORE {
            change.make(running, &subject, nth).await?;
            running.until_true().await?;
        } else if nth < BEFORE + TIMES {
            let marked = change.make(running, &subject, nth).await?;
            let committed = Instant::now();
            let own: Vec<_> = marked.into_iter().filter(|mark| mark.page == subject.own).collect();
            anyhow::ensure!(!own.is_empty(), "{} does not mark {}", change.name(), subject.own);
            anyhow::ensure!(running.door.rendered(&own, PATIENCE).await?, "{} is not rendered", subject.own);
            measured.own.push(committed.elapsed());
            let (last, summary) = running.until_true().await?;
            measured.last.push(last - committed);
            measured.files.push(summary.written + summary.deleted);
        } else {
            statements::count();
            change.make(running, &subject, nth).await?;
            running.until_true().await?;
            measured.statements.push(statements::counted().len());
        }
    }
    Ok(measured)
}

impl Measured {
    pub fn row(mut self, engine: Engine, creations: u64, change: Change) -> String {
        self.statements.sort_unstable();
        self.files.sort_unstable();
        format!(
            "| {} | {creations} | {} | {} | {} | {} | {} |",
            engine.name(),
            change.name(),
            median_and_worst(self.own),
            median_and_worst(self.last),
            self.statements[self.statements.len() / 2],
            self.files[self.files.len() / 2],
        )
    }
}

fn median_and_worst(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    format!("{:.1}, worst {:.1} ms", ms(times[times.len() / 2]), ms(times[times.len() - 1]))
}
