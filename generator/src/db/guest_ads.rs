//! Ads of people without an account, until they are ads: sent, confirmed by a link in a mail, waiting for an editor.
//!
//! Who has an address on the site already is asked only by who holds a link that was sent there.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::publishing::ads::{AdColumns, AdText};
use super::{Result, Tx, execute, on_engine};
use crate::model::Board;

/// What a link in a mail is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Purpose {
    /// Letting the ad become one, or dropping it; once.
    Confirm,
    /// Taking it away, whether it waits or is public.
    Withdraw,
}

/// What has become of an ad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Its address is not confirmed yet.
    Unconfirmed,
    /// It waits for an editor.
    Waiting,
    /// It is an ad, or was one until it expired or an editor took it away.
    Approved,
    /// An editor did not want it.
    Rejected,
    /// Its author took it away.
    Withdrawn,
}

/// An ad of somebody without an account.
#[derive(Clone, Debug)]
pub struct GuestAd {
    /// The row.
    pub id: i64,
    /// Where it is to be, or is.
    pub board: Board,
    /// The author's address.
    pub address: String,
    /// What has become of it.
    pub state: State,
    /// The public ad's row, where there is one.
    pub ad_id: Option<i64>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// What it says; empty once it is settled.
    pub text: AdText,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    board: String,
    address: String,
    state: State,
    ad_id: Option<i64>,
    sent_at: DateTime<Utc>,
    #[sqlx(flatten, try_from = "AdColumns")]
    text: AdText,
}

impl From<Row> for GuestAd {
    fn from(row: Row) -> GuestAd {
        let board = Board::ALL.into_iter().find(|board| board.key() == row.board);
        GuestAd {
            id: row.id,
            board: board.expect("the column holds nothing else"),
            address: row.address,
            state: row.state,
            ad_id: row.ad_id,
            sent_at: row.sent_at,
            text: row.text,
        }
    }
}

macro_rules! guest_ads {
    ($tail:literal) => {
        concat!(
            "select id, board, address, state, ad_id, sent_at, group_key, name, email, phone, mobile, area, age,
                experience, cast('markdown' as text) as body_format, body from guest_ad ",
            $tail
        )
    };
}

/// Addresses are compared by this.
fn key(address: &str) -> String {
    address.to_lowercase()
}

/// Keeps an ad until it is confirmed; gives its row. Its body is Markdown.
///
/// # Errors
/// Where the database fails.
pub async fn add(tx: &mut Tx, board: Board, address: &str, text: &AdText, now: DateTime<Utc>) -> Result<i64> {
    const SQL: &str =
        "insert into guest_ad (board, address, address_key, sent_at, group_key, name, email, phone, mobile,
            area, age, experience, body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL)
        .bind(board.key())
        .bind(address)
        .bind(key(address))
        .bind(now)
        .bind(&text.group)
        .bind(&text.name)
        .bind(&text.email)
        .bind(&text.phone)
        .bind(&text.mobile)
        .bind(&text.area)
        .bind(&text.age)
        .bind(&text.experience)
        .bind(&text.body.source)
        .fetch_one(conn))
}

/// Whether the same ad was sent from an address since a moment: somebody pressed a button twice.
///
/// # Errors
/// Where the database fails.
pub async fn is_sent_twice(
    tx: &mut Tx,
    board: Board,
    address: &str,
    text: &AdText,
    since: DateTime<Utc>,
) -> Result<bool> {
    const SQL: &str = guest_ads!("where address_key = $1 and board = $2 and sent_at >= $3 order by id desc limit 1");
    let last: Option<Row> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(key(address))
        .bind(board.key())
        .bind(since)
        .fetch_optional(conn))?;
    Ok(last.is_some_and(|last| GuestAd::from(last).text == *text))
}

/// One by its row.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<GuestAd>> {
    const SQL: &str = guest_ads!("where id = $1");
    let row: Option<Row> = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))?;
    Ok(row.map(GuestAd::from))
}

/// Those that wait for an editor, the oldest first, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn waiting(tx: &mut Tx, count: i64) -> Result<Vec<GuestAd>> {
    const SQL: &str = guest_ads!("where state = 'waiting' order by id limit $1");
    let rows: Vec<Row> = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(count).fetch_all(conn))?;
    Ok(rows.into_iter().map(GuestAd::from).collect())
}

/// How many wait for an editor.
///
/// # Errors
/// Where the database fails.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "select count(*) from guest_ad where state = 'waiting'";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn))
}

/// Remembers a link that is to be sent.
///
/// # Errors
/// An ad that is not there.
pub async fn add_link(
    tx: &mut Tx,
    id: i64,
    purpose: Purpose,
    token_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    const SQL: &str =
        "insert into guest_ad_link (token_hash, guest_ad_id, purpose, expires_at) values ($1, $2, $3, $4)";
    execute!(tx, sqlx::query(SQL).bind(token_hash).bind(id).bind(purpose).bind(expires_at))?;
    Ok(())
}

/// The ad of a link; `None` where the link is over, was used, is for something else, or there is nothing left to do.
///
/// # Errors
/// Where the database fails.
pub async fn by_link(tx: &mut Tx, token_hash: &[u8], purpose: Purpose, now: DateTime<Utc>) -> Result<Option<GuestAd>> {
    const SQL: &str = guest_ads!(
        "where id = (select guest_ad_id from guest_ad_link where token_hash = $1 and purpose = $2 and expires_at > $3)
            and ($2 = 'confirm' and state = 'unconfirmed'
                or $2 = 'withdraw' and (state in ('unconfirmed', 'waiting')
                    or state = 'approved' and exists (select 1 from ad where ad.id = ad_id and ad.state = 'public')))"
    );
    let row: Option<Row> =
        on_engine!(tx, |conn| sqlx::query_as(SQL).bind(token_hash).bind(purpose).bind(now).fetch_optional(conn))?;
    Ok(row.map(GuestAd::from))
}

