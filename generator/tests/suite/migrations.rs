//! Migrations where several programs come to a new database at once.

use generator::db::connect;

use crate::harness::{ENGINES, fresh_database};

/// Programs that start side by side.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_side_by_side_all_open_a_new_database() {
    for engine in ENGINES {
        let folder = tempfile::TempDir::new().unwrap();
        let url = fresh_database(engine, folder.path()).await;
        let opening: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { connect::open(&url).await })
            })
            .collect();
        for opened in opening {
            opened.await.unwrap().unwrap_or_else(|error| panic!("{engine:?}: {error}")).close().await;
        }
    }
}
