//! The files that come with a work's form: kept, and put where they belong.

use generator::model::Upload;
use generator::site::kind::{AttributeType, Kind};
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Result;
use crate::form::sent::Incoming;
use crate::uploads::{self, Purpose};
use crate::visitor::Member;

use super::typed::{FieldFault, What, field, is_file};

/// The field of a picture for the text.
pub const PICTURE: &str = "picture";

/// What has come of the files.
#[derive(Default)]
pub struct Brought {
    /// Values of the attributes that are made of files; those that were there before, where nothing new has come.
    pub attributes: Map<String, Value>,
    /// Paths that belong to the work from now on.
    pub paths: Vec<String>,
    /// What was not kept.
    pub faults: Vec<FieldFault>,
}

/// Keeps what has come; `before` are the work's attributes as they are.
///
/// # Errors
/// More files than anybody brings; a store or database that is away.
pub async fn bring(
    app: &App,
    member: &Member,
    kind: &Kind,
    before: Map<String, Value>,
    files: Vec<Incoming>,
) -> Result<Brought> {
    let mut brought = Brought { attributes: before, ..Brought::default() };
    for incoming in files {
        let attribute = kind.attributes.iter().find(|it| is_file(it) && field(&it.key) == incoming.field);
        let purpose = match attribute.map(|attribute| attribute.r#type) {
            Some(AttributeType::Image) => Purpose::PictureWithThumbnail,
            Some(_) => Purpose::Document,
            None if incoming.field == PICTURE => Purpose::Picture,
            // No form of ours has such a field.
            None => continue,
        };
        app.paces.uploads.take(member.id.0, app.now())?;
        let name = incoming.field.clone();
        let kept = match uploads::take(app, member.id, incoming, purpose).await? {
            Ok(kept) => kept,
            Err(refusal) => {
                brought.faults.push(FieldFault { field: name, what: What::Refused(refusal) });
                continue;
            }
        };
        if let Some(attribute) = attribute {
            brought.attributes.insert(attribute.key.clone(), kept.upload.path.clone().into());
            brought.follow(kind, attribute.r#type, &kept.upload, kept.thumbnail.as_ref());
        }
        brought.paths.extend([Some(kept.upload), kept.thumbnail].into_iter().flatten().map(|upload| upload.path));
    }
    Ok(brought)
}

impl Brought {
    /// The attributes that follow from a file: its small form, its size.
    fn follow(&mut self, kind: &Kind, r#type: AttributeType, upload: &Upload, thumbnail: Option<&Upload>) {
        if let (Some(thumbnail), Some(small)) = (thumbnail, kind.first(AttributeType::Thumbnail)) {
            self.attributes.insert(small.key.clone(), thumbnail.path.clone().into());
        }
        if let (AttributeType::File, Some(size)) = (r#type, kind.first(AttributeType::Bytes)) {
            self.attributes.insert(size.key.clone(), upload.size_bytes.into());
        }
    }
}
