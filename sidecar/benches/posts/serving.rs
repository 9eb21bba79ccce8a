//! A seeded site and the process that serves it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{TimeDelta, Utc};
use generator::cdn::Cdn;
use generator::db::creations::summaries;
use generator::db::sessions::{self, NewSession};
use generator::db::{Tx, credentials, members, stale};
use generator::model::MemberId;
use generator::open::Opened;
use generator::seed;
use generator::settings::Settings;
use generator::text::moment;
use sidecar::session::Token;
use sqlx::{Connection, Executor};
use tempfile::TempDir;

use super::asking::HOST;

/// Comments on each creation, on average.
const COMMENTS: u64 = 3;
/// Who posts: so many that nobody is too fast, whose limit is six at once and three a minute.
const MEMBERS: u64 = 8_000;
/// What some of them log in with.
pub const PASSWORD: &str = "vrbová píšťalka";
/// So many that nobody logs in too often.
const WITH_PASSWORD: usize = 500;
/// Longer than a site of any size takes to be built.
const PATIENCE: Duration = Duration::from_secs(1_800);

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

pub struct Serving {
    child: Child,
    opened: Opened,
    comments: i64,
    /// Host and port.
    pub address: String,
    /// Sessions of members.
    pub tokens: Vec<String>,
    /// Members who can log in with [`PASSWORD`].
    pub nicks: Vec<String>,
    /// Public works.
    pub works: Vec<i64>,
    /// Their pages.
    pub pages: Vec<String>,
    _folder: TempDir,
}

impl Serving {
    /// Seeds a site and starts a process, which builds it.
    pub async fn start(engine: Engine, creations: u64) -> anyhow::Result<Serving> {
        let folder = TempDir::new()?;
        let settings = Settings {
            database_url: fresh_database(engine, folder.path()).await?,
            output: folder.path().join("site"),
            uploads: folder.path().join("uploads"),
            site: folder.path().to_owned(),
            site_url: format!("http://{HOST}"),
            uploads_url: "/uploads".to_owned(),
            cdn: Cdn::None,
        };
        let opened = Opened::from_files(generator::files::shipped_site(), &settings).await?;
        let options = seed::Options { creations, comments: creations * COMMENTS, members: MEMBERS, seed: 1 };
        seed::seed(&opened.db, &opened.site, &options).await?;
        let tokens = log_in(&opened).await?;
        let nicks = give_passwords(&opened).await?;
        write_site(folder.path())?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_remove("DATABASE_URL")
            .env("DATABASE_URL", &settings.database_url)
            .env("SITE", folder.path())
            .env("OUTPUT", &settings.output)
            .env("UPLOADS", &settings.uploads)
            .env("SITE_URL", &settings.site_url)
            .env("TRUSTED_PROXIES", "127.0.0.1")
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let address = until_built(&mut child)?;
        let mut serving = Serving {
            child,
            opened,
            comments: 0,
            address,
            tokens,
            nicks,
            works: Vec::new(),
            pages: Vec::new(),
            _folder: folder,
        };
        serving.until_true().await?;
        let mut tx = serving.opened.db.snapshot().await?;
        let mut rows = summaries(&mut tx, &(1..=creations as i64).collect::<Vec<i64>>()).await?;
        drop(tx);
        rows.sort_unstable_by_key(|row| row.id);
        serving.works = rows.iter().map(|row| row.id.0).collect();
        let path = |section: &str, number, slug: &str| format!("/rubriky/{section}/{number}-{slug}/");
        serving.pages = rows.iter().map(|row| path(&row.section, row.number, &row.slug)).collect();
        serving.comments = serving.count_comments().await?;
        Ok(serving)
    }

    /// What the process holds in memory now, in megabytes.
    pub fn memory_mb(&self) -> anyhow::Result<u64> {
        self.memory("VmRSS:")
    }

