//! What waits for a member to do something about it.

use super::{Result, Tx, on_engine};
use crate::model::{CreationId, MemberId};

/// How many of a member's works the editors have sent back to be mended.
///
/// # Errors
/// Where the database fails.
pub async fn returned_works(tx: &mut Tx, member: MemberId) -> Result<i64> {
    const SQL: &str = "select count(*) from creation join author on author.id = author_id
        where member_id = $1 and state = 'returned'";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_one(conn))
}

/// Whether a member is a work's author.
///
/// # Errors
/// Where the database fails.
pub async fn is_author(tx: &mut Tx, member: MemberId, creation: CreationId) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from creation join author on author.id = author_id
        where creation.id = $2 and member_id = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(creation).fetch_one(conn))
}
