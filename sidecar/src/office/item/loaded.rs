//! A row as the thing that an editor sees.

use std::collections::BTreeMap;

use generator::db::editing::{self, AdRow, CreationRow, DescriptionRow, LinkRow, MessageRow};
use generator::db::publishing::messages::Kind as MessageKind;
use generator::db::{Tx, editors_pages};
use generator::model::{AuthorId, Board, CreationId, EditorsPage, GenreId, MemberId, Text, TextFormat, Time};
use generator::page::{Page, Part};
use generator::site::Site;
use generator::site::kind::AttributeType;
use generator::text::plain::plain;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::office::desk::Realm;

use super::fields::{Field, Input, digest, values};
use super::{Item, Kind};

/// How the names of attributes' fields begin.
pub const ATTRIBUTE: &str = "attribute-";

/// Characters of a text that has no title, where one is needed.
const TITLE_CHARS_MAX: usize = 60;

/// A thing, or the empty form of a new one.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Whose business it is.
    pub realm: Realm,
    /// A word of the row's state; `new` of what is not there yet.
    pub state: String,
    /// What people call it.
    pub title: String,
    /// Whose it is; may be empty.
    pub author: String,
    /// How its texts are written.
    pub format: TextFormat,
    /// Its texts.
    pub fields: Vec<Field>,
    /// The page that shows it.
    pub page: Page,
    /// When it will be published by itself.
    pub publish_at: Time,
    /// For a creation.
    pub creation: Option<Belonging>,
}

/// Where a creation belongs.
#[derive(Clone, Debug)]
pub struct Belonging {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// Its genre.
    pub genre: Option<GenreId>,
    /// The name of the genre that it gets when it becomes public; may be empty.
    pub wanted: String,
    /// Its author.
    pub author: Option<AuthorId>,
}

/// A state of a thing that is not there yet.
const NOT_YET: &str = "new";

impl Loaded {
    /// Whether it is not there yet.
    pub fn is_new(&self) -> bool {
        self.state == NOT_YET
    }

    /// Its texts by name, as they are kept and compared.
    pub fn values(&self) -> BTreeMap<String, String> {
        values(&self.fields, self.format)
    }

    /// Names all of it that an editor sees: its texts, and behind a dash where it is and what state it is in. Forms name
    /// the version that they were made from, so that nobody changes or decides what they have not seen.
    pub fn version(&self) -> String {
        let belonging = self.creation.as_ref().map(|creation| {
            format!("{} {:?} {:?} {:?}", creation.section, creation.genre, creation.author, creation.wanted)
        });
        let standing = [
            self.state.clone(),
            self.publish_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            belonging.unwrap_or_default(),
        ];
        format!("{}-{}", digest(&self.values()), digest(&standing))
    }
}

/// Reads a thing; `None` where it is not there. A draft that its author has not sent to the editors is not there for them.
///
/// # Errors
/// Where the database fails.
pub async fn load(tx: &mut Tx, site: &Site, item: &Item) -> Result<Option<Loaded>> {
    let text = |id: &'static str| site.locale.text(id, &[]);
    let message = |kind, page| (kind, page);
    let (message_kind, page) = match item.kind {
        Kind::Creation => {
            let id = CreationId(item.row().unwrap_or_default());
            let found = editing::creation(tx, id).await?.filter(|row| row.state != "draft");
            return Ok(found.map(|row| creation(site, id, row)));
        }
        Kind::EditorsPage => {
            let slug = item.slug().to_owned();
            let found = match item.is_new() {
                true => None,
                false => editors_pages::by_slugs(tx, std::slice::from_ref(&slug)).await?.remove(&slug),
            };
            return Ok(match found {
                None if !item.is_new() => None,
                found => Some(editors_page(site, item, found)),
            });
        }
        Kind::Charter => {
            let found = editors_pages::charters(tx, std::slice::from_ref(&item.key)).await?.remove(&item.key);
            return Ok(site.section(&item.key).map(|section| charter(site, &section.key, &section.name, found)));
        }
        Kind::Link => {
            let found = match item.row() {
                Some(row) => editing::link(tx, row).await?,
                None => None,
            };
            return Ok(match found {
                None if !item.is_new() => None,
                found => Some(link(site, found)),
            });
        }
        Kind::Ad => {
            let found = editing::ad(tx, item.row().unwrap_or_default()).await?;
            return Ok(found.map(|row| ad(site, row)));
        }
        Kind::Description => {
            let id = MemberId(item.row().unwrap_or_default());
            let found = editing::description(tx, id).await?.filter(|row| !row.has_left);
            return Ok(found.map(|row| description(site, id, row)));
        }
        Kind::Comment => message(MessageKind::Comment, Page::Newest),
        Kind::ForumPost => message(MessageKind::ForumPost, Page::Forum(Part::Head)),
        Kind::News => message(MessageKind::News, Page::News(Part::Head)),
    };
    if item.is_new() {
        let body = Field::new("body", text("office-field-body"), Input::Text, "").required();
        return Ok(Some(Loaded { title: text("office-new-news"), page, fields: vec![body], ..fresh() }));
    }
    let Some(row) = editing::message(tx, message_kind, item.row().unwrap_or_default()).await? else { return Ok(None) };
    let page = match row.creation_id {
        None => page,
        Some(id) => match editing::creation(tx, id).await? {
            Some(on) => Page::Creation { section: on.section, number: on.number },
            None => return Ok(None),
        },
    };
    Ok(Some(said(site, row, page)))
}

