//! Files of works that wait for an editor. Graveyard's uploads are one public folder, and those of its waiting works are among
//! them; here a file is public while something public names it. Files are not touched: the sidecar moves what is noted.

use std::collections::{BTreeMap, HashSet};

use super::Error;
use super::here::snapshot;
use super::kinds::KINDS;
use super::report::Report;
use crate::db::private::{PUBLISHED, each_row};
use crate::db::uploads::imported::{Naming, Waiting, naming, note_waiting};
use crate::db::{Db, imported};
use crate::model::CreationId;
use crate::site::Site;
use crate::site::kind::UNKNOWN;
use crate::store::bucket::content_type;
use crate::text::counted;
use crate::text::stored::upload_paths;

/// Works of a batch.
const BATCH: i64 = 2_000;

/// Notes the files that only works name which came over and are not public.
pub(super) async fn note(db: &Db, site: &Site, report: &mut Report) -> Result<(), Error> {
    let failed = |source| Error::Database { table: "upload", source };
    let mut tx = snapshot(db).await?;
    let mut came: HashSet<i64> = HashSet::new();
    for of in &KINDS {
        let rows = imported::row_keys(&mut tx, of.table.name).await.map_err(failed)?;
        came.extend(rows.into_values().filter_map(|row| row.parse::<i64>().ok()));
    }
    let mut waiting: BTreeMap<(String, i64), Waiting> = BTreeMap::new();
    let mut public: HashSet<String> = HashSet::new();
    let mut after = CreationId(i64::MIN);
    loop {
        let works = naming(&mut tx, after, BATCH).await.map_err(failed)?;
        let Some(last) = works.last() else { break };
        after = last.id;
        for work in works {
            let paths = files(site, &work);
            if work.is_public {
                public.extend(paths);
            } else if came.contains(&work.id.0) {
                let of = |path: String| Waiting {
                    creation_id: work.id,
                    author_id: work.member_id,
                    content_type: content_type(&path),
                    path,
                };
                waiting.extend(paths.into_iter().map(|path| ((path.clone(), work.id.0), of(path))));
            }
        }
    }
    // Where nothing waits, nobody has to read what everybody wrote.
    if !waiting.is_empty() {
        for source in PUBLISHED {
            each_row(&mut tx, source, |_, text| public.extend(upload_paths(text))).await.map_err(failed)?;
        }
    }
    drop(tx);
    waiting.retain(|(path, _), _| !public.contains(path));
    let waiting: Vec<Waiting> = waiting.into_values().collect();
    let mut tx = db.write().await.map_err(failed)?;
    let elsewhere = note_waiting(&mut tx, &waiting).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    if elsewhere > 0 {
        report.notes.push(format!(
            "{} of works that wait for an editor, or do so no more: `sidecar serve` moves them out of everybody's reach, or \
            back, as soon as they are among the uploads",
            counted(elsewhere.unsigned_abs(), "file")
        ));
    }
    Ok(())
}

/// Paths under the uploads that a work names.
fn files(site: &Site, work: &Naming) -> Vec<String> {
    let mut paths: Vec<String> = upload_paths(&work.body).chain(upload_paths(&work.attributes)).collect();
    if let Some(section) = site.section(&work.section) {
        paths.extend(site.kind(section).upload_paths(&work.attributes, &site.uploads_url));
    }
    // A picture that is nowhere has a dash in place of a path.
    paths.retain(|path| path != UNKNOWN);
    paths
}