    /// The most that it has held at any moment since it began, in megabytes.
    pub fn memory_mb_at_most(&self) -> anyhow::Result<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1_024 / 1_000_000)
    }

    /// Waits until no page is stale, and expects every comment that was answered in the database.
    pub async fn all_is_true(&self, answered: usize) -> anyhow::Result<()> {
        self.until_true().await?;
        let new = self.count_comments().await? - self.comments;
        anyhow::ensure!(new == answered as i64, "{answered} comments were answered, {new} are there");
        Ok(())
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.opened.db.close().await;
        Ok(())
    }

    async fn until_true(&self) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut tx = self.opened.db.snapshot().await?;
            if stale::count(&mut tx).await? == 0 {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < until, "pages are stale for ever");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn count_comments(&self) -> anyhow::Result<i64> {
        const COUNT: &str = "select count(*) from comment";
        let mut tx = self.opened.db.snapshot().await?;
        Ok(match &mut tx {
            generator::db::Tx::Sqlite(tx) => sqlx::query_scalar(COUNT).fetch_one(&mut **tx).await?,
            generator::db::Tx::Postgres(tx) => sqlx::query_scalar(COUNT).fetch_one(&mut **tx).await?,
        })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The shipped site's content, which a folder that is a site needs.
fn write_site(folder: &Path) -> anyhow::Result<()> {
    let content = generator::files::shipped_site().content;
    for (path, file) in content.iter().filter(|(path, _)| !path.starts_with("demo/")) {
        let path = folder.join("content").join(path);
        std::fs::create_dir_all(path.parent().context("a file in a folder")?)?;
        std::fs::write(path, &file.bytes)?;
    }
    Ok(())
}

/// Waits until a process has built its site; gives the address that it listens at.
fn until_built(child: &mut Child) -> anyhow::Result<String> {
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines().map_while(Result::ok);
    let mut address = None;
    for line in lines.by_ref() {
        if let Some((_, rest)) = line.split_once(" on http://") {
            address = rest.split(['/', ' ', '"']).next().map(str::to_owned);
        }
        if line.contains(" 0 failed") {
            break;
        }
    }
    // It must not wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    address.context("the process has ended")
}

/// Sessions of all members, as their logins would have begun them. Of the seeded ones some are banned, who would have none.
async fn log_in(opened: &Opened) -> anyhow::Result<Vec<String>> {
    const LET_IN: &str = "update member set banned = false where banned";
    let now = moment::cut(Utc::now());
    let mut tokens = Vec::new();
    let mut tx = opened.db.write().await?;
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(LET_IN).execute(&mut **tx).await?.rows_affected(),
        Tx::Postgres(tx) => sqlx::query(LET_IN).execute(&mut **tx).await?.rows_affected(),
    };
    for member in 1..=MEMBERS as i64 {
        let token = Token::new().map_err(|error| anyhow::anyhow!("{}", error.fault))?;
        let token_hash = token.hash();
        let expires_at = now + TimeDelta::days(1);
        let session = NewSession { member: MemberId(member), token_hash: &token_hash, agent: "", expires_at };
        sessions::begin(&mut tx, &session, now).await?;
        tokens.push(token.secret().to_owned());
    }
    tx.commit().await?;
    Ok(tokens)
}

/// Lets the first members in with [`PASSWORD`].
async fn give_passwords(opened: &Opened) -> anyhow::Result<Vec<String>> {
    let hash = sidecar::password::hash(PASSWORD).map_err(anyhow::Error::msg)?;
    let mut tx = opened.db.write().await?;
    let mut members = members::nicks(&mut tx).await?;
    members.truncate(WITH_PASSWORD);
    for (id, _) in &members {
        credentials::set(&mut tx, *id, &hash).await?;
    }
    tx.commit().await?;
    Ok(members.into_iter().map(|(_, nick)| nick).collect())
}

async fn fresh_database(engine: Engine, folder: &Path) -> anyhow::Result<String> {
    match engine {
        Engine::Sqlite => Ok(format!("sqlite://{}", folder.join("site.db").display())),
        Engine::Postgres => {
            let server = std::env::var("TEST_POSTGRES_URL")?;
            let name = format!("bench_{:x}", rand::random::<u64>());
            let mut admin = sqlx::PgConnection::connect(&server).await?;
            admin.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await?;
            let (base, _) = server.rsplit_once('/').context("an address with a database")?;
            Ok(format!("{base}/{name}"))
        }
    }
}
