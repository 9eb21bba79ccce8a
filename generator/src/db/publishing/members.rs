//! Members: their coming and changing.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::db::{Result, Tx, execute, on_engine};
use crate::model::{AuthorId, MemberId, Text, TextFormat};

/// A member as pages know them.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
    /// The row.
    pub id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// `0` to `5`, or `8`.
    pub level: String,
    /// Path under `UPLOADS`.
    pub icon: Option<String>,
    /// Banned by the editors.
    pub banned: bool,
    /// How the description is written.
    pub description_format: TextFormat,
    /// What they say of themselves.
    pub description: String,
    /// The author that they are.
    pub author_id: Option<AuthorId>,
}

/// A member by the row, locked against other writers until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: MemberId) -> Result<Option<Standing>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!(
                "select member.id, nick, level, icon, banned, description_format, description,
                    author.id as author_id
                from member left join author on author.member_id = member.id where member.id = $1 ",
                $lock
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => sql!(""),
        Tx::Postgres(_) => sql!("for no key update of member"),
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// Whether there is such a member.
///
/// # Errors
/// Where the database fails.
pub async fn exists(tx: &mut Tx, id: MemberId) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from member where id = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(id).fetch_one(conn))
}

/// Whether anybody has this nick.
///
/// # Errors
/// Where the database fails.
pub async fn is_nick_taken(tx: &mut Tx, nick: &str) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from member where nick = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(nick).fetch_one(conn))
}

/// Adds a member with the account; gives the row.
///
/// # Errors
/// A nick that is taken.
pub async fn add(tx: &mut Tx, nick: &str, email: &str, now: DateTime<Utc>) -> Result<MemberId> {
    const MEMBER: &str = "insert into member (nick, registered_at) values ($1, $2) returning id";
    const ACCOUNT: &str = "insert into account (member_id, email) values ($1, $2)";
    let id: MemberId = on_engine!(tx, |conn| sqlx::query_scalar(MEMBER).bind(nick).bind(now).fetch_one(conn))?;
    execute!(tx, sqlx::query(ACCOUNT).bind(id).bind(email))?;
    Ok(id)
}

/// What members tell of themselves and whom they let read it.
#[derive(Clone, Debug, Default, FromRow, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one permission a column")]
pub struct Facts {
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
}

/// Writes what a member tells and permits.
///
/// # Errors
/// A gender that the column does not know.
pub async fn set_facts(tx: &mut Tx, id: MemberId, facts: &Facts) -> Result<()> {
    const SQL: &str = "update member set given_name = $2, family_name = $3, gender = $4, age = $5, region = $6,
        shows_given_name = $7, shows_family_name = $8, shows_email = $9, shows_icq = $10, shows_gender = $11,
        shows_age = $12, shows_region = $13 where id = $1";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(&facts.given_name)
            .bind(&facts.family_name)
            .bind(&facts.gender)
            .bind(facts.age)
            .bind(&facts.region)
            .bind(facts.shows_given_name)
            .bind(facts.shows_family_name)
            .bind(facts.shows_email)
            .bind(facts.shows_icq)
            .bind(facts.shows_gender)
            .bind(facts.shows_age)
            .bind(facts.shows_region)
    )?;
    Ok(())
}

/// Gives a member another nick.
///
/// # Errors
/// A nick that is taken.
pub async fn set_nick(tx: &mut Tx, id: MemberId, nick: &str) -> Result<()> {
    execute!(tx, sqlx::query("update member set nick = $2 where id = $1").bind(id).bind(nick))?;
    Ok(())
}

/// Gives a member an icon, or none.
///
/// # Errors
/// Where the database fails.
pub async fn set_icon(tx: &mut Tx, id: MemberId, icon: Option<&str>) -> Result<()> {
    execute!(tx, sqlx::query("update member set icon = $2 where id = $1").bind(id).bind(icon))?;
    Ok(())
}

/// Writes what a member says of themselves.
///
/// # Errors
/// Where the database fails.
pub async fn set_description(tx: &mut Tx, id: MemberId, description: &Text) -> Result<()> {
    const SQL: &str = "update member set description_format = $2, description = $3 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(description.format).bind(&description.source))?;
    Ok(())
}

/// Gives a member a level.
///
/// # Errors
/// Where the database fails.
pub async fn set_level(tx: &mut Tx, id: MemberId, level: &str) -> Result<()> {
    execute!(tx, sqlx::query("update member set level = $2 where id = $1").bind(id).bind(level))?;
    Ok(())
}

/// Bans a member, or lets them back in.
///
/// # Errors
/// Where the database fails.
pub async fn set_banned(tx: &mut Tx, id: MemberId, banned: bool) -> Result<()> {
    execute!(tx, sqlx::query("update member set banned = $2 where id = $1").bind(id).bind(banned))?;
    Ok(())
}
