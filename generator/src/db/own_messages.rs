//! What a member wrote, for that member alone: public comments and forum posts.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, on_engine};
use crate::model::{CreationId, MemberId, TextFormat, Time};

/// Where somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On a creation.
    Discussion,
    /// In the forum.
    Forum,
}

/// A message of one's own.
#[derive(Clone, Debug, FromRow)]
pub struct Own {
    /// The row.
    pub id: i64,
    /// The creation, for a comment.
    pub creation_id: Option<CreationId>,
    /// When it was posted.
    pub posted_at: Time,
    /// How the body is written.
    pub body_format: TextFormat,
    /// What it says.
    pub body: String,
}

macro_rules! own {
    ($place:expr, $tail:literal) => {
        match $place {
            Place::Discussion => {
                concat!(
                    "select id, creation_id, posted_at, body_format, body from comment where state = 'public' ",
                    $tail
                )
            }
            Place::Forum => concat!(
                "select id, null as creation_id, posted_at, body_format, body from forum_post where state = 'public' ",
                $tail
            ),
        }
    };
}

/// A member's message; `None` where it is not there, not public or somebody else's.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, place: Place, member: MemberId, id: i64) -> Result<Option<Own>> {
    let sql = own!(place, "and member_id = $1 and id = $2");
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(member).bind(id).fetch_optional(conn))
}

/// A member's newest messages, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn newest(tx: &mut Tx, place: Place, member: MemberId, count: i64) -> Result<Vec<Own>> {
    let sql = own!(place, "and member_id = $1 order by id desc limit $2");
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(member).bind(count).fetch_all(conn))
}

/// The member's message before `own`, if it says the same at the same place since a moment: somebody pressed a button
/// twice.
///
/// # Errors
/// Where the database fails.
pub async fn same_before(
    tx: &mut Tx,
    place: Place,
    member: MemberId,
    own: &Own,
    since: DateTime<Utc>,
) -> Result<Option<i64>> {
    let sql = own!(place, "and member_id = $1 and id < $2 order by id desc limit 1");
    let before: Option<Own> =
        on_engine!(tx, |conn| sqlx::query_as(sql).bind(member).bind(own.id).fetch_optional(conn))?;
    let is_same = |before: &Own| {
        before.creation_id == own.creation_id
            && before.body == own.body
            && before.posted_at.is_some_and(|at| at >= since)
    };
    Ok(before.filter(is_same).map(|before| before.id))
}

/// What a member has given a creation, and whether that was changed once already.
///
/// # Errors
/// Where the database fails.
pub async fn vote(tx: &mut Tx, creation: CreationId, member: MemberId) -> Result<Option<(i64, bool)>> {
    const SQL: &str = "select stars, corrected from vote where creation_id = $1 and member_id = $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(creation).bind(member).fetch_optional(conn))
}
