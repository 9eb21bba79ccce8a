//! What is known of uploaded files: size, whose they are, what shows them. The files themselves are in `UPLOADS`.
//!
//! A file that a member brought is public while a public page shows it. What may change that counts it as unsettled in
//! the same transaction; whoever moves files looks at those alone.

pub mod imported;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, select_in};
use crate::model::{CreationId, MemberId, Upload};

/// Whether something public shows a file that was brought.
macro_rules! is_wanted {
    () => {
        "(exists (select 1 from upload_use join creation on creation.id = creation_id
                where upload_use.path = upload.path and is_shown and state = 'approved')
            or exists (select 1 from upload_owner join member on member.id = member_id
                where upload_owner.path = upload.path and icon = upload.path))"
    };
}
use is_wanted;

/// Notes uploads, with their content type.
///
/// # Errors
/// Where the database fails.
pub async fn insert(tx: &mut Tx, uploads: &[(Upload, String)]) -> Result<()> {
    bulk_insert!(tx, "insert into upload (path, content_type, size_bytes, width, height, widths)", uploads, |row|
        &row.0.path, &row.1, row.0.size_bytes, row.0.width, row.0.height, &row.0.widths; "");
    Ok(())
}

/// Uploads by path; those that are known.
///
/// # Errors
/// Where the database fails.
pub async fn by_paths(tx: &mut Tx, paths: &[String]) -> Result<HashMap<String, Upload>> {
    let rows =
        select_in!(tx, Upload, "select path, size_bytes, width, height, widths from upload where path in ", paths, "");
    Ok(rows.into_iter().map(|upload| (upload.path.clone(), upload)).collect())
}

/// Notes a file that a member has brought, private until something public shows it; one that is known already is that
/// member's as well.
///
/// # Errors
/// Where the database fails.
pub async fn bring(
    tx: &mut Tx,
    upload: &Upload,
    content_type: &str,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<()> {
    // The update locks the row: nobody forgets it meanwhile.
    const FILE: &str = "insert into upload
            (path, content_type, size_bytes, width, height, widths, brought_at, is_public)
        values ($1, $2, $3, $4, $5, $6, $7, false)
        on conflict (path) do update set brought_at = excluded.brought_at";
    const OWNER: &str = "insert into upload_owner (path, member_id, brought_at) values ($1, $2, $3)
        on conflict (path, member_id) do update set brought_at = excluded.brought_at";
    execute!(
        tx,
        sqlx::query(FILE)
            .bind(&upload.path)
            .bind(content_type)
            .bind(upload.size_bytes)
            .bind(upload.width)
            .bind(upload.height)
            .bind(&upload.widths)
            .bind(now)
    )?;
    execute!(tx, sqlx::query(OWNER).bind(&upload.path).bind(member).bind(now))?;
    Ok(())
}

/// How many bytes a member has brought that nothing public shows, apart from what they have put into others' works.
///
/// # Errors
/// Where the database fails.
pub async fn private_bytes(tx: &mut Tx, member: MemberId) -> Result<i64> {
    const SQL: &str = "select cast(coalesce(sum(size_bytes), 0) as bigint)
        from upload_owner join upload on upload.path = upload_owner.path
        where member_id = $1 and not is_public
            and not exists (select 1 from upload_use join creation on creation.id = creation_id
                join author on author.id = author_id
                where upload_use.path = upload.path and coalesce(author.member_id, 0) <> $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_one(conn))
}

/// A file as somebody gets it who may.
#[derive(Clone, Debug, FromRow)]
pub struct File {
    /// Path under `UPLOADS`.
    pub path: String,
    /// MIME type.
    pub content_type: String,
    /// Widths of its WebP copies.
    pub widths: String,
}

/// A file that members brought, if it is this member's or belongs to a work of theirs, into which editors put files too.
///
/// # Errors
/// Where the database fails.
pub async fn own(tx: &mut Tx, member: MemberId, path: &str) -> Result<Option<File>> {
    const SQL: &str = "select upload.path, content_type, widths
        from upload where path = $2 and brought_at is not null
            and (exists (select 1 from upload_owner where upload_owner.path = upload.path and member_id = $1)
                or exists (select 1 from upload_use join creation on creation.id = creation_id
                    join author on author.id = author_id
                    where upload_use.path = upload.path and author.member_id = $1))";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(path).fetch_optional(conn))
}

/// The sections of the works that a file belongs to, apart from drafts, which are their authors' alone.
///
/// # Errors
/// Where the database fails.
pub async fn sections_beyond_drafts(tx: &mut Tx, path: &str) -> Result<Vec<String>> {
    const SQL: &str = "select distinct section from upload_use join creation on creation.id = creation_id
        where path = $1 and state <> 'draft' order by section";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(path).fetch_all(conn))
}

/// A file that members brought, whosesoever it is.
///
/// # Errors
/// Where the database fails.
pub async fn brought(tx: &mut Tx, path: &str) -> Result<Option<File>> {
    const SQL: &str = "select path, content_type, widths from upload where path = $1 and brought_at is not null";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(path).fetch_optional(conn))
}

