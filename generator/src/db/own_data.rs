//! All that is kept of a member, for the member: each row as a JSON object, in batches, so that no one's twenty years have
//! to fit into memory.

use super::{Result, Tx, on_engine};
use crate::model::MemberId;

/// Rows of a batch.
const BATCH_ROWS: i64 = 200;

/// Rows of one sort.
#[derive(Debug)]
pub struct Source {
    /// What the sort is called.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// A value within a JSON object: `v` as it is, `b` a boolean, which SQLite keeps as a number.
macro_rules! json_value {
    (sqlite b $column:ident) => {
        concat!("json(case when ", stringify!($column), " then 'true' else 'false' end)")
    };
    ($engine:ident $sort:ident $column:ident) => {
        stringify!($column)
    };
}

/// A source: its name, the number that its rows are ordered by, its columns, and where they come from.
macro_rules! source {
    ($name:literal, $key:literal, [$($sort:ident $column:ident),+], $from:literal) => {
        Source {
            name: $name,
            sqlite: source!(sqlite "json_object", $name, $key, [$($sort $column),+], $from),
            postgres: source!(postgres "json_build_object", $name, $key, [$($sort $column),+], $from),
        }
    };
    ($engine:ident $function:literal, $name:literal, $key:literal, [$($sort:ident $column:ident),+], $from:literal) => {
        concat!(
            "select ", $key, ", cast(", $function, "('is', '", $name, "'",
            $(", '", stringify!($column), "', ", json_value!($engine $sort $column)),+,
            ") as text) from ", $from, " and ", $key, " > $2 order by 1 limit $3"
        )
    };
}

/// All there are, the account first. Hashes and secrets are no data of the member's.
pub const SOURCES: &[Source] = &[
    source!(
        "account",
        "member_id",
        [v nick, v email, v icq, v given_name, v family_name, v gender, v age, v region, v description, v description_format,
            v level, v reputation, v icon, v registered_at, v last_login_at, v role, v status, v skin, v reputation_to_give,
            b banned, b shows_given_name, b shows_family_name, b shows_email, b shows_icq, b shows_gender, b shows_age,
            b shows_region, b shows_birthday],
        "member join account on member_id = id where id = $1"
    ),
    source!(
        "session",
        "id",
        [v agent, v begun_at, v seen_at, v expires_at],
        "session where member_id = $1"
    ),
    source!(
        "mail to you",
        "id",
        [v about, v address, v state, v created_at, v settled_at],
        "mail where member_id = $1"
    ),
    source!(
        "work",
        "creation.id",
        [v section, v number, v title, v state, v synopsis, v attributes, v source_name, v source_url, v published_at,
            v changed_at, v read_count, v download_count, v body_format, v body],
        "creation join author on author.id = author_id left join creation_text on creation_id = creation.id
            where member_id = $1"
    ),
    source!(
        "comment",
        "id",
        [v creation_id, v posted_at, v state, v reputation, v body_format, v body],
        "comment where member_id = $1"
    ),
    source!(
        "forum post",
        "id",
        [v posted_at, v state, v reputation, v body_format, v body],
        "forum_post where member_id = $1"
    ),
    source!(
        "news",
        "id",
        [v published_at, v state, v body_format, v body],
        "news where member_id = $1"
    ),
    source!(
        "vote",
        "creation_id",
        [v creation_id, v stars, v cast_at],
        "vote where member_id = $1"
    ),
    source!(
        "ad",
        "id",
        [v board, v number, v group_key, v name, v email, v phone, v mobile, v area, v age, v experience, v posted_at,
            v expires_at, v state, v body_format, v body],
        "ad where member_id = $1"
    ),
    source!(
        "letter",
        "id",
        [v sender_nick, v receiver_nick, v sent_at, v body_format, v body],
        "letter where ((sender_id = $1 and sender_keeps) or (receiver_id = $1 and receiver_keeps))"
    ),
    source!(
        "tavern post",
        "id",
        [v table_id, v posted_at, v reputation, v body_format, v body],
        "tavern_post where member_id = $1"
    ),
    source!(
        "tavern table",
        "id",
        [v name, v description, v founded_at, b public],
        "tavern_table where owner_id = $1"
    ),
    source!(
        "tavern access",
        "table_id",
        [v table_id, b assists, b may_enter, b may_write, b banned],
        "tavern_access where member_id = $1"
    ),
    source!("tavern bookmark", "table_id", [v table_id], "tavern_bookmark where member_id = $1"),
    source!(
        "tavern visit",
        "table_id",
        [v table_id, v visited_at, v unread, b ignored],
        "tavern_visit where member_id = $1"
    ),
    source!(
        "rune",
        "id",
        [v giver_nick, v receiver_nick, v kind, v dedication, v given_at],
        "rune where (giver_id = $1 or receiver_id = $1)"
    ),
    source!(
        "reputation",
        "id",
        [v giver_nick, v receiver_nick, v amount, v place, v item_id, v given_at],
        "reputation_gift where (giver_id = $1 or receiver_id = $1)"
    ),
    source!("award of reputation", "id", [v amount, v reason], "reputation_award where receiver_id = $1"),
    source!(
        "rating by you",
        "id",
        [v rated_id, v body, v rated_at],
        "member_rating where rater_id = $1"
    ),
    source!(
        "mentor",
        "mentor_id",
        [v newcomer_id, v mentor_id, v newcomer_rate, v mentor_rate],
        "mentorship where newcomer_id = $1"
    ),
    source!(
        "newcomer",
        "newcomer_id",
        [v newcomer_id, v mentor_id, v newcomer_rate, v mentor_rate],
        "mentorship where mentor_id = $1"
    ),
    source!("ban", "member_id", [v reason, v banned_at, v ends_at], "ban where member_id = $1"),
    source!("report", "id", [v path, v body, v reported_at, v settled_at, v note], "report where member_id = $1"),
    source!(
        "work as it was sent to the editors",
        "id",
        [v item, v replaced_at, v fields],
        "former_text where cause = 'submitted' and member_id = $1"
    ),
    source!("act as an editor", "id", [v done_at, v action, v kind, v item, v summary], "audit_entry where member_id = $1"),
    source!(
        "subscription",
        "number",
        [v topic, v address],
        "(select row_number() over (order by topic) as number, topic, email as address from subscription
            where member_id = $1) numbered where number > 0"
    ),
];

/// The next rows of a source, with the number to go on after; empty at its end.
///
/// # Errors
/// Where the database fails.
pub async fn batch(tx: &mut Tx, source: &Source, member: MemberId, after: i64) -> Result<Vec<(i64, String)>> {
    let sql = match tx {
        Tx::Sqlite(_) => source.sqlite,
        Tx::Postgres(_) => source.postgres,
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(member).bind(after).bind(BATCH_ROWS).fetch_all(conn))
}
