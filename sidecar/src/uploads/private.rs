//! Private files, for those who brought them and for editors. Whoever else asks is told that there is no such file.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use generator::db::uploads;
use generator::model::Role;
use generator::site::sidecar_paths::SidecarPaths;
use generator::store::download_type;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::files::{UPLOADS_POLICY, attachment};
use crate::routes::{Route, get};
use crate::visitor::Member;

use super::{internal, not_kept, paths, private_key, static_type};

/// The addresses of this area.
pub fn routes(site: &SidecarPaths) -> Vec<Route> {
    vec![get(format!("{}{{*path}}", site.url(&site.private_files)), show)]
}

/// Where a private file is, by its public path.
pub fn url(paths: &SidecarPaths, path: &str) -> String {
    format!("{}{path}", paths.url(&paths.private_files))
}

/// A file, or one of its copies.
pub async fn show(State(app): State<Arc<App>>, member: Member, Path(path): Path<String>) -> Result<Response> {
    let mut tx = app.snapshot().await?;
    let mut found = None;
    for candidate in originals(&path) {
        let file = match member.role {
            Role::Editor | Role::Admin => uploads::brought(&mut tx, &candidate).await?,
            Role::Member => uploads::own(&mut tx, member.id, &candidate).await?,
        };
        let known = file.map(|file| paths(&file.path, &file.content_type, &file.widths)).unwrap_or_default();
        found = known.into_iter().find(|(known, _)| *known == path);
        if found.is_some() {
            break;
        }
    }
    drop(tx);
    let Some((path, content_type)) = found else { return Err(Fault::NotFound.into()) };
    let store = app.uploads.store().await?;
    let key = private_key(&path);
    let read = tokio::task::spawn_blocking(move || store.get(&key)).await.map_err(|error| internal(&error))?;
    let body = read.map_err(|error| not_kept(&error))?.ok_or(Fault::NotFound)?;
    let content_type = static_type(&content_type);
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(UPLOADS_POLICY));
    if download_type(content_type).is_some() {
        headers.insert(header::CONTENT_DISPOSITION, attachment(&path));
    }
    Ok(response)
}

/// The files that a path may be of: itself, or the picture in one of its formats whose copy it would be.
fn originals(path: &str) -> Vec<String> {
    let mut originals = vec![path.to_owned()];
    if let Some((stem, _)) = path.strip_suffix(".webp").and_then(|stem| stem.rsplit_once('-')) {
        originals.extend(["jpg", "png", "webp"].map(|end| format!("{stem}.{end}")));
    }
    originals
}
