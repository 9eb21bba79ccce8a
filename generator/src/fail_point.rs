//! Fail points: steps of the builder's protocol at which tests end or hold the process that is taking them.
//!
//! A program with debug assertions obeys these variables, which only tests set:
//!
//! * `GRAVEYARD_FAIL_POINT=STEP:NTH:kill` – the process kills itself when it takes the step for the nth time;
//! * `GRAVEYARD_FAIL_POINT=STEP:NTH:hold:FILE` – it makes the file and stays in the step until the file is gone;
//! * `GRAVEYARD_LEASE_MS` – how long a claim lasts;
//! * `GRAVEYARD_ATTEMPT_MS` – how long one try of a request to a bucket may take;
//! * `GRAVEYARD_PURGE_AGAIN_MS` – when `generator publish` tells the CDN once more.
//!
//! A release build reads none of them, and its steps are empty functions. Nothing here knows what the steps do.

use std::time::Duration;

/// A step that can be interrupted, named after what has just been done, or is about to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailPoint {
    /// The target has its object, the database does not know of it yet.
    Attach,
    /// The whole site is marked, but not committed.
    Mark,
    /// It is noted which assets are wanted; those that the target lacks are not written yet.
    AssetsNoted,
    /// They are written; what the CDN is to be told is not noted.
    AssetsWritten,
    /// Marks are claimed.
    Claim,
    /// It is known what stands at the paths of uncertain records, in a bucket alone; nothing is read yet.
    Look,
    /// What pages show is read.
    Load,
    /// The pages are rendered.
    Render,
    /// They are announced, but not committed.
    IntendBeforeCommit,
    /// They are announced.
    IntendAfterCommit,
    /// A temporary file is written.
    WriteTemporary,
    /// Under the lock of a path, before the file appears.
    WriteBeforeRename,
    /// Under the lock of a path, when the file has appeared.
    WriteAfterRename,
    /// What was written is noted, but not committed.
    FinishBeforeCommit,
    /// What was written is noted.
    FinishAfterCommit,
    /// What waited for the end of the build is due to be removed, but that is not committed.
    EndBurialsBeforeCommit,
    /// What waited for the end of the build is due to be removed.
    EndBurialsAfterCommit,
    /// Paths to be removed are known.
    Removal,
    /// Under the lock of a path that nobody owns, before its file is removed.
    RemovalBefore,
    /// Under the lock of a path, when its file is removed, but not yet its empty folders.
    RemovalAfter,
    /// A folder that a removal has emptied is gone.
    RemovalFolder,
    /// Files are removed, and nothing is noted of it.
    RemovalUnnoted,
    /// Old assets are removed, and nothing is noted of it.
    AssetsRemoved,
    /// `verify --mend` has marked what differs, and mended nothing yet.
    Mend,
    /// The CDN was told what to purge, and nothing is noted of it.
    PurgeSent,
}

impl FailPoint {
    /// The steps of every builder, in the order of the protocol.
    pub const ALL: [FailPoint; 21] = [
        FailPoint::Attach,
        FailPoint::Mark,
        FailPoint::AssetsNoted,
        FailPoint::AssetsWritten,
        FailPoint::Claim,
        FailPoint::Load,
        FailPoint::Render,
        FailPoint::IntendBeforeCommit,
        FailPoint::IntendAfterCommit,
        FailPoint::WriteTemporary,
        FailPoint::WriteBeforeRename,
        FailPoint::WriteAfterRename,
        FailPoint::FinishBeforeCommit,
        FailPoint::FinishAfterCommit,
        FailPoint::EndBurialsBeforeCommit,
        FailPoint::EndBurialsAfterCommit,
        FailPoint::Removal,
        FailPoint::RemovalBefore,
        FailPoint::RemovalAfter,
        FailPoint::RemovalFolder,
        FailPoint::RemovalUnnoted,
    ];

    /// Steps that are taken now and then: there is something old, uncertain or different.
    pub const SELDOM: [FailPoint; 4] =
        [FailPoint::Look, FailPoint::AssetsRemoved, FailPoint::Mend, FailPoint::PurgeSent];

