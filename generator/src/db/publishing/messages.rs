//! Comments, forum posts and news: their coming, changing and going. A deleted one keeps its row.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::db::{Result, Tx, execute, on_engine};
use crate::model::{CreationId, MemberId, Text, TextFormat, Time};

/// Which table a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On a creation.
    Comment,
    /// In the forum.
    ForumPost,
    /// Of the editors.
    News,
}

/// What must be known of a message to change it.
#[derive(Clone, Debug, FromRow)]
pub struct StandingMessage {
    /// The row.
    pub id: i64,
    /// The creation, for a comment.
    pub creation_id: Option<CreationId>,
    /// Who wrote it.
    pub member_id: Option<MemberId>,
    /// A word of the column's check.
    pub state: String,
    /// How the body is written.
    pub body_format: TextFormat,
    /// What it says.
    pub body: String,
    /// When it will be published by itself; news alone.
    pub publish_at: Time,
}

/// A comment, post or piece of news by its row, locked against other writers until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, kind: Kind, id: i64) -> Result<Option<StandingMessage>> {
    macro_rules! sql {
        ($columns:literal) => {
            match tx {
                Tx::Sqlite(_) => {
                    concat!("select id, member_id, state, body_format, body, ", $columns, " where id = $1")
                }
                Tx::Postgres(_) => {
                    concat!(
                        "select id, member_id, state, body_format, body, ",
                        $columns,
                        " where id = $1 for no key update"
                    )
                }
            }
        };
    }
    let sql = match kind {
        Kind::Comment => sql!("creation_id, null as publish_at from comment"),
        Kind::ForumPost => sql!("null as creation_id, null as publish_at from forum_post"),
        Kind::News => sql!("null as creation_id, publish_at from news"),
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// Adds a comment; gives its row.
///
/// # Errors
/// A creation or member who is not there.
pub async fn add_comment(
    tx: &mut Tx,
    creation: CreationId,
    member: MemberId,
    body: &Text,
    now: DateTime<Utc>,
) -> Result<i64> {
    let sql = match tx {
        // It would give the number of the last comment again once that is gone with its creation.
        Tx::Sqlite(_) => {
            "insert into comment (id, creation_id, member_id, posted_at, body_format, body)
            select 1 + max(coalesce((select max(id) from comment), 0),
                coalesce((select issued from list where key = 'id/comment'), 0)), $1, $2, $3, $4, $5 returning id"
        }
        Tx::Postgres(_) => {
            "insert into comment (creation_id, member_id, posted_at, body_format, body)
            values ($1, $2, $3, $4, $5) returning id"
        }
    };
    on_engine!(tx, |conn| sqlx::query_scalar(sql)
        .bind(creation)
        .bind(member)
        .bind(now)
        .bind(body.format)
        .bind(&body.source)
        .fetch_one(conn))
}

/// Counts a creation's comments up or down.
///
/// # Errors
/// Where the database fails.
pub async fn count_comments(tx: &mut Tx, creation: CreationId, by: i64) -> Result<()> {
    const SQL: &str = "update creation set comment_count = comment_count + $2 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(creation).bind(by))?;
    Ok(())
}

/// Adds a forum post; gives its row.
///
/// # Errors
/// A member who is not there.
pub async fn add_forum_post(tx: &mut Tx, member: MemberId, body: &Text, now: DateTime<Utc>) -> Result<i64> {
    const SQL: &str = "insert into forum_post (member_id, posted_at, body_format, body) values ($1, $2, $3, $4)
        returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL)
        .bind(member)
        .bind(now)
        .bind(body.format)
        .bind(&body.source)
        .fetch_one(conn))
}

/// Adds a piece of news: public since a moment, or a draft that is to be published at one; gives its row.
///
/// # Errors
/// A member who is not there.
pub async fn add_news(tx: &mut Tx, member: MemberId, body: &Text, published_at: Time, publish_at: Time) -> Result<i64> {
    const SQL: &str = "insert into news (member_id, published_at, state, publish_at, body_format, body)
        values ($1, $2, case when $2 is null then 'draft' else 'public' end, $3, $4, $5) returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL)
        .bind(member)
        .bind(published_at)
        .bind(publish_at)
        .bind(body.format)
        .bind(&body.source)
        .fetch_one(conn))
}

/// Makes a draft of news public.
///
/// # Errors
/// Where the database fails.
pub async fn publish_news(tx: &mut Tx, id: i64, at: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update news set state = 'public', published_at = $2, publish_at = null where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(at))?;
    Ok(())
}

/// Says when a draft of news is to be published, or that it is not.
///
/// # Errors
/// Where the database fails.
pub async fn schedule_news(tx: &mut Tx, id: i64, publish_at: Time) -> Result<()> {
    execute!(tx, sqlx::query("update news set publish_at = $2 where id = $1").bind(id).bind(publish_at))?;
    super::schedule::forget(tx, "news", id).await
}

/// Writes another text.
///
/// # Errors
/// Where the database fails.
pub async fn edit(tx: &mut Tx, kind: Kind, id: i64, body: &Text) -> Result<()> {
    let sql = match kind {
        Kind::Comment => "update comment set body_format = $2, body = $3 where id = $1",
        Kind::ForumPost => "update forum_post set body_format = $2, body = $3 where id = $1",
        Kind::News => "update news set body_format = $2, body = $3 where id = $1",
    };
    execute!(tx, sqlx::query(sql).bind(id).bind(body.format).bind(&body.source))?;
    Ok(())
}

/// Marks a message as deleted.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &mut Tx, kind: Kind, id: i64) -> Result<()> {
    let sql = match kind {
        Kind::Comment => "update comment set state = 'deleted' where id = $1",
        Kind::ForumPost => "update forum_post set state = 'deleted' where id = $1",
        Kind::News => "update news set state = 'deleted', publish_at = null where id = $1",
    };
    execute!(tx, sqlx::query(sql).bind(id))?;
    Ok(())
}