fn fresh() -> Loaded {
    Loaded {
        realm: Realm::Site,
        state: NOT_YET.to_owned(),
        title: String::new(),
        author: String::new(),
        format: TextFormat::Markdown,
        fields: Vec::new(),
        page: Page::Home,
        publish_at: None,
        creation: None,
    }
}

fn creation(site: &Site, id: CreationId, row: CreationRow) -> Loaded {
    let text = |id: &'static str| site.locale.text(id, &[]);
    let mut fields = vec![
        Field::new("title", text("office-field-title"), Input::Line, &row.title).required(),
        Field::new("synopsis", text("office-field-synopsis"), Input::Plain, &row.synopsis),
    ];
    let kind = site.section(&row.section).map(|section| site.kind(section));
    let values: Map<String, Value> = serde_json::from_str(&row.attributes).unwrap_or_default();
    for declared in kind.iter().flat_map(|kind| &kind.attributes) {
        let value = match values.get(&declared.key) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let input = if declared.r#type == AttributeType::Markup { Input::Text } else { Input::Line };
        let field = Field::new(format!("{ATTRIBUTE}{}", declared.key), &declared.label, input, value);
        fields.push(if declared.required { field.required() } else { field });
    }
    let body = kind.and_then(|kind| kind.body.clone()).unwrap_or_else(|| text("office-field-body"));
    fields.push(Field::new("body", body, Input::Text, &row.body));
    fields.push(Field::new("source_name", text("office-field-source-name"), Input::Line, &row.source_name));
    fields.push(Field::new("source_url", text("office-field-source-url"), Input::Line, &row.source_url));
    let page = Page::Creation { section: row.section.clone(), number: row.number };
    Loaded {
        realm: Realm::Section(row.section.clone()),
        state: row.state,
        title: row.title,
        author: row.author_name,
        format: row.body_format,
        fields,
        page,
        publish_at: row.publish_at,
        creation: Some(Belonging {
            id,
            section: row.section,
            genre: row.genre_id,
            wanted: row.genre_wanted,
            author: row.author_id,
        }),
    }
}

fn description(site: &Site, id: MemberId, row: DescriptionRow) -> Loaded {
    let label = site.locale.text("office-field-body", &[]);
    Loaded {
        state: "public".to_owned(),
        title: row.nick.clone(),
        author: row.nick,
        format: row.description_format,
        fields: vec![Field::new("body", label, Input::Text, row.description)],
        page: Page::Member(id),
        ..fresh()
    }
}

fn said(site: &Site, row: MessageRow, page: Page) -> Loaded {
    let label = site.locale.text("office-field-body", &[]);
    let title = plain(&Text { source: row.body.clone(), format: row.body_format }, TITLE_CHARS_MAX);
    Loaded {
        realm: row.section.map_or(Realm::Site, Realm::Section),
        state: row.state,
        title,
        author: row.nick,
        format: row.body_format,
        fields: vec![Field::new("body", label, Input::Text, row.body).required()],
        page,
        publish_at: row.publish_at,
        creation: None,
    }
}

