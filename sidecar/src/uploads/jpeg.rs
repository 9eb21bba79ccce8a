//! What a JPEG says of itself before any of it is decoded. Pure; knows nothing of what is done with it.

/// What decoding takes of a sample's coefficient while all of them are kept.
const COEFFICIENT_BYTES: u64 = 2;

/// The bytes that the coefficients of a JPEG take while it is decoded, if it comes in several scans over the whole picture, so
/// that nothing is done before the last: a progressive one does, and one whose first scan lacks some of its components. `None`
/// for one that is decoded line by line, which keeps hardly any.
///
/// What cannot be followed up to the picture's data is counted as one of several, with three full samples a point.
pub fn kept_bytes(bytes: &[u8], width: u32, height: u32) -> Option<u64> {
    let pixels = u64::from(width) * u64::from(height);
    match followed(bytes) {
        Some((Frame { has_scans: false, .. }, _)) => None,
        Some((Frame { samples, shares, .. }, _)) => Some(pixels * samples * COEFFICIENT_BYTES / shares.max(1)),
        None => Some(pixels * 3 * COEFFICIENT_BYTES),
    }
}

/// Of how many components the points of a plain JPEG are (one for shades, three for colours, four for print): one that is
/// coded line by line in eight bits, whose only scan has all components and ends. `None` for any other: a file may have more
/// scans than anybody would wait for.
pub fn plain_components(bytes: &[u8]) -> Option<usize> {
    const END_OF_IMAGE: u8 = 0xd9;
    let (frame, scan) = followed(bytes)?;
    // Within a scan a byte of this value is followed by a zero, unless it begins a marker.
    let mut markers = scan.windows(2).filter(|pair| pair[0] == 0xff).map(|pair| pair[1]);
    let next = markers.find(|marker| ![0x00, 0xff].contains(marker) && !(0xd0..=0xd7).contains(marker))?;
    (frame.is_plain && !frame.has_scans && next == END_OF_IMAGE).then_some(frame.components)
}

/// The start of a frame: whether it is coded by Huffman's codes in eight bits, whether it comes in several scans, of how many
/// components it is, and how many samples there are in as many shares of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Frame {
    is_plain: bool,
    has_scans: bool,
    components: usize,
    samples: u64,
    shares: u64,
}

/// The frame before the first scan, and all that follows the scan's marker; of several frames, which no sound file has, one that
/// comes in scans.
fn followed(bytes: &[u8]) -> Option<(Frame, &[u8])> {
    const START_OF_IMAGE: u8 = 0xd8;
    const START_OF_SCAN: u8 = 0xda;
    let mut rest = bytes.strip_prefix(&[0xff, START_OF_IMAGE])?;
    let mut found: Option<Frame> = None;
    loop {
        rest = rest.strip_prefix(&[0xff])?;
        // Any number of these bytes may stand before a marker.
        while let Some(fewer) = rest.strip_prefix(&[0xff]) {
            rest = fewer;
        }
        let (marker, behind) = rest.split_first()?;
        if *marker == START_OF_SCAN {
            // Behind its length it says how many components it has.
            let components = usize::from(*behind.get(2)?);
            return found.map(|it| (Frame { has_scans: it.has_scans || components < it.components, ..it }, behind));
        }
        let length = usize::from(u16::from_be_bytes([*behind.first()?, *behind.get(1)?]));
        let segment = behind.get(2..length)?;
        if is_start_of_frame(*marker) {
            let frame = read(*marker, segment)?;
            found = Some(found.filter(|found| found.has_scans).unwrap_or(frame));
        }
        rest = behind.get(length..)?;
    }
}

/// Of the sixteen numbers three mean tables and the like.
fn is_start_of_frame(marker: u8) -> bool {
    (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker)
}

