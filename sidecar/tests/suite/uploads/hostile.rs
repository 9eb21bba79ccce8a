//! Files that mean no good: cut off, larger than they look, or two things at once.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use generator::model::Role;
use image::ImageFormat;

use super::{NEW_ARTICLE, NEW_DOWNLOAD, bring_picture, contains, crc32, kept_files, picture, private};
use crate::browsing::{Answer, Browsing};
use crate::harness::TestApp;

const FORMATS: [ImageFormat; 4] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
const SCRIPT: &[u8] = b"<!doctype html><script>alert(document.cookie)</script>";

async fn bring(author: &mut Browsing, bytes: &[u8]) -> Answer {
    let fields = [("title", "Pokus"), ("text", "Napsané zůstane."), ("do", "picture")];
    author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", bytes)]).await
}

#[tokio::test]
async fn what_is_cut_off_is_refused_wherever_the_cut_is() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    for format in FORMATS {
        let whole = picture(400, 300, format);
        for share in [1, 10, 40, 70] {
            app.pass(TimeDelta::minutes(1));
            let answer = bring(&mut author, &whole[..whole.len() * share / 100]).await;
            // A JPEG may lack its lower lines: what is there is a picture of its own.
            let is_part = format == ImageFormat::Jpeg && answer.status == StatusCode::SEE_OTHER;
            assert!(
                is_part || answer.status == StatusCode::UNPROCESSABLE_ENTITY,
                "{format:?} {share} %: {}",
                answer.status
            );
            if !is_part {
                assert_eq!(answer.field("text").trim_start(), "Napsané zůstane.", "{format:?} {share} %");
            }
        }
    }
    let kept = kept_files(&app);
    assert!(kept.iter().all(|file| file.ends_with(".jpg") || file.ends_with(".webp")), "{kept:?}");
}

#[tokio::test]
async fn what_says_that_it_is_huge_is_not_decoded() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    for format in FORMATS {
        app.pass(TimeDelta::minutes(1));
        let answer = bring(&mut author, &said_to_be_huge(format)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{format:?}");
        assert!(answer.body.contains("Obrázek má moc bodů"), "{format:?}: {}", answer.body);
    }
    assert_eq!(kept_files(&app), Vec::<String>::new());
}

/// A small picture whose head says that it has hundreds of millions of points.
fn said_to_be_huge(format: ImageFormat) -> Vec<u8> {
    let mut bytes = picture(40, 30, format);
    match format {
        ImageFormat::Png => return super::huge_png(30_000, 30_000),
        ImageFormat::Gif => bytes[6..10].copy_from_slice(&[0xff; 4]),
        ImageFormat::Jpeg => {
            let frame = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
            bytes[frame + 5..frame + 9].copy_from_slice(&[0xfd, 0xe8, 0xfd, 0xe8]);
        }
        _ => {
            // Fourteen bits of width and of height, each less one, behind the signature of a lossless picture: 16383 both.
            // (With all bits set the decoder takes both for nothing.)
            let head = bytes.windows(4).position(|name| name == b"VP8L").unwrap() + 9;
            bytes[head..head + 3].copy_from_slice(&[0xfe, 0xbf, 0xff]);
            bytes[head + 3] |= 0x0f;
        }
    }
    bytes
}

/// Eight points by eight with full colours, in layers.
const LAYERED: &str = "\
    ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565\
    645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffdb0043011c1e1e2823284e2b2b4ea46e5d6e\
    a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4ffc20011\
    080008000803011100021101031101ffc40014000100000000000000000000000000000004ffc4001401010000000000000000000000\
    0000000003ffda000c030100021003100000012a37ffc4001510010100000000000000000000000000000001ffda0008010100010502\
    afffc400161100030000000000000000000000000000000341ffda0008010301013f017c3fffc4001611000300000000000000000000\
    00000000000441ffda0008010201013f015e9fffc40014100100000000000000000000000000000000ffda0008010100063f027fffc4\
    001510010100000000000000000000000000000041ffda0008010100013f2197ffda000c030100020003000000105fffc40015110101\
    0000000000000000000000000000c100ffda0008010301013f1042ffc400151101010000000000000000000000000000c100ffda0008\
    010201013f1006ffc40014100100000000000000000000000000000000ffda0008010100013f105fffd9";

#[tokio::test]
async fn a_picture_in_layers_is_counted_with_all_of_them() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let small: Vec<u8> =
        (0..LAYERED.len()).step_by(2).map(|at| u8::from_str_radix(&LAYERED[at..at + 2], 16).unwrap()).collect();
    let (_, path) = bring_picture(&mut author, &small).await;
    let kept = author.get(&private(&path)).await;
    assert_eq!(image::load_from_memory(&kept.bytes).unwrap().width(), 8, "such pictures are welcome");
    let before = kept_files(&app);

    // Far from what a picture may have, and 125 MB while it is decoded.
    let mut large = small;
    let frame = large.windows(2).position(|marker| marker == [0xff, 0xc2]).unwrap();
    large[frame + 5..frame + 7].copy_from_slice(&3_500_u16.to_be_bytes());
    large[frame + 7..frame + 9].copy_from_slice(&4_000_u16.to_be_bytes());
    app.pass(TimeDelta::minutes(1));
    let answer = bring(&mut author, &large).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Zmenši ho, prosím, nejvýš na 8 mil. bodů"), "{}", answer.body);
    assert_eq!(kept_files(&app), before);
}

