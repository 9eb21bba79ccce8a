//! What is known of uploaded files. The files themselves are in `UPLOADS`.

use std::collections::HashMap;

use super::{Result, Tx, bulk_insert, select_in};
use crate::model::Upload;

/// Notes uploads, with their content type.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &mut Tx, uploads: &[(Upload, String)]) -> Result<()> {
    bulk_insert!(tx, "insert into upload (path, content_type, size_bytes, width, height)", uploads, |row|
        &row.0.path, &row.1, row.0.size_bytes, row.0.width, row.0.height; "");
    Ok(())
}

/// Uploads by path; those that are known.
///
/// # Errors
/// Where the database fails.
pub async fn by_paths(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, Upload>> {
    let rows = select_in!(tx, Upload, "select path, size_bytes, width, height from upload where path in ", paths, "");
    Ok(rows.into_iter().map(|upload| (upload.path.clone(), upload)).collect())
}
