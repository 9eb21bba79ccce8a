//! What people say: comments on creations, forum posts, news. They are read alike.

use std::collections::HashMap;

use sqlx::FromRow;

use super::long_text::LongText;
use super::{Result, Tx, bulk_insert, on_engine, select_in};
use crate::model::{Byline, CommentOn, CreationId, MemberId, Message, Text, TextFormat, Time};

/// A comment, post or piece of news to be inserted.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The row.
    pub id: i64,
    /// The creation, for a comment.
    pub creation_id: Option<CreationId>,
    /// Who wrote it.
    pub member_id: Option<MemberId>,
    /// Kept where there is no member.
    pub nick: String,
    /// When.
    pub posted_at: Time,
    /// How the body is written.
    pub body_format: TextFormat,
    /// What it says.
    pub body: String,
}

/// Inserts comments; lists and counts are the caller's business.
///
/// # Errors
/// A creation or member that is not there.
pub async fn insert_comments(tx: &mut Tx, comments: &[NewMessage]) -> Result<()> {
    bulk_insert!(tx, "insert into comment (id, creation_id, member_id, nick, posted_at, body_format, body)", comments,
        |row| row.id, row.creation_id, row.member_id, &row.nick, row.posted_at, row.body_format, &row.body; "");
    Ok(())
}

/// Inserts forum posts.
///
/// # Errors
/// A member who is not there.
pub async fn insert_forum_posts(tx: &mut Tx, posts: &[NewMessage]) -> Result<()> {
    bulk_insert!(tx, "insert into forum_post (id, member_id, nick, posted_at, body_format, body)", posts,
        |row| row.id, row.member_id, &row.nick, row.posted_at, row.body_format, &row.body; "");
    Ok(())
}

/// Inserts news.
///
/// # Errors
/// A member who is not there.
pub async fn insert_news(tx: &mut Tx, news: &[NewMessage]) -> Result<()> {
    bulk_insert!(tx, "insert into news (id, member_id, nick, published_at, body_format, body)", news,
        |row| row.id, row.member_id, &row.nick, row.posted_at, row.body_format, &row.body; "");
    Ok(())
}

#[derive(FromRow)]
struct Row {
    id: i64,
    creation_id: Option<CreationId>,
    #[sqlx(flatten)]
    byline: Byline,
    posted_at: Time,
    body_format: TextFormat,
    body: LongText,
}

impl From<Row> for Message {
    fn from(row: Row) -> Message {
        Message {
            id: row.id,
            byline: row.byline,
            posted_at: row.posted_at,
            body: Text { source: row.body.0, format: row.body_format },
        }
    }
}

fn by_id(rows: Vec<Row>) -> HashMap<i64, Message> {
    rows.into_iter().map(|row| (row.id, Message::from(row))).collect()
}

/// Comments by row.
///
/// # Errors
/// Where the database fails.
pub async fn comments(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Message>> {
    Ok(by_id(select_in!(
        tx,
        Row,
        "select comment.id, creation_id, member_id, coalesce(member.nick, comment.nick) as nick,
            level, icon, posted_at, body_format, body
        from comment left join member on member.id = member_id where comment.id in ",
        ids,
        "and comment.state = 'public'"
    )))
}

/// Forum posts by row.
///
/// # Errors
/// Where the database fails.
pub async fn forum_posts(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Message>> {
    Ok(by_id(select_in!(
        tx,
        Row,
        "select forum_post.id, null as creation_id, member_id,
            coalesce(member.nick, forum_post.nick) as nick, level, icon, posted_at, body_format, body
        from forum_post left join member on member.id = member_id where forum_post.id in ",
        ids,
        "and forum_post.state = 'public'"
    )))
}

/// News by row.
///
/// # Errors
/// Where the database fails.
pub async fn news(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Message>> {
    Ok(by_id(select_in!(
        tx,
        Row,
        "select news.id, null as creation_id, member_id,
            coalesce(member.nick, news.nick) as nick, level, icon, published_at as posted_at, body_format, body
        from news left join member on member.id = member_id where news.id in ",
        ids,
        "and news.state = 'public'"
    )))
}

/// The newest comments on approved creations, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn newest_comments(tx: &mut Tx, count: i64) -> Result<Vec<CommentOn>> {
    #[derive(FromRow)]
    struct Newest {
        #[sqlx(flatten)]
        row: Row,
        ordinal: i64,
        issued: i64,
    }

    // The newest first of all, and not by a join: they are to be read from the end, whatever the planner thinks.
    const SQL: &str = "with newest as (
            select * from comment
            where state = 'public' and (select state from creation where creation.id = creation_id) = 'approved'
            order by id desc limit $1)
        select newest.id, creation_id, member_id, coalesce(member.nick, newest.nick) as nick,
            level, icon, posted_at, newest.body_format, newest.body,
            coalesce(list_item.ordinal, 0) as ordinal, coalesce(list.issued, 0) as issued
        from newest left join member on member.id = member_id
            left join list on list.key = 'discussion/' || creation_id
            left join list_item on list_item.list_id = list.id and list_item.item_id = newest.id
        order by newest.id desc";
    let rows = on_engine!(tx, |conn| sqlx::query_as::<_, Newest>(SQL).bind(count).fetch_all(conn))?;
    let comment = |newest: Newest| {
        let creation_id = newest.row.creation_id?;
        Some(CommentOn { creation_id, ordinal: newest.ordinal, issued: newest.issued, comment: newest.row.into() })
    };
    Ok(rows.into_iter().filter_map(comment).collect())
}
