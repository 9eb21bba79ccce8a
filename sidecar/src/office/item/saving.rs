//! Fields become a change of public things; what was there before goes into the history.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::{editing, former_texts};
use generator::import::body::{Address, Surroundings, editors_text, members_text};
use generator::model::{CreationId, EditorsPage, MemberId, Text, TextFormat};
use generator::page::Page;
use generator::publish::ads::AdText;
use generator::publish::links::LinkText;
use generator::publish::{Alone, Change, ads, comments, creations, editors_pages, forum, links, members, news};
use generator::site::Site;
use generator::site::kind::AttributeType;
use generator::text::slug::is_slug;
use generator::view::screen;
use serde_json::{Map, Value};

use crate::error::{Fault, Result};
use crate::office::act::{Act, Done};
use crate::office::desk::Rights;
use crate::office::said::Said;
use crate::refusal::Refusal;
use crate::visitor::Member;

use super::fields::{Field, Input, values};
use super::loaded::{ATTRIBUTE, Loaded, load};
use super::{Item, Kind, former};

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
    /// The report that led here.
    pub report: Option<i64>,
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
        if before.version() != self.version {
            return Err(changed().into());
        }
        require_section(self.site, &before)?;
        let former = before.values();
        if former == values(self.fields, before.format) {
            let next = self.item.url_from(self.site, self.report);
            return Ok(Done { permit, entries: Vec::new(), page: None, said: Said::Same, next });
        }
        let (item, page) = self.put(change, &before).await?;
        let is_new = before.is_new();
        if !is_new {
            former::keep(change.tx(), &item, (self.member.id, &self.member.nick), &former, self.now).await?;
        }
        let entry = Entry {
            action: if is_new { Action::Added } else { Action::Edited },
            kind: self.item.kind.word(),
            summary: load(change.tx(), self.site, &item).await?.map_or(before.title, |after| after.title),
            item: item.key.clone(),
        };
        let next = item.url_from(self.site, self.report);
        Ok(Done { permit, entries: vec![entry], page: Some(page), said: self.said(is_new), next })
    }
}

/// Somebody else has changed it since the form was opened.
pub fn changed() -> Refusal {
    Refusal::conflict("office-changed-since")
}

/// Makes sure that the site has the section of a creation: without it nothing knows what the creation consists of.
///
/// # Errors
/// It has not.
pub fn require_section(site: &Site, loaded: &Loaded) -> Result<()> {
    match loaded.creation.as_ref().filter(|belonging| site.section(&belonging.section).is_none()) {
        Some(belonging) => Err(no_section(&belonging.section).into()),
        None => Ok(()),
    }
}

/// The site has no such section any more.
pub fn no_section(section: &str) -> Refusal {
    Refusal::new("office-refused-section").with("section", section)
}

impl Saving<'_> {
    fn said(&self, is_new: bool) -> Said {
        match self.when {
            _ if !is_new => Said::Saved,
            When::At(_) => Said::Scheduled,
            When::Later => Said::Draft,
            When::Now => Said::Published,
        }
    }

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
                let attributes = attributes(self.site, &old.section, &old.attributes, self.fields)?;
                check_attributes(self.site, &old.section, &attributes)?;
                let work = creations::Work {
                    title: self.value("title").to_owned(),
                    synopsis: self.value("synopsis").to_owned(),
                    attributes,
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
            (Kind::Description, Some(row)) => members::set_description(change, MemberId(row), &body).await?,
            (Kind::EditorsPage, _) => {
                let slug = self.value("slug").to_owned();
                item = Item::page(&slug);
                if item != *self.item {
                    self.check_slug(change, &item).await?;
                }
                if !self.item.is_new() && item != *self.item {
                    editors_pages::rename(change, self.item.slug(), &slug).await?;
                    former_texts::rename(change.tx(), self.item.kind.word(), &self.item.key, &item.key).await?;
                }
                let written = EditorsPage {
                    title: self.value("title").to_owned(),
                    description: self.value("description").to_owned(),
                    body,
                };
                editors_pages::write(change, &slug, &written).await?;
                page = Page::Content(slug);
            }
            (Kind::Charter, _) => editors_pages::write_charter(change, &self.item.key, &body).await?,
            (Kind::Creation | Kind::Comment | Kind::ForumPost | Kind::Ad | Kind::Description, None) => {
                return Err(Fault::NotFound.into());
            }
        }
        Ok((item, page))
    }

    /// Whether a page may be called so.
    async fn check_slug(&self, change: &mut Change<'_, Alone>, page: &Item) -> Result<()> {
        let slug = page.slug();
        if !is_slug(slug) {
            return Err(Refusal::new("office-slug-signs").with("slug", slug).into());
        }
        if self.site.check_page_slug(slug).is_err() {
            return Err(Refusal::new("office-slug-taken").with("slug", slug).into());
        }
        if load(change.tx(), self.site, page).await?.is_some() {
            return Err(Refusal::new("office-slug-page").with("slug", slug).into());
        }
        Ok(())
    }
}

