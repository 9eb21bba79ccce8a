//! What waits for the editors of the sample site: people who want to become members, reports, an ad.

use chrono::DateTime;

use super::Error;
use super::files::{self, OfficeEntries};
use crate::db::publishing::ads::AdText;
use crate::db::registrations::{self, NewRegistration};
use crate::db::{Db, Tx, credentials, guest_ads, reports};
use crate::files::Files;
use crate::model::{Board, MemberId, Text, TextFormat};

/// Writes what `content/demo/office.toml` says into the database that the sample content is in.
///
/// # Errors
/// A file that is broken, an entry that refers to nothing, a database that fails.
pub async fn load(db: &Db, content: &Files) -> Result<(), Error> {
    let entries = OfficeEntries::read(content)?;
    let at = |time| files::utc(Some(time)).unwrap_or(DateTime::UNIX_EPOCH);
    let mut tx = db.write().await?;
    for entry in &entries.registrations {
        let registration = NewRegistration {
            nick: &entry.nick,
            email: &entry.email,
            age: entry.age,
            parent_agrees: entry.parent_agrees,
            about: &entry.about,
        };
        registrations::add(&mut tx, registration, at(&entry.requested)).await?;
    }
    for entry in &entries.reports {
        let member = match &entry.member {
            Some(nick) => Some(member(&mut tx, nick).await?),
            None => None,
        };
        reports::add(&mut tx, &entry.path, &entry.body, member, at(&entry.reported)).await?;
    }
    for entry in &entries.ads {
        let board = Board::ALL.into_iter().find(|board| board.key() == entry.board);
        let board = board.ok_or_else(|| Error::Entry(format!("office.toml: `{}` is no board", entry.board)))?;
        let text = AdText {
            group: entry.group.clone(),
            name: entry.name.clone(),
            email: entry.email.clone(),
            phone: entry.phone.clone(),
            mobile: String::new(),
            area: entry.area.clone(),
            age: String::new(),
            experience: String::new(),
            body: Text { source: entry.body.clone(), format: TextFormat::Markdown },
        };
        let id = guest_ads::add(&mut tx, board, &entry.address, &text, at(&entry.sent)).await?;
        guest_ads::confirm(&mut tx, id).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn member(tx: &mut Tx, nick: &str) -> Result<MemberId, Error> {
    let found = credentials::by_nick(tx, nick).await?;
    Ok(found.ok_or_else(|| Error::Entry(format!("office.toml: there is no member {nick}")))?.member_id)
}
