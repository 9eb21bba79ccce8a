//! Keys: paths without the leading slash, with `index.html` where a path ends with a slash. Pure.

use std::io;

use super::Error;

/// Keys are made from the database's texts: whatever they hold, nothing outside the target is touched.
pub(super) fn check(action: &'static str, key: &str) -> Result<(), Error> {
    if key.split('/').any(|part| matches!(part, "" | "." | "..")) || key.contains('\0') {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "this is no name for a file of the site");
        return Err(Error { action, name: key.to_owned(), source });
    }
    Ok(())
}

/// Whether a page may stand at the path: it is one below the site's root and none of our own.
pub fn is_page_path(path: &str) -> bool {
    let key = key(path);
    path.starts_with('/') && check("write", &key).is_ok() && !key.split('/').any(|part| part.starts_with('.'))
}

/// The path that a key stands for; the opposite of [`key`].
pub fn path(key: &str) -> String {
    let folder = key.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    format!("/{}", folder.unwrap_or(key))
}

/// The key of a path of the site.
pub fn key(path: &str) -> String {
    let key = path.trim_start_matches('/');
    if key.is_empty() || key.ends_with('/') { format!("{key}index.html") } else { key.to_owned() }
}
