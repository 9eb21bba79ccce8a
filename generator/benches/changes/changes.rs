//! The changes that are measured.

use anyhow::Context;
use chrono::Utc;
use generator::db::creations;
use generator::db::publishing::creations as standing;
use generator::model::{CreationId, MemberId, Text, TextFormat};
use generator::page::Page;
use generator::publish::creations::{Submission, Work};
use generator::publish::{Marked, comments, creations as works, members, votes};
use generator::site::section::Section;

use super::running::Running;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Comment,
    Vote,
    Approve,
    Retitle,
    Rename,
}

pub const ALL: [Change; 5] = [Change::Comment, Change::Vote, Change::Approve, Change::Retitle, Change::Rename];

/// What a change is made to.
pub struct Subject {
    /// Its row.
    row: i64,
    /// The page of the thing itself, which whoever changes it waits for.
    pub own: Page,
}

impl Change {
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Change::Comment => "a comment",
            Change::Vote => "a vote",
            Change::Approve => "an approved creation",
            Change::Retitle => "a new title of an old work",
            Change::Rename => "a new nick",
        }
    }

    /// Makes what has to be there before the `nth` change.
    pub async fn prepare(self, running: &Running, nth: u64, of: u64) -> anyhow::Result<Subject> {
        match self {
            // Works of all ages.
            Change::Comment | Change::Vote => work(running, nth, of).await,
            Change::Retitle => work(running, nth, of * 2).await,
            Change::Approve => {
                let mut change = running.door.begin(Utc::now()).await?;
                let section = section_of_plain_works(running)?;
                let author = works::author_of(&mut change, MemberId(1 + nth as i64)).await?;
                let work = Work {
                    title: format!("Nové dílo {nth}"),
                    synopsis: String::new(),
                    attributes: "{}".to_owned(),
                    body: text("Byl jednou jeden drak."),
                    source_name: String::new(),
                    source_url: String::new(),
                };
                let id = works::submit(&mut change, &section, Some(author), None, &work, Submission::Waiting).await?;
                let row = standing::by_id(change.tx(), id).await?.context("the work is not there")?;
                change.commit().await?;
                Ok(Subject { row: id.0, own: Page::Creation { section: row.section, number: row.number } })
            }
            // Members who came in the middle have written a little, on a site of any size.
            Change::Rename => {
                let half = running.members / 2;
                let row = (half + nth % half.max(1) + 1) as i64;
                Ok(Subject { row, own: Page::Member(MemberId(row)) })
            }
        }
    }

    /// Makes the change, up to its commit; gives the marks.
    pub async fn make(self, running: &Running, subject: &Subject, nth: u64) -> anyhow::Result<Vec<Marked>> {
        let (door, now, row) = (&running.door, Utc::now(), subject.row);
        let member = MemberId(1 + nth as i64);
        match self {
            Change::Comment => {
                let mut change = door.begin(now).await?;
                comments::add(&mut change, CreationId(row), member, &text(&format!("Komentář {nth}."))).await?;
                Ok(change.commit().await?)
            }
            Change::Vote => {
                let mut change = door.begin(now).await?;
                votes::cast(&mut change, CreationId(row), member, 1 + (nth as i64 % 2) * 4).await?;
                Ok(change.commit().await?)
            }
            Change::Approve => {
                let mut change = door.begin_alone(now).await?;
                works::approve(&mut change, CreationId(row)).await?;
                Ok(change.commit().await?)
            }
            Change::Retitle => {
                let work = retitled(running, CreationId(row), nth).await?;
                let mut change = door.begin_alone(now).await?;
                works::edit(&mut change, CreationId(row), &work).await?;
                Ok(change.commit().await?)
            }
            Change::Rename => {
                let mut change = door.begin_alone(now).await?;
                members::rename(&mut change, MemberId(row), &format!("Přejmenovaný {row} po {nth}")).await?;
                Ok(change.commit().await?)
            }
        }
    }
}

pub fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

/// A section whose works need no more than a text.
fn section_of_plain_works(running: &Running) -> anyhow::Result<String> {
    let site = &running.door.site;
    let needs_nothing = |section: &&Section| site.kind(section).attributes.iter().all(|attribute| !attribute.required);
    let section = site.sections.iter().find(needs_nothing).context("each section's works need attributes")?;
    Ok(section.key.clone())
}

/// A public work of a kind that is rated, `nth` of `of` parts of the site's age away from its beginning.
async fn work(running: &Running, nth: u64, of: u64) -> anyhow::Result<Subject> {
    let site = &running.door.site;
    let mut tx = running.door.db.snapshot().await?;
    let first = (running.creations * nth / of) as i64 + 1;
    let rows = creations::summaries(&mut tx, &(first..first + 100).collect::<Vec<i64>>()).await?;
    let is_rated = |section: &str| site.section(section).is_some_and(|section| site.kind(section).rated);
    let rated = rows.into_iter().filter(|row| is_rated(&row.section)).min_by_key(|row| row.id);
    let row = rated.with_context(|| format!("no work to be found behind {first}"))?;
    Ok(Subject { row: row.id.0, own: Page::Creation { section: row.section, number: row.number } })
}

async fn retitled(running: &Running, id: CreationId, nth: u64) -> anyhow::Result<Work> {
    let mut tx = running.door.db.snapshot().await?;
    let row = creations::summaries(&mut tx, &[id.0]).await?.pop().context("the creation is not public")?;
    let text = creations::texts(&mut tx, &[id.0]).await?.remove(&id).context("the creation has no text")?;
    Ok(Work {
        title: format!("{} podruhé {nth}", row.title),
        synopsis: row.synopsis,
        attributes: row.attributes,
        body: text.body,
        source_name: text.source_name,
        source_url: text.source_url,
    })
}
