//! The sections that editors care for. An editor without any cares for the whole site.

use super::{Result, Tx, execute, on_engine};
use crate::model::MemberId;

/// A member's sections, in order.
///
/// # Errors
/// Where the database fails.
pub async fn of_member(tx: &mut Tx, member: MemberId) -> Result<Vec<String>> {
    const SQL: &str = "select section from editor_section where member_id = $1 order by section";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_all(conn))
}

/// Gives a member these sections and no others.
///
/// # Errors
/// Where the database fails.
pub async fn set(tx: &mut Tx, member: MemberId, sections: &[String]) -> Result<()> {
    const ADD: &str = "insert into editor_section (member_id, section) values ($1, $2)
        on conflict (member_id, section) do nothing";
    execute!(tx, sqlx::query("delete from editor_section where member_id = $1").bind(member))?;
    for section in sections {
        execute!(tx, sqlx::query(ADD).bind(member).bind(section))?;
    }
    Ok(())
}
