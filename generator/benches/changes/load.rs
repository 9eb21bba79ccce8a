//! Comments by many at once, each a durable commit, for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use generator::db::creations::summaries;
use generator::model::{CreationId, MemberId};
use generator::publish::{Door, comments};
use generator::verify;

use super::changes::text;
use super::running::{Engine, Running};

/// How long they go on.
const FOR: Duration = Duration::from_secs(10);
/// How many comments a second are begun, whether or not former ones are through.
const BEGUN_A_SECOND: u32 = 525;
/// How many of them a second have to be through, durably: what README.md promises.
const BORNE_A_SECOND: f64 = 500.0;
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

pub const HEAD: &str = "| database | comments | a second | commit | own page | all pages | then true after | differences |\n\
    |---|---:|---:|---:|---:|---:|---:|---:|";

pub struct Borne {
    comments: usize,
    a_second: f64,
    commit: Vec<Duration>,
    own: Vec<Duration>,
    all: Vec<Duration>,
    rest: Duration,
    differences: usize,
}

/// What one commenter saw: until the commit, until the own page, until the last page.
struct Seen {
    commit: Duration,
    own: Duration,
    all: Option<Duration>,
}

pub async fn bear(running: &Running) -> anyhow::Result<Borne> {
    let works = Arc::new(public_works(running).await?);
    let begun = Instant::now();
    let count = FOR.as_secs() as u32 * BEGUN_A_SECOND;
    let mut commenters = Vec::with_capacity(count as usize);
    for nth in 0..count {
        let due = begun + nth * Duration::from_secs(1) / BEGUN_A_SECOND;
        tokio::time::sleep_until(due.into()).await;
        let (door, works) = (running.door.clone(), Arc::clone(&works));
        commenters.push(tokio::spawn(async move { comment(&door, &works, nth, due).await }));
    }
    let mut seen = Vec::with_capacity(commenters.len());
    for commenter in commenters {
        seen.push(commenter.await??);
    }
    let committed = |nth: usize, seen: &Seen| nth as u32 * Duration::from_secs(1) / BEGUN_A_SECOND + seen.commit;
    let last_commit = seen.iter().enumerate().map(|(nth, seen)| committed(nth, seen)).max().unwrap_or_default();
    let ended = begun + last_commit;
    while running.marks().await? > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let rest = ended.elapsed();
    let findings = verify::verify(&running.builder()?).await?;
    for (path, found) in findings.differences.iter().take(10) {
        eprintln!("{path}: {}", found.difference);
    }
    Ok(Borne {
        comments: seen.len(),
        a_second: seen.len() as f64 / last_commit.as_secs_f64(),
        commit: seen.iter().map(|seen| seen.commit).collect(),
        own: seen.iter().map(|seen| seen.own).collect(),
        all: seen.iter().filter_map(|seen| seen.all).collect(),
        rest,
        differences: findings.differences.len(),
    })
}

async fn comment(door: &Door, works: &[CreationId], nth: u32, due: Instant) -> anyhow::Result<Seen> {
    // A third of them on ten works that everybody speaks of.
    let at =
        if nth.is_multiple_of(3) { works.len() - 1 - nth as usize % 10 } else { nth as usize * 7919 % works.len() };
    let member = MemberId(1 + i64::from(nth % 400));
    let mut change = door.begin(Utc::now()).await?;
    comments::add(&mut change, works[at], member, &text(&format!("Komentář {nth} o tom, co se stalo."))).await?;
    let marked = change.commit().await?;
    let commit = due.elapsed();
    let own: Vec<_> = marked.iter().filter(|mark| mark.page.priority() == 0).cloned().collect();
    anyhow::ensure!(door.rendered(&own, PATIENCE).await?, "a comment is not rendered");
    let own = due.elapsed();
    let mut all = None;
    if nth.is_multiple_of(20) {
        anyhow::ensure!(door.rendered(&marked, PATIENCE).await?, "a list is not rendered");
        all = Some(due.elapsed());
    }
    Ok(Seen { commit, own, all })
}

async fn public_works(running: &Running) -> anyhow::Result<Vec<CreationId>> {
    let mut tx = running.door.db.snapshot().await?;
    let rows = summaries(&mut tx, &(1..=running.creations as i64).collect::<Vec<i64>>()).await?;
    let mut works: Vec<CreationId> = rows.into_iter().map(|row| row.id).collect();
    works.sort_unstable();
    Ok(works)
}

impl Borne {
    /// What was not borne, if anything.
    pub fn fault(&self) -> Option<String> {
        if self.differences > 0 {
            return Some(format!("{} pages are not what the database says, when all is built", self.differences));
        }
        let is_slow = self.a_second < BORNE_A_SECOND;
        is_slow.then(|| format!("{:.0} comments a second, not {BORNE_A_SECOND}", self.a_second))
    }

    pub fn row(self, engine: Engine) -> String {
        format!(
            "| {} | {} | {:.0} | {} | {} | {} | {:.0} ms | {} |",
            engine.name(),
            self.comments,
            self.a_second,
            percentiles(self.commit),
            percentiles(self.own),
            percentiles(self.all),
            self.rest.as_secs_f64() * 1000.0,
            self.differences
        )
    }
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 1000].as_secs_f64() * 1000.0;
    format!("{:.0}, p99 {:.0}, worst {:.0} ms", at(500), at(990), at(1000))
}
