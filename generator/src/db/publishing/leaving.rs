//! Members who leave: what is theirs alone goes, what others see stays under another nick or goes as well.

use chrono::{DateTime, Utc};

use crate::db::{Result, Tx, execute, on_engine};
use crate::model::{CreationId, MemberId};

/// What is a member's alone. Letters stay with those who have got them.
const PRIVATE: &[&str] = &[
    "delete from session where member_id = $1",
    "delete from account_link where member_id = $1",
    "delete from mail where member_id = $1",
    "delete from credential where member_id = $1",
    "delete from subscription where member_id = $1",
    "delete from unsubscribe_secret where member_id = $1",
    "delete from tavern_bookmark where member_id = $1",
    "delete from tavern_visit where member_id = $1",
    "delete from tavern_access where member_id = $1",
    "delete from mentorship where newcomer_id = $1 or mentor_id = $1",
    "delete from author_contact where author_id in (select id from author where member_id = $1)",
    "update letter set sender_keeps = false where sender_id = $1",
    "update letter set receiver_keeps = false where receiver_id = $1",
    "delete from letter where (sender_id = $1 or receiver_id = $1) and not sender_keeps and not receiver_keeps",
    "update ad set name = '', email = '', phone = '', mobile = '', area = '', age = '', experience = '', body = ''
        where member_id = $1",
    "update comment set nick = '' where member_id = $1 and nick <> ''",
    "update forum_post set nick = '' where member_id = $1 and nick <> ''",
    "update news set nick = '' where member_id = $1 and nick <> ''",
    "delete from editor_section where member_id = $1",
    "delete from ban where member_id = $1",
    "delete from upload_owner where member_id = $1",
    "delete from member_rating where rated_id = $1",
    "update registration set patron_id = null where patron_id = $1",
    "update report set member_id = null where member_id = $1",
    "delete from former_text where kind = 'description' and item = cast($1 as text)",
    "delete from former_text where kind = 'ad' and item in (select cast(id as text) from ad where member_id = $1)",
    "update audit_entry set summary = '' where kind in ('member', 'description') and item = cast($1 as text)",
    "update audit_entry set summary = '' where kind = 'ad'
        and item in (select cast(id as text) from ad where member_id = $1)",
    "delete from account where member_id = $1",
];

/// Where a nick was written down beside the member.
const NAMED: &[&str] = &[
    "update letter set sender_nick = $2 where sender_id = $1",
    "update letter set receiver_nick = $2 where receiver_id = $1",
    "update rune set giver_nick = $2 where giver_id = $1",
    "update rune set receiver_nick = $2 where receiver_id = $1",
    "update reputation_gift set giver_nick = $2 where giver_id = $1",
    "update reputation_gift set receiver_nick = $2 where receiver_id = $1",
    "update reputation_award set receiver_nick = $2 where receiver_id = $1",
    "update tavern_table set owner_nick = $2 where owner_id = $1",
    "update tavern_post set nick = $2 where member_id = $1",
    "update audit_entry set nick = $2 where member_id = $1",
    "update former_text set nick = $2 where member_id = $1",
    "update tavern_board set editor_nick = $2 where editor_id = $1",
];

/// What nobody but the member had a part in, once it is off the pages.
const TEXTS: &[&str] = &[
    "delete from letter where sender_id = $1",
    "delete from tavern_post where member_id = $1",
    "delete from member_rating where rater_id = $1",
    "delete from former_text where kind = 'comment'
        and item in (select cast(id as text) from comment where member_id = $1)",
    "delete from former_text where kind = 'forum-post'
        and item in (select cast(id as text) from forum_post where member_id = $1)",
    "update comment set body = '', body_format = 'markdown' where member_id = $1 and state <> 'public'",
    "update forum_post set body = '', body_format = 'markdown' where member_id = $1 and state <> 'public'",
    "update rune set dedication = '' where giver_id = $1",
    "update member set takes_texts = false where id = $1",
];

/// Columns that name a member and still do when the member has left, each with the reason.
pub const KEPT: &[(&str, &str)] = &[
    ("author.member_id", "works that stay need an author, who is called as the member is by then"),
    ("ban.banned_by", "somebody else's ban, which goes with that"),
    ("submission_event.member_id", "a work's history shows the nick of by then"),
    ("vote.member_id", "the stars stay in the sum, under the nick of by then"),
];

/// All statements that are made of or for somebody who leaves.
pub fn statements() -> impl Iterator<Item = &'static str> {
    PRIVATE.iter().chain(NAMED).chain(TEXTS).copied()
}

/// Ends an account. The member's row stays, with the nick that it has by now.
///
/// # Errors
/// Where the database fails.
pub async fn leave(tx: &mut Tx, member: MemberId, nick: &str, takes_texts: bool, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update member set left_at = $2, takes_texts = $3, reputation = 0 where id = $1";
    for sql in PRIVATE {
        execute!(tx, sqlx::query(*sql).bind(member))?;
    }
    for sql in NAMED {
        execute!(tx, sqlx::query(*sql).bind(member).bind(nick))?;
    }
    execute!(tx, sqlx::query(SQL).bind(member).bind(now).bind(takes_texts))?;
    Ok(())
}

/// The public ads of a member.
///
/// # Errors
/// Where the database fails.
pub async fn ads(tx: &mut Tx, member: MemberId) -> Result<Vec<i64>> {
    const SQL: &str = "select id from ad where member_id = $1 and state = 'public' order by id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_all(conn))
}

/// Somebody who has left and whose texts are still to go.
///
/// # Errors
/// Where the database fails.
pub async fn next(tx: &mut Tx) -> Result<Option<MemberId>> {
    const SQL: &str = "select id from member where takes_texts order by id limit 1";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_optional(conn))
}

/// Works of a member that nobody but the member has seen or could go on with.
///
/// # Errors
/// Where the database fails.
pub async fn unfinished_works(tx: &mut Tx, member: MemberId) -> Result<Vec<CreationId>> {
    const SQL: &str = "select creation.id from creation join author on author.id = author_id
        where member_id = $1 and state in ('draft', 'returned', 'rejected') order by creation.id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).fetch_all(conn))
}

/// Works of a member, in whatever state.
///
/// # Errors
/// Where the database fails.
pub async fn works(tx: &mut Tx, member: MemberId, count: i64) -> Result<Vec<CreationId>> {
    const SQL: &str = "select creation.id from creation join author on author.id = author_id
        where member_id = $1 order by creation.id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(count).fetch_all(conn))
}

/// Public comments of a member.
///
/// # Errors
/// Where the database fails.
pub async fn comments(tx: &mut Tx, member: MemberId, count: i64) -> Result<Vec<i64>> {
    const SQL: &str = "select id from comment where member_id = $1 and state = 'public' order by id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(count).fetch_all(conn))
}

/// Public posts of a member.
///
/// # Errors
/// Where the database fails.
pub async fn forum_posts(tx: &mut Tx, member: MemberId, count: i64) -> Result<Vec<i64>> {
    const SQL: &str = "select id from forum_post where member_id = $1 and state = 'public' order by id limit $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(member).bind(count).fetch_all(conn))
}

/// Forgets the texts that were on no page, or are on none any more.
///
/// # Errors
/// Where the database fails.
pub async fn forget_texts(tx: &mut Tx, member: MemberId) -> Result<()> {
    for sql in TEXTS {
        execute!(tx, sqlx::query(*sql).bind(member))?;
    }
    Ok(())
}