/// Lets a file belong to a work, whose page need not show it.
///
/// # Errors
/// A file that is not there.
pub async fn attach(tx: &mut Tx, creation: CreationId, path: &str) -> Result<()> {
    const SQL: &str = "insert into upload_use (creation_id, path) values ($1, $2)
        on conflict (creation_id, path) do nothing";
    execute!(tx, sqlx::query(SQL).bind(creation).bind(path))?;
    Ok(())
}

/// A file that belongs to a work.
#[derive(Clone, Debug, FromRow)]
pub struct Attached {
    /// It.
    #[sqlx(flatten)]
    pub upload: Upload,
    /// Whether it can be seen by everybody.
    pub is_public: bool,
    /// Whether the work shows it.
    pub is_shown: bool,
}

/// The files that belong to a work.
///
/// # Errors
/// Where the database fails.
pub async fn of_creation(tx: &mut Tx, creation: CreationId) -> Result<Vec<Attached>> {
    const SQL: &str = "select upload.path, size_bytes, width, height, widths, is_public, is_shown
        from upload_use join upload on upload.path = upload_use.path where creation_id = $1 order by upload.path";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(creation).fetch_all(conn))
}

/// Notes which files a work shows: of these paths the files that belong to it already, that its author brought, or that
/// are public anyway. Somebody else's private file stays private, whoever knows what it is called. What the work shows no
/// more waits from `now` on to be forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn show(
    tx: &mut Tx,
    creation: CreationId,
    author: Option<MemberId>,
    paths: &[String],
    now: DateTime<Utc>,
) -> Result<()> {
    const SHOWN: &str = "update upload set brought_at = $2 where brought_at is not null
        and path in (select path from upload_use where creation_id = $1 and is_shown)";
    execute!(tx, sqlx::query(SHOWN).bind(creation).bind(now))?;
    const NONE: &str = "update upload_use set is_shown = false where creation_id = $1 and is_shown";
    execute!(tx, sqlx::query(NONE).bind(creation))?;
    execute_in!(
        tx,
        "insert into upload_use (creation_id, path, is_shown)
        select $2, upload.path, true from upload where upload.path in ",
        paths,
        "and brought_at is not null and (is_public
            or exists (select 1 from upload_owner where upload_owner.path = upload.path and member_id = $3)
            or exists (select 1 from upload_use known where known.path = upload.path and known.creation_id = $2))
        on conflict (creation_id, path) do update set is_shown = true",
        creation,
        author
    );
    unsettle(tx, creation).await
}

/// Counts the files of a work as unsettled: whether its page is public changes, or what the page shows.
///
/// # Errors
/// Where the database fails.
pub async fn unsettle(tx: &mut Tx, creation: CreationId) -> Result<()> {
    const SQL: &str = "update upload set unsettled = unsettled + 1
        where path in (select path from upload_use where creation_id = $1)";
    execute!(tx, sqlx::query(SQL).bind(creation))?;
    Ok(())
}

/// Counts files as unsettled that members brought: what shows them changes, or is about to.
///
/// # Errors
/// Where the database fails.
pub async fn unsettle_files(tx: &mut Tx, paths: &[String]) -> Result<()> {
    execute_in!(tx, "update upload set unsettled = unsettled + 1 where path in ", paths, "and brought_at is not null");
    Ok(())
}

/// A file whose place may be wrong.
#[derive(Clone, Debug, FromRow)]
pub struct Unsettled {
    /// Path under `UPLOADS`.
    pub path: String,
    /// MIME type.
    pub content_type: String,
    /// Widths of its WebP copies.
    pub widths: String,
    /// How often it was counted as unsettled.
    pub unsettled: i64,
    /// Whether something public shows it.
    pub is_wanted: bool,
}

macro_rules! unsettled {
    ($tail:literal) => {
        concat!(
            "select path, content_type, widths, unsettled, ",
            is_wanted!(),
            " as is_wanted
            from upload where brought_at is not null and unsettled > 0 ",
            $tail
        )
    };
}