    /// What the variable calls it.
    pub fn name(self) -> &'static str {
        match self {
            FailPoint::Attach => "attach",
            FailPoint::Mark => "mark",
            FailPoint::AssetsNoted => "assets-noted",
            FailPoint::AssetsWritten => "assets-written",
            FailPoint::Claim => "claim",
            FailPoint::Look => "look",
            FailPoint::Load => "load",
            FailPoint::Render => "render",
            FailPoint::IntendBeforeCommit => "intend-before-commit",
            FailPoint::IntendAfterCommit => "intend-after-commit",
            FailPoint::WriteTemporary => "write-temporary",
            FailPoint::WriteBeforeRename => "write-before-rename",
            FailPoint::WriteAfterRename => "write-after-rename",
            FailPoint::FinishBeforeCommit => "finish-before-commit",
            FailPoint::FinishAfterCommit => "finish-after-commit",
            FailPoint::EndBurialsBeforeCommit => "end-burials-before-commit",
            FailPoint::EndBurialsAfterCommit => "end-burials-after-commit",
            FailPoint::Removal => "removal",
            FailPoint::RemovalBefore => "removal-before",
            FailPoint::RemovalAfter => "removal-after",
            FailPoint::RemovalFolder => "removal-folder",
            FailPoint::RemovalUnnoted => "removal-unnoted",
            FailPoint::AssetsRemoved => "assets-removed",
            FailPoint::Mend => "mend",
            FailPoint::PurgeSent => "purge-sent",
        }
    }

    /// The process takes this step.
    pub(crate) fn taken(self) {
        #[cfg(all(debug_assertions, unix))]
        armed::taken(self);
    }
}

/// How long a claim lasts, where a test says so.
pub fn lease() -> Option<Duration> {
    time("GRAVEYARD_LEASE_MS")
}

/// How long one try of a request to a bucket may take, where a test says so.
pub(crate) fn attempt_time() -> Option<Duration> {
    time("GRAVEYARD_ATTEMPT_MS")
}

/// When a CDN is told once more by whoever publishes without a database, where a test says so.
pub fn purge_again() -> Option<Duration> {
    time("GRAVEYARD_PURGE_AGAIN_MS")
}

fn time(variable: &str) -> Option<Duration> {
    if !cfg!(debug_assertions) {
        return None;
    }
    std::env::var(variable).ok()?.parse().ok().map(Duration::from_millis)
}

#[cfg(all(debug_assertions, unix))]
mod armed {
    use std::path::{Path, PathBuf};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use rustix::process::{Signal, getpid, kill_process};
    use tokio::runtime::{Handle, RuntimeFlavor};

    use super::FailPoint;

    struct Armed {
        point: FailPoint,
        /// Times that it is still to be taken.
        left: AtomicU64,
        /// The file that holds the process; without one it dies.
        hold: Option<PathBuf>,
    }

    static ARMED: OnceLock<Option<Armed>> = OnceLock::new();

    pub(super) fn taken(point: FailPoint) {
        let armed = ARMED.get_or_init(|| parse(&std::env::var("GRAVEYARD_FAIL_POINT").ok()?));
        let Some(armed) = armed.as_ref().filter(|armed| armed.point == point) else { return };
        if armed.left.fetch_sub(1, Ordering::Relaxed) != 1 {
            return;
        }
        match &armed.hold {
            // The call does not return.
            None => drop(kill_process(getpid(), Signal::KILL)),
            // Other tasks of this thread go on elsewhere: they may hold what everybody waits for.
            Some(file) if Handle::try_current().is_ok_and(|it| it.runtime_flavor() == RuntimeFlavor::MultiThread) => {
                tokio::task::block_in_place(|| hold(file));
            }
            Some(file) => hold(file),
        }
    }

    fn hold(file: &Path) {
        if std::fs::write(file, b"").is_ok() {
            while file.exists() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    fn parse(text: &str) -> Option<Armed> {
        let mut words = text.splitn(4, ':');
        let name = words.next()?;
        let point = FailPoint::ALL.into_iter().chain(FailPoint::SELDOM).find(|point| point.name() == name)?;
        let left = AtomicU64::new(words.next()?.parse().ok()?);
        match (words.next()?, words.next()) {
            ("kill", None) => Some(Armed { point, left, hold: None }),
            ("hold", Some(file)) => Some(Armed { point, left, hold: Some(file.into()) }),
            _ => None,
        }
    }
}
