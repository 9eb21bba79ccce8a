//! A member's own ads that are on the site.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, on_engine};
use crate::model::{Board, MemberId, TextFormat, Time};

/// An ad of one's own.
#[derive(Clone, Debug, FromRow)]
pub struct OwnAd {
    /// The row.
    pub id: i64,
    /// Its number on its board.
    pub number: i64,
    /// Key of the group in site.toml.
    pub group_key: String,
    /// The advertiser's name.
    pub name: String,
    /// When it was posted.
    pub posted_at: Time,
    /// When it goes by itself.
    pub expires_at: Time,
    /// How the body is written.
    pub body_format: TextFormat,
    /// What it says.
    pub body: String,
}

macro_rules! own {
    ($tail:literal) => {
        concat!(
            "select id, number, group_key, name, posted_at, expires_at, body_format, body from ad
            where member_id = $1 and board = $2 and state = 'public' ",
            $tail
        )
    };
}

/// A member's ads on a board, the newest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn newest(tx: &mut Tx, member: MemberId, board: Board, count: i64) -> Result<Vec<OwnAd>> {
    const SQL: &str = own!("order by id desc limit $3");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(board.key()).bind(count).fetch_all(conn))
}

/// One of them; `None` where it is not there, over or somebody else's.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, member: MemberId, board: Board, id: i64) -> Result<Option<OwnAd>> {
    const SQL: &str = own!("and id = $3");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(board.key()).bind(id).fetch_optional(conn))
}

/// The number of the member's ad before `ad` that says the same since a moment: somebody pressed a button twice.
///
/// # Errors
/// Where the database fails.
pub async fn same_before(
    tx: &mut Tx,
    member: MemberId,
    board: Board,
    ad: &OwnAd,
    since: DateTime<Utc>,
) -> Result<Option<i64>> {
    const SQL: &str = own!("and id < $3 order by id desc limit 1");
    let before: Option<OwnAd> =
        on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(board.key()).bind(ad.id).fetch_optional(conn))?;
    let is_same = |before: &OwnAd| {
        before.body == ad.body && before.group_key == ad.group_key && before.posted_at.is_some_and(|at| at >= since)
    };
    Ok(before.filter(is_same).map(|before| before.number))
}
