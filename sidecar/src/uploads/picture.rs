//! Pictures: decoded within limits and written anew, so that nothing of the file that came is kept but what is seen. Pure.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::jpeg;

/// More than any camera's; what is declared costs nothing yet.
const SIDE_MAX: u32 = 16_000;
/// A photograph of 25 million points; in memory it takes three or four times as many bytes.
const PIXELS_MAX: u64 = 25_000_000;
/// What a picture may take in memory while it is decoded.
const DECODED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// What a progressive JPEG may take, whose coefficients are all in memory beside the picture: some 11 million points with full
/// colours, 16 million as cameras and phones sample them.
const LAYERED_BYTES_MAX: u64 = 100 * 1_000_000;
/// The longer side of what is kept: as sharp as a large screen shows it.
const KEPT_SIDE: u32 = 2_560;
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
    /// Too many points for a JPEG that comes in layers.
    TooManyLayeredPixels,
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

/// Reads a picture by what it holds; of one that moves, its first frame. It is turned as the camera was held, and no larger
/// than it is kept.
pub fn read(bytes: &[u8]) -> Result<Picture, Fault> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Fault::Broken)?;
    let format = match reader.format() {
        Some(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::Gif | ImageFormat::WebP)) => format,
        _ => return Err(Fault::Unknown),
    };
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > DECODED_BYTES_MAX {
        return Err(Fault::TooManyPixels);
    }
    if format == ImageFormat::Jpeg
        && let Some(kept) = jpeg::kept_bytes(bytes, width, height)
        && kept + decoder.total_bytes() > LAYERED_BYTES_MAX
    {
        return Err(Fault::TooManyLayeredPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = within(DynamicImage::from_decoder(decoder).map_err(fault)?, KEPT_SIDE, KEPT_SIDE);
    image.apply_orientation(orientation);
    // Eight bits a colour, and none of the stranger kinds that a format may have.
    let image = match image.color().has_alpha() {
        true => DynamicImage::ImageRgba8(image.into_rgba8()),
        false => DynamicImage::ImageRgb8(image.into_rgb8()),
    };
    Ok(Picture { image, format })
}

impl Picture {
    /// The picture itself, in the format that it came in (a GIF as PNG), with its copies.
    pub fn write(&self) -> Result<Written, Fault> {
        let (width, height) = (self.image.width(), self.image.height());
        let narrower = COPY_WIDTHS.into_iter().filter(|copy| *copy < width);
        let mut copies = Vec::new();
        for copy in narrower {
            copies.push((copy, webp(&within(self.image.clone(), copy, u32::MAX))?));
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
        let small = within(self.image.clone(), THUMBNAIL_SIDE, THUMBNAIL_SIDE);
        let bytes = webp(&small)?;
        Ok(single("webp", "image/webp", bytes, &small))
    }

    /// A member's icon.
    pub fn icon(&self) -> Result<Written, Fault> {
        let small = within(self.image.clone(), ICON.0, ICON.1);
        let bytes = png(&small)?;
        Ok(single("png", "image/png", bytes, &small))
    }
}

fn single(extension: &'static str, content_type: &'static str, bytes: Vec<u8>, image: &DynamicImage) -> Written {
    Written { extension, content_type, bytes, width: image.width(), height: image.height(), copies: Vec::new() }
}

/// The picture, made smaller where it is larger. It takes no memory beside the result's.
fn within(image: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if image.width() <= width && image.height() <= height { image } else { image.thumbnail(width, height) }
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
        ImageError::Limits(_) => Fault::TooManyPixels,
        _ => Fault::Broken,
    }
}
