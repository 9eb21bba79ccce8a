//! What a member tells of themselves, all of it, for the member alone.

use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{MemberId, TextFormat};

/// A profile with what is not permitted to others.
#[derive(Clone, Debug, FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "one permission a column")]
pub struct OwnProfile {
    /// May be empty.
    pub given_name: String,
    /// May be empty.
    pub family_name: String,
    /// `male` or `female`.
    pub gender: Option<String>,
    /// In years.
    pub age: Option<i64>,
    /// May be empty.
    pub region: String,
    /// How the description is written.
    pub description_format: TextFormat,
    /// What they say of themselves.
    pub description: String,
    /// Where mail reaches them.
    pub email: String,
    /// A messenger's number, may be empty.
    pub icq: String,
    /// Permission.
    pub shows_given_name: bool,
    /// Permission.
    pub shows_family_name: bool,
    /// Permission, for members alone.
    pub shows_email: bool,
    /// Permission, for members alone.
    pub shows_icq: bool,
    /// Permission.
    pub shows_gender: bool,
    /// Permission.
    pub shows_age: bool,
    /// Permission.
    pub shows_region: bool,
}

/// A member's own.
///
/// # Errors
/// Where the database fails.
pub async fn of(tx: &mut Tx, member: MemberId) -> Result<Option<OwnProfile>> {
    const SQL: &str =
        "select given_name, family_name, gender, age, region, description_format, description, email, icq,
            shows_given_name, shows_family_name, shows_email, shows_icq, shows_gender, shows_age, shows_region
        from member join account on member_id = id where id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).fetch_optional(conn))
}

/// Writes a messenger's number; it is on no page.
///
/// # Errors
/// Where the database fails.
pub async fn set_icq(tx: &mut Tx, member: MemberId, icq: &str) -> Result<()> {
    execute!(tx, sqlx::query("update account set icq = $2 where member_id = $1").bind(member).bind(icq))?;
    Ok(())
}

/// The path of a member's icon.
///
/// # Errors
/// Where the database fails.
pub async fn icon(tx: &mut Tx, member: MemberId) -> Result<Option<String>> {
    const SQL: &str = "select icon from member where id = $1";
    let found: Option<Option<String>> =
        on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_optional(conn))?;
    Ok(found.flatten())
}
