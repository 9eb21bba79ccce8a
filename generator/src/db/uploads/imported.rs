//! Files that came with an import: those that works name which nothing public shows are where nobody gets them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::is_wanted;
use crate::db::{Result, Tx, bulk_insert, execute, on_engine};
use crate::model::{CreationId, MemberId};

/// A file that an imported work names which is not public.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The work.
    pub creation_id: CreationId,
    /// Its author, where that is a member.
    pub author_id: Option<MemberId>,
    /// Path under `UPLOADS`.
    pub path: String,
    /// MIME type.
    pub content_type: &'static str,
}

/// When imported files came, which nobody noted.
const IMPORTED_AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Notes files that imported works name and nothing public does, as if their authors had brought them: what is not public
/// is where nobody gets it. Says how many there are in all that are not where they should be.
///
/// # Errors
/// Where the database fails.
pub async fn note_waiting(tx: &mut Tx, files: &[Waiting]) -> Result<i64> {
    const ELSEWHERE: &str = concat!(
        "update upload set unsettled = 1 where unsettled = 0 and brought_at is not null and is_public <> ",
        is_wanted!()
    );
    const COUNT: &str = "select count(*) from upload where brought_at is not null and unsettled > 0";
    // Several works may name one file, and a statement may not change a row twice.
    let by_path: BTreeMap<&str, &Waiting> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let once: Vec<&Waiting> = by_path.into_values().collect();
    bulk_insert!(tx, "insert into upload (path, content_type, size_bytes, brought_at)", once, |row|
        &row.path, row.content_type, 0_i64, IMPORTED_AT;
        "on conflict (path) do update set brought_at = coalesce(upload.brought_at, excluded.brought_at)");
    bulk_insert!(tx, "insert into upload_use (creation_id, path, is_shown)", files, |row|
        row.creation_id, &row.path, true; "on conflict (creation_id, path) do update set is_shown = true");
    let owned: Vec<(&str, MemberId)> =
        files.iter().filter_map(|file| Some((file.path.as_str(), file.author_id?))).collect();
    bulk_insert!(tx, "insert into upload_owner (path, member_id, brought_at)", owned, |row|
        row.0, row.1, IMPORTED_AT; "on conflict (path, member_id) do nothing");
    execute!(tx, sqlx::query(ELSEWHERE))?;
    on_engine!(tx, |conn| sqlx::query_scalar(COUNT).fetch_one(conn))
}

/// Counts imported files that are not public as unsettled: their owners' copies may come to the public place at any time,
/// by hand. Says how many they are. `folder` is that of what members bring, where nobody copies anything.
///
/// # Errors
/// Where the database fails.
pub async fn look_again(tx: &mut Tx, folder: &str) -> Result<u64> {
    const SQL: &str = "update upload set unsettled = unsettled + 1
        where brought_at is not null and not is_public and unsettled = 0 and substr(path, 1, length($1)) <> $1";
    execute!(tx, sqlx::query(SQL).bind(folder))
}

/// A work as far as it names files.
#[derive(Clone, Debug, FromRow)]
pub struct Naming {
    /// It.
    pub id: CreationId,
    /// Its section, which says what its attributes are.
    pub section: String,
    /// Whether everybody may see it.
    pub is_public: bool,
    /// Its author, where that is a member.
    pub member_id: Option<MemberId>,
    /// JSON.
    pub attributes: String,
    /// Of one that is not public its text; empty for the others.
    pub body: String,
}

/// Works behind the row `after`, at most `count`, by row.
///
/// # Errors
/// Where the database fails.
pub async fn naming(tx: &mut Tx, after: CreationId, count: i64) -> Result<Vec<Naming>> {
    const SQL: &str = "select creation.id, section, state = 'approved' as is_public, member_id, attributes,
            case when state = 'approved' then '' else coalesce(body, '') end as body
        from creation left join creation_text on creation_id = creation.id left join author on author.id = author_id
        where creation.id > $1 order by creation.id limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(after).bind(count).fetch_all(conn))
}