/// Files whose place may be wrong, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn unsettled(tx: &mut Tx, count: i64) -> Result<Vec<Unsettled>> {
    const SQL: &str = unsettled!("order by path limit $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// The files of a work whose place may be wrong.
///
/// # Errors
/// Where the database fails.
pub async fn unsettled_of(tx: &mut Tx, creation: CreationId) -> Result<Vec<Unsettled>> {
    const SQL: &str = unsettled!("and path in (select path from upload_use where creation_id = $1) order by path");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(creation).fetch_all(conn))
}

/// One file whose place may be wrong.
///
/// # Errors
/// Where the database fails.
pub async fn unsettled_file(tx: &mut Tx, path: &str) -> Result<Option<Unsettled>> {
    const SQL: &str = unsettled!("and path = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(path).fetch_optional(conn))
}

/// A file whose place may be wrong, as it is now and until the transaction ends: whoever wants to show it or to show it no
/// more has to count it first.
///
/// # Errors
/// Where the database fails.
pub async fn lock_unsettled(tx: &mut Tx, path: &str) -> Result<Option<Unsettled>> {
    const LOCK: &str = "select path from upload where path = $1 for update";
    const SQL: &str = unsettled!("and path = $1");
    if let Tx::Postgres(tx) = tx {
        sqlx::query(LOCK).bind(path).execute(&mut **tx).await?;
    }
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(path).fetch_optional(conn))
}

/// Notes where a file's place is now, and when its public copies are to be removed once more.
///
/// # Errors
/// Where the database fails.
pub async fn settled(tx: &mut Tx, path: &str, is_public: bool, again_at: Option<DateTime<Utc>>) -> Result<()> {
    const SQL: &str = "update upload set unsettled = 0, is_public = $2, withdrawn_again_at = $3 where path = $1";
    execute!(tx, sqlx::query(SQL).bind(path).bind(is_public).bind(again_at))?;
    Ok(())
}

/// Files whose public copies are to be removed once more by now, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn withdrawn_again(tx: &mut Tx, now: DateTime<Utc>, count: i64) -> Result<Vec<File>> {
    const SQL: &str = "select path, content_type, widths from upload
        where withdrawn_again_at <= $1 order by path limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(now).bind(count).fetch_all(conn))
}

/// Locks such a file until the transaction ends and forgets that it is to be withdrawn once more; `false` where it is
/// public now, or may become so.
///
/// # Errors
/// Where the database fails.
pub async fn withdraw_again(tx: &mut Tx, path: &str) -> Result<bool> {
    const SQL: &str = "update upload set withdrawn_again_at = null where path = $1
        returning not is_public and unsettled = 0";
    let found: Option<bool> = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(path).fetch_optional(conn))?;
    Ok(found.unwrap_or(false))
}

macro_rules! forgettable {
    ($tail:literal) => {
        concat!(
            "select path, content_type, widths from upload
            where brought_at < $1 and not is_public and unsettled = 0
                and not exists (select 1 from upload_use join creation on creation.id = creation_id
                    where upload_use.path = upload.path and (is_shown or state in ('draft', 'returned')))
                and not exists (select 1 from upload_use join former_text
                        on former_text.kind = 'creation' and former_text.item = cast(creation_id as text)
                    where upload_use.path = upload.path and fields like '%' || upload.path || '%')
                and not exists (select 1 from upload_owner join member on member.id = member_id
                    where upload_owner.path = upload.path and icon = upload.path) ",
            $tail
        )
    };
}

/// Private files that nothing has shown since a moment, no work under way has and no former version of a work, which may be
/// restored, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn forgettable(tx: &mut Tx, before: DateTime<Utc>, count: i64) -> Result<Vec<File>> {
    const SQL: &str = forgettable!("order by path limit $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(count).fetch_all(conn))
}

/// Forgets such a file; `false` where it is none any more. Until the transaction ends nobody can bring or show it.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, path: &str, before: DateTime<Utc>) -> Result<bool> {
    const LOCK: &str = "select path from upload where path = $1 for update";
    const SQL: &str = forgettable!("and path = $2");
    if let Tx::Postgres(tx) = tx {
        sqlx::query(LOCK).bind(path).execute(&mut **tx).await?;
    }
    let found: Option<File> = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(path).fetch_optional(conn))?;
    if found.is_some() {
        execute!(tx, sqlx::query("delete from upload where path = $1").bind(path))?;
    }
    Ok(found.is_some())
}
