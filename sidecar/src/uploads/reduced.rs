//! Large JPEGs, decoded at a half, a quarter or an eighth of their size: a photograph as cameras take them needs half of the
//! memory, and no more is kept of it anyway. Only plain ones (`jpeg.rs`): of layers and of what is odd another decoder knows
//! how much is too much. Pure.

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::Decoder;

use super::jpeg;

/// The parts of a side that a JPEG can be decoded at, the smallest first.
const PARTS: [u32; 3] = [8, 4, 2];

/// A JPEG that is about to be decoded smaller than it is.
pub struct Reduced<'a> {
    decoder: Decoder<&'a [u8]>,
    width: u32,
    height: u32,
    components: usize,
}

impl<'a> Reduced<'a> {
    /// At the smallest part of its size whose longer side is no shorter than this; `None` where that is all of it, where the
    /// file is not plain, or where its colours are for print.
    pub fn of(bytes: &'a [u8], width: u32, height: u32, side: u32) -> Option<Reduced<'a>> {
        let longer = width.max(height);
        PARTS.into_iter().find(|part| longer.div_ceil(*part) >= side)?;
        let components = jpeg::plain_components(bytes).filter(|components| [1, 3].contains(components))?;
        let mut decoder = Decoder::new(bytes);
        let side = u16::try_from(side).ok()?;
        let (width, height) = decoder.scale(side, side).ok()?;
        Some(Reduced { decoder, width: width.into(), height: height.into(), components })
    }

    /// What it takes in memory while it is decoded: each colour, then all of them.
    pub fn bytes(&self) -> u64 {
        2 * u64::from(self.width) * u64::from(self.height) * self.components as u64
    }

    /// The picture; `None` where it is broken.
    pub fn decode(mut self) -> Option<DynamicImage> {
        let pixels = self.decoder.decode().ok()?;
        match self.components {
            1 => GrayImage::from_raw(self.width, self.height, pixels).map(DynamicImage::ImageLuma8),
            _ => RgbImage::from_raw(self.width, self.height, pixels).map(DynamicImage::ImageRgb8),
        }
    }
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};

    use super::Reduced;

    fn jpeg(image: DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).expect("it is written");
        bytes
    }

    #[test]
    fn it_is_as_small_as_it_may_be() {
        let colour = Rgb([200, 100, 50]);
        let bytes = jpeg(DynamicImage::ImageRgb8(RgbImage::from_pixel(800, 301, colour)));
        for (side, expected) in [(100, (100, 38)), (101, (200, 76)), (200, (200, 76)), (400, (400, 151))] {
            let reduced = Reduced::of(&bytes, 800, 301, side).expect("it is larger");
            assert_eq!(reduced.bytes(), expected.0 * expected.1 * 3 * 2);
            let image = reduced.decode().expect("it is a picture").into_rgb8();
            assert_eq!((u64::from(image.width()), u64::from(image.height())), expected, "{side}");
            let near = |(is, should): (u8, u8)| is.abs_diff(should) < 4;
            assert!(image.pixels().all(|pixel| pixel.0.into_iter().zip(colour.0).all(near)), "{side}");
        }
        assert!(Reduced::of(&bytes, 800, 301, 401).is_none(), "it is not much larger");
    }

    #[test]
    fn shades_of_grey_stay_shades_of_grey_and_half_a_file_is_no_picture() {
        let bytes = jpeg(DynamicImage::ImageLuma8(GrayImage::from_fn(640, 640, |x, y| Luma([(x ^ y) as u8]))));
        let image = Reduced::of(&bytes, 640, 640, 320).and_then(Reduced::decode).expect("it is a picture");
        assert!(matches!(image, DynamicImage::ImageLuma8(_)));
        assert!(Reduced::of(&bytes[..bytes.len() / 2], 640, 640, 320).is_none(), "it has no end");
        assert!(Reduced::of(b"GIF89a", 640, 640, 320).is_none());
    }
}
