//! An object on its way to somebody: what is known of it, and its content as it comes, so that nobody holds all of it.

use std::io;

use aws_sdk_s3::primitives::ByteStream;
use axum::body::Bytes;
use futures_util::{Stream, stream};

/// What is at a key for a reader.
#[derive(Debug)]
pub enum Opened {
    /// Nothing.
    Missing,
    /// An object that has no such part.
    NoSuchPart,
    /// It, or the part that was asked for.
    Reading(Box<Reading>),
}

/// An object that is being read.
#[derive(Debug)]
pub struct Reading {
    /// MIME type, where the store keeps it.
    pub content_type: Option<String>,
    /// `ETag`, where the store has any.
    pub version: Option<String>,
    /// When it was put, as HTTP writes times, where the store says so.
    pub changed: Option<String>,
    /// Bytes that come.
    pub bytes: u64,
    /// `Content-Range`, for a part.
    pub part: Option<String>,
    pub(super) content: ByteStream,
}

impl Reading {
    /// The content, piece by piece. An error breaks it off.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self.content, |mut content| async move {
            let piece = content.next().await?;
            Some((piece.map_err(io::Error::other), content))
        })
    }

    /// Of content that is in memory already.
    pub(super) fn whole(body: Vec<u8>) -> Reading {
        let bytes = body.len() as u64;
        Reading { content_type: None, version: None, changed: None, bytes, part: None, content: body.into() }
    }
}
