//! A seeded site with a builder that lives beside it, as in a sidecar.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use chrono::Utc;
use generator::build::live::{Event, Live, Pace, Signals};
use generator::build::{Error, Options, Summary, progress::Progress};
use generator::cdn::Cdn;
use generator::db::stale;
use generator::open::Opened;
use generator::publish::Door;
use generator::seed;
use generator::settings::Settings;
use generator::text::moment;
use sqlx::{Connection, Executor};
use tempfile::TempDir;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;

/// Comments on each creation, on average.
const COMMENTS: u64 = 3;
/// Creations for each member.
const CREATIONS_OF_A_MEMBER: u64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The engines at hand.
pub fn engines() -> Vec<Engine> {
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(_) => vec![Engine::Sqlite, Engine::Postgres],
        Err(_) => vec![Engine::Sqlite],
    }
}

/// A built site that goes on being built.
pub struct Running {
    /// The site.
    pub opened: Opened,
    /// The door of the process that the builder lives in.
    pub door: Door,
    /// How many creations were seeded.
    pub creations: u64,
    /// And members.
    pub members: u64,
    settings: Settings,
    /// What the builder did, and when.
    built: Mutex<mpsc::UnboundedReceiver<(Instant, Summary)>>,
    end: watch::Sender<bool>,
    task: JoinHandle<Result<(), Error>>,
    /// Removed at the end.
    _folder: TempDir,
}

impl Running {
    /// Seeds, builds, and lets a builder live.
    pub async fn start(engine: Engine, creations: u64) -> anyhow::Result<Running> {
        let folder = TempDir::new()?;
        let settings = Settings {
            database_url: fresh_database(engine, folder.path()).await?,
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: "https://www.example.org".to_owned(),
            uploads_url: "https://uploads.example.org".to_owned(),
            cdn: Cdn::None,
        };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await?;
        let options = seed::Options {
            creations,
            comments: creations * COMMENTS,
            members: (creations / CREATIONS_OF_A_MEMBER).max(2),
            seed: 1,
        };
        let members = options.members;
        seed::seed(&opened.db, &opened.site, &options).await?;
        let builder = opened.builder(&settings.output)?;
        let summary = builder.build(Options::default(), moment::cut(Utc::now()), &Progress::silent()).await?;
        anyhow::ensure!(summary.failed.is_empty(), "pages failed: {:?}", summary.failed);

        let generation = Some(builder.generation.clone());
        let signals = Arc::new(Signals::default());
        let (said, built) = mpsc::unbounded_channel();
        let live = Live {
            builder,
            signals: Arc::clone(&signals),
            pace: Pace::default(),
            clock: Arc::new(|| moment::cut(Utc::now())),
            report: Arc::new(move |event| match event {
                Event::Built(summary) => drop(said.send((Instant::now(), summary))),
                Event::CameDue(_) | Event::Began | Event::Round(_) => {}
                other => eprintln!("{other:?}"),
            }),
        };
        let (end, ended) = watch::channel(false);
        let task = tokio::spawn(async move { live.run(ended).await });
        let door = Door { db: opened.db.clone(), site: Arc::clone(&opened.site), generation, signals };
        let built = Mutex::new(built);
        Ok(Running { opened, door, creations, members, settings, built, end, task, _folder: folder })
    }

    /// Waits until no page is stale; gives the moment at which the last file was noted as written, and what was done.
    pub async fn until_true(&self) -> anyhow::Result<(Instant, Summary)> {
        let mut built = self.built.lock().await;
        let mut all = Summary::default();
        loop {
            let (at, summary) = built.recv().await.context("the builder has ended")?;
            anyhow::ensure!(summary.failed.is_empty(), "pages failed: {:?}", summary.failed);
            all.rendered += summary.rendered;
            all.written += summary.written;
            all.unchanged += summary.unchanged;
            all.deleted += summary.deleted;
            if self.marks().await? == 0 {
                return Ok((at, all));
            }
        }
    }

    /// How many pages are stale.
    pub async fn marks(&self) -> anyhow::Result<i64> {
        let mut tx = self.door.db.snapshot().await?;
        Ok(stale::count(&mut tx).await?)
    }

    /// Ends the builder; an error of its is ours.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.end.send(true)?;
        self.task.await??;
        self.opened.db.close().await;
        Ok(())
    }

    /// A builder beside the living one, for `verify`.
    pub fn builder(&self) -> anyhow::Result<generator::build::Builder> {
        Ok(self.opened.builder(&self.settings.output)?)
    }
}

async fn fresh_database(engine: Engine, folder: &Path) -> anyhow::Result<String> {
    match engine {
        Engine::Sqlite => Ok(format!("sqlite://{}", folder.join("site.db").display())),
        Engine::Postgres => {
            let server = std::env::var("TEST_POSTGRES_URL")?;
            let name = format!("bench_{:x}", rand::random::<u64>());
            let mut admin = sqlx::PgConnection::connect(&server).await?;
            admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await?;
            let (base, _) = server.rsplit_once('/').context("TEST_POSTGRES_URL names no database")?;
            Ok(format!("{base}/{name}"))
        }
    }
}
