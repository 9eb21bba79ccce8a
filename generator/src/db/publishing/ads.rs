//! Ads: their coming, changing and going. A deleted or expired one keeps its row.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::db::{Result, Tx, execute, on_engine, places};
use crate::model::{Board, MemberId, Text, TextFormat, Time};

/// What an advertiser writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdText {
    /// Key of the group in site.toml.
    pub group: String,
    /// The advertiser's name.
    pub name: String,
    /// Contact, may be empty.
    pub email: String,
    /// Contact, may be empty.
    pub phone: String,
    /// Contact, may be empty.
    pub mobile: String,
    /// Region, may be empty.
    pub area: String,
    /// Age, free text, may be empty.
    pub age: String,
    /// How long the advertiser has played, may be empty.
    pub experience: String,
    /// The ad.
    pub body: Text,
}

/// The columns that an [`AdText`] is kept in.
#[derive(FromRow)]
pub struct AdColumns {
    group_key: String,
    name: String,
    email: String,
    phone: String,
    mobile: String,
    area: String,
    age: String,
    experience: String,
    body_format: TextFormat,
    body: String,
}

impl From<AdColumns> for AdText {
    fn from(columns: AdColumns) -> AdText {
        AdText {
            group: columns.group_key,
            name: columns.name,
            email: columns.email,
            phone: columns.phone,
            mobile: columns.mobile,
            area: columns.area,
            age: columns.age,
            experience: columns.experience,
            body: Text { source: columns.body, format: columns.body_format },
        }
    }
}

/// An ad as it stands.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
    /// The row.
    pub id: i64,
    /// Its board, by the key.
    pub board: String,
    /// A word of the column's check.
    pub state: String,
    /// What the advertiser wrote.
    #[sqlx(flatten, try_from = "AdColumns")]
    pub text: AdText,
}

/// An ad by its row, locked against other writers until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Standing>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!(
                "select id, board, state, group_key, name, email, phone, mobile, area, age, experience, body_format,
                    body from ad where id = $1 ",
                $lock
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => sql!(""),
        Tx::Postgres(_) => sql!("for no key update"),
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// Adds an ad under the next number of its board; gives its row.
///
/// # Errors
/// A member who is not there.
pub async fn add(
    tx: &mut Tx,
    board: Board,
    member: Option<MemberId>,
    text: &AdText,
    now: DateTime<Utc>,
    expires_at: Time,
) -> Result<i64> {
    const TAKEN: &str = "select coalesce(max(number), 0) from ad where board = $1";
    const ADD: &str = "insert into ad (board, number, group_key, member_id, name, email, phone, mobile, area, age,
        experience, posted_at, expires_at, body_format, body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning id";
    let taken: i64 = on_engine!(tx, |conn| sqlx::query_scalar(TAKEN).bind(board.key()).fetch_one(conn))?;
    let number = places::next_number(tx, &format!("number/{}", board.key()), taken).await?;
    on_engine!(tx, |conn| sqlx::query_scalar(ADD)
        .bind(board.key())
        .bind(number)
        .bind(&text.group)
        .bind(member)
        .bind(&text.name)
        .bind(&text.email)
        .bind(&text.phone)
        .bind(&text.mobile)
        .bind(&text.area)
        .bind(&text.age)
        .bind(&text.experience)
        .bind(now)
        .bind(expires_at)
        .bind(text.body.format)
        .bind(&text.body.source)
        .fetch_one(conn))
}

/// Writes another text.
///
/// # Errors
/// Where the database fails.
pub async fn edit(tx: &mut Tx, id: i64, text: &AdText) -> Result<()> {
    const SQL: &str = "update ad set group_key = $2, name = $3, email = $4, phone = $5, mobile = $6, area = $7,
        age = $8, experience = $9, body_format = $10, body = $11 where id = $1";
    execute!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(&text.group)
            .bind(&text.name)
            .bind(&text.email)
            .bind(&text.phone)
            .bind(&text.mobile)
            .bind(&text.area)
            .bind(&text.age)
            .bind(&text.experience)
            .bind(text.body.format)
            .bind(&text.body.source)
    )?;
    Ok(())
}

/// Takes an ad away: `deleted` or `expired`.
///
/// # Errors
/// A word that is no state.
pub async fn end(tx: &mut Tx, id: i64, state: &str) -> Result<()> {
    const SQL: &str = "update ad set state = $2, expires_at = null where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(state))?;
    Ok(())
}
