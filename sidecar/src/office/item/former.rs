//! What a thing was, kept and found again: before an editor changes it, and whenever an author sends it to the editors.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use generator::db::Tx;
use generator::db::former_texts::{self, Cause};
use generator::model::{CreationId, MemberId};
use generator::site::Site;

use crate::error::Result;

use super::fields::digest;
use super::loaded::load;
use super::{Item, Kind};

/// Kept texts among which one is looked for that somebody has seen; whoever sat longer over a form sees less.
const LOOKED_AT: i64 = 20;

/// Who does something, as they are called now.
pub type By<'a> = (MemberId, &'a str);

/// Keeps texts that an editor puts others in the place of.
///
/// # Errors
/// Where the database fails.
pub async fn keep(
    tx: &mut Tx,
    item: &Item,
    by: By<'_>,
    texts: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> Result<()> {
    let kept = serde_json::to_string(texts).expect("texts are JSON");
    Ok(former_texts::keep(tx, (item.kind.word(), &item.key), by, Cause::Edited, &kept, now).await?)
}

/// Keeps a work as its author sends it to the editors, so that they see later what is new in it; nothing where the last
/// one that is kept is the same.
///
/// # Errors
/// Where the database fails.
pub async fn keep_submitted(tx: &mut Tx, site: &Site, id: CreationId, by: By<'_>, now: DateTime<Utc>) -> Result<()> {
    let item = Item::new(Kind::Creation, id);
    let Some(loaded) = load(tx, site, &item).await? else { return Ok(()) };
    let kept = serde_json::to_string(&loaded.values()).expect("texts are JSON");
    let (kind, key) = (item.kind.word(), item.key.as_str());
    if let Some(last) = former_texts::headers(tx, kind, key, i64::MAX, 1).await?.pop()
        && former_texts::fields(tx, kind, key, last.id).await?.as_deref() == Some(kept.as_str())
    {
        return Ok(());
    }
    Ok(former_texts::keep(tx, (kind, key), by, Cause::Submitted, &kept, now).await?)
}

/// The texts of a row, by name.
///
/// # Errors
/// Where the database fails.
pub async fn texts(tx: &mut Tx, item: &Item, row: i64) -> Result<Option<BTreeMap<String, String>>> {
    let fields = former_texts::fields(tx, item.kind.word(), &item.key, row).await?;
    Ok(fields.map(|fields| serde_json::from_str(&fields).unwrap_or_default()))
}

/// The texts that somebody has seen, by the version in their form; `None` where they are not among the last ones kept.
///
/// # Errors
/// Where the database fails.
pub async fn seen(tx: &mut Tx, item: &Item, version: &str) -> Result<Option<BTreeMap<String, String>>> {
    let wanted = version.split('-').next().unwrap_or_default();
    for header in former_texts::headers(tx, item.kind.word(), &item.key, i64::MAX, LOOKED_AT).await? {
        if let Some(texts) = texts(tx, item, header.id).await?
            && digest(&texts) == wanted
        {
            return Ok(Some(texts));
        }
    }
    Ok(None)
}
