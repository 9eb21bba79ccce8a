//! `generator build` as a process that can be killed, held, stopped and continued.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use generator::fail_point::FailPoint;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use crate::bucket::server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server};
use crate::harness::TestSite;

/// Nothing takes so long but what never ends.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A lease that is over soon, and yet long enough for a batch of a small site on a machine that does other things: a
/// builder whose claims are always over before it has written tries for ever.
pub const LEASE: Duration = Duration::from_millis(1_500);

/// What PostgreSQL knows the builders' sessions by.
pub const APPLICATION: &str = "builder";

/// A lock that nobody holds is had in that time.
const LOCK_WAIT: Duration = Duration::from_secs(1);

/// Returns when no builder holds the lock under which it claims.
async fn is_lock_free(site: &TestSite) {
    let mut tx = site.opened.db.write().await.unwrap();
    generator::db::target::lock_alone(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits until a condition holds.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("in vain waited until {what}"));
}

/// A build that is about to be started.
pub struct Build {
    command: Command,
    held: PathBuf,
}

impl Build {
    /// A build of a small site into a folder.
    pub fn of(site: &TestSite, output: &Path) -> Build {
        let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
        command.arg("build").env_clear();
        let database = match site.settings.database_url.strip_prefix("postgres") {
            Some(_) => format!("{}?application_name={APPLICATION}", site.settings.database_url),
            None => site.settings.database_url.clone(),
        };
        command
            .env("SITE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"))
            .env("SITE_URL", &site.settings.site_url)
            .env("UPLOADS_URL", &site.settings.uploads_url)
            .env("DATABASE_URL", database)
            .env("OUTPUT", output)
            .env("UPLOADS", &site.settings.uploads)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Build { command, held: site.settings.site.join(format!("held-{:x}", rand::random::<u64>())) }
    }

    /// A build of a small site into a place of a server's bucket.
    pub fn into_bucket(site: &TestSite, server: &Server, prefix: &str) -> Build {
        let address = format!("s3://{BUCKET}/{prefix}");
        Build::of(site, Path::new(&address))
            .variable("AWS_ENDPOINT_URL", &server.url())
            .variable("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .variable("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .variable("AWS_REGION", "us-east-1")
            .variable("AWS_EC2_METADATA_DISABLED", "true")
    }

    /// With another value in its environment.
    pub fn variable(mut self, name: &str, value: &str) -> Build {
        self.command.env(name, value);
        self
    }

    /// The server ends transactions of it that pause for so long.
    pub fn server_patience(self, site: &TestSite, patience: Duration) -> Build {
        let url = &site.settings.database_url;
        let milliseconds = patience.as_millis();
        self.variable("DATABASE_URL", &format!("{url}?options[idle_in_transaction_session_timeout]={milliseconds}"))
    }

    /// With one thing less in its environment.
    pub fn without(mut self, name: &str) -> Build {
        self.command.env_remove(name);
        self
    }

    /// It runs another command than a build, in the same environment.
    pub fn instead(mut self, arguments: &[&str]) -> Build {
        let mut command = Command::new(env!("CARGO_BIN_EXE_generator"));
        command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        self.command = command;
        self
    }

    /// No file that it writes may be longer than so many units of 512 bytes: more is refused as on a disk that is full.
    pub fn file_blocks_max(mut self, blocks: u32) -> Build {
        let mut command = Command::new("/bin/sh");
        // A process that does not ignore the signal is killed by it.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        command.args(["-c", &limited, "sh"]).arg(self.command.get_program()).args(self.command.get_args());
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        self.command = command;
        self
    }

    /// It marks everything first.
    pub fn all(mut self) -> Build {
        self.command.arg("--all");
        self
    }

    /// Its claims last so long.
    pub fn lease(mut self, lease: Duration) -> Build {
        self.command.env("GRAVEYARD_LEASE_MS", lease.as_millis().to_string());
        self
    }

    /// It kills itself when it takes the step for the nth time.
    pub fn killed_at(mut self, point: FailPoint, nth: u32) -> Build {
        self.command.env("GRAVEYARD_FAIL_POINT", format!("{}:{nth}:kill", point.name()));
        self
    }

    /// It stays in the step until [`Child::go_on`]. One thread writes, or others might be stopped in steps of theirs.
    pub fn held_at(mut self, point: FailPoint, nth: u32) -> Build {
        let held = self.held.display();
        self.command.env("GRAVEYARD_FAIL_POINT", format!("{}:{nth}:hold:{held}", point.name()));
        self.command.env("RAYON_NUM_THREADS", "1");
        self
    }

    pub fn start(mut self) -> Child {
        Child { process: Some(self.command.spawn().unwrap()), held: self.held }
    }

    /// Runs it to an end that is a good one.
    pub async fn run(self) -> String {
        self.start().good_end().await
    }
}

