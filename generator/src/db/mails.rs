//! Mails: those that wait to be sent, and for a while those that were. A row says to whom and what about; what a mail
//! says is made when it is sent, so that no secret of a link is ever in the database.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::{Result, Tx, execute, on_engine};
use crate::model::MemberId;

macro_rules! abouts {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What a mail is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum About { $($(#[$doc])* $name,)* }

        impl About {
            /// The word in the database, which is also the name of the mail's templates.
            pub fn word(self) -> &'static str {
                match self { $(About::$name => $word,)* }
            }

            /// The message that is its subject.
            pub fn subject(self) -> &'static str {
                match self { $(About::$name => concat!("mail-", $word, "-subject"),)* }
            }

            /// The one of a word; `None` for a word of a newer program.
            pub fn of_word(word: &str) -> Option<About> {
                match word { $($word => Some(About::$name),)* _ => None }
            }

            /// All there are.
            pub const ALL: &'static [About] = &[$(About::$name),*];
        }
    };
}

abouts! {
    /// To somebody who asks to become a member: it has arrived.
    Received = "received",
    /// To the editors: somebody asks to become a member.
    Registered = "registered",
    /// To a new member: a password is to be chosen.
    Approved = "approved",
    /// To somebody who does not become a member.
    Rejected = "rejected",
    /// To an address whose accounts, if there are any, are to get other passwords.
    Reset = "reset",
    /// To a member: the password is another one.
    PasswordChanged = "password-changed",
    /// To the new address of a member: it is to be confirmed.
    EmailConfirm = "email-confirm",
    /// To the old address of a member: the account has another one.
    EmailChanged = "email-changed",
    /// To a member who is banned: why, and until when.
    Banned = "banned",
    /// To a member who was banned: not any more.
    Unbanned = "unbanned",
    /// To somebody who has left: the account is gone.
    Left = "left",
    /// To somebody without an account who has sent an ad: it is to be confirmed.
    AdConfirm = "ad-confirm",
    /// To the editors: an ad waits.
    AdWaits = "ad-waits",
    /// To its author: it is on the site.
    AdApproved = "ad-approved",
    /// To its author: it is not wanted.
    AdRejected = "ad-rejected",
}

/// How much mail waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Mails that are to be sent.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<DateTime<Utc>>,
    /// Mails that a server has refused and that are still remembered.
    pub refused: i64,
}

/// How much mail waits now.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx) -> Result<Waiting> {
    const SQL: &str = "select
            (select count(*) from mail where state = 'waiting') as waiting,
            (select min(created_at) from mail where state = 'waiting') as oldest,
            (select count(*) from mail where state = 'refused') as refused";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_one(conn))
}

/// A mail that waits.
#[derive(Clone, Debug, FromRow)]
pub struct Mail {
    /// The row.
    pub id: i64,
    /// What it is about; see [`About::of_word`].
    pub about: String,
    /// Whom it goes to; empty where that is found out when it is sent.
    pub address: String,
    /// The member that it concerns.
    pub member_id: Option<MemberId>,
    /// The ad of somebody without an account that it concerns.
    pub guest_ad_id: Option<i64>,
    /// The nick that it concerns, where there is no member.
    pub nick: String,
    /// What somebody adds.
    pub note: String,
    /// How often it was tried to send it, this time included.
    pub attempts: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// A mail to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewMail<'a> {
    /// What it is about.
    pub about: About,
    /// As in [`Mail`].
    pub address: &'a str,
    /// As in [`Mail`].
    pub member: Option<MemberId>,
    /// As in [`Mail`].
    pub guest_ad: Option<i64>,
    /// As in [`Mail`].
    pub nick: &'a str,
    /// As in [`Mail`].
    pub note: &'a str,
}

impl NewMail<'_> {
    /// A mail to an address, with nothing else to say.
    pub fn to(about: About, address: &str) -> NewMail<'_> {
        NewMail { about, address, member: None, guest_ad: None, nick: "", note: "" }
    }
}

