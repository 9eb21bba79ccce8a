//! Things as editors see them, in whatever state, read without locks.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::publishing::messages::Kind;
use super::{Result, Tx, json_array, on_engine};
use crate::model::{Ad, AuthorId, CreationId, GenreId, MemberId, TextFormat, Time};

/// A creation with all that an editor may change.
#[derive(Clone, Debug, FromRow)]
pub struct CreationRow {
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
    /// Its author.
    pub author_id: Option<AuthorId>,
    /// The author's name of today; may be empty.
    pub author_name: String,
    /// Its genre.
    pub genre_id: Option<GenreId>,
    /// The name of the genre that it gets when it becomes public; may be empty.
    pub genre_wanted: String,
    /// Plain text.
    pub synopsis: String,
    /// JSON object.
    pub attributes: String,
    /// Where it was taken from.
    pub source_name: String,
    /// Address of that source.
    pub source_url: String,
    /// How the body is written.
    pub body_format: TextFormat,
    /// The text.
    pub body: String,
    /// When it will be published by itself.
    pub publish_at: Time,
}

/// A creation.
///
/// # Errors
/// Where the database fails.
pub async fn creation(tx: &mut Tx, id: CreationId) -> Result<Option<CreationRow>> {
    const SQL: &str = "select section, number, title, slug, state, author_id,
            coalesce(member.nick, author.name, '') as author_name, genre_id, genre_wanted, synopsis, attributes, source_name,
            source_url, coalesce(body_format, 'markdown') as body_format, coalesce(body, '') as body, publish_at
        from creation left join creation_text on creation_id = creation.id
            left join author on author.id = author_id left join member on member.id = author.member_id
        where creation.id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// The row of a creation by its number in its section, whether it is public or not.
///
/// # Errors
/// Where the database fails.
pub async fn creation_at(tx: &mut Tx, section: &str, number: i64) -> Result<Option<CreationId>> {
    const SQL: &str = "select id from creation where section = $1 and number = $2 and state <> 'draft'";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).bind(number).fetch_optional(conn))
}

/// A comment, forum post or piece of news.
#[derive(Clone, Debug, FromRow)]
pub struct MessageRow {
    /// The row.
    pub id: i64,
    /// The creation, for a comment.
    pub creation_id: Option<CreationId>,
    /// The creation's section, for a comment.
    pub section: Option<String>,
    /// Whose it is, as they are called today.
    pub nick: String,
    /// A word of the column's check.
    pub state: String,
    /// When it was posted or published.
    pub posted_at: Time,
    /// When it will be published by itself; news alone.
    pub publish_at: Time,
    /// How the body is written.
    pub body_format: TextFormat,
    /// What it says.
    pub body: String,
}

macro_rules! messages {
    ($kind:expr, $($tail:tt)*) => {
        match $kind {
            Kind::Comment => concat!(
                "select message.id, creation_id, section, coalesce(member.nick, message.nick) as nick, message.state,
                    posted_at, null as publish_at, body_format, body
                from comment message join creation on creation.id = creation_id
                    left join member on member.id = message.member_id ",
                $($tail)*
            ),
            Kind::ForumPost => concat!(
                "select message.id, null as creation_id, null as section, coalesce(member.nick, message.nick) as nick,
                    state, posted_at, null as publish_at, body_format, body
                from forum_post message left join member on member.id = message.member_id ",
                $($tail)*
            ),
            Kind::News => concat!(
                "select message.id, null as creation_id, null as section, coalesce(member.nick, message.nick) as nick,
                    state, published_at as posted_at, publish_at, body_format, body
                from news message left join member on member.id = message.member_id ",
                $($tail)*
            ),
        }
    };
}

/// A message.
///
/// # Errors
/// Where the database fails.
pub async fn message(tx: &mut Tx, kind: Kind, id: i64) -> Result<Option<MessageRow>> {
    let sql = messages!(kind, "where message.id = $1");
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// The newest messages before the row `before` that are not deleted, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn messages_before(tx: &mut Tx, kind: Kind, before: i64, count: i64) -> Result<Vec<MessageRow>> {
    let sql = messages!(kind, "where message.id < $1 and message.state <> 'deleted' order by message.id desc limit $2");
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(before).bind(count).fetch_all(conn))
}

/// As [`messages_before`], of comments on the works of these sections alone. What is read is as much as these have, in an
/// index, also where they have much (on PostgreSQL a page of each work at most); walking the newest comments of all would be the whole site's where a section is small or
/// quiet.
///
/// # Errors
/// Where the database fails.
pub async fn comments_of_sections(
    tx: &mut Tx,
    sections: &[String],
    before: i64,
    count: i64,
) -> Result<Vec<MessageRow>> {
    macro_rules! newest {
        ($ids:literal) => {
            messages!(
                Kind::Comment,
                "where message.id in (with those as materialized (",
                $ids,
                ") select id from those order by id desc limit $2) order by message.id desc"
            )
        };
    }
    match tx {
        Tx::Sqlite(tx) => {
            // It keeps to the order of what is joined across.
            let sql = newest!(
                "select comment.id from creation cross join comment
                where comment.creation_id = creation.id and section in (select value from json_each($3))
                    and comment.id < $1 and comment.state <> 'deleted'"
            );
            sqlx::query_as(sql).bind(before).bind(count).bind(json_array(sections)).fetch_all(&mut **tx).await
        }
        Tx::Postgres(tx) => {
            // No planner can begin with the comments, whatever it believes of how many there are.
            let sql = newest!(
                "select comment.id from creation cross join lateral (
                    select id from comment where creation_id = creation.id and id < $1 and state <> 'deleted'
                    order by id desc limit $2) comment
                where section = any($3)"
            );
            sqlx::query_as(sql).bind(before).bind(count).bind(sections).fetch_all(&mut **tx).await
        }
    }
}

