//! How members can be reached, as far as they permit it to other members: on no page of the site.

use sqlx::FromRow;

use super::{Result, Tx, on_engine};
use crate::model::MemberId;

/// A member's contacts; those that are not permitted do not leave the database.
#[derive(Clone, Debug, FromRow)]
pub struct Contacts {
    /// The nick of today.
    pub nick: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Number of a messenger.
    pub icq: Option<String>,
}

/// Those of a member who has an account and is not banned.
///
/// # Errors
/// Where the database fails.
pub async fn of_member(tx: &mut Tx, member: MemberId) -> Result<Option<Contacts>> {
    const SQL: &str = "select nick,
            case when shows_email and email <> '' then email end as email,
            case when shows_icq and icq <> '' then icq end as icq
        from member join account on member_id = id where id = $1 and not banned";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}
