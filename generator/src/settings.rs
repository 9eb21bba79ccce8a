//! The environment: where things are. Unset is the embedded default; a wrong value stops the start.

use std::path::{Path, PathBuf};

use crate::cdn::Cdn;
use crate::store::address::{Address, is_address};

/// What the environment says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `DATABASE_URL`, or built from `DB_HOST` and its companions.
    pub database_url: String,
    /// `OUTPUT`: a folder, or the address of a place in a bucket as [`crate::store::address`] reads it.
    pub output: PathBuf,
    /// `UPLOADS`: a folder or the address of a place in a bucket, never within `OUTPUT`.
    pub uploads: PathBuf,
    /// `SITE`: a folder with `content/`.
    pub site: PathBuf,
    /// `SITE_URL`: where readers find the site.
    pub site_url: String,
    /// `UPLOADS_URL`: where readers find uploads.
    pub uploads_url: String,
    /// `CDN`: what stands between readers and the target.
    pub cdn: Cdn,
}

/// A variable with a value that cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {fault}")]
pub struct Error {
    name: &'static str,
    fault: String,
}

/// `DATABASE_URL` where nothing names a database.
pub const DATABASE_URL_DEFAULT: &str = "sqlite://output/graveyard.db";

/// What goes with `DB_HOST` and means nothing without it.
const COMPANIONS: [&str; 4] = ["DB_NAME", "DB_PORT", "DB_USERNAME", "DB_PASSWORD"];

/// `SITE_URL` where it is not set: the sidecar on this machine.
pub const SITE_URL_DEFAULT: &str = "http://localhost:8000";

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// A value that cannot be meant, with the variable's name.
    pub fn from_env() -> Result<Settings, Error> {
        Settings::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads any source of variables. An empty value counts as unset.
    ///
    /// # Errors
    /// As [`Settings::from_env`].
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Settings, Error> {
        let get = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let place = |name: &'static str, default: &str| {
            let value = PathBuf::from(get(name).unwrap_or_else(|| default.to_owned()));
            match is_address(&value).then(|| Address::parse(&value.display().to_string())) {
                Some(Err(error)) => Err(Error { name, fault: error.to_string() }),
                Some(Ok(_)) | None => Ok(value),
            }
        };
        let folder = |name: &'static str, default: &str| match get(name).unwrap_or_else(|| default.to_owned()) {
            value if is_address(Path::new(&value)) => Err(Error { name, fault: format!("`{value}` is no folder") }),
            value => Ok(PathBuf::from(value)),
        };
        let site_url = get("SITE_URL").unwrap_or_else(|| SITE_URL_DEFAULT.to_owned());
        let site_url = origin("SITE_URL", &site_url)?;
        let uploads_url = get("UPLOADS_URL").unwrap_or_else(|| "/uploads".to_owned());
        if !uploads_url.starts_with('/') {
            check_http("UPLOADS_URL", &uploads_url)?;
        }
        let (output, uploads) = (place("OUTPUT", "output/site")?, place("UPLOADS", "output/uploads")?);
        if is_within(&uploads, &output) {
            let fault = format!("{} is within OUTPUT, where what belongs to no page is removed", uploads.display());
            return Err(Error { name: "UPLOADS", fault });
        }
        Ok(Settings {
            database_url: with_tls(database_url(&get)?, get("DYNO").is_some()),
            output,
            uploads,
            site: folder("SITE", ".")?,
            site_url,
            uploads_url: uploads_url.trim_end_matches('/').to_owned(),
            cdn: match get("CDN") {
                Some(text) => Cdn::parse(&text).map_err(|fault| Error { name: "CDN", fault })?,
                None => Cdn::None,
            },
        })
    }
}

/// Whether a place is another one or below it, as far as their names tell.
fn is_within(place: &Path, other: &Path) -> bool {
    let parse = |path: &Path| Address::parse(&path.display().to_string()).ok();
    match (parse(place), parse(other)) {
        (Some(place), Some(other)) => place.bucket == other.bucket && place.prefix.starts_with(&other.prefix),
        _ => place.starts_with(other),
    }
}

fn database_url(get: &impl Fn(&str) -> Option<String>) -> Result<String, Error> {
    if let Some(url) = get("DATABASE_URL") {
        return Ok(url);
    }
    let Some(host) = get("DB_HOST") else {
        return match COMPANIONS.into_iter().find(|name| get(name).is_some()) {
            None => Ok(DATABASE_URL_DEFAULT.to_owned()),
            Some(name) => Err(Error { name: "DB_HOST", fault: format!("is needed where {name} is set") }),
        };
    };
    let encode =
        |text: String| percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let needed = |name: &'static str| {
        get(name).ok_or_else(|| Error { name, fault: "is needed where DB_HOST is set".to_owned() })
    };
    let port = get("DB_PORT").unwrap_or_else(|| "5432".to_owned());
    if port.parse::<u16>().is_err() {
        return Err(Error { name: "DB_PORT", fault: format!("`{port}` is no port") });
    }
    let name = encode(needed("DB_NAME")?);
    let login = match (get("DB_USERNAME"), get("DB_PASSWORD")) {
        (None, _) => String::new(),
        (Some(user), None) => format!("{}@", encode(user)),
        (Some(user), Some(password)) => format!("{}:{}@", encode(user), encode(password)),
    };
    Ok(format!("postgres://{login}{host}:{port}/{name}"))
}

/// On Heroku the database is reached over the internet: without TLS it is not asked at all.
fn with_tls(url: String, is_heroku: bool) -> String {
    if !is_heroku || url.starts_with("sqlite:") || url.contains("sslmode=") {
        return url;
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}sslmode=require")
}

fn check_http(name: &'static str, url: &str) -> Result<(), Error> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let sound = host
        .is_some_and(|host| !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || "\"'<>;,".contains(c)));
    if sound {
        Ok(())
    } else {
        Err(Error { name, fault: format!("`{url}` is no address such as https://www.example.org") })
    }
}

/// An address that is a host alone, as browsers write it: they leave out the port that the scheme has anyway and write
/// letters beyond ASCII as `xn--…`.
fn origin(name: &'static str, url: &str) -> Result<String, Error> {
    check_http(name, url)?;
    let path = url.trim_end_matches('/').splitn(4, '/').nth(3);
    match path {
        None => match url::Url::parse(url) {
            Ok(read) if read.username().is_empty() && read.password().is_none() && read.query().is_none() => {
                Ok(read.origin().ascii_serialization())
            }
            Ok(_) => Err(Error { name, fault: format!("`{url}` must be the host alone: without a login, `?` or `#`") }),
            Err(error) => Err(Error { name, fault: format!("`{url}`: {error}") }),
        },
        Some(path) => {
            Err(Error { name, fault: format!("`{url}` must end with the host: a site cannot live under /{path}") })
        }
    }
}
