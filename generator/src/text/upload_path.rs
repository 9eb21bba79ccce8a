//! Paths under the uploads, as texts and addresses name them.

use percent_encoding::percent_decode_str;

/// The path that a part of an address means, without its encoding; `None` where browsers would be led out of the uploads
/// by it. They read a backslash as a slash, and an encoded dot as a dot.
pub fn upload_path(encoded: &str) -> Option<String> {
    let path = percent_decode_str(encoded).decode_utf8_lossy();
    let is_sound = !path.contains('\\') && path.split('/').all(|word| !matches!(word, "" | "." | ".."));
    is_sound.then(|| path.into_owned())
}
