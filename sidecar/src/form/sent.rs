//! A form with files. Texts are kept as with any other form; files go to the disk as they come, and none of somebody who
//! is not logged in.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::header;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::uploads::{DOCUMENT_BYTES_MAX, PICTURE_BYTES_MAX};
use crate::visitor::{Member, Visitor};

use super::Kept;

/// All that a form may hold: a file to download, a picture, and texts.
const FORM_BYTES_MAX: usize = (DOCUMENT_BYTES_MAX + PICTURE_BYTES_MAX) as usize + TEXT_BYTES_MAX;
/// All texts of a form together.
const TEXT_BYTES_MAX: usize = 2_000_000;
/// More fields than any form has.
const FIELDS_MAX: usize = 100;
/// How long nothing may come of a file before its sender is taken for gone.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A file that has come, on the disk and nowhere else: it goes with this value.
pub struct Incoming {
    /// The name of its field.
    pub field: String,
    /// What its sender calls it; anything may stand there.
    pub name: String,
    /// Its content.
    pub file: File,
    /// Its size. No more than the largest file's is on the disk.
    pub bytes: u64,
}

/// A form with texts and files that a member has sent.
pub struct Sent {
    /// Who sends it.
    pub member: Member,
    /// Files that were chosen.
    pub files: Vec<Incoming>,
    /// Texts, for the answer that it has to be sent again, too; of an unlucky form that is all that is kept.
    pub kept: Kept,
}

impl Sent {
    /// A text, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.kept.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl FromRequest<Arc<App>> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Sent> {
        let (mut parts, body) = request.into_parts();
        let action = parts.uri.path().to_owned();
        let is_multipart = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"));
        let visitor = Visitor::from_request_parts(&mut parts, app).await;
        let takes_files = visitor.as_ref().is_ok_and(|visitor| visitor.member.is_some());
        let request = Request::from_parts(parts, body);
        let mut files = Vec::new();
        let kept = if is_multipart {
            let fields = multipart(request, app, takes_files, &mut files).await?;
            Kept { action, fields }
        } else {
            Kept::new(&action, &super::body(request, app).await?)
        };
        let visitor = visitor.map_err(|error| error.keeping(&kept))?;
        let Some(member) = visitor.member else { return Err(Error::from(Fault::LoginFirst).keeping(&kept)) };
        Ok(Sent { member, files, kept })
    }
}

/// The texts; files are put into `files`.
async fn multipart(
    mut request: Request,
    app: &Arc<App>,
    takes_files: bool,
    files: &mut Vec<Incoming>,
) -> Result<Vec<(String, String)>> {
    DefaultBodyLimit::max(FORM_BYTES_MAX).apply(&mut request);
    let mut form = Multipart::from_request(request, app).await.map_err(|error| malformed(&error.to_string()))?;
    let mut fields = Vec::new();
    let mut text_bytes = 0;
    for _ in 0..FIELDS_MAX {
        let Some(field) = in_time(form.next_field()).await? else { return Ok(fields) };
        let Some(name) = field.name().map(str::to_owned) else { return Err(malformed("a field without a name")) };
        match field.file_name().map(str::to_owned) {
            None => {
                let value = text(field, &mut text_bytes).await?;
                fields.push((name, value));
            }
            // What nobody has chosen comes as a file without a name.
            Some(called) => {
                let incoming = to_disk(field, app, takes_files, name, called).await?;
                files.extend(incoming.filter(|file| !file.name.is_empty() || file.bytes > 0));
            }
        }
    }
    Err(Fault::TooLarge.into())
}

async fn text(mut field: Field<'_>, text_bytes: &mut usize) -> Result<String> {
    let mut value = Vec::new();
    while let Some(chunk) = in_time(field.chunk()).await? {
        *text_bytes += chunk.len();
        if *text_bytes > TEXT_BYTES_MAX {
            return Err(Fault::TooLarge.into());
        }
        // A clipboard may bring NULs along, which no text holds.
        value.extend(chunk.iter().filter(|byte| **byte != 0));
    }
    String::from_utf8(value).map_err(|_| malformed("a text that is not UTF-8"))
}

/// A file without a name on the disk, so that nothing stays of it whatever happens.
async fn to_disk(
    mut field: Field<'_>,
    app: &App,
    takes_files: bool,
    name: String,
    called: String,
) -> Result<Option<Incoming>> {
    let mut bytes = 0_u64;
    let mut file = None;
    while let Some(chunk) = in_time(field.chunk()).await? {
        bytes += chunk.len() as u64;
        // What is too large is counted to its end, so that its sender is told and does not see a connection break.
        if !takes_files || bytes > DOCUMENT_BYTES_MAX {
            continue;
        }
        let room = app.uploads.waiting_room();
        let written = tokio::task::spawn_blocking(move || {
            let mut open = match file {
                Some(open) => open,
                None => {
                    std::fs::create_dir_all(&room)?;
                    tempfile::tempfile_in(&room)?
                }
            };
            open.write_all(&chunk)?;
            Ok::<File, std::io::Error>(open)
        });
        let written = written.await.map_err(|error| Fault::Internal(error.to_string()))?;
        let open = written.map_err(|error| Fault::Unavailable(format!("cannot keep a file that comes: {error}")))?;
        file = Some(open);
    }
    if !takes_files {
        return Ok(None);
    }
    let file = match file {
        Some(file) => file,
        None => tempfile::tempfile().map_err(|error| Fault::Unavailable(error.to_string()))?,
    };
    Ok(Some(Incoming { field: name, name: called, file, bytes }))
}

/// What comes next of a form, unless nothing does.
async fn in_time<T>(
    next: impl Future<Output = std::result::Result<T, axum::extract::multipart::MultipartError>>,
) -> Result<T> {
    match tokio::time::timeout(SILENCE_MAX, next).await {
        Ok(Ok(next)) => Ok(next),
        Ok(Err(error)) if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => Err(Fault::TooLarge.into()),
        Ok(Err(error)) => Err(malformed(&error.body_text())),
        Err(_) => Err(malformed("nothing came for too long")),
    }
}

fn malformed(text: &str) -> Error {
    Fault::Malformed(text.to_owned()).into()
}
