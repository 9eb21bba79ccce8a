//! One comment on a site in a bucket behind an edge: from its commit to the moment at which its page's object is replaced
//! and the edge has been told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use chrono::Utc;
use generator::build::live::{Event, Live, Pace, Signals};
use generator::cdn::{self, Cdn, Purger};
use generator::db::creations;
use generator::model::{MemberId, Text, TextFormat};
use generator::open::Opened;
use generator::page::Page;
use generator::publish::{Door, comments};
use generator::settings::Settings;
use generator::store::address::Address;
use generator::store::{S3, Store};
use generator::text::moment;
use tokio::sync::watch;

use super::server::{ACCESS_KEY, SECRET_KEY, Server};

/// How often a comment is written.
const TIMES: u64 = 30;
/// Each after a quiet moment longer than the builder puts shared pages off.
const QUIET: Duration = Duration::from_millis(150);
/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An edge that notes when it was told of a path for the first time since it was asked.
#[derive(Clone, Default)]
pub struct Edge(Arc<Mutex<HashMap<String, Instant>>>);

impl Edge {
    /// Starts it; gives the setting that names it.
    pub async fn start(&self) -> anyhow::Result<String> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let setting = format!("purge:http://{}", listener.local_addr()?);
        let router = Router::new().fallback(told).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(setting)
    }

    fn take(&self, path: &str) -> Option<Instant> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(path)
    }
}

async fn told(State(edge): State<Edge>, uri: Uri) {
    let now = Instant::now();
    edge.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(uri.path().to_owned()).or_insert(now);
}

/// Median and worst of the times.
pub async fn measure(
    settings: &Settings,
    creations: u64,
    server: &Server,
    edge: &Edge,
) -> anyhow::Result<(Duration, Duration)> {
    let opened = Opened::open(settings).await?;
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(&server.url)
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "bench"))
        .force_path_style(true);
    let address = Address::parse(&settings.output.display().to_string())?;
    let store = Store::S3(S3::asked_by(aws_sdk_s3::Client::from_conf(config.build()), address)?);
    let signals = Arc::new(Signals::default());
    let live = Live {
        builder: opened.builder_into(Arc::new(store))?,
        signals: Arc::clone(&signals),
        pace: Pace::default(),
        clock: Arc::new(|| moment::cut(Utc::now())),
        report: Arc::new(|event| match event {
            Event::Built(_) | Event::CameDue(_) | Event::Round(_) => {}
            other => eprintln!("{other:?}"),
        }),
    };
    let (end, ended) = watch::channel(false);
    let building = tokio::spawn(async move { live.run(ended).await });
    let purging =
        tokio::spawn(purge(settings.cdn.clone(), settings.site_url.clone(), opened.db.clone(), signals.clone()));
    let door = Door { db: opened.db.clone(), site: Arc::clone(&opened.site), generation: None, signals };
    let mut times = Vec::new();
    for nth in 0..TIMES {
        times.push(one(&door, edge, creations, nth).await?);
    }
    end.send(true)?;
    building.await??;
    purging.abort();
    opened.db.close().await;
    times.sort_unstable();
    Ok((times[times.len() / 2], times[times.len() - 1]))
}

/// As the sidecar does it beside its builder.
async fn purge(cdn: Cdn, site_url: String, db: generator::db::Db, signals: Arc<Signals>) -> anyhow::Result<()> {
    let purger = Purger::open(&cdn, &site_url, db, cdn::Pace::default()).await?;
    loop {
        purger.send_due().await?;
        tokio::select! {
            () = signals.purges.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

async fn one(door: &Door, edge: &Edge, creations: u64, nth: u64) -> anyhow::Result<Duration> {
    tokio::time::sleep(QUIET).await;
    // Works of all ages.
    let first = (creations * nth / TIMES) as i64 + 1;
    let mut tx = door.db.snapshot().await?;
    let rows = creations::summaries(&mut tx, &(first..first + 100).collect::<Vec<i64>>()).await?;
    let row = rows.into_iter().min_by_key(|row| row.id).context("no work to be found")?;
    let key = Page::Creation { section: row.section, number: row.number }.to_string();
    let records = generator::db::records::by_pages(&mut tx, std::slice::from_ref(&key)).await?;
    let path = records.get(&key).context("it has no record")?.path.clone();
    drop(tx);
    edge.take(&path);
    let mut change = door.begin(Utc::now()).await?;
    let body = Text { source: format!("Poznámka {nth}."), format: TextFormat::Markdown };
    comments::add(&mut change, row.id, MemberId(1), &body).await?;
    change.commit().await?;
    let committed = Instant::now();
    loop {
        if let Some(told) = edge.take(&path) {
            return Ok(told.saturating_duration_since(committed));
        }
        anyhow::ensure!(committed.elapsed() < PATIENCE, "{path} is never purged");
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}
