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
    /// The columns that name the member, each as `table.column`.
    pub columns: &'static [&'static str],
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

/// A source: its name, the number that its rows are ordered by, its columns, and where they come from: the rows of a table
/// with this `member_id`, or a query with the columns by which it finds the member's.
macro_rules! source {
    ($name:literal, $key:literal, [$($sort:ident $column:ident),+], of $table:ident) => {
        source!(
            @ $name, $key, [$($sort $column),+],
            concat!(stringify!($table), " where member_id = $1"),
            &[concat!(stringify!($table), ".member_id")]
        )
    };
    ($name:literal, $key:literal, [$($sort:ident $column:ident),+], $from:literal, by [$($by:literal),+]) => {
        source!(@ $name, $key, [$($sort $column),+], $from, &[$($by),+])
    };
    (@ $name:literal, $key:literal, [$($sort:ident $column:ident),+], $from:expr, $columns:expr) => {
        Source {
            name: $name,
            columns: $columns,
            sqlite: source!(sqlite "json_object", $name, $key, [$($sort $column),+], $from),
            postgres: source!(postgres "json_build_object", $name, $key, [$($sort $column),+], $from),
        }
    };
    ($engine:ident $function:literal, $name:literal, $key:literal, [$($sort:ident $column:ident),+], $from:expr) => {
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
        "member join account on member_id = id where id = $1",
        by ["account.member_id"]
    ),
    source!(
        "session",
        "id",
        [v agent, v begun_at, v seen_at, v expires_at],
        of session
    ),
    source!(
        "mail to you",
        "id",
        [v about, v address, v state, v created_at, v settled_at],
        of mail
    ),
    source!(
        "work",
        "creation.id",
        [v section, v number, v title, v state, v synopsis, v attributes, v source_name, v source_url, v published_at,
            v changed_at, v read_count, v download_count, v body_format, v body],
        "creation join author on author.id = author_id left join creation_text on creation_id = creation.id
            where member_id = $1",
        by ["author.member_id"]
    ),
    source!(
        "author",
        "id",
        [v kind, v name, v website, v email],
        "author left join author_contact on author_id = id where member_id = $1",
        by ["author.member_id"]
    ),
    source!(
        "history of a work",
        "id",
        [v creation_id, v happened_at, v action, v note],
        "submission_event where (member_id = $1 or creation_id in (
            select creation.id from creation join author on author.id = author_id where author.member_id = $1))",
        by ["submission_event.member_id"]
    ),
    source!(
        "former text of yours",
        "id",
        [v kind, v item, v cause, v replaced_at, v fields],
        "former_text where ((kind = 'creation' and item in (select cast(creation.id as text)
                from creation join author on author.id = author_id where author.member_id = $1))
            or (kind = 'comment' and item in (select cast(comment.id as text) from comment
                where comment.member_id = $1))
            or (kind = 'forum-post' and item in (select cast(forum_post.id as text) from forum_post
                where forum_post.member_id = $1))
            or (kind = 'ad' and item in (select cast(ad.id as text) from ad where ad.member_id = $1)))",
        by ["comment.member_id", "forum_post.member_id", "ad.member_id"]
    ),
    source!(
        "file",
        "number",
        [v path, v content_type, v size_bytes, v brought_at, b is_public],
        "(select row_number() over (order by upload.path) as number, upload.path as path, content_type, size_bytes,
                upload_owner.brought_at as brought_at, is_public
            from upload_owner join upload on upload.path = upload_owner.path where member_id = $1) numbered
            where number > 0",
        by ["upload_owner.member_id"]
    ),
    source!(
        "comment",
        "id",
        [v creation_id, v posted_at, v state, v reputation, v body_format, v body],
        of comment
    ),
    source!(
        "forum post",
        "id",
        [v posted_at, v state, v reputation, v body_format, v body],
        of forum_post
    ),
    source!(
        "news",
        "id",
        [v published_at, v state, v body_format, v body],
        of news
    ),
    source!(
        "vote",
        "creation_id",
        [v creation_id, v stars, v cast_at],
        of vote
    ),
    source!(
        "ad",
        "id",
        [v board, v number, v group_key, v name, v email, v phone, v mobile, v area, v age, v experience, v posted_at,
            v expires_at, v state, v body_format, v body],
        of ad
    ),
    source!(
        "letter",
        "id",
        [v sender_nick, v receiver_nick, v sent_at, v body_format, v body],
        "letter where ((sender_id = $1 and sender_keeps) or (receiver_id = $1 and receiver_keeps))",
        by ["letter.sender_id", "letter.receiver_id"]
    ),
    source!(
        "tavern post",
        "id",
        [v table_id, v posted_at, v reputation, v body_format, v body],
        of tavern_post
    ),
    source!(
        "tavern table",
        "id",
        [v name, v description, v founded_at, b public],
        "tavern_table where owner_id = $1",
        by ["tavern_table.owner_id"]
    ),
    source!(
        "tavern access",
        "table_id",
        [v table_id, b assists, b may_enter, b may_write, b banned],
        of tavern_access
    ),
    source!("tavern bookmark", "table_id", [v table_id], of tavern_bookmark
    ),
    source!(
        "tavern visit",
        "table_id",
        [v table_id, v visited_at, v unread, b ignored],
        of tavern_visit
    ),
    source!(
        "rune",
        "id",
        [v giver_nick, v receiver_nick, v kind, v dedication, v given_at],
        "rune where (giver_id = $1 or receiver_id = $1)",
        by ["rune.giver_id", "rune.receiver_id"]
    ),
    source!(
        "reputation",
        "id",
        [v giver_nick, v receiver_nick, v amount, v place, v item_id, v given_at],
        "reputation_gift where (giver_id = $1 or receiver_id = $1)",
        by ["reputation_gift.giver_id", "reputation_gift.receiver_id"]
    ),
    source!(
        "award of reputation",
        "id",
        [v amount, v reason],
        "reputation_award where receiver_id = $1",
        by ["reputation_award.receiver_id"]
    ),
    source!(
        "rating by you",
        "id",
        [v rated_id, v body, v rated_at],
        "member_rating where rater_id = $1",
        by ["member_rating.rater_id"]
    ),
    source!(
        "rating of you",
        "id",
        [v body, v rated_at],
        "member_rating where visible and rated_id = $1",
        by ["member_rating.rated_id"]
    ),
    source!(
        "mentor",
        "mentor_id",
        [v newcomer_id, v mentor_id, v newcomer_rate, v mentor_rate],
        "mentorship where newcomer_id = $1",
        by ["mentorship.newcomer_id"]
    ),
    source!(
        "newcomer",
        "newcomer_id",
        [v newcomer_id, v mentor_id, v newcomer_rate, v mentor_rate],
        "mentorship where mentor_id = $1",
        by ["mentorship.mentor_id"]
    ),
    source!("ban", "member_id", [v reason, v banned_at, v ends_at], of ban
    ),
    source!("report", "id", [v path, v body, v reported_at, v settled_at, v note], of report
    ),
    source!("act as an editor", "id", [v done_at, v action, v kind, v item, v summary], of audit_entry
    ),
    source!(
        "subscription",
        "number",
        [v topic, v address],
        "(select row_number() over (order by topic) as number, topic, email as address from subscription
            where member_id = $1) numbered where number > 0",
        by ["subscription.member_id"]
    ),
    source!(
        "section that you care for",
        "number",
        [v section],
        "(select row_number() over (order by section) as number, section from editor_section
            where member_id = $1) numbered where number > 0",
        by ["editor_section.member_id"]
    ),
    source!(
        "notice board of a tavern table",
        "table_id",
        [v table_id, v changed_at, v body_format, v body],
        "tavern_board where editor_id = $1",
        by ["tavern_board.editor_id"]
    ),
];

/// Columns that name a member and are in no source, each with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "account_link.member_id",
        "hashes of secrets that work for a week at most; the mails that they were sent in are there",
    ),
    ("credential.member_id", "the hash of the password, which whoever finds the file should not have"),
    ("former_text.member_id", "who replaced somebody else's text; the act is among those as an editor"),
    ("ban.banned_by", "the ban is somebody else's; the act is among those as an editor"),
    ("registration.patron_id", "the registration is somebody else's"),
    ("unsubscribe_secret.member_id", "a secret"),
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