/// Has a mail sent.
///
/// # Errors
/// A member who is not there.
pub async fn add(tx: &mut Tx, mail: NewMail<'_>, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "insert into mail (about, address, member_id, nick, note, created_at, retry_at, guest_ad_id)
        values ($1, $2, $3, $4, $5, $6, $6, $7)";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(mail.about.word())
            .bind(mail.address)
            .bind(mail.member)
            .bind(mail.nick)
            .bind(mail.note)
            .bind(now)
            .bind(mail.guest_ad)
    )?;
    Ok(())
}

/// As [`add`], for mails that tell of a queue: while one waits for the same address it tells of everything, and the next
/// one goes `pause` after the last.
///
/// # Errors
/// As [`add`].
pub async fn add_gathered(tx: &mut Tx, mail: NewMail<'_>, now: DateTime<Utc>, pause: TimeDelta) -> Result<()> {
    const LAST: &str = "select state, created_at from mail where about = $1 and address = $2 order by id desc limit 1";
    const LATER: &str = "update mail set retry_at = $3 where about = $1 and address = $2 and state = 'waiting'";
    let (about, address) = (mail.about.word(), mail.address);
    let last: Option<(String, DateTime<Utc>)> =
        on_engine!(tx, |conn| sqlx::query_as(LAST).bind(about).bind(address).fetch_optional(conn))?;
    match last {
        Some((state, _)) if state == "waiting" => Ok(()),
        last => {
            add(tx, mail, now).await?;
            let due = last.map_or(now, |(_, created_at)| (created_at + pause).max(now));
            execute!(tx, sqlx::query(LATER).bind(about).bind(address).bind(due))?;
            Ok(())
        }
    }
}

/// Takes a mail that is due, so that nobody else sends it within `lease`, and it is due again if it is not settled then.
///
/// # Errors
/// Where the database fails.
pub async fn take(tx: &mut Tx, now: DateTime<Utc>, lease: TimeDelta) -> Result<Option<Mail>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!(
                "update mail set attempts = attempts + 1, retry_at = $2 where id = (
                    select id from mail where state = 'waiting' and retry_at <= $1 order by retry_at, id limit 1 ",
                $lock,
                ") returning id, about, address, member_id, guest_ad_id, nick, note, attempts, created_at"
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => sql!(""),
        Tx::Postgres(_) => sql!("for update skip locked"),
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(now).bind(now + lease).fetch_optional(conn))
}

/// Puts a mail off, with the reason.
///
/// # Errors
/// Where the database fails.
pub async fn put_off(tx: &mut Tx, id: i64, until: DateTime<Utc>, error: &str) -> Result<()> {
    const SQL: &str = "update mail set retry_at = $2, error = $3 where id = $1 and state = 'waiting'";
    execute!(tx, sqlx::query(SQL).bind(id).bind(until).bind(error))?;
    Ok(())
}

/// Notes that a mail was sent. What it was to say beside its subject is nobody's any more.
///
/// # Errors
/// Where the database fails.
pub async fn sent(tx: &mut Tx, id: i64, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update mail set state = 'sent', settled_at = $2, error = '', note = '' where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(now))?;
    Ok(())
}

/// Notes that a mail was refused for good, and why.
///
/// # Errors
/// Where the database fails.
pub async fn refused(tx: &mut Tx, id: i64, error: &str, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update mail set state = 'refused', settled_at = $2, error = $3 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(now).bind(error))?;
    Ok(())
}

/// Forgets a mail that has nobody to go to.
///
/// # Errors
/// Where the database fails.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<()> {
    execute!(tx, sqlx::query("delete from mail where id = $1").bind(id))?;
    Ok(())
}

/// Forgets mails that were sent or refused before a moment; gives their number.
///
/// # Errors
/// Where the database fails.
pub async fn forget_settled(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    execute!(tx, sqlx::query("delete from mail where settled_at <= $1").bind(before))
}
