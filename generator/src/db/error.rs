//! What a failure of the database means: an outage that passes, another transaction in the way, or a defect of ours.

use sqlx::postgres::PgDatabaseError;
use sqlx::sqlite::SqliteError;

/// Whether the same may work later, with no change of the program or of the rows: the database is away, full, locked by
/// others or cannot be written.
pub fn is_outage(error: &sqlx::Error) -> bool {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => true,
        Database(error) if error.try_downcast_ref::<PgDatabaseError>().is_some() => {
            error.code().is_some_and(|code| is_postgres_outage(&code))
        }
        Database(error) if error.try_downcast_ref::<SqliteError>().is_some() => {
            error.code().and_then(|code| code.parse().ok()).is_some_and(is_sqlite_outage)
        }
        _ => false,
    }
}

/// Whether the database undid a transaction only because another one was in its way: all of it may be done again.
pub fn is_transient(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    // PostgreSQL's serialization_failure and deadlock_detected.
    matches!(error.code().as_deref(), Some("40001" | "40P01"))
}

/// Classes 53, 57 and 08: no resources, an operator at work or a statement's time over, no connection. Two of other
/// classes are locks waited for in vain and a transaction that paused for too long; 25006 is a server that only reads.
fn is_postgres_outage(code: &str) -> bool {
    matches!(code.get(..2), Some("53" | "57" | "08")) || matches!(code, "55P03" | "25P03" | "25006")
}

/// Busy, locked, read only, I/O, full, cannot open. The rest of a code says more of the same.
fn is_sqlite_outage(code: u32) -> bool {
    matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14)
}

#[cfg(test)]
mod tests {
    use super::{is_postgres_outage, is_sqlite_outage};

    #[test]
    fn outages_are_told_from_defects_by_engine() {
        for code in ["53300", "57P01", "57014", "08006", "55P03", "25P03", "25006"] {
            assert!(is_postgres_outage(code), "{code}");
        }
        for code in ["23505", "42601", "40P01", "25P02", "5", ""] {
            assert!(!is_postgres_outage(code), "{code}");
        }
        for (code, what) in [(5, "busy"), (261, "busy recovering"), (517, "busy snapshot"), (13, "full"), (5386, "i/o")]
        {
            assert!(is_sqlite_outage(code), "{what}");
        }
        for (code, what) in [(531, "a constraint"), (2067, "unique"), (1, "wrong SQL"), (11, "corrupt")] {
            assert!(!is_sqlite_outage(code), "{what}");
        }
    }
}
