//! The files of `content/demo/` as typed entries.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::value::Datetime;

use crate::files::Files;
use crate::site::{self, Error, parse_toml};

/// All entries.
pub(super) struct Demo {
    pub(super) members: Vec<MemberEntry>,
    pub(super) creations: BTreeMap<String, Vec<CreationEntry>>,
    /// By section.
    pub(super) comments: BTreeMap<String, Vec<CommentEntry>>,
    pub(super) news: Vec<NewsEntry>,
    pub(super) posts: Vec<PostEntry>,
    pub(super) market: Vec<AdEntry>,
    pub(super) dating: Vec<AdEntry>,
    pub(super) links: Vec<LinkEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberEntry {
    pub(super) nick: String,
    #[serde(default)]
    pub(super) given_name: String,
    #[serde(default)]
    pub(super) family_name: String,
    pub(super) gender: Option<String>,
    pub(super) age: Option<i64>,
    #[serde(default)]
    pub(super) region: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) level: String,
    #[serde(default)]
    pub(super) reputation: i64,
    pub(super) registered: Option<Datetime>,
    pub(super) icon: Option<String>,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) icq: String,
    #[serde(default)]
    pub(super) shows: Vec<String>,
    #[serde(default)]
    pub(super) banned: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreationEntry {
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) author: Option<String>,
    pub(super) author_name: Option<String>,
    pub(super) website: Option<String>,
    #[serde(default)]
    pub(super) website_url: String,
    pub(super) published: Datetime,
    pub(super) genre: Option<String>,
    #[serde(default)]
    pub(super) synopsis: String,
    #[serde(default = "approved")]
    pub(super) state: String,
    #[serde(default)]
    pub(super) winner: bool,
    #[serde(default)]
    pub(super) votes: Vec<i64>,
    #[serde(default)]
    pub(super) reads: i64,
    #[serde(default)]
    pub(super) downloads: i64,
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(super) body: String,
}

fn approved() -> String {
    crate::db::creations::APPROVED.to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentEntry {
    /// The creation's number within the section that the file is named after.
    pub(super) creation: i64,
    pub(super) author: String,
    pub(super) posted: Datetime,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewsEntry {
    pub(super) author: String,
    pub(super) published: Datetime,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PostEntry {
    pub(super) author: String,
    pub(super) posted: Datetime,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdEntry {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) member: Option<String>,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) mobile: String,
    #[serde(default)]
    pub(super) area: String,
    #[serde(default)]
    pub(super) age: String,
    #[serde(default)]
    pub(super) experience: String,
    pub(super) posted: Datetime,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkEntry {
    pub(super) title: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) added: Datetime,
}

/// What waits for the editors.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfficeEntries {
    #[serde(default, rename = "registration")]
    pub(super) registrations: Vec<RegistrationEntry>,
    #[serde(default, rename = "report")]
    pub(super) reports: Vec<ReportEntry>,
    #[serde(default, rename = "ad")]
    pub(super) ads: Vec<GuestAdEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistrationEntry {
    pub(super) nick: String,
    pub(super) email: String,
    pub(super) age: i64,
    #[serde(default)]
    pub(super) parent_agrees: bool,
    pub(super) requested: Datetime,
    pub(super) about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportEntry {
    pub(super) path: String,
    pub(super) member: Option<String>,
    pub(super) reported: Datetime,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuestAdEntry {
    pub(super) board: String,
    pub(super) address: String,
    pub(super) group: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) phone: String,
    #[serde(default)]
    pub(super) area: String,
    pub(super) sent: Datetime,
    pub(super) body: String,
}

impl OfficeEntries {
    /// Reads office.toml; without it there is nothing.
    pub(super) fn read(content: &Files) -> Result<OfficeEntries, Error> {
        content.get("demo/office.toml").map_or_else(|| Ok(OfficeEntries::default()), parse_toml)
    }
}

impl Demo {
    /// Reads all entries; a file that is missing has none.
    pub(super) fn read(content: &Files) -> Result<Demo, Error> {
        Ok(Demo {
            members: entries(content, "members", "member")?,
            creations: by_section(content, "creations", "creation")?,
            comments: by_section(content, "discussions", "comment")?,
            news: entries(content, "news", "news")?,
            posts: entries(content, "forum", "post")?,
            market: entries(content, "market", "ad")?,
            dating: entries(content, "dating", "ad")?,
            links: entries(content, "links", "link")?,
        })
    }

    /// Comments of each creation, by its section and number.
    pub(super) fn comment_counts(&self) -> HashMap<(&str, i64), i64> {
        let mut counts = HashMap::new();
        for (section, comments) in &self.comments {
            for comment in comments {
                *counts.entry((section.as_str(), comment.creation)).or_insert(0) += 1;
            }
        }
        counts
    }
}

/// The entries of a folder in which each section has a file.
fn by_section<T: DeserializeOwned>(
    content: &Files,
    folder: &str,
    table: &str,
) -> Result<BTreeMap<String, Vec<T>>, Error> {
    let mut sections = BTreeMap::new();
    for (section, file) in site::named(content, &format!("demo/{folder}"), ".toml") {
        let mut tables: BTreeMap<String, Vec<T>> = parse_toml(file)?;
        sections.insert(section.to_owned(), tables.remove(table).unwrap_or_default());
    }
    Ok(sections)
}

fn entries<T: DeserializeOwned>(content: &Files, name: &str, table: &str) -> Result<Vec<T>, Error> {
    let Some(file) = content.get(&format!("demo/{name}.toml")) else { return Ok(Vec::new()) };
    let mut tables: BTreeMap<String, Vec<T>> = parse_toml(file)?;
    Ok(tables.remove(table).unwrap_or_default())
}

/// A TOML time as UTC; one without an offset is taken for UTC, one without an hour for midnight.
pub(super) fn utc(time: Option<&Datetime>) -> Option<DateTime<Utc>> {
    let time = time?;
    let date = time.date.as_ref()?;
    let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let clock = time.time.as_ref().map_or(NaiveTime::MIN, |clock| {
        let second = u32::from(clock.second.unwrap_or(0));
        NaiveTime::from_hms_opt(clock.hour.into(), clock.minute.into(), second).unwrap_or(NaiveTime::MIN)
    });
    let minutes = match time.offset {
        Some(toml::value::Offset::Custom { minutes }) => minutes,
        _ => 0,
    };
    Some(date.and_time(clock).and_utc() - chrono::TimeDelta::minutes(minutes.into()))
}
