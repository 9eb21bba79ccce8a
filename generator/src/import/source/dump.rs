//! A dump given where a database is wanted: how to make a database of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What a file in pg_dump's custom format begins with.
const CUSTOM: &[u8] = b"PGDMP";
/// What a gzipped file begins with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The commands that restore a dump into a new database; `None` where there is no such file.
pub(super) fn restoring(file: &Path) -> Option<String> {
    let name = quoted(file);
    let restore = if file.is_dir() {
        // pg_dump's directory format.
        file.join("toc.dat").exists().then(|| format!("pg_restore --no-owner --no-acl -d graveyard {name}"))?
    } else {
        match beginning(file)? {
            start if start.starts_with(CUSTOM) => format!("pg_restore --no-owner --no-acl -d graveyard {name}"),
            start if start.starts_with(GZIP) => format!("gunzip -c {name} | psql -d graveyard"),
            _ => format!("psql -d graveyard -f {name}"),
        }
    };
    Some(format!("`createdb graveyard && {restore}`"))
}

fn beginning(file: &Path) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    File::open(file).ok()?.take(CUSTOM.len() as u64).read_to_end(&mut start).ok()?;
    Some(start)
}

/// A path as a shell reads it.
fn quoted(file: &Path) -> String {
    let name = file.display().to_string();
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    if is_plain { name } else { format!("'{}'", name.replace('\'', "'\\''")) }
}
