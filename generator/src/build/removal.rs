//! Removing the files of paths that no page owns any more.

use std::sync::Arc;

use crate::db::{self, Db};
use crate::store::key;

use super::{Builder, Error, while_doing};

/// Paths removed between two looks into the database.
const REMOVALS_MAX: i64 = 500;

/// Removes what is buried and due; says how many paths.
///
/// # Errors
/// Where the database or the store fails; what was not removed stays buried.
pub(super) async fn remove_buried(builder: &Builder) -> Result<usize, Error> {
    let doing = while_doing("removing files");
    let mut removed = 0;
    loop {
        let mut tx = builder.db.write().await.map_err(&doing)?;
        let paths = db::records::due_tombstones(&mut tx, REMOVALS_MAX).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        if paths.is_empty() {
            return Ok(removed);
        }
        let store = Arc::clone(&builder.store);
        let db = builder.db.clone();
        let handle = tokio::runtime::Handle::current();
        let paths = tokio::task::spawn_blocking(move || {
            for path in &paths {
                // Asked again under the lock of the key: a page may have come to stand there meanwhile.
                store.remove(&key(path), || handle.block_on(is_unowned(&db, path)))?;
            }
            Ok::<_, crate::store::Error>(paths)
        })
        .await??;
        removed += paths.len();
        let mut tx = builder.db.write().await.map_err(&doing)?;
        db::records::unbury(&mut tx, &paths).await.map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
    }
}

/// Whether certainly no page owns the path. A database that gives no answer says no.
async fn is_unowned(db: &Db, path: &str) -> bool {
    let Ok(mut tx) = db.snapshot().await else { return false };
    matches!(db::records::owner(&mut tx, path).await, Ok(None))
}
