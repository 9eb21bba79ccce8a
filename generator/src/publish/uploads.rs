//! Which uploaded files a work shows: noted with each change of its text, so that a file is public only while a public
//! page shows it.

use crate::db::publishing::creations::Standing;
use crate::db::uploads as rows;
use crate::model::TextFormat;
use crate::site::Site;
use crate::text::markdown::pictures;
use crate::text::stored::upload_paths;

use super::creations::Work;
use super::{Change, Result};

/// Notes the files that a work shows with its new text.
pub(super) async fn show<L>(change: &mut Change<'_, L>, row: &Standing, work: &Work) -> Result<()> {
    let paths = shown(change.site, &row.section, work);
    Ok(rows::show(&mut change.tx, row.id, row.member_id, &paths, change.now).await?)
}

/// Paths under `UPLOADS`, each once.
fn shown(site: &Site, section: &str, work: &Work) -> Vec<String> {
    let mut paths = match work.body.format {
        TextFormat::Markdown => pictures(&work.body.source, &site.uploads_url),
        TextFormat::Html => upload_paths(&work.body.source).collect(),
    };
    if let Some(section) = site.section(section) {
        paths.extend(site.kind(section).upload_paths(&work.attributes, &site.uploads_url));
        paths.extend(upload_paths(&work.attributes));
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}