/// Precision, height, width, the number of components, and three bytes of each: its name, how often it is sampled across and
/// down, its table.
fn read(marker: u8, segment: &[u8]) -> Option<Frame> {
    let components = segment.get(6..)?.chunks_exact(3);
    let rates: Vec<(u64, u64)> = components.map(|it| (u64::from(it[1] >> 4), u64::from(it[1] & 0x0f))).collect();
    let most = |of: fn(&(u64, u64)) -> u64| rates.iter().map(of).max();
    let shares = most(|rate| rate.0)? * most(|rate| rate.1)?;
    // The first two kinds have nothing but lines; two, six, ten and fourteen are the progressive ones.
    let is_plain = matches!(marker, 0xc0 | 0xc1) && segment.first() == Some(&8);
    let has_scans = marker & 0b11 == 0b10;
    let samples = rates.iter().map(|(across, down)| across * down).sum();
    Some(Frame { is_plain, has_scans, components: rates.len(), samples, shares })
}

#[cfg(test)]
mod tests {
    use super::{kept_bytes, plain_components};

    /// Where the frame of [`head`] ends and its scan begins.
    const FRAME_END: usize = 11 + 17;

    /// A head with a frame of three components, whose first one is sampled so often.
    fn head(marker: u8, rate: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc2, 0xff, 0xff, marker, 0, 17, 8, 0, 1, 0, 1, 3];
        bytes.extend([1, rate, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]);
        bytes
    }

    /// Line by line, but for its first scan, which has so many of the three components.
    fn with_first_scan_of(components: u8) -> Vec<u8> {
        let mut bytes = head(0xc0, 0x11);
        bytes[FRAME_END + 4] = components;
        bytes
    }

    #[test]
    fn layers_are_counted_by_their_samples() {
        for (bytes, expected) in [
            (head(0xc2, 0x11), Some(6_000_000)),
            (head(0xc2, 0x22), Some(3_000_000)),
            (head(0xca, 0x21), Some(4_000_000)),
            (head(0xc0, 0x22), None),
            (head(0xc1, 0x11), None),
            (with_first_scan_of(1), Some(6_000_000)),
            // A table before the data, and no frame: nobody knows.
            (head(0xc4, 0x11), Some(6_000_000)),
            (head(0xc2, 0x22)[..20].to_vec(), Some(6_000_000)),
            (b"GIF89a".to_vec(), Some(6_000_000)),
        ] {
            assert_eq!(kept_bytes(&bytes, 1_000, 1_000), expected, "{bytes:x?}");
        }
        let mut both = head(0xc0, 0x11);
        let second = head(0xc2, 0x11)[8..].to_vec();
        both.truncate(FRAME_END);
        both.extend(second);
        assert_eq!(kept_bytes(&both, 1_000, 1_000), Some(6_000_000), "the dearer of two frames");
    }

    #[test]
    fn plain_is_what_has_one_scan_and_its_end() {
        let with = |head: Vec<u8>, rest: &[u8]| [head.as_slice(), rest].concat();
        let data = [1, 2, 0xff, 0, 0xd9, 0xff, 0xd3, 7];
        let end = [0xff, 0xd9];
        let whole = with(head(0xc0, 0x22), &[data.as_slice(), &end, b"what cameras put behind it"].concat());
        assert_eq!(plain_components(&whole), Some(3));
        for (bytes, why) in [
            (with(head(0xc0, 0x22), &data), "it has no end"),
            (with(head(0xc2, 0x22), &[data.as_slice(), &end].concat()), "it is progressive"),
            (with(head(0xc9, 0x22), &[data.as_slice(), &end].concat()), "it is coded otherwise"),
            (with(with_first_scan_of(1), &[data.as_slice(), &end].concat()), "other scans have the other components"),
            (with(head(0xc0, 0x22), &[data.as_slice(), &[0xff, 0xda, 0, 2], &end].concat()), "it has another scan"),
            (b"GIF89a".to_vec(), "it is none"),
        ] {
            assert_eq!(plain_components(&bytes), None, "{why}");
        }
    }
}
