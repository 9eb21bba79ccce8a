//! A section's lists: its head, its archive, its genres.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{Summary, TextFormat};
use crate::page::{Page, Part};
use crate::site::section::Section;
use crate::text::order::sort_key;
use crate::text::plain::plain;

use super::attributes::{self, Attribute, File};
use super::creation::genre_link;
use super::head::Head;
use super::parts::{AuthorLink, Day, Image, Link, Pager, Rating, pager, rating, title};
use super::{Context, Fault, View, view};

/// A creation as a line of a list. What changes with each vote, comment or fetch, its genre, and what it is about, are
/// there only where a list shows them: elsewhere all pages with the line would be stale each time.
#[derive(Clone, Debug, Serialize)]
pub(super) struct CreationItem {
    title: String,
    url: String,
    section: Link,
    author: Option<AuthorLink>,
    published: Option<Day>,
    rating: Option<Rating>,
    genre: Option<Link>,
    comments: Option<i64>,
    synopsis: String,
    thumbnail: Option<Image>,
    file: Option<File>,
    reads: Option<i64>,
    downloads: Option<i64>,
    attributes: BTreeMap<String, Attribute>,
}

#[derive(Serialize)]
struct SectionHead {
    name: String,
    url: String,
    description: String,
    list: &'static str,
    rated: bool,
}

