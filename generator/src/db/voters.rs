//! Who gave a work how many stars: for members, on no page.

use sqlx::FromRow;

use super::{Result, Tx, on_engine};
use crate::model::{CreationId, MemberId};

/// A vote with its member.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Voter {
    /// Who.
    pub member_id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// 0 to 5.
    pub stars: i64,
}

/// Votes on a creation, those with the most stars first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn of_creation(tx: &mut Tx, creation: CreationId, count: i64) -> Result<Vec<Voter>> {
    const SQL: &str = "select member_id, nick, stars from vote join member on member.id = member_id
        where creation_id = $1 order by stars desc, member_id limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(creation).bind(count).fetch_all(conn))
}