/// Whether ads from an address need no editor: one was let onto the site, and none was taken from it by an editor.
///
/// # Errors
/// Where the database fails.
pub async fn is_trusted(tx: &mut Tx, address: &str) -> Result<bool> {
    // An ad that is deleted and not withdrawn was deleted by an editor.
    const SQL: &str = "select count(case when ad.state <> 'deleted' or guest_ad.state = 'withdrawn' then 1 end),
            count(case when ad.state = 'deleted' and guest_ad.state = 'approved' then 1 end)
        from guest_ad join ad on ad.id = ad_id where address_key = $1";
    let (good, removed): (i64, i64) = on_engine!(tx, |conn| sqlx::query_as(SQL).bind(key(address)).fetch_one(conn))?;
    Ok(good > 0 && removed == 0)
}

/// Lets a confirmed ad wait for an editor; `false` where somebody was faster.
///
/// # Errors
/// Where the database fails.
pub async fn confirm(tx: &mut Tx, id: i64) -> Result<bool> {
    const SQL: &str = "update guest_ad set state = 'waiting' where id = $1 and state = 'unconfirmed'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id))? > 0)
}

/// Notes which ad one has become that waited; its texts are there from now on. `false` where somebody was faster.
///
/// # Errors
/// Where the database fails.
pub async fn approve(tx: &mut Tx, id: i64, ad: i64, now: DateTime<Utc>) -> Result<bool> {
    const SQL: &str = "update guest_ad set state = 'approved', ad_id = $2, settled_at = $3, name = '', email = '',
            phone = '', mobile = '', area = '', age = '', experience = '', body = ''
        where id = $1 and state = 'waiting'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id).bind(ad).bind(now))? > 0)
}

/// Notes that an editor did not want one, and forgets what it said; `false` where somebody was faster.
///
/// # Errors
/// Where the database fails.
pub async fn reject(tx: &mut Tx, id: i64, now: DateTime<Utc>) -> Result<bool> {
    const SQL: &str = "update guest_ad set state = 'rejected', settled_at = $2, name = '', email = '', phone = '',
            mobile = '', area = '', age = '', experience = '', body = ''
        where id = $1 and state = 'waiting'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id).bind(now))? > 0)
}

/// Notes that the author took a public one away; `false` where somebody was faster. How long it is remembered goes by when
/// it was published, as of one that stayed.
///
/// # Errors
/// Where the database fails.
pub async fn withdraw(tx: &mut Tx, id: i64) -> Result<bool> {
    const SQL: &str = "update guest_ad set state = 'withdrawn' where id = $1 and state = 'approved'";
    Ok(execute!(tx, sqlx::query(SQL).bind(id))? > 0)
}

/// Forgets one that never was public, with its links and mails; `false` where somebody was faster.
///
/// # Errors
/// Where the database fails.
pub async fn drop_unpublished(tx: &mut Tx, id: i64) -> Result<bool> {
    const SQL: &str = "delete from guest_ad where id = $1 and state in ('unconfirmed', 'waiting')";
    Ok(execute!(tx, sqlx::query(SQL).bind(id))? > 0)
}

/// What is forgotten when.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    /// Links that were over then.
    pub links: DateTime<Utc>,
    /// Ads that were sent before this and never confirmed.
    pub unconfirmed: DateTime<Utc>,
    /// Ads that were rejected before this.
    pub rejected: DateTime<Utc>,
    /// Ads that were let onto the site, or taken away, before this and are not public.
    pub ended: DateTime<Utc>,
}

/// Forgets what was kept long enough: of ads that were public their authors' names and contacts, too. Gives the number
/// of ads that were forgotten.
///
/// # Errors
/// Where the database fails.
pub async fn forget(tx: &mut Tx, before: Before) -> Result<u64> {
    const LINKS: &str = "delete from guest_ad_link where expires_at <= $1";
    const UNCONFIRMED: &str = "delete from guest_ad where state = 'unconfirmed' and sent_at <= $1";
    const REJECTED: &str = "delete from guest_ad where state = 'rejected' and settled_at <= $1";
    const CONTACTS: &str = "update ad set name = '', email = '', phone = '', mobile = '', area = '', age = '',
            experience = '', body = ''
        where state <> 'public' and id in (select ad_id from guest_ad where settled_at <= $1)";
    const ENDED: &str = "delete from guest_ad where state in ('approved', 'withdrawn') and settled_at <= $1
        and not exists (select 1 from ad where ad.id = ad_id and ad.state = 'public')";
    execute!(tx, sqlx::query(LINKS).bind(before.links))?;
    execute!(tx, sqlx::query(CONTACTS).bind(before.ended))?;
    let mut forgotten = execute!(tx, sqlx::query(UNCONFIRMED).bind(before.unconfirmed))?;
    forgotten += execute!(tx, sqlx::query(REJECTED).bind(before.rejected))?;
    forgotten += execute!(tx, sqlx::query(ENDED).bind(before.ended))?;
    Ok(forgotten)
}