/// A link's address: one that browsers open.
fn web_address(url: &str) -> Result<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    if is_web && url.len() > "https://".len() && !url.contains(char::is_whitespace) {
        Ok(url.to_owned())
    } else {
        Err(Refusal::new("office-url-wrong").with("url", url).into())
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
            AttributeType::Integer | AttributeType::Bytes => {
                let number = value.parse::<i64>().map(Value::from);
                number.map_err(|_| Refusal::new("office-number-wrong").with("field", &declared.label))?
            }
            _ => Value::String(field.value.clone()),
        };
        values.insert(declared.key.clone(), value);
    }
    Ok(serde_json::to_string(&values).expect("a JSON object"))
}

/// Makes sure that a page can be made of a creation's attributes, in this section.
///
/// # Errors
/// What is missing there, or wrong.
pub fn check_attributes(site: &Site, section: &str, attributes: &str) -> Result<()> {
    let Some(kind) = site.section(section).map(|section| site.kind(section)) else { return Ok(()) };
    let values: Map<String, Value> = serde_json::from_str(attributes).unwrap_or_default();
    let is_there = |key: &str| match values.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    };
    if let Some(missing) = kind.attributes.iter().find(|declared| declared.required && !is_there(&declared.key)) {
        return Err(Refusal::new("office-attribute-missing").with("field", &missing.label).into());
    }
    generator::view::check_attributes(kind, attributes).map_err(|_| Refusal::new("office-attribute-wrong").into())
}

/// Cleans what editors typed as HTML, as the import cleans what it brings. Markdown stays what it is. `stored` is what
/// the texts were.
///
/// # Errors
/// Another text of which nothing is left that anybody could see.
pub fn clean(
    site: &Site,
    kind: Kind,
    title: &str,
    format: TextFormat,
    stored: &BTreeMap<String, String>,
    fields: &mut [Field],
) -> Result<()> {
    let is_new = |field: &Field| !field.value.trim().is_empty() && stored.get(&field.name) != Some(&field.value);
    let written: Vec<bool> = fields.iter().map(is_new).collect();
    if format == TextFormat::Html {
        clean_html(site, kind, title, fields);
    }
    for (field, was_written) in fields.iter().zip(written) {
        let text = Text { source: field.value.clone(), format };
        if field.input == Input::Text && was_written && screen::is_blank(site, &text) {
            return Err(Refusal::new("office-nothing-left").with("field", &field.label).into());
        }
    }
    Ok(())
}

fn clean_html(site: &Site, kind: Kind, title: &str, fields: &mut [Field]) {
    let address = |said: &str| match said.strip_prefix(&site.url) {
        Some(path) if path.starts_with('/') => Address::To(path.to_owned()),
        _ if said.starts_with('/') => Address::To(said.to_owned()),
        _ => Address::Foreign(said.to_owned()),
    };
    let around = Surroundings { title, address: &address, is_private: false };
    for field in fields.iter_mut().filter(|field| field.input == Input::Text) {
        let cleaned = match kind {
            Kind::Comment | Kind::ForumPost | Kind::News | Kind::Ad | Kind::Description => {
                members_text(&field.value, &around)
            }
            Kind::Creation | Kind::EditorsPage | Kind::Charter | Kind::Link => editors_text(&field.value, &around),
        };
        field.value = cleaned.html;
    }
}

/// What was sent, by name; of two of one name the last.
pub fn by_name(sent: Vec<(String, String)>) -> BTreeMap<String, String> {
    sent.into_iter().collect()
}
