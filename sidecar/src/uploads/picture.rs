//! Pictures: decoded within limits and written anew, so that nothing of the file that came is kept but what is seen. Pure.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::jpeg;
use super::reduced::Reduced;

/// More than any camera's; what is declared costs nothing yet.
const SIDE_MAX: u32 = 16_000;
/// A photograph of 25 million points.
const PIXELS_MAX: u64 = 25_000_000;
/// What a picture may take in memory while it is decoded, with what its decoder holds beside it: a PNG of 25 million points, 18
/// million with transparency, a progressive JPEG of 12 million as cameras and phones sample them, 8 million with full colours.
const MEMORY_BYTES_MAX: u64 = 75_000_000;
/// What the decoders of GIF and WebP hold beside the picture, at most, for each point: a frame of their own.
const FRAME_BYTES: u64 = 4;
/// What a point takes while a picture is written: itself, and what the encoder of WebP has of it.
const WRITING_BYTES: u64 = 9;
/// The longer side of what is kept: as sharp as most screens show it.
const KEPT_SIDE: u32 = 2_048;
/// Widths of the copies for smaller screens.
const COPY_WIDTHS: [u32; 2] = [480, 960];
/// The longer side of a picture's small form for lists.
const THUMBNAIL_SIDE: u32 = 320;
/// A member's icon, width and height at most.
pub const ICON: (u32, u32) = (50, 40);

/// What is read, as forms name it.
pub const TYPES: &str = "image/jpeg,image/png,image/gif,image/webp";

const JPEG_QUALITY: u8 = 85;
const WEBP_QUALITY: f32 = 80.0;

/// Why a file is no picture that can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Neither JPEG, PNG, GIF nor WebP.
    Unknown,
    /// One of them, but broken or cut off.
    Broken,
    /// Too many points.
    TooManyPixels,
    /// More memory than there is: a progressive JPEG, say, of many points.
    TooMuchMemory {
        /// So many millions of points it may have as it is stored.
        megapixels: u64,
    },
}

/// A file that says it is a picture, of a size that can be decoded.
pub struct Declared<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    reduced: Option<Reduced<'a>>,
    format: ImageFormat,
    reading: u64,
    writing: u64,
}

/// A picture in the memory.
pub struct Picture {
    image: DynamicImage,
    format: ImageFormat,
}

/// A picture as it is kept.
pub struct Written {
    /// The end of its name.
    pub extension: &'static str,
    /// MIME type.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Lossy WebP copies, the narrowest first, each with its width.
    pub copies: Vec<(u32, Vec<u8>)>,
}

/// What a file says of itself, by what it holds and not by its name.
pub fn declared(bytes: &[u8]) -> Result<Declared<'_>, Fault> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Fault::Broken)?;
    let format = match reader.format() {
        Some(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP)) => format,
        _ => return Err(Fault::Unknown),
    };
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX {
        return Err(Fault::TooManyPixels);
    }
    let reduced = (format == ImageFormat::Jpeg).then(|| Reduced::of(bytes, width, height, KEPT_SIDE)).flatten();
    let decoded = reduced.as_ref().map_or(decoder.total_bytes(), Reduced::bytes);
    let beside = match format {
        ImageFormat::Jpeg => jpeg::kept_bytes(bytes, width, height).unwrap_or_default(),
        ImageFormat::Gif | ImageFormat::WebP => pixels * FRAME_BYTES,
        _ => 0,
    };
    let needed = decoded.saturating_add(beside);
    if needed > MEMORY_BYTES_MAX {
        let megapixels = pixels * MEMORY_BYTES_MAX / needed / 1_000_000;
        return Err(Fault::TooMuchMemory { megapixels });
    }
    let kept = u64::from(KEPT_SIDE) * u64::from(KEPT_SIDE);
    // The file, which the decoder may have once more, and what the decoded picture becomes.
    let reading = needed + 2 * bytes.len() as u64 + pixels.min(kept) * 3;
    Ok(Declared { decoder: Box::new(decoder), reduced, format, reading, writing: pixels.min(kept) * WRITING_BYTES })
}

