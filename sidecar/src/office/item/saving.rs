//! Fields become a change of public things; what was there before goes into the history.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::editing;
use generator::import::body::{Address, Surroundings, editors_text, members_text};
use generator::model::{CreationId, EditorsPage, Text, TextFormat};
use generator::page::Page;
use generator::publish::ads::AdText;
use generator::publish::links::LinkText;
use generator::publish::{Alone, Change, ads, comments, creations, editors_pages, forum, links, news};
use generator::site::Site;
use generator::site::kind::AttributeType;
use serde_json::{Map, Value};

use crate::error::{Fault, Result};
use crate::office::act::{Act, Done};
use crate::office::desk::Rights;
use crate::visitor::Member;

use super::fields::{Field, Input, values, version};
use super::loaded::{ATTRIBUTE, Loaded, load};
use super::state::awaited;
use super::{Item, Kind, NEW};

/// A thing about to be saved.
pub struct Saving<'a> {
    /// Who saves it.
    pub member: &'a Member,
    /// The site.
    pub site: &'a Site,
    /// Which thing.
    pub item: &'a Item,
    /// What it is to be.
    pub fields: &'a [Field],
    /// The version that the form was made from.
    pub version: &'a str,
    /// Of news: when it is to be published, or that it stays a draft.
    pub when: When,
    /// The time of the request.
    pub now: DateTime<Utc>,
}

/// When a new piece of news is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// With the change.
    Now,
    /// By itself.
    At(DateTime<Utc>),
    /// When somebody says so.
    Later,
}

impl Act for Saving<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let before = load(change.tx(), self.site, self.item).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&before.realm)?;
        let former = values(&before.fields, before.format);
        if version(&former) != self.version {
            return Err(Fault::TooLate("somebody else has changed it since".to_owned()).into());
        }
        let now_values = values(self.fields, before.format);
        if former == now_values {
            return Ok(Done { permit, entries: Vec::new(), page: None, next: self.item.url(self.site) });
        }
        let (item, page) = self.put(change, &before).await?;
        let is_new = before.state == NEW;
        if !is_new {
            let kept = serde_json::to_string(&former).expect("texts are JSON");
            let named = (self.item.kind.word(), item.key.as_str());
            editing::keep(change.tx(), named, (self.member.id, &self.member.nick), &kept, self.now).await?;
        }
        let entry = Entry {
            action: if is_new { Action::Added } else { Action::Edited },
            kind: self.item.kind.word(),
            summary: load(change.tx(), self.site, &item).await?.map_or(before.title, |after| after.title),
            item: item.key.clone(),
        };
        let next = format!("{}?said=saved", item.url(self.site));
        Ok(Done { permit, entries: vec![entry], page: awaited(page), next })
    }
}

