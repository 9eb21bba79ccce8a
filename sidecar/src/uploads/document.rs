//! Files to download: told by what they hold, whatever they are called. Pure.

use generator::store::download_type;
use generator::text::slug::slug;

/// The longest name that is kept of a file's.
const NAME_CHARS_MAX: usize = 60;

/// What kinds of documents there are: MIME types as the `infer` crate calls them, and as they are served, with the end of
/// the name.
const TYPES: [(&str, &str, &str); 17] = [
    ("application/pdf", "application/pdf", "pdf"),
    ("application/zip", "application/zip", "zip"),
    ("application/vnd.rar", "application/vnd.rar", "rar"),
    ("application/x-7z-compressed", "application/x-7z-compressed", "7z"),
    ("application/gzip", "application/gzip", "gz"),
    ("application/rtf", "application/rtf", "rtf"),
    ("text/rtf", "application/rtf", "rtf"),
    ("application/epub+zip", "application/epub+zip", "epub"),
    ("application/msword", "application/msword", "doc"),
    ("application/vnd.ms-excel", "application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "application/vnd.ms-powerpoint", "ppt"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
    ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation", "odp"),
];

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// MIME type.
    pub content_type: &'static str,
    /// The end of its name.
    pub extension: &'static str,
}

/// What a file is by its content; `None` for what nobody may download here: pages, programs, pictures, unknown things.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let found = infer::get(bytes)?.mime_type();
    let (_, content_type, extension) = TYPES.into_iter().find(|(mime, _, _)| *mime == found)?;
    Some(Kind { content_type: download_type(content_type)?, extension })
}

/// The name that a file is kept under: small letters, digits and dashes of what it was called, and the end that its content
/// deserves.
pub fn name(called: &str, kind: Kind) -> String {
    // Whatever stands before the last slash of either kind is somebody's folder.
    let last = called.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let mut stem = slug(stem);
    stem.truncate(NAME_CHARS_MAX);
    let stem = stem.trim_matches('-');
    format!("{}.{}", if stem.is_empty() { "file" } else { stem }, kind.extension)
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind, name};

    const PDF: Kind = Kind { content_type: "application/pdf", extension: "pdf" };

    #[test]
    fn the_content_says_what_a_file_is() {
        assert_eq!(kind(b"%PDF-1.7\n"), Some(PDF));
        assert_eq!(kind(b"PK\x03\x04rest of an archive").map(|kind| kind.extension), Some("zip"));
        assert_eq!(kind(b"7z\xbc\xaf\x27\x1crest").map(|kind| kind.extension), Some("7z"));
        for refused in [
            "<!doctype html><title>x</title>",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "GIF89a<script>alert(1)</script>",
            "\x7fELF\x02\x01\x01",
            "MZ\u{90}",
            "#!/bin/sh\n",
            "just words",
            "",
        ] {
            assert_eq!(kind(refused.as_bytes()), None, "{refused}");
        }
    }

    #[test]
    fn names_lead_nowhere() {
        for (called, expected) in [
            ("Deník postavy.PDF", "denik-postavy.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Dokumenty\\mapa.exe", "mapa.pdf"),
            ("..", "file.pdf"),
            ("\0\r\n\"; filename=x.html", "filename-x.pdf"),
            ("", "file.pdf"),
        ] {
            assert_eq!(name(called, PDF), expected, "{called:?}");
        }
        assert!(name(&"a".repeat(500), PDF).len() <= 64);
    }
}