impl Declared<'_> {
    /// What it takes in memory while it is decoded, and then while it is written, in MiB.
    pub fn mib(&self) -> (u32, u32) {
        let mib = |bytes: u64| u32::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(u32::MAX);
        (mib(self.reading.max(self.writing)), mib(self.writing))
    }

    /// The picture; of one that moves, its first frame. It is turned as the camera was held, and no larger than it is kept.
    pub fn decode(mut self) -> Result<Picture, Fault> {
        let orientation = self.decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let decoded = match self.reduced {
            Some(reduced) => {
                drop(self.decoder);
                reduced.decode().ok_or(Fault::Broken)?
            }
            None => DynamicImage::from_decoder(self.decoder).map_err(fault)?,
        };
        let mut image = within(&decoded, KEPT_SIDE, KEPT_SIDE).unwrap_or(decoded);
        image.apply_orientation(orientation);
        // Eight bits a colour, and none of the stranger kinds that a format may have.
        let image = match image.color().has_alpha() {
            true => DynamicImage::ImageRgba8(image.into_rgba8()),
            false => DynamicImage::ImageRgb8(image.into_rgb8()),
        };
        Ok(Picture { image, format: self.format })
    }
}

impl Picture {
    /// The picture itself, in the format that it came in (a GIF as PNG), with its copies.
    pub fn write(&self) -> Result<Written, Fault> {
        let (width, height) = (self.image.width(), self.image.height());
        let mut copies = Vec::new();
        for copy in COPY_WIDTHS {
            if let Some(narrower) = within(&self.image, copy, u32::MAX) {
                copies.push((copy, webp(&narrower)?));
            }
        }
        copies.push((width, webp(&self.image)?));
        let (extension, content_type, bytes) = match self.format {
            ImageFormat::Jpeg => {
                let mut bytes = Vec::new();
                let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
                self.image.write_with_encoder(encoder).map_err(fault)?;
                ("jpg", "image/jpeg", bytes)
            }
            ImageFormat::WebP => ("webp", "image/webp", webp(&self.image)?),
            _ => ("png", "image/png", png(&self.image)?),
        };
        Ok(Written { extension, content_type, bytes, width, height, copies })
    }

    /// Its small form for lists.
    pub fn thumbnail(&self) -> Result<Written, Fault> {
        let small = within(&self.image, THUMBNAIL_SIDE, THUMBNAIL_SIDE);
        let small = small.as_ref().unwrap_or(&self.image);
        Ok(single("webp", "image/webp", webp(small)?, small))
    }

    /// A member's icon.
    pub fn icon(&self) -> Result<Written, Fault> {
        let small = within(&self.image, ICON.0, ICON.1);
        let small = small.as_ref().unwrap_or(&self.image);
        Ok(single("png", "image/png", png(small)?, small))
    }
}

fn single(extension: &'static str, content_type: &'static str, bytes: Vec<u8>, image: &DynamicImage) -> Written {
    Written { extension, content_type, bytes, width: image.width(), height: image.height(), copies: Vec::new() }
}

/// The picture made smaller, unless it is as small. It takes no memory beside both.
fn within(image: &DynamicImage, width: u32, height: u32) -> Option<DynamicImage> {
    (image.width() > width || image.height() > height).then(|| image.thumbnail(width, height))
}

fn png(image: &DynamicImage) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(fault)?;
    Ok(bytes)
}

fn webp(image: &DynamicImage) -> Result<Vec<u8>, Fault> {
    let (width, height) = (image.width(), image.height());
    let encoder = match image {
        DynamicImage::ImageRgba8(rgba) => webp::Encoder::from_rgba(rgba, width, height),
        DynamicImage::ImageRgb8(rgb) => webp::Encoder::from_rgb(rgb, width, height),
        _ => return Err(Fault::Broken),
    };
    encoder.encode_simple(false, WEBP_QUALITY).map(|bytes| bytes.to_vec()).map_err(|_| Fault::Broken)
}

fn fault(error: ImageError) -> Fault {
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            Fault::TooMuchMemory { megapixels: MEMORY_BYTES_MAX / (2 * FRAME_BYTES) / 1_000_000 }
        }
        ImageError::Limits(_) => Fault::TooManyPixels,
        _ => Fault::Broken,
    }
}
