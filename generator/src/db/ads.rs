//! Classified ads on both boards.

use std::collections::HashMap;

use super::{Result, Tx, bulk_insert, on_engine, select_in};
use crate::model::{Ad, Board, MemberId};

/// Inserts ads with the member that each belongs to.
///
/// # Errors
/// A number that its board has already.
pub async fn insert(tx: &mut Tx, board: Board, ads: &[(Ad, Option<MemberId>)]) -> Result<()> {
    bulk_insert!(tx, "insert into ad (id, board, number, group_key, member_id, name, email, phone, mobile, area, age,
        experience, posted_at, body_format, body)", ads, |row|
        row.0.id, board.key(), row.0.number, &row.0.group_key, row.1, &row.0.name, &row.0.email, &row.0.phone,
        &row.0.mobile, &row.0.area, &row.0.age, &row.0.experience, row.0.posted_at, row.0.body_format, &row.0.body; "");
    Ok(())
}

/// Ads by row.
///
/// # Errors
/// Where the database fails.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Ad>> {
    let rows = select_in!(
        tx,
        Ad,
        "select id, number, group_key, name, email, phone, mobile, area, age, experience,
        posted_at, body_format, body from ad where id in ",
        ids,
        "and state = 'public'"
    );
    Ok(rows.into_iter().map(|ad| (ad.id, ad)).collect())
}

/// Board and number of every ad, public or not.
///
/// # Errors
/// Where the database fails.
pub async fn numbers(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    on_engine!(tx, |conn| sqlx::query_as("select board, number from ad order by id").fetch_all(conn))
}

/// The number of an ad on its board.
///
/// # Errors
/// An ad that is not there.
pub async fn number(tx: &mut Tx, id: i64) -> Result<i64> {
    on_engine!(tx, |conn| sqlx::query_scalar("select number from ad where id = $1").bind(id).fetch_one(conn))
}