/// A link.
#[derive(Clone, Debug, FromRow)]
pub struct LinkRow {
    /// The row.
    pub id: i64,
    /// A word of the column's check.
    pub state: String,
    /// Its name.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How the description is written.
    pub description_format: TextFormat,
    /// What is there.
    pub description: String,
}

/// A link.
///
/// # Errors
/// Where the database fails.
pub async fn link(tx: &mut Tx, id: i64) -> Result<Option<LinkRow>> {
    const SQL: &str = "select id, state, title, url, description_format, description from link where id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// The newest links before the row `before` that are not deleted, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn links_before(tx: &mut Tx, before: i64, count: i64) -> Result<Vec<LinkRow>> {
    const SQL: &str = "select id, state, title, url, description_format, description from link
        where id < $1 and state <> 'deleted' order by id desc limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(count).fetch_all(conn))
}

/// An ad.
#[derive(Clone, Debug, FromRow)]
pub struct AdRow {
    /// The board's key.
    pub board: String,
    /// A word of the column's check.
    pub state: String,
    /// What its page shows.
    #[sqlx(flatten)]
    pub ad: Ad,
}

macro_rules! ads {
    ($tail:literal) => {
        concat!(
            "select id, number, board, state, group_key, name, email, phone, mobile, area, age, experience, posted_at,
                body_format, body from ad ",
            $tail
        )
    };
}

/// An ad.
///
/// # Errors
/// Where the database fails.
pub async fn ad(tx: &mut Tx, id: i64) -> Result<Option<AdRow>> {
    const SQL: &str = ads!("where id = $1");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// The newest ads before the row `before` that are public or wait, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn ads_before(tx: &mut Tx, before: i64, count: i64) -> Result<Vec<AdRow>> {
    const SQL: &str = ads!("where id < $1 and state in ('public', 'waiting') order by id desc limit $2");
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(count).fetch_all(conn))
}

/// A creation as a line of the editors' list.
#[derive(Clone, Debug, FromRow)]
pub struct CreationLine {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// Its number in the section.
    pub number: i64,
    /// As written.
    pub title: String,
    /// A word of the column's check.
    pub state: String,
    /// The author's name of today; may be empty.
    pub author_name: String,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// When it will be published by itself.
    pub publish_at: Time,
}

macro_rules! lines {
    ($($tail:tt)*) => {
        concat!(
            "select creation.id, section, number, title, state, coalesce(member.nick, author.name, '') as author_name,
                changed_at, publish_at
            from creation left join author on author.id = author_id left join member on member.id = author.member_id ",
            $($tail)*
        )
    };
}

/// A section's creations of a number below `before` in a state, or in any where it is empty, the highest first, at most
/// `count`. Drafts are their authors' business and never among them.
///
/// # Errors
/// Where the database fails.
pub async fn creations_of_section(
    tx: &mut Tx,
    section: &str,
    state: &str,
    before: i64,
    count: i64,
) -> Result<Vec<CreationLine>> {
    const SQL: &str = lines!(
        "where section = $1 and state <> 'draft' and ($2 = '' or state = $2) and number < $3
        order by number desc limit $4"
    );
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(section).bind(state).bind(before).bind(count).fetch_all(conn))
}

macro_rules! lines_of_sections {
    ($tx:expr, $where:literal, $order:literal, $sections:expr, $count:expr) => {
        match $tx {
            Tx::Sqlite(tx) => {
                let sql = lines!($where, " and section in (select value from json_each($1)) ", $order, " limit $2");
                sqlx::query_as(sql).bind(json_array($sections)).bind($count).fetch_all(&mut **tx).await
            }
            Tx::Postgres(tx) => {
                let sql = lines!($where, " and section = any($1) ", $order, " limit $2");
                sqlx::query_as(sql).bind($sections).bind($count).fetch_all(&mut **tx).await
            }
        }
    };
}

/// Creations of these sections that will be published by themselves, the next one first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn scheduled_creations(tx: &mut Tx, sections: &[String], count: i64) -> Result<Vec<CreationLine>> {
    lines_of_sections!(
        tx,
        "where publish_at is not null and state = 'waiting'",
        "order by publish_at, creation.id",
        sections,
        count
    )
}

/// Creations of these sections that wait for an editor and have no time set, the oldest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting_creations(tx: &mut Tx, sections: &[String], count: i64) -> Result<Vec<CreationLine>> {
    lines_of_sections!(
        tx,
        "where publish_at is null and state = 'waiting'",
        "order by changed_at, creation.id",
        sections,
        count
    )
}

/// Drafts of news that will be published by themselves, the next one first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn scheduled_news(tx: &mut Tx, count: i64) -> Result<Vec<MessageRow>> {
    let sql = messages!(
        Kind::News,
        "where publish_at is not null and state = 'draft' order by publish_at, message.id limit $1"
    );
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(count).fetch_all(conn))
}

/// Keys of the sections that anything but drafts is in, whether the site has them (any more) or not, in order.
///
/// # Errors
/// Where the database fails.
pub async fn sections_of_creations(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select distinct section from creation where state <> 'draft' order by section";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}

/// What a member says of themselves.
#[derive(Clone, Debug, FromRow)]
pub struct DescriptionRow {
    /// The nick of today.
    pub nick: String,
    /// Whether the member has left.
    pub has_left: bool,
    /// How it is written.
    pub description_format: TextFormat,
    /// What it says; may be empty.
    pub description: String,
}

/// What a member says of themselves.
///
/// # Errors
/// Where the database fails.
pub async fn description(tx: &mut Tx, id: MemberId) -> Result<Option<DescriptionRow>> {
    const SQL: &str = "select nick, left_at is not null as has_left, description_format, description
        from member where id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}
