//! What editors did: a row for each act, written in its transaction.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::MemberId;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// The word in the database.
            pub fn word(self) -> &'static str {
                match self { $(Action::$name => $word,)* }
            }

            /// The action of a word; `None` of one that another release has written.
            pub fn of_word(word: &str) -> Option<Action> {
                match word { $($word => Some(Action::$name),)* _ => None }
            }
        }
    };
}

actions! {
    /// Something new was written.
    Added = "added",
    /// Another text took its place.
    Edited = "edited",
    /// It was taken away for good.
    Deleted = "deleted",
    /// It was taken from the site.
    Unpublished = "unpublished",
    /// It was let onto the site, or back onto it.
    Published = "published",
    /// It will be published at a time, or at none any more.
    Scheduled = "scheduled",
    /// It went to another section.
    Moved = "moved",
    /// It got another genre or author.
    Assigned = "assigned",
    /// Its author is to mend it.
    Returned = "returned",
    /// It will not be published.
    Rejected = "rejected",
    /// A member was banned.
    Banned = "banned",
    /// A ban was ended.
    Unbanned = "unbanned",
    /// A member's role or sections are others.
    RoleChanged = "role-changed",
    /// A member's e-mail address is another.
    AddressChanged = "address-changed",
    /// A member's icon and facts are shown no more.
    Hidden = "hidden",
    /// Pages are rendered again.
    RenderedAgain = "rendered-again",
    /// A reader's report was settled.
    Settled = "settled",
}

/// An act about to be noted.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// To which kind of thing: `creation`, `member` …
    pub kind: &'static str,
    /// Which of its kind.
    pub item: String,
    /// A line for people: a title, a nick, what changed.
    pub summary: String,
}

/// Characters kept of a summary.
const SUMMARY_CHARS_MAX: usize = 300;

/// Notes an act.
///
/// # Errors
/// Where the database fails.
pub async fn note(tx: &mut Tx, member: MemberId, nick: &str, entry: &Entry, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into audit_entry (done_at, member_id, nick, action, kind, item, summary)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let summary = crate::text::excerpt(&entry.summary, SUMMARY_CHARS_MAX);
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(now)
            .bind(member)
            .bind(nick)
            .bind(entry.action.word())
            .bind(entry.kind)
            .bind(&entry.item)
            .bind(summary)
    )?;
    Ok(())
}

/// An act that was noted.
#[derive(Clone, Debug, FromRow)]
pub struct Noted {
    /// The row.
    pub id: i64,
    /// When.
    pub done_at: DateTime<Utc>,
    /// Who, as they were called then.
    pub nick: String,
    /// See [`Action::of_word`].
    pub action: String,
    /// To which kind of thing.
    pub kind: String,
    /// Which of its kind.
    pub item: String,
    /// A line for people.
    pub summary: String,
}

/// Forgets acts that were noted before a moment; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_before(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from audit_entry where done_at <= $1").bind(before))
}

/// The newest acts before the row `before`, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn before(tx: &mut Tx, before: i64, count: i64) -> Result<Vec<Noted>> {
    const SQL: &str = "select id, done_at, nick, action, kind, item, summary from audit_entry
        where id < $1 order by id desc limit $2";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(before).bind(count).fetch_all(conn))
}

/// Acts on one thing within a time, the first one first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn of_item_between(
    tx: &mut Tx,
    (kind, item): (&str, &str),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    count: i64,
) -> Result<Vec<Noted>> {
    const SQL: &str = "select id, done_at, nick, action, kind, item, summary from audit_entry
        where kind = $1 and item = $2 and done_at >= $3 and done_at <= $4 order by id limit $5";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(kind).bind(item).bind(from).bind(until).bind(count).fetch_all(conn))
}

/// The newest acts on one thing, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn of_item(tx: &mut Tx, kind: &str, item: &str, count: i64) -> Result<Vec<Noted>> {
    const SQL: &str = "select id, done_at, nick, action, kind, item, summary from audit_entry
        where kind = $1 and item = $2 order by id desc limit $3";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(kind).bind(item).bind(count).fetch_all(conn))
}
