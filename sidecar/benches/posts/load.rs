//! Members who post and readers who read, all at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::asking::Asking;
use super::serving::Serving;

/// Connections at once.
const CLIENTS: u32 = 20;
/// Comments a second, where they come evenly.
const PACE: u32 = 300;
/// Different pages that are read.
const PAGES_READ: usize = 2_000;
/// How long each part goes on.
const FOR: Duration = Duration::from_secs(20);

pub struct Load<'a> {
    serving: &'a Serving,
    /// Comments so far, of all parts: each next one is the next member's.
    nth: Arc<AtomicUsize>,
}

/// What became of comments.
pub struct Answered {
    /// How many were answered with their page.
    pub answered: usize,
    times: Vec<Duration>,
    took: Duration,
}

impl<'a> Load<'a> {
    pub fn new(serving: &'a Serving) -> Load<'a> {
        Load { serving, nth: Arc::default() }
    }

    /// Comments that come evenly, whether or not former ones are answered: each is timed from the moment it was due.
    pub async fn paced(&self) -> anyhow::Result<Answered> {
        let begun = Instant::now();
        self.comment(begun, move |client, round| {
            let nth = round * CLIENTS + client;
            Some(begun + nth * Duration::from_secs(1) / PACE)
        })
        .await
    }

    /// Each client posts the next comment as soon as the former one is answered.
    pub async fn as_fast_as_possible(&self) -> anyhow::Result<Answered> {
        self.comment(Instant::now(), |_, _| None).await
    }

    async fn comment(
        &self,
        begun: Instant,
        due: impl Fn(u32, u32) -> Option<Instant> + Copy + Send + 'static,
    ) -> anyhow::Result<Answered> {
        let mut clients = Vec::new();
        for client in 0..CLIENTS {
            let mut asking = Asking::connect(&self.serving.address).await?;
            let (tokens, works) = (self.serving.tokens.clone(), self.serving.works.clone());
            let counter = Arc::clone(&self.nth);
            clients.push(tokio::spawn(async move {
                let mut times = Vec::new();
                for round in 0.. {
                    let due = due(client, round);
                    if let Some(due) = due {
                        tokio::time::sleep_until(due.into()).await;
                    }
                    let asked = due.unwrap_or_else(Instant::now);
                    if asked.duration_since(begun) >= FOR {
                        break;
                    }
                    let nth = counter.fetch_add(1, Ordering::Relaxed);
                    let form = form(nth, &works)?;
                    let answer = asking.post("/komentare/", &tokens[nth % tokens.len()], &form).await?;
                    anyhow::ensure!(answer.status == 303, "{}: {}", answer.status, answer.text);
                    times.push(asked.elapsed());
                }
                Ok(times)
            }));
        }
        let mut times = Vec::new();
        for client in clients {
            times.extend(client.await??);
        }
        Ok(Answered { answered: times.len(), times, took: begun.elapsed() })
    }

    /// Pages a second, of the newest works that fit into any system's cache; the disk of the machine is not what is measured.
    pub async fn pages(&self) -> anyhow::Result<f64> {
        let all = &self.serving.pages;
        let newest = Arc::new(all[all.len().saturating_sub(PAGES_READ)..].to_vec());
        let mut asking = Asking::connect(&self.serving.address).await?;
        for page in newest.iter() {
            asking.get(page).await?;
        }
        let begun = Instant::now();
        let mut clients = Vec::new();
        for client in 0..CLIENTS as usize {
            let mut asking = Asking::connect(&self.serving.address).await?;
            let pages = Arc::clone(&newest);
            clients.push(tokio::spawn(async move {
                let mut count = 0_usize;
                while begun.elapsed() < FOR {
                    let page = &pages[(client + count * 7_919) % pages.len()];
                    let answer = asking.get(page).await?;
                    anyhow::ensure!(answer.status == 200 && answer.bytes > 1_000, "{page}: {}", answer.status);
                    count += 1;
                }
                Ok(count)
            }));
        }
        let mut count = 0;
        for client in clients {
            let read: anyhow::Result<usize> = client.await?;
            count += read?;
        }
        Ok(count as f64 / begun.elapsed().as_secs_f64())
    }
}

/// A third of all comments on ten works that everybody speaks of.
fn form(nth: usize, works: &[i64]) -> anyhow::Result<String> {
    let at = if nth.is_multiple_of(3) { works.len() - 1 - nth % 10 } else { nth * 7_919 % works.len() };
    let (creation, text) = (works[at].to_string(), format!("Komentář {nth} o tom, co se *stalo*."));
    let fields = [("creation", creation.as_str()), ("text", &text), ("homepage", ""), ("do", "post")];
    Ok(serde_urlencoded::to_string(fields)?)
}

impl Answered {
    pub fn a_second(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }

    /// The time in milliseconds within which so many of a thousand were answered.
    pub fn within(&self, share: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[(times.len() - 1) * share / 1_000].as_secs_f64() * 1_000.0
    }

    /// Median, the slowest hundredth and the slowest.
    pub fn times(&self) -> String {
        format!("{:.1} ms, p99 {:.1}, worst {:.0}", self.within(500), self.within(990), self.within(1_000))
    }
}
