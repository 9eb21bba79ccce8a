//! A consistent copy of the whole database in one file, made while others go on reading and writing.
//!
//! SQLite's `vacuum into` writes a database that can take the place of the copied one; PostgreSQL's own `pg_dump` writes
//! an archive for `pg_restore`. Either appears under its name when it is whole and on the disk.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tempfile::NamedTempFile;
use url::Url;

use super::connect::without_password;

/// How long a database that is being opened by another process may keep us waiting.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

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
    /// An address of neither engine, or with a parameter that `pg_dump` knows no word for.
    #[error("DATABASE_URL: `{database}` is no address of a database that can be copied to a file{why}")]
    Address {
        /// The address without password.
        database: String,
        /// What is unknown.
        why: String,
    },
    /// A task of ours died.
    #[error("a defect in the program: the copying ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
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
    let failed = |source| Error::Write { path: file.to_owned(), source };
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    // Only its owner can read it, not even while it grows; it goes with us, but where we are killed.
    let part = tempfile::Builder::new().prefix(".backup-").suffix(".part").tempfile_in(folder).map_err(failed)?;
    let format = copy_into(url, part.path()).await?;
    Ok((format, appear(part, file, folder)?))
}

/// Both engines write into an empty file as into none.
async fn copy_into(url: &str, part: &Path) -> Result<Format, Error> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => vacuum(url, part).await.map(|()| Format::Sqlite),
        Some("postgres" | "postgresql") => {
            let (url, part) = (url.to_owned(), part.to_owned());
            tokio::task::spawn_blocking(move || dump(&url, &part)).await??;
            Ok(Format::Archive)
        }
        _ => Err(Error::Address { database: without_password(url), why: String::new() }),
    }
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
    let (address, password) =
        for_libpq(url).map_err(|why| Error::Address { database: database.clone(), why: format!(": {why}") })?;
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

/// The address in libpq's words and without the password, and the password.
fn for_libpq(url: &str) -> Result<(String, Option<String>), String> {
    let mut url = Url::parse(url).map_err(|error| error.to_string())?;
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut password = url.password().map(decoded);
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs() {
        // sqlx has names of its own for some, and reads two that are its own business.
        let name = match name.as_ref() {
            "password" => {
                password = Some(value.into_owned());
                continue;
            }
            "statement-cache-capacity" => continue,
            "ssl-mode" => "sslmode",
            "ssl-root-cert" | "ssl-ca" => "sslrootcert",
            "ssl-cert" => "sslcert",
            "ssl-key" => "sslkey",
            "application_name" | "dbname" | "host" | "hostaddr" | "options" | "port" | "sslcert" | "sslkey"
            | "sslmode" | "sslrootcert" | "user" => name.as_ref(),
            options if options.starts_with("options[") => continue,
            unknown => return Err(format!("pg_dump knows no `{unknown}`")),
        };
        kept.push(format!("{name}={}", encoded(&value)));
    }
    if url.password().is_some() {
        url.set_password(None).map_err(|()| "it can have no password".to_owned())?;
    }
    url.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
    Ok((url.into(), password))
}

/// libpq reads no `+` as a space.
fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Gives the whole file its name, on the disk, where nothing has come to stand meanwhile; says how long it is.
fn appear(part: NamedTempFile, file: &Path, folder: &Path) -> Result<u64, Error> {
    let failed = |source| Error::Write { path: file.to_owned(), source };
    // By its name: `pg_dump` may have made it anew.
    let written = File::open(part.path()).map_err(failed)?;
    written.sync_all().map_err(failed)?;
    let length = written.metadata().map_err(failed)?.len();
    part.persist_noclobber(file).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists(file.to_owned()),
        _ => failed(error.error),
    })?;
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::for_libpq;

    #[test]
    fn an_address_says_the_same_in_libpqs_words() {
        let cases = [
            ("postgres://ema:tajn%C3%A9@db/site", "postgres://ema@db/site", Some("tajné")),
            ("postgres://db/site?user=ema&password=a+b", "postgres://db/site?user=ema", Some("a b")),
            (
                "postgres:///?host=/run/postgresql&dbname=site",
                "postgres:///?host=%2Frun%2Fpostgresql&dbname=site",
                None,
            ),
            (
                "postgres://db/site?ssl-mode=verify-full&ssl-ca=ca.pem",
                "postgres://db/site?sslmode=verify%2Dfull&sslrootcert=ca%2Epem",
                None,
            ),
            ("postgres://db/site?statement-cache-capacity=9", "postgres://db/site", None),
        ];
        for (url, address, password) in cases {
            assert_eq!(for_libpq(url), Ok((address.to_owned(), password.map(str::to_owned))), "{url}");
        }
        assert!(for_libpq("postgres://db/site?target=primary").is_err());
    }
}
