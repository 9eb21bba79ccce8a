//! Members: what is public of them. Accounts are written here and read nowhere on the way to a page.

use std::collections::HashMap;

use super::stale::marked_again;
use super::{Result, Tx, bulk_insert, execute, execute_in, on_engine, select_in};
use crate::model::{Byline, MemberId, Profile, Time};

/// A member to be inserted, with the account.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one permission a column")]
pub struct NewMember {
    /// The row.
    pub id: i64,
    /// Unique.
    pub nick: String,
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
    /// Markdown, may be empty.
    pub description: String,
    /// `0` to `5`, or `8`.
    pub level: String,
    /// May be negative.
    pub reputation: i64,
    /// Path under `UPLOADS`.
    pub icon: Option<String>,
    /// Banned by the editors.
    pub banned: bool,
    /// Permission.
    pub shows_given_name: bool,
    /// Permission.
    pub shows_family_name: bool,
    /// Permission.
    pub shows_email: bool,
    /// Permission.
    pub shows_icq: bool,
    /// Permission.
    pub shows_gender: bool,
    /// Permission.
    pub shows_age: bool,
    /// Permission.
    pub shows_region: bool,
    /// When the registration was approved.
    pub registered_at: Time,
    /// Of the account; never public.
    pub email: String,
    /// Of the account; never public.
    pub icq: String,
}

/// Inserts members with their accounts.
///
/// # Errors
/// A nick that is taken.
pub async fn insert(tx: &mut Tx, members: &[NewMember]) -> Result<()> {
    bulk_insert!(tx, "insert into member (id, nick, given_name, family_name, gender, age, region, description, level,
        reputation, icon, banned, shows_given_name, shows_family_name, shows_email, shows_icq, shows_gender, shows_age,
        shows_region, registered_at)", members, |row|
        row.id, &row.nick, &row.given_name, &row.family_name, &row.gender, row.age, &row.region, &row.description,
        &row.level, row.reputation, &row.icon, row.banned, row.shows_given_name, row.shows_family_name,
        row.shows_email, row.shows_icq, row.shows_gender, row.shows_age, row.shows_region, row.registered_at; "");
    bulk_insert!(tx, "insert into account (member_id, email, icq)", members, |row|
        row.id, &row.email, &row.icq; "");
    Ok(())
}

/// Public profiles. What a member does not permit does not leave the database.
///
/// # Errors
/// Where the database fails.
pub async fn profiles(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<MemberId, Profile>> {
    let rows = select_in!(
        tx,
        Profile,
        "select member.id, nick,
            case when shows_given_name then given_name end as given_name,
            case when shows_family_name then family_name end as family_name,
            case when shows_gender then gender end as gender,
            case when shows_age then age end as age,
            case when shows_region then region end as region,
            description, description_format, level, reputation, icon, banned, shows_email or shows_icq as has_contacts,
            registered_at, author.id as author_id
        from member left join author on author.member_id = member.id where member.id in ",
        ids,
        ""
    );
    Ok(rows.into_iter().map(|profile| (profile.id, profile)).collect())
}

/// Members as they stand beside what they wrote, by nick; those who exist.
///
/// # Errors
/// Where the database fails.
pub async fn bylines(tx: &mut Tx, nicks: &[String]) -> Result<HashMap<String, Byline>> {
    let rows =
        select_in!(tx, Byline, "select id as member_id, nick, level, icon from member where nick in ", nicks, "");
    Ok(rows.into_iter().map(|byline| (byline.nick.clone(), byline)).collect())
}

/// Every member's number and nick, by number: some ten thousand on a large site. What of a nick counts as the same
/// letter differs between the engines, so who searches compares in Rust.
///
/// # Errors
/// Where the database fails.
pub async fn nicks(tx: &mut Tx) -> Result<Vec<(MemberId, String)>> {
    const SQL: &str = "select id, nick from member order by id";
    on_engine!(tx, |conn| sqlx::query_as::<_, (MemberId, String)>(SQL).fetch_all(conn))
}

/// Gives members nicks that nobody else can have, for the time until the transaction gives them others.
///
/// # Errors
/// Where the database fails.
pub async fn leave_nicks(tx: &mut Tx, members: &[i64]) -> Result<()> {
    execute_in!(tx, "update member set nick = $2 || id where id in ", members, "", "\u{1}");
    Ok(())
}

/// Marks every member's profile stale; see [`super::stale::mark`].
///
/// # Errors
/// Where the database fails.
pub async fn mark_all(tx: &mut Tx, priority: i64) -> Result<()> {
    const SQL: &str = concat!(
        "insert into stale_page (page, priority) select 'member/' || id, $1 from member order by 1",
        marked_again!()
    );
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// The keys of members' pages that have neither a record nor a mark, in order.
///
/// # Errors
/// Where the database fails.
pub async fn unrecorded(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select key from (select 'member/' || id as key from member) expected
        where not exists (select 1 from output_page where page = key)
            and not exists (select 1 from stale_page where page = key)
        order by key";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}
