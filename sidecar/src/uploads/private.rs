//! Private files, for those who brought them, and for the editors of the sections of works that they belong to, once those
//! are no drafts. Whoever else asks is told that there is no such file.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use generator::db::{Tx, uploads};
use generator::model::Role;
use generator::site::sidecar_paths::SidecarPaths;
use generator::store::download_type;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::files::{UPLOADS_POLICY, attachment};
use crate::office::desk::Rights;
use crate::routes::{Route, get};
use crate::visitor::Member;

use super::{paths, private_key, reading, static_type};

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
    let rights = match member.role {
        Role::Editor | Role::Admin => Rights::seen(&mut tx, &app.site(), member.id).await?,
        Role::Member => None,
    };
    let mut found = None;
    for candidate in originals(&path) {
        let file = match uploads::own(&mut tx, member.id, &candidate).await? {
            Some(own) => Some(own),
            None if is_editors(&mut tx, rights.as_ref(), &candidate).await? => {
                uploads::brought(&mut tx, &candidate).await?
            }
            None => None,
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
    let content_type = static_type(&content_type);
    let mut response = reading::answer(&store, &private_key(&path), &HeaderMap::new()).await?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(UPLOADS_POLICY));
    if download_type(content_type).is_some() {
        headers.insert(header::CONTENT_DISPOSITION, attachment(&path));
    }
    // Each time it is asked who may.
    for name in [header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    Ok(response)
}

/// Whether somebody with these rights sees a work that a file belongs to.
async fn is_editors(tx: &mut Tx, rights: Option<&Rights>, path: &str) -> Result<bool> {
    let Some(rights) = rights else { return Ok(false) };
    let sections = uploads::sections_beyond_drafts(tx, path).await?;
    Ok(sections.iter().any(|section| rights.has_section(section)))
}

/// The files that a path may be of: itself, or the picture in one of its formats whose copy it would be.
fn originals(path: &str) -> Vec<String> {
    let mut originals = vec![path.to_owned()];
    if let Some((stem, _)) = path.strip_suffix(".webp").and_then(|stem| stem.rsplit_once('-')) {
        originals.extend(["jpg", "png", "webp"].map(|end| format!("{stem}.{end}")));
    }
    originals
}
