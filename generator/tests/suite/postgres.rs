//! Databases of the tests' PostgreSQL server, each for as long as its test keeps a folder: hundreds of them at once take
//! gigabytes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Those that were made, with the folders of their tests.
static MADE: Mutex<Vec<(PathBuf, String)>> = Mutex::new(Vec::new());

/// The server that `.ci/with-postgres` started.
pub fn server() -> String {
    std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names no server: run the tests by `make test`")
}

/// The address of a database that is not there yet.
pub fn address() -> String {
    let server = server();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/test_{:x}", rand::random::<u64>())
}

/// A new database that lasts as long as the folder.
pub async fn fresh(folder: &Path) -> String {
    let address = address();
    create(&address, folder).await;
    address
}

/// Makes the database of an address, which lasts as long as the folder.
pub async fn create(address: &str, folder: &Path) {
    make(address, "", folder).await;
}

/// A new database like the one at `template`, where nobody is just then; it lasts as long as the folder.
pub async fn copy(template: &str, folder: &Path) -> String {
    let address = address();
    make(&address, &format!("template {}", name(template)), folder).await;
    address
}

async fn make(address: &str, like: &str, folder: &Path) {
    let mut admin = PgConnection::connect(&server()).await.unwrap();
    for ended in ended() {
        admin.execute(AssertSqlSafe(format!("drop database if exists {ended} with (force)"))).await.unwrap();
    }
    let name = name(address);
    admin.execute(AssertSqlSafe(format!("create database {name} {like}"))).await.unwrap();
    MADE.lock().unwrap_or_else(PoisonError::into_inner).push((folder.to_owned(), name.to_owned()));
}

/// Those whose tests have ended, each once.
fn ended() -> Vec<String> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.extract_if(.., |(folder, _)| !folder.exists()).map(|(_, name)| name).collect()
}

fn name(address: &str) -> &str {
    address.rsplit_once('/').unwrap().1
}