/// A build that runs; it does not outlive the test.
pub struct Child {
    process: Option<std::process::Child>,
    held: PathBuf,
}

/// What became of a build.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub said: String,
}

impl Child {
    fn process(&mut self) -> &mut std::process::Child {
        self.process.as_mut().expect("it was not waited for yet")
    }

    pub fn has_ended(&mut self) -> bool {
        self.process().try_wait().unwrap().is_some()
    }

    fn signal(&mut self, signal: Signal) {
        kill_process(Pid::from_child(self.process()), signal).unwrap();
    }

    pub fn kill(&mut self) {
        self.process().kill().unwrap();
    }

    /// Waits until it has taken the step in which it is held.
    pub async fn held(&mut self) {
        let held = self.held.clone();
        until("the builder is held", async || {
            assert!(!self.has_ended(), "it ended without having taken the step");
            held.exists()
        })
        .await;
    }

    /// Waits until it is held in a step without a transaction, then stops all of it. Other loops of it look for something
    /// to claim meanwhile; they must not be stopped in that, since whoever waits for their locks would wait for ever.
    pub async fn stopped(&mut self, site: &TestSite) {
        self.held().await;
        self.stopped_now(site).await;
    }

    /// As [`Child::stopped`], wherever it is.
    pub async fn stopped_now(&mut self, site: &TestSite) {
        let stop = async {
            loop {
                let mut tx = site.opened.db.write().await.unwrap();
                generator::db::target::lock_alone(&mut tx).await.unwrap();
                self.stop();
                tx.commit().await.unwrap();
                // A loop may have asked PostgreSQL for the lock just before: its session has it now.
                if tokio::time::timeout(LOCK_WAIT, is_lock_free(site)).await.is_ok() {
                    return;
                }
                self.signal(Signal::CONT);
            }
        };
        tokio::time::timeout(PATIENCE, stop).await.expect("a loop of the builder does not come to its end");
    }

    /// Stops it wherever it is, in a transaction too. Returns when no thread of it runs any more.
    pub fn stop(&mut self) {
        self.signal(Signal::STOP);
        let pid = Pid::from_child(self.process());
        let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().expect("it is waited for");
        assert!(status.stopped(), "it ended instead of stopping: {status:?}");
    }

    /// Continues it where it is held.
    pub fn go_on(&mut self) {
        std::fs::remove_file(&self.held).unwrap();
        self.wake();
    }

    /// Continues it after [`Child::stopped_now`].
    pub fn wake(&mut self) {
        self.signal(Signal::CONT);
    }

    /// Waits for its end.
    pub async fn end(mut self) -> Ended {
        until("the builder ends", async || self.has_ended()).await;
        let output = self.process.take().unwrap().wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        Ended { status: output.status, said: String::from_utf8(said).unwrap() }
    }

    /// Waits for its end, which has to be a good one; gives what it said.
    pub async fn good_end(self) -> String {
        let ended = self.end().await;
        assert!(ended.status.success(), "{ended:?}");
        ended.said
    }
}

impl Ended {
    /// Whether it was a good end; if not, pages came to a path before another builder had let go of it.
    #[track_caller]
    pub fn was_good(&self) -> bool {
        let mut faults = self.said.lines().filter(|line| line.starts_with("error: "));
        let is_late = self.status.code() == Some(1) && faults.all(|line| line.contains(" is taken by the page "));
        assert!(self.status.success() || is_late, "{self:?}");
        self.status.success()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
