//! Where mails are handed over: to a server by SMTP, or to a folder.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use generator::db::mails::Mail;
use lettre::transport::smtp::Error;
use lettre::{Message, SmtpTransport, Transport};

use super::settings::MailSettings;

/// Who takes mails.
#[derive(Clone, Debug)]
pub enum Post {
    /// A server.
    Smtp {
        /// The way there.
        server: SmtpTransport,
        /// How long one mail may take.
        patience: Duration,
    },
    /// A folder, since no server is named.
    Folder(PathBuf),
}

/// What became of a mail. What is told goes into the log and names nobody; what is noted stays in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is on its way.
    Sent,
    /// It will never be taken.
    Refused {
        /// For the log.
        told: String,
        /// For the database.
        noted: String,
    },
    /// It may be taken another time.
    Failed {
        /// For the log.
        told: String,
        /// For the database.
        noted: String,
    },
}

impl Post {
    /// The one that the settings name.
    pub fn new(settings: &MailSettings) -> Post {
        match &settings.server {
            Some(server) => Post::Smtp { server: server.clone(), patience: settings.patience },
            None => Post::Folder(settings.folder.clone()),
        }
    }

    /// Says where mails go.
    pub fn tell(&self) {
        if let Post::Folder(folder) = self {
            tracing::warn!("SMTP_URL is not set: mails become files in {}", folder.display());
        }
    }

    /// Hands a mail over. Servers are talked to in a thread that may block; one that takes no end is given up.
    pub async fn hand_over(&self, message: Message, mail: &Mail) -> Handed {
        match self.clone() {
            Post::Smtp { server, patience } => {
                let sending = tokio::task::spawn_blocking(move || send(&server, &message));
                match tokio::time::timeout(patience, sending).await {
                    Ok(Ok(handed)) => handed,
                    Ok(Err(error)) => failed(format!("sending ended by itself: {error}")),
                    Err(_) => failed("the mail server takes no end".to_owned()),
                }
            }
            Post::Folder(folder) => {
                let name = format!("{}-{}", mail.created_at.format("%Y%m%dT%H%M%S"), mail.id);
                let about = mail.about.clone();
                let writing = tokio::task::spawn_blocking(move || write(&folder, &name, &message.formatted()));
                match writing.await {
                    Ok(Ok(path)) => {
                        tracing::info!("a mail ({about}) is in {}", path.display());
                        Handed::Sent
                    }
                    Ok(Err(error)) => failed(format!("a mail cannot be written to a file: {error}")),
                    Err(error) => failed(format!("writing a mail ended by itself: {error}")),
                }
            }
        }
    }
}

fn failed(text: String) -> Handed {
    Handed::Failed { told: text.clone(), noted: text }
}

fn send(server: &SmtpTransport, message: &Message) -> Handed {
    let Err(error) = server.send(message) else { return Handed::Sent };
    let noted = error.to_string();
    if !error.is_permanent() {
        return Handed::Failed { told: told(&error), noted };
    }
    // Whom the server refuses before it has heard of any mail it refuses for our settings, and not for the mail.
    match server.test_connection() {
        Ok(true) => Handed::Refused { told: told(&error), noted },
        Ok(false) => failed("the mail server does not answer".to_owned()),
        Err(error) => Handed::Failed { told: told(&error), noted: error.to_string() },
    }
}

/// A server's answer often repeats the address, which has no place in a log.
fn told(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answers {code}"),
        None => format!("the mail server cannot be reached: {error}"),
    }
}

/// Writes a file that is whole or not there, for its owner alone: its links are good until they are used.
fn write(folder: &Path, name: &str, message: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (path, temporary) = (folder.join(format!("{name}.eml")), folder.join(format!(".{name}.tmp")));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&temporary)?.write_all(message)?;
    std::fs::rename(&temporary, &path)?;
    Ok(path)
}