/// A PNG whose profile of colours is a quarter of a gigabyte of nothing, in two megabytes.
fn swelling_png() -> Vec<u8> {
    const BYTES: usize = 256 << 20;
    let mut bits = Bits::default();
    // One block with the fixed codes; a zero, and then "the last byte 258 times more".
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    bits.push_code(0b0011_0000, 8);
    let repeats = BYTES / 258;
    for _ in 0..repeats {
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    bits.push_code(0, 7);
    let mut chunk = b"iCCPx\0\0\x78\x01".to_vec();
    chunk.extend(bits.finish());
    let sum = u32::try_from((1 + repeats * 258) % 65_521).unwrap();
    chunk.extend(((sum << 16) | 1).to_be_bytes());
    let mut bytes = picture(40, 30, ImageFormat::Png);
    let mut whole = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes().to_vec();
    whole.extend(&chunk);
    whole.extend(crc32(&chunk).to_be_bytes());
    bytes.splice(33..33, whole);
    bytes
}

/// Bits as a compressed stream holds them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    /// The lowest bit first.
    fn push(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::try_from((value >> bit) & 1).unwrap() << (self.count % 8);
            self.count += 1;
        }
    }

    /// The highest bit first.
    fn push_code(&mut self, code: u32, bits: u32) {
        (0..bits).rev().for_each(|bit| self.push((code >> bit) & 1, 1));
    }

    fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

#[tokio::test]
async fn what_swells_beside_the_picture_is_not_kept() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let bomb = swelling_png();
    assert!(bomb.len() < 4_000_000, "{}", bomb.len());
    let answer = bring(&mut author, &bomb).await;
    assert!([StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY].contains(&answer.status), "{}", answer.body);
    let kept = kept_files(&app);
    let bytes: u64 = kept.iter().map(|file| std::fs::metadata(file).unwrap().len()).sum();
    assert!(bytes < 20_000, "{kept:?}: {bytes}");
}

#[tokio::test]
async fn two_things_at_once_are_the_picture_alone() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    for format in FORMATS {
        app.pass(TimeDelta::minutes(1));
        let mut both = with_comment(picture(20, 10, format), format);
        both.extend(b"PK\x03\x04");
        both.extend(SCRIPT);
        let (_, path) = bring_picture(&mut author, &both).await;
        let got = author.get(&private(&path)).await;
        assert!(got.header(header::CONTENT_TYPE).starts_with("image/"), "{format:?}");
        assert_eq!(got.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{format:?}");
        assert!(!contains(&got.bytes, b"script") && !contains(&got.bytes, b"PK\x03\x04"), "{format:?}");
    }
}

/// The picture with a script where its format has room for remarks.
fn with_comment(mut bytes: Vec<u8>, format: ImageFormat) -> Vec<u8> {
    let length = |extra: usize| u16::try_from(SCRIPT.len() + extra).unwrap().to_be_bytes();
    match format {
        ImageFormat::Jpeg => {
            let segment = [&[0xff, 0xfe][..], &length(2)[..], SCRIPT].concat();
            bytes.splice(2..2, segment);
        }
        ImageFormat::Png => {
            let chunk = [&b"tEXtComment\0"[..], SCRIPT].concat();
            let size = u32::try_from(chunk.len() - 4).unwrap().to_be_bytes();
            bytes.splice(33..33, [&size[..], &chunk[..], &crc32(&chunk).to_be_bytes()[..]].concat());
        }
        // Their readers skip what stands behind the last frame.
        _ => bytes.extend(SCRIPT),
    }
    bytes
}

#[tokio::test]
async fn a_document_that_is_a_page_as_well_is_only_saved() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    for (name, head) in [("a.html", b"%PDF-1.7\n".as_slice()), ("a.svg", b"PK\x03\x04".as_slice())] {
        let document = [head, SCRIPT].concat();
        let fields = [("title", "Deník"), ("a_format", "?"), ("do", "save")];
        let sent = author.post_files(NEW_DOWNLOAD, &fields, &[("a_file", name, &document)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{name}: {}", sent.body);
        let page = author.get(sent.location().split('?').next().unwrap()).await;
        let (_, rest) = page.body.split_once("/soukrome-soubory/").unwrap();
        let got = author.get(&private(rest.split('"').next().unwrap())).await;
        assert_eq!((got.status, got.bytes.as_slice()), (StatusCode::OK, document.as_slice()), "{name}");
        assert!(got.header(header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"a."), "{name}");
        assert!(got.header(header::CONTENT_TYPE).starts_with("application/"), "{name}");
        assert!(got.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"), "{name}");
    }
}