fn link(site: &Site, row: Option<LinkRow>) -> Loaded {
    let text = |id: &'static str| site.locale.text(id, &[]);
    let state = row.as_ref().map_or(NOT_YET.to_owned(), |row| row.state.clone());
    let (title, url, description, format) = row.map_or_else(
        || (String::new(), String::new(), String::new(), TextFormat::Markdown),
        |row| (row.title, row.url, row.description, row.description_format),
    );
    Loaded {
        state,
        title: if title.is_empty() { text("office-new-link") } else { title.clone() },
        format,
        page: Page::Links(Part::Head),
        fields: vec![
            Field::new("title", text("office-field-title"), Input::Line, title).required(),
            Field::new("url", text("office-field-url"), Input::Line, url).required(),
            Field::new("body", text("office-field-description"), Input::Text, description),
        ],
        ..fresh()
    }
}

fn ad(site: &Site, row: AdRow) -> Loaded {
    let AdRow { board, state, ad } = row;
    let text = |id: &'static str| site.locale.text(id, &[]);
    let line = |name: &str, message, value: String| Field::new(name, text(message), Input::Line, value);
    let board = Board::ALL.into_iter().find(|known| known.key() == board).unwrap_or(Board::Market);
    let mut fields = vec![
        line("group", "office-field-group", ad.group_key).required(),
        line("name", "ad-name", ad.name.clone()).required(),
        line("email", "office-email", ad.email),
        line("phone", "ad-phone", ad.phone),
        line("mobile", "ad-mobile", ad.mobile),
        line("area", "ad-area", ad.area),
    ];
    if board == Board::Dating || !ad.age.is_empty() || !ad.experience.is_empty() {
        fields.push(line("age", "ad-age-label", ad.age));
        fields.push(line("experience", "ad-experience-label", ad.experience));
    }
    fields.push(Field::new("body", text("office-field-body"), Input::Text, ad.body).required());
    Loaded {
        state,
        title: ad.name.clone(),
        author: ad.name,
        format: ad.body_format,
        page: Page::Ads { board, group: None, part: Part::Head },
        fields,
        ..fresh()
    }
}

fn editors_page(site: &Site, item: &Item, found: Option<EditorsPage>) -> Loaded {
    let text = |id: &'static str| site.locale.text(id, &[]);
    let state = if found.is_some() { "public" } else { NOT_YET };
    let is_new = item.is_new();
    let page = found.unwrap_or_else(|| EditorsPage {
        title: String::new(),
        description: String::new(),
        body: Text { source: String::new(), format: TextFormat::Markdown },
    });
    let mut fields = vec![Field::new("title", text("office-field-title"), Input::Line, &page.title).required()];
    let slug = if is_new { "" } else { item.slug() };
    fields.push(Field::new("slug", text("office-field-slug"), Input::Line, slug).required());
    fields.push(Field::new("description", text("office-field-summary"), Input::Line, page.description));
    fields.push(Field::new("body", text("office-field-body"), Input::Text, page.body.source).required());
    Loaded {
        state: state.to_owned(),
        title: if is_new { text("office-new-page") } else { page.title },
        format: page.body.format,
        fields,
        page: Page::Content(item.slug().to_owned()),
        ..fresh()
    }
}

fn charter(site: &Site, section: &str, name: &str, found: Option<EditorsPage>) -> Loaded {
    let state = if found.is_some() { "public" } else { NOT_YET };
    let body = found.map_or(Text { source: String::new(), format: TextFormat::Markdown }, |charter| charter.body);
    let label = site.locale.text("office-field-body", &[]);
    Loaded {
        realm: Realm::Section(section.to_owned()),
        state: state.to_owned(),
        title: name.to_owned(),
        format: body.format,
        fields: vec![Field::new("body", label, Input::Text, body.source).required()],
        page: Page::Charter(section.to_owned()),
        ..fresh()
    }
}
