//! A consistent copy of the whole database in one file, made while others go on reading and writing.
//!
//! SQLite's `vacuum into` writes a database that can take the place of the copied one; PostgreSQL's own `pg_dump` writes
//! an archive for `pg_restore`. Either appears under its name when it is whole and on the disk.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use url::Url;

use super::connect::without_password;

/// How long an import or another copy may keep us waiting.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// Parameters of an address that PostgreSQL's own programs know; others are sqlx's.
const LIBPQ_PARAMETERS: [&str; 7] = ["application_name", "host", "options", "port", "sslmode", "sslrootcert", "user"];

/// A copy that was not made. What was begun is removed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody's file would be lost.
    #[error("{0} is there already; a backup replaces nothing: give another name, or move it away")]
    Exists(PathBuf),
    /// The disk.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or its folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A database that cannot be read.
    #[error("cannot copy the database {database}, which DATABASE_URL names: {source}")]
    Read {
        /// The address without password.
        database: String,
        /// Why.
        source: sqlx::Error,
    },
    /// An address of neither engine.
    #[error("DATABASE_URL: `{0}` is no address of a database that can be copied to a file")]
    Address(String),
    /// PostgreSQL's client programs are missing.
    #[error(
        "cannot run pg_dump, which copies PostgreSQL databases: {0}; it comes with PostgreSQL's client programs \
        (Debian and Ubuntu: `apt install postgresql-client`)"
    )]
    NoDump(io::Error),
    /// `pg_dump` says why.
    #[error("pg_dump cannot copy the database {database}, which DATABASE_URL names: {said}")]
    Dump {
        /// The address without password.
        database: String,
        /// Its own words.
        said: String,
    },
}

/// What kind of file a copy is, which decides how it is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An embedded database.
    Sqlite,
    /// An archive of `pg_dump --format=custom`.
    Archive,
}

/// Copies the database at `url` into a file that is not there yet, readable for its owner alone: it holds letters and
/// hashes of passwords. Gives its kind and its size in bytes.
///
/// # Errors
/// A file that is there, a disk that is full, a database that cannot be read; nothing is left behind.
pub async fn copy(url: &str, file: &Path) -> Result<(Format, u64), Error> {
    if file.exists() {
        return Err(Error::Exists(file.to_owned()));
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let copied = copy_into(url, &part).await.and_then(|format| Ok((format, appear(&part, file)?)));
    if copied.is_err() {
        // It may not even have been made.
        let _ = fs::remove_file(&part);
    }
    copied
}

async fn copy_into(url: &str, part: &Path) -> Result<Format, Error> {
    create(part)?;
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => vacuum(url, part).await.map(|()| Format::Sqlite),
        Some("postgres" | "postgresql") => {
            let (url, part) = (url.to_owned(), part.to_owned());
            let dumped = tokio::task::spawn_blocking(move || dump(&url, &part)).await;
            dumped.map_err(|error| Error::NoDump(io::Error::other(error)))?.map(|()| Format::Archive)
        }
        _ => Err(Error::Address(without_password(url))),
    }
}

/// Both engines write into an empty file as into none; so nobody else can read it, not even while it grows. What a killed
/// backup has left is begun anew.
fn create(part: &Path) -> Result<(), Error> {
    let failed = |source| Error::Write { path: part.to_owned(), source };
    match fs::remove_file(part) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(failed(source)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(part).map(drop).map_err(failed)
}

async fn vacuum(url: &str, part: &Path) -> Result<(), Error> {
    let failed = |source| Error::Read { database: without_password(url), source };
    let options = SqliteConnectOptions::from_str(url).map_err(failed)?;
    let options = options.create_if_missing(false).busy_timeout(BUSY_TIMEOUT).disable_statement_logging();
    let name = part.to_str().ok_or_else(|| {
        let source = io::Error::new(io::ErrorKind::InvalidFilename, "the name is not UTF-8");
        Error::Write { path: part.to_owned(), source }
    })?;
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)
}

fn dump(url: &str, part: &Path) -> Result<(), Error> {
    let database = without_password(url);
    let (address, password) = for_libpq(url).ok_or_else(|| Error::Address(database.clone()))?;
    let mut command = Command::new("pg_dump");
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password", "--file"]).arg(part);
    command.arg("--dbname").arg(address).stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(password) = password {
        // Among the arguments every user of the machine could read it.
        command.env("PGPASSWORD", password);
    }
    let output = command.output().map_err(Error::NoDump)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Dump { database, said })
}

/// The address without password and without what only sqlx understands, and the password.
fn for_libpq(url: &str) -> Option<(String, Option<String>)> {
    let mut url = Url::parse(url).ok()?;
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut password = url.password().map(decoded);
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "password" => password = Some(value.into_owned()),
            known if LIBPQ_PARAMETERS.contains(&known) => kept.push(format!("{known}={}", encoded(&value))),
            _ => {}
        }
    }
    url.set_password(None).ok()?;
    url.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
    Some((url.into(), password))
}

/// libpq reads no `+` as a space.
fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Gives the whole file its name, on the disk; says how long it is.
fn appear(part: &Path, file: &Path) -> Result<u64, Error> {
    let failed = |source| Error::Write { path: file.to_owned(), source };
    let written = File::open(part).map_err(failed)?;
    written.sync_all().map_err(failed)?;
    let length = written.metadata().map_err(failed)?.len();
    // Unlike a rename, a link replaces nothing that has come meanwhile; not every file system has them.
    match fs::hard_link(part, file) {
        Ok(()) => fs::remove_file(part).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(Error::Exists(file.to_owned())),
        Err(_) => fs::rename(part, file).map_err(failed)?,
    }
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(length)
}
