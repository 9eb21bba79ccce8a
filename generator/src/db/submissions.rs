//! Works on their way to the public: whose they are, in which state, and what happened to them until then. What moves
//! them on is [`crate::publish::submissions`].

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::{AuthorId, CreationId, MemberId, Time};

/// What happens to a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Action {
    /// Its author began it.
    Begun,
    /// Its author sent it to the editors.
    Submitted,
    /// Its author took it back.
    Withdrawn,
    /// An editor gave it back to be mended.
    Returned,
    /// An editor does not want it.
    Rejected,
    /// An editor has published it.
    Approved,
}

impl Action {
    /// The word in the database and in the names of messages.
    pub fn word(self) -> &'static str {
        match self {
            Action::Begun => "begun",
            Action::Submitted => "submitted",
            Action::Withdrawn => "withdrawn",
            Action::Returned => "returned",
            Action::Rejected => "rejected",
            Action::Approved => "approved",
        }
    }
}

/// Something that happened to a work.
#[derive(Clone, Debug, FromRow)]
pub struct Event {
    /// When.
    pub happened_at: DateTime<Utc>,
    /// Who did it; `None` for a member who is no more.
    pub nick: Option<String>,
    /// What.
    pub action: Action,
    /// What an editor said to it.
    pub note: String,
}

/// Notes that something happened to a work.
///
/// # Errors
/// Where the database fails.
pub async fn note(
    tx: &mut Tx,
    creation: CreationId,
    member: MemberId,
    action: Action,
    note: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    const SQL: &str = "insert into submission_event (creation_id, member_id, happened_at, action, note)
        values ($1, $2, $3, $4, $5)";
    execute!(tx, sqlx::query(SQL).bind(creation).bind(member).bind(now).bind(action).bind(note))?;
    Ok(())
}

/// What happened to a work, from its beginning.
///
/// # Errors
/// Where the database fails.
pub async fn history(tx: &mut Tx, creation: CreationId) -> Result<Vec<Event>> {
    const SQL: &str = "select happened_at, nick, action, note
        from submission_event left join member on member.id = member_id
        where creation_id = $1 order by submission_event.id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(creation).fetch_all(conn))
}

/// A work that waits for the editors.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// As written.
    pub title: String,
    /// Its author.
    pub author_id: Option<AuthorId>,
    /// The author's name, or nick of today; may be empty.
    pub author: String,
    /// Since when it waits; of one that was imported, when it was changed last.
    pub since: DateTime<Utc>,
    /// When it is published by itself.
    pub publish_at: Time,
}

/// Works that wait for the editors, the one that waits longest first: `count` of them behind the first `skip`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx, skip: i64, count: i64) -> Result<Vec<Waiting>> {
    const SQL: &str = "select creation.id, section, title, author_id,
            coalesce(member.nick, author.name, '') as author, publish_at,
            coalesce((select max(happened_at) from submission_event
                where creation_id = creation.id and action = 'submitted'), changed_at) as since
        from creation left join author on author.id = author_id left join member on member.id = author.member_id
        where state = 'waiting' order by since, creation.id limit $2 offset $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(skip).bind(count).fetch_all(conn))
}

/// How many works wait for the editors.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_count(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from creation where state = 'waiting'";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// A work of one's own.
#[derive(Clone, Debug, FromRow)]
pub struct Own {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// Its number in the section.
    pub number: i64,
    /// As written.
    pub title: String,
    /// Last part of its address.
    pub slug: String,
    /// A word of the column's check.
    pub state: String,
    /// The genre's name, whether it has a row or not; may be empty.
    pub genre: String,
    /// Plain text.
    pub synopsis: String,
    /// JSON object.
    pub attributes: String,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// When it is published by itself.
    pub publish_at: Time,
}

macro_rules! own {
    ($tail:literal) => {
        concat!(
            "select creation.id, creation.section, number, title, creation.slug, state,
                coalesce(genre.name, genre_wanted) as genre, synopsis, attributes, changed_at, publish_at
            from creation join author on author.id = author_id left join genre on genre.id = genre_id
            where author.member_id = $1 ",
            $tail
        )
    };
}

/// A member's work; `None` where it is not there or somebody else's.
///
/// # Errors
/// Where the database fails.
pub async fn own(tx: &mut Tx, member: MemberId, id: CreationId) -> Result<Option<Own>> {
    const SQL: &str = own!("and creation.id = $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(id).fetch_optional(conn))
}

/// A member's works, those first that were changed last: `count` of them behind the first `skip`.
///
/// # Errors
/// Where the database fails.
pub async fn of_member(tx: &mut Tx, member: MemberId, skip: i64, count: i64) -> Result<Vec<Own>> {
    const SQL: &str = own!("order by changed_at desc, creation.id desc limit $3 offset $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(member).bind(skip).bind(count).fetch_all(conn))
}

/// How many works of a member are neither public nor rejected.
///
/// # Errors
/// Where the database fails.
pub async fn open_count(tx: &mut Tx, member: MemberId) -> Result<i64> {
    const SQL: &str = "select count(*) from creation join author on author.id = author_id
        where author.member_id = $1 and state in ('draft', 'waiting', 'returned')";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_one(conn))
}

/// A draft of the member's that was begun since a moment with the same title and text in the same section: somebody
/// pressed a button twice.
///
/// # Errors
/// Where the database fails.
pub async fn same_draft(
    tx: &mut Tx,
    member: MemberId,
    section: &str,
    title: &str,
    body: &str,
    since: DateTime<Utc>,
) -> Result<Option<CreationId>> {
    const SQL: &str = "select creation.id from creation join author on author.id = author_id
            join creation_text on creation_id = creation.id
        where author.member_id = $1 and section = $2 and title = $3 and body = $4 and state = 'draft'
            and changed_at >= $5 order by creation.id limit 1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL)
        .bind(member)
        .bind(section)
        .bind(title)
        .bind(body)
        .bind(since)
        .fetch_optional(conn))
}

/// Notes the genre that a work is to have once it is public; empty for none.
///
/// # Errors
/// Where the database fails.
pub async fn want_genre(tx: &mut Tx, id: CreationId, genre: &str) -> Result<()> {
    const SQL: &str = "update creation set genre_id = null, genre_wanted = $2 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(genre))?;
    Ok(())
}

/// The names of a section's genres that there are.
///
/// # Errors
/// Where the database fails.
pub async fn genres(tx: &mut Tx, section: &str) -> Result<Vec<String>> {
    const SQL: &str = "select name from genre where section = $1 order by id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).fetch_all(conn))
}
