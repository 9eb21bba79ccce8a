//! What stops a build as a whole. What keeps single pages from being built is in its [`super::Summary`].

use super::target;
use crate::store;
use crate::text::counted;

/// What stops a build as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database fails.
    #[error("the database fails while {doing}: {source}")]
    Database {
        /// What the builder was doing.
        doing: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// The target fails, and not for one page alone.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The target is not for this database.
    #[error(transparent)]
    Target(#[from] target::Mismatch),
    /// Too much would vanish.
    #[error(
        "{falling} of {recorded} pages would be removed, since neither the configuration nor the database has them \
        any more. See whether SITE is the folder and DATABASE_URL the database that you mean; if so, run again with \
        --allow-deletions"
    )]
    TooManyDeletions {
        /// Pages that would go.
        falling: i64,
        /// Pages that there are.
        recorded: i64,
    },
    /// A newer release or another target has taken over.
    #[error(
        "another release of the program, another configuration or another OUTPUT has taken this database over; this \
        build stops, and what it has not done is left to the other one"
    )]
    Superseded,
    /// The process is about to end.
    #[error("the build was asked to stop; what it has not done stays marked")]
    Stopped,
    /// Others hold pages and don't get on with them.
    #[error("another builder still holds {}; see whether one is stuck, and run again", counted(marks.unsigned_abs(), "page"))]
    Claimed {
        /// How many.
        marks: i64,
    },
    /// A file that belongs to no page stays.
    #[error("{path} belongs to no page and cannot be removed: {reason}")]
    Removal {
        /// Where it stands.
        path: String,
        /// Why.
        reason: String,
    },
    /// A task of ours died.
    #[error("a defect in the program: a build task ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl Error {
    /// Whether the database undid a transaction only because another one was in its way.
    pub(super) fn is_transient(&self) -> bool {
        let Error::Database { source: sqlx::Error::Database(error), .. } = self else { return false };
        // Another builder has announced a page at the same path since we asked whose it is; asked again, we know.
        error.is_unique_violation()
            // PostgreSQL's serialization_failure and deadlock_detected.
            || matches!(error.code().as_deref(), Some("40001" | "40P01"))
    }
}

/// Says what the builder was doing when the database failed.
pub(crate) fn while_doing(doing: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| Error::Database { doing, source }
}