#[derive(Serialize)]
struct GenreChip {
    title: String,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct SectionView {
    head: Head,
    section: SectionHead,
    genre: Option<String>,
    genres: Vec<GenreChip>,
    charter: Option<String>,
    items: Vec<CreationItem>,
    pager: Pager,
}

/// A line of a list, its votes counted no further than one. `None` where its section is not configured: it has no page.
pub(super) fn item(cx: &Context<'_>, summary: &Summary) -> Option<CreationItem> {
    let section = cx.site.section(&summary.section)?;
    let kind = cx.site.kind(section);
    Some(CreationItem {
        url: cx.creation_path(summary),
        section: Link { title: section.name.clone(), url: cx.section_link(&section.key).url },
        author: cx.author_link(summary.author_id),
        published: cx.day(summary.published_at),
        rating: kind.rated.then(|| {
            let rating = rating(summary.rating_sum, summary.rating_count, summary.winner);
            Rating { votes: rating.votes.min(1), ..rating }
        }),
        genre: None,
        comments: None,
        synopsis: String::new(),
        thumbnail: None,
        file: None,
        reads: None,
        downloads: None,
        attributes: BTreeMap::new(),
        title: title(summary),
    })
}

/// Adds what a creation is about. One whose attributes are faulty is listed without them: its own page says what is
/// wrong, and the list is true in all else.
fn describe(cx: &Context<'_>, section: &Section, summary: &Summary, item: &mut CreationItem) {
    summary.synopsis.trim().clone_into(&mut item.synopsis);
    if section.list.shows_contents() {
        let kind = cx.site.kind(section);
        let read = attributes::read(cx, summary, kind, TextFormat::Markdown, &item.title);
        let mut attributes = read.unwrap_or_default();
        item.thumbnail = attributes.thumbnail.take().or_else(|| attributes.image.take());
        item.file = attributes.file.take();
        item.attributes = attributes.by_key();
    }
}

/// A line of a list of the creation's section or genre, with all that these lists show.
fn full_item(cx: &Context<'_>, section: &Section, summary: &Summary) -> Option<CreationItem> {
    let mut item = item(cx, summary)?;
    if let Some(rating) = &mut item.rating {
        rating.votes = summary.rating_count;
    }
    item.genre = genre_link(cx, summary);
    if section.list.shows_contents() {
        describe(cx, section, summary, &mut item);
    }
    if section.list.shows_excerpts() {
        add_excerpt(cx, summary, &mut item);
    }
    if section.list.shows_counts() {
        item.comments = Some(summary.comment_count);
        item.reads = Some(summary.read_count);
        item.downloads = Some(summary.download_count);
    }
    Some(item)
}

/// The lines of a list.
pub(super) fn items(cx: &Context<'_>, items: &Items) -> Vec<CreationItem> {
    cx.summaries(items).filter_map(|summary| item(cx, summary)).collect()
}

/// How much of a body stands for a synopsis that is not there.
const EXCERPT_CHARS_MAX: usize = 150;

/// Lets the beginning of the text stand for a synopsis that is not there. Only pages whose material includes the texts may
/// use it: what a page shows must not depend on its batch.
fn add_excerpt(cx: &Context<'_>, summary: &Summary, item: &mut CreationItem) {
    if let Some(text) = cx.rows.texts.get(&summary.id).filter(|_| item.synopsis.is_empty()) {
        item.synopsis = plain(&text.body, EXCERPT_CHARS_MAX);
    }
}

/// The lines of a list that says what its creations are about, with excerpts.
pub(super) fn items_with_excerpts(cx: &Context<'_>, list: &Items) -> Vec<CreationItem> {
    let with_excerpt = |summary: &Summary| {
        let mut item = item(cx, summary)?;
        describe(cx, cx.site.section(&summary.section)?, summary, &mut item);
        add_excerpt(cx, summary, &mut item);
        Some(item)
    };
    cx.summaries(list).filter_map(with_excerpt).collect()
}

/// A section's head or archive page.
pub(super) fn section(cx: &Context<'_>, page: &Page, items: &Items) -> Result<View, Fault> {
    let Page::Section { section: key, part } = page else {
        return Err(Fault(format!("{page} is no list of creations")));
    };
    let section = configured(cx, key)?;
    let of_section = |part| cx.path(&Page::Section { section: key.clone(), part });
    let head = cx.head(&of_section(*part), section.name.clone(), &description(cx, section));
    Ok(list(cx, section, None, *part, items, head, of_section))
}

/// The head or an archive page of a section's genre.
pub(super) fn genre(cx: &Context<'_>, page: &Page, name: &str, items: &Items) -> Result<View, Fault> {
    let Page::Genre { section: key, genre: slug, part } = page else {
        return Err(Fault(format!("{page} is no genre")));
    };
    let section = configured(cx, key)?;
    let of_genre = |part| cx.path(&Page::Genre { section: key.clone(), genre: slug.clone(), part });
    let title = cx.t("genre-title", &[("section", &section.name), ("genre", name)]);
    let head = cx.head(&of_genre(*part), title, &description(cx, section)).below(cx.section_link(key));
    Ok(list(cx, section, Some((slug, name)), *part, items, head, of_genre))
}

fn list(
    cx: &Context<'_>,
    section: &Section,
    genre: Option<(&str, &str)>,
    part: Part,
    from: &Items,
    head: Head,
    path: impl Fn(Part) -> String,
) -> View {
    let link = cx.section_link(&section.key);
    let items: Vec<CreationItem> = cx.summaries(from).filter_map(|summary| full_item(cx, section, summary)).collect();
    let mut head = head.in_menu(&link.url).part(cx, part, path(Part::Head), items.is_empty());
    head.feeds.push(Link {
        title: cx.t("feed-section-title", &[("section", &section.name), ("site", &cx.site.config.title)]),
        url: cx.path(&Page::SectionFeed(section.key.clone())),
    });
    let context = SectionView {
        head,
        section: SectionHead {
            name: section.name.clone(),
            url: link.url,
            description: section.description.clone(),
            list: section.list.word(),
            rated: cx.site.kind(section).rated,
        },
        genre: genre.map(|(_, name)| name.to_owned()),
        genres: genres(cx, section, genre.map(|(slug, _)| slug)),
        charter: cx.rows.charters.contains(&section.key).then(|| cx.path(&Page::Charter(section.key.clone()))),
        items,
        pager: pager(from.issued, section.page_size, part, &path),
    };
    view(path(part), context)
}

/// The genres that a section has had: the offered ones in their order, then others by name.
fn genres(cx: &Context<'_>, section: &Section, current: Option<&str>) -> Vec<GenreChip> {
    let mut genres: Vec<_> = cx.rows.genres.iter().filter(|genre| genre.section == section.key).collect();
    genres.sort_by_cached_key(|genre| {
        let offered = section.genres.iter().position(|name| *name == genre.name);
        (offered.unwrap_or(usize::MAX), sort_key(&genre.name, &cx.site.config.language), genre.id)
    });
    genres
        .into_iter()
        .map(|genre| GenreChip {
            title: genre.name.clone(),
            url: cx.path(&Page::Genre { section: section.key.clone(), genre: genre.slug.clone(), part: Part::Head }),
            current: current == Some(genre.slug.as_str()),
        })
        .collect()
}

fn configured<'a>(cx: &'a Context<'_>, key: &str) -> Result<&'a Section, Fault> {
    cx.site.section(key).ok_or_else(|| Fault(format!("there is no content/sections/{key}.toml")))
}

fn description(cx: &Context<'_>, section: &Section) -> String {
    if section.description.is_empty() {
        cx.t("section-description", &[("section", &section.name)])
    } else {
        section.description.clone()
    }
}
