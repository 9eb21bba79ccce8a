//! Questions behind "which pages show this?": each by an index, each in time that does not follow the site's size.
//! What the answers mean for pages is [`crate::publish::pages`].

use sqlx::FromRow;

use super::{Result, Tx, on_engine, select_in};
use crate::model::{CreationId, MemberId};

/// A comment among the newest anywhere.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct NewestComment {
    /// The comment.
    pub id: i64,
    /// What it is on.
    pub creation_id: CreationId,
    /// Who wrote it.
    pub member_id: Option<MemberId>,
}

/// The newest comments anywhere, as [`super::messages::newest_comments`] shows them.
///
/// # Errors
/// Where the database fails.
pub async fn newest_comments(tx: &mut Tx, count: i64) -> Result<Vec<NewestComment>> {
    // Not a join: the comments are to be read from the newest on, whatever is known of the tables' sizes.
    const SQL: &str = "select id, creation_id, member_id from comment
        where state = 'public' and (select state from creation where creation.id = creation_id) = 'approved'
        order by id desc limit $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))
}

/// A member's public comments on approved creations, behind the comment `after`, up to `count`: each with its creation.
///
/// # Errors
/// Where the database fails.
pub async fn comments_of(tx: &mut Tx, member: MemberId, after: i64, count: i64) -> Result<Vec<(i64, i64)>> {
    const SQL: &str = "select comment.id, creation_id
        from comment join creation on creation.id = creation_id
        where comment.member_id = $1 and comment.id > $2
            and comment.state = 'public' and creation.state = 'approved'
        order by comment.id limit $3";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(after).bind(count).fetch_all(conn))
}

/// A member's public forum posts behind `after`, up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn forum_posts_of(tx: &mut Tx, member: MemberId, after: i64, count: i64) -> Result<Vec<i64>> {
    const SQL: &str = "select id from forum_post where member_id = $1 and id > $2 and state = 'public'
        order by id limit $3";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(after).bind(count).fetch_all(conn))
}

/// A member's public news behind `after`, up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn news_of(tx: &mut Tx, member: MemberId, after: i64, count: i64) -> Result<Vec<i64>> {
    const SQL: &str = "select id from news where member_id = $1 and id > $2 and state = 'public'
        order by id limit $3";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(after).bind(count).fetch_all(conn))
}

/// The old paths that lead to any of these pages.
///
/// # Errors
/// Where the database fails.
pub async fn redirects_to(tx: &mut Tx, pages: &[String]) -> Result<Vec<String>> {
    let rows = select_in!(tx, (String,), "select path from redirect where page in ", pages, "");
    Ok(rows.into_iter().map(|(path,)| path).collect())
}