impl Saving<'_> {
    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|field| field.name == name).map_or("", |field| &field.value)
    }

    /// Writes it; gives the thing, which has a key now, and the page that shows it.
    async fn put(&self, change: &mut Change<'_, Alone>, before: &Loaded) -> Result<(Item, Page)> {
        let body = Text { source: self.value("body").to_owned(), format: before.format };
        let row = self.item.row();
        let mut item = self.item.clone();
        let mut page = before.page.clone();
        match (self.item.kind, row) {
            (Kind::Creation, Some(row)) => {
                let old = editing::creation(change.tx(), CreationId(row)).await?.ok_or(Fault::NotFound)?;
                let work = creations::Work {
                    title: self.value("title").to_owned(),
                    synopsis: self.value("synopsis").to_owned(),
                    attributes: attributes(self.site, &old.section, &old.attributes, self.fields)?,
                    body,
                    source_name: self.value("source_name").to_owned(),
                    source_url: self.value("source_url").to_owned(),
                };
                creations::edit(change, CreationId(row), &work).await?;
            }
            (Kind::Comment, Some(row)) => comments::edit(change, row, &body).await?,
            (Kind::ForumPost, Some(row)) => forum::edit(change, row, &body).await?,
            (Kind::News, Some(row)) => news::edit(change, row, &body).await?,
            (Kind::News, None) => {
                let row = match self.when {
                    When::Now => news::add(change, self.member.id, &body).await?,
                    When::At(at) => news::draft(change, self.member.id, &body, Some(at)).await?,
                    When::Later => news::draft(change, self.member.id, &body, None).await?,
                };
                item.key = row.to_string();
            }
            (Kind::Link, row) => {
                let link = LinkText {
                    title: self.value("title").to_owned(),
                    url: web_address(self.value("url"))?,
                    description: body,
                };
                match row {
                    Some(row) => links::edit(change, row, &link).await?,
                    None => item.key = links::add(change, &link).await?.to_string(),
                }
            }
            (Kind::Ad, Some(row)) => {
                let value = |name| self.value(name).to_owned();
                let text = AdText {
                    group: value("group"),
                    name: value("name"),
                    email: value("email"),
                    phone: value("phone"),
                    mobile: value("mobile"),
                    area: value("area"),
                    age: value("age"),
                    experience: value("experience"),
                    body,
                };
                ads::edit(change, row, &text).await?;
            }
            (Kind::EditorsPage, _) => {
                let slug = self.value("slug").to_owned();
                if self.item.key != NEW && slug != self.item.key {
                    editors_pages::rename(change, &self.item.key, &slug).await?;
                    editing::rename(change.tx(), self.item.kind.word(), &self.item.key, &slug).await?;
                }
                let written = EditorsPage {
                    title: self.value("title").to_owned(),
                    description: self.value("description").to_owned(),
                    body,
                };
                if self.item.key == NEW
                    && load(change.tx(), self.site, &Item::new(Kind::EditorsPage, &slug)).await?.is_some()
                {
                    return Err(Fault::Malformed(format!("there is a page `{slug}` already")).into());
                }
                editors_pages::write(change, &slug, &written).await?;
                page = Page::Content(slug.clone());
                item.key = slug;
            }
            (Kind::Charter, _) => editors_pages::write_charter(change, &self.item.key, &body).await?,
            (Kind::Creation | Kind::Comment | Kind::ForumPost | Kind::Ad, None) => return Err(Fault::NotFound.into()),
        }
        Ok((item, page))
    }
}

/// A link's address: one that browsers open.
fn web_address(url: &str) -> Result<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    if is_web && url.len() > "https://".len() && !url.contains(char::is_whitespace) {
        Ok(url.to_owned())
    } else {
        Err(Fault::Malformed(format!("`{url}` is no address of a web page")).into())
    }
}

/// The attributes with what was typed. What the kind does not declare stays as it is.
fn attributes(site: &Site, section: &str, old: &str, fields: &[Field]) -> Result<String> {
    let mut values: Map<String, Value> = serde_json::from_str(old).unwrap_or_default();
    let kind = site.section(section).map(|section| site.kind(section));
    for declared in kind.iter().flat_map(|kind| &kind.attributes) {
        let name = format!("{ATTRIBUTE}{}", declared.key);
        let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
        let value = field.value.trim();
        let as_text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if values.get(&declared.key).is_some_and(|old| as_text(old) == field.value) {
            continue;
        }
        if value.is_empty() {
            values.remove(&declared.key);
            continue;
        }
        let value = match declared.r#type {
            AttributeType::Integer | AttributeType::Bytes => value
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| Fault::Malformed(format!("`{value}` is no whole number: {}", declared.label)))?,
            _ => Value::String(field.value.clone()),
        };
        values.insert(declared.key.clone(), value);
    }
    Ok(serde_json::to_string(&values).expect("a JSON object"))
}

/// Cleans what editors typed as HTML, as the import cleans what it brings. Markdown stays what it is.
pub fn clean(site: &Site, kind: Kind, title: &str, format: TextFormat, fields: &mut [Field]) {
    if format == TextFormat::Markdown {
        return;
    }
    let address = |said: &str| match said.strip_prefix(&site.url) {
        Some(path) if path.starts_with('/') => Address::To(path.to_owned()),
        _ if said.starts_with('/') => Address::To(said.to_owned()),
        _ => Address::Foreign(said.to_owned()),
    };
    let around = Surroundings { title, address: &address, is_private: false };
    for field in fields.iter_mut().filter(|field| field.input == Input::Text) {
        let cleaned = match kind {
            Kind::Comment | Kind::ForumPost | Kind::News | Kind::Ad => members_text(&field.value, &around),
            Kind::Creation | Kind::EditorsPage | Kind::Charter | Kind::Link => editors_text(&field.value, &around),
        };
        field.value = cleaned.html;
    }
}

/// What was sent, by name; of two of one name the last.
pub fn by_name(sent: Vec<(String, String)>) -> BTreeMap<String, String> {
    sent.into_iter().collect()
}
